//! `/wp/v2/menu-items`: posts of type `nav_menu_item`, shown as what they point at.

use std::sync::Arc;

use serde_json::json;

use super::{item_view, item_write, permit_reading};
use crate::{
    content::Capability,
    http::{
        error::HttpError,
        rest::{
            action::{Action, Verb},
            autosaves,
            call::{Answer, Call},
            describe,
            posts::{self, fields, kind::PostKind, params},
            schema::{ALL, Fields, Schema, VIEW_EDIT},
            table::{self, ItemSchema, Route},
        },
    },
};

const KINDS: [&str; 4] = ["taxonomy", "post_type", "post_type_archive", "custom"];

pub fn routes(kind: &Arc<PostKind>) -> Vec<Route> {
    let item = Arc::new(ItemSchema { title: "nav_menu_item".to_owned(), fields: item_fields(), actions: actions() });
    let action = |verb| Action::MenuItems(verb, kind.clone());
    let base = kind.rest_base.as_str();
    let mut routes = vec![
        Route::under(base, "*")
            .on(table::GET, action(Verb::List), list_args(kind))
            .on(table::POST, action(Verb::Create), params::create(&item.fields))
            .batched(true)
            .item(&item),
        Route::under(base, "*/<id:number>")
            .on(table::GET, action(Verb::Get), vec![params::id(), describe::context()])
            .on(table::EDIT, action(Verb::Update), params::update(&item.fields))
            .on(table::DELETE, action(Verb::Delete), params::delete())
            .batched(true)
            .item(&item),
    ];
    routes.extend(autosaves::routes(kind, &item.fields));
    routes
}

/// As of other posts, a whole menu at once in its own order.
fn list_args(kind: &PostKind) -> Fields {
    let mut args = params::list(kind);
    for (name, schema) in &mut args {
        match name.as_ref() {
            "per_page" => schema.default = Some(json!(100)),
            "order" => schema.default = Some(json!("asc")),
            "orderby" => {
                schema.default = Some(json!("menu_order"));
                schema.choices.push("menu_order".into());
            }
            _ => {}
        }
    }
    args.push(("menu_order".into(), Schema::integer("Only with this place in the menu.")));
    args
}

fn item_fields() -> Fields {
    let text = |what: &'static str| Schema::string(what).within(ALL);
    let statuses = ["publish", "future", "draft", "pending", "private"];
    let mut title = fields::text("The title.", "The title as stored.", "The title as HTML.");
    title.kinds.insert(0, crate::http::rest::schema::Kind::String);
    vec![
        ("title".into(), title),
        ("id".into(), Schema::integer("Its id.").default_to(0).at_least(0).within(ALL).readonly()),
        ("type_label".into(), text("What it points at, in words.").readonly()),
        ("type".into(), text("What it points at.").choices(KINDS).default_to("custom")),
        ("status".into(), text("Where it is in its life.").choices(statuses).default_to("publish")),
        ("parent".into(), Schema::integer("Id of the item above it.").default_to(0).at_least(0).within(ALL)),
        ("attr_title".into(), text("Its `title` attribute.")),
        ("classes".into(), Schema::strings("Its CSS classes.").within(ALL)),
        ("description".into(), text("Its description.")),
        ("menu_order".into(), Schema::integer("Its place in the menu.").default_to(1).at_least(1).within(ALL)),
        ("object".into(), text("The post type or taxonomy it points at.")),
        ("object_id".into(), Schema::integer("Id of what it points at.").default_to(0).at_least(0).within(ALL)),
        ("target".into(), text("Where its link opens.").choices(["_blank", ""])),
        ("url".into(), Schema::uri("Where it leads.").within(ALL)),
        ("xfn".into(), Schema::strings("How its link is related.").within(ALL)),
        ("invalid".into(), Schema::boolean("True if what it points at is gone.").within(ALL).readonly()),
        ("menus".into(), Schema::integer("Id of its menu.").within(VIEW_EDIT)),
        ("meta".into(), Schema::object(Vec::new(), "Meta fields.").within(VIEW_EDIT)),
    ]
}

fn actions() -> Vec<table::ActionLink> {
    let link =
        |rel: &str, title: &str, target| table::ActionLink { rel: rel.to_owned(), title: title.to_owned(), target };
    let menus = json!({ "menus": { "type": "array", "items": { "type": "integer" } } });
    vec![
        link(
            "action-publish",
            "You may publish this.",
            json!({ "status": { "type": "string", "enum": ["publish", "future"] } }),
        ),
        link(
            "action-unfiltered-html",
            "You may write any HTML here.",
            json!({ "content": { "raw": { "type": "string" } } }),
        ),
        link("action-assign-menus", "You may choose menus.", menus.clone()),
        link("action-create-menus", "You may make menus.", menus),
        link("menu-item-object", "What it points at.", json!({ "object": { "type": "integer" } })),
    ]
}

pub fn permit(verb: Verb, kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    let reads = matches!(verb, Verb::List | Verb::Get);
    let editing = call.context == crate::http::rest::schema::Context::Edit;
    match verb {
        Verb::Get if !editing || call.can(Capability::EditThemeOptions) => {
            posts::permit::find(kind, call)?;
        }
        _ => posts::permit::permit(verb, kind, call)?,
    }
    if reads { permit_reading(call, "Sorry, you are not allowed to view menu items.") } else { Ok(()) }
}

pub async fn run(verb: Verb, kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    match verb {
        Verb::List => {
            let found = posts::list::select(kind, &call).await?;
            let mut items = Vec::with_capacity(found.ids.len());
            for post in found.ids.iter().filter_map(|id| call.site().post(*id)) {
                items.push(item_view::item(&call, &post).await?);
            }
            Ok(Answer::page(&call, items, found.total))
        }
        Verb::Get => {
            let post = posts::permit::find(kind, &call)?;
            Ok(Answer::ok(item_view::item(&call, &post).await?))
        }
        Verb::Create => item_write::create(kind, call).await,
        Verb::Update => item_write::update(kind, call).await,
        Verb::Delete => item_write::delete(kind, call).await,
    }
}
