//! Cold start: the newest snapshot that holds together, then every entry after it.

use std::time::Duration;

use super::{
    Corrupt, Machine, Snapshot,
    reader::{ReadError, Reader},
    replay::Replay,
};
use crate::{
    clock::Clock,
    store::{
        keys::SNAPSHOT_PREFIX,
        snapshot::{self, Base, LoadError},
    },
};

/// From reading the floor to the end of the log; beyond this, collected slots could pass for empty ones.
const LOAD_TIME_MAX: Duration = Duration::from_secs(10 * 60);
/// Snapshots tried, newest first.
const SNAPSHOTS_MAX: usize = 8;
/// More entries than this are applied off the async threads.
const INLINE_ENTRIES_MAX: usize = 8;

/// A state read from the bucket.
#[derive(Debug)]
pub struct Loaded<M> {
    pub replay: Replay<M>,
    pub base: Base,
    /// When the request left that found no further entry.
    pub confirmed: Duration,
}

/// Loads the state as the bucket has it.
pub async fn load<M: Machine>(reader: &Reader, clock: &Clock) -> Result<Loaded<M>, ReadError> {
    let reader = &reader.patient();
    loop {
        let began = clock.monotonic();
        let loaded = load_once(reader, clock).await;
        let took = clock.monotonic().saturating_sub(began);
        match loaded {
            // What looks like the end of the log, or like a hole in it, may be what was collected meanwhile.
            Ok(_) | Err(ReadError::Corrupt(_)) if took >= LOAD_TIME_MAX => {
                tracing::warn!("loading took so long that the log may have been collected meanwhile: once more");
            }
            loaded => return loaded,
        }
    }
}

async fn load_once<M: Machine>(reader: &Reader, clock: &Clock) -> Result<Loaded<M>, ReadError> {
    let floor = reader.floor().await?;
    let (base, mut replay) = newest_snapshot::<M>(reader, floor).await?;
    let confirmed = loop {
        let sent = clock.monotonic();
        let found = reader.entries_after(replay.snapshot.seq).await?;
        if !found.is_empty() {
            let weight = if found.len() > INLINE_ENTRIES_MAX { usize::MAX } else { 0 };
            let apply = move || found.iter().try_fold(replay, |replay, found| Ok(replay.after(found)?.0));
            replay = reader.offload(weight, apply).await.map_err(|corrupt: Corrupt| corrupt)?;
        } else if reader.slot(replay.snapshot.seq + 1).await?.is_none() {
            break sent;
        }
    };
    Ok(Loaded { replay, base, confirmed })
}

async fn newest_snapshot<M: Machine>(reader: &Reader, floor: u64) -> Result<(Base, Replay<M>), ReadError> {
    let numbers = reader.numbers(SNAPSHOT_PREFIX).await?;
    let mut last_fault = None;
    for seq in numbers.into_iter().rev().take_while(|seq| *seq >= floor).take(SNAPSHOTS_MAX) {
        match snapshot::load(reader, seq).await {
            Ok(base) => {
                let replay = build(reader, &base).await?;
                return Ok((base, replay));
            }
            Err(LoadError::Read(error)) => return Err(error),
            Err(LoadError::Unusable(corrupt)) => {
                tracing::error!(seq, error = %corrupt, "a snapshot is unusable: trying the one before");
                last_fault = Some(corrupt);
            }
        }
    }
    if floor > 0 {
        let nothing = Corrupt { what: "snapshot/".to_owned(), reason: format!("none reaches the floor {floor}") };
        return Err(last_fault.unwrap_or(nothing).into());
    }
    Ok((Base::default(), Replay::empty()?))
}

/// The state a snapshot holds, projections built.
pub async fn build<M: Machine>(reader: &Reader, base: &Base) -> Result<Replay<M>, Corrupt> {
    let Some(manifest) = &base.manifest else { return Replay::empty() };
    let (seq, at, hash) = (manifest.seq, manifest.at, manifest.head);
    let tables = base.tables.clone();
    let state = reader.offload(usize::MAX, move || M::from_tables(tables)).await?;
    Ok(Replay { snapshot: Snapshot { seq, at, state }, hash })
}
