//! The editor of posts that are Markdown as a whole: source and preview side by side (`admin/src/markdown`).

use serde_json::{Value, json};

use super::Desk;
use crate::{
    content::{ContentFormat, Post, PostStatus},
    http::{error::HttpError, guard::NONCE_ACTION, nonce},
};

/// Whether the post is written in Markdown.
///
/// # Errors
/// When its revision cannot be had.
pub async fn is(desk: &Desk, post: &Post) -> Result<bool, HttpError> {
    let body = desk.app.revisions.get(post.id, post.revision).await?;
    Ok(body.format == ContentFormat::Markdown)
}

/// What the page brings along.
///
/// # Errors
/// When the API refuses the post itself.
pub async fn boot(desk: &Desk, post: &Post) -> Result<Value, HttpError> {
    let post_type = post.post_type.name();
    let kind = desk.inside.kind(post_type);
    let base = kind.map_or("posts", |kind| &kind.rest_base);
    let supports = |name: &str| kind.is_some_and(|kind| kind.supports(name));
    let settings = desk.inside.site().settings();
    let theme_style = ["editor-style.css", "style.css"].iter().find_map(|path| desk.app.theme.asset_url(path));
    let taxonomies: Vec<Value> = kind
        .iter()
        .flat_map(|kind| &kind.taxonomies)
        .map(|used| json!({ "name": used.taxonomy.name(), "base": used.rest_base, "tree": used.hierarchical }))
        .collect();
    Ok(json!({
        "root": "/wp-json/",
        "nonce": nonce::create(&desk.app, NONCE_ACTION, &desk.user),
        "nonceEndpoint": "/wp-admin/admin-ajax.php?action=rest-nonce",
        "post": desk.inside.get(&format!("/wp/v2/{base}/{}?context=edit", post.id)).await?,
        "base": base,
        "isNew": post.status == PostStatus::AutoDraft,
        "hasExcerpt": supports("excerpt"),
        "hasThumbnail": supports("thumbnail"),
        "taxonomies": taxonomies,
        "themeStyles": theme_style.into_iter().collect::<Vec<_>>(),
        "listUrl": super::list_url(post_type),
        "blocksUrl": format!("{}&convert=blocks", super::edit_url(post.id)),
        "icon": desk.inside.get("/?_fields=site_icon_url").await?["site_icon_url"].clone(),
        "uploadBytesMax": desk.app.config.media.upload_bytes_max,
        "timeZone": settings.time_zone,
    }))
}
