//! Bounded caches: rendered pages (with tags, single flight, compressed variants) and post revisions.

mod changes;
mod page;
mod pages;
mod revisions;

pub use self::{
    changes::Changes,
    page::{Encoding, Form, Page, Rendered},
    pages::{PageCounts, PageError, Pages},
    revisions::{Confirm, Revisions},
};
use crate::content::PostId;

/// Names something pages depend on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tag {
    /// Settings, menus, theme: every page.
    Site,
    /// Lists of posts of a type: home, feeds, sitemaps.
    Posts(String),
    Post(PostId),
    /// The posts this one links to by their place in time: previous, next, and older ones of its tags and
    /// categories.
    Near(PostId),
    /// A term's name, address and place.
    Term(u64),
    /// Which posts a term has, those of its descendants included: its archive and its count.
    TermPosts(u64),
    /// An author's name and address.
    Author(u64),
    /// Which posts an author has.
    AuthorPosts(u64),
    /// `2026`, `2026-11`, `2026-11-20`
    Date(String),
    Comments(PostId),
    /// The newest comments of the site: any change of any comment.
    AnyComment,
    /// Search results and 404s: any change of any public post.
    AnyPost,
    /// Answers of the API: any change of anything it may show to strangers.
    Anything,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum LoadError {
    /// The state names it, the store does not have it, or it does not decode.
    #[error("corrupt {key}: {reason}")]
    Corrupt { key: String, reason: String },
    #[error("the store does not answer: {0}")]
    Unavailable(String),
}
