//! PHP's `date()` formats over the site's own clock.

use jiff::{Zoned, civil::DateTime, tz::TimeZone};
use serde::Serialize;

use crate::content::{Settings, SiteZone};

/// A moment as templates show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Date {
    /// RFC 3339 with the site's offset: `2026-11-20T18:00:00+01:00`.
    pub iso: String,
    /// By the site's `date_format`.
    pub text: String,
    /// By the site's `time_format`.
    pub time: String,
    pub year: i16,
}

/// The site's formats and time zone, looked up once.
#[derive(Clone, Debug)]
pub struct Dates {
    zone: TimeZone,
    date_format: String,
    time_format: String,
}

impl Dates {
    /// An unknown time zone name counts as none: WordPress then goes by `gmt_offset`.
    pub fn new(settings: &Settings) -> Self {
        let zone = SiteZone::of(settings).zone().clone();
        Self { zone, date_format: settings.date_format.clone(), time_format: settings.time_format.clone() }
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// A moment known in UTC, as `post_date_gmt` and `comment_date_gmt` are.
    pub fn from_utc(&self, utc: DateTime) -> Date {
        match utc.to_zoned(TimeZone::UTC) {
            Ok(zoned) => self.date(&zoned.with_time_zone(self.zone.clone())),
            Err(_) => Date::default(),
        }
    }

    /// A moment known in the site's own time, as `post_date` is.
    pub fn from_local(&self, local: DateTime) -> Date {
        match local.to_zoned(self.zone.clone()) {
            Ok(zoned) => self.date(&zoned),
            Err(_) => Date::default(),
        }
    }

    fn date(&self, zoned: &Zoned) -> Date {
        Date {
            iso: format("c", zoned),
            text: format(&self.date_format, zoned),
            time: format(&self.time_format, zoned),
            year: zoned.year(),
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// `January` … `December` for 1 … 12; empty for other numbers.
pub fn month_name(month: i8) -> &'static str {
    usize::try_from(month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?)).copied().unwrap_or("")
}

/// Formats by PHP's letters; `\` keeps the next character as it is.
///
/// <https://www.php.net/manual/en/datetime.format.php>
pub fn format(pattern: &str, at: &Zoned) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            'c' => out.push_str(&format("Y-m-d\\TH:i:sP", at)),
            'r' => out.push_str(&format("D, d M Y H:i:s O", at)),
            _ => letter_of(letter, at, &mut out),
        }
    }
    out
}

fn letter_of(letter: char, at: &Zoned, out: &mut String) {
    let weekday = at.weekday().to_sunday_zero_offset();
    let day_name = usize::try_from(weekday).ok().and_then(|day| DAYS.get(day)).copied().unwrap_or("");
    let hour12 = (at.hour() + 11) % 12 + 1;
    let text = match letter {
        'd' => format!("{:02}", at.day()),
        'j' => at.day().to_string(),
        'D' => day_name.chars().take(3).collect(),
        'l' => day_name.to_owned(),
        'N' => at.weekday().to_monday_one_offset().to_string(),
        'w' => weekday.to_string(),
        'z' => (at.day_of_year() - 1).to_string(),
        'S' => ordinal(at.day()).to_owned(),
        'W' => format!("{:02}", at.date().iso_week_date().week()),
        'o' => at.date().iso_week_date().year().to_string(),
        'F' => month_name(at.month()).to_owned(),
        'M' => month_name(at.month()).chars().take(3).collect(),
        'm' => format!("{:02}", at.month()),
        'n' => at.month().to_string(),
        't' => at.days_in_month().to_string(),
        'L' => u8::from(at.in_leap_year()).to_string(),
        'Y' => format!("{:04}", at.year()),
        'y' => format!("{:02}", at.year().rem_euclid(100)),
        'a' => if at.hour() < 12 { "am" } else { "pm" }.to_owned(),
        'A' => if at.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        'B' => swatch(at),
        'g' => hour12.to_string(),
        'G' => at.hour().to_string(),
        'h' => format!("{hour12:02}"),
        'H' => format!("{:02}", at.hour()),
        'i' => format!("{:02}", at.minute()),
        's' => format!("{:02}", at.second()),
        'u' => format!("{:06}", at.subsec_nanosecond() / 1_000),
        'v' => format!("{:03}", at.subsec_nanosecond() / 1_000_000),
        'U' => at.timestamp().as_second().to_string(),
        'Z' => at.offset().seconds().to_string(),
        'O' => offset(at, ""),
        'P' => offset(at, ":"),
        'p' if at.offset().is_zero() => "Z".to_owned(),
        'p' => offset(at, ":"),
        'e' => zone_name(at),
        'T' => abbreviation(at),
        'I' => u8::from(at.time_zone().to_offset_info(at.timestamp()).dst().is_dst()).to_string(),
        other => other.to_string(),
    };
    out.push_str(&text);
}

fn ordinal(day: i8) -> &'static str {
    match (day, day % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

fn offset(at: &Zoned, separator: &str) -> String {
    let seconds = at.offset().seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
}

fn zone_name(at: &Zoned) -> String {
    at.time_zone().iana_name().map_or_else(|| offset(at, ":"), str::to_owned)
}

fn abbreviation(at: &Zoned) -> String {
    match at.time_zone().iana_name() {
        Some(_) => at.time_zone().to_offset_info(at.timestamp()).abbreviation().to_owned(),
        None => offset(at, ":"),
    }
}

/// Swatch Internet time: thousandths of the day in UTC+1.
fn swatch(at: &Zoned) -> String {
    let seconds = (at.timestamp().as_second() + 3_600).rem_euclid(86_400);
    format!("{:03}", seconds * 10 / 864)
}
