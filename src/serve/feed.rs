//! Feeds of posts and of comments.

use super::{
    blocks,
    context::{Context, Depends},
    list,
    load::{self, Body},
};
use crate::{
    cache::{LoadError, PageError, Tag},
    content::{Comment, CommentStatus, Post, PostId, Revision},
    index::{FeedKind, PostQuery, Target},
    render::{content, excerpt, feed, title},
};

/// Entries of a feed, whatever the settings say.
const ENTRIES_MAX: usize = 100;

/// The feed of the list `of`, or of the comments of the post `of`; at most one object per entry is read.
pub async fn posts(
    cx: &Context<'_>,
    of: &Target,
    kind: FeedKind,
    depends: &mut Depends,
) -> Result<Option<Body>, PageError> {
    if let Target::Singular { id, .. } | Target::FrontPage { id } = of {
        return Ok(comments(cx, Some(*id), kind, depends));
    }
    let Some(plan) = list::plan(cx, of, depends) else { return Ok(None) };
    let limit = cx.settings().posts_per_rss.clamp(1, ENTRIES_MAX);
    let query = PostQuery { limit, offset: (plan.page - 1) * limit, sticky_first: false, ..plan.query };
    let ids = cx.site.posts(&query, cx.now).ids;
    let posts: Vec<Post> = ids.iter().filter_map(|id| cx.site.post(*id)).collect();
    let bodies = load::revisions(cx.app, &posts, |post| post.password.is_none()).await?;
    let mut entries = Vec::with_capacity(posts.len());
    for (post, body) in posts.iter().zip(&bodies) {
        entries.push(entry(cx, (post, body.as_deref()), &ids, depends).await?);
    }
    let site_title = title::text(&cx.settings().title);
    let list_title = match of {
        Target::Search { text, .. } => format!("Search Results for “{text}”"),
        _ => plan.list.title,
    };
    let page = if plan.page > 1 { format!("Page {}", plan.page) } else { String::new() };
    let titles = [list_title, page, site_title];
    let view = feed::FeedView {
        title: titles.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" – "),
        description: title::text(&cx.settings().tagline),
        link: address(cx, of),
        home: cx.shown.home.clone(),
        self_url: address(cx, &Target::Feed { of: Box::new(of.clone()), kind }),
        language: cx.shown.language.clone(),
        updated: entries.iter().map(|entry| entry.updated).max(),
        entries,
    };
    Ok(Some(write(&view, kind)))
}

async fn entry(
    cx: &Context<'_>,
    (post, revision): (&Post, Option<&Revision>),
    listed: &[PostId],
    depends: &mut Depends,
) -> Result<feed::FeedEntry, LoadError> {
    depends.on(Tag::Post(post.id));
    depends.on(Tag::Comments(post.id));
    let author = cx.author(post.author, depends).unwrap_or_default();
    let terms = cx.terms(post, depends);
    let permalink = cx.site.permalink(post);
    let locked = cx.is_locked(post, depends);
    let scene = blocks::Scene::new(cx.app, cx.site, cx.now, Some(post)).in_feed(listed);
    let content = match revision.filter(|_| !locked) {
        Some(revision) => Some((revision, blocks::of_revision(&scene, revision, depends).await?)),
        None => None,
    };
    // of what is stored, as everywhere: what blocks show of other posts is no summary of this one
    let automatic =
        content.as_ref().map(|(revision, _)| excerpt::of(&revision.content, revision.format, excerpt::WORDS));
    let html = content.map(|(revision, content)| {
        content::html(&content::ContentInput {
            content: &content,
            format: revision.format,
            post_id: post.id.0,
            permalink: &permalink,
            teaser: true,
            feed: true,
            ..content::ContentInput::default()
        })
    });
    let summary = match (locked, post.excerpt.trim()) {
        (true, _) => "There is no excerpt because this is a protected post.".to_owned(),
        (false, "") => automatic.unwrap_or_default(),
        (false, manual) => excerpt::text(manual),
    };
    let count = cx.site.comment_count(post.id);
    let comments = (post.comments_open || count > 0).then(|| feed::FeedComments {
        count,
        url: permalink.clone(),
        feed_url: format!("{}/feed/", permalink.trim_end_matches('/')),
    });
    Ok(feed::FeedEntry {
        title: plain_title(post),
        guid: if post.guid.is_empty() { permalink.clone() } else { post.guid.clone() },
        link: permalink,
        author: author.name,
        author_url: author.website,
        published: post.date_gmt.unwrap_or(post.date),
        updated: post.modified_gmt,
        categories: terms.categories.into_iter().chain(terms.tags).map(|term| term.name).collect(),
        summary,
        content_html: html.filter(|_| !cx.settings().rss_use_excerpt),
        comments,
        in_reply_to: None,
        enclosures: revision.map(enclosures).unwrap_or_default(),
    })
}

