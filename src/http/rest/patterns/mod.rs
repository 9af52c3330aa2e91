//! Block patterns and the directories of patterns and blocks. No other host is asked: the directories are empty.

mod built_in;

use serde_json::{Value, json};

use super::{
    action::Action,
    call::{Answer, Call},
    describe,
    menus::edits_something,
    posts::params,
    schema::{ALL, Schema},
    table::{self, ItemSchema, Route},
};
use crate::{content::Capability, http::error::HttpError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Patterns,
    Categories,
    PatternDirectory,
    BlockDirectory,
}

/// Categories the editor files patterns under.
const CATEGORIES: [(&str, &str); 8] = [
    ("buttons", "Buttons"),
    ("columns", "Columns"),
    ("featured", "Featured"),
    ("footer", "Footers"),
    ("gallery", "Gallery"),
    ("header", "Headers"),
    ("text", "Text"),
    ("query", "Query"),
];

pub fn routes() -> Vec<Route> {
    let text = |what: &'static str| Schema::string(what).within(ALL).readonly();
    let schema =
        |title: &str, fields| std::sync::Arc::new(ItemSchema { title: title.to_owned(), fields, actions: Vec::new() });
    let pattern = schema(
        "block-pattern",
        vec![
            ("name".into(), text("Its name.")),
            ("title".into(), text("Its title.")),
            ("content".into(), text("Its blocks.")),
            ("description".into(), text("What it is for.")),
            ("categories".into(), Schema::strings("Its categories.").within(ALL).readonly()),
            ("viewport_width".into(), Schema::number("Width its preview is drawn at.").within(ALL).readonly()),
            ("keywords".into(), Schema::strings("Words it is found by.").within(ALL).readonly()),
            ("inserter".into(), Schema::boolean("Whether it is offered.").within(ALL).readonly()),
            ("source".into(), text("Where it comes from.")),
        ],
    );
    let category = schema(
        "block-pattern-category",
        vec![
            ("name".into(), text("Its name.")),
            ("label".into(), text("Its title.")),
            ("description".into(), text("What belongs there.")),
        ],
    );
    let numbers = |what: &'static str| Schema::integer(what).at_least(1);
    let pattern_search = vec![
        describe::context(),
        ("search".into(), Schema::string("Only what has this text.").long_at_least(1)),
        ("category".into(), numbers("Only of the category with this id.")),
        ("keyword".into(), numbers("Only with the keyword of this id.")),
        ("slug".into(), Schema::strings("Only with these slugs.")),
    ];
    let mut block_search = params::paging();
    block_search.retain(|(name, _)| name != "search");
    for (name, schema) in &mut block_search {
        if name == "context" {
            schema.choices.retain(|choice| choice == "view");
        }
    }
    block_search.push(("term".into(), Schema::string("Only what has this text.").long_at_least(1).required()));
    let on = |path, list, args| Route::new("wp/v2", path).on(table::GET, Action::Patterns(list), args);
    vec![
        on("block-directory/search", List::BlockDirectory, block_search),
        on("pattern-directory/patterns", List::PatternDirectory, pattern_search),
        on("block-patterns/patterns", List::Patterns, Vec::new()).item(&pattern),
        on("block-patterns/categories", List::Categories, Vec::new()).item(&category),
    ]
}

pub fn permit(list: List, call: &Call) -> Result<(), HttpError> {
    let (may, code, message) = match list {
        List::Patterns => (
            edits_something(call),
            "rest_cannot_view",
            "Sorry, you are not allowed to view the registered block patterns.",
        ),
        List::Categories => (
            edits_something(call),
            "rest_cannot_view",
            "Sorry, you are not allowed to view the registered block pattern categories.",
        ),
        List::PatternDirectory => (
            edits_something(call),
            "rest_pattern_directory_cannot_view",
            "Sorry, you are not allowed to browse the local block patterns.",
        ),
        List::BlockDirectory => (
            call.can(Capability::InstallPlugins) && call.can(Capability::ActivatePlugins),
            "rest_block_directory_cannot_view",
            "Sorry, you are not allowed to browse the block directory.",
        ),
    };
    if may { Ok(()) } else { Err(call.refuse(code, message)) }
}

pub fn run(list: List, call: &Call) -> Answer {
    let categories = || -> Value {
        CATEGORIES.iter().map(|(name, label)| json!({ "name": name, "label": label, "description": "" })).collect()
    };
    let pattern = |(name, title, description, categories, content): &(&str, &str, &str, &[&str], &str)| {
        let members = json!({
            "name": name, "title": title, "content": content, "description": description, "categories": categories,
            "viewport_width": 1000, "keywords": [], "inserter": true, "source": "core",
        });
        call.present(members.as_object().cloned().unwrap_or_default())
    };
    Answer::ok(match list {
        List::Categories => categories(),
        List::Patterns => built_in::PATTERNS.iter().map(pattern).collect(),
        List::PatternDirectory | List::BlockDirectory => json!([]),
    })
}
