//! Orders that are not in the sets.

use std::{cmp::Reverse, collections::HashMap};

use super::filter::Filter;
use crate::{
    content::{PostId, slug::sanitize_title},
    index::{
        OrderBy, PostQuery, Site,
        key::{DateKey, Instant, Kind},
    },
    store::codec::post::{PostRow, PostTexts},
};

/// The ids in the order asked for. Equal ones go by number, in the same direction.
pub(super) fn sort(site: &Site, query: &PostQuery, filter: &Filter<'_>, kept: Vec<(Kind, DateKey)>) -> Vec<PostId> {
    match query.order_by {
        OrderBy::Date => ordered(kept.into_iter().map(|(_, key)| (key.at, key.id)), query.ascending),
        OrderBy::Id => ordered(kept.into_iter().map(|(_, key)| (key.id, key.id)), query.ascending),
        OrderBy::Modified => by_row(site, query, kept, |row| Instant::of(row.modified())),
        OrderBy::Author => by_row(site, query, kept, |row| row.author),
        OrderBy::Parent => by_row(site, query, kept, |row| row.parent.unwrap_or(0)),
        OrderBy::Title => by_text(site, query, kept, |post| post.title.to_lowercase()),
        OrderBy::Slug => by_text(site, query, kept, |post| post.slug.into_owned()),
        OrderBy::MenuOrder => by_row(site, query, kept, |row| row.menu_order),
        OrderBy::Include => by_place(kept, |id| query.include.iter().position(|listed| *listed == id)),
        OrderBy::IncludeSlugs => {
            let places: HashMap<String, usize> =
                query.slugs.iter().enumerate().rev().map(|(place, slug)| (sanitize_title(slug), place)).collect();
            by_place(kept, |id| places.get(site.view(id)?.slug.as_ref()).copied())
        }
        OrderBy::Relevance => {
            let Some(search) = &filter.search else {
                return ordered(kept.into_iter().map(|(_, key)| (key.at, key.id)), query.ascending);
            };
            let mut ranked: Vec<_> = kept
                .into_iter()
                .map(|(_, key)| (site.texts(key.id).map_or(u8::MAX, |post| search.rank(&post)), Reverse(key)))
                .collect();
            ranked.sort_unstable();
            ranked.into_iter().map(|(_, Reverse(key))| key.id).collect()
        }
    }
}

fn ordered<K: Ord>(keys: impl Iterator<Item = (K, PostId)>, ascending: bool) -> Vec<PostId> {
    let mut keys: Vec<_> = keys.collect();
    keys.sort_unstable();
    if !ascending {
        keys.reverse();
    }
    keys.into_iter().map(|(_, id)| id).collect()
}

fn by_row<K: Ord>(
    site: &Site,
    query: &PostQuery,
    kept: Vec<(Kind, DateKey)>,
    key: impl Fn(&PostRow<'_>) -> K,
) -> Vec<PostId> {
    let keyed = kept.into_iter().filter_map(|(_, kept)| Some((key(&site.view(kept.id)?), kept.id)));
    ordered(keyed, query.ascending)
}

fn by_text(
    site: &Site,
    query: &PostQuery,
    kept: Vec<(Kind, DateKey)>,
    text: impl Fn(PostTexts<'_>) -> String,
) -> Vec<PostId> {
    let keyed = kept.into_iter().filter_map(|(_, kept)| Some((text(site.texts(kept.id)?), kept.id)));
    ordered(keyed, query.ascending)
}

fn by_place(kept: Vec<(Kind, DateKey)>, place: impl Fn(PostId) -> Option<usize>) -> Vec<PostId> {
    ordered(kept.into_iter().map(|(_, key)| (place(key.id).unwrap_or(usize::MAX), key.id)), true)
}
