//! Civil times in rows: `2026-11-20T10:00:00`, fractions only where there are any.

use std::fmt;

use jiff::civil::DateTime;
use serde::{Deserializer, Serializer, de::Visitor};

pub(super) fn serialize<S: Serializer>(time: &DateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

struct TimeText;

impl Visitor<'_> for TimeText {
    type Value = DateTime;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time such as 2026-11-20T10:00:00")
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<DateTime, E> {
        text.parse().map_err(|error| E::custom(format_args!("{text:?} is not a time: {error}")))
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime, D::Error> {
    deserializer.deserialize_str(TimeText)
}

/// The same for times that may be absent.
pub(super) mod optional {
    use super::{DateTime, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde gives a reference to the field")]
    pub fn serialize<S: Serializer>(time: &Option<DateTime>, serializer: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }
}
