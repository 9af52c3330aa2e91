//! `/wp/v2/block-types`: the blocks pages are written in.

mod known;
mod supports;

use std::sync::Arc;

use serde_json::{Value, json};

use self::known::{BLOCKS, Block};
use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    links::Links,
    menus::edits_something,
    schema::{ALL, Fields, Kind, Schema},
    table::{self, ItemSchema, Route},
};
use crate::http::error::HttpError;

pub fn routes() -> Vec<Route> {
    let item = Arc::new(ItemSchema { title: "block-type".to_owned(), fields: fields(), actions: Vec::new() });
    let namespace = || ("namespace".into(), Schema::string("Only blocks of this namespace."));
    let name = ("name".into(), Schema::string("The block's name."));
    let action = Action::BlockTypes;
    vec![
        Route::new("wp/v2", "block-types")
            .on(table::GET, action(Verb::List), vec![describe::context(), namespace()])
            .item(&item),
        Route::new("wp/v2", "block-types/<namespace:name>")
            .on(table::GET, action(Verb::List), vec![describe::context(), namespace()])
            .item(&item),
        Route::new("wp/v2", "block-types/<namespace:name>/<name:name>")
            .on(table::GET, action(Verb::Get), vec![name, namespace(), describe::context()])
            .item(&item),
    ]
}

fn fields() -> Fields {
    let shown = |schema: Schema| schema.within(ALL).readonly();
    let text = |what: &'static str| shown(Schema::string(what).default_to(""));
    let nullable = |what: &'static str| shown(Schema::string(what).or(Kind::Null).default_to(Value::Null));
    let texts = |what: &'static str| shown(Schema::strings(what).default_to(json!([])));
    let handles = |what: &'static str| texts(what).listed();
    let maybe_texts = |what: &'static str| shown(Schema::strings(what).or(Kind::Null).default_to(Value::Null));
    let map = |what: &'static str| shown(Schema::object(Vec::new(), what).default_to(json!([])));
    let listed = |members: Fields, what: &'static str| {
        shown(Schema::list(Schema::object(members, ""), what).default_to(json!([])))
    };
    vec![
        ("api_version".into(), shown(Schema::integer("Version of the block API it is written for.").default_to(1))),
        ("title".into(), text("Its title.")),
        ("name".into(), text("Its name.")),
        ("description".into(), text("What it is for.")),
        ("icon".into(), nullable("Its icon.")),
        ("attributes".into(), map("Its attributes.").or(Kind::Null).default_to(Value::Null).others(Schema::map(""))),
        ("provides_context".into(), map("What blocks within it are told.").others(Schema::string(""))),
        ("uses_context".into(), texts("What it wants to be told.")),
        ("supports".into(), map("What the editor may do with it.")),
        ("category".into(), nullable("Its category.")),
        ("is_dynamic".into(), shown(Schema::boolean("Whether its HTML is made when shown.").default_to(false))),
        ("editor_script_handles".into(), handles("Its scripts.")),
        ("script_handles".into(), handles("Its scripts.")),
        ("view_script_handles".into(), handles("Its scripts.")),
        ("editor_style_handles".into(), handles("Its styles.")),
        ("style_handles".into(), handles("Its styles.")),
        ("styles".into(), listed(styles(), "Ways it may look.")),
        ("variations".into(), listed(variations(), "Ways to begin it.").default_to(Value::Null)),
        ("textdomain".into(), nullable("Its name in translations.")),
        ("parent".into(), maybe_texts("Blocks it must be right within.")),
        ("ancestor".into(), maybe_texts("Blocks it must be somewhere within.")),
        ("keywords".into(), texts("Words it is found by.")),
        ("example".into(), shown(example().or(Kind::Null).default_to(Value::Null))),
        ("editor_script".into(), nullable("Its script.")),
        ("script".into(), nullable("Its script.")),
        ("view_script".into(), nullable("Its script.")),
        ("editor_style".into(), nullable("Its style.")),
        ("style".into(), nullable("Its style.")),
    ]
}

fn styles() -> Fields {
    vec![
        ("name".into(), Schema::string("Its name.").required()),
        ("label".into(), Schema::string("Its title.")),
        ("inline_style".into(), Schema::string("Its CSS.")),
        ("style_handle".into(), Schema::string("Its style sheet.")),
    ]
}

fn example() -> Schema {
    let members = vec![
        ("attributes".into(), Schema::map("Its attributes.")),
        ("innerBlocks".into(), Schema::list(inner_block(), "Blocks in it.")),
    ];
    Schema::object(members, "An example.")
}

