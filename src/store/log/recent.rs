//! Table `recent_tx`: what became of recent submissions, so that a retry is answered and not done again.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ulid::Ulid;

use super::Corrupt;
use crate::store::{Effect, RowKey, Table, Tables};

/// Rows are kept this long after their entry, in the time of the log.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;
/// Expired rows one entry deletes beyond as many as it adds.
const EXPIRED_PER_ENTRY: usize = 64;

/// A row: the outcome of one transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recent {
    pub txid: String,
    pub seq: u64,
    /// Time of the entry, milliseconds since 1970.
    pub at_ms: i64,
    /// What the submitter was told. Only kept for submissions that had an idempotency key.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub outcome: Value,
}

impl Recent {
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millisecond(self.at_ms).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// `k:<idempotency key>`, or `t:<txid>` for a submission without one.
pub fn row_key(txid: u128, idempotency_key: Option<&str>) -> RowKey {
    match idempotency_key {
        Some(key) => RowKey::from(&*format!("k:{key}")),
        None => RowKey::from(&*format!("t:{}", Ulid(txid))),
    }
}

/// What became of the submission with this row key, if it is known.
pub fn find(tables: &Tables, key: &RowKey) -> Result<Option<Recent>, Corrupt> {
    tables.get(Table::RecentTx, key).map(|row| parse(key, &row)).transpose()
}

pub fn put(key: RowKey, recent: &Recent) -> Effect {
    let row = serde_json::json!(recent).to_string();
    Effect::Put { table: Table::RecentTx, key, row: row.into_bytes().into() }
}

fn parse(key: &RowKey, row: &[u8]) -> Result<Recent, Corrupt> {
    serde_json::from_slice(row)
        .map_err(|error| Corrupt { what: format!("row {key:?} of recent_tx"), reason: error.to_string() })
}

/// Keys of the table by age. Follows from the rows; kept beside the state.
#[derive(Debug, Default)]
pub struct ByAge(BTreeSet<(i64, RowKey)>);

impl ByAge {
    pub fn of(tables: &Tables) -> Result<Self, Corrupt> {
        let rows = tables.table(Table::RecentTx).iter();
        rows.map(|(key, row)| Ok((parse(&key, &row)?.at_ms, key))).collect::<Result<_, _>>().map(Self)
    }

    /// Takes note of applied effects. Deleted and replaced rows leave when they are next found expired.
    pub fn note(&mut self, effects: &[Effect]) -> Result<(), Corrupt> {
        for effect in effects {
            if let Effect::Put { table: Table::RecentTx, key, row } = effect {
                self.0.insert((parse(key, row)?.at_ms, key.clone()));
            }
        }
        Ok(())
    }

    /// Deletions for an entry at `now` that adds `added` rows to `tables`, bounded so that no entry pays for all.
    pub fn expire(&mut self, tables: &Tables, now: Timestamp, added: usize) -> Vec<Effect> {
        let before = now.as_millisecond() - KEPT_MS;
        let mut effects = Vec::new();
        let mut stale = Vec::new();
        for aged in self.0.range(..(before, RowKey::Number(0))).take(2 * added + EXPIRED_PER_ENTRY) {
            // The row itself decides: it may have been deleted, or written anew under the same key.
            let expired = find(tables, &aged.1).ok().flatten().is_some_and(|recent| recent.at_ms < before);
            if expired {
                effects.push(Effect::Delete { table: Table::RecentTx, key: aged.1.clone() });
            } else {
                stale.push(aged.clone());
            }
        }
        for aged in stale {
            self.0.remove(&aged);
        }
        effects
    }
}
