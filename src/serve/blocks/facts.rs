//! What blocks show of the site and of single posts.

use super::Scene;
use crate::{
    cache::{LoadError, Tag},
    content::{Post, PostId, PostType, Revision},
    render::{
        content::{
            self,
            dynamic::{Attributes, PostFacts, SiteFacts},
        },
        date, excerpt, title,
    },
    serve::{context::Depends, load, picture},
};

/// Words kept of a post's beginning: as many as a block may show.
const WORDS: usize = 100;

pub fn site(scene: &Scene<'_>, depends: &mut Depends) -> SiteFacts {
    let settings = scene.site.settings();
    let logo = settings.site_logo.and_then(|id| {
        depends.on(Tag::Post(id));
        picture::of(scene.site, id)
    });
    SiteFacts {
        home: scene.home.to_owned(),
        title: title::text(&settings.title),
        tagline: title::text(&settings.tagline),
        logo,
    }
}

/// Title (HTML) and address of the post before or after the one the block stands in.
pub fn neighbour(scene: &Scene<'_>, attributes: Attributes<'_>, depends: &mut Depends) -> Option<(String, String)> {
    let own = scene.post.filter(|post| post.post_type != PostType::Page)?;
    depends.on(Tag::Near(own.id));
    let (previous, next) = scene.site.adjacent(own, scene.now);
    let id = if attributes.text("type") == "previous" { previous } else { next }?;
    depends.on(Tag::Post(id));
    let post = scene.site.post(id).filter(|post| is_shown(scene, post))?;
    Some((title::html(&post.title), scene.site.permalink(&post)))
}

/// The post a block like `post-title` shows: the one its loop is at, else the one it stands in. `None` for other
/// blocks, and where readers may not see that post.
///
/// # Errors
/// When its revision cannot be had.
pub async fn shown_post(
    scene: &Scene<'_>,
    name: &str,
    attributes: Attributes<'_>,
    depends: &mut Depends,
) -> Result<Option<PostFacts>, LoadError> {
    if name == "post-navigation-link" || !name.starts_with("post-") && name != "read-more" {
        return Ok(None);
    }
    let own = scene.post.map(|post| post.id);
    let Some(id) = attributes.number("postId").map(PostId).or(own) else { return Ok(None) };
    depends.on(Tag::Post(id));
    let is_own = own == Some(id);
    let found = if is_own { scene.post.cloned() } else { scene.site.post(id).filter(|post| is_shown(scene, post)) };
    let Some(post) = found else { return Ok(None) };
    // A post within itself would have no end.
    let needs_body = name == "post-content" && !is_own || name == "post-excerpt" && post.excerpt.trim().is_empty();
    let body = if needs_body { load::revision(scene.app, &post).await? } else { None };
    let mut facts = of(scene, &post, body.as_deref(), depends);
    facts.locked &= !is_own;
    if is_own || facts.locked {
        facts.content_html.clear();
    }
    let pattern = attributes.text("format");
    if !pattern.is_empty() {
        let local = if attributes.text("displayType") == "modified" { post.modified } else { post.date };
        facts.formatted = local.to_zoned(scene.dates.zone().clone()).ok().map(|at| date::format(pattern, &at));
    }
    Ok(Some(facts))
}

/// Public, and of a type that readers see.
pub fn is_shown(scene: &Scene<'_>, post: &Post) -> bool {
    let known = scene.site.settings().types.post_type(post.post_type.name());
    known.is_some_and(|info| info.public) && scene.site.is_public(post, scene.now)
}

/// `body` where its words or its HTML are shown.
pub fn of(scene: &Scene<'_>, post: &Post, body: Option<&Revision>, depends: &mut Depends) -> PostFacts {
    depends.on(Tag::Post(post.id));
    depends.on(Tag::Author(post.author.0));
    let locked = post.password.is_some();
    let url = scene.site.permalink(post);
    let user = scene.site.user(post.author);
    let summary = match (locked, post.excerpt.trim()) {
        (true, _) => String::new(),
        (false, "") => body.map(|body| excerpt::of(&body.content, body.format, WORDS)).unwrap_or_default(),
        (false, manual) => excerpt::text(manual),
    };
    let content_html = body.filter(|_| !locked).map(|body| static_html(post, body, &url)).unwrap_or_default();
    let thumbnail = post.thumbnail.and_then(|id| {
        depends.on(Tag::Post(id));
        picture::of(scene.site, id).filter(|picture| picture.is_image())
    });
    let terms = post.terms.iter().filter_map(|id| scene.site.term(*id)).map(|term| {
        depends.on(Tag::Term(term.id.0));
        let url = format!("{}{}", scene.home, scene.site.term_path(&term));
        (term.taxonomy.name().to_owned(), term.name, url)
    });
    PostFacts {
        id: post.id.0,
        title_html: title::html(&post.title),
        date: scene.dates.from_local(post.date),
        modified: scene.dates.from_local(post.modified),
        formatted: None,
        author: user.as_ref().map(|user| user.display_name.clone()).unwrap_or_default(),
        author_url: user
            .as_ref()
            .map(|user| format!("{}{}", scene.home, scene.site.author_path(user)))
            .unwrap_or_default(),
        author_description_html: user.map(|user| content::excerpt_html(&user.description)).unwrap_or_default(),
        summary,
        content_html,
        thumbnail,
        terms: terms.collect(),
        locked,
        classes: classes(scene, post),
        url,
    }
}

/// A post's content within another: what is dynamic in it is left out.
fn static_html(post: &Post, body: &Revision, permalink: &str) -> String {
    content::html(&content::ContentInput {
        content: &body.content,
        format: body.format,
        post_id: post.id.0,
        permalink,
        teaser: true,
        ..content::ContentInput::default()
    })
}

/// As WordPress's `post_class` names a post in a loop.
fn classes(scene: &Scene<'_>, post: &Post) -> String {
    let kind = post.post_type.name();
    let mut classes = format!("post-{} {kind} type-{kind} status-publish", post.id);
    if post.post_type == PostType::Post {
        classes.push_str(" hentry");
    }
    for term in post.terms.iter().filter_map(|id| scene.site.term(*id)) {
        match term.taxonomy.name() {
            "category" => classes.push_str(&format!(" category-{}", term.slug)),
            "post_tag" => classes.push_str(&format!(" tag-{}", term.slug)),
            _ => {}
        }
    }
    classes
}
