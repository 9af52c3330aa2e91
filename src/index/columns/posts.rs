//! Of posts: what searches, and orders and filters that no set has, look at.

use std::{borrow::Cow, iter};

use jiff::civil::DateTime;
use memchr::memmem::Finder;

use super::{Block, Columns};
use crate::{
    content::{PostId, accents::remove_accents},
    store::codec::post::{PostColumns, columns},
};

/// A post's fields; texts are folded: lower case, without accents.
#[derive(Debug)]
pub struct Column<'b> {
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

/// A few posts by number.
#[derive(Default)]
pub struct Posts {
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

impl Columns<Posts> {
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

impl Block for Posts {
    type Entry<'b> = Column<'b>;

    fn entries(&self) -> impl Iterator<Item = Column<'_>> {
        self.posts.iter().filter_map(|entry| self.column(entry))
    }

    fn get(&self, id: u64) -> Option<Column<'_>> {
        let at = self.posts.binary_search_by_key(&PostId(id), |entry| entry.id).ok()?;
        self.column(self.posts.get(at)?)
    }

    fn id(entry: &Column<'_>) -> u64 {
        entry.id.0
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

    fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }

    fn shrink(&mut self) {
        self.texts.shrink_to_fit();
        self.posts.shrink_to_fit();
    }
}

impl Posts {
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
pub fn fold(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        return Cow::Owned(remove_accents(text).to_lowercase());
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Borrowed(text)
}
