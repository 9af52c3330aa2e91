//! Checks parameters against their description and brings them to their type, with WordPress's error codes.

use jiff::{Timestamp, civil::DateTime};
use serde_json::{Map, Value, json};

use super::{
    cast,
    schema::{Fields, Format, Kind, Schema},
};
use crate::http::error::HttpError;

/// Levels of arrays and objects in one value.
const DEPTH_MAX: usize = 32;

/// What is wrong with one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub code: &'static str,
    pub message: String,
    /// The part of the parameter meant, when the fault is of type.
    pub data: Value,
}

impl Fault {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: Value::Null }
    }

    pub fn of_type(param: &str, kind: &str) -> Self {
        Self {
            code: "rest_invalid_type",
            message: format!("{param} is not of type {kind}."),
            data: json!({ "param": param }),
        }
    }
}

/// Takes the described parameters out of `given`, typed, defaults filled in.
///
/// # Errors
/// 400 `rest_missing_callback_param` or `rest_invalid_param`, naming each parameter at fault.
pub fn arguments(described: &Fields, given: &Map<String, Value>) -> Result<Map<String, Value>, HttpError> {
    let missing: Vec<&str> = described
        .iter()
        .filter(|(name, schema)| schema.required && !given.contains_key(name.as_ref()))
        .map(|(name, _)| name.as_ref())
        .collect();
    if !missing.is_empty() {
        let message = format!("Missing parameter(s): {}", missing.join(", "));
        return Err(HttpError::bad_request("rest_missing_callback_param", message).with("params", missing));
    }
    let mut typed = Map::new();
    for first in [true, false] {
        let mut faults = Vec::new();
        for (name, schema) in described.iter().filter(|(_, schema)| schema.first == first) {
            match given.get(name.as_ref()) {
                Some(value) => match value_of(value, schema, name, 0) {
                    Ok(value) => drop(typed.insert(name.to_string(), value)),
                    Err(fault) => faults.push((name.to_string(), fault)),
                },
                None => {
                    if let Some(default) = schema.default.as_ref().filter(|default| !default.is_null()) {
                        let default = value_of(default, schema, name, 0).unwrap_or_else(|_| default.clone());
                        typed.insert(name.to_string(), default);
                    }
                }
            }
        }
        if !faults.is_empty() {
            return Err(invalid(&faults));
        }
    }
    Ok(typed)
}

/// 400 `rest_invalid_param` for these faults.
pub fn invalid(faults: &[(String, Fault)]) -> HttpError {
    let names: Vec<&str> = faults.iter().map(|(name, _)| name.as_str()).collect();
    let params: Map<String, Value> =
        faults.iter().map(|(name, fault)| (name.clone(), fault.message.clone().into())).collect();
    let details: Map<String, Value> = faults
        .iter()
        .map(|(name, fault)| {
            (name.clone(), json!({ "code": fault.code, "message": fault.message, "data": fault.data }))
        })
        .collect();
    HttpError::bad_request("rest_invalid_param", format!("Invalid parameter(s): {}", names.join(", ")))
        .with("params", params)
        .with("details", details)
}

fn value_of(value: &Value, schema: &Schema, param: &str, depth: usize) -> Result<Value, Fault> {
    if depth > DEPTH_MAX {
        return Err(Fault::new("rest_too_deep", format!("{param} is nested too deeply.")));
    }
    // An item's title may be given as the text alone; so may every object that has a `raw` member.
    if value.is_string() && schema.kinds == [Kind::Object] && has_raw(schema) {
        return Ok(value.clone());
    }
    if !schema.one_of.is_empty() {
        return one_of(value, schema, param, depth);
    }
    let typed = cast::cast(value, schema, param)?;
    match &typed {
        Value::Array(items) => {
            if let Some(least) = schema.items_min.filter(|least| items.len() < *least) {
                let message = format!("{param} must contain at least {least} item.");
                return Err(Fault::new("rest_too_few_items", message));
            }
            if let Some(most) = schema.items_max.filter(|most| items.len() > *most) {
                let message = format!("{param} must contain at most {most} items.");
                return Err(Fault::new("rest_too_many_items", message));
            }
            let Some(item) = &schema.items else { return Ok(typed) };
            let items =
                items.iter().enumerate().map(|(at, value)| value_of(value, item, &format!("{param}[{at}]"), depth + 1));
            return items.collect::<Result<Vec<_>, _>>().map(Value::Array);
        }
        Value::Object(members) => return object(members, schema, param, depth),
        _ => {}
    }
    check_choices(&typed, schema, param)?;
    check_text(&typed, schema, param)?;
    check_bounds(&typed, schema, param)?;
    check_format(&typed, schema, param)?;
    Ok(typed)
}

