//! Planning edits into one entry: each against the state the ones before it leave behind.

use std::{
    collections::{BTreeMap, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    Committed, Corrupt, Machine, Plan, Snapshot,
    core::Core,
    entry::{self, BATCH_BYTES_MAX, ChainHash, EDIT_BYTES_MAX, Entry, Transaction},
    job::{Answer, Job},
    reader::Found,
    recent::{self, Recent},
    replay::Replay,
};
use crate::store::{Effect, RowKey};

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

enum Added {
    Job(Verdict),
    Answer(Answer),
    Full,
}

struct Building<M> {
    base: Replay<M>,
    at: Timestamp,
    seq: u64,
    state: M,
    transactions: Vec<Transaction>,
    json: Vec<Vec<u8>>,
    bytes: usize,
    refs: Vec<String>,
    outcomes: BTreeMap<RowKey, Value>,
}

impl<M: Machine> Building<M> {
    fn on(base: Replay<M>, now: Timestamp) -> Self {
        let earliest = base.snapshot.at.as_millisecond() + 1;
        let at = Timestamp::from_millisecond(now.as_millisecond().max(earliest)).unwrap_or(now);
        Self {
            at,
            seq: base.snapshot.seq + 1,
            state: base.snapshot.state.clone(),
            base,
            transactions: Vec::new(),
            json: Vec::new(),
            bytes: 0,
            refs: Vec::new(),
            outcomes: BTreeMap::new(),
        }
    }

    fn add(&mut self, job: &mut Job<M>) -> Added {
        let key = job.recent_key();
        if let Some(outcome) = self.outcomes.get(&key) {
            return Added::Job(Verdict::Repeats(outcome.clone()));
        }
        match recent::find(self.base.snapshot.state.tables(), &key) {
            Ok(None) => {}
            Ok(Some(recent)) => {
                let at = recent.at();
                let Recent { seq, outcome, .. } = recent;
                return Added::Answer(Answer::Committed(Committed { seq, at, outcome, replayed: true }));
            }
            Err(corrupt) => return Added::Answer(Answer::Corrupt(corrupt)),
        }
        let planned = catch_unwind(AssertUnwindSafe(|| job.plan(&self.state, self.at)));
        let Ok(planned) = planned else { return Added::Answer(Answer::Corrupt(panicked(job))) };
        let Some(plan) = planned else { return Added::Job(Verdict::Rejected) };
        self.accept(job, key, plan)
    }

    fn accept(&mut self, job: &Job<M>, key: RowKey, plan: Plan) -> Added {
        let Plan { mut effects, refs, outcome } = plan;
        for effect in &effects {
            if let Effect::Put { table, key, row } = effect
                && let Err(reason) = entry::check_row(row)
            {
                let what = format!("row {key:?} of {} planned by {}", table.name(), job.submission.summary);
                return Added::Answer(Answer::Corrupt(Corrupt { what, reason }));
            }
        }
        let kept = if job.submission.idempotency_key.is_some() { outcome.clone() } else { Value::Null };
        let txid = ulid::Ulid(job.txid).to_string();
        let at_ms = self.at.as_millisecond();
        effects.push(recent::put(key.clone(), &Recent { txid, seq: self.seq, at_ms, outcome: kept }));
        let transaction = Transaction {
            id: job.txid,
            idempotency_key: job.submission.idempotency_key.clone(),
            actor: job.submission.actor.clone(),
            summary: job.submission.summary.clone(),
            effects,
        };
        let json = entry::encode_transaction(&transaction);
        let bytes = json.len() + refs.iter().map(|key| key.len() + 3).sum::<usize>();
        if bytes > EDIT_BYTES_MAX {
            return Added::Answer(Answer::TooLarge { bytes, limit: EDIT_BYTES_MAX });
        }
        if self.bytes > 0 && self.bytes + bytes > BATCH_BYTES_MAX {
            return Added::Full;
        }
        // On a copy: what fails half-way leaves nothing behind.
        let mut state = self.state.clone();
        match catch_unwind(AssertUnwindSafe(|| state.apply(&transaction.effects))) {
            Ok(Ok(())) => {}
            Ok(Err(corrupt)) => return Added::Answer(Answer::Corrupt(corrupt)),
            Err(_) => return Added::Answer(Answer::Corrupt(panicked(job))),
        }
        self.state = state;
        self.bytes += bytes;
        self.refs.extend(refs);
        self.transactions.push(transaction);
        self.json.push(json);
        self.outcomes.insert(key, outcome.clone());
        Added::Job(Verdict::Accepted(outcome))
    }

    async fn finish(mut self, core: &Core<M>) -> Result<Option<Proposal<M>>, Corrupt> {
        self.expire(core)?;
        if self.transactions.is_empty() {
            return Ok(None);
        }
        let mut header = Entry {
            lineage: core.reader.lineage.to_string(),
            seq: self.seq,
            prev: self.base.hash,
            at: self.at,
            writer: core.writer.clone(),
            transactions: Vec::new(),
            refs: self.refs,
            digest: self.state.tables().digest(),
        };
        let mac = core.reader.mac.clone();
        let json = self.json;
        let (bytes, header_back) =
            core.reader.offload(self.bytes, move || (entry::encode(&header, &json, &mac), header)).await;
        header = header_back;
        let what = || crate::store::Key::LogEntry(self.seq).path();
        let bytes = bytes.map_err(|error| Corrupt { what: what(), reason: error.to_string() })?;
        let hash = ChainHash::of(&bytes);
        let effects = self.transactions.iter().flat_map(|transaction| transaction.effects.clone()).collect();
        header.transactions = self.transactions;
        let snapshot = Snapshot { seq: self.seq, at: self.at, state: self.state };
        let found = Found { entry: header, hash };
        Ok(Some(Proposal { found, bytes: bytes.into(), after: Replay { snapshot, hash }, effects }))
    }

    /// The last transaction also deletes what has expired from `recent_tx`.
    fn expire(&mut self, core: &Core<M>) -> Result<(), Corrupt> {
        let added = self.transactions.len();
        let Some(last) = self.transactions.last_mut() else { return Ok(()) };
        let expired = core.expire_recent(&self.base.snapshot.state, self.at, added);
        let expired: Vec<Effect> = expired.into_iter().filter(|effect| !rewrites(&self.outcomes, effect)).collect();
        if expired.is_empty() {
            return Ok(());
        }
        self.state.apply(&expired)?;
        last.effects.extend(expired);
        let json = entry::encode_transaction(last);
        self.json.pop();
        self.json.push(json);
        Ok(())
    }
}

/// This batch has written the row that would expire.
fn rewrites(outcomes: &BTreeMap<RowKey, Value>, effect: &Effect) -> bool {
    match effect {
        Effect::Put { key, .. } | Effect::Delete { key, .. } => outcomes.contains_key(key),
    }
}

fn panicked<M: 'static>(job: &Job<M>) -> Corrupt {
    Corrupt { what: job.submission.summary.clone(), reason: "planning it panicked".to_owned() }
}
