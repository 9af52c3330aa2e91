//! Dates as exports write them.

use jiff::{Timestamp, civil::DateTime, tz::Offset};

use super::wxr::Item;
use crate::content::{Settings, SiteZone, site_zone};

/// `2026-11-20 17:59:02`; WordPress's zero date, and what is no date, are `None`.
pub(super) fn parse(text: &str) -> Option<DateTime> {
    if text.starts_with("0000") {
        return None;
    }
    let format = if text.contains(':') { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d" };
    let date = if text.contains(':') {
        DateTime::strptime(format, text).ok()?
    } else {
        jiff::civil::Date::strptime(format, text).ok()?.to_datetime(jiff::civil::Time::midnight())
    };
    // PHP and feeds know four digits.
    (1..=9999).contains(&date.year()).then_some(date)
}

/// The site's zone, for files that give only one of the two times.
#[derive(Clone, Debug)]
pub(super) struct Zone(SiteZone);

impl Zone {
    pub(super) fn of(settings: &Settings) -> Self {
        Self(SiteZone::of(settings))
    }

    /// Local and GMT time from what a file gives of them; both `None` when it gives neither.
    pub(super) fn pair(&self, local: &str, gmt: &str) -> Option<(DateTime, DateTime)> {
        match (parse(local), parse(gmt)) {
            (Some(local), Some(gmt)) => Some((local, gmt)),
            (Some(local), None) => Some((local, self.0.to_gmt(local))),
            (None, Some(gmt)) => Some((self.0.to_local(gmt), gmt)),
            (None, None) => None,
        }
    }

    pub(super) fn now(&self, now: Timestamp) -> (DateTime, DateTime) {
        let gmt = site_zone::whole_seconds(site_zone::gmt(now));
        (self.0.to_local(gmt), gmt)
    }

    /// The item's date: what it says, else the feed part's `pubDate`.
    pub(super) fn of_item(&self, item: &Item) -> Option<(DateTime, DateTime)> {
        self.pair(&item.date, &item.date_gmt).or_else(|| {
            let moment = jiff::fmt::rfc2822::parse(&item.pub_date).ok()?.timestamp();
            let gmt = site_zone::gmt(moment);
            // A date before the web is what PHP makes of the zero date.
            (gmt.year() > 1990).then(|| (self.0.to_local(gmt), gmt))
        })
    }
}

/// Whether `gmt` lies after `now`.
pub(super) fn is_future(gmt: DateTime, now: Timestamp) -> bool {
    Offset::UTC.to_timestamp(gmt).is_ok_and(|moment| moment > now)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_of_exports() {
        assert_eq!(parse("2013-04-09 11:20:39"), Some(date(2013, 4, 9).at(11, 20, 39, 0)));
        assert_eq!(parse("2013-04-09"), Some(date(2013, 4, 9).at(0, 0, 0, 0)));
        for bad in ["0000-00-00 00:00:00", "", "2013-02-30 00:00:00", "yesterday", "2013-04-09 25:00:00"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_missing_half_is_computed_in_the_sites_zone() {
        let zone = Zone::of(&Settings { time_zone: "Europe/Berlin".into(), ..Settings::default() });
        let local = date(2026, 7, 1).at(9, 0, 0, 0);
        let gmt = date(2026, 7, 1).at(7, 0, 0, 0);
        assert_eq!(zone.pair("2026-07-01 09:00:00", "0000-00-00 00:00:00"), Some((local, gmt)));
        assert_eq!(zone.pair("", "2026-07-01 07:00:00"), Some((local, gmt)));
        assert_eq!(zone.pair("x", "y"), None);
        let item = Item { pub_date: "Wed, 01 Jul 2026 07:00:00 +0000".into(), ..Item::default() };
        assert_eq!(zone.of_item(&item), Some((local, gmt)));
        let item = Item { pub_date: "Wed, 30 Nov -0001 00:00:00 +0000".into(), ..Item::default() };
        assert_eq!(zone.of_item(&item), None);
    }
}