fn has_raw(schema: &Schema) -> bool {
    schema.properties.as_ref().is_some_and(|properties| properties.iter().any(|(name, _)| name == "raw"))
}

/// The value in the first of the alternatives it fits.
fn one_of(value: &Value, schema: &Schema, param: &str, depth: usize) -> Result<Value, Fault> {
    let wants_object = value.as_object().is_some_and(|members| cast::numbered(members).is_none());
    let fits = |branch: &&Schema| branch.kinds.contains(&Kind::Object) == wants_object;
    let branches: Vec<&Schema> = schema.one_of.iter().filter(fits).collect();
    match branches.as_slice() {
        [] => Err(cast::misfit(schema, param)),
        [branch] => value_of(value, branch, param, depth),
        several => several.iter().find_map(|branch| value_of(value, branch, param, depth).ok()).ok_or_else(|| {
            let message = format!("{param} does not match any of the expected formats.");
            Fault::new("rest_no_matching_schema", message)
        }),
    }
}

fn object(members: &Map<String, Value>, schema: &Schema, param: &str, depth: usize) -> Result<Value, Fault> {
    let Some(properties) = &schema.properties else { return Ok(Value::Object(members.clone())) };
    let mut typed = Map::new();
    for (name, value) in members {
        match properties.iter().find(|(property, _)| property == name) {
            Some((_, schema)) => {
                typed.insert(name.clone(), value_of(value, schema, &format!("{param}[{name}]"), depth + 1)?);
            }
            None if schema.closed => {
                let message = format!("{name} is not a valid property of Object.");
                return Err(Fault::new("rest_additional_properties_forbidden", message));
            }
            None => {
                let value = match &schema.others {
                    Some(others) => value_of(value, others, &format!("{param}[{name}]"), depth + 1)?,
                    None => value.clone(),
                };
                typed.insert(name.clone(), value);
            }
        }
    }
    for (name, schema) in properties {
        if schema.required && !typed.contains_key(name.as_ref()) {
            let message = format!("{name} is a required property of {param}.");
            return Err(Fault::new("rest_property_required", message));
        }
        if let (false, Some(default)) = (typed.contains_key(name.as_ref()), &schema.default) {
            typed.insert(name.to_string(), default.clone());
        }
    }
    Ok(Value::Object(typed))
}

fn check_choices(value: &Value, schema: &Schema, param: &str) -> Result<(), Fault> {
    if schema.choices.is_empty() || schema.lenient || value.is_null() {
        return Ok(());
    }
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if schema.choices.iter().any(|choice| *choice == text) {
        return Ok(());
    }
    let message = match schema.choices.as_slice() {
        [only] => format!("{param} is not {only}."),
        [first, second] => format!("{param} is not one of {first} and {second}."),
        [first @ .., last] => format!("{param} is not one of {}, and {last}.", first.join(", ")),
        [] => return Ok(()),
    };
    Err(Fault::new("rest_not_in_enum", message))
}

fn check_text(value: &Value, schema: &Schema, param: &str) -> Result<(), Fault> {
    let Value::String(text) = value else { return Ok(()) };
    if let Some(least) = schema.length_min.filter(|least| text.chars().count() < *least) {
        let message = format!("{param} must be at least {least} character long.");
        return Err(Fault::new("rest_too_short", message));
    }
    match schema.pattern {
        Some(pattern) if !(pattern.found_in)(text) => {
            Err(Fault::new("rest_invalid_pattern", format!("{param} does not match pattern {}.", pattern.text)))
        }
        _ => Ok(()),
    }
}

