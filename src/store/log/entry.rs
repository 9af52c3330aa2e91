//! One entry of the log: its parts, and how it is written (`docs/format.md`). Reading is in `decode`.

use std::fmt;

use jiff::Timestamp;
use serde_json::value::RawValue;
use ulid::Ulid;

use super::mac::MacKey;
use crate::store::{Effect, RowKey, tables::Digest};

/// The version of entries this program writes.
pub const FORMAT_VERSION: u32 = 1;
/// The newest `min_reader` this program reads.
pub const READS_VERSION: u32 = 1;

/// An edit alone may be this large, in bytes of JSON before compression.
pub const EDIT_BYTES_MAX: usize = 8 << 20;
/// Edits are gathered into one entry up to this many bytes of JSON before compression.
pub const BATCH_BYTES_MAX: usize = 1 << 20;
const ZSTD_LEVEL: i32 = 3;

/// BLAKE3 of an entry's stored bytes; of the entry before the first, zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// A decoded entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub lineage: String,
    pub seq: u64,
    pub prev: ChainHash,
    /// Milliseconds; later than the entry before.
    pub at: Timestamp,
    pub writer: String,
    pub transactions: Vec<Transaction>,
    /// Objects this entry makes referenced.
    pub refs: Vec<String>,
    /// Of all rows after this entry.
    pub digest: Digest,
}

/// One edit within an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Transaction {
    /// ULID, unique in the log.
    pub id: u128,
    pub idempotency_key: Option<String>,
    pub actor: String,
    pub summary: String,
    pub effects: Vec<Effect>,
}

/// The JSON of a transaction. Rows go in byte by byte; [`check_row`] has seen them.
pub fn encode_transaction(transaction: &Transaction) -> Vec<u8> {
    let rows: usize = transaction.effects.iter().map(|effect| effect_size(effect) + 64).sum();
    let mut json = Vec::with_capacity(rows + 256);
    json.extend_from_slice(b"{\"txid\":\"");
    json.extend_from_slice(Ulid(transaction.id).to_string().as_bytes());
    json.push(b'"');
    if let Some(key) = &transaction.idempotency_key {
        push_field(&mut json, "idem_key", key);
    }
    push_field(&mut json, "actor", &transaction.actor);
    push_field(&mut json, "summary", &transaction.summary);
    json.extend_from_slice(b",\"effects\":[");
    for (index, effect) in transaction.effects.iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        push_effect(&mut json, effect);
    }
    json.extend_from_slice(b"]}");
    json
}

/// The stored bytes of an entry: `header` with the transactions' JSON in place of `header.transactions`.
pub fn encode(header: &Entry, transactions: &[Vec<u8>], mac: &MacKey) -> std::io::Result<Vec<u8>> {
    let size: usize = transactions.iter().map(|json| json.len() + 1).sum();
    let mut json = Vec::with_capacity(size + 1024);
    json.extend_from_slice(format!("{{\"v\":{FORMAT_VERSION},\"min_reader\":{FORMAT_VERSION}").as_bytes());
    push_field(&mut json, "lineage", &header.lineage);
    json.extend_from_slice(format!(",\"seq\":{}", header.seq).as_bytes());
    push_field(&mut json, "prev", &header.prev.to_string());
    push_field(&mut json, "ts", &header.at.to_string());
    push_field(&mut json, "writer", &header.writer);
    json.extend_from_slice(b",\"txs\":[");
    json.extend_from_slice(&transactions.join(&b','));
    json.extend_from_slice(b"],\"refs\":[");
    for (index, key) in header.refs.iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        push_string(&mut json, key);
    }
    json.push(b']');
    push_field(&mut json, "digest", &header.digest.to_hex());
    mac.close(&mut json);
    zstd::bulk::compress(&json, ZSTD_LEVEL)
}

/// A row can go into an entry: one JSON value, nothing around it, on one line.
pub fn check_row(row: &[u8]) -> Result<(), String> {
    let value: &RawValue = serde_json::from_slice(row).map_err(|error| format!("not JSON: {error}"))?;
    if value.get().len() != row.len() || row.contains(&b'\n') {
        return Err("white space around the JSON or a line break in it".to_owned());
    }
    Ok(())
}

fn push_field(json: &mut Vec<u8>, name: &str, value: &str) {
    json.extend_from_slice(b",\"");
    json.extend_from_slice(name.as_bytes());
    json.extend_from_slice(b"\":");
    push_string(json, value);
}

/// Also the form of a row key in snapshot parts.
pub fn push_key(json: &mut Vec<u8>, key: &RowKey) {
    match key {
        RowKey::Number(number) => json.extend_from_slice(number.to_string().as_bytes()),
        RowKey::Text(text) => push_string(json, text),
    }
}

fn push_string(json: &mut Vec<u8>, text: &str) {
    json.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
}

fn push_effect(json: &mut Vec<u8>, effect: &Effect) {
    let (operation, table, key) = match effect {
        Effect::Put { table, key, .. } => ("put", table, key),
        Effect::Delete { table, key } => ("del", table, key),
    };
    json.extend_from_slice(format!("[\"{operation}\",\"{}\",", table.name()).as_bytes());
    push_key(json, key);
    if let Effect::Put { row, .. } = effect {
        json.push(b',');
        json.extend_from_slice(row);
    }
    json.push(b']');
}

fn effect_size(effect: &Effect) -> usize {
    match effect {
        Effect::Put { row, .. } => row.len(),
        Effect::Delete { .. } => 0,
    }
}
