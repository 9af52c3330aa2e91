//! `/wp/v2/themes`: the theme in use.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    global_styles,
    links::Links,
    menus::edits_something,
    posts::fields::FORMATS,
    schema::{Fields, Kind, Schema},
    table::{self, ItemSchema, Route},
};
use crate::{content::Capability, http::error::HttpError};

/// What the pages of every theme of ours can do.
const SUPPORTED: [&str; 6] =
    ["align-wide", "automatic-feed-links", "editor-styles", "post-thumbnails", "responsive-embeds", "title-tag"];
const UNSUPPORTED: [&str; 14] = [
    "block-templates",
    "block-template-parts",
    "custom-background",
    "custom-header",
    "custom-logo",
    "customize-selective-refresh-widgets",
    "dark-editor-style",
    "disable-custom-colors",
    "disable-custom-font-sizes",
    "disable-custom-gradients",
    "disable-layout-styles",
    "editor-color-palette",
    "editor-font-sizes",
    "editor-gradient-presets",
];
const HTML5: [&str; 7] = ["search-form", "comment-form", "comment-list", "gallery", "caption", "script", "style"];

pub fn routes() -> Vec<Route> {
    let item = Arc::new(ItemSchema { title: "theme".to_owned(), fields: fields(), actions: Vec::new() });
    let status = Schema::string("").choices(["active", "inactive"]);
    let status = ("status".into(), Schema::list(status, "Only themes in these statuses."));
    let stylesheet = ("stylesheet".into(), Schema::string("The theme's name."));
    vec![
        Route::new("wp/v2", "themes").on(table::GET, Action::Themes(Verb::List), vec![status]).item(&item),
        Route::new("wp/v2", "themes/<stylesheet:theme>")
            .on(table::GET, Action::Themes(Verb::Get), vec![stylesheet])
            .item(&item),
    ]
}

fn fields() -> Fields {
    let text = |what: &'static str| Schema::string(what).readonly();
    let pair = |of: Schema, what: &'static str| {
        let shown = Schema { description: "As shown.".into(), ..of.clone() };
        let members =
            vec![("raw".into(), Schema { description: "As written.".into(), ..of }), ("rendered".into(), shown)];
        Schema::object(members, what).readonly()
    };
    let plain = || Schema::string("");
    let tags = vec![("raw".into(), Schema::strings("As written.")), ("rendered".into(), Schema::string("As shown."))];
    vec![
        ("stylesheet".into(), text("Its name.")),
        ("template".into(), text("Name of the theme it is made of.")),
        ("author".into(), pair(plain(), "Who made it.")),
        ("author_uri".into(), pair(Schema::uri(""), "Address of who made it.")),
        ("description".into(), pair(plain(), "What it is like.")),
        ("name".into(), pair(plain(), "Its title.")),
        ("requires_php".into(), text("Empty: no theme of ours needs PHP.")),
        ("requires_wp".into(), text("Empty.")),
        ("screenshot".into(), Schema::uri("Address of a picture of it.").readonly()),
        ("tags".into(), Schema::object(tags, "Words it is found by.").readonly()),
        ("textdomain".into(), text("Its name in translations.")),
        ("theme_supports".into(), Schema::object(supports_fields(), "What it can do.").readonly()),
        ("theme_uri".into(), pair(Schema::uri(""), "Its address.")),
        ("version".into(), text("Its version.")),
        ("status".into(), Schema::string("Whether it is in use.").choices(["inactive", "active"])),
    ]
}

fn supports_fields() -> Fields {
    let flag = |what: &'static str| Schema::boolean(what).default_to(false);
    let plain = SUPPORTED.into_iter().filter(|name| *name != "post-thumbnails").chain(UNSUPPORTED);
    let can = |name: &'static str| match custom(name) {
        Some(members) => {
            let schema = flag("Whether it can, and how.").or(Kind::Object);
            (name.into(), Schema { properties: Some(members), closed: true, ..schema })
        }
        None => (name.into(), flag("Whether it can.")),
    };
    let mut fields: Fields = plain.map(can).collect();
    let list =
        |of: Schema| Schema { items: Some(Box::new(of)), ..flag("Whether it can, and for what.").or(Kind::Array) };
    let mut formats = Schema::list(Schema::string("").choices(FORMATS).keyed(), "Post formats it knows.");
    formats.default = Some(json!(["standard"]));
    fields.push(("html5".into(), list(Schema::string("").choices(HTML5))));
    fields.push(("formats".into(), formats));
    fields.push(("post-thumbnails".into(), list(Schema::string(""))));
    fields.push(("wp-block-styles".into(), flag("Whether it can.")));
    for (name, value) in PRESETS {
        let member = if value == "size" { Schema::number("") } else { Schema::string("") };
        let members =
            vec![("name".into(), Schema::string("")), (value.into(), member), ("slug".into(), Schema::string(""))];
        let preset = Schema { closed: true, ..Schema::object(members, "") };
        fields.retain(|(known, _)| known != name);
        fields.push((name.into(), list(preset)));
    }
    fields
}

