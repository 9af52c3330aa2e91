//! Revisions of a post: every save is one.

mod view;

pub use self::view::{Copied, shown};

use std::sync::Arc;

use actix_web::http::StatusCode;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    posts::{fields, kind::PostKind, params, permit as posts},
    schema::{ALL, Fields, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
};
use crate::{
    content::{Post, Revision, SiteZone},
    http::error::HttpError,
    index::RevisionEntry,
};

/// Bodies read from the store at a time for one answer.
const READ_AT_ONCE: usize = 16;
/// Items of an answer to a request that names no number.
const ITEMS_MAX: usize = 100;
const ORDERS: [&str; 7] = ["date", "id", "include", "relevance", "slug", "include_slugs", "title"];

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
        ("orderby".into(), Schema::string("What to sort by.").default_to("date").choices(ORDERS)),
    ]);
    for (name, schema) in &mut list {
        if name == "per_page" {
            schema.default = None;
        }
    }
    let get = vec![parent(), params::id(), describe::context()];
    let delete = vec![parent(), params::id(), params::force()];
    vec![
        Route::under(base, "*/<parent:number>/revisions").on(table::GET, action(Verb::List), list).item(&item),
        Route::under(base, "*/<parent:number>/revisions/<id:number>")
            .on(table::GET, action(Verb::Get), get)
            .on(table::DELETE, action(Verb::Delete), delete)
            .item(&item),
    ]
}

