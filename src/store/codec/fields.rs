//! Writing a record over the row it replaces, so that fields of later versions survive this one.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::store::Row;

/// The members of a JSON object as written.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// A member's name, borrowed from the row unless it has escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Fields<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.push((name, value));
                }
                Ok(Fields(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Serialises `record`, an object, and appends what `old` has beyond the `known` fields.
///
/// An `old` that is not an object has nothing to carry over.
#[expect(clippy::expect_used, reason = "records are structs of strings, numbers and lists: they always serialise")]
pub(super) fn merge(record: &impl Serialize, old: Option<&[u8]>, known: &[&str]) -> Row {
    let mut json = serde_json::to_vec(record).expect("records serialise");
    let unknown = old.and_then(|old| serde_json::from_slice::<Fields<'_>>(old).ok()).map_or_else(Vec::new, |fields| {
        fields.0.into_iter().filter(|(name, _)| !known.contains(&name.as_ref())).collect::<Vec<_>>()
    });
    for (name, value) in unknown {
        let closing = json.pop();
        debug_assert_eq!(closing, Some(b'}'), "records are objects");
        if json.len() > 1 {
            json.push(b',');
        }
        json.extend(serde_json::to_vec(&name).expect("strings serialise"));
        json.push(b':');
        json.extend(value.get().as_bytes());
        json.push(b'}');
    }
    json.into()
}
