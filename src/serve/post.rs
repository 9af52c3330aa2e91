//! A post, page or attachment on its own page.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::Timestamp;

use super::{
    blocks, card, comments,
    context::{Context, Depends, Terms},
    embed,
    load::{self, Body},
    picture, preview,
};
use crate::{
    app::App,
    cache::{LoadError, PageError, Tag},
    content::{Post, PostId, PostType, Revision, Taxonomy, Term, TermId},
    index::{OrderBy, PostQuery, Site, TermFilter, TermOperator},
    render::{content, excerpt, hierarchy::Kind, image::Picture, title, view},
};

/// Links below or above a page; more are left out.
const LINKS_MAX: usize = 200;
const RELATED: usize = 3;

/// Builds the page of `post`; `part` counts its `<!--nextpage-->` parts from 1. One object is read: the revision.
pub async fn page(
    cx: &Context<'_>,
    post: &Post,
    part: usize,
    front: bool,
    depends: &mut Depends,
) -> Result<Body, PageError> {
    depends.on(Tag::Post(post.id));
    let locked = cx.is_locked(post, depends);
    let revision = if locked { None } else { load::revision(cx.app, post).await? };
    let unsaved = match revision {
        Some(revision) => Some(preview::unsaved(cx, post, revision).await?),
        None => None,
    };
    let post = unsaved.as_ref().map_or(post, |(post, _)| post);
    let rendered = match &unsaved {
        Some((post, revision)) => render_content(cx, post, revision, part, depends).await?,
        None => RenderedContent::default(),
    };
    let shown = view_post(cx, post, rendered, part, locked, depends);
    let kind = kind(post, front);
    let canonical = match &shown.parts {
        Some(parts) => part_url(&shown.permalink, parts.current),
        None if front => cx.url("/"),
        None => shown.permalink.clone(),
    };
    load::themed(cx, &kind, &view::View::singular(cx.shown.clone(), canonical, shown), 200)
}

fn kind(post: &Post, front: bool) -> Kind {
    let (id, slug, template) = (post.id.0, post.slug.clone(), post.template.clone());
    if front {
        return Kind::FrontPage { id, slug, template };
    }
    let post_type = post.post_type.name().to_owned();
    Kind::Singular { post_type, id, slug, template, mime_type: post.mime_type.clone() }
}

fn view_post(
    cx: &Context<'_>,
    post: &Post,
    rendered: RenderedContent,
    part: usize,
    locked: bool,
    depends: &mut Depends,
) -> view::Post {
    let permalink = cx.site.permalink(post);
    let Terms { categories, tags, others, format } = cx.terms(post, depends);
    let excerpt_html = if locked { String::new() } else { content::excerpt_html(&post.excerpt) };
    let summary = match (locked, post.excerpt.trim()) {
        (true, _) => String::new(),
        (false, "") => rendered.summary,
        (false, manual) => excerpt::text(manual),
    };
    let (previous, next) = neighbours(cx, post, depends);
    let in_content = rendered.has_discussion;
    let hidden = view::Comments { count: cx.site.comment_count(post.id), ..view::Comments::default() };
    view::Post {
        id: post.id.0,
        post_type: post.post_type.name().to_owned(),
        slug: post.slug.clone(),
        title: title::text(&post.title),
        title_html: title::html(&post.title),
        words: excerpt::text(&rendered.html).split_whitespace().count(),
        content_html: rendered.html,
        excerpt_html,
        summary,
        shortlink: cx.url(&format!("/?p={}", post.id)),
        api_url: format!("{}wp/v2/{}/{}", cx.shown.api_url, rest_base(cx, &post.post_type), post.id),
        published: cx.dates.from_local(post.date),
        modified: cx.dates.from_local(post.modified),
        author: cx.author(post.author, depends),
        categories,
        tags,
        other_terms: others,
        format,
        sticky: post.sticky,
        thumbnail: card::thumbnail(cx, post, "large", depends),
        protected: post.password.is_some(),
        password_required: locked,
        private: !cx.site.is_public(post, cx.now),
        comments: if locked { hidden } else { discussion(cx, post, &permalink, in_content, depends) },
        parts: (rendered.parts > 1)
            .then(|| view::Pagination::new(part, rendered.parts, |number| part_url(&permalink, number))),
        previous,
        next,
        ancestors: ancestors(cx, post, depends),
        children: children(cx, post, depends),
        attachment: attachment(cx, post),
        related: related(cx, post, depends),
        permalink,
    }
}

fn discussion(
    cx: &Context<'_>,
    post: &Post,
    permalink: &str,
    in_content: bool,
    depends: &mut Depends,
) -> view::Comments {
    let place = comments::Place { site: cx.site, dates: &cx.dates, home: &cx.shown.home, request: Some(cx.request) };
    view::Comments { in_content, ..comments::view(&place, post, permalink, depends) }
}

#[derive(Default)]
struct RenderedContent {
    html: String,
    /// The first words of it.
    summary: String,
    parts: usize,
    has_discussion: bool,
}

