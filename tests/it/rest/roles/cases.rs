//! The requests, made from the description of the routes.

use serde_json::{Map, Value, json};

/// One request, with `{names}` in path and body for items.
#[derive(Clone, Debug)]
pub struct Case {
    pub method: String,
    pub path: String,
    pub body: Option<Value>,
}

impl Case {
    pub fn name(&self) -> String {
        match &self.body {
            Some(body) => format!("{} {} {body}", self.method, self.path),
            None => format!("{} {}", self.method, self.path),
        }
    }
}

/// Every endpoint of the index with every kind of item it may be asked for.
pub fn cases(index: &Value) -> Vec<Case> {
    let mut cases = Vec::new();
    for (pattern, route) in index["routes"].as_object().unwrap() {
        for path in paths(pattern) {
            for endpoint in route["endpoints"].as_array().unwrap() {
                let args = endpoint["args"].as_object();
                for method in endpoint["methods"].as_array().unwrap() {
                    // PUT and PATCH are POST by another name: one handler, one description.
                    if !matches!(method.as_str().unwrap(), "PUT" | "PATCH") {
                        add(&mut cases, method.as_str().unwrap(), &path, args);
                    }
                }
            }
        }
    }
    cases
}

fn add(cases: &mut Vec<Case>, method: &str, path: &str, args: Option<&Map<String, Value>>) {
    let mut push = |path: String, body| cases.push(Case { method: method.to_owned(), path, body });
    let takes = |name: &str| args.is_some_and(|args| args.contains_key(name));
    let required = required(path, args);
    match method {
        "GET" => {
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&required).finish();
            let whole = |more: &str| {
                let query = [query.as_str(), more].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
                let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
                format!("{path}{query}")
            };
            push(whole(""), None);
            if takes("context") && takes_choice(args, "context", "edit") {
                push(whole("context=edit"), None);
            }
        }
        "DELETE" => {
            push(path.to_owned(), None);
            if takes("force") {
                let reassign = if takes("reassign") { "&reassign={users.heir}" } else { "" };
                push(format!("{path}?force=true{reassign}"), None);
            }
        }
        _ => {
            let plain: Map<String, Value> = required.into_iter().map(|(name, value)| (name, value.into())).collect();
            for more in bodies(path) {
                let mut body = plain.clone();
                body.extend(more.as_object().unwrap().clone());
                push(path.to_owned(), Some(body.into()));
            }
        }
    }
}

fn takes_choice(args: Option<&Map<String, Value>>, name: &str, choice: &str) -> bool {
    let choices = args.and_then(|args| args.get(name)?["enum"].as_array());
    choices.is_some_and(|choices| choices.iter().any(|value| value == choice))
}

/// What must be sent, with something that will do.
fn required(path: &str, args: Option<&Map<String, Value>>) -> Vec<(String, String)> {
    let required = args.into_iter().flatten().filter(|(name, schema)| {
        // The path says it, or the body that is added.
        schema["required"] == true && *name != "reassign" && !path.contains(&format!("{{{name}"))
    });
    let value = |name: &str, schema: &Value| match name {
        "email" => "{unique}@example.org".to_owned(),
        "username" | "name" | "title" | "slug" => "{unique}".to_owned(),
        "password" => "a long enough passphrase".to_owned(),
        // an address of documentation, which nobody is asked for
        "url" | "src" => "http://192.0.2.1/".to_owned(),
        _ => schema["enum"][0].as_str().unwrap_or("x").to_owned(),
    };
    let strings = required.filter(|(_, schema)| schema["type"] == "string" || schema["type"].is_array());
    strings.map(|(name, schema)| (name.clone(), value(name, schema))).collect()
}

/// What is sent beside what must be: the ways in which WordPress asks for more than one capability.
fn bodies(path: &str) -> Vec<Value> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["wp", "v2", "posts" | "pages", ..] if parts.len() < 5 => vec![
            json!({ "title": "x" }),
            json!({ "title": "x", "status": "publish" }),
            json!({ "title": "x", "status": "private" }),
            json!({ "title": "x", "author": "{users.others}" }),
            json!({ "title": "x", "categories": ["{categories}"] }),
        ],
        ["wp", "v2", "posts" | "pages" | "blocks" | "navigation" | "menu-items", _, "autosaves"] => {
            vec![json!({ "title": "x" })]
        }
        ["wp", "v2", "blocks" | "navigation", ..] => {
            vec![json!({ "title": "x" }), json!({ "title": "x", "status": "publish" })]
        }
        ["wp", "v2", "menu-items", ..] => vec![json!({ "title": "x", "url": "https://example.org/" })],
        ["wp", "v2", "media"] => vec![json!({ "@file": "picture.png" })],
        ["wp", "v2", "media", _, "edit"] => vec![json!({ "src": "{src}", "rotation": 90 })],
        ["wp", "v2", "media", _, "post-process"] => vec![json!({ "action": "create-image-subsizes" })],
        ["wp", "v2", "media", _] => vec![json!({ "alt_text": "x" }), json!({ "author": "{users.others}" })],
        ["wp", "v2", "comments"] => vec![
            json!({ "post": "{posts.others.publish}", "content": "{unique}" }),
            json!({ "post": "{posts.others.draft}", "content": "{unique}" }),
            json!({ "post": "{posts.others.publish}", "content": "{unique}", "author": "{users.others}" }),
            json!({ "post": "{posts.others.publish}", "content": "{unique}", "status": "approved" }),
        ],
        ["wp", "v2", "comments", _] => vec![json!({ "content": "{unique}" }), json!({ "status": "hold" })],
        ["wp", "v2", "users"] => vec![json!({}), json!({ "roles": ["administrator"] })],
        ["wp", "v2", "users", _] => vec![
            json!({ "description": "x" }),
            json!({ "roles": ["administrator"] }),
            json!({ "password": "another long passphrase" }),
        ],
        ["wp", "v2", "settings"] => vec![json!({ "description": "x" })],
        ["batch", "v1"] => vec![json!({ "requests": [{ "path": "/wp/v2/posts", "body": { "title": "x" } }] })],
        ["wp", "v2", "block-renderer", ..] => vec![json!({}), json!({ "post_id": "{posts.others.draft}" })],
        ["wp", "v2", "categories" | "tags" | "menus" | "wp_pattern_category", _] => vec![json!({ "description": "x" })],
        ["wp", "v2", "templates" | "template-parts", ..] => vec![json!({ "content": "x" })],
        _ => vec![json!({})],
    }
}

