//! What searches, and orders and filters that no set has, read of every post: few fields, side by side.
//!
//! Made from the rows when first asked for (about a microsecond a post) and brought along from then on by what
//! changed. All versions of a site share the newest that was asked for, so that a commit costs nothing here.

use std::{borrow::Cow, fmt, iter, sync::Arc};

use imbl::OrdMap;
use jiff::civil::DateTime;
use memchr::memmem::Finder;
use parking_lot::Mutex;

use crate::{
    content::{PostId, accents::remove_accents},
    store::{
        RowKey, Rows,
        codec::post::{PostColumns, columns},
    },
};

/// Posts whose numbers share all but this many of the last bits are in one block.
const BLOCK_BITS: u32 = 6;

/// A post's fields; texts are folded: lower case, without accents.
#[derive(Debug)]
pub(super) struct Column<'b> {
    pub id: PostId,
    pub author: u64,
    pub parent: u64,
    pub menu_order: i64,
    pub modified: DateTime,
    pub title: &'b str,
    pub excerpt: &'b str,
    pub slug: &'b str,
    pub mime_type: &'b str,
}

/// The columns of all posts of one version of the site. A clone is a pointer copy.
#[derive(Clone)]
pub(super) struct Columns {
    /// What they were made of.
    rows: Rows,
    /// By number of the block.
    blocks: OrdMap<u64, Arc<Block>>,
}

/// The columns of the version asked for last, shared by all versions.
#[derive(Clone, Default)]
pub(super) struct SharedColumns(Arc<Mutex<Option<Columns>>>);

/// A few posts by number.
#[derive(Default)]
struct Block {
    /// Title, excerpt, slug and MIME type of one post after the other.
    texts: String,
    posts: Vec<Entry>,
}

#[derive(Clone)]
struct Entry {
    id: PostId,
    author: u64,
    parent: u64,
    menu_order: i64,
    modified: DateTime,
    /// Where the title begins and each text ends.
    bounds: [u32; 5],
}

impl fmt::Debug for SharedColumns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedColumns")
    }
}

impl SharedColumns {
    /// The columns of the posts in `rows`. Others who ask wait meanwhile.
    pub fn of(&self, rows: &Rows) -> Columns {
        let mut held = self.0.lock();
        let columns = held.get_or_insert_with(|| Columns::new(rows));
        columns.follow(rows);
        columns.clone()
    }
}

impl Columns {
    fn new(rows: &Rows) -> Self {
        let posts = rows.iter().filter_map(|(key, row)| match key {
            RowKey::Number(id) => Some((id, row)),
            RowKey::Text(_) => None,
        });
        let mut made = Self::of_few(posts);
        made.rows = rows.clone();
        made
    }

    /// Of some posts alone, by number.
    pub fn of_few<R: AsRef<[u8]>>(posts: impl Iterator<Item = (u64, R)>) -> Self {
        let mut made = Self { rows: Rows::default(), blocks: OrdMap::new() };
        let mut block = Block::default();
        let mut number = 0;
        for (id, row) in posts {
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
            let mut kept = old.columns().peekable();
            let mut block = Block::default();
            for (key, row) in of_block {
                let RowKey::Number(id) = key else { continue };
                while let Some(column) = kept.next_if(|column| column.id.0 <= *id) {
                    if column.id.0 < *id {
                        block.push(&column);
                    }
                }
                row.iter().for_each(|row| block.push_row(*id, row));
            }
            kept.for_each(|column| block.push(&column));
            self.put(number, block);
        }
        self.rows = rows.clone();
    }

    fn put(&mut self, number: u64, mut block: Block) {
        if block.posts.is_empty() {
            self.blocks.remove(&number);
        } else {
            block.texts.shrink_to_fit();
            block.posts.shrink_to_fit();
            self.blocks.insert(number, Arc::new(block));
        }
    }

    pub fn get(&self, id: PostId) -> Option<Column<'_>> {
        let block = self.blocks.get(&(id.0 >> BLOCK_BITS))?;
        let at = block.posts.binary_search_by_key(&id, |entry| entry.id).ok()?;
        block.column(block.posts.get(at)?)
    }

    /// All posts by number.
    pub fn iter(&self) -> impl Iterator<Item = Column<'_>> {
        self.blocks.values().flat_map(|block| block.columns())
    }

    /// By number, those that have `word` (folded, not empty) somewhere in their texts.
    pub fn with_word<'c>(&'c self, word: &'c str) -> impl Iterator<Item = Column<'c>> {
        let finder = Finder::new(word);
        self.blocks.values().flat_map(move |block| {
            let finder = finder.clone();
            let mut from = 0;
            iter::from_fn(move || {
                let at = from + finder.find(block.texts.as_bytes().get(from..)?)?;
                // found across two posts it is of the first, whose texts do not have it
                let index = block.posts.partition_point(|entry| entry.end() <= at);
                let entry = block.posts.get(index)?;
                from = entry.end();
                Some(block.column(entry))
            })
            .flatten()
        })
    }
}

