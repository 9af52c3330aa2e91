//! The fate of one slot: create it, and find out what became of it, however long that takes.

use std::time::Duration;

use super::{
    Machine,
    batch::Proposal,
    core::Core,
    follow,
    reader::{Found, ReadError},
};
use crate::store::{Key, ObjectError};

/// One attempt to create the entry.
const CREATE_TIMEOUT: Duration = Duration::from_secs(10);
/// Without a confirmed tail for this long, even a won slot may have been a collected one.
const CERTAIN_FOR: Duration = Duration::from_secs(60);
const PAUSE_FIRST: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// What became of the slot.
pub enum Settled {
    /// Our entry is in it.
    Won {
        /// When the attempt left that made it, and how long it took, if the store said so at once.
        sent: Duration,
        took: Option<Duration>,
    },
    /// Another server's entry is in it.
    Lost(Box<Found>),
    /// It was collected: only `recent_tx` knows.
    Collected,
    /// Nothing was sent.
    Refused(String),
}

/// Creates `proposal` in its slot and returns only when the outcome is certain.
///
/// The bytes and the slot stay the same through all attempts: an attempt believed lost may still land.
pub async fn settle<M: Machine>(core: &Core<M>, proposal: &Proposal<M>) -> Settled {
    let mut pause = PAUSE_FIRST;
    let mut first = true;
    loop {
        let sent = core.clock.monotonic();
        let mut trouble = match attempt(core, proposal).await {
            Ok(()) => {
                let took = core.clock.monotonic().saturating_sub(sent);
                return won(core, proposal, sent, Some(took)).await;
            }
            Err(ObjectError::Invalid { reason, .. }) if first => return Settled::Refused(reason),
            Err(error) => error,
        };
        first = false;
        core.health.set_unresolved(true);
        if let ObjectError::Denied { .. } = trouble {
            core.health.browse_only(&trouble.to_string());
        }
        loop {
            match read_back(core, proposal).await {
                Ok(Some(Slot::Ours)) => return won(core, proposal, sent, None).await,
                Ok(Some(Slot::Theirs(found))) => return lost(core, found).await,
                Ok(None) => break,
                Err(error) => {
                    follow::note(core, &error);
                    core.health.note_failure(&format!("{trouble}; then {error}"));
                    if let ReadError::Object(error) = error {
                        trouble = error;
                    }
                }
            }
            core.reader.pause(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
        // The slot is empty: our attempt was lost, or is late, or the slot was collected.
        if collected(core, proposal.found.entry.seq).await {
            return Settled::Collected;
        }
        core.reader.pause(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

async fn attempt<M: Machine>(core: &Core<M>, proposal: &Proposal<M>) -> Result<(), ObjectError> {
    let key = Key::LogEntry(proposal.found.entry.seq);
    let (path, attributes) = (key.path(), key.attributes());
    let create = core.reader.objects.create(&path, proposal.bytes.clone(), &attributes);
    match tokio::time::timeout(CREATE_TIMEOUT, create).await {
        Ok(result) => result,
        Err(_) => {
            Err(ObjectError::Unknown { key: path, reason: format!("no answer in {} s", CREATE_TIMEOUT.as_secs()) })
        }
    }
}

enum Slot {
    Ours,
    Theirs(Box<Found>),
}

/// What is in the slot. `Theirs` only if it is a whole and authentic entry: a damaged read proves nothing.
async fn read_back<M: Machine>(core: &Core<M>, proposal: &Proposal<M>) -> Result<Option<Slot>, ReadError> {
    let seq = proposal.found.entry.seq;
    let Some(bytes) = core.reader.slot(seq).await? else { return Ok(None) };
    if bytes == proposal.bytes {
        return Ok(Some(Slot::Ours));
    }
    let found = core.reader.decode_or_reread(seq, bytes).await?;
    Ok(found.map(|found| Slot::Theirs(Box::new(found))))
}

/// A slot that was deleted can be created again by a writer that slept: after a long silence ask the floor.
async fn won<M: Machine>(core: &Core<M>, proposal: &Proposal<M>, sent: Duration, took: Option<Duration>) -> Settled {
    if core.above_floor_age() > CERTAIN_FOR && collected(core, proposal.found.entry.seq).await {
        return Settled::Collected;
    }
    Settled::Won { sent, took }
}

async fn lost<M: Machine>(core: &Core<M>, found: Box<Found>) -> Settled {
    if core.above_floor_age() > CERTAIN_FOR && collected(core, found.entry.seq).await {
        return Settled::Collected;
    }
    Settled::Lost(found)
}

/// Whether the floor has reached slot `seq`; asks until it is answered.
async fn collected<M: Machine>(core: &Core<M>, seq: u64) -> bool {
    let mut pause = PAUSE_FIRST;
    loop {
        let sent = core.clock.monotonic();
        match core.reader.floor().await {
            Ok(floor) if floor >= seq => return true,
            Ok(_) => {
                core.found_above_floor(sent);
                return false;
            }
            Err(error) => follow::note(core, &error.into()),
        }
        core.reader.pause(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}
