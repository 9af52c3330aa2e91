//! Reading the whole log to check it, for `bucketpress check` and `bucketpress log`.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    Corrupt, Log, Machine, OpenError, Options,
    entry::Entry,
    load,
    reader::{Found, ReadError, Reader},
    replay::Replay,
    site,
};
use crate::store::{
    ObjectError, Objects, Tables,
    keys::{Key, LOG_PREFIX, SNAPSHOT_PREFIX},
    snapshot::{self, LoadError},
};

/// Objects looked for at once.
const PARALLEL: usize = 32;

/// What [`verify`] read and what it found wrong.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// Entries whose chain, authenticity and digest hold.
    pub entries: u64,
    pub refs: u64,
    pub snapshots: u64,
    pub rows: u64,
    pub findings: Vec<Finding>,
    /// Of the log; empty where there is none.
    pub lineage: String,
    /// The rows after the last entry that could be read.
    pub tables: Tables,
}

/// Looks into objects that entries refer to.
#[derive(Clone, Copy, Debug)]
pub struct Inspect {
    /// Whether the object at this key is read; of others it is only asked whether they are there.
    pub wants: fn(&str) -> bool,
    /// What is wrong with these bytes at this key, if anything.
    pub problem: fn(&str, &[u8]) -> Option<String>,
}

/// Something wrong in the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The object's key.
    pub key: String,
    pub problem: String,
}

impl<M: Machine> Log<M> {
    /// The entry in slot `seq`; `None` if the slot is empty (collected, or not written yet).
    pub async fn read_entry(&self, seq: u64) -> Result<Option<Entry>, ReadError> {
        Ok(self.core.reader.entry(seq).await?.map(|found| found.entry))
    }

    /// Entries from `from` on, some at a time (at most 64); empty at the end of the log.
    pub async fn entries(&self, from: u64) -> Result<Vec<Entry>, ReadError> {
        let found = self.core.reader.entries_after(from.saturating_sub(1)).await?;
        Ok(found.into_iter().map(|found| found.entry).collect())
    }
}

/// Reads everything from the oldest kept entry: chain, authenticity, digests, referenced objects, and that every
/// snapshot equals the replay up to it. `progress` hears the number of each batch's last entry.
///
/// # Errors
/// When the store does not answer or this is no site. Damage is a finding, not an error.
pub async fn verify<M: Machine>(
    objects: Arc<dyn Objects>,
    options: &Options,
    inspect: Option<Inspect>,
    progress: impl FnMut(u64),
) -> Result<Verified, OpenError> {
    let reader = match site::existing(objects, options).await {
        Ok(reader) => reader,
        Err(OpenError::Corrupt(Corrupt { what, reason })) => {
            let finding = Finding { key: what, problem: reason };
            return Ok(Verified { findings: vec![finding], ..Verified::default() });
        }
        Err(error) => return Err(error),
    };
    let floor = reader.floor().await?;
    let snapshots = reader.numbers(SNAPSHOT_PREFIX).await?;
    let (replay, verified) =
        (Replay::<M>::empty()?, Verified { lineage: reader.lineage.to_string(), ..Verified::default() });
    let mut check = Check { reader, snapshots, replay, inspect, verified };
    if floor > 0 && !check.start_above(floor).await? {
        return Ok(check.verified);
    }
    check.walk(progress).await?;
    check.verified.tables = check.replay.snapshot.state.tables().clone();
    check.verified.rows = check.verified.tables.rows() as u64;
    Ok(check.verified)
}

struct Check<M> {
    reader: Reader,
    /// Not compared yet, ascending.
    snapshots: Vec<u64>,
    replay: Replay<M>,
    inspect: Option<Inspect>,
    verified: Verified,
}

impl<M: Machine> Check<M> {
    fn find(&mut self, key: String, problem: String) {
        self.verified.findings.push(Finding { key, problem });
    }

    /// Takes the oldest usable snapshot as given where the entries before it are gone.
    async fn start_above(&mut self, floor: u64) -> Result<bool, OpenError> {
        while let Some(seq) = self.snapshots.first().copied() {
            self.snapshots.remove(0);
            if seq < floor {
                continue;
            }
            match snapshot::load(&self.reader, seq).await {
                Ok(base) => {
                    self.replay = load::build(&self.reader, &base).await?;
                    self.verified.snapshots += 1;
                    return Ok(true);
                }
                Err(LoadError::Unusable(corrupt)) => self.find(Key::Snapshot(seq).path(), corrupt.to_string()),
                Err(LoadError::Read(error)) => return Err(error.into()),
            }
        }
        let problem = "entries up to here may be gone, and no snapshot covers them";
        self.find(Key::Floor(floor).path(), problem.to_owned());
        Ok(false)
    }

