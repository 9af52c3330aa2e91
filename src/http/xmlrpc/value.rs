//! Values of XML-RPC, <http://xmlrpc.com/spec.md>, read with the leniency of the language WordPress is written in.

use bytes::Bytes;
use jiff::civil::DateTime;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `<nil/>`, of an extension many clients know.
    Nil,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    Date(Moment),
    Bytes(Bytes),
    List(Vec<Value>),
    /// In the order given; the last of equal names counts.
    Struct(Vec<(String, Value)>),
}

/// A date: by the site's clock, unless it says that it is UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub at: DateTime,
    pub utc: bool,
}

impl Moment {
    /// `20261126T13:25:11`, with `-` between the parts of the day, without `:`, with `Z` or an offset, as clients
    /// write it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (day, time) = text.split_once(['T', 't', ' '])?;
        let (time, offset) = match time.find(['Z', 'z', '+', '-']) {
            Some(at) => time.split_at_checked(at)?,
            None => (time, ""),
        };
        let (year, month, day) = parts(day, '-', 4)?;
        let (hour, minute, second) = parts(time.split('.').next()?, ':', 2)?;
        let small = |number: i16| i8::try_from(number).ok();
        let at = DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?, 0);
        let at = at.ok()?;
        let minutes = match offset {
            "" => return Some(Self { at, utc: false }),
            "Z" | "z" => 0,
            offset => offset_minutes(offset)?,
        };
        let at = at.checked_sub(jiff::Span::new().minutes(minutes)).ok()?;
        Some(Self { at, utc: true })
    }

    pub fn text(self) -> String {
        let zone = if self.utc { "Z" } else { "" };
        format!("{}{zone}", self.at.strftime("%Y%m%dT%H:%M:%S"))
    }
}

/// Three numbers, the first of `first` digits, the others of two, with or without `separator` between.
fn parts(text: &str, separator: char, first: usize) -> Option<(i16, i16, i16)> {
    let digits: String = text.chars().filter(|letter| *letter != separator).collect();
    if digits.len() != first + 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to)?.parse().ok();
    Some((number(0, first)?, number(first, first + 2)?, number(first + 2, first + 4)?))
}

/// `+02:00`, `-0530`
fn offset_minutes(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.chars().skip(1).filter(|letter| *letter != ':').collect();
    let hours: i64 = digits.get(0..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Some(0), |rest| rest.parse().ok())?;
    (hours <= 14 && (0..60).contains(&minutes)).then_some(sign * (hours * 60 + minutes))
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An id as most members have it: as text.
    pub fn id(id: impl std::fmt::Display) -> Self {
        Self::Text(id.to_string())
    }

    pub fn number(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// A date as answers have it: without a zone.
    pub fn date(at: DateTime) -> Self {
        Self::Date(Moment { at, utc: false })
    }

    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    pub fn members<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Struct(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Struct(members) => members.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Texts, and numbers as clients send them for texts.
    pub fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Int(number) => Some(number.to_string()),
            Self::Double(number) => Some(number.to_string()),
            Self::Bool(flag) => Some(if *flag { "1" } else { "" }.to_owned()),
            Self::Date(moment) => Some(moment.text()),
            Self::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Self::Nil | Self::List(_) | Self::Struct(_) => None,
        }
    }

    /// A number, or a text that is one.
    pub fn as_number(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Bool(flag) => Some(i64::from(*flag)),
            Self::Text(text) => text.trim().parse().ok(),
            #[expect(clippy::cast_possible_truncation, reason = "saturates; ids are whole and far smaller")]
            Self::Double(number) => Some(*number as i64),
            _ => None,
        }
    }

    /// An id; 0, which nothing has, for what is none.
    pub fn as_id(&self) -> u64 {
        self.as_number().and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
    }

    /// True for all but what is empty, zero or says no.
    pub fn as_flag(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(flag) => *flag,
            Self::Int(number) => *number != 0,
            Self::Double(number) => *number != 0.0,
            Self::Text(text) => !matches!(text.trim(), "" | "0" | "false"),
            Self::Bytes(bytes) => !bytes.is_empty(),
            Self::Date(_) => true,
            Self::List(items) => !items.is_empty(),
            Self::Struct(members) => !members.is_empty(),
        }
    }

    pub fn as_moment(&self) -> Option<Moment> {
        match self {
            Self::Date(moment) => Some(*moment),
            Self::Text(text) => Moment::parse(text),
            _ => None,
        }
    }

    /// The items of a list, or the values of a struct: clients write either for a list.
    pub fn items(&self) -> Vec<&Self> {
        match self {
            Self::List(items) => items.iter().collect(),
            Self::Struct(members) => members.iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        }
    }

    /// Bytes of all texts in it, roughly what it takes to hold and send.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
            Self::List(items) => items.iter().map(Self::bytes).sum(),
            Self::Struct(members) => members.iter().map(|(name, value)| name.len() + value.bytes()).sum(),
            Self::Nil | Self::Bool(_) | Self::Int(_) | Self::Double(_) | Self::Date(_) => size_of::<Self>(),
        }
    }

    /// True for what PHP's `empty()` calls so.
    pub fn is_empty(&self) -> bool {
        !self.as_flag()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_clients_write_them() {
        let at = |text: &str| Moment::parse(text).map(Moment::text);
        assert_eq!(at("20261126T13:25:11").as_deref(), Some("20261126T13:25:11"));
        assert_eq!(at("2026-11-26T13:25:11Z").as_deref(), Some("20261126T13:25:11Z"));
        assert_eq!(at("20261126T132511+02:00").as_deref(), Some("20261126T11:25:11Z"));
        assert_eq!(at("2026-11-26 13:25:11.5-0530").as_deref(), Some("20261126T18:55:11Z"));
        for none in ["", "20261126", "20261326T13:25:11", "2026-11-26T25:00:00", "T", "20261126T13:25:11+ab", "ä T ö"]
        {
            assert_eq!(at(none), None, "{none}");
        }
    }

    #[test]
    fn the_last_of_equal_names_counts() {
        let value = Value::members([("a", Value::Int(1)), ("a", Value::Int(2))]);
        assert_eq!(value.get("a"), Some(&Value::Int(2)));
    }
}