async fn render_content(
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
pub fn attached_images(cx: &Context<'_>, post: &Post, depends: &mut Depends) -> Vec<u64> {
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

fn neighbours(
    cx: &Context<'_>,
    post: &Post,
    depends: &mut Depends,
) -> (Option<view::Neighbour>, Option<view::Neighbour>) {
    if matches!(post.post_type, PostType::Page | PostType::Attachment) {
        return (None, None);
    }
    depends.on(Tag::Near(post.id));
    let (previous, next) = cx.site.adjacent(post, cx.now);
    (previous.and_then(|id| neighbour(cx, id, depends)), next.and_then(|id| neighbour(cx, id, depends)))
}

fn neighbour(cx: &Context<'_>, id: PostId, depends: &mut Depends) -> Option<view::Neighbour> {
    depends.on(Tag::Post(id));
    let post = cx.site.post(id).filter(|post| cx.site.is_public(post, cx.now))?;
    Some(view::Neighbour {
        title_html: title::html(&post.title),
        url: cx.site.permalink(&post),
        thumbnail: card::thumbnail(cx, &post, "thumbnail", depends),
    })
}

/// Outermost first.
fn ancestors(cx: &Context<'_>, post: &Post, depends: &mut Depends) -> Vec<view::Neighbour> {
    let mut line = Vec::new();
    let mut next = post.parent;
    while let Some(id) = next.filter(|_| line.len() < LINKS_MAX) {
        line.extend(neighbour(cx, id, depends));
        next = cx.site.post(id).and_then(|post| post.parent).filter(|parent| *parent != post.id);
    }
    line.reverse();
    line
}

fn children(cx: &Context<'_>, post: &Post, depends: &mut Depends) -> Vec<view::Neighbour> {
    if post.post_type != PostType::Page {
        return Vec::new();
    }
    depends.on(Tag::Posts(PostType::Page.name().to_owned()));
    let ids = cx.site.children(post.id, &PostType::Page);
    let mut below: Vec<Post> = ids.into_iter().take(LINKS_MAX).filter_map(|id| cx.site.post(id)).collect();
    below.sort_by(|a, b| (a.menu_order, &a.title, a.id).cmp(&(b.menu_order, &b.title, b.id)));
    below.iter().filter_map(|child| neighbour(cx, child.id, depends)).collect()
}

fn attachment(cx: &Context<'_>, post: &Post) -> Option<view::Attachment> {
    let file = post.file.as_ref()?;
    let picture = picture::of_post(cx.site, post)?;
    Some(view::Attachment {
        url: picture.url.clone(),
        mime_type: file.mime_type.clone(),
        image: picture.is_image().then(|| picture.image("large")),
        name: file.upload_path.rsplit('/').next().unwrap_or_default().to_owned(),
        size: human_size(file.size_bytes),
    })
}

/// The posts before this one that share a tag with it, then those that share a category, newest first: what is
/// published later does not change them. The category of posts without one says nothing.
fn related(cx: &Context<'_>, post: &Post, depends: &mut Depends) -> Vec<view::Card> {
    if post.post_type != PostType::Post {
        return Vec::new();
    }
    depends.on(Tag::Near(post.id));
    let own: Vec<Term> = post.terms.iter().filter_map(|id| cx.site.term(*id)).collect();
    let mut found: Vec<PostId> = Vec::new();
    for taxonomy in ["post_tag", "category"].map(Taxonomy::new) {
        let shared = own.iter().filter(|term| term.taxonomy == taxonomy && term.id != cx.settings().default_category);
        let terms: Vec<TermId> = shared.map(|term| term.id).collect();
        if terms.is_empty() || found.len() == RELATED {
            continue;
        }
        let filter = TermFilter { taxonomy, terms, with_children: false, operator: TermOperator::Any };
        let query = PostQuery {
            terms: vec![filter],
            exclude: found.iter().copied().chain([post.id]).collect(),
            before: Some(post.date),
            order_by: OrderBy::Date,
            limit: RELATED - found.len(),
            ..PostQuery::default()
        };
        found.extend(cx.site.posts(&query, cx.now).ids);
    }
    found.into_iter().filter_map(|id| cx.site.post(id)).map(|other| card::card(cx, &other, None, depends)).collect()
}

fn rest_base(cx: &Context<'_>, post_type: &PostType) -> String {
    match post_type {
        PostType::Post => "posts".to_owned(),
        PostType::Page => "pages".to_owned(),
        PostType::Attachment => "media".to_owned(),
        PostType::NavMenuItem => "menu-items".to_owned(),
        PostType::Custom(name) => {
            let known = cx.settings().types.custom_types.iter().find(|info| *info.name == **name);
            known.map(|info| info.rest_base.clone()).filter(|base| !base.is_empty()).unwrap_or_else(|| name.to_string())
        }
    }
}

fn part_url(permalink: &str, number: usize) -> String {
    match number {
        0 | 1 => permalink.to_owned(),
        number if permalink.contains('?') => format!("{permalink}&page={number}"),
        number if permalink.ends_with('/') => format!("{permalink}{number}/"),
        number => format!("{permalink}/{number}"),
    }
}

fn human_size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => {
            let tenths = bytes.saturating_mul(10) / unit;
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        None if bytes == 0 => String::new(),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_sizes_are_written_as_people_expect() {
        assert_eq!(part_url("http://a/b/", 2), "http://a/b/2/");
        assert_eq!(part_url("http://a/?p=1", 2), "http://a/?p=1&page=2");
        assert_eq!(part_url("http://a/b", 1), "http://a/b");
        assert_eq!(human_size(1_300_000), "1.2 MB");
        assert_eq!(human_size(12), "12 B");
    }
}
