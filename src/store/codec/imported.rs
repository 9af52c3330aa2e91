//! Rows of the `imported` table: what an item of an export became here, by `<source>|<kind>|<id>`.

use serde::{Deserialize, Serialize};

use super::{corrupt, fields};
use crate::store::{Row, log::Corrupt};

const FIELDS: [&str; 1] = ["became"];

#[derive(Serialize, Deserialize)]
struct ImportedRow {
    became: String,
}

/// The row that says an item became `became`, with what `old` has beyond this version's fields.
pub fn encode(became: &str, old: Option<&[u8]>) -> Row {
    fields::merge(&ImportedRow { became: became.to_owned() }, old, &FIELDS)
}

/// # Errors
/// `Corrupt` when the row has no `became`.
pub fn decode(row: &[u8]) -> Result<String, Corrupt> {
    let row: ImportedRow = serde_json::from_slice(row).map_err(|error| corrupt("imported row", error))?;
    Ok(row.became)
}
