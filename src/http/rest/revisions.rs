//! Revisions of a post: every save is one.

use std::sync::Arc;

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    links::Links,
    posts::{fields, kind::PostKind, params, permit as posts},
    schema::{ALL, Fields, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
    time,
};
use crate::{content::Post, http::error::HttpError, index::RevisionEntry, render, serve};

pub fn routes(kind: &Arc<PostKind>) -> Vec<Route> {
    let item = Arc::new(item(kind));
    let base = kind.rest_base.as_str();
    let action = |verb| Action::Revisions(verb, kind.clone());
    let parent = || ("parent".into(), Schema::integer("Id of the post."));
    let mut list = vec![parent()];
    list.extend(params::paging());
    list.extend([
        ("exclude".into(), params::ids("Without these ids.")),
        ("include".into(), params::ids("Only these ids.")),
        ("offset".into(), Schema::integer("Items to pass over, in place of a page.").at_least(0)),
        ("order".into(), params::order("desc")),
        ("orderby".into(), Schema::string("What to sort by.").default_to("date").choices(["date", "id", "include"])),
    ]);
    for (name, schema) in &mut list {
        if name == "per_page" {
            schema.default = None;
        }
    }
    let get = vec![parent(), params::id(), describe::context()];
    let delete = vec![parent(), params::id(), params::force()];
    let autosaves = vec![parent(), describe::context()];
    vec![
        Route::under(base, "*/<parent:number>/revisions").on(table::GET, action(Verb::List), list).item(&item),
        Route::under(base, "*/<parent:number>/revisions/<id:number>")
            .on(table::GET, action(Verb::Get), get)
            .on(table::DELETE, action(Verb::Delete), delete)
            .item(&item),
        Route::under(base, "*/<id:number>/autosaves")
            .on(table::GET, Action::Autosaves(kind.clone()), autosaves)
            .item(&item),
    ]
}

fn item(kind: &PostKind) -> ItemSchema {
    let posts = fields::item(kind).fields;
    let own = |name: &str| posts.iter().find(|(field, _)| field == name).cloned();
    let mut fields: Fields = vec![
        ("author".into(), Schema::integer("Who saved it.").within(ALL)),
        ("date".into(), Schema::date("When it was saved, by the site's clock.").within(ALL)),
        ("date_gmt".into(), Schema::date("When it was saved, in UTC.").within(VIEW_EDIT)),
        ("id".into(), Schema::integer("Its id.").within(ALL)),
        ("modified".into(), Schema::date("When it was saved, by the site's clock.").within(VIEW_EDIT)),
        ("modified_gmt".into(), Schema::date("When it was saved, in UTC.").within(VIEW_EDIT)),
        ("parent".into(), Schema::integer("Id of the post.").within(ALL)),
        ("slug".into(), Schema::string("Its name.").within(ALL)),
        ("revision".into(), Schema::string("Its token.").within(VIEW_EDIT).readonly()),
    ];
    fields.extend(["guid", "title", "content", "excerpt"].into_iter().filter_map(own));
    ItemSchema { title: format!("{}-revision", kind.post_type.name()), fields, actions: Vec::new() }
}

/// The saved revisions of a post, newest first. A post saved once has none to go back to.
pub fn of(call: &Call, post: &Post) -> Vec<RevisionEntry> {
    let mut saved = call.site().revisions(post.id);
    if saved.len() < 2 {
        return Vec::new();
    }
    saved.reverse();
    saved
}

fn parent(kind: &PostKind, call: &Call) -> Result<Post, HttpError> {
    let found = posts::find(kind, call);
    found.map_err(|_missing| HttpError::not_found("rest_post_invalid_parent", "Invalid post parent ID."))
}

pub fn permit(verb: Verb, kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    // The path names the post as `parent`; `id` is the revision there.
    let by_parent = Call { url: parent_only(call), ..call.clone() };
    let post = parent(kind, &by_parent)?;
    if !posts::may_edit(call, kind, &post) {
        let message = "Sorry, you are not allowed to view revisions of this post.";
        return Err(call.refuse("rest_cannot_read", message));
    }
    if verb == Verb::Delete && !posts::may_delete(call, kind, &post) {
        return Err(call.refuse("rest_cannot_delete", "Sorry, you are not allowed to delete this revision."));
    }
    Ok(())
}

