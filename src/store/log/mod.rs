//! The commit log: numbered entries, each created once; the only truth.
//!
//! `docs/format.md` has the bytes, `ARCHITECTURE.md` the walk through a commit.

mod batch;
mod building;
mod committer;
mod core;
mod decode;
mod entry;
mod follow;
mod health;
mod job;
mod load;
mod mac;
mod reader;
mod recent;
mod recover;
mod replay;
mod settle;
mod site;
mod snapshots;
mod verify;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::Value;
use tokio::{sync::mpsc, task::JoinHandle};

use self::{core::Core, job::Job};
pub use self::{
    decode::{DecodeError, RawKey, decode, decompress},
    entry::{BATCH_BYTES_MAX, ChainHash, EDIT_BYTES_MAX, Entry, FORMAT_VERSION, READS_VERSION, Transaction, push_key},
    health::Condition,
    mac::MacKey,
    reader::{Found, ReadError, Reader},
    verify::{Finding, Verified, verify},
};
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
    /// More JSON than an entry may carry.
    #[error("the edit has {bytes} bytes of rows, more than {limit}")]
    TooLarge { bytes: usize, limit: usize },
    /// Browse-only mode, or the queue is full. Nothing was saved.
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

/// Called for entries, own or foreign, in order, with the states before and after: just before the new state
/// becomes current, so that caches know what it made stale before anybody can see it. Must be quick.
pub type Observer<M> = Box<dyn Fn(&Snapshot<M>, &Snapshot<M>, &[Effect]) + Send + Sync>;

/// Edits waiting beyond these are refused.
const QUEUE_MAX: usize = 1024;
/// A submitter is answered within this time, if only with "not known yet".
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// How long a reader waits for its own write to arrive on this server.
const REACH_WITHIN: Duration = Duration::from_secs(1);

/// One server's end of the log. Dropping it ends its committer.
#[derive(Debug)]
pub struct Log<M: Machine> {
    core: Arc<Core<M>>,
    queue: mpsc::Sender<Job<M>>,
    committer: JoinHandle<()>,
}

impl<M: Machine> Drop for Log<M> {
    fn drop(&mut self) {
        self.committer.abort();
    }
}

impl<M: Machine> Log<M> {
    /// Cold start: newest valid snapshot, then the tail; returns when the tail is confirmed.
    pub async fn open(objects: Arc<dyn Objects>, options: Options) -> Result<Arc<Self>, OpenError> {
        let reader = site::open(objects, &options).await?;
        let loaded = load::load::<M>(&reader, &options.clock).await?;
        let Options { clock, writer, .. } = options;
        let core = Core::new(reader, clock, writer, loaded.replay, loaded.base, loaded.confirmed)?;
        let core = Arc::new(core);
        let (queue, jobs) = mpsc::channel(QUEUE_MAX);
        let committer = tokio::spawn(committer::run(core.clone(), jobs));
        Ok(Arc::new(Self { core, queue, committer }))
    }

    /// The newest state this server has applied. Never blocks.
    pub fn current(&self) -> Arc<Snapshot<M>> {
        self.core.current()
    }

    /// Commits one edit: queued, batched with others, planned against the newest state, acknowledged once durable.
    ///
    /// `plan` is pure and may be called several times, each time against a later state.
    pub async fn commit<R: Send + 'static>(
        &self,
        submission: Submission,
        plan: impl Fn(&M, Timestamp) -> Result<Plan, R> + Send + Sync + 'static,
    ) -> Result<Committed, CommitError<R>> {
        let core = &self.core;
        core.note_wanted();
        recover::recover(core).await;
        if let Some(reason) = core.health.refusal() {
            return Err(CommitError::Unavailable(reason));
        }
        let txid = core.reader.ids.ulid(&core.clock);
        let (job, answer) = Job::new(txid, submission, core.clock.monotonic(), plan);
        let ticket = job.ticket.clone();
        if self.queue.try_send(job).is_err() {
            return Err(CommitError::Unavailable(format!("{QUEUE_MAX} edits are waiting already")));
        }
        tokio::select! {
            biased;
            result = answer => match result {
                Ok(result) => return result,
                Err(_) => return Err(CommitError::Unknown),
            },
            () = core.health.ailing() => {}
            () = tokio::time::sleep(ANSWER_WITHIN) => {}
        }
        if ticket.withdraw() {
            let reason = core.health.refusal();
            let reason = reason.unwrap_or_else(|| format!("not sent within {} s", ANSWER_WITHIN.as_secs()));
            return Err(CommitError::Unavailable(reason));
        }
        Err(CommitError::Unknown)
    }

    /// Makes sure the state is no older than `max_age` (zero: confirm the tail now), single flight.
    pub async fn fresh(&self, max_age: Duration) -> Result<Arc<Snapshot<M>>, ObjectError> {
        self.core.note_wanted();
        self.confirm(max_age).await
    }

    /// Read-your-writes: waits (≤ 1 s, one confirmation) until `seq` is applied, or finds it is not there.
    pub async fn reach(&self, seq: u64) -> Arc<Snapshot<M>> {
        if self.current().seq < seq {
            // Late or failed, the newest state there is answers.
            if let Ok(Err(error)) = tokio::time::timeout(REACH_WITHIN, self.fresh(Duration::ZERO)).await {
                tracing::debug!(seq, %error, "the tail could not be confirmed for a reader");
            }
        }
        self.current()
    }

    /// Registers an observer; call before serving.
    pub fn observe(&self, observer: Observer<M>) {
        self.core.observe(observer);
    }

    /// Whether this server accepts writes, and if not, why. See `docs/operating.md`.
    pub fn health(&self) -> Condition {
        self.core.health.condition()
    }

    /// The background tick, to be called about once a second: follows the log each second while requests come
    /// and each minute otherwise, and tries to leave browse-only mode.
    pub async fn tick(&self) {
        let busy = self.core.wanted_age() < Duration::from_secs(60);
        let max_age = if busy { Duration::from_secs(1) } else { Duration::from_secs(60) };
        if let Err(error) = self.confirm(max_age).await {
            tracing::debug!(%error, "tick: the tail could not be confirmed");
        }
        recover::recover(&self.core).await;
    }

    async fn confirm(&self, max_age: Duration) -> Result<Arc<Snapshot<M>>, ObjectError> {
        let since = self.core.clock.monotonic().saturating_sub(max_age);
        if self.core.confirmed() < since || max_age.is_zero() {
            follow::follow(&self.core, since).await.map_err(ReadError::into_object)?;
        }
        Ok(self.current())
    }
}

impl From<ReadError> for OpenError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Object(error) => Self::Object(error),
            ReadError::Corrupt(corrupt) => Self::Corrupt(corrupt),
            ReadError::TooNew(needed) => Self::TooNew { needed, known: READS_VERSION },
        }
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
