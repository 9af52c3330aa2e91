//! `wp.getRevisions` and `wp.restoreRevision`.

use std::sync::Arc;

use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};

use super::{
    call::Call,
    fault::Fault,
    posts::{
        self,
        view::{self, Wanted},
    },
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, method, optional, param},
    value::Value,
};
use crate::{
    content::{Post, PostId, Revision, RevisionEntry, SiteZone, edit::SavePost},
    http::error::HttpError,
};

const READ_AT_ONCE: usize = 16;

pub const METHODS: &[Method] = &[
    method(
        "wp.getRevisions",
        Needs::SignIn,
        &[BLOG, LOGIN, PASSWORD, param("post_id", Kind::Id), optional("fields", Kind::List)],
        |call| list(call).boxed(),
    ),
    method("wp.restoreRevision", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, param("revision_id", Kind::Id)], |call| {
        restore(call).boxed()
    }),
];

/// Newest first, with their bodies only where these are asked for.
async fn list(call: &mut Call) -> Answer {
    let post = posts::editable(call, call.id("post_id"))?;
    let mut entries = call.site().revisions(post.id);
    entries.reverse();
    entries.truncate(super::call::LIST_MAX);
    let wanted = match call.arg("fields") {
        None => Wanted::only(&["post_date", "post_date_gmt"]),
        fields => Wanted::of(fields),
    };
    let reads: Vec<_> = entries.iter().map(|entry| call.front.app.revisions.get(post.id, entry.revision)).collect();
    let bodies: Vec<Arc<Revision>> = stream::iter(reads).buffered(READ_AT_ONCE).try_collect().await?;
    let shown = entries
        .iter()
        .zip(&bodies)
        .map(|(entry, body)| view::post(call, &as_post(call, &post, entry, body), body, &wanted));
    Ok(Value::List(shown.collect()))
}

/// WordPress keeps revisions as posts below theirs.
fn as_post(call: &Call, post: &Post, entry: &RevisionEntry, body: &Revision) -> Post {
    let local = SiteZone::of(call.site().settings()).to_local(entry.saved_at);
    Post {
        id: entry.number,
        post_type: crate::content::PostType::from_name("revision"),
        status: crate::content::PostStatus::Inherit,
        slug: format!("{}-revision-v1", post.id),
        author: entry.author,
        date: local,
        date_gmt: Some(entry.saved_at),
        modified: local,
        modified_gmt: entry.saved_at,
        parent: Some(post.id),
        title: body.title.clone(),
        sticky: false,
        thumbnail: None,
        terms: Vec::new(),
        ..post.clone()
    }
}

/// Title, content and excerpt as they were, as a new revision.
async fn restore(call: &mut Call) -> Answer {
    let number = PostId(call.id("revision_id"));
    let missing = || Fault::not_found("There is no revision with this id.");
    let site = call.site().clone();
    let found = tokio::task::spawn_blocking(move || site.revision(number)).await;
    let found = found.map_err(|error| HttpError::internal(&error))?;
    let (post, entry) = found.ok_or_else(missing)?;
    let post = posts::editable(call, post.0)?;
    let body = call.front.app.revisions.get(post.id, entry.revision).await?;
    let save = SavePost {
        id: Some(post.id),
        title: Some(body.title.clone()),
        content: Some(body.content.clone()),
        excerpt: Some(body.excerpt.clone()),
        format: Some(body.format),
        ..SavePost::default()
    };
    call.save_post(save).await?;
    Ok(Value::Bool(true))
}
