//! The rows of one table as a persistent map, in chunks.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    ops::{Bound, RangeBounds},
};

use imbl::{OrdMap, ordmap::DiffItem};

use super::{
    Row, RowKey,
    chunk::{Chunk, Plain},
};

/// Rows by key. A clone is a pointer copy and shares what does not change.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// By the first key of each.
    chunks: OrdMap<RowKey, Chunk>,
    len: usize,
}

impl Rows {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn get(&self, key: &RowKey) -> Option<Cow<'_, [u8]>> {
        self.chunks.get_prev(key)?.1.get(key)
    }

    pub(super) fn in_place(&self, key: &RowKey) -> Option<&[u8]> {
        self.chunks.get_prev(key)?.1.in_place(key)
    }

    /// All rows by key, each a copy.
    pub fn iter(&self) -> impl Iterator<Item = (RowKey, Row)> + '_ {
        self.range(..)
    }

    pub fn keys(&self) -> impl Iterator<Item = RowKey> + '_ {
        self.chunks.values().flat_map(|chunk| {
            let plain = chunk.plain();
            (0..plain.len()).map(move |at| plain.key(at))
        })
    }

    /// The rows in a range of keys, each a copy.
    pub fn range(&self, range: impl RangeBounds<RowKey>) -> impl Iterator<Item = (RowKey, Row)> + '_ {
        let from = range.start_bound().cloned();
        let to = range.end_bound().cloned();
        let first = match &from {
            Bound::Included(key) | Bound::Excluded(key) => self.chunks.get_prev(key).map(|(first, _)| first.clone()),
            Bound::Unbounded => None,
        };
        let chunks = self.chunks.range((first.map_or(Bound::Unbounded, Bound::Included), Bound::Unbounded));
        let rows = chunks.flat_map(|(_, chunk)| {
            let plain = chunk.plain();
            (0..plain.len()).map(move |at| (plain.key(at), plain.row(at)))
        });
        let begun = rows.skip_while(move |(key, _)| !(from.as_ref(), Bound::Unbounded).contains(key));
        begun.take_while(move |(key, _)| (Bound::Unbounded, to.as_ref()).contains(key))
    }

    /// Puts a row and returns the one it replaced. What was packed around it stays unpacked.
    pub(super) fn put(&mut self, key: &RowKey, row: &[u8]) -> Option<Row> {
        let before = self.chunks.get_prev(key).or_else(|| self.chunks.iter().next());
        let Some((first, chunk)) = before.map(|(first, chunk)| (first.clone(), chunk.plain())) else {
            self.len = 1;
            self.chunks.insert(key.clone(), Chunk::of(Plain::default().with(Err(0), key, Some(row))));
            return None;
        };
        let place = chunk.find(key);
        let old = place.ok().map(|at| chunk.row(at));
        self.len += usize::from(old.is_none());
        let last = place == Err(chunk.len());
        let (head, tail) = chunk.with(place, key, Some(row)).cut(last);
        if *key < first {
            self.chunks.remove(&first);
        }
        self.chunks.insert(first.min(key.clone()), Chunk::of(head));
        if let Some(tail) = tail {
            self.chunks.insert(tail.key(0), Chunk::of(tail));
        }
        old
    }

    /// Takes a row out and returns it.
    pub(super) fn remove(&mut self, key: &RowKey) -> Option<Row> {
        let (first, chunk) = self.chunks.get_prev(key).map(|(first, chunk)| (first.clone(), chunk.plain()))?;
        let at = chunk.find(key).ok()?;
        let old = chunk.row(at);
        self.len -= 1;
        self.chunks.remove(&first);
        let left = chunk.with(Ok(at), key, None);
        if left.len() > 0 {
            self.chunks.insert(left.key(0), Chunk::of(left));
        }
        Some(old)
    }

    /// Adds chunks of keys beyond all that are here.
    pub(super) fn append(&mut self, chunks: Vec<(RowKey, Chunk)>) {
        self.len += chunks.iter().map(|(_, chunk)| chunk.len()).sum::<usize>();
        if self.chunks.is_empty() {
            self.chunks = chunks.into_iter().collect();
        } else {
            self.chunks.extend(chunks);
        }
    }

    /// Rows that differ from `older`, by key; `None` where there is none any more. Chunks both share are not read.
    pub fn changes_since(&self, older: &Self) -> BTreeMap<RowKey, Option<Row>> {
        let (mut changes, mut before) = (BTreeMap::new(), BTreeMap::new());
        for change in older.chunks.diff(&self.chunks) {
            let (old, new) = match change {
                DiffItem::Add(_, new) => (None, Some(new)),
                DiffItem::Update { old: (_, old), new: (_, new) } => (Some(old), Some(new)),
                DiffItem::Remove(_, old) => (Some(old), None),
            };
            before.extend(old.into_iter().flat_map(rows));
            changes.extend(new.into_iter().flat_map(rows).map(|(key, row)| (key, Some(row))));
        }
        for (key, row) in before {
            match changes.get(&key) {
                Some(Some(now)) if *now == row => drop(changes.remove(&key)),
                Some(_) => {}
                None => drop(changes.insert(key, None)),
            }
        }
        changes
    }
}

fn rows(chunk: &Chunk) -> impl Iterator<Item = (RowKey, Row)> + use<> {
    let plain = chunk.plain();
    (0..plain.len()).map(move |at| (plain.key(at), plain.row(at)))
}
