//! What the page of revisions brings along: the list, and the two versions it shows first.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::details;
use crate::{
    content::{ContentFormat, Post, PostId, PostStatus},
    http::{
        admin::{editor, shown::Visit},
        error::HttpError,
    },
    index::{RevisionEntry, Site},
};

/// Versions a page lists; the newest, where there are more.
const LISTED_MAX: usize = 5000;

/// The version of this number.
pub fn entry(site: &Site, post: &Post, number: &str) -> Option<RevisionEntry> {
    let number = PostId(number.parse().ok()?);
    site.revisions(post.id).into_iter().find(|entry| entry.number == number)
}

/// The texts of one version.
///
/// # Errors
/// 404 when the post has no such version; else when it cannot be read.
pub async fn body(visit: &Visit, post: &Post, number: &str) -> Result<Value, HttpError> {
    let entry = entry(visit.inside.site(), post, number).ok_or_else(super::missing)?;
    read(visit, post, &entry).await
}

async fn read(visit: &Visit, post: &Post, entry: &RevisionEntry) -> Result<Value, HttpError> {
    let body = visit.app.revisions.get(post.id, entry.revision).await?;
    Ok(json!({
        "title": body.title, "content": body.content, "excerpt": body.excerpt,
        "isMarkdown": body.format == ContentFormat::Markdown,
        "details": details::of(visit.inside.site(), &body),
    }))
}

/// `restore` is the nonce with which this user may restore; `None` where nobody may.
///
/// # Errors
/// 404 for a number the post does not have; else when a version that is to be shown cannot be read.
pub async fn boot(
    visit: &Visit,
    post: &Post,
    (to, from): (&str, &str),
    restore: Option<String>,
) -> Result<Value, HttpError> {
    let site = visit.inside.site();
    let mut saved = site.revisions(post.id);
    let hidden = saved.len().saturating_sub(LISTED_MAX);
    saved.drain(..hidden);
    let place = |number: &str| {
        let number = number.parse().ok().map(PostId)?;
        saved.iter().position(|entry| entry.number == number)
    };
    let to = if to.is_empty() { saved.len().checked_sub(1) } else { place(to) };
    let to = to.ok_or_else(super::missing)?;
    let from = place(from).or_else(|| to.checked_sub(1));
    let mut bodies = Map::new();
    for entry in from.into_iter().chain([to]).filter_map(|at| saved.get(at)) {
        bodies.insert(entry.number.to_string(), read(visit, post, entry).await?);
    }
    let users: BTreeMap<u64, String> = saved
        .iter()
        .map(|entry| entry.author)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(|id| Some((id.0, site.user(id)?.display_name)))
        .collect();
    visit
        .boot(json!({
            "post": {
                "id": post.id.0, "title": post.title, "revision": post.revision.to_string(),
                "isPublic": post.status == PostStatus::Publish,
            },
            "entries": saved.iter().map(in_list).collect::<Vec<_>>(),
            "hidden": hidden,
            "users": users,
            "bodies": bodies,
            "zone": site.settings().time_zone,
            "editUrl": editor::edit_url(post.id),
            "restoreNonce": restore,
        }))
        .await
}

/// Number, user, seconds since 1970.
fn in_list(entry: &RevisionEntry) -> Value {
    let at = jiff::tz::Offset::UTC.to_timestamp(entry.saved_at).map_or(0, |at| at.as_second());
    json!([entry.number.0, entry.author.0, at])
}
