//! A stored template as the API shows it.

use serde_json::{Map, Value, json};

use super::{is_part, term_slug};
use crate::{
    content::{Post, Taxonomy},
    http::{
        error::HttpError,
        rest::{call::Call, links::Links, posts::kind::PostKind, themes, time},
    },
    render,
};

/// The theme a template was made for.
pub fn theme(call: &Call, post: &Post) -> String {
    term_slug(call, post, &Taxonomy::new("wp_theme")).unwrap_or_else(|| themes::name(call).to_owned())
}

/// Where on a page a template part goes.
pub fn area(call: &Call, post: &Post) -> String {
    term_slug(call, post, &Taxonomy::new("wp_template_part_area")).unwrap_or_else(|| "uncategorized".to_owned())
}

pub async fn item(call: &Call, kind: &PostKind, post: &Post) -> Result<Value, HttpError> {
    let theme = theme(call, post);
    let id = format!("{theme}//{}", post.slug);
    let mut links = Links::default();
    links.add("self", call.href(&format!("{}/{id}", kind.rest_base)));
    links.add("collection", call.href(&kind.rest_base));
    links.add("about", call.href(&format!("types/{}", kind.post_type.name())));
    let mut item = Map::new();
    if call.wanted.wants("content") {
        let body = call.app.revisions.get(post.id, post.revision).await?;
        let block_version = u8::from(body.content.contains("<!-- wp:"));
        item.insert("content".to_owned(), json!({ "raw": body.content, "block_version": block_version }));
    }
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("id", id.into());
    put("theme", theme.into());
    put("slug", post.slug.clone().into());
    put("source", "custom".into());
    put("origin", Value::Null);
    put("type", kind.post_type.name().into());
    put("description", post.excerpt.clone().into());
    put("title", json!({ "raw": post.title, "rendered": render::title::html(&post.title) }));
    put("status", post.status.name().into());
    put("wp_id", post.id.0.into());
    put("has_theme_file", false.into());
    put("author", post.author.0.into());
    put("modified", time::text(post.modified).into());
    if is_part(kind) {
        put("area", area(call, post).into());
    } else {
        put("is_custom", true.into());
    }
    put("_links", links.finish());
    Ok(call.present(item))
}
