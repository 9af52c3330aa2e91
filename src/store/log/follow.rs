//! Following the log: confirming its tail and applying what other servers wrote.

use std::time::Duration;

use super::{
    Machine,
    core::{Core, Origin},
    load,
    reader::{Found, ReadError},
};

/// After this long without certainty the floor is read before a slot is believed.
const FLOOR_AGE_MAX: Duration = Duration::from_secs(10 * 60);
/// Entries read one by one before listing and reading many at once.
const SINGLE_READS_MAX: u32 = 4;

/// Makes sure the tail is confirmed by a request sent after `since`; single flight.
///
/// # Errors
/// When the store does not answer; and when the log is damaged, after the alarm was raised.
pub async fn follow<M: Machine>(core: &Core<M>, since: Duration) -> Result<(), ReadError> {
    let _turn = core.following.lock().await;
    // Strictly: what left at the same instant may have left before.
    if core.confirmed() > since {
        return Ok(());
    }
    let result = follow_to_tail(core).await;
    if let Err(error) = &result {
        note(core, error);
    }
    result
}

/// Tells the health of the server what a failed read means.
pub fn note<M: Machine>(core: &Core<M>, error: &ReadError) {
    let reason = error.to_string();
    match error {
        ReadError::Object(crate::store::ObjectError::Denied { .. }) | ReadError::TooNew(_) => {
            core.health.browse_only(&reason);
        }
        ReadError::Object(_) => core.health.note_unconfirmed(core.clock.monotonic(), &reason),
        ReadError::Corrupt(_) => core.health.corrupt(&reason),
    }
}

async fn follow_to_tail<M: Machine>(core: &Core<M>) -> Result<(), ReadError> {
    let mut single_reads = 0;
    loop {
        ensure_above_floor(core, FLOOR_AGE_MAX).await?;
        let sent = core.clock.monotonic();
        let found: Vec<Found> = if single_reads < SINGLE_READS_MAX {
            single_reads += 1;
            core.reader.entry(core.seq() + 1).await?.into_iter().collect()
        } else {
            let many = core.reader.entries_after(core.seq()).await?;
            if many.is_empty() {
                single_reads = 0;
                continue;
            }
            many
        };
        // A machine that slept while the answer was on its way must not believe it.
        if core.above_floor_age() >= FLOOR_AGE_MAX {
            continue;
        }
        if found.is_empty() {
            core.confirm(sent);
            return Ok(());
        }
        for found in &found {
            apply_or_reload(core, found).await?;
        }
    }
}

async fn apply_or_reload<M: Machine>(core: &Core<M>, found: &Found) -> Result<(), ReadError> {
    let expected = core.seq() + 1;
    if found.entry.seq > expected {
        // A hole in a listing: collected meanwhile, or already applied by the committer, or damage.
        reload_if_collected(core, expected).await?;
    }
    Ok(core.apply(found, Origin::Foreign)?)
}

/// Reads the floor unless that slot `seq + 1` is not collected was certain less than `age` ago; reloads if it is.
///
/// Returns true when the state was reloaded.
pub async fn ensure_above_floor<M: Machine>(core: &Core<M>, age: Duration) -> Result<bool, ReadError> {
    if core.above_floor_age() < age {
        return Ok(false);
    }
    reload_if_collected(core, core.seq() + 1).await
}

/// Reads the floor; if slot `seq` may have been deleted, loads the newest snapshot and all after it.
pub async fn reload_if_collected<M: Machine>(core: &Core<M>, seq: u64) -> Result<bool, ReadError> {
    let sent = core.clock.monotonic();
    let floor = core.reader.floor().await?;
    if floor < seq {
        core.found_above_floor(sent);
        return Ok(false);
    }
    tracing::warn!(seq, floor, "the log was collected past this server's state: loading a snapshot");
    reload(core).await?;
    Ok(true)
}

/// Loads the state anew from the bucket.
pub async fn reload<M: Machine>(core: &Core<M>) -> Result<(), ReadError> {
    let loaded = load::load::<M>(&core.reader, &core.clock).await?;
    core.replace(loaded.replay, loaded.base)?;
    core.confirm(loaded.confirmed);
    Ok(())
}
