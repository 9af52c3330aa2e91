//! The site's clock and UTC.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};

use super::Settings;

/// The time zone of a site, looked up once.
#[derive(Clone, Debug)]
pub struct SiteZone(TimeZone);

impl SiteZone {
    /// The zone the settings name; where they name none, or one the database does not know, the fixed offset beside it.
    pub fn of(settings: &Settings) -> Self {
        let named = Some(settings.time_zone.as_str()).filter(|name| !name.is_empty());
        Self(named.and_then(|name| TimeZone::get(name).ok()).unwrap_or_else(|| {
            let offset = Offset::from_seconds(settings.gmt_offset_minutes.saturating_mul(60));
            TimeZone::fixed(offset.unwrap_or(Offset::UTC))
        }))
    }

    /// What the site's clock shows at that moment.
    pub fn at(&self, moment: Timestamp) -> DateTime {
        self.0.to_datetime(moment)
    }

    /// Of a time that occurs twice, the first; of one that never occurs, as much later as the clock jumps.
    pub fn to_gmt(&self, local: DateTime) -> DateTime {
        self.0.to_timestamp(local).map_or(local, gmt)
    }

    pub fn to_local(&self, gmt: DateTime) -> DateTime {
        Offset::UTC.to_timestamp(gmt).map_or(gmt, |moment| self.at(moment))
    }

    pub fn zone(&self) -> &TimeZone {
        &self.0
    }
}

/// The moment in UTC.
pub fn gmt(moment: Timestamp) -> DateTime {
    Offset::UTC.to_datetime(moment)
}

/// Without fractions, as WordPress keeps times.
pub fn whole_seconds(time: DateTime) -> DateTime {
    time.with().subsec_nanosecond(0).build().unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn zone(name: &str, minutes: i32) -> SiteZone {
        let settings = Settings { time_zone: name.to_owned(), gmt_offset_minutes: minutes, ..Settings::default() };
        SiteZone::of(&settings)
    }

    #[test]
    fn named_zones_and_fixed_offsets() {
        let noon: Timestamp = "2026-07-01T12:00:00Z".parse().unwrap();
        for (name, minutes, hour, minute) in
            [("Europe/Berlin", 0, 14, 0), ("", 330, 17, 30), ("Atlantis/Port", -60, 11, 0), ("", 0, 12, 0)]
        {
            let local = date(2026, 7, 1).at(hour, minute, 0, 0);
            assert_eq!(zone(name, minutes).at(noon), local, "{name} {minutes}");
            assert_eq!(zone(name, minutes).to_gmt(local), gmt(noon));
            assert_eq!(zone(name, minutes).to_local(gmt(noon)), local);
        }
    }

    #[test]
    fn hours_that_occur_twice_or_never() {
        let berlin = zone("Europe/Berlin", 0);
        assert_eq!(berlin.to_gmt(date(2026, 10, 25).at(2, 30, 0, 0)), date(2026, 10, 25).at(0, 30, 0, 0));
        assert_eq!(berlin.to_gmt(date(2026, 3, 29).at(2, 30, 0, 0)), date(2026, 3, 29).at(1, 30, 0, 0));
    }
}
