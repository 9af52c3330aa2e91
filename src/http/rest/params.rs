//! Query strings and form bodies as PHP reads them: `a[]=1&a[]=2`, `categories[terms]=3`.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::http::error::HttpError;

/// Parameters in one request.
const PARAMETERS_MAX: usize = 1000;
/// Brackets in one name.
const DEPTH_MAX: usize = 6;

/// Reads `application/x-www-form-urlencoded` text. Later values replace earlier ones of the same name.
///
/// # Errors
/// 400 when there are more than a thousand parameters or a name nests too deeply.
pub fn parse(text: &str) -> Result<Map<String, Value>, HttpError> {
    let mut map = Map::new();
    for (count, pair) in text.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if count == PARAMETERS_MAX {
            return Err(HttpError::bad_request("rest_too_many_params", "The request has too many parameters."));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        insert(&mut map, &decode(name), decode(value))?;
    }
    Ok(map)
}

/// Adds one pair to a map, following the brackets in its name.
///
/// # Errors
/// 400 when the name nests too deeply.
pub fn insert(map: &mut Map<String, Value>, name: &str, value: String) -> Result<(), HttpError> {
    let (root, rest) = match name.split_once('[') {
        Some((root, rest)) if !root.is_empty() && rest.contains(']') => (root, rest),
        _ => (name, ""),
    };
    let keys: Vec<&str> = rest.split('[').map(|key| key.trim_end_matches(']')).collect();
    let keys: &[&str] = if rest.is_empty() { &[] } else { &keys };
    if keys.len() > DEPTH_MAX {
        return Err(HttpError::bad_request("rest_invalid_param", "A parameter's name is nested too deeply."));
    }
    set(map.entry(root).or_insert(Value::Null), keys, value);
    Ok(())
}

fn set(slot: &mut Value, keys: &[&str], value: String) {
    let Some((key, deeper)) = keys.split_first() else {
        *slot = Value::String(value);
        return;
    };
    if key.is_empty() {
        if !slot.is_array() {
            *slot = Value::Array(Vec::new());
        }
        if let Value::Array(items) = slot {
            let mut item = Value::Null;
            set(&mut item, deeper, value);
            items.push(item);
        }
    } else {
        if !slot.is_object() {
            *slot = Value::Object(Map::new());
        }
        if let Value::Object(members) = slot {
            set(members.entry(*key).or_insert(Value::Null), deeper, value);
        }
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_lists_and_objects_as_php_does() {
        let map = parse("status[]=publish&status[]=draft&a=1&categories[terms]=7,8&x%5By%5D=a+b").unwrap();
        let expected = json!({
            "status": ["publish", "draft"], "a": "1", "categories": { "terms": "7,8" }, "x": { "y": "a b" },
        });
        assert_eq!(Value::Object(map), expected);
    }

    #[test]
    fn odd_names_are_kept_as_they_are() {
        assert_eq!(Value::Object(parse("[a]=1&b[=2&=3").unwrap()), json!({ "[a]": "1", "b[": "2", "": "3" }));
    }

    #[test]
    fn refuses_floods() {
        assert!(parse(&"a=1&".repeat(1001)).is_err());
        assert!(parse("a[b][c][d][e][f][g][h]=1").is_err());
    }
}
