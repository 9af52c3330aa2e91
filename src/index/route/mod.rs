//! From a public URL to what it asks for, by the permalink structure and WordPress's rules.
//!
//! [`Site::resolve`] reads plain queries (`query.rs`) and paths (`path.rs`) into a target, checks that there is
//! something public to show (`exists.rs`), and else looks for where it went (`moved.rs`).

mod exists;
mod moved;
mod path;
mod query;
mod sitemap;
mod tail;
mod target_path;

use jiff::Timestamp;

pub use self::sitemap::SITEMAP_URLS_MAX;
use super::Site;
use crate::content::{PostId, PostType, Taxonomy, TermId, UserId};

/// Longest path that is looked at; no address of ours comes near.
const PATH_BYTES_MAX: usize = 4096;

/// What a URL names. `page` counts from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// The posts list, be it at `/` or at the page set as `page_for_posts`.
    Home {
        page: u32,
    },
    /// A static front page.
    FrontPage {
        id: PostId,
    },
    /// Post, page, attachment or custom type. `page` is the `<!--nextpage-->` part.
    Singular {
        id: PostId,
        page: u32,
    },
    Term {
        taxonomy: Taxonomy,
        term: TermId,
        page: u32,
    },
    Author {
        user: UserId,
        page: u32,
    },
    /// The list of a custom type's posts.
    TypeArchive {
        post_type: PostType,
        page: u32,
    },
    Date {
        year: i16,
        month: Option<i8>,
        day: Option<i8>,
        page: u32,
    },
    Search {
        text: String,
        page: u32,
    },
    /// A post as a card in a frame of another page; `None`: one that is asked for and not there.
    Embed {
        post: Option<PostId>,
    },
    Feed {
        of: Box<Target>,
        kind: FeedKind,
    },
    /// Comments feed of the site (`None`) or of one post.
    CommentsFeed {
        post: Option<PostId>,
        kind: FeedKind,
    },
    Sitemap(SitemapPart),
    Robots,
    Redirect {
        to: String,
        permanent: bool,
    },
    NotFound,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedKind {
    Rss2,
    Atom,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SitemapPart {
    Index,
    Posts { post_type: String, page: u32 },
    Terms { taxonomy: String, page: u32 },
    Users { page: u32 },
}

impl Site {
    /// What a request path and query ask for. Memory only.
    ///
    /// `path` is percent-decoded. Only what is public now is found: previews and private posts for signed-in
    /// viewers are the caller's to look up (see [`Site::asked_post`]). The part of a singular post is not
    /// checked against the number of parts, which only its content tells.
    pub fn resolve(&self, path: &str, query: &[(String, String)], now: Timestamp) -> Target {
        if path.len() > PATH_BYTES_MAX || !path.starts_with('/') {
            return Target::NotFound;
        }
        if let Some(rest) = path.strip_prefix("/index.php").filter(|rest| rest.is_empty() || rest.starts_with('/')) {
            // One slash: after two a browser reads the name of another host.
            let path = format!("/{}", rest.trim_start_matches(['/', '\\']));
            return Target::Redirect { to: query::with_query(&path, query), permanent: true };
        }
        let target = if path == "/" { self.resolve_query(query, now) } else { self.resolve_path(path, query, now) };
        match target {
            Some(target) if self.exists(&target, now) => self.canonical(target, path, query),
            Some(Target::Date { year, month, day, .. }) => self.mended_date(year, month, day),
            _ => self
                .moved(path, query, now)
                .or_else(|| moved::to_desk(path))
                .unwrap_or_else(|| path::nothing(path, query)),
        }
    }
}
