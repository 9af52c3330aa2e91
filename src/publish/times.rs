//! Site-local time and UTC, by the site's settings. Whole seconds, as WordPress keeps them.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};

use crate::content::{Settings, edit::DateChange};

/// One moment, in one site's zone.
#[derive(Clone, Debug)]
pub(super) struct SiteTime {
    zone: TimeZone,
    now: Timestamp,
}

impl SiteTime {
    /// A time zone the database does not know counts as the fixed offset beside it.
    pub(super) fn new(settings: &Settings, now: Timestamp) -> Self {
        let named = Some(settings.time_zone.as_str()).filter(|name| !name.is_empty());
        let zone = named.and_then(|name| TimeZone::get(name).ok()).unwrap_or_else(|| {
            let offset = Offset::from_seconds(settings.gmt_offset_minutes.saturating_mul(60));
            TimeZone::fixed(offset.unwrap_or(Offset::UTC))
        });
        Self { zone, now }
    }

    pub(super) fn now_gmt(&self) -> DateTime {
        whole_seconds(Offset::UTC.to_datetime(self.now))
    }

    pub(super) fn now_local(&self) -> DateTime {
        whole_seconds(self.zone.to_datetime(self.now))
    }

    /// Of a time that occurs twice, the first; of one that never occurs, as much later as the clock jumps.
    pub(super) fn to_gmt(&self, local: DateTime) -> DateTime {
        match self.zone.to_timestamp(local) {
            Ok(moment) => whole_seconds(Offset::UTC.to_datetime(moment)),
            Err(_) => local,
        }
    }

    pub(super) fn to_local(&self, gmt: DateTime) -> DateTime {
        match Offset::UTC.to_timestamp(gmt) {
            Ok(moment) => whole_seconds(self.zone.to_datetime(moment)),
            Err(_) => gmt,
        }
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

fn whole_seconds(time: DateTime) -> DateTime {
    time.with().subsec_nanosecond(0).build().unwrap_or(time)
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
    fn zones_and_offsets() {
        let berlin = zone("Europe/Berlin", 0);
        assert_eq!(berlin.now_local(), date(2026, 7, 1).at(14, 0, 0, 0));
        assert_eq!(berlin.now_gmt(), date(2026, 7, 1).at(12, 0, 0, 0));
        assert_eq!(berlin.to_gmt(date(2026, 1, 1).at(0, 30, 0, 0)), date(2025, 12, 31).at(23, 30, 0, 0));
        assert_eq!(zone("", 330).now_local(), date(2026, 7, 1).at(17, 30, 0, 0));
        assert_eq!(zone("Atlantis/Port", -60).now_local(), date(2026, 7, 1).at(11, 0, 0, 0));
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
