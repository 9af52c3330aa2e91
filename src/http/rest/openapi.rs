//! The table as an OpenAPI 3.1 document, for client generators, API browsers and fuzzers.
//!
//! Served rather than printed by a command, because the site's custom types and taxonomies are part of it, and because
//! that is where tools look. <https://spec.openapis.org/oas/v3.1.0>

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    action::{Action, Shape},
    call::{Answer, Call},
    schema::{Fields, Kind, Schema},
    table::{Endpoint, ItemSchema, Route, Segment},
};

/// `/bucketpress/v1/openapi`
pub fn document(call: &Call) -> Answer {
    let settings = call.site().settings();
    let mut items = Items::default();
    let mut paths = Map::new();
    for route in &call.table.routes {
        let mut methods = Map::new();
        for endpoint in &route.endpoints {
            for method in endpoint.methods {
                methods.insert(method.to_ascii_lowercase(), operation(route, endpoint, method, &mut items));
            }
        }
        // Two routes that differ in what a parameter may be: the first one answers.
        if let Some(known) = paths.entry(template(route)).or_insert_with(|| json!({})).as_object_mut() {
            for (method, operation) in methods {
                known.entry(method).or_insert(operation);
            }
        }
    }
    items.schemas.insert("error".to_owned(), error());
    Answer::ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": if settings.title.is_empty() { "REST API" } else { settings.title.as_str() },
            "version": "2",
            "description": "WordPress's REST API. Arguments of POST, PUT and PATCH may come as JSON, as a form, or in the query.",
        },
        "servers": [{ "url": format!("{}/wp-json", settings.home) }],
        // Strangers may ask; what they may not see they are told to sign in for.
        "security": [{}, { "applicationPassword": [] }],
        "paths": paths,
        "components": {
            "schemas": items.schemas,
            "securitySchemes": { "applicationPassword": {
                "type": "http", "scheme": "basic",
                "description": "A user's login and one of their application passwords.",
            } },
        },
    }))
}

fn template(route: &Route) -> String {
    let part = |segment: &Segment| match segment {
        Segment::Literal(literal) => literal.clone(),
        other => format!("{{{}}}", other.name().unwrap_or_default()),
    };
    format!("/{}", route.segments.iter().map(part).collect::<Vec<_>>().join("/"))
}

fn operation(route: &Route, endpoint: &Endpoint, method: &str, items: &mut Items) -> Value {
    let in_path = |name: &str| route.segments.iter().any(|segment| segment.name() == Some(name));
    let mut parameters: Vec<Value> =
        route.segments.iter().filter_map(|segment| path_parameter(segment, endpoint)).collect();
    let rest = || endpoint.args.iter().filter(|(name, _)| !in_path(name));
    let reads = matches!(method, "GET" | "DELETE");
    if reads {
        parameters.extend(rest().map(|(name, schema)| query_parameter(name, schema)));
        if method == "GET" {
            parameters.extend(ON_EVERY_READ.iter().map(|(name, description)| {
                json!({ "name": name, "in": "query", "description": description, "schema": { "type": "string" } })
            }));
        }
    }
    let mut operation = json!({
        "operationId": format!("{}{}", method.to_ascii_lowercase(), identifier(route)),
        "tags": [tag(route)],
        "parameters": parameters,
        "responses": responses(route, endpoint, method, items),
    });
    if !reads {
        let fields: Fields = rest().cloned().collect();
        operation["requestBody"] = body(&fields, &endpoint.action);
    }
    operation
}

/// Parameters the engine takes for every resource.
const ON_EVERY_READ: [(&str, &str); 2] = [
    ("_fields", "Only these members of items, separated by commas; deeper ones with dots."),
    ("_embed", "Linked resources in `_embedded`: relations separated by commas, or 1 for all."),
];

/// `/wp/v2/posts/{id}` → `WpV2PostsId`
fn identifier(route: &Route) -> String {
    let template = template(route);
    let words = template.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    words.map(capital).collect()
}

