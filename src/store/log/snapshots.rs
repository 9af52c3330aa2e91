//! When to write a snapshot, and writing it.

use std::{sync::Arc, time::Duration};

use super::{Log, Machine};
use crate::store::{
    ObjectError,
    keys::SNAPSHOT_PREFIX,
    snapshot::{self, Manifest},
};

/// A snapshot is due after this many entries …
const ENTRIES: u64 = 500;
/// … or after this time, if anything changed. Each server draws between half of it and all, once.
const INTERVAL: Duration = Duration::from_secs(600);

/// What is known of the newest snapshot.
#[derive(Debug)]
pub struct Pace {
    seq: u64,
    /// Monotonic: when it was written, or heard of.
    noted: Duration,
    interval: Duration,
}

impl Pace {
    pub fn new(seq: u64, now: Duration, jitter: impl FnOnce(Duration) -> Duration) -> Self {
        Self { seq, noted: now, interval: jitter(INTERVAL) }
    }
}

impl<M: Machine> Log<M> {
    /// Whether [`Log::write_snapshot`] should be called: 500 entries after the last one, or up to 10 minutes if
    /// there is anything new.
    pub fn snapshot_due(&self) -> bool {
        let pace = self.core.pace.lock();
        let behind = self.core.seq().saturating_sub(pace.seq);
        let age = self.core.clock.monotonic().saturating_sub(pace.noted);
        behind > 0 && (behind >= ENTRIES || age >= pace.interval)
    }

    /// Writes a snapshot of the current state, unless another server has just written one. Returns its entry.
    ///
    /// # Errors
    /// Nothing is lost by a failure but time: the next start replays more.
    pub async fn write_snapshot(&self) -> Result<Option<u64>, ObjectError> {
        let core = &self.core;
        let newest = core.reader.numbers(SNAPSHOT_PREFIX).await?.last().copied().unwrap_or(0);
        let replay = core.replay();
        let seq = replay.snapshot.seq;
        let news = newest > core.pace.lock().seq && seq.saturating_sub(newest) < ENTRIES;
        if newest >= seq || news {
            self.note_snapshot(newest);
            return Ok(None);
        }
        let base = core.base.lock().clone();
        let tables = replay.snapshot.state.tables().clone();
        let next = Manifest {
            lineage: core.reader.lineage.to_string(),
            seq,
            at: replay.snapshot.at,
            head: replay.hash,
            digest: tables.digest(),
            parts: Vec::new(),
        };
        let written = snapshot::write(&core.reader.patient(), &base, next, &tables).await?;
        self.note_snapshot(seq);
        if let Some(base) = written {
            tracing::info!(seq, rows = tables.rows(), "snapshot written");
            *core.base.lock() = Arc::new(base);
        }
        Ok(Some(seq))
    }

    fn note_snapshot(&self, seq: u64) {
        let now = self.core.clock.monotonic();
        let mut pace = self.core.pace.lock();
        pace.seq = seq;
        pace.noted = now;
    }
}
