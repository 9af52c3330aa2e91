//! Rows of the `revisions` table: what revisions a post has, oldest first, by post id.

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde::{Deserialize, Serialize};

use super::{corrupt, fields, time};
use crate::{
    content::{PostId, RevisionEntry, RevisionId, UserId},
    store::{Row, log::Corrupt},
};

const FIELDS: [&str; 1] = ["list"];

#[derive(Serialize, Deserialize)]
struct RevisionsRow {
    list: Vec<EntryRow>,
}

#[derive(Serialize, Deserialize)]
struct EntryRow {
    n: u64,
    id: String,
    by: u64,
    /// Absent: the second the ULID was made.
    #[serde(with = "time::optional", default, skip_serializing_if = "Option::is_none")]
    at: Option<DateTime>,
}

/// The second, UTC, in which the ULID was made.
fn made_at(revision: RevisionId) -> Option<DateTime> {
    let millis = i64::try_from(revision.0 >> 80).ok()?;
    let second = Timestamp::from_second(millis / 1000).ok()?;
    Some(Offset::UTC.to_datetime(second))
}

/// The row that lists `revisions`, with what `old` has beyond this version's fields.
pub fn encode(revisions: &[RevisionEntry], old: Option<&[u8]>) -> Row {
    let list = revisions
        .iter()
        .map(|entry| EntryRow {
            n: entry.number.0,
            id: entry.revision.to_string(),
            by: entry.author.0,
            at: (made_at(entry.revision) != Some(entry.saved_at)).then_some(entry.saved_at),
        })
        .collect();
    fields::merge(&RevisionsRow { list }, old, &FIELDS)
}

/// # Errors
/// `Corrupt` when a field is missing or is not what it must be.
pub fn decode(row: &[u8]) -> Result<Vec<RevisionEntry>, Corrupt> {
    let row: RevisionsRow = serde_json::from_slice(row).map_err(|error| corrupt("revisions row", error))?;
    let decode = |entry: EntryRow| {
        let revision: RevisionId = entry.id.parse().map_err(|error| corrupt("revisions row", error))?;
        let saved_at = entry
            .at
            .or_else(|| made_at(revision))
            .ok_or_else(|| corrupt("revisions row", format_args!("revision {} has no time", entry.id)))?;
        Ok(RevisionEntry { number: PostId(entry.n), revision, author: UserId(entry.by), saved_at })
    };
    row.list.into_iter().map(decode).collect()
}
