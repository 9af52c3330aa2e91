//! From a target to a rendered page: which part builds it, and the objects it reads.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::{
    PageRequest, blocks, card,
    context::{Context, Depends},
    embed, feed, key, links, list, post, sitemap, viewer,
};
use crate::{
    app::App,
    cache::{LoadError, Page, PageError, Rendered, Tag},
    content::{Post, PostType, Revision},
    index::{PostQuery, Site, Target},
    render::{content, hierarchy::Kind, robots, view},
    store::log::Snapshot,
};

/// Posts offered on the page that says there is nothing.
const RECENT: usize = 5;

/// An answer's status, type and bytes.
#[derive(Clone, Debug)]
pub struct Body {
    pub status: u16,
    pub content_type: &'static str,
    pub text: String,
}

const HTML: &str = "text/html; charset=UTF-8";
const TEXT: &str = "text/plain; charset=UTF-8";

/// What the request asks for, private posts and previews included where the viewer may see them.
pub fn resolve(site: &Site, request: &PageRequest, query: &[(String, String)], now: Timestamp) -> Target {
    let preview = request.query.iter().any(|(name, value)| name == "preview" && value == "true");
    let viewer = request.viewer.and_then(|id| site.user(id));
    let for_viewer = || viewer::resolve(site, viewer.as_ref()?, &request.path, &request.query, now);
    if preview && let Some(target) = for_viewer() {
        return target;
    }
    match site.resolve(&request.path, query, now) {
        Target::NotFound => for_viewer().unwrap_or(Target::NotFound),
        target => target,
    }
}

/// Where a part beyond the last one of a post leads: to the post, as in WordPress. Only the content tells how many
/// parts there are, so the revision is read, from memory if it is there.
///
/// # Errors
/// When the revision the state names cannot be had.
pub async fn whole_instead(app: &App, site: &Site, target: &Target) -> Result<Option<Target>, LoadError> {
    let Target::Singular { id, page: part @ 2.. } = target else { return Ok(None) };
    let Some(post) = site.post(*id) else { return Ok(None) };
    let parts = revision(app, &post).await?.map_or(1, |revision| content::parts(&revision.content));
    if usize::try_from(*part).is_ok_and(|part| part <= parts) {
        return Ok(None);
    }
    let whole = site.target_path(&Target::Singular { id: *id, page: 1 });
    Ok(whole.map(|to| Target::Redirect { to, permanent: true }))
}

/// Where a page of a loop that is not there leads: to the post itself. So only pages that exist are kept.
///
/// # Errors
/// When content that blocks name cannot be had.
pub async fn first_instead(
    app: &App,
    site: &Site,
    target: &Target,
    query: &[(String, String)],
    now: Timestamp,
) -> Result<Option<Target>, LoadError> {
    let Some((name, page)) = key::loop_page(query) else { return Ok(None) };
    if let Target::Singular { id, .. } | Target::FrontPage { id } = target
        && let Some(post) = site.post(*id).filter(|post| post.password.is_none())
        && let Some(revision) = revision(app, &post).await?
    {
        let scene = blocks::Scene::new(app, site, now, Some(&post));
        if blocks::page_exists(&scene, &revision, name, page).await? {
            return Ok(None);
        }
    }
    let first = site.target_path(target);
    Ok(first.map(|to| Target::Redirect { to, permanent: false }))
}

/// Renders `target` as of `at`.
///
/// # Errors
/// When an object the state names cannot be had, or the theme fails.
pub async fn render(app: &App, at: &Snapshot<Site>, request: &PageRequest, target: &Target) -> Result<Page, PageError> {
    let mut depends = Depends::default();
    let cx = Context::new(app, at, request, &mut depends);
    let found = body(&cx, target, &mut depends).await?;
    let shown = if found.is_some() { target } else { &Target::NotFound };
    let links = links::header(&cx, shown).map(|links| ("Link", links));
    let headers = links.into_iter().chain(pingback(&cx, shown)).collect();
    let body = match found {
        Some(body) => body,
        None => not_found(&cx, &mut depends)?,
    };
    let fresh_until = cx.site.next_scheduled(cx.now).into_iter().chain(depends.fresh_until).min();
    Ok(Page::new(Rendered {
        status: body.status,
        content_type: body.content_type.to_owned(),
        body: Bytes::from(body.text),
        varies_by_password: depends.by_password,
        framed: matches!(shown, Target::Embed { .. }),
        tags: depends.into_tags(),
        seq: at.seq,
        rendered_at: cx.now,
        fresh_until,
        headers,
    }))
}

