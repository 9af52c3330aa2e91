//! From a public URL to what it asks for, by the permalink structure and WordPress's rules.

use crate::content::{PostId, Taxonomy, TermId, UserId};

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
