//! A post as the API shows it. Content is loaded only when something asked for needs it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    fields::{CONTENT_FORMAT, FOOTNOTES, PATTERN_SYNC},
    kind::{Controller, PostKind},
    permit,
};
use crate::{
    content::{
        Capability, ContentFormat, Post, PostStatus, Revision, SiteZone, Taxonomy, TermId, slug::sanitize_title,
    },
    http::{
        error::HttpError,
        rest::{
            call::{Answer, Call},
            links::Links,
            media, revisions,
            schema::Context,
            time,
        },
    },
    render, serve,
};

pub async fn get(kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    let post = permit::find(kind, &call)?;
    let item = item(&call, kind, &post).await?;
    Ok(answer(&call, &post, item))
}

/// An answer that is this one post.
pub fn answer(call: &Call, post: &Post, item: Value) -> Answer {
    let alternate = format!(r#"<{}>; rel="alternate"; type=text/html"#, call.site().permalink(post));
    Answer { links: vec![alternate], revision: Some(post.revision), ..Answer::ok(item) }
}

/// The post, cut to the context of the call.
pub async fn item(call: &Call, kind: &PostKind, post: &Post) -> Result<Value, HttpError> {
    let mut item = Map::new();
    basics(call, post, &mut item);
    let body =
        if needs_body(call, kind, post) { Some(call.app.revisions.get(post.id, post.revision).await?) } else { None };
    texts(call, kind, post, body.as_ref(), &mut item).await?;
    attributes(call, kind, post, &mut item);
    taxonomies(call, kind, post, &mut item);
    if kind.is_media() {
        media::view::fields(call, post, body.as_deref(), &mut item);
    }
    if kind.has_footnotes() && call.wanted.editing() {
        let notes = body.iter().flat_map(|body| &body.meta).find(|entry| entry.key == FOOTNOTES);
        let notes = notes.map(|entry| entry.value.as_str()).unwrap_or_default();
        item.insert("meta".to_owned(), json!({ FOOTNOTES: notes }));
    }
    if kind.controller == Controller::Blocks {
        let sync = body.iter().flat_map(|body| &body.meta).find(|entry| entry.key == PATTERN_SYNC);
        let sync = sync.map(|entry| entry.value.clone()).unwrap_or_default();
        item.insert(PATTERN_SYNC.to_owned(), sync.into());
    }
    if call.wanted.editing() {
        addresses(call, kind, post, &mut item);
    }
    if call.wanted.wants("_links") {
        item.insert("_links".to_owned(), links(call, kind, post));
    }
    Ok(call.present(item))
}

fn basics(call: &Call, post: &Post, item: &mut Map<String, Value>) {
    let settings = call.site().settings();
    let gmt = post.date_gmt.unwrap_or_else(|| SiteZone::of(settings).to_gmt(post.date));
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("id", post.id.0.into());
    put("date", time::text(post.date).into());
    put("date_gmt", time::text(gmt).into());
    put("guid", json!({ "rendered": post.guid, "raw": post.guid }));
    put("modified", time::text(post.modified).into());
    put("modified_gmt", time::text(post.modified_gmt).into());
    put("password", post.password.clone().unwrap_or_default().into());
    put("slug", post.slug.clone().into());
    put("status", status(call, post).into());
    put("type", post.post_type.name().into());
    put("link", call.site().permalink(post).into());
    put("revision", post.revision.to_string().into());
}

/// A scheduled post whose time has come is published, though no commit says so.
fn status<'a>(call: &Call, post: &'a Post) -> &'a str {
    match post.status {
        PostStatus::Future if call.site().is_public(post, call.now) => "publish",
        _ => post.status.name(),
    }
}

fn needs_body(call: &Call, kind: &PostKind, post: &Post) -> bool {
    let wants = |name: &str| call.wanted.wants(name);
    let embedded = call.context == Context::Embed;
    let content = kind.supports("editor") && !embedded && (wants("content.rendered") || wants("content.raw"));
    let excerpt = kind.supports("excerpt") && post.excerpt.is_empty() && wants("excerpt.rendered");
    let sync = kind.controller == Controller::Blocks && wants(PATTERN_SYNC);
    let format = kind.supports("editor") && call.wanted.editing() && wants(CONTENT_FORMAT);
    let notes = kind.has_footnotes() && call.wanted.editing() && wants("meta");
    content || excerpt || sync || notes || format || kind.is_media() && !embedded && wants("description")
}