impl Block {
    fn columns(&self) -> impl Iterator<Item = Column<'_>> {
        self.posts.iter().filter_map(|entry| self.column(entry))
    }

    fn column(&self, entry: &Entry) -> Option<Column<'_>> {
        let [start, title, excerpt, slug, mime_type] = entry.bounds.map(|bound| bound as usize);
        Some(Column {
            id: entry.id,
            author: entry.author,
            parent: entry.parent,
            menu_order: entry.menu_order,
            modified: entry.modified,
            title: self.texts.get(start..title)?,
            excerpt: self.texts.get(title..excerpt)?,
            slug: self.texts.get(excerpt..slug)?,
            mime_type: self.texts.get(slug..mime_type)?,
        })
    }

    /// Rows in the tables have been decoded once when they came.
    fn push_row(&mut self, id: u64, row: &[u8]) {
        let Ok(row) = columns(row) else { return };
        let modified = row.modified();
        let PostColumns { slug, title, excerpt, author, parent, menu_order, mime_type, .. } = row;
        self.push(&Column {
            id: PostId(id),
            author,
            parent: parent.unwrap_or(0),
            menu_order,
            modified,
            title: &fold(&title),
            excerpt: &fold(&excerpt),
            slug: &slug,
            mime_type: &mime_type,
        });
    }

    fn push(&mut self, column: &Column<'_>) {
        let mut bounds = [bound(self.texts.len()); 5];
        let texts = [column.title, column.excerpt, column.slug, column.mime_type];
        for (end, text) in bounds.iter_mut().skip(1).zip(texts) {
            self.texts.push_str(text);
            *end = bound(self.texts.len());
        }
        let Column { id, author, parent, menu_order, modified, .. } = *column;
        self.posts.push(Entry { id, author, parent, menu_order, modified, bounds });
    }
}

impl Entry {
    fn end(&self) -> usize {
        let [.., end] = self.bounds;
        end as usize
    }
}

/// Texts of 64 posts are far below 4 GiB: a post's are bounded by what a request may hold.
fn bound(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Lower case, without accents: as MySQL compares texts for WordPress.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        return Cow::Owned(remove_accents(text).to_lowercase());
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Borrowed(text)
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

    fn found(columns: &Columns, word: &str) -> Vec<u64> {
        columns.with_word(word).map(|column| column.id.0).collect()
    }

    #[test]
    fn follow_the_rows_to_and_fro() {
        let mut tables = Tables::default();
        for id in [3, 64, 65, 70, 500] {
            tables.apply(&put(id, &format!("Één {id}")));
        }
        let shared = SharedColumns::default();
        let first = tables.clone();
        let columns = shared.of(first.table(Table::Posts));
        assert_eq!(found(&columns, "een"), [3, 64, 65, 70, 500]);

        tables.apply(&put(65, "Two"));
        tables.apply(&put(66, "Two"));
        tables.apply(&put(1000, "Two"));
        tables.apply(&Effect::Delete { table: Table::Posts, key: RowKey::Number(500) });
        tables.apply(&Effect::Delete { table: Table::Posts, key: RowKey::Number(64) });
        let now = shared.of(tables.table(Table::Posts));
        assert_eq!(found(&now, "two"), [65, 66, 1000]);
        assert_eq!(found(&now, "een"), [3, 70]);
        assert_eq!(now.iter().map(|column| column.id.0).collect::<Vec<_>>(), [3, 65, 66, 70, 1000]);
        assert_eq!(now.get(PostId(66)).map(|column| (column.title, column.slug)), Some(("two", "s66")));
        assert!(now.get(PostId(64)).is_none());

        // whoever still reads the older version gets that
        let older = shared.of(first.table(Table::Posts));
        assert_eq!(found(&older, "een"), [3, 64, 65, 70, 500]);
        assert_eq!(found(&older, "two"), [0; 0]);
    }
}
