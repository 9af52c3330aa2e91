//! What the editor's page brings along: addresses, nonce, settings, and the first answers of the API.

use serde_json::{Value, json};

use super::{lock, settings, unsaved};
use crate::{
    content::{Post, PostStatus},
    http::{
        admin::{
            ajax,
            shown::{Visit, joined},
        },
        error::HttpError,
        nonce,
    },
};

/// The fields of the API's index the editor asks for.
const INDEX_FIELDS: &str = "description,gmt_offset,home,name,site_icon,site_icon_url,site_logo,timezone_string,url,\
                            page_for_posts,page_on_front,show_on_front";

/// What the page of blocks brings along.
///
/// # Errors
/// When the API refuses what the editor cannot do without: the post itself.
pub async fn boot(visit: &Visit, post: &Post) -> Result<Value, HttpError> {
    let (get, options) = first_requests(visit, post);
    let site = visit.inside.site();
    let settings = settings::settings(&visit.app, site.settings(), post, &super::content_url());
    let own = json!({
        "preload": visit.inside.preload(&get, &options).await,
        "settings": joined(settings, lock::settings(visit, post).await),
    });
    visit.boot(joined(own, writing(visit, post).await?)).await
}

/// What either editor must know of the post to keep it together with others (`admin/src/collab`).
///
/// # Errors
/// When the post's texts cannot be had.
pub async fn writing(visit: &Visit, post: &Post) -> Result<Value, HttpError> {
    let kind = visit.inside.kind(post.post_type.name());
    Ok(json!({
        "postType": post.post_type.name(),
        "postId": post.id.0,
        "isNew": post.status == PostStatus::AutoDraft,
        "restBase": kind.map_or("posts", |kind| &kind.rest_base),
        "canRevise": kind.is_some_and(|kind| kind.supports("revisions")),
        "unsaved": unsaved::settings(visit, post).await?,
        "heartbeat": {
            "url": "/wp-admin/admin-ajax.php",
            "nonce": nonce::create(&visit.app, ajax::HEARTBEAT_ACTION, &visit.user),
        },
    }))
}

/// What the editor asks for while it starts, as paths for `GET` and for `OPTIONS`.
fn first_requests(visit: &Visit, post: &Post) -> (Vec<String>, Vec<String>) {
    let post_type = post.post_type.name();
    let base = visit.inside.kind(post_type).map_or("posts", |kind| &kind.rest_base);
    let (id, author) = (post.id, post.author);
    let theme = &visit.inside.site().settings().theme;
    let template = if post_type == "page" { "page".to_owned() } else { format!("single-{post_type}") };
    let get = [
        "/wp/v2/types?context=view".to_owned(),
        format!("/wp/v2/types/{post_type}?context=edit"),
        format!("/?_fields={INDEX_FIELDS}"),
        format!("/wp/v2/{base}/{id}?context=edit"),
        format!("/wp/v2/{base}/{id}/autosaves?context=edit"),
        "/wp/v2/themes?context=edit&status=active".to_owned(),
        format!("/wp/v2/global-styles/themes/{theme}?context=view"),
        "/wp/v2/templates/lookup?slug=front-page".to_owned(),
        format!("/wp/v2/templates/lookup?slug={template}"),
        "/wp/v2/templates?context=edit&per_page=100".to_owned(),
        "/wp/v2/block-patterns/categories".to_owned(),
        "/wp/v2/block-patterns/patterns".to_owned(),
        "/wp/v2/wp_pattern_category?context=view&per_page=100&_fields=id,name,description,slug".to_owned(),
        "/wp/v2/blocks?context=edit&per_page=100&page=1".to_owned(),
        "/wp/v2/users/me".to_owned(),
        "/wp/v2/users?context=view&who=authors&per_page=100&_fields=id,name".to_owned(),
        format!("/wp/v2/users/{author}?context=view&_fields=id,name"),
        "/wp/v2/taxonomies?context=view".to_owned(),
        "/wp/v2/taxonomies?context=edit&per_page=100".to_owned(),
        "/wp/v2/settings".to_owned(),
    ];
    let options = ["settings", "media", "pages", "posts", "templates", "blocks"];
    (get.to_vec(), options.map(|name| format!("/wp/v2/{name}")).to_vec())
}