/// `enclosure` meta: URL, length and type on three lines.
fn enclosures(revision: &Revision) -> Vec<feed::Enclosure> {
    let values = revision.meta.iter().filter(|entry| entry.key == "enclosure");
    let parsed = values.filter_map(|entry| {
        let mut lines = entry.value.lines().map(str::trim);
        let url = lines.next().filter(|url| !url.is_empty())?.to_owned();
        let length = lines.next().and_then(|length| length.parse().ok()).unwrap_or(0);
        let mime_type = lines.next().unwrap_or_default().split(' ').next().unwrap_or_default().to_owned();
        Some(feed::Enclosure { url, length, mime_type })
    });
    parsed.collect()
}

/// Newest comments of the site, or of one public post. Read from memory alone.
pub fn comments(cx: &Context<'_>, post: Option<PostId>, kind: FeedKind, depends: &mut Depends) -> Option<Body> {
    let limit = cx.settings().posts_per_rss.clamp(1, ENTRIES_MAX);
    let (title, link, ids) = match post {
        Some(id) => {
            depends.on(Tag::Post(id));
            depends.on(Tag::Comments(id));
            let post = cx.site.post(id).filter(|post| cx.site.is_public(post, cx.now))?;
            let mut ids = cx.site.comments(id);
            ids.reverse();
            // said with a colon in RSS only, as in WordPress
            let colon = if kind == FeedKind::Rss2 { ":" } else { "" };
            (format!("Comments on{colon} {}", plain_title(&post)), cx.site.permalink(&post), ids)
        }
        None => {
            depends.on(Tag::AnyComment);
            depends.on(Tag::AnyPost);
            // Some of the newest may wait for approval or sit on posts that are not public.
            (
                format!("Comments for {}", title::text(&cx.settings().title)),
                cx.url("/"),
                cx.site.newest_comments(limit * 5),
            )
        }
    };
    let approved = ids.into_iter().filter_map(|id| cx.site.comment(id));
    let approved = approved.filter(|comment| comment.status == CommentStatus::Approved);
    let of_site = post.is_none();
    let entries = approved.filter_map(|comment| comment_entry(cx, &comment, of_site, depends));
    let entries: Vec<_> = entries.take(limit).collect();
    let view = feed::FeedView {
        title,
        description: title::text(&cx.settings().tagline),
        self_url: address(cx, &Target::CommentsFeed { post, kind }),
        link,
        home: cx.shown.home.clone(),
        language: cx.shown.language.clone(),
        updated: entries.iter().map(|entry| entry.updated).max(),
        entries,
    };
    Some(write(&view, kind))
}

/// Where the feed is `of_site`, its entries name their posts.
fn comment_entry(cx: &Context<'_>, comment: &Comment, of_site: bool, depends: &mut Depends) -> Option<feed::FeedEntry> {
    let post = cx.site.post(comment.post).filter(|post| cx.site.is_public(post, cx.now))?;
    let permalink = cx.site.permalink(&post);
    let locked = cx.is_locked(&post, depends);
    let html = content::comment_html(&comment.content);
    let hidden = "Protected comments: enter the password of the post to see them.".to_owned();
    Some(feed::FeedEntry {
        title: match of_site {
            true => format!("Comment on {} by {}", plain_title(&post), comment.author_name),
            false => format!("By: {}", comment.author_name),
        },
        link: format!("{permalink}#comment-{}", comment.id),
        guid: format!("{}#comment-{}", post.guid, comment.id),
        author: comment.author_name.clone(),
        author_url: comment.author_url.clone(),
        published: comment.date_gmt,
        updated: comment.date_gmt,
        categories: Vec::new(),
        summary: if locked { hidden.clone() } else { excerpt::text(&html) },
        content_html: Some(if locked { hidden } else { html }),
        comments: None,
        in_reply_to: Some(match comment.parent {
            Some(parent) => (format!("{}#comment-{parent}", post.guid), format!("{permalink}#comment-{parent}")),
            None => (post.guid.clone(), permalink),
        }),
        enclosures: Vec::new(),
    })
}

/// As feed readers show it: they have no other place to say what is protected.
fn plain_title(post: &Post) -> String {
    let title = title::text(&post.title);
    if post.password.is_some() { format!("Protected: {title}") } else { title }
}

fn address(cx: &Context<'_>, target: &Target) -> String {
    cx.url(&cx.site.target_path(target).unwrap_or_else(|| "/".to_owned()))
}

fn write(view: &feed::FeedView, kind: FeedKind) -> Body {
    let (content_type, text) = match kind {
        FeedKind::Rss2 => (feed::RSS2_CONTENT_TYPE, feed::rss2(view)),
        FeedKind::Atom => (feed::ATOM_CONTENT_TYPE, feed::atom(view)),
    };
    Body { status: 200, content_type, text }
}