/// What a revision looks like; an autosave too.
pub fn item(kind: &PostKind) -> ItemSchema {
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

/// The post whose copies the path is about: `parent` there, or `id` where nothing else has an id.
pub fn parent(kind: &PostKind, call: &Call) -> Result<Post, HttpError> {
    let named = call.url.get("parent").or_else(|| call.url.get("id")).cloned();
    let url = named.map(|named| ("id".to_owned(), named)).into_iter().collect();
    let found = posts::find(kind, &Call { url, ..call.clone() });
    found.map_err(|_missing| HttpError::not_found("rest_post_invalid_parent", "Invalid post parent ID."))
}

pub fn permit(verb: Verb, kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    let post = parent(kind, call)?;
    // As in WordPress nobody takes a version off; unsaved texts are among them by their number.
    if verb == Verb::Delete && (!posts::may_delete(call, kind, &post) || find(call, &post).is_ok()) {
        let message = "Sorry, you are not allowed to delete revisions of this post.";
        return Err(call.refuse("rest_cannot_delete", message));
    }
    if !posts::may_edit(call, kind, &post) {
        let message = "Sorry, you are not allowed to view revisions of this post.";
        return Err(call.refuse("rest_cannot_read", message));
    }
    Ok(())
}

pub async fn run(verb: Verb, kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    let post = parent(kind, &call)?;
    match verb {
        Verb::List => list(kind, &call, &post).await,
        Verb::Delete => super::autosaves::delete(kind, call, &post, missing()).await,
        _ => Ok(Answer::ok(view(kind, &call, &post, &find(&call, &post)?).await?)),
    }
}

fn find(call: &Call, post: &Post) -> Result<RevisionEntry, HttpError> {
    let id = call.url_id("id");
    let entry = of(call, post).into_iter().find(|entry| entry.number.0 == id);
    entry.ok_or_else(missing)
}

fn missing() -> HttpError {
    HttpError::not_found("rest_post_invalid_id", "Invalid revision ID.")
}

/// # Errors
/// 501 unless the caller said that it is to be gone for good: there is no trash for these.
pub fn must_be_forced(call: &Call) -> Result<(), HttpError> {
    let message = "Revisions do not support trashing. Set 'force=true' to delete.";
    let refused = || HttpError::new(StatusCode::NOT_IMPLEMENTED, "rest_trash_not_supported", message);
    if call.flag("force") == Some(true) { Ok(()) } else { Err(refused()) }
}

async fn list(kind: &PostKind, call: &Call, post: &Post) -> Result<Answer, HttpError> {
    let mut saved = of(call, post);
    let (include, exclude) = (call.ids("include"), call.ids("exclude"));
    saved.retain(|entry| {
        (include.is_empty() || include.contains(&entry.number.0)) && !exclude.contains(&entry.number.0)
    });
    let search = call.text("search").filter(|text| !text.is_empty());
    let orderby = call.text("orderby").unwrap_or("date");
    if orderby == "relevance" && search.is_none() {
        let message = "You need to define a search term to order by relevance.";
        return Err(HttpError::bad_request("rest_no_search_term_defined", message));
    }
    if search.is_some() || orderby == "title" {
        let mut read = matching(read(call, post, saved).await?, search.unwrap_or_default());
        if orderby == "title" {
            read.sort_by_cached_key(|(entry, body)| std::cmp::Reverse((body.title.to_lowercase(), entry.number)));
        }
        saved = read.into_iter().map(|(entry, _)| entry).collect();
    }
    match orderby {
        "id" => saved.sort_by_key(|entry| std::cmp::Reverse(entry.number)),
        "include" => saved.sort_by_key(|entry| include.iter().position(|id| *id == entry.number.0)),
        _ => {}
    }
    if call.text("order") == Some("asc") && orderby != "include" {
        saved.reverse();
    }
    let total = saved.len();
    let (offset, limit) = window(call, total)?;
    let views: Vec<_> = saved.iter().skip(offset).take(limit).map(|entry| view(kind, call, post, entry)).collect();
    let items: Vec<Value> = stream::iter(views).buffered(READ_AT_ONCE).try_collect().await?;
    Ok(Answer { total: Some((total, total.div_ceil(limit.max(1)))), ..Answer::ok(Value::Array(items)) })
}

/// Offset and limit. Past the end is an error, as for WordPress's revisions alone.
fn window(call: &Call, total: usize) -> Result<(usize, usize), HttpError> {
    let size = |name: &str| call.integer(name).and_then(|size| usize::try_from(size).ok());
    // Without `per_page` all are shown, as far as one answer goes.
    let limit = size("per_page").unwrap_or(ITEMS_MAX).max(1);
    if let Some(offset) = size("offset") {
        if offset >= total && total > 0 {
            let message = "The offset number requested is larger than or equal to the number of available revisions.";
            return Err(HttpError::bad_request("rest_revision_invalid_offset_number", message));
        }
        return Ok((offset, limit));
    }
    let page = size("page").unwrap_or(1).max(1);
    if page > total.div_ceil(limit) && total > 0 {
        let message = "The page number requested is larger than the number of pages available.";
        return Err(HttpError::bad_request("rest_revision_invalid_page_number", message));
    }
    Ok(((page - 1).saturating_mul(limit), limit))
}

type Read = (RevisionEntry, Arc<Revision>);

/// The bodies of them all, in their order.
async fn read(call: &Call, post: &Post, saved: Vec<RevisionEntry>) -> Result<Vec<Read>, HttpError> {
    let bodies: Vec<_> = saved.iter().map(|entry| call.app.revisions.get(post.id, entry.revision)).collect();
    let bodies: Vec<Arc<Revision>> = stream::iter(bodies).buffered(READ_AT_ONCE).try_collect().await?;
    Ok(saved.into_iter().zip(bodies).collect())
}

/// Those with these words in title, content or excerpt.
fn matching(mut read: Vec<Read>, search: &str) -> Vec<Read> {
    let words: Vec<String> = search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    read.retain(|(_, body)| {
        let texts = [&body.title, &body.content, &body.excerpt].map(|text| text.to_lowercase());
        words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    });
    read
}

async fn view(kind: &PostKind, call: &Call, post: &Post, entry: &RevisionEntry) -> Result<Value, HttpError> {
    let needs_body = ["title", "content", "excerpt"].iter().any(|name| call.wanted.wants(name));
    let body = if needs_body { Some(call.app.revisions.get(post.id, entry.revision).await?) } else { None };
    let copy = Copied {
        id: entry.number,
        parent: Some(post.id),
        author: entry.author,
        local: SiteZone::of(call.site().settings()).to_local(entry.saved_at),
        gmt: entry.saved_at,
        slug: format!("{}-revision-v1", post.id),
        token: entry.revision,
    };
    Ok(call.present(shown(kind, call, post, &copy, body.as_deref()).await?))
}
