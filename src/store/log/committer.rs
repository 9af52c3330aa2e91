//! The one task of a server that writes entries.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::sync::mpsc;

use super::{
    Machine, ReadError,
    batch::{Batch, EDITS_MAX, Verdict},
    core::{Core, Origin},
    follow,
    job::{Answer, Job},
    recover,
    settle::{Settled, settle},
    turn::Turns,
};

/// Planning on a state older than this is idle: it is followed first.
const FRESH_FOR: Duration = Duration::from_secs(60);
/// Another server's entry within this time makes a winner wait.
const CONTENDED_FOR: Duration = Duration::from_secs(1);
const FAIRNESS_MIN: Duration = Duration::from_millis(100);
/// Slots lost in a row before the whole tail is read.
const LOSSES_MAX: u32 = 2;
const RETRY: Duration = Duration::from_millis(500);

/// Runs until the log is dropped.
pub async fn run<M: Machine>(core: Arc<Core<M>>, jobs: mpsc::Receiver<Job<M>>) {
    let mut committer = Committer {
        core,
        jobs,
        queue: VecDeque::new(),
        latency: Duration::ZERO,
        won: None,
        losses: 0,
        turns: Turns::default(),
    };
    while committer.gather().await {
        committer.step().await;
    }
}

struct Committer<M: Machine> {
    core: Arc<Core<M>>,
    jobs: mpsc::Receiver<Job<M>>,
    /// In order of arrival.
    queue: VecDeque<Job<M>>,
    /// Of creating an entry: half the last, half those before.
    latency: Duration,
    /// When the last slot was won.
    won: Option<Duration>,
    losses: u32,
    turns: Turns,
}

impl<M: Machine> Committer<M> {
    /// Waits for work and takes all there is. What arrives while an entry is on its way goes into the next one:
    /// under load that is the batch window, and a lone edit never waits for company that does not come.
    async fn gather(&mut self) -> bool {
        if self.queue.is_empty() {
            match self.jobs.recv().await {
                Some(job) => self.queue.push_back(job),
                None => return false,
            }
        }
        tokio::task::yield_now().await;
        self.be_fair().await;
        while self.queue.len() < EDITS_MAX {
            match self.jobs.try_recv() {
                Ok(job) => self.queue.push_back(job),
                Err(_) => break,
            }
        }
        true
    }

    /// A winner lets others have the next slot while there are others.
    async fn be_fair(&mut self) {
        let Some(won) = self.won else { return };
        self.turns.give(&self.core, won).await;
        if self.core.foreign_age().is_none_or(|age| age > CONTENDED_FOR) {
            return;
        }
        let until = won + FAIRNESS_MIN.max(self.latency * 2);
        let wait = until.saturating_sub(self.core.clock.monotonic());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    async fn step(&mut self) {
        if let Some(reason) = self.core.health.refusal() {
            self.refuse_all(&reason);
            recover::recover(&self.core).await;
            return;
        }
        let since = self.core.clock.monotonic();
        let stale = since.saturating_sub(self.core.confirmed()) >= FRESH_FOR;
        if (stale || self.losses >= LOSSES_MAX) && follow::follow(&self.core, since).await.is_err() {
            self.drop_withdrawn();
            self.core.reader.pause(RETRY).await;
            return;
        }
        self.losses = if self.losses >= LOSSES_MAX { 0 } else { self.losses };
        match Batch::plan(&self.core, &mut self.queue).await {
            Ok(batch) if batch.proposal.is_some() => self.commit(batch).await,
            Ok(batch) => self.confirm_rejections(batch).await,
            Err(corrupt) => self.core.health.corrupt(&corrupt.to_string()),
        }
    }

    async fn commit(&mut self, batch: Batch<M>) {
        let Some(proposal) = &batch.proposal else { return };
        let settled = settle(&self.core, proposal).await;
        match settled {
            Settled::Won { sent, took } => {
                let origin = Origin::Own(proposal.after.clone(), proposal.effects.clone());
                if let Err(corrupt) = self.core.apply(&proposal.found, origin) {
                    // Durable, but this server's state has gone astray: say what is true of both.
                    self.core.health.corrupt(&corrupt.to_string());
                    batch.answer_all(|| Answer::Unknown);
                    return self.resolved();
                }
                self.core.confirm(sent);
                if let Some(took) = took {
                    self.latency = (self.latency + took) / 2;
                }
                self.core.tally.wrote(proposal.found.entry.transactions.len());
                self.won = Some(self.core.clock.monotonic());
                self.losses = 0;
                self.turns.won(&self.core);
                let seq = proposal.found.entry.seq;
                batch.acknowledge();
                self.core.wrote.send_replace(seq);
            }
            Settled::Lost(found) => {
                self.losses += 1;
                self.won = None;
                self.turns.lost(&self.core, self.core.clock.monotonic());
                if let Err(corrupt) = self.core.apply(&found, Origin::Foreign) {
                    self.core.health.corrupt(&corrupt.to_string());
                }
                batch.put_back(&mut self.queue);
            }
            Settled::Collected => self.after_collection(batch).await,
            Settled::Refused(reason) => batch.answer_all(|| Answer::Unavailable(reason.clone())),
        }
        self.resolved();
    }

    fn resolved(&self) {
        self.core.health.set_unresolved(false);
    }

    /// Garbage collection has passed the slot: what became of the edits stands in the newest state, or nowhere.
    async fn after_collection(&mut self, batch: Batch<M>) {
        loop {
            let turn = self.core.following.lock().await;
            let reloaded = follow::reload(&self.core).await;
            drop(turn);
            match reloaded {
                Ok(()) => break,
                Err(error) => follow::note(&self.core, &error),
            }
            self.core.reader.pause(RETRY).await;
        }
        batch.answer_from_recent(&self.core.current().state);
    }

    /// Nothing to write: the refusals hold if the tail, confirmed after the edits arrived, is what they were planned on.
    async fn confirm_rejections(&mut self, batch: Batch<M>) {
        if batch.jobs.is_empty() {
            return;
        }
        let planned_on = batch.planned_on;
        let confirmed: Result<(), ReadError> = follow::follow(&self.core, batch.arrived).await;
        if confirmed.is_ok() && self.core.seq() == planned_on {
            for (job, verdict) in batch.jobs {
                debug_assert!(matches!(verdict, Verdict::Rejected));
                job.answer(Answer::Rejected);
            }
            return;
        }
        batch.put_back(&mut self.queue);
        if confirmed.is_err() {
            self.drop_withdrawn();
            self.core.reader.pause(RETRY).await;
        }
    }

    /// Submitters that gave up need nothing more.
    fn drop_withdrawn(&mut self) {
        self.queue.retain(|job| !job.ticket.is_withdrawn());
    }

    fn refuse_all(&mut self, reason: &str) {
        for job in self.queue.drain(..) {
            job.answer(Answer::Unavailable(reason.to_owned()));
        }
    }
}