fn inner_block() -> Schema {
    let members = vec![
        ("name".into(), Schema::string("The block's name.")),
        ("attributes".into(), Schema::map("Its attributes.")),
        ("innerBlocks".into(), Schema::of(&[Kind::Array], "Blocks in it, as this one is.")),
    ];
    Schema::object(members, "")
}

fn variations() -> Fields {
    let maybe = |what: &'static str| Schema::string(what).or(Kind::Null).default_to(Value::Null).within(ALL).readonly();
    let words = |what: &'static str| Schema::strings(what).default_to(json!([])).within(ALL).readonly();
    vec![
        ("name".into(), Schema::string("Its name.").required()),
        ("title".into(), Schema::string("Its title.").required()),
        ("description".into(), Schema::string("What it is for.")),
        ("category".into(), maybe("Its category.")),
        ("icon".into(), maybe("Its icon.")),
        ("isDefault".into(), Schema::boolean("Whether it is meant where none is named.").default_to(false)),
        ("attributes".into(), Schema::map("Attributes it begins with.")),
        ("innerBlocks".into(), Schema::list(inner_block(), "Blocks it begins with.")),
        ("example".into(), example().or(Kind::Null).default_to(Value::Null).within(ALL).readonly()),
        ("scope".into(), scope().default_to(Value::Null)),
        ("keywords".into(), words("Words it is found by.")),
    ]
}

/// Where a variation is offered.
fn scope() -> Schema {
    let places = Schema::string("").choices(["block", "inserter", "transform"]);
    Schema::list(places, "Where it is offered.").or(Kind::Null).within(ALL).readonly()
}

pub fn permit(call: &Call) -> Result<(), HttpError> {
    if edits_something(call) {
        return Ok(());
    }
    Err(call.refuse("rest_block_type_cannot_view", "Sorry, you are not allowed to manage block types."))
}

pub fn run(verb: Verb, call: &Call) -> Result<Answer, HttpError> {
    let namespace = call.text("namespace");
    if verb == Verb::List {
        let of_namespace = |block: &&Block| {
            namespace.is_none_or(|wanted| block.name.split_once('/').is_some_and(|(name, _)| name == wanted))
        };
        let blocks = BLOCKS.iter().filter(of_namespace).map(|block| view(call, block));
        return Ok(Answer::ok(blocks.collect()));
    }
    let name = format!("{}/{}", call.url_text("namespace"), call.url_text("name"));
    let found = BLOCKS.iter().find(|block| block.name == name);
    let block = found.ok_or_else(|| HttpError::not_found("rest_block_type_invalid", "Invalid block type."))?;
    Ok(Answer::ok(view(call, block)))
}

fn view(call: &Call, block: &Block) -> Value {
    let mut links = Links::default();
    links.add("collection", call.href("block-types"));
    links.add("self", call.href(&format!("block-types/{}", block.name)));
    links.add("up", call.href("block-types/core"));
    let said = |member: &str, unsaid: Value| block.file.get(member).cloned().unwrap_or(unsaid);
    let handle = format!("wp-block-{}", block.name.trim_start_matches("core/"));
    let (style, editor_style) = (said("style", json!(handle)), said("editorStyle", json!(format!("{handle}-editor"))));
    let members = json!({
        "api_version": said("apiVersion", json!(2)), "title": block.title, "name": block.name,
        "description": said("description", json!("")), "icon": said("icon", Value::Null),
        "category": block.category, "keywords": said("keywords", json!([])),
        "parent": said("parent", Value::Null), "ancestor": said("ancestor", Value::Null),
        "provides_context": said("providesContext", json!([])), "uses_context": said("usesContext", json!([])),
        "attributes": block.attributes, "supports": said("supports", json!({})),
        "is_dynamic": block.dynamic, "styles": said("styles", json!([])), "variations": [],
        "textdomain": null, "example": said("example", Value::Null),
        "editor_script_handles": [], "script_handles": [], "view_script_handles": [],
        "editor_style_handles": handles(&editor_style), "style_handles": handles(&style),
        "editor_script": null, "script": null, "view_script": null,
        "editor_style": handles(&editor_style).first(), "style": handles(&style).first(),
        "_links": links.finish(),
    });
    call.present(members.as_object().cloned().unwrap_or_default())
}

/// `block.json` names one, or several in a list.
fn handles(said: &Value) -> Vec<&str> {
    match said {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}
