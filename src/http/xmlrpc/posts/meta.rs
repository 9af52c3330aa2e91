//! Custom fields. Rows of meta have no number here; each is called by a hash of its key and of which of its key it is,
//! so a client changes the one it has seen whatever else was added meanwhile.

use crate::{
    content::MetaEntry,
    http::xmlrpc::{call::Fields, value::Value},
};

/// Keys that begin so are the program's own.
const PROTECTED: char = '_';
const ENCLOSURE: &str = "enclosure";

fn number(key: &str, nth: usize) -> u64 {
    let hash = blake3::hash(format!("{nth} {key}").as_bytes());
    // within what every client holds in an integer
    hash.as_bytes().iter().take(4).fold(0, |number, byte| number << 8 | u64::from(*byte)) & 0x7fff_ffff
}

/// Each entry with its number.
fn numbered(meta: &[MetaEntry]) -> Vec<(u64, &MetaEntry)> {
    let nth = |at: usize, key: &str| meta.iter().take(at).filter(|before| before.key == key).count();
    meta.iter().enumerate().map(|(at, entry)| (number(&entry.key, nth(at, &entry.key)), entry)).collect()
}

pub fn view(meta: &[MetaEntry]) -> Value {
    let shown = numbered(meta).into_iter().filter(|(_, entry)| !entry.key.starts_with(PROTECTED));
    let one = |(id, entry): (u64, &MetaEntry)| {
        Value::members([("id", Value::id(id)), ("key", Value::text(&entry.key)), ("value", Value::text(&entry.value))])
    };
    Value::List(shown.map(one).collect())
}

/// What a client's `custom_fields` ask for: the new values of each key that changes. An entry with an id is changed,
/// or removed when it names no key; one without is added.
pub fn changes(before: &[MetaEntry], given: &Value) -> Vec<(String, Vec<String>)> {
    let known = numbered(before);
    let mut rows: Vec<(u64, String, Option<String>)> =
        known.iter().map(|(id, entry)| (*id, entry.key.clone(), Some(entry.value.clone()))).collect();
    let mut touched: Vec<String> = Vec::new();
    for entry in given.items() {
        let entry = Fields(entry.clone());
        let key = entry.filled("key");
        let value = entry.text("value").unwrap_or_default();
        let row = entry.id("id").and_then(|id| rows.iter_mut().find(|(known, ..)| *known == id));
        let touching = match (row, key) {
            (Some((_, known, kept)), None) => {
                *kept = None;
                known.clone()
            }
            (Some((_, known, kept)), Some(key)) if *known == key => {
                *kept = Some(value);
                key
            }
            (None, Some(key)) if entry.get("id").is_none() => {
                rows.push((0, key.clone(), Some(value)));
                key
            }
            _ => continue,
        };
        if !touching.starts_with(PROTECTED) && !touched.contains(&touching) {
            touched.push(touching);
        }
    }
    let values =
        |key: &String| rows.iter().filter(|(_, of, _)| of == key).filter_map(|(.., value)| value.clone()).collect();
    touched.iter().map(|key| (key.clone(), values(key))).collect()
}

/// The first file a feed attaches: `{url, length, type}`.
pub fn enclosure(meta: &[MetaEntry]) -> Option<Value> {
    let entry = meta.iter().find(|entry| entry.key == ENCLOSURE)?;
    let mut lines = entry.value.lines().map(str::trim);
    let url = lines.next().filter(|url| !url.is_empty())?;
    let length = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
    let kind = lines.next().unwrap_or_default();
    Some(Value::members([("url", Value::text(url)), ("length", Value::Int(length)), ("type", Value::text(kind))]))
}

/// `{url, length, type}` as it is stored, added to those there are.
pub fn add_enclosure(before: &[MetaEntry], given: &Value) -> Option<(String, Vec<String>)> {
    let given = Fields(given.clone());
    let (url, length, kind) = (given.filled("url")?, given.text("length")?, given.text("type")?);
    let line = |text: &str| text.replace(['\n', '\r'], " ");
    let stored = format!("{}\n{}\n{}\n", line(&url), line(&length), line(&kind));
    let mut values: Vec<String> =
        before.iter().filter(|entry| entry.key == ENCLOSURE).map(|entry| entry.value.clone()).collect();
    if values.iter().any(|value| value.lines().next() == Some(url.as_str())) {
        return None;
    }
    values.push(stored);
    Some((ENCLOSURE.to_owned(), values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, value: &str) -> MetaEntry {
        MetaEntry { key: key.to_owned(), value: value.to_owned() }
    }

    fn ids(meta: &[MetaEntry]) -> Vec<Value> {
        view(meta).items().into_iter().map(|entry| entry.get("id").unwrap().clone()).collect()
    }

    #[test]
    fn entries_are_changed_removed_and_added() {
        let meta = [entry("a", "1"), entry("_own", "x"), entry("a", "2"), entry("b", "3")];
        let ids = ids(&meta);
        assert_eq!(ids.len(), 3, "the program's own keys are not shown");
        let change = Value::List(vec![
            Value::members([("id", ids[1].clone()), ("key", Value::text("a")), ("value", Value::text("two"))]),
            Value::members([("id", ids[2].clone())]),
            Value::members([("key", Value::text("c")), ("value", Value::Int(4))]),
            Value::members([("key", Value::text("_own")), ("value", Value::text("taken over"))]),
        ]);
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            changes(&meta, &change),
            [("a".to_owned(), texts(&["1", "two"])), ("b".to_owned(), vec![]), ("c".to_owned(), texts(&["4"]))]
        );
    }

    #[test]
    fn an_id_means_the_same_entry_after_others_were_added() {
        let before = ids(&[entry("a", "1"), entry("b", "2")]);
        let after = ids(&[entry("z", "0"), entry("a", "1"), entry("b", "2")]);
        assert_eq!(before, after[1..]);
    }
}