async fn texts(
    call: &Call,
    kind: &PostKind,
    post: &Post,
    body: Option<&Arc<Revision>>,
    item: &mut Map<String, Value>,
) -> Result<(), HttpError> {
    let protected = post.password.as_ref().is_some_and(|password| !password.is_empty());
    let given = call.text("password");
    let open = !protected
        || given.is_some_and(|given| permit::password_fits(post, given))
        || call.wanted.editing() && permit::may_edit(call, kind, post);
    if kind.supports("title") {
        let rendered = render::title::html(&post.title);
        item.insert("title".to_owned(), json!({ "raw": post.title, "rendered": rendered }));
    }
    // Lists for editing have posts their caller may not edit.
    let raw = body.filter(|_| open).map(|body| body.content.as_str()).unwrap_or_default();
    // An excerpt made of the content is made of its HTML: rendered once for both.
    let shows_content =
        kind.supports("editor") && call.context != Context::Embed && call.wanted.wants("content.rendered");
    let makes_excerpt = kind.supports("excerpt") && post.excerpt.is_empty() && call.wanted.wants("excerpt.rendered");
    let html = match body {
        Some(body) if open && (shows_content || makes_excerpt) => {
            serve::whole_content(&call.app, call.site(), call.now, post, body).await?
        }
        _ => String::new(),
    };
    if kind.supports("editor") {
        let rendered = if shows_content { html.as_str() } else { "" };
        let block_version = u8::from(raw.contains("<!-- wp:"));
        let content =
            json!({ "raw": raw, "rendered": rendered, "protected": protected, "block_version": block_version });
        item.insert("content".to_owned(), content);
        let markdown = body.is_some_and(|body| body.format == ContentFormat::Markdown);
        item.insert(CONTENT_FORMAT.to_owned(), if markdown { "markdown" } else { "html" }.into());
    }
    if kind.supports("excerpt") {
        let rendered = match open {
            false => String::new(),
            true if post.excerpt.is_empty() => auto_excerpt(&html),
            true => render::content::excerpt_html(&post.excerpt),
        };
        let raw = if open { post.excerpt.as_str() } else { "" };
        let excerpt = json!({ "raw": raw, "rendered": rendered, "protected": protected });
        item.insert("excerpt".to_owned(), excerpt);
    }
    Ok(())
}

