//! Dynamic blocks: what is stored of them is a question, and this asks it. Readers, feeds, the API and the editor's
//! previews all come by here.
//!
//! Content goes in and comes out as content: synced patterns are put in their places, loops are unrolled, and each
//! dynamic block becomes its HTML. What was shown is noted, so that pages know when they are stale. Nothing here goes
//! by the reader; by the clock only other sites' feeds do, and what shows one says until when it counts.

mod discussion;
mod facts;
mod feeds;
mod lists;
mod loops;
mod patterns;

pub use self::{discussion::is_in as shows_discussion, feeds::KEPT_FOR as FEEDS_KEPT_FOR, loops::page_exists};

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{PageRequest, context::Depends};
use crate::{
    app::App,
    cache::LoadError,
    content::{ContentFormat, Post, PostId, Revision},
    index::Site,
    render::{
        content::{
            self, blocks,
            blocks::{Delimiter, Kind},
            dynamic::{self, Attributes},
        },
        date::Dates,
    },
};

/// Dynamic blocks of one post's content; more are left out.
const BLOCKS_MAX: usize = 500;

/// What dynamic blocks are shown of.
#[derive(Debug)]
pub struct Scene<'a> {
    pub app: &'a App,
    pub site: &'a Site,
    pub now: Timestamp,
    /// The post the content belongs to.
    pub post: Option<&'a Post>,
    /// Where the content is shown on a page.
    asked: Asked<'a>,
    /// The posts of the feed the content is in. Feeds leave discussions out.
    feed: Option<&'a [PostId]>,
    dates: Dates,
    /// The site's address without a slash at its end.
    home: &'a str,
}

/// The page the content is shown on.
#[derive(Clone, Debug, Default)]
pub struct Asked<'a> {
    pub request: Option<&'a PageRequest>,
    /// Address of the page itself; `None` for the post's.
    pub url: Option<String>,
}

impl<'a> Scene<'a> {
    pub fn new(app: &'a App, site: &'a Site, now: Timestamp, post: Option<&'a Post>) -> Self {
        let settings = site.settings();
        let (asked, feed) = (Asked::default(), None);
        Self {
            app,
            site,
            now,
            post,
            asked,
            feed,
            dates: Dates::new(settings),
            home: settings.home.trim_end_matches('/'),
        }
    }

    #[must_use]
    pub fn on_page(mut self, asked: Asked<'a>) -> Self {
        self.asked = asked;
        self
    }

    #[must_use]
    pub fn in_feed(mut self, posts: &'a [PostId]) -> Self {
        self.feed = Some(posts);
        self
    }

    /// What the page itself lists, for loops that inherit: a feed its posts, a post's page this post. Lists of the theme
    /// show no content.
    fn main_list(&self) -> Vec<PostId> {
        match self.feed {
            Some(posts) => posts.to_vec(),
            None => self.post.map(|post| post.id).into_iter().collect(),
        }
    }
}

/// The content of `revision` with its dynamic blocks made HTML; the content itself where it has none.
///
/// # Errors
/// When an object the state names cannot be had.
pub async fn of_revision<'t>(
    scene: &Scene<'_>,
    revision: &'t Revision,
    depends: &mut Depends,
) -> Result<Cow<'t, str>, LoadError> {
    match revision.format {
        ContentFormat::Html => expand(scene, &revision.content, depends).await,
        ContentFormat::Markdown => Ok(Cow::Borrowed(&revision.content)),
    }
}

/// `content` with its dynamic blocks made HTML.
///
/// # Errors
/// When an object the state names cannot be had.
pub async fn expand<'t>(scene: &Scene<'_>, content: &'t str, depends: &mut Depends) -> Result<Cow<'t, str>, LoadError> {
    if !dynamic::is_dynamic(content) {
        return Ok(Cow::Borrowed(content));
    }
    let content = patterns::expand(scene, content, depends).await?;
    let content = loops::expand(scene, &content, depends).await;
    let content = discussion::expand(scene, &content, depends);
    fill(scene, &content, depends).await.map(Cow::Owned)
}

/// One block as the editor previews it. `None` for a name that is no dynamic block.
///
/// # Errors
/// When an object the state names cannot be had.
pub async fn one(scene: &Scene<'_>, name: &str, attributes: &Value) -> Result<Option<String>, LoadError> {
    let Some(short) = name.strip_prefix("core/").filter(|short| dynamic::NAMES.contains(short)) else {
        return Ok(None);
    };
    let written = match attributes {
        Value::Object(members) if members.is_empty() => String::new(),
        attributes => format!("{} ", written(attributes)),
    };
    let content = expand(scene, &format!("<!-- wp:{short} {written}/-->"), &mut Depends::default()).await?.into_owned();
    let post = scene.post;
    let permalink = post.map(|post| scene.site.permalink(post)).unwrap_or_default();
    Ok(Some(content::html(&content::ContentInput {
        content: &content,
        post_id: post.map_or(0, |post| post.id.0),
        permalink: &permalink,
        ..content::ContentInput::default()
    })))
}

