//! Rows of the `counters` table: the next free number, by kind.

use serde::{Deserialize, Serialize};

use super::{corrupt, fields};
use crate::{
    content::edit::IdKind,
    store::{Row, RowKey, log::Corrupt},
};

const FIELDS: [&str; 1] = ["next"];

#[derive(Serialize, Deserialize)]
struct CounterRow {
    next: u64,
}

/// The key of a kind's counter. A counter without a row stands at 1.
pub fn key(kind: IdKind) -> RowKey {
    RowKey::from(match kind {
        IdKind::Post => "post",
        IdKind::Term => "term",
        IdKind::User => "user",
        IdKind::Comment => "comment",
    })
}

/// The key of the number below which no new post is given one: those were promised to imports.
pub fn promised_posts_key() -> RowKey {
    RowKey::from("post_promised")
}

/// The row of a counter at `next`, with what `old` has beyond this version's fields.
pub fn encode(next: u64, old: Option<&[u8]>) -> Row {
    fields::merge(&CounterRow { next }, old, &FIELDS)
}

/// # Errors
/// `Corrupt` when the row has no `next`.
pub fn decode(row: &[u8]) -> Result<u64, Corrupt> {
    let row: CounterRow = serde_json::from_slice(row).map_err(|error| corrupt("counter row", error))?;
    Ok(row.next)
}