/// Where pingbacks about a post go, for posts that take them.
fn pingback(cx: &Context<'_>, target: &Target) -> Option<(&'static str, String)> {
    let (Target::Singular { id, .. } | Target::FrontPage { id }) = target else { return None };
    let takes = cx.site.post(*id).is_some_and(|post| post.pings_open);
    (takes && !cx.shown.xmlrpc_url.is_empty()).then(|| ("X-Pingback", cx.shown.xmlrpc_url.clone()))
}

async fn body(cx: &Context<'_>, target: &Target, depends: &mut Depends) -> Result<Option<Body>, PageError> {
    match target {
        Target::FrontPage { id } => singular(cx, *id, 1, true, depends).await,
        Target::Singular { id, page } => singular(cx, *id, *page as usize, false, depends).await,
        Target::Embed { post } => embed::page(cx, *post, depends).await.map(Some),
        Target::Home { .. }
        | Target::Term { .. }
        | Target::Author { .. }
        | Target::TypeArchive { .. }
        | Target::Date { .. }
        | Target::Search { .. } => list::page(cx, target, depends).await,
        Target::Feed { of, kind } => feed::posts(cx, of, *kind, depends).await,
        Target::CommentsFeed { post, kind } => Ok(feed::comments(cx, *post, *kind, depends)),
        Target::Sitemap(part) => Ok(sitemap::body(cx, part, depends)),
        Target::Robots => {
            let text = robots::txt(&cx.shown.home, cx.settings().search_engines_welcome);
            Ok(Some(Body { status: 200, content_type: TEXT, text }))
        }
        Target::Redirect { .. } | Target::NotFound => Ok(None),
    }
}

async fn singular(
    cx: &Context<'_>,
    id: crate::content::PostId,
    part: usize,
    front: bool,
    depends: &mut Depends,
) -> Result<Option<Body>, PageError> {
    depends.on(Tag::Post(id));
    match cx.site.post(id) {
        Some(post) if post.post_type != PostType::NavMenuItem => {
            post::page(cx, &post, part, front, depends).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// One page for all wrong URLs, with the newest posts to go on with.
fn not_found(cx: &Context<'_>, depends: &mut Depends) -> Result<Body, PageError> {
    depends.on(Tag::AnyPost);
    let newest = cx.site.posts(&PostQuery { limit: RECENT, ..PostQuery::default() }, cx.now).ids;
    let posts = newest.into_iter().filter_map(|id| cx.site.post(id));
    let recent = posts.map(|post| card::card(cx, &post, None, depends)).collect();
    themed(cx, &Kind::NotFound, &view::View::not_found(cx.shown.clone(), recent), 404)
}

/// The theme's page for `view`.
pub fn themed(cx: &Context<'_>, kind: &Kind, view: &view::View, status: u16) -> Result<Body, PageError> {
    let text = cx.app.theme.render(kind, view).map_err(|error| PageError::Theme(error.to_string()))?;
    Ok(Body { status, content_type: HTML, text })
}

/// The current revision of `post`; `None` for a post that never had one (an imported attachment).
pub async fn revision(app: &App, post: &Post) -> Result<Option<Arc<Revision>>, LoadError> {
    app.revisions.get(post.id, post.revision).await.map(Some)
}

/// The current revisions of those of `posts` that `wanted` picks, read in parallel; in the order of `posts`.
pub async fn revisions(
    app: &App,
    posts: &[Post],
    wanted: impl Fn(&Post) -> bool,
) -> Result<Vec<Option<Arc<Revision>>>, LoadError> {
    try_join_all(posts.iter().map(|post| {
        let wanted = wanted(post);
        async move { if wanted { revision(app, post).await } else { Ok(None) } }
    }))
    .await
}
