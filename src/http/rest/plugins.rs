//! `/wp/v2/plugins`: nothing runs inside the server, so there are none to list and none to install.

use std::sync::Arc;

use serde_json::json;

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    schema::{ALL, Context, Contexts, Fields, Schema, VIEW_EDIT, WORDLIKE},
    table::{self, ItemSchema, Route},
};
use crate::{content::Capability, http::error::HttpError};

const STATUSES: [&str; 2] = ["inactive", "active"];

pub fn routes() -> Vec<Route> {
    let item = Arc::new(ItemSchema { title: "plugin".to_owned(), fields: fields(), actions: Vec::new() });
    let status = || Schema::string("Whether it runs.").choices(STATUSES);
    let name = || ("plugin".into(), Schema::string("Its file, without `.php`."));
    let list = vec![
        describe::context(),
        ("search".into(), Schema::string("Only what has this text.")),
        ("status".into(), Schema::list(status(), "Only those.")),
    ];
    let install = vec![
        ("slug".into(), Schema::string("Its name in the directory.").like(&WORDLIKE).required()),
        ("status".into(), status().default_to("inactive")),
    ];
    let action = Action::Plugins;
    vec![
        Route::new("wp/v2", "plugins")
            .on(table::GET, action(Verb::List), list)
            .on(table::POST, action(Verb::Create), install)
            .item(&item),
        Route::new("wp/v2", "plugins/<plugin:plugin>")
            .on(table::GET, action(Verb::Get), vec![describe::context(), name()])
            .on(table::EDIT, action(Verb::Update), vec![describe::context(), name(), ("status".into(), status())])
            .on(table::DELETE, action(Verb::Delete), vec![describe::context(), name()])
            .item(&item),
    ]
}

fn fields() -> Fields {
    const SHOWN: Contexts = &[Context::View, Context::Edit, Context::Embed];
    let text = |what: &'static str, contexts| Schema::string(what).within(contexts).readonly();
    let description = vec![("raw".into(), Schema::string("As written.")), ("rendered".into(), Schema::string(""))];
    vec![
        ("plugin".into(), text("Its file, without `.php`.", SHOWN)),
        ("status".into(), Schema::string("Whether it runs.").choices(STATUSES).within(ALL)),
        ("name".into(), text("Its name.", ALL)),
        ("plugin_uri".into(), Schema::uri("Its address.").within(VIEW_EDIT).readonly()),
        ("author".into(), Schema::map("Who made it.").within(VIEW_EDIT).readonly()),
        ("author_uri".into(), Schema::uri("Address of who made it.").within(VIEW_EDIT).readonly()),
        ("description".into(), Schema::object(description, "What it does.").within(VIEW_EDIT).readonly()),
        ("version".into(), text("Its version.", VIEW_EDIT)),
        ("network_only".into(), Schema::boolean("Whether it runs for all sites.").within(ALL).readonly()),
        ("requires_wp".into(), text("What it needs.", ALL)),
        ("requires_php".into(), text("What it needs.", ALL)),
        ("textdomain".into(), text("Its name in translations.", VIEW_EDIT)),
    ]
}

pub fn permit(verb: Verb, call: &Call) -> Result<(), HttpError> {
    let manage = "Sorry, you are not allowed to manage plugins for this site.";
    let (needed, code, message) = match verb {
        Verb::List => (Capability::ActivatePlugins, "rest_cannot_view_plugins", manage),
        Verb::Get => (Capability::ActivatePlugins, "rest_cannot_view_plugin", manage),
        Verb::Update => (Capability::ActivatePlugins, "rest_cannot_manage_plugins", manage),
        Verb::Create => (
            Capability::InstallPlugins,
            "rest_cannot_install_plugin",
            "Sorry, you are not allowed to install plugins on this site.",
        ),
        Verb::Delete => (
            Capability::DeletePlugins,
            "rest_cannot_manage_plugins",
            "Sorry, you are not allowed to delete plugins for this site.",
        ),
    };
    if call.can(needed) { Ok(()) } else { Err(call.refuse(code, message)) }
}

pub fn run(verb: Verb) -> Result<Answer, HttpError> {
    match verb {
        Verb::List => Ok(Answer::ok(json!([]))),
        Verb::Create => Err(HttpError::not_found("plugins_api_failed", "Plugin not found.")),
        _ => Err(HttpError::not_found("rest_plugin_not_found", "Plugin not found.")),
    }
}
