//! Which parts of an item an answer has: by context, by `_fields`.

use serde_json::{Map, Value};

use super::schema::{Context, Fields};

/// Names in one `_fields`.
const FIELDS_MAX: usize = 200;

/// The parts a client asked for; lets resources skip work nobody asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    context: Context,
    /// Dotted paths; `None`: all.
    fields: Option<Vec<String>>,
}

impl Wanted {
    /// `fields` is the `_fields` parameter: a list, or names separated by commas.
    pub fn new(context: Context, fields: Option<&Value>) -> Self {
        let names = |text: &str| -> Vec<String> {
            let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
            names.take(FIELDS_MAX).map(str::to_owned).collect()
        };
        let fields: Option<Vec<String>> = match fields {
            Some(Value::String(text)) => Some(names(text)),
            Some(Value::Array(items)) => Some(items.iter().filter_map(Value::as_str).flat_map(names).collect()),
            _ => None,
        };
        Self { context, fields: fields.filter(|fields| !fields.is_empty()) }
    }

    pub fn editing(&self) -> bool {
        self.context == Context::Edit
    }

    /// True if the member at this dotted path, or something within it, is wanted.
    pub fn wants(&self, path: &str) -> bool {
        let Some(fields) = &self.fields else { return true };
        fields.iter().any(|field| field == path || within(path, field) || within(field, path))
    }

    /// Cuts an item, or each item of a list, to `_fields`.
    pub fn cut(&self, body: Value) -> Value {
        let Some(fields) = &self.fields else { return body };
        match body {
            Value::Array(items) => items.into_iter().map(|item| cut_item(item, fields)).collect(),
            item => cut_item(item, fields),
        }
    }
}

/// True if `inner` names something below `outer`.
fn within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
}

fn cut_item(item: Value, fields: &[String]) -> Value {
    let Value::Object(members) = item else { return item };
    let mut cut = Map::new();
    for (name, value) in members {
        if fields.contains(&name) {
            cut.insert(name, value);
            continue;
        }
        let inner: Vec<String> =
            fields.iter().filter_map(|field| field.strip_prefix(&name)?.strip_prefix('.')).map(str::to_owned).collect();
        if !inner.is_empty() && value.is_object() {
            cut.insert(name, cut_item(value, &inner));
        }
    }
    Value::Object(cut)
}

/// Drops the members that are not part of this context, by the item's description. What is not described is not
/// shown, links excepted: a member forgotten in a description is missing, never leaked.
pub fn in_context(item: Value, fields: &Fields, context: Context) -> Value {
    let Value::Object(members) = item else { return item };
    let mut kept = Map::new();
    for (name, value) in members {
        let Some((_, schema)) = fields.iter().find(|(field, _)| *field == name) else {
            if name == "_links" {
                kept.insert(name, value);
            }
            continue;
        };
        if !schema.shown_in(context) {
            continue;
        }
        let value = match &schema.properties {
            Some(properties) if !properties.is_empty() && schema.others.is_none() => {
                in_context(value, properties, context)
            }
            _ => value,
        };
        kept.insert(name, value);
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::rest::schema::{ALL, EDIT, Schema};

    #[test]
    fn cuts_nested_fields() {
        let wanted = Wanted::new(Context::View, Some(&json!("id,title.rendered")));
        let item = json!({ "id": 1, "slug": "a", "title": { "raw": "x", "rendered": "y" } });
        assert_eq!(wanted.cut(json!([item])), json!([{ "id": 1, "title": { "rendered": "y" } }]));
        assert!(wanted.wants("title") && wanted.wants("title.rendered") && !wanted.wants("content"));
    }

    #[test]
    fn hides_what_is_for_editors() {
        let title = Schema::object(
            vec![("raw".into(), Schema::string("").within(EDIT)), ("rendered".into(), Schema::string("").within(ALL))],
            "",
        );
        let fields = vec![("title".into(), title.within(ALL)), ("password".into(), Schema::string("").within(EDIT))];
        let item = json!({ "title": { "raw": "a", "rendered": "b" }, "password": "c", "_links": {} });
        let forgotten = json!({ "title": { "secret": 1 }, "secret": 2 });
        assert_eq!(in_context(forgotten, &fields, Context::View), json!({ "title": {} }));
        let view = in_context(item.clone(), &fields, Context::View);
        assert_eq!(view, json!({ "title": { "rendered": "b" }, "_links": {} }));
        assert_eq!(in_context(item.clone(), &fields, Context::Edit), item);
    }
}
