//! Where the matches of a query are looked for.

use imbl::OrdSet;
use jiff::Timestamp;

use super::filter::Filter;
use crate::{
    content::{PostId, PostStatus, PostType, TermId, slug::sanitize_title},
    index::{
        OrderBy, PostQuery, Site, TermOperator,
        key::{DateKey, Instant, Kind, Shelf},
        posts::Group,
    },
};

/// What a search finds is looked up post by post up to this many; more are looked for in the sets.
const FOUND_MAX: usize = 1000;

/// Posts of one type, sorted.
pub(super) struct Set<'s> {
    pub kind: Kind,
    pub keys: &'s OrdSet<DateKey>,
    pub visible: Visible,
}

/// What being in a set says of the statuses a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Visible {
    /// All in it have one of them.
    All,
    /// Only those of the author who may read their own.
    Own,
    /// Each post's row must be asked.
    Ask,
}

/// A post that may match.
pub(super) type Candidate = (Kind, DateKey, Visible);

/// Candidates: all matches and perhaps others, each once unless the sets overlap.
pub(super) enum Base<'s> {
    Sets {
        sets: Vec<Set<'s>>,
        /// Scheduled posts that are public by now, when the sets hold public ones only.
        due: Vec<(Kind, DateKey)>,
        /// The sets are disjoint and stand for all that the query says of statuses, terms and authors.
        whole: bool,
    },
    /// By id, slug, parent or search: few.
    List(Vec<(Kind, DateKey)>),
}

pub(super) fn key_of(site: &Site, id: PostId) -> Option<(Kind, DateKey)> {
    let row = site.view(id)?;
    Some((site.posts.kinds.get(&row.post_type)?, DateKey { at: Instant::of(row.date), id }))
}

impl<'s> Base<'s> {
    pub fn choose(site: &'s Site, query: &PostQuery, filter: &Filter<'s>, now: Timestamp) -> Self {
        if let Some(ids) = listed(site, query, filter) {
            let mut ids = ids;
            ids.sort_unstable();
            ids.dedup();
            return Self::List(ids.into_iter().filter_map(|id| key_of(site, id)).collect());
        }
        if let Some(found) = filter.found.as_ref().filter(|found| found.len() <= FOUND_MAX) {
            return Self::List(found.iter().filter_map(|id| key_of(site, *id)).collect());
        }
        // posts that are due are in the sets of hidden ones too
        let public = filter.public_only();
        let kinds = filter.kinds.iter().filter(|_| public);
        let due: Vec<_> = kinds.flat_map(|kind| site.due(*kind, now).into_iter().map(|key| (*kind, key))).collect();
        let modified = query.order_by == OrderBy::Modified;
        if let Some(groups) = groups(site, query, filter) {
            let whole = public && !modified && due.is_empty() && is_one_group_per_kind(query, filter);
            let of = |(kind, group): (Kind, &'s Group)| {
                let hidden = (!public).then_some(Set { kind, keys: &group.hidden, visible: Visible::Ask });
                let visible = on_shelf(query, kind, &Shelf::Public);
                visible.map(|visible| Set { kind, keys: &group.public, visible }).into_iter().chain(hidden)
            };
            return Self::Sets { sets: groups.into_iter().flat_map(of).collect(), due, whole };
        }
        let plain = query.terms.is_empty() && query.authors.is_empty();
        let all = |sets: &[Set<'_>]| sets.iter().all(|set| set.visible == Visible::All);
        let mut sets = shelves(site, query, filter, false);
        // other sets know posts by their date: what has to be looked up there must come with it
        let by_modified = modified && plain && due.is_empty() && filter.is_exact() && all(&sets);
        if by_modified {
            sets = shelves(site, query, filter, true);
        }
        let whole = plain && modified == by_modified && all(&sets);
        Self::Sets { sets, due, whole }
    }

    /// Every candidate once, by date.
    pub fn candidates(self, filter: &Filter<'_>) -> Vec<Candidate> {
        let (from, to) = filter.bounds();
        let ask = |(kind, key)| (kind, key, Visible::Ask);
        match self {
            Self::List(keys) => keys.into_iter().map(ask).collect(),
            Self::Sets { sets, due, .. } => {
                let of = |set: Set<'s>| set.keys.range(from..=to).map(move |key| (set.kind, *key, set.visible));
                let mut all: Vec<_> = sets.into_iter().flat_map(of).chain(due.into_iter().map(ask)).collect();
                all.sort_unstable_by_key(|(_, key, _)| *key);
                all.dedup_by_key(|(_, key, _)| *key);
                all
            }
        }
    }
}

/// The ids a query names itself.
fn listed(site: &Site, query: &PostQuery, filter: &Filter<'_>) -> Option<Vec<PostId>> {
    if !query.include.is_empty() {
        return Some(query.include.clone());
    }
    if !query.slugs.is_empty() {
        let types: Vec<PostType> =
            filter.kinds.iter().map(|kind| PostType::from_name(site.posts.kinds.name(*kind))).collect();
        let of = |slug: &String| {
            let slug = sanitize_title(slug);
            types.iter().flat_map(|post_type| site.posts_by_slug(post_type, &slug)).collect::<Vec<_>>()
        };
        return Some(query.slugs.iter().flat_map(of).collect());
    }
    // parent 0 stands for the top level, which no set has
    if !query.parents.is_empty() && !query.parents.contains(&PostId(0)) {
        let of = |parent: &PostId| {
            filter.kinds.iter().flat_map(|kind| site.posts.children_of(*parent, *kind)).collect::<Vec<_>>()
        };
        return Some(query.parents.iter().flat_map(of).collect());
    }
    None
}

/// True when the groups of [`groups`] do not overlap and no other term or author is asked for.
fn is_one_group_per_kind(query: &PostQuery, filter: &Filter<'_>) -> bool {
    match (query.terms.as_slice(), query.authors.as_slice()) {
        ([_], []) => filter.terms.first().is_some_and(|(terms, _)| terms.len() == 1),
        ([], [_, ..]) => true,
        _ => false,
    }
}

/// The smallest groups by a term filter or by authors that hold all matches; `None` when neither is asked for.
fn groups<'s>(site: &'s Site, query: &PostQuery, filter: &Filter<'s>) -> Option<Vec<(Kind, &'s Group)>> {
    let by_terms = filter.terms.iter().filter(|(_, operator)| *operator != TermOperator::None).map(|(terms, _)| {
        let of = |id: TermId| filter.kinds.iter().filter_map(move |k| Some((*k, site.posts.by_term.get(&(id, *k))?)));
        terms.iter().flat_map(|id| of(*id)).collect::<Vec<_>>()
    });
    let mut authors = query.authors.clone();
    authors.sort_unstable();
    authors.dedup();
    let by_authors = (!authors.is_empty()).then(|| {
        let of = |id| filter.kinds.iter().filter_map(move |k| Some((*k, site.posts.by_author.get(&(id, *k))?)));
        authors.iter().flat_map(|id| of(*id)).collect::<Vec<_>>()
    });
    let size =
        |groups: &Vec<(Kind, &Group)>| groups.iter().map(|(_, g)| g.public.len() + g.hidden.len()).sum::<usize>();
    by_terms.chain(by_authors).min_by_key(size)
}

