//! Lists of posts: filters, order, page. Answered from sorted sets, never by reading bodies.

use jiff::civil::DateTime;

use crate::content::{PostId, PostStatus, PostType, Taxonomy, TermId, UserId};

/// WordPress's `WP_Query`, the part that themes, feeds and `wp/v2` collections need.
#[derive(Clone, Debug, Default)]
pub struct PostQuery {
    /// Empty: `post`.
    pub types: Vec<PostType>,
    /// Empty: what is public now.
    pub statuses: Vec<PostStatus>,
    /// Drafts, private and trashed posts of this author are included beside `statuses`.
    pub readable_by: Option<UserId>,
    pub authors: Vec<UserId>,
    pub authors_not: Vec<UserId>,
    pub include: Vec<PostId>,
    pub exclude: Vec<PostId>,
    pub parents: Vec<PostId>,
    pub parents_not: Vec<PostId>,
    pub slugs: Vec<String>,
    /// Each must match; within one, any term (children included if `with_children`), or all, or none of them.
    pub terms: Vec<TermFilter>,
    /// Site-local.
    pub after: Option<DateTime>,
    pub before: Option<DateTime>,
    pub modified_after: Option<DateTime>,
    pub modified_before: Option<DateTime>,
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
    /// WordPress's search syntax: words, "phrases", -exclusions; over title, excerpt and slug.
    pub search: Option<String>,
    pub sticky: Option<bool>,
    /// Sticky posts first, as on the front page's first page.
    pub sticky_first: bool,
    pub menu_order: Option<i64>,
    pub mime_type: Option<String>,
    pub order_by: OrderBy,
    pub ascending: bool,
    pub offset: usize,
    /// 0: all.
    pub limit: usize,
}

impl PostQuery {
    /// True for what may look at every post: searches, and orders and filters that no set has.
    pub fn scans(&self) -> bool {
        let children = !self.parents.is_empty() && !self.parents.contains(&PostId(0));
        let few = !self.include.is_empty() || !self.slugs.is_empty() || children;
        let order = matches!(
            self.order_by,
            OrderBy::Title | OrderBy::Slug | OrderBy::Author | OrderBy::Parent | OrderBy::MenuOrder
        );
        // groups of posts are sorted by date alone
        let order = order || self.order_by == OrderBy::Modified && !(self.terms.is_empty() && self.authors.is_empty());
        !few && (order || self.search.is_some() || self.filters_columns())
    }

    /// True when posts are filtered by what no set and no key has.
    pub(super) fn filters_columns(&self) -> bool {
        !self.parents.is_empty()
            || !self.parents_not.is_empty()
            || self.modified_after.is_some()
            || self.modified_before.is_some()
            || self.menu_order.is_some()
            || self.mime_type.is_some()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct TermFilter {
    pub taxonomy: Taxonomy,
    pub terms: Vec<TermId>,
    pub with_children: bool,
    pub operator: TermOperator,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TermOperator {
    #[default]
    Any,
    All,
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderBy {
    #[default]
    Date,
    Modified,
    Id,
    Author,
    Parent,
    Title,
    Slug,
    MenuOrder,
    Include,
    IncludeSlugs,
    Relevance,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    pub ids: Vec<PostId>,
    /// Matches before offset and limit.
    pub total: usize,
}
