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
mod fresh;
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
mod tally;
mod turn;
mod verify;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::Value;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use self::{core::Core, job::Job};
pub use self::{
    decode::{DECOMPRESSED_BYTES_MAX, DecodeError, RawKey, decode, decompress},
    entry::{BATCH_BYTES_MAX, ChainHash, EDIT_BYTES_MAX, Entry, FORMAT_VERSION, READS_VERSION, Transaction, push_key},
    health::Condition,
    mac::MacKey,
    reader::{Found, ReadError, Reader},
    tally::{OUTCOMES, Outcome, Reading, Tally},
    verify::{Finding, Inspect, Verified, verify},
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
    /// 20 s passed, or what the submitter allowed; the edit may still become durable. Retry under the same
    /// idempotency key.
    #[error("the outcome of the commit is not known yet")]
    Unknown,
    /// Of [`Log::commit_within`]: too many edits wait. This one was taken back, nothing was saved.
    #[error("too many edits are waiting")]
    Overloaded,
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
/// How long a writer waits for a server to leave browse-only mode.
const RECOVER_WITHIN: Duration = Duration::from_millis(500);

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
        let committer = core.clock.spawn(committer::run(core.clone(), jobs));
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
        self.submit(None, submission, plan).await
    }

    /// Like [`Self::commit`], for a submitter who has something else to do with an edit that is not committed
    /// within `patience`: `Overloaded` says that it is in no entry and will be in none, `Unknown` that it may be.
    pub async fn commit_within<R: Send + 'static>(
        &self,
        patience: Duration,
        submission: Submission,
        plan: impl Fn(&M, Timestamp) -> Result<Plan, R> + Send + Sync + 'static,
    ) -> Result<Committed, CommitError<R>> {
        self.submit(Some(patience), submission, plan).await
    }

    async fn submit<R: Send + 'static>(
        &self,
        patience: Option<Duration>,
        submission: Submission,
        plan: impl Fn(&M, Timestamp) -> Result<Plan, R> + Send + Sync + 'static,
    ) -> Result<Committed, CommitError<R>> {
        let began = self.core.clock.monotonic();
        let result = self.wait(patience, submission, plan).await;
        self.core.tally.answered(&result, self.core.clock.monotonic().saturating_sub(began));
        result
    }

    async fn wait<R: Send + 'static>(
        &self,
        patience: Option<Duration>,
        submission: Submission,
        plan: impl Fn(&M, Timestamp) -> Result<Plan, R> + Send + Sync + 'static,
    ) -> Result<Committed, CommitError<R>> {
        let core = &self.core;
        if let Some(reason) = self.unfit().await {
            return Err(CommitError::Unavailable(reason));
        }
        let txid = core.reader.ids.ulid(&core.clock);
        let (job, answer) = Job::new(txid, submission, core.clock.monotonic(), plan);
        let ticket = job.ticket.clone();
        if self.queue.try_send(job).is_err() {
            if patience.is_some() {
                return Err(CommitError::Overloaded);
            }
            return Err(CommitError::Unavailable(format!("{QUEUE_MAX} edits are waiting already")));
        }
        tokio::select! {
            biased;
            result = answer => match result {
                Ok(result) => return result,
                Err(_) => return Err(CommitError::Unknown),
            },
            () = core.health.ailing() => {}
            () = tokio::time::sleep(patience.unwrap_or(ANSWER_WITHIN)) => {}
        }
        if ticket.withdraw() {
            let reason = core.health.refusal();
            if reason.is_none() && patience.is_some() {
                return Err(CommitError::Overloaded);
            }
            let reason = reason.unwrap_or_else(|| format!("not sent within {} s", ANSWER_WITHIN.as_secs()));
            return Err(CommitError::Unavailable(reason));
        }
        Err(CommitError::Unknown)
    }

    /// Why no write is accepted now, if so. Asked before anything is written for an edit.
    ///
    /// Tries to leave browse-only mode first, but keeps nobody waiting for a store that does not answer.
    pub async fn refusal(&self) -> Option<String> {
        let reason = self.unfit().await?;
        self.core.tally.turned_away();
        Some(reason)
    }

    async fn unfit(&self) -> Option<String> {
        self.core.note_wanted();
        self.core.health.refusal()?;
        // A task of its own: it goes on when nobody waits for it any more.
        let core = self.core.clone();
        let recovery = self.core.clock.spawn(async move { recover::recover(&core).await });
        tokio::time::timeout(RECOVER_WITHIN, recovery).await.ok();
        self.core.health.refusal()
    }

    /// Registers an observer; call before serving.
    pub fn observe(&self, observer: Observer<M>) {
        self.core.observe(observer);
    }

    /// Which log this is: no other has the same, not even one restored from it elsewhere.
    pub fn lineage(&self) -> &str {
        &self.core.reader.lineage
    }

    /// Whether this server accepts writes, and if not, why. See `docs/operating.md`.
    pub fn health(&self) -> Condition {
        self.core.health.condition()
    }

    /// The store was found not to keep its promises: no write is accepted until [`Log::trust`].
    pub fn distrust(&self, reason: &str) {
        self.core.health.distrust(reason);
    }

    /// The store keeps its promises, as far as a probe can tell.
    pub fn trust(&self) {
        self.core.health.trust();
    }

    /// Tells of each entry this server writes, after its edits are acknowledged: the number of the last one.
    pub fn wrote(&self) -> watch::Receiver<u64> {
        self.core.wrote.subscribe()
    }

    /// Names this process in the entries it writes.
    pub fn writer(&self) -> &str {
        &self.core.writer
    }

    /// What became of the edits submitted to this server.
    pub fn tally(&self) -> &Tally {
        &self.core.tally
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

#[cfg(test)]
mod tests;