/// The route's pattern with every kind of item in the places of its parameters.
fn paths(pattern: &str) -> Vec<String> {
    let mut paths = vec![String::new()];
    for part in split(pattern) {
        let choices = match part {
            Part::Text(text) => vec![text],
            Part::Parameter(name) => choices(pattern, &name, &paths[0]),
        };
        paths = paths.iter().flat_map(|path| choices.iter().map(move |choice| format!("{path}{choice}"))).collect();
    }
    // A version is one of the post before it.
    let own = |path: &str| path.replacen("{version}", &version(path), 1);
    paths.iter().map(|path| own(path)).collect()
}

fn version(path: &str) -> String {
    let parent = path.split('{').nth(1).and_then(|rest| rest.split('}').next()).unwrap_or_default();
    format!("{{version:{parent}}}")
}

enum Part {
    Text(String),
    Parameter(String),
}

/// `(?P<id>[\d]+)` is a parameter, whatever its expression has in brackets.
fn split(pattern: &str) -> Vec<Part> {
    let (mut parts, mut rest) = (Vec::new(), pattern);
    while let Some((text, after)) = rest.split_once("(?P<") {
        let (name, expression) = after.split_once('>').unwrap();
        let mut depth = 1;
        let end = expression.char_indices().find(|(_, character)| {
            depth += i32::from(*character == '(') - i32::from(*character == ')');
            depth == 0
        });
        parts.extend([Part::Text(text.to_owned()), Part::Parameter(name.to_owned())]);
        rest = &expression[end.unwrap().0 + 1..];
    }
    parts.push(Part::Text(rest.to_owned()));
    parts
}

fn choices(pattern: &str, name: &str, before: &str) -> Vec<String> {
    let base = pattern.split('/').nth(3).unwrap_or_default();
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    // The second number of a route is a version of what the first names.
    if name == "id" && before.contains('{') {
        return named(&[if before.contains("revisions") { "{version}" } else { "999999" }]);
    }
    match (base, name) {
        ("posts" | "pages", "id" | "parent") => {
            let owners = ["own", "others"].iter();
            let statuses = ["publish", "draft", "private"];
            owners.flat_map(|owner| statuses.map(|status| format!("{{{base}.{owner}.{status}}}"))).collect()
        }
        ("blocks" | "navigation" | "menu-items", _) => {
            ["own", "others"].map(|owner| format!("{{{base}.{owner}.publish}}")).to_vec()
        }
        ("media", _) => named(&["{media.own}", "{media.others}"]),
        ("templates" | "template-parts", "parent") => vec![format!("{{{base}.number}}")],
        // `<id>/autosaves` counts, the route of templates themselves names them by their place.
        ("templates" | "template-parts", _) if pattern.ends_with("autosaves") => vec![format!("{{{base}.number}}")],
        ("templates" | "template-parts", _) => vec![format!("{{{base}}}")],
        ("global-styles", "stylesheet") => named(&["{theme}"]),
        ("global-styles", _) => named(&["{styles}"]),
        ("themes", _) => named(&["{theme}"]),
        ("categories" | "tags" | "menus" | "wp_pattern_category", _) => vec![format!("{{{base}}}")],
        ("types", _) => named(&["post", "wp_block"]),
        ("statuses", _) => named(&["publish", "draft", "private"]),
        ("taxonomies", _) => named(&["category", "nav_menu"]),
        ("users", "id") => named(&["{users.own}", "{users.others}", "{users.silent}"]),
        ("users", "user_id") => named(&["me", "{users.own}", "{users.others}"]),
        ("users", "uuid") => named(&["{password}"]),
        ("comments", _) => named(&["{comments.own}", "{comments.others}", "{comments.on-own}", "{comments.held}"]),
        ("block-renderer", _) => named(&["core/archives"]),
        ("block-types", "namespace") => named(&["core"]),
        ("block-types", _) => named(&["paragraph"]),
        ("menu-locations", _) => named(&["primary"]),
        ("plugins", _) => named(&["none/none"]),
        ("sidebars", _) => named(&["wp_inactive_widgets"]),
        ("widget-types", _) => named(&["text"]),
        ("widgets", _) => named(&["text-1"]),
        _ => panic!("nobody says what {name} of {pattern} may be"),
    }
}
