//! The manifest of a snapshot and its bytes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::{
    RowKey, Table,
    log::{ChainHash, Corrupt, FORMAT_VERSION, MacKey, READS_VERSION, ReadError},
    tables::Digest,
};

/// What a snapshot consists of.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    pub lineage: String,
    pub seq: u64,
    /// Time of that entry.
    pub at: Timestamp,
    /// Hash of that entry: what the next one names as `prev`.
    pub head: ChainHash,
    pub digest: Digest,
    /// By table, then by key.
    pub parts: Vec<PartInfo>,
}

/// One part. It is responsible for keys from `first` (in a table's first part: from the beginning) up to the
/// next part's `first`.
#[derive(Clone, Debug, PartialEq)]
pub struct PartInfo {
    pub table: Table,
    pub first: RowKey,
    pub last: RowKey,
    pub rows: u64,
    /// Stored, compressed.
    pub bytes: u64,
    pub key: String,
    /// BLAKE3 of the stored bytes, hex.
    pub hash: String,
}

#[derive(Serialize, Deserialize)]
struct Record {
    v: u32,
    min_reader: u32,
    lineage: String,
    seq: u64,
    ts: String,
    head: String,
    digest: String,
    parts: Vec<PartRecord>,
}

#[derive(Serialize, Deserialize)]
struct PartRecord {
    table: String,
    first: Value,
    last: Value,
    rows: u64,
    bytes: u64,
    key: String,
    hash: String,
}

#[derive(Deserialize)]
struct Versions {
    min_reader: u32,
}

impl Manifest {
    pub fn encode(&self, mac: &MacKey) -> Vec<u8> {
        let record = Record {
            v: FORMAT_VERSION,
            min_reader: FORMAT_VERSION,
            lineage: self.lineage.clone(),
            seq: self.seq,
            ts: self.at.to_string(),
            head: self.head.to_string(),
            digest: self.digest.to_hex(),
            parts: self.parts.iter().map(PartRecord::of).collect(),
        };
        let mut json = serde_json::json!(record).to_string().into_bytes();
        // The object stays open for its authentication code.
        json.pop();
        mac.close(&mut json);
        json
    }

    pub fn decode(path: &str, json: &[u8], mac: &MacKey) -> Result<Self, ReadError> {
        let corrupt = |reason: &str| ReadError::Corrupt(Corrupt { what: path.to_owned(), reason: reason.to_owned() });
        if let Ok(Versions { min_reader }) = serde_json::from_slice(json)
            && min_reader > READS_VERSION
        {
            return Err(ReadError::TooNew(min_reader));
        }
        let record: Record = serde_json::from_slice(json).map_err(|error| corrupt(&error.to_string()))?;
        if mac.check(json) != Some(true) {
            return Err(corrupt("its authentication code does not fit the site key"));
        }
        let parts: Option<Vec<PartInfo>> = record.parts.into_iter().map(PartRecord::into_info).collect();
        Ok(Self {
            lineage: record.lineage,
            seq: record.seq,
            at: record.ts.parse().map_err(|error: jiff::Error| corrupt(&error.to_string()))?,
            head: ChainHash::from_hex(&record.head).ok_or_else(|| corrupt("head is not a hash"))?,
            digest: Digest::from_hex(&record.digest).ok_or_else(|| corrupt("digest is not a hash"))?,
            parts: parts.ok_or_else(|| corrupt("a part of an unknown table or without keys"))?,
        })
    }
}

impl PartRecord {
    fn of(part: &PartInfo) -> Self {
        Self {
            table: part.table.name().to_owned(),
            first: key_value(&part.first),
            last: key_value(&part.last),
            rows: part.rows,
            bytes: part.bytes,
            key: part.key.clone(),
            hash: part.hash.clone(),
        }
    }

    fn into_info(self) -> Option<PartInfo> {
        Some(PartInfo {
            table: Table::from_name(&self.table)?,
            first: value_key(&self.first)?,
            last: value_key(&self.last)?,
            rows: self.rows,
            bytes: self.bytes,
            key: self.key,
            hash: self.hash,
        })
    }
}

fn key_value(key: &RowKey) -> Value {
    match key {
        RowKey::Number(number) => Value::from(*number),
        RowKey::Text(text) => Value::from(&**text),
    }
}

fn value_key(value: &Value) -> Option<RowKey> {
    match value {
        Value::Number(number) => number.as_u64().map(RowKey::Number),
        Value::String(text) => Some(RowKey::from(text.as_str())),
        _ => None,
    }
}
