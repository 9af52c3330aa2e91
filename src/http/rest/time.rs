//! Site-local time and UTC in WordPress's format.

use jiff::{Timestamp, civil::DateTime, tz::Offset};

use super::validate::{Moment, date};
use crate::content::{Settings, SiteZone, edit::DateChange};

/// `2026-11-20T18:00:00`
pub fn text(time: DateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// A date parameter by the site's clock.
pub fn local(settings: &Settings, text: &str) -> Option<DateTime> {
    Some(match date(text)? {
        Moment::Local(local) => local,
        Moment::Exact(moment) => SiteZone::of(settings).at(moment),
    })
}

/// What `date`, or failing that `date_gmt`, of a save asks for; `Null` lets the date float.
pub fn change(date_field: Option<&serde_json::Value>, gmt_field: Option<&serde_json::Value>) -> Option<DateChange> {
    let exact = |moment: Timestamp| DateChange::Gmt(Offset::UTC.to_datetime(moment));
    let read = |value: &serde_json::Value, local: fn(DateTime) -> DateChange| match value.as_str() {
        None => Some(DateChange::Float),
        Some(text) => match date(text)? {
            Moment::Local(time) => Some(local(time)),
            Moment::Exact(moment) => Some(exact(moment)),
        },
    };
    match (date_field, gmt_field) {
        (Some(value), _) => read(value, DateChange::Local),
        (None, Some(value)) => read(value, DateChange::Gmt),
        (None, None) => None,
    }
}