fn tag(route: &Route) -> String {
    let below = route.segments.iter().skip(if route.namespace.is_empty() { 0 } else { 2 });
    let literal = below.into_iter().find_map(|segment| match segment {
        Segment::Literal(literal) => Some(literal.clone()),
        _ => None,
    });
    literal.unwrap_or_else(|| "index".to_owned())
}

fn path_parameter(segment: &Segment, endpoint: &Endpoint) -> Option<Value> {
    let name = segment.name()?;
    let described = endpoint.args.iter().find(|(described, _)| described == name);
    let description = described.map(|(_, schema)| schema.description.as_ref()).unwrap_or_default();
    let schema = match segment {
        Segment::Number(_) => json!({ "type": "integer", "minimum": 0 }),
        other => json!({ "type": "string", "pattern": other.whole_pattern() }),
    };
    Some(json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema }))
}

fn query_parameter(name: &str, schema: &Schema) -> Value {
    let mut parameter = json!({
        "name": name, "in": "query", "required": schema.required,
        "description": schema.description, "schema": converted(schema, true),
    });
    let lists = schema.kinds == [Kind::Array];
    let objects = schema.kinds.contains(&Kind::Object);
    if let Value::Object(members) = &mut parameter {
        if lists {
            // `include=1,2`; `include[]=1&include[]=2` is understood too.
            members.insert("explode".to_owned(), false.into());
        } else if objects {
            members.insert("style".to_owned(), "deepObject".into());
            members.insert("explode".to_owned(), true.into());
        }
    }
    parameter
}

fn body(fields: &Fields, action: &Action) -> Value {
    let schema = object(fields, true);
    let required = fields.iter().any(|(_, schema)| schema.required);
    let mut content = json!({ "application/json": { "schema": schema } });
    if matches!(action, Action::Upload(_)) {
        let mut form = schema;
        form["properties"]["file"] = json!({ "type": "string", "contentMediaType": "application/octet-stream" });
        form["required"] = json!(["file"]);
        content = json!({ "multipart/form-data": { "schema": form } });
    }
    json!({ "required": required, "content": content })
}

fn responses(route: &Route, endpoint: &Endpoint, method: &str, items: &mut Items) -> Value {
    let shape = endpoint.action.shape();
    let item = route.item.as_ref().filter(|_| shape != Shape::Other && method != "DELETE");
    let schema = item.map(|item| {
        let one = items.reference(item);
        match shape {
            Shape::List => json!({ "type": "array", "items": one }),
            Shape::Map => json!({ "type": ["object", "array"], "additionalProperties": one }),
            Shape::Item | Shape::Other => one,
        }
    });
    let described = |description: &str, schema: Option<Value>| {
        let schema = schema.unwrap_or_else(|| json!({}));
        json!({ "description": description, "content": { "application/json": { "schema": schema } } })
    };
    let mut responses = json!({
        "default": described("What is wrong.", Some(json!({ "$ref": "#/components/schemas/error" }))),
        "200": described("Done.", schema.clone()),
    });
    if method == "POST" {
        responses["201"] = described("Made.", schema);
        responses["207"] = described("Several answers.", None);
    }
    responses
}

fn error() -> Value {
    json!({
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": { "type": "string", "description": "Stable; what programs look at." },
            "message": { "type": "string", "description": "For people." },
            "data": { "description": "`status`, and what the code needs beside it." },
        },
    })
}

/// Schemas of items, each once.
#[derive(Default)]
struct Items {
    schemas: Map<String, Value>,
    names: BTreeMap<*const ItemSchema, String>,
}

impl Items {
    fn reference(&mut self, item: &std::sync::Arc<ItemSchema>) -> Value {
        let pointer = std::sync::Arc::as_ptr(item);
        let name = self.names.get(&pointer).cloned().unwrap_or_else(|| {
            let schema = object(&item.fields, false);
            let free = |name: &String| self.schemas.get(name).is_none_or(|known| *known == schema);
            let numbered = (2..).map(|number| format!("{}-{number}", item.title));
            let name = std::iter::once(item.title.clone()).chain(numbered).find(free).unwrap_or_default();
            self.schemas.insert(name.clone(), schema);
            self.names.insert(pointer, name.clone());
            name
        });
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }
}

