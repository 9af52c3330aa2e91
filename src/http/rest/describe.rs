//! The API describing itself: its index, its namespaces, and `OPTIONS` of every route, all from the table.

use serde_json::{Map, Value, json};

use super::{
    call::{Answer, Call},
    schema::{Fields, Name, Schema},
    schema_json::fields_json,
    table::{ItemSchema, NAMESPACES, Route},
};

/// The `context` parameter of resources.
pub fn context() -> (Name, Schema) {
    let schema = Schema::string("For what the answer is meant: decides which fields it has.")
        .choices(["view", "embed", "edit"])
        .default_to("view")
        .first();
    ("context".into(), schema)
}

pub fn context_args() -> Fields {
    vec![("context".into(), Schema::default().default_to("view"))]
}

pub fn namespace_args(namespace: &'static str) -> Fields {
    let mut args = vec![("namespace".into(), Schema::default().default_to(namespace))];
    args.extend(context_args());
    args
}

/// `/wp-json/`
pub fn index(call: &Call) -> Answer {
    let settings = call.site().settings();
    let home = &settings.home;
    let offset = f64::from(settings.gmt_offset_minutes) / 60.0;
    let icon = settings.site_icon.and_then(|id| call.site().post(id));
    let icon_url = icon.and_then(|icon| icon.file).map(|file| super::media::upload_url(call, &file.upload_path));
    let namespaces: Vec<&str> = NAMESPACES.to_vec();
    let authorize = format!("{}/wp-admin/authorize-application.php", settings.site_url);
    Answer::ok(json!({
        "name": settings.title,
        "description": settings.tagline,
        "url": settings.site_url,
        "home": home,
        "gmt_offset": format!("{offset}"),
        "timezone_string": settings.time_zone,
        "namespaces": namespaces,
        "authentication": { "application-passwords": { "endpoints": { "authorization": authorize } } },
        "routes": routes(call, None),
        "site_logo": settings.site_logo.map_or(0, |id| id.0),
        "site_icon": settings.site_icon.map_or(0, |id| id.0),
        "site_icon_url": icon_url.unwrap_or_default(),
        "_links": {
            "help": [{ "href": "https://developer.wordpress.org/rest-api/" }],
            "wp:active-theme": [{ "href": call.href(&format!("themes/{}", settings.theme)) }],
            "curies": super::links::curies(),
        },
    }))
}

/// `/wp-json/wp/v2`
pub fn namespace(call: &Call, namespace: &str) -> Answer {
    let up = format!("{}/wp-json/", call.site().settings().home);
    Answer::ok(json!({
        "namespace": namespace,
        "routes": routes(call, Some(namespace)),
        "_links": { "up": [{ "href": up }] },
    }))
}

fn routes(call: &Call, namespace: Option<&str>) -> Value {
    let routes = call.table.routes.iter();
    let routes = routes.filter(|route| namespace.is_none_or(|namespace| route.namespace == namespace));
    routes.map(|route| (route.pattern(), Value::Object(summary(call, route)))).collect::<Map<_, _>>().into()
}

/// What `OPTIONS` says of a route.
pub fn route(call: &Call, route: &Route) -> Answer {
    let mut body = summary(call, route);
    if let Some(item) = &route.item {
        let links = body.shift_remove("_links");
        body.insert("schema".to_owned(), item_schema(call, item, route));
        body.extend(links.map(|links| ("_links".to_owned(), links)));
    }
    Answer::ok(Value::Object(body))
}

fn summary(call: &Call, route: &Route) -> Map<String, Value> {
    let methods: Vec<&str> = route.endpoints.iter().flat_map(|endpoint| endpoint.methods.iter().copied()).collect();
    let endpoints: Vec<Value> = route
        .endpoints
        .iter()
        .map(|endpoint| {
            let arguments = endpoint.args.iter().map(|(name, schema)| (name.to_string(), schema.to_argument_json()));
            let arguments: Map<String, Value> = arguments.collect();
            let arguments = if arguments.is_empty() { json!([]) } else { arguments.into() };
            let mut json = json!({ "methods": endpoint.methods });
            if let (Value::Object(members), true) = (&mut json, route.batched) {
                members.insert("allow_batch".to_owned(), json!({ "v1": true }));
            }
            json["args"] = arguments;
            json
        })
        .collect();
    let mut body = Map::new();
    body.insert("namespace".to_owned(), route.namespace.into());
    body.insert("methods".to_owned(), methods.into());
    body.insert("endpoints".to_owned(), endpoints.into());
    if let Some(path) = route.fixed_path() {
        let href = format!("{}/wp-json{path}", call.site().settings().home);
        body.insert("_links".to_owned(), json!({ "self": [{ "href": href }] }));
    }
    body
}

fn item_schema(call: &Call, item: &ItemSchema, route: &Route) -> Value {
    let mut json = json!({
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": item.title,
        "type": "object",
        "properties": fields_json(&item.fields),
    });
    if let (Value::Object(members), false) = (&mut json, item.actions.is_empty()) {
        let base = route.segments.iter().take(3).map(|segment| match segment {
            super::table::Segment::Literal(literal) => literal.as_str(),
            _ => "",
        });
        let base: Vec<&str> = base.filter(|part| !part.is_empty()).collect();
        let href = format!("{}/wp-json/{}/{{id}}", call.site().settings().home, base.join("/"));
        let links = item.actions.iter().map(|action| {
            let rel = format!("https://api.w.org/{}", action.rel);
            let target = json!({ "type": "object", "properties": action.target });
            json!({ "rel": rel, "title": action.title, "href": href, "targetSchema": target })
        });
        members.insert("links".to_owned(), links.collect());
    }
    json
}
