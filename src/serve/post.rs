//! A post, page or attachment on its own page.

mod content;
mod links;

pub use self::content::whole_content;
use self::content::{RenderedContent, render_content};
use super::{
    card, comments,
    context::{Context, Depends, Terms},
    load::{self, Body},
    picture, preview,
};
use crate::{
    cache::{PageError, Tag},
    content::{Post, PostType},
    render::{content::excerpt_html, excerpt, hierarchy::Kind, title, view},
};

/// Links below or above a page; more are left out.
const LINKS_MAX: usize = 200;

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
    let shown_excerpt = if locked { String::new() } else { excerpt_html(&post.excerpt) };
    let summary = match (locked, post.excerpt.trim()) {
        (true, _) => String::new(),
        (false, "") => rendered.summary,
        (false, manual) => excerpt::text(manual),
    };
    let (previous, next) = links::neighbours(cx, post, depends);
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
        excerpt_html: shown_excerpt,
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
        ancestors: links::ancestors(cx, post, depends),
        children: links::children(cx, post, depends),
        attachment: attachment(cx, post),
        related: links::related(cx, post, depends),
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
