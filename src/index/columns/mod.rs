//! What lists that no set answers read of every row: few fields, side by side, in blocks by number.
//!
//! Made from the rows when first asked for (about a microsecond each) and brought along from then on by what changed.
//! All versions of a site share the newest that was asked for, so that a commit costs nothing here.

mod comments;
mod posts;

use std::{fmt, iter, sync::Arc};

use imbl::OrdMap;
use parking_lot::Mutex;

pub use self::comments::CommentFacts;
pub(super) use self::{
    comments::Comments,
    posts::{Column, Posts, fold},
};
use crate::store::{RowKey, Rows};

/// Rows whose numbers share all but this many of the last bits are in one block.
const BLOCK_BITS: u32 = 6;

/// A few rows by number.
pub(super) trait Block: Default {
    type Entry<'b>
    where
        Self: 'b;

    /// By number.
    fn entries(&self) -> impl Iterator<Item = Self::Entry<'_>>;
    fn get(&self, id: u64) -> Option<Self::Entry<'_>>;
    fn id(entry: &Self::Entry<'_>) -> u64;
    /// Takes over what another block has, of a number beyond all that are here.
    fn push(&mut self, entry: &Self::Entry<'_>);
    /// Rows in the tables have been decoded once when they came.
    fn push_row(&mut self, id: u64, row: &[u8]);
    fn is_empty(&self) -> bool;
    fn shrink(&mut self);
}

/// The columns of all rows of one version of a table. A clone is a pointer copy.
pub(super) struct Columns<B = Posts> {
    /// What they were made of.
    rows: Rows,
    /// By number of the block.
    blocks: OrdMap<u64, Arc<B>>,
}

/// The columns of the version asked for last, shared by all versions.
pub(super) struct SharedColumns<B = Posts>(Arc<Mutex<Option<Columns<B>>>>);

impl<B> Clone for Columns<B> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), blocks: self.blocks.clone() }
    }
}

impl<B> Clone for SharedColumns<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B> Default for SharedColumns<B> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<B> fmt::Debug for SharedColumns<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedColumns")
    }
}

impl<B: Block> SharedColumns<B> {
    /// True once they are made, or being made.
    pub fn are_made(&self) -> bool {
        self.0.try_lock().is_none_or(|held| held.is_some())
    }

    /// The columns of `rows`. Others who ask wait meanwhile.
    pub fn of(&self, rows: &Rows) -> Columns<B> {
        let mut held = self.0.lock();
        let columns = held.get_or_insert_with(|| Columns::new(rows));
        columns.follow(rows);
        columns.clone()
    }
}

impl<B: Block> Columns<B> {
    fn new(rows: &Rows) -> Self {
        let numbered = rows.iter().filter_map(|(key, row)| match key {
            RowKey::Number(id) => Some((id, row)),
            RowKey::Text(_) => None,
        });
        let mut made = Self::of_few(numbered);
        made.rows = rows.clone();
        made
    }

    /// Of some rows alone, by number.
    pub fn of_few<R: AsRef<[u8]>>(rows: impl Iterator<Item = (u64, R)>) -> Self {
        let mut made = Self { rows: Rows::default(), blocks: OrdMap::new() };
        let mut block = B::default();
        let mut number = 0;
        for (id, row) in rows {
            if id >> BLOCK_BITS != number {
                made.put(number, std::mem::take(&mut block));
                number = id >> BLOCK_BITS;
            }
            block.push_row(id, row.as_ref());
        }
        made.put(number, block);
        made
    }

    /// Takes up what changed from the rows they were made of to `rows`, be they older or newer.
    fn follow(&mut self, rows: &Rows) {
        let changes = rows.changes_since(&self.rows);
        let mut changes = changes.iter().peekable();
        while let Some((RowKey::Number(first), _)) = changes.peek() {
            let number = first >> BLOCK_BITS;
            let of_block = iter::from_fn(|| {
                changes.next_if(|(key, _)| matches!(key, RowKey::Number(id) if id >> BLOCK_BITS == number))
            });
            let old = self.blocks.get(&number).cloned().unwrap_or_default();
            let mut kept = old.entries().peekable();
            let mut block = B::default();
            for (key, row) in of_block {
                let RowKey::Number(id) = key else { continue };
                while let Some(entry) = kept.next_if(|entry| B::id(entry) <= *id) {
                    if B::id(&entry) < *id {
                        block.push(&entry);
                    }
                }
                row.iter().for_each(|row| block.push_row(*id, row));
            }
            kept.for_each(|entry| block.push(&entry));
            self.put(number, block);
        }
        self.rows = rows.clone();
    }

    fn put(&mut self, number: u64, mut block: B) {
        if block.is_empty() {
            self.blocks.remove(&number);
        } else {
            block.shrink();
            self.blocks.insert(number, Arc::new(block));
        }
    }

    pub fn get(&self, id: u64) -> Option<B::Entry<'_>> {
        self.blocks.get(&(id >> BLOCK_BITS))?.get(id)
    }

    /// All rows by number.
    pub fn iter(&self) -> impl Iterator<Item = B::Entry<'_>> {
        self.blocks.values().flat_map(|block| block.entries())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Effect, Row, Table, Tables};

    fn put(id: u64, title: &str) -> Effect {
        let row = format!(
            r#"{{"id":{id},"slug":"s{id}","title":"{title}","date":"2024-01-01T00:00:00","revision":"00000000000000000000000001"}}"#
        );
        Effect::Put { table: Table::Posts, key: RowKey::Number(id), row: Row::from(row.into_bytes()) }
    }

    fn found(columns: &Columns<Posts>, word: &str) -> Vec<u64> {
        columns.with_word(word).map(|column| column.id.0).collect()
    }

    #[test]
    fn follow_the_rows_to_and_fro() {
        let mut tables = Tables::default();
        for id in [3, 64, 65, 70, 500] {
            tables.apply(&put(id, &format!("Één {id}")));
        }
        let shared = SharedColumns::<Posts>::default();
        assert!(!shared.are_made());
        let first = tables.clone();
        let columns = shared.of(first.table(Table::Posts));
        assert_eq!(found(&columns, "een"), [3, 64, 65, 70, 500]);
        assert!(shared.are_made());

        tables.apply(&put(65, "Two"));
        tables.apply(&put(66, "Two"));
        tables.apply(&put(1000, "Two"));
        tables.apply(&Effect::Delete { table: Table::Posts, key: RowKey::Number(500) });
        tables.apply(&Effect::Delete { table: Table::Posts, key: RowKey::Number(64) });
        let now = shared.of(tables.table(Table::Posts));
        assert_eq!(found(&now, "two"), [65, 66, 1000]);
        assert_eq!(found(&now, "een"), [3, 70]);
        assert_eq!(now.iter().map(|column| column.id.0).collect::<Vec<_>>(), [3, 65, 66, 70, 1000]);
        assert_eq!(now.get(66).map(|column| (column.title, column.slug)), Some(("two", "s66")));
        assert!(now.get(64).is_none());

        // whoever still reads the older version gets that
        let older = shared.of(first.table(Table::Posts));
        assert_eq!(found(&older, "een"), [3, 64, 65, 70, 500]);
        assert_eq!(found(&older, "two"), [0; 0]);
    }
}