/// `sent`: as clients may write it; else as we answer.
fn object(fields: &Fields, sent: bool) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema)| (name.to_string(), converted(schema, sent))).collect();
    let mut json = json!({ "type": "object", "properties": properties });
    let required: Vec<&str> =
        fields.iter().filter(|(_, schema)| schema.required).map(|(name, _)| name.as_ref()).collect();
    if sent && !required.is_empty() {
        json["required"] = required.into();
    }
    json
}

/// WordPress's dialect (draft 4) as JSON Schema 2020-12.
fn converted(schema: &Schema, sent: bool) -> Value {
    let mut json = Map::new();
    let mut put = |name: &str, value: Value| drop(json.insert(name.to_owned(), value));
    if !schema.description.is_empty() {
        put("description", schema.description.as_ref().into());
    }
    if !schema.one_of.is_empty() {
        put("anyOf", schema.one_of.iter().map(|branch| converted(branch, sent)).collect());
        return Value::Object(json);
    }
    kinds(schema, sent, &mut put);
    // In answers dates have no offset and a missing address is an empty text: not of these formats.
    if let Some(format) = schema.format.filter(|_| sent) {
        put("format", format.name().into());
    }
    // Beside the statuses one may give there are those one may not: `trash`, `inherit`, a plugin's.
    if !schema.choices.is_empty() && (sent || schema.readonly && !schema.lenient) {
        let null = schema.kinds.contains(&Kind::Null).then_some(Value::Null);
        put("enum", schema.choices.iter().map(|choice| choice.as_ref().into()).chain(null).collect());
    }
    if let Some(default) = schema.default.as_ref().filter(|default| sent && !default.is_null()) {
        put("default", default.clone());
    }
    let (least, most) =
        if schema.exclusive { ("exclusiveMinimum", "exclusiveMaximum") } else { ("minimum", "maximum") };
    for (name, bound) in [(least, schema.minimum), (most, schema.maximum)] {
        if let Some(bound) = bound {
            put(name, bound.into());
        }
    }
    if let Some(pattern) = schema.pattern {
        put("pattern", pattern.text.into());
    }
    let counts = [("minLength", schema.length_min), ("minItems", schema.items_min), ("maxItems", schema.items_max)];
    for (name, count) in counts {
        if let Some(count) = count {
            put(name, count.into());
        }
    }
    if let Some(items) = &schema.items {
        put("items", converted(items, sent));
    }
    if let Some(properties) = &schema.properties {
        let object = object(properties, sent);
        put("properties", object["properties"].clone());
        if let Some(required) = object.get("required") {
            put("required", required.clone());
        }
    }
    if schema.closed {
        put("additionalProperties", false.into());
    }
    if let Some(others) = schema.others.as_ref().filter(|others| !others.kinds.is_empty()) {
        put("additionalProperties", converted(others, sent));
    }
    if schema.readonly {
        put("readOnly", true.into());
    }
    Value::Object(json)
}

fn kinds(schema: &Schema, sent: bool, put: &mut impl FnMut(&str, Value)) {
    let mut kinds: Vec<&str> = schema.kinds.iter().map(|kind| kind.name()).collect();
    if kinds.is_empty() {
        return;
    }
    let has_raw = schema.properties.iter().flatten().any(|(name, _)| name == "raw");
    if sent && has_raw && kinds == ["object"] {
        // A text alone stands for its `raw` member.
        kinds.push("string");
    }
    if !sent && kinds.contains(&"object") {
        // WordPress writes an empty object as a list.
        kinds.push("array");
    }
    if !sent && schema.null_when_absent {
        kinds.push("null");
    }
    put("type", if let [kind] = kinds.as_slice() { (*kind).into() } else { kinds.into() });
}
