//! Values brought to their described type, as WordPress does: `"1"` is an integer, `"1,2"` a list.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    schema::{Kind, Schema},
    validate::Fault,
};

/// The value in the first described type it can be read as.
pub fn cast(value: &Value, schema: &Schema, param: &str) -> Result<Value, Fault> {
    if schema.kinds.is_empty() {
        return Ok(value.clone());
    }
    schema.kinds.iter().find_map(|kind| cast_to(value, *kind)).ok_or_else(|| misfit(schema, param))
}

/// The fault of a value that is of none of the described types.
pub fn misfit(schema: &Schema, param: &str) -> Fault {
    let names: Vec<&str> = schema.kinds.iter().map(|kind| kind.name()).collect();
    Fault::of_type(param, &names.join(","))
}

fn cast_to(value: &Value, kind: Kind) -> Option<Value> {
    match kind {
        Kind::String => match value {
            Value::String(_) => Some(value.clone()),
            Value::Number(number) => Some(number.to_string().into()),
            _ => None,
        },
        Kind::Integer => match value {
            Value::Number(number) if number.is_i64() || number.is_u64() => Some(value.clone()),
            Value::Number(number) => number.as_f64().filter(|float| float.fract() == 0.0).and_then(whole),
            Value::String(text) => text.trim().parse::<i64>().ok().map(Value::from),
            Value::Bool(flag) => Some(i64::from(*flag).into()),
            _ => None,
        },
        Kind::Number => match value {
            Value::Number(_) => Some(value.clone()),
            Value::String(text) => text.trim().parse().ok().filter(|float: &f64| float.is_finite()).map(Value::from),
            _ => None,
        },
        Kind::Boolean => match value {
            Value::Bool(_) => Some(value.clone()),
            Value::Number(number) => match number.as_i64() {
                Some(0) => Some(false.into()),
                Some(1) => Some(true.into()),
                _ => None,
            },
            Value::String(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true.into()),
                "false" | "0" | "" => Some(false.into()),
                _ => None,
            },
            _ => None,
        },
        Kind::Array => match value {
            Value::Array(_) => Some(value.clone()),
            Value::String(text) => Some(words(text)),
            Value::Number(_) | Value::Bool(_) => Some(Value::Array(vec![value.clone()])),
            Value::Object(members) => numbered(members),
            _ => None,
        },
        Kind::Object => match value {
            Value::Object(_) => Some(value.clone()),
            Value::Array(items) if items.is_empty() => Some(json!({})),
            Value::String(text) if text.is_empty() => Some(json!({})),
            _ => None,
        },
        Kind::Null => match value {
            Value::Null => Some(Value::Null),
            Value::String(text) if text.is_empty() => Some(Value::Null),
            _ => None,
        },
    }
}

/// A list as query strings write it, `a[0]=x&a[1]=y`: in the order of its numbers.
pub fn numbered(members: &Map<String, Value>) -> Option<Value> {
    let items: Option<BTreeMap<u64, &Value>> =
        members.iter().map(|(name, value)| Some((name.parse().ok()?, value))).collect();
    items.filter(|items| !items.is_empty()).map(|items| items.into_values().cloned().collect())
}

#[expect(clippy::cast_possible_truncation, reason = "only whole numbers within i64 come here")]
fn whole(float: f64) -> Option<Value> {
    (float.abs() < 9e15).then(|| Value::from(float as i64))
}

/// A list written as one text: `1, 2 3`.
fn words(text: &str) -> Value {
    let words = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
    words.map(Value::from).collect()
}
