//! Rows of the `options` table: any JSON value, by option name.

use serde_json::Value;

use super::corrupt;
use crate::store::{Row, log::Corrupt};

pub fn encode(value: &Value) -> Row {
    value.to_string().into_bytes().into()
}

/// # Errors
/// `Corrupt` when the row is not JSON.
pub fn decode(row: &[u8]) -> Result<Value, Corrupt> {
    serde_json::from_slice(row).map_err(|error| corrupt("option row", error))
}