/// What a theme may offer to choose from, and the member that holds each choice.
const PRESETS: [(&str, &str); 3] =
    [("editor-color-palette", "color"), ("editor-font-sizes", "size"), ("editor-gradient-presets", "gradient")];

/// Members of what a theme lets its owner set up.
fn custom(feature: &str) -> Option<Fields> {
    let texts =
        |names: &[&'static str]| -> Fields { names.iter().map(|name| ((*name).into(), Schema::string(""))).collect() };
    let flags =
        |names: &[&'static str]| -> Fields { names.iter().map(|name| ((*name).into(), Schema::boolean(""))).collect() };
    let size = || -> Fields { vec![("width".into(), Schema::integer("")), ("height".into(), Schema::integer(""))] };
    let image = || -> Fields { vec![("default-image".into(), Schema::uri(""))] };
    Some(match feature {
        "custom-background" => {
            let choice = |name: &'static str, choices: &[&'static str]| {
                (name.into(), Schema::string("").choices(choices.iter().copied()))
            };
            let mut members = image();
            members.extend([
                choice("default-preset", &["default", "fill", "fit", "repeat", "custom"]),
                choice("default-position-x", &["left", "center", "right"]),
                choice("default-position-y", &["left", "center", "right"]),
                choice("default-size", &["auto", "contain", "cover"]),
                choice("default-repeat", &["repeat-x", "repeat-y", "repeat", "no-repeat"]),
                choice("default-attachment", &["scroll", "fixed"]),
            ]);
            members.extend(texts(&["default-color"]));
            members
        }
        "custom-header" => {
            let mut members = image();
            members.extend(size());
            members.extend(flags(&["random-default", "flex-height", "flex-width", "header-text", "uploads", "video"]));
            members.extend(texts(&["default-text-color"]));
            members
        }
        "custom-logo" => {
            let mut members = size();
            members.extend(flags(&["flex-width", "flex-height", "unlink-homepage-logo"]));
            members.push(("header-text".into(), Schema::strings("")));
            members
        }
        _ => return None,
    })
}

/// Whoever writes may know the theme in use; the others are for those who switch themes.
pub fn permit(verb: Verb, call: &Call) -> Result<(), HttpError> {
    if call.can(Capability::SwitchThemes) {
        return Ok(());
    }
    let active = match verb {
        Verb::List => call.texts("status") == ["active"],
        _ => call.url_text("stylesheet") == name(call),
    };
    match (active, edits_something(call)) {
        (true, true) => Ok(()),
        (true, false) => {
            let message = "Sorry, you are not allowed to view the active theme.";
            Err(call.refuse("rest_cannot_view_active_theme", message))
        }
        (false, _) => Err(call.refuse("rest_cannot_view_themes", "Sorry, you are not allowed to view themes.")),
    }
}

pub fn run(verb: Verb, call: &Call) -> Result<Answer, HttpError> {
    if verb == Verb::List {
        let statuses = call.texts("status");
        let shown = statuses.is_empty() || statuses.contains(&"active");
        return Ok(Answer::ok(if shown { json!([view(call)]) } else { json!([]) }));
    }
    if call.url_text("stylesheet") != name(call) {
        return Err(not_found());
    }
    Ok(Answer::ok(view(call)))
}

pub fn not_found() -> HttpError {
    HttpError::not_found("rest_theme_not_found", "Theme not found.")
}

/// Name of the theme in use.
pub fn name(call: &Call) -> &str {
    call.app.theme.name()
}

fn view(call: &Call) -> Value {
    let name = name(call);
    let pair = |text: &str| json!({ "raw": text, "rendered": text });
    let mut title: Vec<char> = name.chars().collect();
    if let Some(first) = title.first_mut() {
        first.make_ascii_uppercase();
    }
    let title: String = title.into_iter().collect();
    let mut supports: Map<String, Value> = UNSUPPORTED.iter().map(|name| ((*name).to_owned(), false.into())).collect();
    supports.extend(SUPPORTED.iter().map(|name| ((*name).to_owned(), true.into())));
    supports.insert("html5".to_owned(), json!(HTML5));
    supports.insert("formats".to_owned(), json!(FORMATS));
    supports.insert("wp-block-styles".to_owned(), false.into());
    let mut links = Links::default();
    links.add("self", call.href(&format!("themes/{name}")));
    links.add("collection", call.href("themes"));
    let styles = global_styles::of_theme(call, name).map_or_else(|| name.to_owned(), |id| id.to_string());
    links.add("wp:user-global-styles", call.href(&format!("global-styles/{styles}")));
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("stylesheet", name.into());
    put("template", name.into());
    put("requires_php", "".into());
    put("requires_wp", "".into());
    put("textdomain", name.into());
    put("version", env!("CARGO_PKG_VERSION").into());
    put("screenshot", "".into());
    put("author", pair("Bucketpress"));
    put("author_uri", pair(""));
    put("description", pair(""));
    put("name", pair(&title));
    put("tags", json!({ "raw": ["blog", "news"], "rendered": "blog, news" }));
    put("theme_uri", pair(""));
    put("status", "active".into());
    put("theme_supports", supports.into());
    put("_links", links.finish());
    call.present(item)
}