fn check_bounds(value: &Value, schema: &Schema, param: &str) -> Result<(), Fault> {
    let Some(number) = value.as_f64() else { return Ok(()) };
    #[expect(clippy::cast_precision_loss, reason = "bounds are small")]
    let bound = |bound: i64| bound as f64;
    let low = schema.minimum.map(bound).is_some_and(|least| number < least || (schema.exclusive && number <= least));
    let high = schema.maximum.map(bound).is_some_and(|most| number > most || (schema.exclusive && number >= most));
    if !low && !high {
        return Ok(());
    }
    let inclusion = if schema.exclusive { "exclusive" } else { "inclusive" };
    let message = match (schema.minimum, schema.maximum) {
        (Some(minimum), Some(maximum)) => {
            format!("{param} must be between {minimum} ({inclusion}) and {maximum} ({inclusion})")
        }
        (Some(minimum), None) => format!("{param} must be greater than or equal to {minimum}"),
        (None, Some(maximum)) => format!("{param} must be less than or equal to {maximum}"),
        (None, None) => return Ok(()),
    };
    Err(Fault::new("rest_out_of_bounds", message))
}

fn check_format(value: &Value, schema: &Schema, param: &str) -> Result<(), Fault> {
    let (Some(format), Value::String(text)) = (schema.format, value) else { return Ok(()) };
    match format {
        Format::DateTime if date(text).is_none() => Err(Fault::new("rest_invalid_date", "Invalid date.")),
        Format::Email if !crate::content::names::is_email(text) => {
            Err(Fault::new("rest_invalid_email", "Invalid email address."))
        }
        Format::Ip if text.parse::<std::net::IpAddr>().is_err() => {
            Err(Fault::new("rest_invalid_ip", format!("{param} is not a valid IP address.")))
        }
        Format::Uuid if uuid::Uuid::try_parse(text).is_err() => {
            Err(Fault::new("rest_invalid_uuid", format!("{param} is not a valid UUID.")))
        }
        Format::DateTime | Format::Email | Format::Ip | Format::Uuid | Format::Uri => Ok(()),
    }
}

/// A point in time as a client wrote it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moment {
    /// Without an offset: by the site's clock.
    Local(DateTime),
    /// With an offset or `Z`.
    Exact(Timestamp),
}

/// Reads ISO 8601, with or without offset. Seconds' fractions are dropped.
pub fn date(text: &str) -> Option<Moment> {
    if let Ok(exact) = text.parse::<Timestamp>() {
        return Some(Moment::Exact(Timestamp::from_second(exact.as_second()).unwrap_or(exact)));
    }
    // A civil date alone is not a date and time.
    if !text.contains(['T', 't', ' ']) {
        return None;
    }
    let local: DateTime = text.parse().ok()?;
    local.with().subsec_nanosecond(0).build().ok().map(Moment::Local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::rest::schema::Schema;

    fn paging() -> Fields {
        vec![
            ("page".into(), Schema::integer("").default_to(1).at_least(1).first()),
            ("per_page".into(), Schema::integer("").default_to(10).between(1, 100).first()),
            ("order".into(), Schema::string("").choices(["asc", "desc"])),
            ("author".into(), Schema::integers("")),
            ("after".into(), Schema::date("")),
        ]
    }

    fn given(json: Value) -> Map<String, Value> {
        match json {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    #[test]
    fn names_every_parameter_at_fault() {
        let error = arguments(&paging(), &given(json!({ "per_page": "0", "order": "x", "page": "-1" }))).unwrap_err();
        assert_eq!(error.message, "Invalid parameter(s): page, per_page");
        let params = &error.data["params"];
        assert_eq!(params["per_page"], "per_page must be between 1 (inclusive) and 100 (inclusive)");
        assert_eq!(params["page"], "page must be greater than or equal to 1");
        let error = arguments(&paging(), &given(json!({ "order": "x", "author": "abc" }))).unwrap_err();
        assert_eq!(error.data["params"]["order"], "order is not one of asc and desc.");
        assert_eq!(error.data["details"]["author"]["data"]["param"], "author[0]");
    }

    #[test]
    fn fills_in_defaults_and_types() {
        let typed = arguments(&paging(), &given(json!({ "author": "1, 2", "per_page": "5" }))).unwrap();
        assert_eq!(Value::Object(typed), json!({ "page": 1, "per_page": 5, "author": [1, 2] }));
    }

    #[test]
    fn reads_dates_with_and_without_offset() {
        assert!(matches!(date("2013-01-01T00:00:00"), Some(Moment::Local(_))));
        assert!(matches!(date("2013-01-01T00:00:00+02:00"), Some(Moment::Exact(_))));
        assert_eq!(date("notadate"), None);
        assert_eq!(date("2013-13-01T00:00:00"), None);
    }
}
