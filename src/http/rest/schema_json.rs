//! Schemas as JSON: what `OPTIONS` and the index show.

use serde_json::{Map, Value, json};

use super::schema::{Fields, Schema};

impl Schema {
    /// As in an item's schema.
    pub fn to_json(&self) -> Value {
        let mut json = self.common_json();
        if let Some(contexts) = self.contexts {
            let names: Vec<&str> = contexts.iter().map(|context| context.name()).collect();
            json.insert("context".to_owned(), names.into());
        }
        if self.readonly {
            json.insert("readonly".to_owned(), true.into());
        }
        if self.required && self.required_names.is_empty() {
            json.insert("required".to_owned(), true.into());
        }
        Value::Object(json)
    }

    /// As among an endpoint's arguments.
    pub fn to_argument_json(&self) -> Value {
        let mut json = self.common_json();
        json.insert("required".to_owned(), self.required.into());
        Value::Object(json)
    }

    fn common_json(&self) -> Map<String, Value> {
        let mut json = Map::new();
        let mut put = |name: &str, value: Value| json.insert(name.to_owned(), value);
        if let Some(title) = self.title {
            put("title", title.into());
        }
        if !self.description.is_empty() {
            put("description", self.description.as_ref().into());
        }
        match self.kinds.as_slice() {
            [] => {}
            [kind] if !self.listed => drop(put("type", kind.name().into())),
            kinds => drop(put("type", kinds.iter().map(|kind| kind.name()).collect())),
        }
        if let Some(format) = self.format {
            put("format", format.name().into());
        }
        if self.keyed {
            let named = self.choices.iter().map(|choice| (choice.to_string(), choice.to_string()));
            put("enum", named.collect());
        } else if !self.choices.is_empty() {
            put("enum", self.choices.iter().map(|choice| choice.as_ref()).collect());
        }
        if let Some(default) = &self.default {
            put("default", default.clone());
        }
        if let Some(minimum) = self.minimum {
            put("minimum", minimum.into());
        }
        if let Some(maximum) = self.maximum {
            put("maximum", maximum.into());
        }
        if self.exclusive {
            put("exclusiveMinimum", true.into());
            put("exclusiveMaximum", true.into());
        }
        if let Some(length_min) = self.length_min {
            put("minLength", length_min.into());
        }
        if let Some(pattern) = self.pattern {
            put("pattern", pattern.text.into());
        }
        if let Some(items) = &self.items {
            put("items", items.to_json());
        }
        if let Some(properties) = &self.properties {
            put("properties", fields_json(properties));
        }
        if let Some(items_min) = self.items_min {
            put("minItems", items_min.into());
        }
        if let Some(items_max) = self.items_max {
            put("maxItems", items_max.into());
        }
        if !self.required_names.is_empty() {
            put("required", self.required_names.into());
        }
        if self.closed {
            put("additionalProperties", false.into());
        }
        if let Some(others) = &self.others {
            let anything = others.kinds.is_empty();
            put("additionalProperties", if anything { true.into() } else { others.to_json() });
        }
        if !self.one_of.is_empty() {
            put("oneOf", self.one_of.iter().map(Self::to_json).collect());
        }
        json
    }
}

/// Named schemas as one object; WordPress writes an empty one as a list.
pub fn fields_json(fields: &Fields) -> Value {
    if fields.is_empty() {
        return json!([]);
    }
    fields.iter().map(|(name, schema)| (name.to_string(), schema.to_json())).collect::<Map<_, _>>().into()
}