fn parent_only(call: &Call) -> Map<String, Value> {
    let parent = call.url.get("parent").or_else(|| call.url.get("id")).cloned();
    parent.map(|parent| ("id".to_owned(), parent)).into_iter().collect()
}

pub async fn run(verb: Verb, kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    let by_parent = Call { url: parent_only(&call), ..call.clone() };
    let post = parent(kind, &by_parent)?;
    let saved = of(&call, &post);
    if verb == Verb::List {
        return list(kind, &call, &post, saved).await;
    }
    let id = call.url_id("id");
    let entry = saved.iter().find(|entry| entry.number.0 == id);
    let Some(entry) = entry else {
        return Err(HttpError::not_found("rest_post_invalid_id", "Invalid revision ID."));
    };
    if verb == Verb::Delete {
        let message = "Revisions are kept; they cannot be deleted one by one.";
        return Err(HttpError::new(StatusCode::NOT_IMPLEMENTED, "rest_cannot_delete", message));
    }
    Ok(Answer::ok(view(kind, &call, &post, entry).await?))
}

async fn list(kind: &PostKind, call: &Call, post: &Post, mut saved: Vec<RevisionEntry>) -> Result<Answer, HttpError> {
    let (include, exclude) = (call.ids("include"), call.ids("exclude"));
    saved.retain(|entry| {
        (include.is_empty() || include.contains(&entry.number.0)) && !exclude.contains(&entry.number.0)
    });
    if call.text("order") == Some("asc") {
        saved.reverse();
    }
    let total = saved.len();
    // Without `per_page` all are shown, as far as one answer goes.
    let limit = call.integer("per_page").and_then(|size| usize::try_from(size).ok()).unwrap_or(100);
    let page = call.integer("page").and_then(|page| usize::try_from(page).ok()).unwrap_or(1).max(1);
    let offset = call.integer("offset").and_then(|offset| usize::try_from(offset).ok());
    let offset = offset.unwrap_or((page - 1).saturating_mul(limit));
    let mut items = Vec::new();
    for entry in saved.iter().skip(offset).take(limit) {
        items.push(view(kind, call, post, entry).await?);
    }
    Ok(Answer { total: Some((total, total.div_ceil(limit.max(1)))), ..Answer::ok(Value::Array(items)) })
}

async fn view(kind: &PostKind, call: &Call, post: &Post, entry: &RevisionEntry) -> Result<Value, HttpError> {
    let body = call.app.revisions.get(post.id, entry.revision).await?;
    let settings = call.site().settings();
    let local = time::to_local(settings, entry.saved_at);
    let html = serve::whole_content(call.site(), post, &body);
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("author", entry.author.0.into());
    put("date", time::text(local).into());
    put("date_gmt", time::text(entry.saved_at).into());
    put("id", entry.number.0.into());
    put("modified", time::text(local).into());
    put("modified_gmt", time::text(entry.saved_at).into());
    put("parent", post.id.0.into());
    put("slug", format!("{}-revision-v1", post.id).into());
    put("revision", entry.revision.to_string().into());
    put("guid", json!({ "rendered": post.guid, "raw": post.guid }));
    put("title", json!({ "raw": body.title, "rendered": render::title::html(&body.title) }));
    put("content", json!({ "raw": body.content, "rendered": html, "protected": false }));
    let excerpt = if body.excerpt.is_empty() { String::new() } else { render::content::excerpt_html(&body.excerpt) };
    put("excerpt", json!({ "raw": body.excerpt, "rendered": excerpt, "protected": false }));
    let mut links = Links::default();
    links.add("parent", call.href(&format!("{}/{}", kind.rest_base, post.id)));
    put("_links", links.finish());
    Ok(call.present(item))
}
