//! Pingbacks: another site says that it links here. <https://www.hixie.ch/specs/pingback/pingback>
//!
//! Anybody may send one, and each makes this server fetch a page: they are counted, bounded, fetched from the public
//! internet alone, and stored as comments that wait for approval. What exactly kept one from being taken is not told:
//! it would tell what this server can reach.

mod limits;
mod source;

use futures_util::FutureExt;

pub use self::limits::Limits;
use super::{
    call::Call,
    fault::Fault,
    table::{Answer, Kind, Method, Needs, method, param},
    value::Value,
};
use crate::{
    content::{CommentStatus, Edit, Post, PostStatus, edit::SaveComment},
    index::own_address,
    publish::PublishError,
};

/// Bytes looked at of the page that links here.
const PAGE_BYTES_MAX: usize = 300 << 10;
const URL_BYTES_MAX: usize = 2000;
/// Longest address of a page that is kept.
const SOURCE_BYTES_MAX: usize = 250;
/// "The pingback has already been registered."
const REGISTERED: i64 = 48;

pub const METHODS: &[Method] = &[
    method("pingback.ping", Needs::Nothing, &[param("source", Kind::Text), param("target", Kind::Text)], |call| {
        ping(call).boxed()
    }),
    method("pingback.extensions.getPingbacks", Needs::Nothing, &[param("target", Kind::Text)], |call| {
        async move { pingbacks(call) }.boxed()
    }),
];

/// The one refusal strangers get; WordPress, too, tells them no more.
fn refused(reason: &str) -> Fault {
    tracing::debug!(reason, "pingback refused");
    Fault::new(0, "This pingback was not taken.")
}

fn already() -> Fault {
    Fault::new(REGISTERED, "This pingback is known already.")
}

/// The post at an address of ours. Also by the fragment of old feeds, `#post-7`.
fn target(call: &Call, url: &str) -> Option<Post> {
    if url.len() > URL_BYTES_MAX {
        return None;
    }
    own_address::post_at(call.site(), url, call.now)
}

/// Whether a page is known to link to the post, whatever became of that.
fn is_known(call: &Call, post: &Post, source: &str) -> bool {
    let comments = call.site().comments(post.id).into_iter().filter_map(|id| call.site().comment(id));
    comments.filter(|comment| comment.kind == "pingback").any(|comment| comment.author_url == source)
}

async fn ping(call: &mut Call) -> Answer {
    let (from, to) = (call.text("source"), call.text("target"));
    let front = call.front.clone();
    let _turn = front.pings.enter(&call.ip, front.app.clock.monotonic()).map_err(refused)?;
    let post = target(call, &to).ok_or_else(|| refused("the target is no post here"))?;
    if !post.pings_open || post.password.is_some() || post.status != PostStatus::Publish && post.date_gmt.is_none() {
        return Err(refused("the target takes no pings"));
    }
    let Some(from) = source::address(&from).filter(|url| url.len() <= SOURCE_BYTES_MAX) else {
        return Err(refused("the source is no address"));
    };
    if own_address::post_at(call.site(), &from, call.now).is_some_and(|other| other.id == post.id) {
        return Err(refused("the source is the target"));
    }
    if is_known(call, &post, &from) {
        return Err(already());
    }
    let accept = "text/html, application/xhtml+xml, text/plain;q=0.5";
    let page = call.front.app.fetcher.page(&from, accept, PAGE_BYTES_MAX).await;
    let page = page.map_err(|error| refused(&error.to_string()))?;
    if !page.is_success()
        || !page.content_type.trim_start().starts_with("text/") && !page.content_type.contains("xhtml")
    {
        return Err(refused("the source is no page"));
    }
    let linked = |url: &str| own_address::post_at(call.site(), url, call.now).is_some_and(|found| found.id == post.id);
    let mention = source::Mention::find(&page.text(), &page.url, linked);
    let mention = mention.ok_or_else(|| refused("the source does not link to the target"))?;
    store(call, &post, from, mention).await
}

async fn store(call: &mut Call, post: &Post, from: String, mention: source::Mention) -> Answer {
    let save = SaveComment {
        post: Some(post.id),
        kind: Some("pingback".to_owned()),
        author_name: Some(mention.title),
        author_url: Some(from.clone()),
        author_ip: Some(call.ip.clone()),
        agent: Some(call.agent.clone()),
        content: Some(mention.excerpt),
        ..SaveComment::default()
    };
    let actor = call.actor();
    let saved = crate::publish::apply(&call.front.app, &actor, Edit::SaveComment(Box::new(save)), None).await;
    match saved {
        Ok(commit) => {
            call.reach(&commit).await;
            Ok(Value::text(format!("The pingback from {from} is registered.")))
        }
        Err(PublishError::Exists { .. }) => Err(already()),
        Err(error @ (PublishError::Busy(_) | PublishError::Unknown | PublishError::Corrupt(_))) => Err(error.into()),
        Err(error) => Err(refused(&error.to_string())),
    }
}

/// Addresses of the pages whose approved pingbacks a post has.
fn pingbacks(call: &Call) -> Answer {
    let post = target(call, &call.text("target")).ok_or_else(|| refused("the target is no post here"))?;
    let comments = call.site().comments(post.id).into_iter().filter_map(|id| call.site().comment(id));
    let shown = comments.filter(|comment| comment.kind == "pingback" && comment.status == CommentStatus::Approved);
    Ok(Value::texts(shown.map(|comment| comment.author_url)))
}
