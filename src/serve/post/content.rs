//! What a post says, as HTML: its blocks, pictures, frames and notes.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::Timestamp;

use super::{LINKS_MAX, part_url};
use crate::{
    app::App,
    cache::{LoadError, Tag},
    content::{Post, PostId, PostType, Revision},
    index::Site,
    render::{content, excerpt, image::Picture},
    serve::{
        blocks,
        context::{Context, Depends},
        embed, picture,
    },
};

#[derive(Default)]
pub(super) struct RenderedContent {
    pub html: String,
    /// The first words of it.
    pub summary: String,
    pub parts: usize,
    pub has_discussion: bool,
}

pub(super) async fn render_content(
    cx: &Context<'_>,
    post: &Post,
    revision: &Revision,
    part: usize,
    depends: &mut Depends,
) -> Result<RenderedContent, LoadError> {
    let url = (part > 1).then(|| part_url(&cx.site.permalink(post), part));
    let asked = blocks::Asked { request: Some(cx.request), url };
    let scene = blocks::Scene::new(cx.app, cx.site, cx.now, Some(post)).on_page(asked);
    let content = blocks::of_revision(&scene, revision, depends).await?;
    let has_discussion = blocks::shows_discussion(&content);
    let parts = content::parts(&content);
    let needs = content::needs(&content);
    let own = if needs.children { attached_images(cx, post, depends) } else { Vec::new() };
    let pictures = pictures(cx.site, cx.now, post, &needs, &own);
    for id in &pictures.0 {
        depends.on(Tag::Post(PostId(*id)));
        // its page is as public as what it belongs to
        if let Some(parent) = cx.site.post(PostId(*id)).and_then(|picture| picture.parent) {
            depends.on(Tag::Post(parent));
        }
    }
    let frames = embed::frames(cx.site, cx.now, &needs, depends);
    let html = content::html(&content::ContentInput {
        content: &content,
        format: revision.format,
        part: part.clamp(1, parts),
        post_id: post.id.0,
        permalink: &cx.site.permalink(post),
        footnotes: footnotes(revision),
        teaser: false,
        feed: false,
        pictures: Some(&pictures.1),
        children: &own,
        frames: Some(&frames),
    });
    let summary = match content {
        Cow::Borrowed(_) => excerpt::auto(&html, excerpt::WORDS),
        // lists and menus are not what the post says
        Cow::Owned(content) => excerpt::of(&content, revision.format, excerpt::WORDS),
    };
    Ok(RenderedContent { html, summary, parts, has_discussion })
}

/// The attachments that the content of `shown` names, and those of them that are pictures. A picture of a post that is
/// not public leads to its file: the address of its page would name that post.
fn pictures(
    site: &Site,
    now: Timestamp,
    shown: &Post,
    needs: &content::Needs,
    own: &[u64],
) -> (Vec<u64>, BTreeMap<u64, Picture>) {
    let ids: Vec<u64> = needs.attachments.iter().chain(own).copied().collect();
    let open = |id: PostId| {
        site.post(id).is_some_and(|picture| picture.parent == Some(shown.id) || site.is_public(&picture, now))
    };
    let picture = |id: PostId| {
        let picture = picture::of(site, id)?;
        Some(if open(id) { picture } else { Picture { page_url: picture.url.clone(), ..picture } })
    };
    let found = ids.iter().filter_map(|id| Some((*id, picture(PostId(*id))?))).collect();
    (ids, found)
}

/// The whole content as HTML, all `<!--nextpage-->` parts, as the API and feeds of editors show it.
///
/// # Errors
/// When content that blocks name cannot be had.
pub async fn whole_content(
    app: &App,
    site: &Site,
    now: Timestamp,
    post: &Post,
    revision: &Revision,
) -> Result<String, LoadError> {
    let scene = blocks::Scene::new(app, site, now, Some(post));
    let content = blocks::of_revision(&scene, revision, &mut Depends::default()).await?;
    let needs = content::needs(&content);
    let own = if needs.children { images_of(site, post) } else { Vec::new() };
    let (_, pictures) = pictures(site, now, post, &needs, &own);
    let frames = embed::frames(site, now, &needs, &mut Depends::default());
    Ok(content::html(&content::ContentInput {
        content: &content,
        format: revision.format,
        post_id: post.id.0,
        permalink: &site.permalink(post),
        footnotes: footnotes(revision),
        pictures: Some(&pictures),
        children: &own,
        frames: Some(&frames),
        ..content::ContentInput::default()
    }))
}

/// What the block editor keeps of a post's notes.
fn footnotes(revision: &Revision) -> &str {
    revision.meta.iter().find(|entry| entry.key == "footnotes").map_or("", |entry| entry.value.as_str())
}

/// Image attachments of this post in menu order.
fn attached_images(cx: &Context<'_>, post: &Post, depends: &mut Depends) -> Vec<u64> {
    depends.on(Tag::Posts(PostType::Attachment.name().to_owned()));
    images_of(cx.site, post)
}

fn images_of(site: &Site, post: &Post) -> Vec<u64> {
    let ids = site.children(post.id, &PostType::Attachment);
    let mut images: Vec<Post> = ids
        .into_iter()
        .take(LINKS_MAX)
        .filter_map(|id| site.post(id))
        .filter(|image| image.mime_type.starts_with("image/"))
        .collect();
    images.sort_by_key(|image| (image.menu_order, image.id));
    images.iter().map(|image| image.id.0).collect()
}
