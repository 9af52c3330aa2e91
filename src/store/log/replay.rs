//! Applying entries to a state: the chain, the digest, and nothing decided.

use jiff::Timestamp;

use super::{
    Corrupt, Machine, Snapshot,
    entry::{ChainHash, Entry},
    reader::Found,
};
use crate::store::{Effect, Tables, keys::Key};

/// A state with its place in the chain.
#[derive(Clone, Debug)]
pub struct Replay<M> {
    pub snapshot: Snapshot<M>,
    /// Of the last entry applied.
    pub hash: ChainHash,
}

impl<M: Machine> Replay<M> {
    /// The empty site, before the first entry.
    pub fn empty() -> Result<Self, Corrupt> {
        let state = M::from_tables(Tables::default())?;
        Ok(Self { snapshot: Snapshot { seq: 0, at: Timestamp::UNIX_EPOCH, state }, hash: ChainHash::default() })
    }

    /// The state after `found`, which must be the next entry, and all its effects.
    pub fn after(&self, found: &Found) -> Result<(Self, Vec<Effect>), Corrupt> {
        let entry = &found.entry;
        self.check_place(entry)?;
        let mut state = self.snapshot.state.clone();
        let mut effects = Vec::new();
        for transaction in &entry.transactions {
            state.apply(&transaction.effects)?;
            effects.extend_from_slice(&transaction.effects);
        }
        if state.tables().digest() != entry.digest {
            return Err(corrupt(entry.seq, "the rows after it do not have the digest it names"));
        }
        let snapshot = Snapshot { seq: entry.seq, at: entry.at, state };
        Ok((Self { snapshot, hash: found.hash }, effects))
    }

    fn check_place(&self, entry: &Entry) -> Result<(), Corrupt> {
        if entry.seq != self.snapshot.seq + 1 {
            return Err(corrupt(self.snapshot.seq + 1, &format!("it is missing; entry {} is there", entry.seq)));
        }
        if entry.prev != self.hash {
            return Err(corrupt(entry.seq, "it does not follow the entry before it"));
        }
        if entry.at <= self.snapshot.at {
            return Err(corrupt(entry.seq, "it is not later than the entry before it"));
        }
        Ok(())
    }
}

fn corrupt(seq: u64, reason: &str) -> Corrupt {
    Corrupt { what: Key::LogEntry(seq).path(), reason: reason.to_owned() }
}
