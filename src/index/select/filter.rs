//! What is checked of each candidate: cheap things by key and set, the rest by its row.

use jiff::{Timestamp, civil::DateTime};

use super::{
    base::{Candidate, Visible},
    is_set_order,
    search::Search,
};
use crate::{
    content::{PostId, PostStatus, TermId, UserId},
    index::{
        PostQuery, Site, TermOperator,
        columns::Columns,
        key::{DateKey, Instant, Kind},
        standing,
    },
    store::codec::post::PostRow,
};

/// A query made ready to be asked of many posts.
pub(super) struct Filter<'s> {
    site: &'s Site,
    query: PostQuery,
    now: Timestamp,
    pub kinds: Vec<Kind>,
    /// Term filters with the children they ask for.
    pub terms: Vec<(Vec<TermId>, TermOperator)>,
    from: DateKey,
    to: DateKey,
    pub search: Option<Search>,
    /// What the search finds, by number.
    pub found: Option<Vec<PostId>>,
    /// There when the query may look at every post.
    pub columns: Option<Columns>,
}

impl<'s> Filter<'s> {
    pub fn new(site: &'s Site, query: &PostQuery, now: Timestamp) -> Self {
        let mut kinds: Vec<_> = query.types.iter().filter_map(|name| site.posts.kinds.get(name.name())).collect();
        if query.types.is_empty() {
            kinds.push(Kind::POST);
        }
        kinds.sort_unstable();
        kinds.dedup();
        let terms = query.terms.iter().map(|filter| {
            let mut terms = filter.terms.clone();
            if filter.with_children && filter.operator != TermOperator::All {
                terms = terms.into_iter().flat_map(|id| site.term_with_descendants(id)).collect();
            }
            terms.sort_unstable();
            terms.dedup();
            (terms, filter.operator)
        });
        let (from, to) = bounds(query);
        let search = query.search.as_deref().map(Search::parse).filter(|search| !search.is_empty());
        let columns = (query.scans() || search.is_some()).then(|| site.columns());
        let found = search.as_ref().zip(columns.as_ref()).map(|(search, columns)| search.find(columns));
        let terms = terms.collect();
        Self { site, query: query.clone(), now, kinds, terms, from, to, search, found, columns }
    }

    /// Only what is public now is asked for.
    pub fn public_only(&self) -> bool {
        self.query.statuses.is_empty() && self.query.readable_by.is_none()
    }

    /// First and last key by date.
    pub fn bounds(&self) -> (DateKey, DateKey) {
        (self.from, self.to)
    }

    pub fn is_unbounded(&self) -> bool {
        (self.from, self.to) == (DateKey::first(Instant::MIN), DateKey::last(Instant::MAX))
    }

    /// Nothing is left to check of the posts in whole sets, and the sets have the order.
    pub fn is_exact(&self) -> bool {
        let query = &self.query;
        let by_key = query.exclude.is_empty()
            && query.authors_not.is_empty()
            && query.sticky.is_none()
            && query.day.is_none_or(|_| query.month.is_some())
            && query.month.is_none_or(|_| query.year.is_some());
        let terms = self.terms.iter().all(|(_, operator)| *operator != TermOperator::None);
        let bounds = query.order_by != crate::index::OrderBy::Modified || self.is_unbounded();
        is_set_order(query.order_by) && by_key && terms && bounds && !query.filters_columns() && self.search.is_none()
    }

    /// A candidate out of a set that may hold others, or from anywhere.
    pub fn keeps(&self, (kind, key, visible): Candidate) -> bool {
        let own = |id: UserId| self.site.posts.by_author.get(&(id, kind)).is_some_and(|group| group.contains(&key));
        let ask = match visible {
            Visible::All => false,
            Visible::Own if !self.query.readable_by.is_some_and(own) => return false,
            Visible::Own => false,
            Visible::Ask => true,
        };
        self.keeps_key(kind, key)
            && self.found.as_ref().is_none_or(|found| found.binary_search(&key.id).is_ok())
            && (!self.query.filters_columns() || self.keeps_columns(key.id))
            && (!ask || self.site.view(key.id).is_some_and(|row| self.is_visible(&row)))
    }

