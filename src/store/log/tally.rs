//! What became of commits since the start: kept here, shown by whoever shows metrics.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use super::{CommitError, Committed};

/// Upper bounds in microseconds: from a store next door to one that is in trouble.
const SECONDS: [u64; 12] =
    [1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000, 20_000_000];
const EDITS: [u64; 8] = [1, 2, 5, 10, 25, 50, 100, 500];

/// The outcomes counted, in the order of the counts.
pub const OUTCOMES: [(Outcome, &str); 4] = [
    (Outcome::Committed, "committed"),
    (Outcome::Refused, "refused"),
    (Outcome::Unavailable, "unavailable"),
    (Outcome::Unknown, "unknown"),
];

/// What a submitter was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Durable, now or by an earlier submission under the same idempotency key.
    Committed,
    /// By the edit's own plan, or for its size.
    Refused,
    /// Nothing was saved: browse-only, overload, damage.
    Unavailable,
    /// It may still become durable.
    Unknown,
}

/// Counts of edits submitted and of entries written.
#[derive(Debug)]
pub struct Tally {
    outcomes: [AtomicU64; OUTCOMES.len()],
    committed_micros: Distribution,
    entry_edits: Distribution,
}

/// How many values fell between which bounds, and their sum.
#[derive(Debug)]
struct Distribution {
    bounds: &'static [u64],
    /// One more than there are bounds: for what is above the last.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// Counts at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Upper bound (the last is infinite) and the values up to it that are above the bound before.
    pub buckets: Vec<(f64, u64)>,
    pub sum: f64,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            outcomes: Default::default(),
            committed_micros: Distribution::new(&SECONDS),
            entry_edits: Distribution::new(&EDITS),
        }
    }
}

impl Tally {
    pub(super) fn answered<R>(&self, result: &Result<Committed, CommitError<R>>, took: Duration) {
        let outcome = match result {
            Ok(_) => Outcome::Committed,
            Err(CommitError::Rejected(_) | CommitError::TooLarge { .. }) => Outcome::Refused,
            Err(CommitError::Unavailable(_) | CommitError::Overloaded | CommitError::Corrupt(_)) => {
                Outcome::Unavailable
            }
            Err(CommitError::Unknown) => Outcome::Unknown,
        };
        self.outcomes[outcome as usize].fetch_add(1, Relaxed);
        if outcome == Outcome::Committed {
            self.committed_micros.add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }

    /// Refused before it was submitted.
    pub(super) fn turned_away(&self) {
        self.outcomes[Outcome::Unavailable as usize].fetch_add(1, Relaxed);
    }

    pub(super) fn wrote(&self, edits: usize) {
        self.entry_edits.add(edits as u64);
    }

    /// Edits answered so since the start.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize].load(Relaxed)
    }

    /// From submission to acknowledgement, in seconds.
    pub fn committed_seconds(&self) -> Reading {
        self.committed_micros.read(1e6)
    }

    /// Edits in each entry this server wrote.
    pub fn entry_edits(&self) -> Reading {
        self.entry_edits.read(1.0)
    }
}

impl Distribution {
    fn new(bounds: &'static [u64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    fn add(&self, value: u64) {
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(bucket) {
            count.fetch_add(1, Relaxed);
        }
        self.sum.fetch_add(value, Relaxed);
    }

    /// In units of which one is `parts` of those counted.
    fn read(&self, parts: f64) -> Reading {
        let bounds = self.bounds.iter().map(|bound| *bound as f64 / parts).chain([f64::INFINITY]);
        let buckets = bounds.zip(self.counts.iter().map(|count| count.load(Relaxed))).collect();
        Reading { buckets, sum: self.sum.load(Relaxed) as f64 / parts }
    }
}

impl Reading {
    /// Values in all.
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fall_into_the_first_bucket_that_holds_them() {
        let edits = Distribution::new(&EDITS);
        [1, 2, 3, 5, 501].into_iter().for_each(|value| edits.add(value));
        let reading = edits.read(1.0);
        let filled: Vec<_> = reading.buckets.iter().filter(|(_, count)| *count > 0).copied().collect();
        assert_eq!(filled, [(1.0, 1), (2.0, 1), (5.0, 2), (f64::INFINITY, 1)]);
        assert_eq!((reading.count(), reading.sum), (5, 512.0));
    }

    #[test]
    fn only_what_was_committed_has_a_latency() {
        let tally = Tally::default();
        tally.answered::<()>(&Err(CommitError::Unknown), Duration::from_secs(20));
        tally.answered(&Err(CommitError::Rejected(())), Duration::ZERO);
        assert_eq!((tally.of(Outcome::Unknown), tally.of(Outcome::Refused)), (1, 1));
        assert_eq!(tally.committed_seconds().count(), 0);
    }
}
