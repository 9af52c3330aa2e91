//! A post as an entry of a list.

use std::sync::Arc;

use super::{
    context::{Context, Depends},
    picture,
};
use crate::{
    cache::Tag,
    content::{Post, Revision},
    render::{content, escape, excerpt, title, view},
};

/// The card shows words of the post's content, so the revision must be loaded.
pub fn needs_body(post: &Post) -> bool {
    post.excerpt.trim().is_empty() && post.password.is_none()
}

/// `revision` is loaded where [`needs_body`] says so; without it the card has no automatic excerpt.
pub fn card(cx: &Context<'_>, post: &Post, revision: Option<&Arc<Revision>>, depends: &mut Depends) -> view::Card {
    depends.on(Tag::Post(post.id));
    depends.on(Tag::Comments(post.id));
    let terms = cx.terms(post, depends);
    let locked = cx.is_locked(post, depends);
    let excerpt_html = if locked {
        "<p>This post is protected by a password.</p>".to_owned()
    } else if !post.excerpt.trim().is_empty() {
        content::excerpt_html(&post.excerpt)
    } else {
        let automatic = revision.map(|revision| excerpt::of(&revision.content, revision.format, excerpt::WORDS));
        automatic
            .filter(|text| !text.trim().is_empty())
            .map(|text| format!("<p>{}</p>", escape::html(&text)))
            .unwrap_or_default()
    };
    view::Card {
        id: post.id.0,
        post_type: post.post_type.name().to_owned(),
        title: title::text(&post.title),
        title_html: title::html(&post.title),
        permalink: cx.site.permalink(post),
        excerpt_html,
        published: cx.dates.from_local(post.date),
        author: cx.author(post.author, depends),
        categories: terms.categories,
        format: terms.format,
        sticky: post.sticky,
        protected: post.password.is_some(),
        thumbnail: thumbnail(cx, post, "medium_large", depends),
        comment_count: cx.site.comment_count(post.id),
        comments_open: post.comments_open,
    }
}

pub fn thumbnail(cx: &Context<'_>, post: &Post, size: &str, depends: &mut Depends) -> Option<view::Image> {
    let id = post.thumbnail?;
    depends.on(Tag::Post(id));
    picture::of(cx.site, id).filter(|picture| picture.is_image()).map(|picture| picture.image(size))
}