    fn keeps_key(&self, kind: Kind, key: DateKey) -> bool {
        let query = &self.query;
        let in_term = |id: &TermId| self.site.posts.by_term.get(&(*id, kind)).is_some_and(|g| g.contains(&key));
        let by = |id: &UserId| self.site.posts.by_author.get(&(*id, kind)).is_some_and(|g| g.contains(&key));
        self.kinds.contains(&kind)
            && (self.from..=self.to).contains(&key)
            && !query.exclude.contains(&key.id)
            && query.month.is_none_or(|month| key.at.year_month().1 == month)
            && query.day.is_none_or(|day| key.at.day() == day)
            && query.sticky.is_none_or(|sticky| self.site.posts.sticky.contains(&key.id) == sticky)
            && (query.authors.is_empty() || query.authors.iter().any(by))
            && !query.authors_not.iter().any(by)
            && self.terms.iter().all(|(terms, operator)| match operator {
                TermOperator::Any => terms.iter().any(in_term),
                TermOperator::All => terms.iter().all(in_term),
                TermOperator::None => !terms.iter().any(in_term),
            })
    }

    fn keeps_columns(&self, id: PostId) -> bool {
        let query = &self.query;
        let keeps = |parent: u64, modified: DateTime, menu_order: i64, mime_type: &str| {
            (query.parents.is_empty() || query.parents.contains(&PostId(parent)))
                && !query.parents_not.contains(&PostId(parent))
                && query.modified_after.is_none_or(|after| modified > after)
                && query.modified_before.is_none_or(|before| modified < before)
                && query.menu_order.is_none_or(|order| menu_order == order)
                && query.mime_type.as_deref().is_none_or(|mime| mime_matches(mime, mime_type))
        };
        match &self.columns {
            Some(columns) => {
                columns.get(id.0).is_some_and(|post| keeps(post.parent, post.modified, post.menu_order, post.mime_type))
            }
            None => self
                .site
                .view(id)
                .is_some_and(|row| keeps(row.parent.unwrap_or(0), row.modified(), row.menu_order, &row.mime_type)),
        }
    }

    /// By the status it has now: scheduled and due is published.
    fn is_visible(&self, row: &PostRow<'_>) -> bool {
        let public = standing::standing(&self.site.tables, row).is_public(self.now);
        let status = PostStatus::from_name(&row.status);
        let now = if status == PostStatus::Future && public { PostStatus::Publish } else { status };
        let asked = if self.query.statuses.is_empty() { public } else { self.query.statuses.contains(&now) };
        let own = self.query.readable_by == Some(UserId(row.author))
            && !matches!(now, PostStatus::Publish | PostStatus::AutoDraft | PostStatus::Inherit);
        asked || own
    }
}

/// `image/png` itself, or all of `image`.
fn mime_matches(wanted: &str, mime: &str) -> bool {
    match wanted.split_once('/') {
        Some((family, "*")) => mime.split('/').next() == Some(family),
        Some(_) => mime == wanted,
        None => mime.split('/').next() == Some(wanted),
    }
}

/// The tightest first and last key that year, month, day, `after` and `before` allow.
fn bounds(query: &PostQuery) -> (DateKey, DateKey) {
    let (mut from, mut to) = (Instant::MIN, Instant::MAX);
    if let Some(year) = query.year {
        let (first, beyond) = match (query.month, query.day) {
            (Some(month), Some(day)) => {
                (Instant::start_of(year, month, day), Instant::start_of(year, month, day.saturating_add(1)))
            }
            (Some(month), None) => (Instant::start_of(year, month, 0), Instant::start_of(year, month, 32)),
            (None, _) => (Instant::start_of(year, 0, 0), Instant::start_of(year, 13, 0)),
        };
        from = from.max(first);
        to = to.min(beyond.before());
    }
    if let Some(after) = query.after {
        from = from.max(Instant::of(after).after());
    }
    if let Some(before) = query.before {
        to = to.min(whole_second_before(before));
    }
    (DateKey::first(from), DateKey::last(to))
}

/// The last second that is before a time.
fn whole_second_before(time: DateTime) -> Instant {
    if time.subsec_nanosecond() > 0 { Instant::of(time) } else { Instant::of(time).before() }
}
