//! `bucketpress/v1/desk/…`: the lists of the desk. What WordPress's own API cannot say of a post in one answer: names of
//! author and terms, comments, what the caller may do with it; and how many posts each view of a list has.
//!
//! Parameters are those of the `wp/v2` collection of the same name, and so is what they find. Who may not edit
//! others' posts sees their own.

mod counts;
mod row;

use std::sync::Arc;

use serde_json::json;

use super::{
    action::Action,
    call::{Answer, Call},
    posts::{self, kind::PostKind, params, permit},
    table::{self, Route},
};
use crate::{http::error::HttpError, serve};

pub const NAMESPACE: &str = "bucketpress/v1";

/// Lists of one post type: none of types that have no screens. The library has a list in `wp/v2`.
pub fn routes(kind: &Arc<PostKind>) -> Vec<Route> {
    if !kind.is_listed() && !kind.is_media() {
        return Vec::new();
    }
    let base = kind.rest_base.as_str();
    let counts = Arc::new(counts::schema());
    let counts = Route::below(NAMESPACE, base, "desk/*/counts")
        .on(table::GET, Action::DeskCounts(kind.clone()), Vec::new())
        .item(&counts);
    if kind.is_media() {
        return vec![counts];
    }
    let rows = Arc::new(row::schema(kind));
    let list = Route::below(NAMESPACE, base, "desk/*")
        .on(table::GET, Action::DeskList(kind.clone()), params::list(kind))
        .item(&rows);
    vec![list, counts]
}

pub fn permit(kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    let needed = if kind.is_media() { kind.capabilities.create } else { kind.capabilities.edit };
    if call.can(needed) {
        return Ok(());
    }
    Err(call.refuse("rest_forbidden", "Sorry, you are not allowed to do that."))
}

pub async fn list(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    if let Some(own) = counts::only_own(kind, &call) {
        call.args.insert("author".to_owned(), json!([own.0]));
    }
    let selection = posts::list::select(kind, &call).await?;
    // whoever looks at a list may search in it next
    serve::prepare(call.site());
    let posts = selection.ids.iter().filter_map(|id| call.site().post(*id));
    let rows = posts.filter(|post| permit::may_read(&call, kind, post)).map(|post| row::row(&call, kind, &post));
    let rows = rows.collect();
    Ok(Answer::page(&call, rows, selection.total))
}

pub async fn count(kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    let (kind, site, now) = (kind.clone(), call.site().clone(), call.now);
    let (own, me) = (counts::only_own(&kind, &call), call.identity.user_id());
    // A pass over the keys of all posts, or the rows of one author.
    let counted = tokio::task::spawn_blocking(move || counts::of(&kind, &site, own, me, now)).await;
    counted.map(Answer::ok).map_err(|error| HttpError::internal(&error))
}
