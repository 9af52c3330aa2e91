//! The edits that share an entry, and what is to become of each.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use serde_json::Value;

use super::{
    Committed, Corrupt, Machine, Snapshot,
    building::{Added, Building},
    core::Core,
    job::{Answer, Job},
    reader::Found,
    recent,
    replay::Replay,
};
use crate::store::Effect;

/// Edits in one entry.
pub const EDITS_MAX: usize = 500;
/// Planning lets other tasks run after this many edits.
const YIELD_EVERY: usize = 32;

/// Jobs planned against one state, and the entry that would make them so.
pub struct Batch<M> {
    pub jobs: Vec<(Job<M>, Verdict)>,
    /// `None` when no job has anything to write.
    pub proposal: Option<Proposal<M>>,
    /// The entry whose state the jobs were planned on.
    pub planned_on: u64,
    /// The latest arrival among the jobs: a rejection needs a tail confirmed after it.
    pub arrived: Duration,
}

/// What is to become of a job once the slot is won.
pub enum Verdict {
    Accepted(Value),
    /// Another job of the batch has its idempotency key.
    Repeats(Value),
    Rejected,
}

/// An entry ready for its slot. Its bytes never change, whatever happens.
pub struct Proposal<M> {
    pub found: Found,
    pub bytes: Bytes,
    pub after: Replay<M>,
    pub effects: Vec<Effect>,
}

impl<M: Machine> Batch<M> {
    /// Plans as many of `queue` as fit into one entry. Jobs with an answer already are answered.
    ///
    /// # Errors
    /// When the state is damaged; the jobs are back in the queue then.
    pub async fn plan(core: &Core<M>, queue: &mut VecDeque<Job<M>>) -> Result<Self, Corrupt> {
        let base = core.replay();
        let planned_on = base.snapshot.seq;
        let mut building = Building::on(base, core.clock.now());
        let mut jobs = Vec::new();
        while let Some(mut job) = queue.pop_front() {
            if !job.ticket.take_up() {
                continue;
            }
            match building.add(&mut job) {
                Added::Job(verdict) => jobs.push((job, verdict)),
                Added::Answer(answer) => job.answer(answer),
                Added::Full => {
                    job.ticket.put_back();
                    queue.push_front(job);
                    break;
                }
            }
            if jobs.len() >= EDITS_MAX {
                break;
            }
            if jobs.len() % YIELD_EVERY == 0 {
                tokio::task::yield_now().await;
            }
        }
        let arrived = jobs.iter().map(|(job, _)| job.arrived).max().unwrap_or_default();
        match building.finish(core).await {
            Ok(proposal) => Ok(Self { jobs, proposal, planned_on, arrived }),
            Err(corrupt) => {
                Self { jobs, proposal: None, planned_on, arrived }.put_back(queue);
                Err(corrupt)
            }
        }
    }

    /// The slot is lost: every job is planned anew.
    pub fn put_back(self, queue: &mut VecDeque<Job<M>>) {
        for (job, _) in self.jobs.into_iter().rev() {
            job.ticket.put_back();
            queue.push_front(job);
        }
    }

    /// The entry is durable and applied.
    pub fn acknowledge(self) {
        let Some(proposal) = self.proposal else { return };
        let Snapshot { seq, at, .. } = proposal.after.snapshot;
        for (job, verdict) in self.jobs {
            job.answer(match verdict {
                Verdict::Accepted(outcome) => Answer::Committed(Committed { seq, at, outcome, replayed: false }),
                Verdict::Repeats(outcome) => Answer::Committed(Committed { seq, at, outcome, replayed: true }),
                Verdict::Rejected => Answer::Rejected,
            });
        }
    }

    /// The same answer for all.
    pub fn answer_all(self, answer: impl Fn() -> Answer) {
        for (job, _) in self.jobs {
            job.answer(answer());
        }
    }

    /// The slot was collected: only what `recent_tx` knows is known.
    pub fn answer_from_recent(self, state: &M) {
        for (job, verdict) in self.jobs {
            let found = recent::find(state.tables(), &job.recent_key());
            let outcome = match verdict {
                Verdict::Accepted(outcome) | Verdict::Repeats(outcome) => outcome,
                // Never part of the entry.
                Verdict::Rejected => {
                    job.answer(Answer::Unavailable("the log was collected meanwhile, nothing was saved".to_owned()));
                    continue;
                }
            };
            job.answer(match found {
                Ok(Some(recent)) => {
                    let at = recent.at();
                    Answer::Committed(Committed { seq: recent.seq, at, outcome, replayed: false })
                }
                Ok(None) => Answer::Unknown,
                Err(corrupt) => Answer::Corrupt(corrupt),
            });
        }
    }
}
