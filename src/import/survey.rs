//! What is in the files: enough of every entry to choose ids and resolve references, nothing of its text.

mod collect;
mod shown;
mod source;

use std::path::PathBuf;

pub(super) use self::{
    collect::survey,
    source::{AttachmentFacts, AuthorFacts, CommentFacts, ItemFacts, ItemState, Source, TermFacts, login, normal_slug},
};
use super::wxr::{Channel, Repairs};

/// Limits of one import; beyond them the export wants splitting.
pub(super) const ITEMS_MAX: usize = 2_000_000;
pub(super) const COMMENTS_MAX: usize = 5_000_000;
pub(super) const TERMS_MAX: usize = 300_000;
pub(super) const AUTHORS_MAX: usize = 50_000;

#[derive(Debug, Default)]
pub(super) struct Survey {
    pub sources: Vec<Source>,
    pub files: Vec<FileFacts>,
}

#[derive(Debug)]
pub(super) struct FileFacts {
    pub path: PathBuf,
    pub bytes: u64,
    /// Index into [`Survey::sources`].
    pub source: usize,
    /// Index of the file's first item and first comment in the source.
    pub first_item: usize,
    pub items: usize,
    pub channel: Channel,
    pub repairs: Repairs,
}
