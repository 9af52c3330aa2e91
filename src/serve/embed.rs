//! A post as a card in a frame: what other pages show of it, and pages of this site of each other.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    card,
    context::{Context, Depends},
    load::{self, Body},
};
use crate::{
    cache::{PageError, Tag},
    content::PostId,
    index::{Site, Target, own_address},
    render::{
        content::{Frame, Needs},
        hierarchy::Kind,
        view,
    },
};

/// The card of the public post `id`, or one that says there is nothing.
pub async fn page(cx: &Context<'_>, id: Option<PostId>, depends: &mut Depends) -> Result<Body, PageError> {
    let Some(post) = id.and_then(|id| cx.site.post(id)) else {
        depends.on(Tag::AnyPost);
        return load::themed(cx, &Kind::EmbedNotFound, &view::View::embed(cx.shown.clone(), None), 404);
    };
    let revision = if card::needs_body(&post) { load::revision(cx.app, &post).await? } else { None };
    let mut card = card::card(cx, &post, revision.as_ref(), depends);
    if card.protected {
        card.thumbnail = None;
    }
    let kind = Kind::Embed { post_type: card.post_type.clone(), format: card.format.clone() };
    load::themed(cx, &kind, &view::View::embed(cx.shown.clone(), Some(card)), 200)
}

/// The frames for those addresses in content that are public posts of this site, by the address as it is written
/// there.
pub fn frames(site: &Site, now: Timestamp, needs: &Needs, depends: &mut Depends) -> BTreeMap<String, Frame> {
    let mut found = BTreeMap::new();
    for written in &needs.addresses {
        let url = written.replace("&amp;", "&").replace("&#038;", "&");
        if own_address::of_site(site.settings(), &url).is_none() {
            continue;
        }
        match own_address::post_at(site, &url, now) {
            Some(post) => {
                depends.on(Tag::Post(post.id));
                found.extend(frame(site, post.id).map(|frame| (written.clone(), frame)));
            }
            // it may come
            None if !url.contains("/wp-content/") => depends.on(Tag::AnyPost),
            None => {}
        }
    }
    found
}

/// Where the card of a post is, and its name there.
pub fn frame(site: &Site, id: PostId) -> Option<Frame> {
    let settings = site.settings();
    let path = site.target_path(&Target::Embed { post: Some(id) })?;
    let post = site.post(id)?;
    let title = crate::render::title::text(&post.title);
    let of = crate::render::title::text(&settings.title);
    Some(Frame {
        url: format!("{}{path}", settings.home.trim_end_matches('/')),
        has_picture: post.thumbnail.is_some() && post.password.is_none(),
        title: if title.is_empty() { of } else { format!("“{title}” — {of}") },
    })
}