/// The shelves that hold the statuses asked for.
fn shelves<'s>(site: &'s Site, query: &PostQuery, filter: &Filter<'_>, modified: bool) -> Vec<Set<'s>> {
    let mut sets = Vec::new();
    for kind in &filter.kinds {
        let of_kind = site.posts.shelves.range((*kind, Shelf::Public)..).take_while(|((k, _), _)| k == kind);
        sets.extend(of_kind.filter_map(|((_, shelf), filed)| {
            let keys = if modified { &filed.by_modified } else { &filed.by_date };
            Some(Set { kind: *kind, keys, visible: on_shelf(query, *kind, shelf)? })
        }));
    }
    sets
}

/// Which posts on a shelf have a status asked for; `None`: none has.
fn on_shelf(query: &PostQuery, kind: Kind, shelf: &Shelf) -> Option<Visible> {
    let asked = |status: &PostStatus| query.statuses.contains(status);
    let own = query.readable_by.map(|_| Visible::Own);
    match shelf {
        Shelf::Public if query.statuses.is_empty() => Some(Visible::All),
        // an attachment there is published by itself or with its parent
        Shelf::Public if kind == Kind::ATTACHMENT => match (asked(&PostStatus::Publish), asked(&PostStatus::Inherit)) {
            (true, true) => Some(Visible::All),
            (false, false) => None,
            _ => Some(Visible::Ask),
        },
        Shelf::Public => asked(&PostStatus::Publish).then_some(Visible::All),
        // some of these may be due, and so be published
        Shelf::Status(PostStatus::Future) => match (asked(&PostStatus::Publish), asked(&PostStatus::Future)) {
            (true, true) => Some(Visible::All),
            (false, false) => own.map(|_| Visible::Ask),
            _ => Some(Visible::Ask),
        },
        Shelf::Status(status) if asked(status) => Some(Visible::All),
        Shelf::Status(PostStatus::AutoDraft | PostStatus::Inherit) => None,
        Shelf::Status(_) => own,
    }
}
