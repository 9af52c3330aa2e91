//! What an import found and did, for people and for scripts.

use std::collections::BTreeMap;

use serde::Serialize;

/// Warnings and skipped items listed one by one; beyond that they are only counted.
const LISTED_MAX: usize = 2000;

/// What is in the files and what would be made of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Analysed {
    pub files: Vec<AnalysedFile>,
    /// Type → status → items.
    pub items: BTreeMap<String, BTreeMap<String, u64>>,
    pub items_total: u64,
    /// Made by an earlier run; nothing is done for them.
    pub items_done: u64,
    pub comments: u64,
    pub comments_done: u64,
    pub attachments: u64,
    pub authors: Vec<AnalysedAuthor>,
    /// Taxonomy → (terms in the files, of these new here).
    pub terms: BTreeMap<String, (u64, u64)>,
    /// Numbers that are taken here, so that the item gets another.
    pub posts_renumbered: u64,
    pub comments_renumbered: u64,
    pub terms_renumbered: u64,
    /// Untouched entries of set-up that make room.
    pub samples_removed: u64,
    /// Custom post types and taxonomies, and whether readers will see them.
    pub custom_types: BTreeMap<String, bool>,
    pub custom_taxonomies: BTreeMap<String, bool>,
    pub warnings: Listed<String>,
    pub skipped: Listed<Skipped>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnalysedFile {
    pub path: String,
    pub bytes: u64,
    pub version: String,
    pub title: String,
    pub source: String,
    pub items: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnalysedAuthor {
    pub login: String,
    pub items: u64,
    /// The login here.
    pub becomes: String,
    /// `None`: the user exists.
    pub created_as: Option<String>,
}

/// An item that was left out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// `post 12 "Title"`
    pub item: String,
    pub reason: String,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    pub users_created: u64,
    pub terms_created: u64,
    pub posts_created: BTreeMap<String, u64>,
    pub comments_created: u64,
    pub items_done_before: u64,
    pub media_stored: u64,
    pub media_bytes: u64,
    /// Files whose bytes were in the store already.
    pub media_shared: u64,
    pub media_missing: u64,
    /// Attachments of earlier runs that got their file now.
    pub files_added: u64,
    /// Posts of earlier runs whose links lead to files that came now.
    pub posts_relinked: u64,
    pub warnings: Listed<String>,
    pub skipped: Listed<Skipped>,
    pub duration_ms: u64,
    pub items_per_second: u64,
}

impl Report {
    pub fn posts_total(&self) -> u64 {
        self.posts_created.values().sum()
    }
}

/// A list that is cut rather than growing without end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed<T> {
    pub list: Vec<T>,
    /// How many more there were.
    pub more: u64,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { list: Vec::new(), more: 0 }
    }
}

impl<T> Listed<T> {
    pub fn push(&mut self, entry: T) {
        if self.list.len() < LISTED_MAX {
            self.list.push(entry);
        } else {
            self.more += 1;
        }
    }

    pub fn total(&self) -> u64 {
        self.list.len() as u64 + self.more
    }
}
