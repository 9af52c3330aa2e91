//! Reading the bytes of an entry; the effects and keys in it are also what snapshot parts are made of.

use std::{borrow::Cow, fmt, io::Read};

use serde::{
    Deserialize,
    de::{Error as _, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use ulid::Ulid;

use super::{
    entry::{ChainHash, Entry, READS_VERSION, Transaction},
    mac::MacKey,
};
use crate::store::{Effect, RowKey, Table, tables::Digest};

/// Decompressed objects above this are refused: nothing this program writes comes near.
pub const DECOMPRESSED_BYTES_MAX: u64 = 64 << 20;

/// Why bytes are not an entry.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DecodeError {
    #[error("{0}")]
    Malformed(String),
    #[error("its authentication code does not fit the site key")]
    Forged,
    #[error("it needs format version {0}")]
    TooNew(u32),
}

/// Reads an entry and checks that it was written under this site key.
pub fn decode(bytes: &[u8], mac: &MacKey) -> Result<Entry, DecodeError> {
    let json = decompress(bytes)?;
    let raw: RawEntry<'_> = match serde_json::from_slice(&json) {
        Ok(raw) => raw,
        Err(error) => {
            let min_reader = serde_json::from_slice::<Versions>(&json).map_or(0, |versions| versions.min_reader);
            return Err(if min_reader > READS_VERSION { DecodeError::TooNew(min_reader) } else { malformed(error) });
        }
    };
    if raw.min_reader > READS_VERSION {
        return Err(DecodeError::TooNew(raw.min_reader));
    }
    match mac.check(&json) {
        Some(true) => raw.into_entry(),
        Some(false) => Err(DecodeError::Forged),
        None => Err(malformed("no authentication code at its end")),
    }
}

/// Undoes zstd, with a limit.
pub fn decompress(bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let decoder = zstd::Decoder::with_buffer(bytes).map_err(malformed)?;
    let mut json = Vec::with_capacity(bytes.len().saturating_mul(4).min(1 << 20));
    decoder.take(DECOMPRESSED_BYTES_MAX + 1).read_to_end(&mut json).map_err(malformed)?;
    if json.len() as u64 > DECOMPRESSED_BYTES_MAX {
        return Err(DecodeError::Malformed(format!("more than {DECOMPRESSED_BYTES_MAX} bytes decompressed")));
    }
    Ok(json)
}

fn malformed(error: impl fmt::Display) -> DecodeError {
    DecodeError::Malformed(error.to_string())
}

#[derive(Deserialize)]
struct Versions {
    min_reader: u32,
}

#[derive(Deserialize)]
struct RawEntry<'a> {
    min_reader: u32,
    #[serde(borrow)]
    lineage: Cow<'a, str>,
    seq: u64,
    prev: Cow<'a, str>,
    ts: Cow<'a, str>,
    writer: String,
    txs: Vec<RawTransaction<'a>>,
    refs: Vec<String>,
    digest: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RawTransaction<'a> {
    #[serde(borrow)]
    txid: Cow<'a, str>,
    #[serde(default)]
    idem_key: Option<String>,
    actor: String,
    summary: String,
    effects: Vec<RawEffect>,
}

impl RawEntry<'_> {
    fn into_entry(self) -> Result<Entry, DecodeError> {
        let transactions = self.txs.into_iter().map(RawTransaction::into_transaction);
        Ok(Entry {
            lineage: self.lineage.into_owned(),
            seq: self.seq,
            prev: ChainHash::from_hex(&self.prev).ok_or_else(|| malformed("prev is not a hash"))?,
            at: self.ts.parse().map_err(malformed)?,
            writer: self.writer,
            transactions: transactions.collect::<Result<_, _>>()?,
            refs: self.refs,
            digest: Digest::from_hex(&self.digest).ok_or_else(|| malformed("digest is not a hash"))?,
        })
    }
}

impl RawTransaction<'_> {
    fn into_transaction(self) -> Result<Transaction, DecodeError> {
        Ok(Transaction {
            id: Ulid::from_string(&self.txid).map_err(malformed)?.0,
            idempotency_key: self.idem_key,
            actor: self.actor,
            summary: self.summary,
            effects: self.effects.into_iter().map(|effect| effect.0).collect(),
        })
    }
}

/// `["put", table, key, row]` or `["del", table, key]`.
struct RawEffect(Effect);

impl<'de> Deserialize<'de> for RawEffect {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EffectVisitor).map(Self)
    }
}

struct EffectVisitor;

impl<'de> Visitor<'de> for EffectVisitor {
    type Value = Effect;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[\"put\", table, key, row] or [\"del\", table, key]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Effect, A::Error> {
        let short = |length| move || A::Error::invalid_length(length, &"an effect");
        let operation: Cow<'de, str> = items.next_element()?.ok_or_else(short(0))?;
        let name: Cow<'de, str> = items.next_element()?.ok_or_else(short(1))?;
        let RawKey(key) = items.next_element()?.ok_or_else(short(2))?;
        let table = Table::from_name(&name).ok_or_else(|| A::Error::custom(format!("unknown table {name}")))?;
        match &*operation {
            "put" => {
                let row: &RawValue = items.next_element()?.ok_or_else(short(3))?;
                Ok(Effect::Put { table, key, row: row.get().as_bytes().into() })
            }
            "del" => Ok(Effect::Delete { table, key }),
            other => Err(A::Error::custom(format!("unknown effect {other}"))),
        }
    }
}

/// A row key as JSON has it: a number or a string.
#[derive(Debug)]
pub struct RawKey(pub RowKey);

impl<'de> Deserialize<'de> for RawKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor).map(Self)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = RowKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a string")
    }

    fn visit_u64<E>(self, number: u64) -> Result<RowKey, E> {
        Ok(RowKey::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<RowKey, E> {
        Ok(RowKey::from(text))
    }
}
