//! Lists of posts: home, archives, search.

use serde::Serialize;

use super::{Author, Card, Pagination, Term};

#[derive(Clone, Debug, Default, Serialize)]
pub struct List {
    pub kind: ListKind,
    /// Heading: the term's, author's or month's name; empty on the home page.
    pub title: String,
    /// Below the heading; finished HTML, may be empty.
    pub description_html: String,
    pub entries: Vec<Card>,
    /// Matches over all pages.
    pub total: usize,
    pub pagination: Pagination,
    /// On search results: what was asked for, as typed.
    pub query: String,
    /// On term archives.
    pub term: Option<Term>,
    /// Terms below this one.
    pub children: Vec<Term>,
    /// On author archives.
    pub author: Option<Author>,
    /// Feed of just this list; `None` where there is none.
    pub rss_url: Option<String>,
    /// Newest months, for the foot of the home page.
    pub months: Vec<Archive>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    #[default]
    Home,
    Category,
    Tag,
    Taxonomy,
    Author,
    Year,
    Month,
    Day,
    PostType,
    Search,
}

/// A month with posts.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Archive {
    /// `November 2026`
    pub title: String,
    pub url: String,
    pub count: u64,
}
