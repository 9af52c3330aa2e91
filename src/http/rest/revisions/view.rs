//! A copy of a post's texts as the API shows it: a revision, or an autosave.

use jiff::civil::DateTime;
use serde_json::{Map, Value, json};

use crate::{
    content::{Post, PostId, Revision, RevisionId, UserId},
    http::{
        error::HttpError,
        rest::{call::Call, links::Links, posts::kind::PostKind, time},
    },
    render, serve,
};

/// What a copy of a post's texts has beside them.
pub struct Copied {
    pub id: PostId,
    pub parent: Option<PostId>,
    pub author: UserId,
    pub local: DateTime,
    pub gmt: DateTime,
    pub slug: String,
    /// The revision a save of it is based on.
    pub token: RevisionId,
}

/// A copy of `post` with the texts of `body`, uncut.
///
/// # Errors
/// When content that its blocks name cannot be had.
pub async fn shown(
    kind: &PostKind,
    call: &Call,
    post: &Post,
    copy: &Copied,
    body: Option<&Revision>,
) -> Result<Map<String, Value>, HttpError> {
    let (local, gmt) = (Value::from(time::text(copy.local)), Value::from(time::text(copy.gmt)));
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("author", copy.author.0.into());
    put("date", local.clone());
    put("date_gmt", gmt.clone());
    put("id", copy.id.0.into());
    put("modified", local);
    put("modified_gmt", gmt);
    put("parent", copy.parent.map_or(0, |id| id.0).into());
    put("slug", copy.slug.clone().into());
    put("revision", copy.token.to_string().into());
    put("guid", json!({ "rendered": post.guid, "raw": post.guid }));
    if let Some(body) = body {
        put("title", json!({ "raw": body.title, "rendered": render::title::html(&body.title) }));
        let html = if call.wanted.wants("content.rendered") {
            serve::whole_content(&call.app, call.site(), call.now, post, body).await?
        } else {
            String::new()
        };
        put("content", json!({ "raw": body.content, "rendered": html, "protected": false }));
        let excerpt =
            if body.excerpt.is_empty() { String::new() } else { render::content::excerpt_html(&body.excerpt) };
        put("excerpt", json!({ "raw": body.excerpt, "rendered": excerpt, "protected": false }));
    }
    if let Some(parent) = copy.parent {
        let mut links = Links::default();
        links.add("parent", call.href(&format!("{}/{parent}", kind.rest_base)));
        put("_links", links.finish());
    }
    Ok(item)
}
