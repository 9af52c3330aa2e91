//! Post statuses.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    links::Links,
    schema::{ALL, Context, EDIT, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
};
use crate::{content::Capability, http::error::HttpError};

struct Status {
    slug: &'static str,
    name: &'static str,
    private: bool,
    protected: bool,
    public: bool,
    listed: bool,
    floating: bool,
}

const fn status(slug: &'static str, name: &'static str) -> Status {
    Status { slug, name, private: false, protected: false, public: false, listed: true, floating: false }
}

const STATUSES: [Status; 6] = [
    Status { public: true, ..status("publish", "Published") },
    Status { protected: true, ..status("future", "Scheduled") },
    Status { protected: true, floating: true, ..status("draft", "Draft") },
    Status { protected: true, floating: true, ..status("pending", "Pending") },
    Status { private: true, ..status("private", "Private") },
    Status { listed: false, ..status("trash", "Trash") },
];

pub fn routes() -> Vec<Route> {
    let flag = |what: &'static str, contexts| Schema::boolean(what).within(contexts).readonly();
    let fields = vec![
        ("name".into(), Schema::string("Its name.").within(ALL).readonly()),
        ("private".into(), flag("Only for those who may read private posts.", EDIT)),
        ("protected".into(), flag("Only for those who may edit the post.", EDIT)),
        ("public".into(), flag("For everyone.", VIEW_EDIT)),
        ("queryable".into(), flag("Found by readers.", VIEW_EDIT)),
        ("show_in_list".into(), flag("In the desk's lists.", EDIT)),
        ("slug".into(), Schema::string("Its slug.").within(ALL).readonly()),
        ("date_floating".into(), flag("Without a date until published.", VIEW_EDIT)),
    ];
    let item = Arc::new(ItemSchema { title: "status".to_owned(), fields, actions: Vec::new() });
    let slug = ("status".into(), Schema::string("The status's slug."));
    vec![
        Route::new("wp/v2", "statuses")
            .on(table::GET, Action::Statuses(Verb::List), vec![describe::context()])
            .item(&item),
        Route::new("wp/v2", "statuses/<status:word>")
            .on(table::GET, Action::Statuses(Verb::Get), vec![slug, describe::context()])
            .item(&item),
    ]
}

fn find(call: &Call) -> Result<&'static Status, HttpError> {
    let slug = call.url_text("status");
    let found = STATUSES.iter().find(|status| status.slug == slug);
    found.ok_or_else(|| HttpError::not_found("rest_status_invalid", "Invalid status."))
}

pub fn permit(verb: Verb, call: &Call) -> Result<(), HttpError> {
    let edits = call.can(Capability::EditPosts);
    if verb == Verb::Get {
        let status = find(call)?;
        if !status.public && !edits {
            return Err(call.refuse("rest_cannot_read_status", "Cannot view status."));
        }
    } else if call.context == Context::Edit && !edits {
        let message = "Sorry, you are not allowed to manage post statuses.";
        return Err(call.refuse("rest_cannot_view", message));
    }
    Ok(())
}

pub fn run(verb: Verb, call: &Call) -> Result<Answer, HttpError> {
    if verb == Verb::Get {
        return Ok(Answer::ok(view(call, find(call)?)));
    }
    let edits = call.can(Capability::EditPosts);
    let shown = STATUSES.iter().filter(|status| status.public || edits);
    let shown: Map<String, Value> = shown.map(|status| (status.slug.to_owned(), view(call, status))).collect();
    Ok(Answer::ok(shown.into()))
}

fn view(call: &Call, status: &Status) -> Value {
    let mut links = Links::default();
    let archive = if status.public { "posts".to_owned() } else { format!("posts?status={}", status.slug) };
    links.add("archives", call.href(&archive));
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("name", status.name.into());
    put("private", status.private.into());
    put("protected", status.protected.into());
    put("public", status.public.into());
    put("queryable", status.public.into());
    put("show_in_list", status.listed.into());
    put("slug", status.slug.into());
    put("date_floating", status.floating.into());
    put("_links", links.finish());
    call.present(item)
}
