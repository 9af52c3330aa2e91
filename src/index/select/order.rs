//! Orders that are not in the sets.

use std::{
    cmp::{Ordering, Reverse},
    collections::HashMap,
};

use super::filter::Filter;
use crate::{
    content::{PostId, slug::sanitize_title},
    index::{
        OrderBy, PostQuery, Selection, Site,
        columns::{Column, Columns},
        key::{DateKey, Instant, Kind},
    },
};

/// The page asked for, in the order asked for. Equal ones go by number, in the same direction.
pub(super) fn sort(site: &Site, query: &PostQuery, filter: &Filter<'_>, kept: &[(Kind, DateKey)]) -> Selection {
    let keys = kept.iter().map(|(_, key)| *key);
    let ids = match query.order_by {
        OrderBy::Date => ordered(query, keys.map(|key| (key.at, key.id))),
        OrderBy::Id => ordered(query, keys.map(|key| (key.id, key.id))),
        OrderBy::Include => by_place(query, kept, |id| query.include.iter().position(|listed| *listed == id)),
        OrderBy::IncludeSlugs => {
            let places: HashMap<String, usize> =
                query.slugs.iter().enumerate().rev().map(|(place, slug)| (sanitize_title(slug), place)).collect();
            by_place(query, kept, |id| places.get(site.view(id)?.slug.as_ref()).copied())
        }
        OrderBy::Relevance => match (&filter.search, &filter.columns) {
            (Some(search), Some(columns)) => {
                let rank = |id: PostId| columns.get(id.0).map_or(u8::MAX, |post| search.rank(&post));
                let ranked = keys.map(|key| (rank(key.id), Reverse(key))).collect();
                paged(query, ranked, Ord::cmp).into_iter().map(|(_, Reverse(key))| key.id).collect()
            }
            _ => ordered(query, keys.map(|key| (key.at, key.id))),
        },
        by => {
            let columns = filter.columns.clone().unwrap_or_else(|| site.columns_of(keys.map(|key| key.id)));
            by_column(query, &columns, kept, by)
        }
    };
    Selection { ids, total: kept.len() }
}

fn by_column(query: &PostQuery, columns: &Columns, kept: &[(Kind, DateKey)], by: OrderBy) -> Vec<PostId> {
    let posts: Vec<Column<'_>> = kept.iter().filter_map(|(_, key)| columns.get(key.id.0)).collect();
    let keyed = posts.iter();
    match by {
        OrderBy::Title => ordered(query, keyed.map(|post| (post.title, post.id))),
        OrderBy::Slug => ordered(query, keyed.map(|post| (post.slug, post.id))),
        OrderBy::Author => ordered(query, keyed.map(|post| (post.author, post.id))),
        OrderBy::Parent => ordered(query, keyed.map(|post| (post.parent, post.id))),
        OrderBy::MenuOrder => ordered(query, keyed.map(|post| (post.menu_order, post.id))),
        _ => ordered(query, keyed.map(|post| (Instant::of(post.modified), post.id))),
    }
}

fn ordered<K: Ord>(query: &PostQuery, keys: impl Iterator<Item = (K, PostId)>) -> Vec<PostId> {
    let compare: fn(&(K, PostId), &(K, PostId)) -> Ordering = if query.ascending { Ord::cmp } else { |a, b| b.cmp(a) };
    paged(query, keys.collect(), compare).into_iter().map(|(_, id)| id).collect()
}

/// The page asked for of what is not sorted yet: only as much is sorted as it takes.
fn paged<T>(query: &PostQuery, mut all: Vec<T>, compare: impl Fn(&T, &T) -> Ordering + Copy) -> Vec<T> {
    let end = if query.limit == 0 { all.len() } else { query.offset.saturating_add(query.limit) };
    if end < all.len() {
        all.select_nth_unstable_by(end, compare);
        all.truncate(end);
    }
    all.sort_unstable_by(compare);
    all.drain(..query.offset.min(all.len()));
    all
}

fn by_place(query: &PostQuery, kept: &[(Kind, DateKey)], place: impl Fn(PostId) -> Option<usize>) -> Vec<PostId> {
    let placed = kept.iter().map(|(_, key)| (place(key.id).unwrap_or(usize::MAX), key.id)).collect();
    paged(query, placed, Ord::cmp).into_iter().map(|(_, id)| id).collect()
}
