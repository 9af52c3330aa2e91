//! Answers to [`PostQuery`]: the smallest sets that hold all matches, what is left to check of each, the order.
//!
//! A list by date (or by time of change) of whole sets, which is what pages, archives and feeds ask for, is merged
//! from them lazily: it costs its offset and length, not its total. All else visits every candidate once.

mod base;
mod filter;
mod order;
mod search;

use jiff::Timestamp;

use self::{
    base::{Base, Visible},
    filter::Filter,
};
use super::{
    OrderBy, PostQuery, Selection, Site,
    key::{DateKey, Kind},
};

/// Sets merged lazily at most; more are collected and sorted.
const MERGED_MAX: usize = 16;

impl Site {
    /// Posts that match, in order, with the total before paging. Memory only.
    pub fn posts(&self, query: &PostQuery, now: Timestamp) -> Selection {
        let filter = Filter::new(self, query, now);
        let base = Base::choose(self, query, &filter, now);
        let mut selection = match base {
            Base::Sets { sets, due, whole: true } if filter.is_exact() && sets.len() <= MERGED_MAX => {
                merge(&sets, due, &filter, query)
            }
            base => {
                let candidates = base.candidates(&filter).into_iter().filter(|candidate| filter.keeps(*candidate));
                let kept: Vec<_> = candidates.map(|(kind, key, _)| (kind, key)).collect();
                order::sort(self, query, &filter, &kept)
            }
        };
        if query.sticky_first && query.offset == 0 {
            self.lift_sticky(&filter, &mut selection);
        }
        selection
    }

    /// Puts every sticky post that matches before the others, as WordPress does: the page grows by those that
    /// would be on later ones.
    fn lift_sticky(&self, filter: &Filter<'_>, selection: &mut Selection) {
        let keys = self.posts.sticky.iter().filter_map(|id| base::key_of(self, *id));
        let mut sticky: Vec<_> =
            keys.filter(|(kind, key)| filter.keeps((*kind, *key, Visible::Ask))).map(|(_, key)| key).collect();
        sticky.sort_unstable_by(|a, b| b.cmp(a));
        let mut ids: Vec<_> = sticky.into_iter().map(|key| key.id).collect();
        let rest: Vec<_> = selection.ids.iter().filter(|id| !ids.contains(id)).copied().collect();
        ids.extend(rest);
        selection.ids = ids;
    }
}

/// One page out of disjoint sorted sets and a few due posts.
fn merge(sets: &[base::Set<'_>], due: Vec<(Kind, DateKey)>, filter: &Filter<'_>, query: &PostQuery) -> Selection {
    let (from, to) = filter.bounds();
    let due: Vec<DateKey> = due.into_iter().map(|(_, key)| key).filter(|key| (from..=to).contains(key)).collect();
    let unbounded = filter.is_unbounded();
    let length = |set: &base::Set<'_>| if unbounded { set.keys.len() } else { set.keys.range(from..=to).count() };
    let total = sets.iter().map(length).sum::<usize>() + due.len();
    let limit = if query.limit == 0 { total } else { query.limit };
    if let ([set], true) = (sets, due.is_empty()) {
        let keys = directed(set.keys.range(from..=to).copied(), query.ascending);
        let ids = keys.skip(query.offset).take(limit).map(|key| key.id).collect();
        return Selection { ids, total };
    }
    let mut due = due;
    due.sort_unstable();
    let mut runs: Vec<_> = Vec::with_capacity(sets.len() + 1);
    for set in sets {
        runs.push(directed(set.keys.range(from..=to).copied(), query.ascending).peekable());
    }
    runs.push(directed(due.into_iter(), query.ascending).peekable());
    let mut ids = Vec::with_capacity(limit.min(total));
    let mut skipped = 0;
    while ids.len() < limit {
        let heads = runs.iter_mut().enumerate().filter_map(|(run, keys)| Some((*keys.peek()?, run)));
        let next = if query.ascending { heads.min() } else { heads.max() };
        let Some((key, run)) = next else { break };
        if let Some(keys) = runs.get_mut(run) {
            keys.next();
        }
        if skipped < query.offset {
            skipped += 1;
        } else {
            ids.push(key.id);
        }
    }
    Selection { ids, total }
}

fn directed<'k>(
    keys: impl DoubleEndedIterator<Item = DateKey> + 'k,
    ascending: bool,
) -> Box<dyn Iterator<Item = DateKey> + 'k> {
    if ascending { Box::new(keys) } else { Box::new(keys.rev()) }
}

/// Orders that a set has: lists in them need no sorting.
fn is_set_order(order: OrderBy) -> bool {
    matches!(order, OrderBy::Date | OrderBy::Modified)
}