/// Attributes as they stand in a block's comment, which they cannot end.
fn written(attributes: &Value) -> String {
    attributes.to_string().replace("--", "\\u002d\\u002d").replace('<', "\\u003c").replace('>', "\\u003e")
}

/// Every comment stays: content with HTML in the place of blocks is still content made of blocks.
async fn fill(scene: &Scene<'_>, content: &str, depends: &mut Depends) -> Result<String, LoadError> {
    let mut out = String::with_capacity(content.len() * 2);
    let mut from = 0;
    let mut number = 0;
    let mut navigations = 0_usize;
    for block in blocks::delimiters(content).filter(dynamic::needs_facts) {
        let name = dynamic::short_name(&block);
        let attributes = block.value();
        // what closes a block ends its HTML too
        let before = if block.kind == Kind::Close { block.start } else { block.end };
        let html = match (block.kind, name) {
            (Kind::Open, "navigation") => {
                navigations += 1;
                dynamic::navigation_open(Attributes(&attributes))
            }
            (Kind::Open, "navigation-submenu") => dynamic::navigation_item(Attributes(&attributes), true),
            (Kind::Close, "navigation" | "navigation-submenu") => {
                navigations = navigations.saturating_sub(usize::from(name == "navigation"));
                dynamic::navigation_close(name).to_owned()
            }
            // their HTML stands between the comments
            (Kind::Open | Kind::Close, _) => continue,
            (Kind::Void, _) if number == BLOCKS_MAX => continue,
            (Kind::Void, _) => {
                number += 1;
                void(scene, &block, (number, navigations > 0), depends).await?
            }
        };
        out.push_str(content.get(from..before).unwrap_or_default());
        // What others wrote must not be run as shortcodes of this post.
        out.push_str(&html.replace('[', "&#91;"));
        from = before;
    }
    out.push_str(content.get(from..).unwrap_or_default());
    Ok(out)
}

/// A block that is all in its comment; `number` makes ids unique on the page.
async fn void(
    scene: &Scene<'_>,
    block: &Delimiter<'_>,
    (number, in_navigation): (usize, bool),
    depends: &mut Depends,
) -> Result<String, LoadError> {
    let value = block.value();
    let attributes = Attributes(&value);
    let name = dynamic::short_name(block);
    if let Some(html) = dynamic::of_site(name, attributes, &facts::site(scene, depends)) {
        return Ok(html);
    }
    if let Some(facts) = facts::shown_post(scene, name, attributes, depends).await?
        && let Some(html) = dynamic::of_post(name, attributes, &facts)
    {
        return Ok(html);
    }
    Ok(match name {
        "archives" => dynamic::archives(attributes, &lists::periods(scene, attributes, depends), number),
        "calendar" => dynamic::calendar(attributes, &lists::month(scene, attributes, depends)),
        "categories" => {
            dynamic::categories(attributes, &lists::categories(scene, attributes, depends), scene.home, number)
        }
        "tag-cloud" => dynamic::tag_cloud(attributes, &lists::tags(scene, attributes, depends)),
        "latest-posts" => dynamic::latest_posts(attributes, &lists::latest_posts(scene, attributes, depends).await?),
        "latest-comments" => dynamic::latest_comments(attributes, &lists::latest_comments(scene, attributes, depends)),
        "rss" => feeds::rss(scene, attributes, depends).await,
        "post-navigation-link" => {
            let neighbour = facts::neighbour(scene, attributes, depends);
            neighbour.map(|(title, url)| dynamic::post_navigation_link(attributes, &title, &url)).unwrap_or_default()
        }
        "search" => dynamic::search(attributes, scene.home, number),
        "page-list" => dynamic::page_list(attributes, &lists::pages(scene, depends), in_navigation),
        "navigation-link" => dynamic::navigation_item(attributes, false),
        _ => String::new(),
    })
}

/// A block's comment with one more attribute.
fn with_attribute(block: &Delimiter<'_>, name: &str, value: u64) -> String {
    let mut attributes = match block.value() {
        Value::Object(attributes) => attributes,
        _ => serde_json::Map::new(),
    };
    attributes.insert(name.to_owned(), json!(value));
    format!("<!-- wp:{} {} /-->", block.name, written(&Value::Object(attributes)))
}
