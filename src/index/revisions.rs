//! Revisions by their own number.

use super::{RevisionEntry, Site};
use crate::{
    content::PostId,
    store::{RowKey, Table, codec},
};

impl Site {
    /// The revision WordPress's clients call by this number, and the post it is of. Looks through the lists of all
    /// posts: for a blocking thread.
    pub fn revision(&self, number: PostId) -> Option<(PostId, RevisionEntry)> {
        // The rows are text: only the one that has the number is read.
        let written = format!("\"n\":{number},");
        self.tables.table(Table::Revisions).iter().find_map(|(key, row)| {
            let RowKey::Number(post) = key else { return None };
            if !row.windows(written.len()).any(|part| part == written.as_bytes()) {
                return None;
            }
            let entries = codec::revisions::decode(&row).ok()?;
            Some((PostId(post), entries.into_iter().find(|entry| entry.number == number)?))
        })
    }
}
