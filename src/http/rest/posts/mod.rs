//! Posts, pages, media and custom types: one resource, described by [`kind::PostKind`].

pub mod fields;
pub mod kind;
pub mod list;
pub mod params;
pub mod permit;
pub mod view;
mod write;

pub use self::write::{edit_context, fields as write_fields, named_term, raw_text, saved, show};

use std::sync::Arc;

use self::kind::{Controller, PostKind};
use super::{
    action::{Action, Verb},
    autosaves,
    call::{Answer, Call},
    global_styles, media, menus, revisions,
    table::{self, Route},
    templates,
};
use crate::http::error::HttpError;

/// The routes of one post type.
pub fn routes(kind: &Arc<PostKind>) -> Vec<Route> {
    match kind.controller {
        Controller::Posts | Controller::Blocks => {}
        Controller::MenuItems => return menus::items::routes(kind),
        Controller::Templates => return templates::routes(kind),
        Controller::GlobalStyles => return global_styles::routes(kind),
    }
    let item = Arc::new(fields::item(kind));
    let base = kind.rest_base.as_str();
    let action = |verb| Action::Posts(verb, kind.clone());
    let create = if kind.is_media() { Action::Upload(kind.clone()) } else { action(Verb::Create) };
    let mut routes = vec![
        Route::under(base, "*")
            .on(table::GET, action(Verb::List), params::list(kind))
            .on(table::POST, create, params::create(&item.fields))
            .batched(!kind.is_media())
            .item(&item),
        Route::under(base, "*/<id:number>")
            .on(table::GET, action(Verb::Get), params::get(kind))
            .on(table::EDIT, action(Verb::Update), params::update(&item.fields))
            .on(table::DELETE, action(Verb::Delete), params::delete())
            .batched(!kind.is_media())
            .item(&item),
    ];
    if kind.is_media() {
        routes.extend(media::edit::routes(kind, &item));
    }
    if kind.supports("revisions") {
        routes.extend(revisions::routes(kind));
        routes.extend(autosaves::routes(kind, &item.fields));
    }
    routes
}

pub async fn run(verb: Verb, kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    match verb {
        Verb::List => list::list(kind, call).await,
        Verb::Get => view::get(kind, call).await,
        Verb::Create => write::create(kind, call).await,
        Verb::Update => write::update(kind, call).await,
        Verb::Delete => write::delete(kind, call).await,
    }
}
