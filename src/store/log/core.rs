//! What committer, follower and readers of one server share: the state and its place in the log.

use std::{fmt, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;

use super::{
    Corrupt, Machine, Observer, Snapshot,
    entry::ChainHash,
    health::Health,
    reader::{Found, Reader},
    recent::ByAge,
    replay::Replay,
    snapshots::Pace,
    tally::Tally,
};
use crate::{
    clock::Clock,
    store::{Effect, snapshot::Base},
};

pub struct Core<M: Machine> {
    pub reader: Reader,
    pub clock: Clock,
    pub writer: String,
    pub health: Health,
    pub tally: Tally,
    /// The last entry this server wrote; 0 before the first.
    pub wrote: watch::Sender<u64>,
    current: ArcSwap<Snapshot<M>>,
    /// Sync: held while an entry is applied, never across an await.
    head: Mutex<Head>,
    /// Async: held by the one task that reads the tail; the others wait for what it finds.
    pub following: tokio::sync::Mutex<()>,
    observers: RwLock<Vec<Observer<M>>>,
    /// What the next snapshot builds upon.
    pub base: Mutex<Arc<Base>>,
    /// Sync: three numbers.
    pub pace: Mutex<Pace>,
}

/// Where the log stands, beside the state itself. Times are [`Clock::monotonic`].
struct Head {
    seq: u64,
    hash: ChainHash,
    recent: ByAge,
    /// When the request left that last found no entry after the state (or made one).
    confirmed: Duration,
    /// When it was last known that the next slot cannot have been collected.
    above_floor: Duration,
    /// When another server's entry was last applied.
    foreign: Option<Duration>,
    /// When a request last wanted a fresh state.
    wanted: Duration,
}

/// Who wrote an entry that is being applied, and what is known of it already.
pub enum Origin<M> {
    Foreign,
    /// The state after it, planned on the state before it.
    Own(Replay<M>, Vec<Effect>),
}

impl<M: Machine> fmt::Debug for Core<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").field("writer", &self.writer).field("seq", &self.seq()).finish_non_exhaustive()
    }
}

impl<M: Machine> Core<M> {
    /// A server at `replay`, whose tail was confirmed at `confirmed`.
    pub fn new(
        reader: Reader,
        clock: Clock,
        writer: String,
        replay: Replay<M>,
        base: Base,
        confirmed: Duration,
    ) -> Result<Self, Corrupt> {
        let recent = ByAge::of(replay.snapshot.state.tables())?;
        let Replay { snapshot, hash } = replay;
        let head = Head {
            seq: snapshot.seq,
            hash,
            recent,
            confirmed,
            above_floor: confirmed,
            foreign: None,
            wanted: confirmed,
        };
        let pace = Pace::new(base.seq(), confirmed, |interval| reader.jitter(interval));
        Ok(Self {
            pace: Mutex::new(pace),
            reader,
            clock,
            writer,
            health: Health::default(),
            tally: Tally::default(),
            wrote: watch::Sender::new(0),
            current: ArcSwap::from_pointee(snapshot),
            head: Mutex::new(head),
            following: tokio::sync::Mutex::default(),
            observers: RwLock::default(),
            base: Mutex::new(Arc::new(base)),
        })
    }

    pub fn current(&self) -> Arc<Snapshot<M>> {
        self.current.load_full()
    }

    pub fn seq(&self) -> u64 {
        self.head.lock().seq
    }

    /// The state and its place in the chain, taken together.
    pub fn replay(&self) -> Replay<M> {
        let head = self.head.lock();
        Replay { snapshot: (**self.current.load()).clone(), hash: head.hash }
    }

    pub fn observe(&self, observer: Observer<M>) {
        self.observers.write().push(observer);
    }

    /// The tail was confirmed by a request that left at `sent`.
    pub fn confirm(&self, sent: Duration) {
        let mut head = self.head.lock();
        head.confirmed = head.confirmed.max(sent);
        head.above_floor = head.above_floor.max(sent);
        drop(head);
        self.health.note_confirmed();
    }

    pub fn confirmed(&self) -> Duration {
        self.head.lock().confirmed
    }

    /// A floor read at `sent` was below the next slot.
    pub fn found_above_floor(&self, sent: Duration) {
        let mut head = self.head.lock();
        head.above_floor = head.above_floor.max(sent);
    }

    /// How long ago it was last certain that the next slot is not a collected one.
    pub fn above_floor_age(&self) -> Duration {
        self.clock.monotonic().saturating_sub(self.head.lock().above_floor)
    }

    pub fn note_wanted(&self) {
        let now = self.clock.monotonic();
        self.head.lock().wanted = now;
    }

    pub fn wanted_age(&self) -> Duration {
        self.clock.monotonic().saturating_sub(self.head.lock().wanted)
    }

    pub fn foreign_age(&self) -> Option<Duration> {
        let foreign = self.head.lock().foreign?;
        Some(self.clock.monotonic().saturating_sub(foreign))
    }

    /// Deletions of expired `recent_tx` rows for an entry planned now.
    pub fn expire_recent(&self, state: &M, now: jiff::Timestamp, added: usize) -> Vec<Effect> {
        self.head.lock().recent.expire(state.tables(), now, added)
    }

    /// Applies the entry in slot `found.entry.seq`, unless the state has it already.
    ///
    /// # Errors
    /// It does not follow the state, or the state will not have it. Nothing has changed then.
    pub fn apply(&self, found: &Found, origin: Origin<M>) -> Result<(), Corrupt> {
        let mut head = self.head.lock();
        if found.entry.seq <= head.seq {
            return Ok(());
        }
        let before = self.current.load_full();
        let foreign = found.entry.writer != self.writer;
        let (after, effects) = match origin {
            // The slot was won, so the state before it is the one the batch was planned on.
            Origin::Own(after, effects) if found.entry.seq == head.seq + 1 && found.entry.prev == head.hash => {
                (after, effects)
            }
            _ => Replay { snapshot: (*before).clone(), hash: head.hash }.after(found)?,
        };
        if foreign {
            head.foreign = Some(self.clock.monotonic());
        }
        head.recent.note(&effects)?;
        self.install(&mut head, &before, after, &effects);
        Ok(())
    }

    /// Replaces the state by one loaded from a snapshot and the entries after it.
    ///
    /// # Errors
    /// `Corrupt` if that would take this server back.
    pub fn replace(&self, after: Replay<M>, base: Base) -> Result<(), Corrupt> {
        let mut head = self.head.lock();
        let before = self.current.load_full();
        if after.snapshot.seq < before.seq {
            let reason = format!("it ends at entry {}, after entry {} had been seen", after.snapshot.seq, before.seq);
            return Err(Corrupt { what: "log".to_owned(), reason });
        }
        head.recent = ByAge::of(after.snapshot.state.tables())?;
        let effects = after.snapshot.state.tables().changes_since(before.state.tables());
        *self.base.lock() = Arc::new(base);
        if after.snapshot.seq == before.seq && effects.is_empty() {
            // Somebody else had brought it up to date.
            return Ok(());
        }
        self.install(&mut head, &before, after, &effects);
        Ok(())
    }

    /// Observers first: nobody can see the new state before caches know what it made stale.
    fn install(&self, head: &mut Head, before: &Snapshot<M>, after: Replay<M>, effects: &[Effect]) {
        for observer in self.observers.read().iter() {
            observer(before, &after.snapshot, effects);
        }
        head.seq = after.snapshot.seq;
        head.hash = after.hash;
        self.current.store(Arc::new(after.snapshot));
    }
}
