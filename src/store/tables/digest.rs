//! The digest over all rows, by which servers know that they hold the same state.

use super::{RowKey, Table};

/// Sum modulo 2^256 of BLAKE3(table ‖ 0 ‖ key ‖ 0 ‖ row) over all rows: independent of order, cheap to update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest(pub [u64; 4]);

pub(super) fn row_hash(table: Table, key: &RowKey, row: &[u8]) -> [u64; 4] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(table.name().as_bytes());
    hasher.update(&[0]);
    match key {
        RowKey::Number(number) => hasher.update(number.to_string().as_bytes()),
        RowKey::Text(text) => hasher.update(b"\"").update(text.as_bytes()),
    };
    hasher.update(&[0]);
    hasher.update(row);
    let bytes = *hasher.finalize().as_bytes();
    let mut words = [0; 4];
    for (word, chunk) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*chunk);
    }
    words
}

impl Digest {
    /// Adds one row to the sum.
    pub fn add_row(&mut self, table: Table, key: &RowKey, row: &[u8]) {
        self.add(row_hash(table, key, row));
    }

    /// Adds the sum over other rows.
    pub fn add_all(&mut self, other: &Self) {
        self.add(other.0);
    }

    /// 64 hex digits, the most significant word first.
    pub fn to_hex(&self) -> String {
        let [a, b, c, d] = self.0;
        format!("{d:016x}{c:016x}{b:016x}{a:016x}")
    }

    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = hex::decode(text).ok()?.try_into().ok()?;
        let mut words = [0; 4];
        for (word, chunk) in words.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_be_bytes(*chunk);
        }
        Some(Self(words))
    }

    pub(super) fn add(&mut self, other: [u64; 4]) {
        let mut carry = false;
        for (word, addend) in self.0.iter_mut().zip(other) {
            let (sum, first) = word.overflowing_add(addend);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *word = sum;
            carry = first || second;
        }
    }

    pub(super) fn subtract(&mut self, other: [u64; 4]) {
        let mut borrow = false;
        for (word, subtrahend) in self.0.iter_mut().zip(other) {
            let (difference, first) = word.overflowing_sub(subtrahend);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            *word = difference;
            borrow = first || second;
        }
    }
}
