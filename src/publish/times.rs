//! Site-local time and UTC, by the site's settings. Whole seconds, as WordPress keeps them.

use jiff::{Timestamp, civil::DateTime, tz::Offset};

use crate::content::{
    Settings, SiteZone,
    edit::DateChange,
    site_zone::{gmt, whole_seconds},
};

/// One moment, in one site's zone.
#[derive(Clone, Debug)]
pub(super) struct SiteTime {
    zone: SiteZone,
    now: Timestamp,
}

impl SiteTime {
    pub(super) fn new(settings: &Settings, now: Timestamp) -> Self {
        Self { zone: SiteZone::of(settings), now }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn now_gmt(&self) -> DateTime {
        whole_seconds(gmt(self.now))
    }

    pub(super) fn now_local(&self) -> DateTime {
        whole_seconds(self.zone.at(self.now))
    }

    pub(super) fn to_gmt(&self, local: DateTime) -> DateTime {
        whole_seconds(self.zone.to_gmt(local))
    }

    pub(super) fn to_local(&self, gmt: DateTime) -> DateTime {
        whole_seconds(self.zone.to_local(gmt))
    }

    /// Local and GMT time of a change; `None` for "floats".
    pub(super) fn pair(&self, change: DateChange) -> Option<(DateTime, DateTime)> {
        match change {
            DateChange::Local(local) => Some((whole_seconds(local), self.to_gmt(whole_seconds(local)))),
            DateChange::Gmt(gmt) => Some((self.to_local(whole_seconds(gmt)), whole_seconds(gmt))),
            DateChange::Float => None,
        }
    }

    /// Seconds from now until `gmt`; negative when that is past.
    pub(super) fn seconds_until(&self, gmt: DateTime) -> i64 {
        match Offset::UTC.to_timestamp(gmt) {
            Ok(moment) => moment.as_second() - self.now.as_second(),
            Err(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn zone(name: &str, minutes: i32) -> SiteTime {
        let settings = Settings { time_zone: name.to_owned(), gmt_offset_minutes: minutes, ..Settings::default() };
        SiteTime::new(&settings, "2026-07-01T12:00:00.7Z".parse().unwrap())
    }

    #[test]
    fn now_is_in_whole_seconds() {
        let berlin = zone("Europe/Berlin", 0);
        assert_eq!(berlin.now_local(), date(2026, 7, 1).at(14, 0, 0, 0));
        assert_eq!(berlin.now_gmt(), date(2026, 7, 1).at(12, 0, 0, 0));
    }

    #[test]
    fn changes_give_both_times() {
        let berlin = zone("Europe/Berlin", 0);
        let local = date(2026, 7, 1).at(9, 0, 0, 0);
        let gmt = date(2026, 7, 1).at(7, 0, 0, 0);
        assert_eq!(berlin.pair(DateChange::Local(local)), Some((local, gmt)));
        assert_eq!(berlin.pair(DateChange::Gmt(gmt)), Some((local, gmt)));
        assert_eq!(berlin.pair(DateChange::Float), None);
        assert_eq!(berlin.seconds_until(date(2026, 7, 1).at(12, 1, 0, 0)), 60);
    }
}
