//! Making one entry: each edit is planned on the state the ones before it leave behind.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Committed, Corrupt, Machine, Plan, Snapshot,
    batch::{Proposal, Verdict},
    core::Core,
    entry::{self, BATCH_BYTES_MAX, ChainHash, EDIT_BYTES_MAX, Entry, Transaction},
    job::{Answer, Job},
    reader::Found,
    recent::{self, Recent},
    replay::Replay,
};
use crate::store::{Effect, RowKey};

/// What became of one edit offered to a [`Building`].
pub enum Added {
    Job(Verdict),
    Answer(Answer),
    Full,
}

/// An entry in the making.
pub struct Building<M> {
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
    pub fn on(base: Replay<M>, now: Timestamp) -> Self {
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

    pub fn add(&mut self, job: &mut Job<M>) -> Added {
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

    pub async fn finish(mut self, core: &Core<M>) -> Result<Option<Proposal<M>>, Corrupt> {
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
