//! The editor of posts that are Markdown as a whole: source and preview side by side (`admin/src/markdown`).

use serde_json::{Value, json};

use super::{boot, lock};
use crate::{
    content::{ContentFormat, Post},
    http::{
        admin::shown::{Visit, joined},
        error::HttpError,
    },
};

/// Whether the post is written in Markdown.
///
/// # Errors
/// When its revision cannot be had.
pub async fn is(visit: &Visit, post: &Post) -> Result<bool, HttpError> {
    let body = visit.app.revisions.get(post.id, post.revision).await?;
    Ok(body.format == ContentFormat::Markdown)
}

/// What the page brings along.
///
/// # Errors
/// When the API refuses the post itself.
pub async fn whole(visit: &Visit, post: &Post) -> Result<Value, HttpError> {
    let post_type = post.post_type.name();
    let kind = visit.inside.kind(post_type);
    let base = kind.map_or("posts", |kind| &kind.rest_base);
    let supports = |name: &str| kind.is_some_and(|kind| kind.supports(name));
    let taxonomies: Vec<Value> = kind
        .iter()
        .flat_map(|kind| &kind.taxonomies)
        .map(|used| json!({ "name": used.taxonomy.name(), "base": used.rest_base, "tree": used.hierarchical }))
        .collect();
    let lock = lock::settings(visit, post).await;
    let own = json!({
        "post": visit.inside.get(&format!("/wp/v2/{base}/{}?context=edit", post.id)).await?,
        "hasExcerpt": supports("excerpt"),
        "hasThumbnail": supports("thumbnail"),
        "hasAuthor": supports("author"),
        "taxonomies": taxonomies,
        "listUrl": super::list_url(post_type),
        "blocksUrl": format!("{}&convert=blocks", super::edit_url(post.id)),
        "icon": visit.inside.get("/?_fields=site_icon_url").await?["site_icon_url"].clone(),
        "settings": lock,
    });
    visit.boot(joined(own, boot::writing(visit, post).await?)).await
}
