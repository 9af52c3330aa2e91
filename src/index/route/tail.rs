//! What may follow an address: feed, page of a list, page of comments.

use super::{FeedKind, Target, query::value};

/// The end of a path, taken off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    pub feed: Option<FeedKind>,
    /// `/page/2`
    pub page: Option<u32>,
    /// `/comment-page-2`, `/embed`, `/trackback`: the post itself is shown, its card, or redirected to.
    pub of_post: Option<OfPost>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfPost {
    CommentPage,
    Embed,
    Trackback,
}

pub(super) fn feed_kind(name: &str) -> Option<FeedKind> {
    match name {
        "feed" | "rss" | "rss2" | "rdf" => Some(FeedKind::Rss2),
        "atom" => Some(FeedKind::Atom),
        _ => None,
    }
}

fn page_number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|page| *page > 0)
}

impl Tail {
    /// Splits the tail off the segments of a path.
    pub fn split<'p>(segments: &'p [&'p str]) -> (&'p [&'p str], Self) {
        let mut tail = Self::default();
        match segments {
            [rest @ .., "feed", kind] if feed_kind(kind).is_some() => {
                tail.feed = feed_kind(kind);
                (rest, tail)
            }
            [rest @ .., kind] if feed_kind(kind).is_some() => {
                tail.feed = feed_kind(kind);
                (rest, tail)
            }
            [rest @ .., "page", number] if page_number(number).is_some() => {
                tail.page = page_number(number);
                (rest, tail)
            }
            [rest @ .., last] if !rest.is_empty() => {
                tail.of_post = match *last {
                    "embed" => Some(OfPost::Embed),
                    "trackback" => Some(OfPost::Trackback),
                    _ => last.strip_prefix("comment-page-").and_then(page_number).map(|_| OfPost::CommentPage),
                };
                if tail.of_post.is_some() { (rest, tail) } else { (segments, tail) }
            }
            _ => (segments, tail),
        }
    }
}

impl Target {
    /// The same list or post at another page; targets without pages are `None`, unless it is their first.
    pub fn at_page(self, number: u32) -> Option<Self> {
        Some(match self {
            Self::Home { .. } => Self::Home { page: number },
            Self::Term { taxonomy, term, .. } => Self::Term { taxonomy, term, page: number },
            Self::Author { user, .. } => Self::Author { user, page: number },
            Self::TypeArchive { post_type, .. } => Self::TypeArchive { post_type, page: number },
            Self::Date { year, month, day, .. } => Self::Date { year, month, day, page: number },
            Self::Search { text, .. } => Self::Search { text, page: number },
            Self::Singular { id, .. } => Self::Singular { id, page: number },
            Self::FrontPage { id } if number > 1 => Self::Singular { id, page: number },
            other if number == 1 => other,
            Self::FrontPage { .. }
            | Self::Embed { .. }
            | Self::Feed { .. }
            | Self::CommentsFeed { .. }
            | Self::Sitemap(_)
            | Self::Robots
            | Self::Redirect { .. }
            | Self::NotFound => return None,
        })
    }

    /// The page of a list, or part of a post; 1 where there is only one.
    pub fn page(&self) -> u32 {
        match self {
            Self::Home { page }
            | Self::Singular { page, .. }
            | Self::Term { page, .. }
            | Self::Author { page, .. }
            | Self::TypeArchive { page, .. }
            | Self::Date { page, .. }
            | Self::Search { page, .. } => *page,
            Self::FrontPage { .. }
            | Self::Embed { .. }
            | Self::Feed { .. }
            | Self::CommentsFeed { .. }
            | Self::Sitemap(_)
            | Self::Robots
            | Self::Redirect { .. }
            | Self::NotFound => 1,
        }
    }

    /// The card of this post; what is no post has none.
    pub(super) fn embedded(self) -> Option<Self> {
        match self {
            Self::Singular { id, .. } | Self::FrontPage { id } => Some(Self::Embed { post: Some(id) }),
            _ => None,
        }
    }

    /// The feed of this target at the page a query names, `?paged=2`. The feed of the site is that of its posts,
    /// whatever its front page.
    pub(super) fn feed_at(self, kind: FeedKind, query: &[(String, String)]) -> Option<Self> {
        let of = if matches!(self, Self::FrontPage { .. }) { Self::Home { page: 1 } } else { self };
        let page = value(query, "paged").and_then(page_number).filter(|page| *page > 1);
        let of = match page {
            Some(page) if !matches!(of, Self::Singular { .. }) => of.at_page(page)?,
            _ => of,
        };
        Some(of.feed(kind))
    }

    /// The feed of this target: of a post its comments, of a list its posts.
    pub(super) fn feed(self, kind: FeedKind) -> Self {
        match self {
            Self::Singular { id, .. } | Self::FrontPage { id } => Self::CommentsFeed { post: Some(id), kind },
            list => Self::Feed { of: Box::new(list), kind },
        }
    }
}
