//! A submitted edit on its way through the queue, its reply type erased.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::{CommitError, Committed, Corrupt, Plan, Submission, recent};
use crate::store::RowKey;

/// An edit waiting to be committed.
pub struct Job<M> {
    /// ULID; the same through all attempts.
    pub txid: u128,
    pub submission: Submission,
    /// Monotonic.
    pub arrived: Duration,
    pub ticket: Arc<Ticket>,
    edit: Box<dyn Edit<M>>,
}

/// What a submitter is told.
pub enum Answer {
    Committed(Committed),
    /// With the reason of the last [`Job::plan`].
    Rejected,
    Unknown,
    Unavailable(String),
    TooLarge {
        bytes: usize,
        limit: usize,
    },
    Corrupt(Corrupt),
}

trait Edit<M>: Send {
    fn plan(&mut self, state: &M, at: Timestamp) -> Option<Plan>;
    fn answer(self: Box<Self>, answer: Answer);
}

impl<M: 'static> Job<M> {
    pub fn new<R: Send + 'static>(
        txid: u128,
        submission: Submission,
        arrived: Duration,
        plan: impl Fn(&M, Timestamp) -> Result<Plan, R> + Send + Sync + 'static,
    ) -> (Self, oneshot::Receiver<Result<Committed, CommitError<R>>>) {
        let (reply, answer) = oneshot::channel();
        let edit = Box::new(Typed { plan, reply, rejection: None });
        (Self { txid, submission, arrived, ticket: Arc::default(), edit }, answer)
    }

    /// Its row in `recent_tx`.
    pub fn recent_key(&self) -> RowKey {
        recent::row_key(self.txid, self.submission.idempotency_key.as_deref())
    }

    /// `None`: refused; the reason is kept for [`Answer::Rejected`].
    pub fn plan(&mut self, state: &M, at: Timestamp) -> Option<Plan> {
        self.edit.plan(state, at)
    }

    /// The submitter may be gone; then nobody hears it.
    pub fn answer(self, answer: Answer) {
        self.edit.answer(answer);
    }
}

struct Typed<F, R> {
    plan: F,
    reply: oneshot::Sender<Result<Committed, CommitError<R>>>,
    rejection: Option<R>,
}

impl<M, R, F> Edit<M> for Typed<F, R>
where
    R: Send + 'static,
    F: Fn(&M, Timestamp) -> Result<Plan, R> + Send + Sync + 'static,
{
    fn plan(&mut self, state: &M, at: Timestamp) -> Option<Plan> {
        match (self.plan)(state, at) {
            Ok(plan) => Some(plan),
            Err(rejection) => {
                self.rejection = Some(rejection);
                None
            }
        }
    }

    fn answer(self: Box<Self>, answer: Answer) {
        let result = match (answer, self.rejection) {
            (Answer::Committed(committed), _) => Ok(committed),
            (Answer::Rejected, Some(rejection)) => Err(CommitError::Rejected(rejection)),
            (Answer::Unknown | Answer::Rejected, _) => Err(CommitError::Unknown),
            (Answer::Unavailable(reason), _) => Err(CommitError::Unavailable(reason)),
            (Answer::TooLarge { bytes, limit }, _) => Err(CommitError::TooLarge { bytes, limit }),
            (Answer::Corrupt(corrupt), _) => Err(CommitError::Corrupt(corrupt)),
        };
        // Nobody listens any more: the outcome is in `recent_tx`.
        let _ = self.reply.send(result);
    }
}

/// Decides between a submitter that gives up and a committer that sends: exactly one of them wins.
#[derive(Debug, Default)]
pub struct Ticket(AtomicU8);

const QUEUED: u8 = 0;
const SENT: u8 = 1;
const WITHDRAWN: u8 = 2;

impl Ticket {
    /// The committer takes the edit up. False: the submitter has been told that nothing was saved.
    pub fn take_up(&self) -> bool {
        self.swap(QUEUED, SENT)
    }

    /// The edit is certainly in no entry, and in no attempt at one.
    pub fn put_back(&self) {
        self.swap(SENT, QUEUED);
    }

    /// The submitter gives up. False: it may have been sent, its outcome is unknown.
    pub fn withdraw(&self) -> bool {
        self.swap(QUEUED, WITHDRAWN)
    }

    pub fn is_withdrawn(&self) -> bool {
        self.0.load(Ordering::Acquire) == WITHDRAWN
    }

    fn swap(&self, from: u8, to: u8) -> bool {
        self.0.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}
