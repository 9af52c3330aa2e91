//! The site's clock and UTC.

use jiff::{
    civil::DateTime,
    tz::{Offset, TimeZone},
};

use crate::content::Settings;

/// The site's clock. An unknown zone counts as the fixed offset beside it.
pub fn zone(settings: &Settings) -> TimeZone {
    let named = Some(settings.time_zone.as_str()).filter(|name| !name.is_empty());
    named.and_then(|name| TimeZone::get(name).ok()).unwrap_or_else(|| {
        let offset = Offset::from_seconds(settings.gmt_offset_minutes.saturating_mul(60));
        TimeZone::fixed(offset.unwrap_or(Offset::UTC))
    })
}

pub fn to_gmt(settings: &Settings, local: DateTime) -> DateTime {
    zone(settings).to_timestamp(local).map_or(local, |moment| Offset::UTC.to_datetime(moment))
}

pub fn to_local(settings: &Settings, gmt: DateTime) -> DateTime {
    Offset::UTC.to_timestamp(gmt).map_or(gmt, |moment| zone(settings).to_datetime(moment))
}
