//! The commit log: numbered entries, each created once; the only truth.
//!
//! `docs/format.md` has the bytes, `ARCHITECTURE.md` the walk through a commit.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use crate::store::{Effect, ObjectError, Objects, Tables};

/// A state machine over [`Tables`]: what the log drives. The site's index is the real one.
pub trait Machine: Clone + Send + Sync + 'static {
    /// Builds every projection from all rows at once (cold start, reload).
    fn from_tables(tables: Tables) -> Result<Self, Corrupt>;
    fn tables(&self) -> &Tables;
    /// Applies the effects of one transaction. Never decides anything.
    fn apply(&mut self, effects: &[Effect]) -> Result<(), Corrupt>;
}

/// A stored row or object does not say what it must. Writing stops; an operator is told.
#[derive(Clone, Debug, thiserror::Error)]
#[error("corrupt {what}: {reason}")]
pub struct Corrupt {
    pub what: String,
    pub reason: String,
}

/// A state and where in the log it stands. Immutable: readers keep it as long as they like.
#[derive(Clone, Debug)]
pub struct Snapshot<M> {
    /// Number of the last entry applied; 0 before the first.
    pub seq: u64,
    /// Time of that entry.
    pub at: Timestamp,
    pub state: M,
}

/// What `plan` wants committed.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub effects: Vec<Effect>,
    /// Objects written for this edit, which the entry makes referenced.
    pub refs: Vec<String>,
    /// Told to the submitter, and again to whoever retries under the same idempotency key.
    pub outcome: Value,
}

/// What identifies a submission.
#[derive(Clone, Debug)]
pub struct Submission {
    /// [`crate::content::Actor::label`].
    pub actor: String,
    /// What the edit is, for `bucketpress log`: `post.save 12`.
    pub summary: String,
    /// A client's `Idempotency-Key`, scoped by the caller to the actor.
    pub idempotency_key: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Committed {
    pub seq: u64,
    pub at: Timestamp,
    pub outcome: Value,
    /// Answered from `recent_tx`: an earlier submission with this key had been committed.
    pub replayed: bool,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError<R> {
    /// `plan` refused, against a tail confirmed after the edit arrived.
    #[error("rejected")]
    Rejected(R),
    /// 20 s passed; the edit may still become durable. Retry under the same idempotency key.
    #[error("the outcome of the commit is not known yet")]
    Unknown,
    /// Browse-only mode, or the queue is full.
    #[error("not accepting writes: {0}")]
    Unavailable(String),
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Object(#[from] ObjectError),
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// A failed probe, in words an operator understands.
    #[error("{0}")]
    Untrusted(String),
    /// Entries need a newer program.
    #[error("the bucket needs format version {needed}, this program knows {known}")]
    TooNew { needed: u32, known: u32 },
}

/// Called after entries were applied, own or foreign, in order, with the states before and after.
pub type Observer<M> = Box<dyn Fn(&Snapshot<M>, &Snapshot<M>, &[Effect]) + Send + Sync>;

/// One server's end of the log.
#[derive(Debug)]
pub struct Log<M: Machine> {
    _machine: std::marker::PhantomData<M>,
}

impl<M: Machine> Log<M> {
    /// Cold start: newest valid snapshot, then the tail; returns when the tail is confirmed.
    pub async fn open(objects: Arc<dyn Objects>, options: Options) -> Result<Arc<Self>, OpenError> {
        let _ = (objects, options);
        todo!("store/log")
    }

    /// The newest state this server has applied. Never blocks.
    pub fn current(&self) -> Arc<Snapshot<M>> {
        todo!("store/log")
    }

    /// Commits one edit: queued, batched with others, planned against the newest state, acknowledged once durable.
    ///
    /// `plan` is pure and may be called several times, each time against a later state.
    pub async fn commit<R: Send + 'static>(
        &self,
        submission: Submission,
        plan: impl Fn(&M, Timestamp) -> Result<Plan, R> + Send + Sync + 'static,
    ) -> Result<Committed, CommitError<R>> {
        let _ = (submission, plan);
        todo!("store/log")
    }

    /// Makes sure the state is no older than `max_age` (zero: confirm the tail now), single flight.
    pub async fn fresh(&self, max_age: Duration) -> Result<Arc<Snapshot<M>>, ObjectError> {
        let _ = max_age;
        todo!("store/log")
    }

    /// Read-your-writes: waits (≤ 1 s, one confirmation) until `seq` is applied, or finds it is not there.
    pub async fn reach(&self, seq: u64) -> Arc<Snapshot<M>> {
        let _ = seq;
        todo!("store/log")
    }

    /// Registers an observer; call before serving.
    pub fn observe(&self, observer: Observer<M>) {
        let _ = observer;
        todo!("store/log")
    }
}

/// See `docs/configuration.md` for the settings behind these.
#[derive(Clone, Debug)]
pub struct Options {
    /// 32 bytes; authenticates entries, seals secrets.
    pub site_key: [u8; 32],
    pub clock: crate::clock::Clock,
    pub ids: crate::id::Ids,
    /// Names this process in entries.
    pub writer: String,
}