    async fn walk(&mut self, mut progress: impl FnMut(u64)) -> Result<(), OpenError> {
        loop {
            let after = self.replay.snapshot.seq;
            let batch = match self.reader.entries_after(after).await {
                Ok(batch) => batch,
                // One of them is damaged: find out which, one by one.
                Err(ReadError::Corrupt(_)) => match self.reader.entry(after + 1).await {
                    Ok(found) => found.into_iter().collect(),
                    Err(ReadError::Corrupt(corrupt)) => return self.stop(after + 1, &corrupt.reason).await,
                    Err(error) => return Err(error.into()),
                },
                Err(error) => return Err(error.into()),
            };
            let Some(last) = batch.last() else {
                for seq in std::mem::take(&mut self.snapshots).into_iter().filter(|seq| *seq > after) {
                    self.find(Key::Snapshot(seq).path(), format!("the log ends at entry {after}"));
                }
                return Ok(());
            };
            let last = last.entry.seq;
            self.look_for_refs(&batch).await?;
            for found in &batch {
                match self.replay.after(found) {
                    Ok((replay, _)) => self.replay = replay,
                    Err(corrupt) => {
                        self.find(corrupt.what, corrupt.reason);
                        return self.stop(after + 1, "entries from here on could not be checked").await;
                    }
                }
                self.verified.entries += 1;
                self.compare_snapshot().await?;
            }
            progress(last);
        }
    }

    /// Nothing after a damaged entry can be checked; say how much that is.
    async fn stop(&mut self, seq: u64, problem: &str) -> Result<(), OpenError> {
        let beyond = self.reader.numbers(LOG_PREFIX).await?.into_iter().filter(|number| *number > seq).count();
        self.find(Key::LogEntry(seq).path(), format!("{problem}; {beyond} entries after it"));
        Ok(())
    }

    async fn look_for_refs(&mut self, batch: &[Found]) -> Result<(), ObjectError> {
        let wanted: Vec<(u64, String)> =
            batch.iter().flat_map(|found| found.entry.refs.iter().map(|key| (found.entry.seq, key.clone()))).collect();
        self.verified.refs += wanted.len() as u64;
        let (reader, inspect) = (self.reader.clone(), self.inspect);
        let answers: Vec<_> = stream::iter(wanted)
            .map(|(seq, key)| {
                let reader = reader.clone();
                async move { problem(&reader, inspect, seq, key).await }
            })
            .buffered(PARALLEL)
            .try_collect()
            .await?;
        self.verified.findings.extend(answers.into_iter().flatten());
        Ok(())
    }

    /// If there is a snapshot of just this entry, its rows must be the replayed ones.
    async fn compare_snapshot(&mut self) -> Result<(), OpenError> {
        let seq = self.replay.snapshot.seq;
        let Ok(index) = self.snapshots.binary_search(&seq) else { return Ok(()) };
        self.snapshots.remove(index);
        let key = Key::Snapshot(seq).path();
        match snapshot::load(&self.reader, seq).await {
            Ok(base) => {
                let differing = self.replay.snapshot.state.tables().changes_since(&base.tables).len();
                let head = base.manifest.is_some_and(|manifest| manifest.head == self.replay.hash);
                if differing > 0 || !head {
                    self.find(key, format!("it is not the state of entry {seq}: {differing} rows differ"));
                }
                self.verified.snapshots += 1;
            }
            Err(LoadError::Unusable(corrupt)) => self.find(key, corrupt.to_string()),
            Err(LoadError::Read(error)) => return Err(error.into()),
        }
        Ok(())
    }
}

/// What is wrong with the object at `key`, which entry `seq` refers to.
async fn problem(
    reader: &Reader,
    inspect: Option<Inspect>,
    seq: u64,
    key: String,
) -> Result<Option<Finding>, ObjectError> {
    let missing = || Some(format!("entry {seq} refers to it, and it is not there"));
    let problem = match inspect.filter(|inspect| (inspect.wants)(&key)) {
        Some(inspect) => match reader.read(&key).await? {
            Some(bytes) => (inspect.problem)(&key, &bytes),
            None => missing(),
        },
        None => match reader.objects.head(&key).await {
            Ok(_) => None,
            Err(ObjectError::NotFound { .. }) => missing(),
            Err(error) => return Err(error),
        },
    };
    Ok(problem.map(|problem| Finding { key, problem }))
}