fn auto_excerpt(html: &str) -> String {
    let text = render::excerpt::auto(html, render::excerpt::WORDS);
    if text.is_empty() {
        return String::new();
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let escaped = escaped.replace(" […]", " [&hellip;]").replace('\u{a0}', "&nbsp;");
    format!("<p>{escaped}</p>\n")
}

fn attributes(call: &Call, kind: &PostKind, post: &Post, item: &mut Map<String, Value>) {
    let open = |open: bool| if open { "open" } else { "closed" };
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    if kind.supports("author") {
        put("author", post.author.0.into());
    }
    if kind.supports("thumbnail") {
        put("featured_media", post.thumbnail.map_or(0, |id| id.0).into());
    }
    if kind.hierarchical {
        put("parent", post.parent.map_or(0, |id| id.0).into());
    }
    if kind.supports("page-attributes") {
        put("menu_order", post.menu_order.into());
    }
    if kind.supports("comments") {
        put("comment_status", open(post.comments_open).into());
        put("ping_status", open(post.pings_open).into());
    }
    if kind.post_type.name() == "post" {
        put("sticky", post.sticky.into());
    }
    put("template", post.template.clone().into());
    if kind.supports("post-formats") {
        put("format", format(call, post).into());
    }
    // Where no meta key is registered for the API: WordPress writes the empty set as a list.
    put("meta", json!([]));
}

fn format(call: &Call, post: &Post) -> String {
    let formats = terms_in(call, post, &Taxonomy::new("post_format"));
    let slug = formats.first().and_then(|id| call.site().term(*id)).map(|term| term.slug);
    slug.and_then(|slug| slug.strip_prefix("post-format-").map(str::to_owned)).unwrap_or_else(|| "standard".to_owned())
}

/// The post's terms of one taxonomy, in the order given.
fn terms_in(call: &Call, post: &Post, taxonomy: &Taxonomy) -> Vec<TermId> {
    let of_taxonomy = |id: &&TermId| call.site().term(**id).is_some_and(|term| term.taxonomy == *taxonomy);
    post.terms.iter().filter(of_taxonomy).copied().collect()
}

fn taxonomies(call: &Call, kind: &PostKind, post: &Post, item: &mut Map<String, Value>) {
    for used in &kind.taxonomies {
        let ids: Vec<u64> = terms_in(call, post, &used.taxonomy).iter().map(|id| id.0).collect();
        item.insert(used.rest_base.clone(), ids.into());
    }
}

/// What an editor needs to show and change the address.
fn addresses(call: &Call, kind: &PostKind, post: &Post, item: &mut Map<String, Value>) {
    let gap = if kind.post_type.name() == "page" { "%pagename%" } else { "%postname%" };
    let mut published = post.clone();
    gap.clone_into(&mut published.slug);
    if !kind.is_media() {
        published.status = PostStatus::Publish;
    }
    let template = call.site().permalink(&published).replace("%25postname%25", gap).replace("%25pagename%25", gap);
    item.insert("permalink_template".to_owned(), template.into());
    let slug = if post.title.is_empty() { post.slug.clone() } else { sanitize_title(&post.title) };
    item.insert("generated_slug".to_owned(), slug.into());
}

fn links(call: &Call, kind: &PostKind, post: &Post) -> Value {
    let base = &kind.rest_base;
    let own = call.href(&format!("{base}/{}", post.id));
    let mut links = Links::default();
    links.add("self", own.clone());
    links.add("collection", call.href(base));
    links.add("about", call.href(&format!("types/{}", post.post_type.name())));
    if kind.supports("author") && post.author.0 != 0 {
        links.embeddable("author", call.href(&format!("users/{}", post.author)));
    }
    if kind.supports("comments") {
        links.embeddable("replies", call.href(&format!("comments?post={}", post.id)));
    }
    if kind.supports("revisions") {
        let saved = revisions::of(call, post);
        links.push("version-history", json!({ "count": saved.len(), "href": format!("{own}/revisions") }));
        if let Some(newest) = saved.first() {
            let href = format!("{own}/revisions/{}", newest.number);
            links.push("predecessor-version", json!({ "id": newest.number.0, "href": href }));
        }
    }
    if let Some(parent) = post.parent.filter(|_| kind.hierarchical) {
        links.embeddable("up", call.href(&format!("{base}/{parent}")));
    }
    if let Some(image) = post.thumbnail {
        links.embeddable("wp:featuredmedia", call.href(&format!("media/{image}")));
    }
    if !kind.is_media() {
        links.add("wp:attachment", call.href(&format!("media?parent={}", post.id)));
    }
    for used in &kind.taxonomies {
        let href = call.href(&format!("{}?post={}", used.rest_base, post.id));
        links.push("wp:term", json!({ "taxonomy": used.taxonomy.name(), "embeddable": true, "href": href }));
    }
    if call.wanted.editing() {
        for rel in action_rels(call, kind) {
            links.add(&rel, own.clone());
        }
    }
    links.finish()
}

/// What the caller may do with posts of this type, as link relations.
fn action_rels(call: &Call, kind: &PostKind) -> Vec<String> {
    let may = &kind.capabilities;
    let mut rels = Vec::new();
    let mut add = |rel: &str, allowed: bool| {
        if allowed {
            rels.push(rel.to_owned());
        }
    };
    add("wp:action-publish", !kind.is_media() && call.can(may.publish));
    add("wp:action-unfiltered-html", call.can(Capability::UnfilteredHtml));
    let sticky = kind.post_type.name() == "post" && call.can(may.edit_others) && call.can(may.publish);
    add("wp:action-sticky", sticky);
    add("wp:action-assign-author", kind.supports("author") && call.can(may.edit_others));
    for used in &kind.taxonomies {
        let create = if used.hierarchical { Capability::ManageCategories } else { Capability::EditPosts };
        add(&format!("wp:action-create-{}", used.rest_base), call.can(create));
        add(&format!("wp:action-assign-{}", used.rest_base), call.can(Capability::EditPosts));
    }
    rels
}
