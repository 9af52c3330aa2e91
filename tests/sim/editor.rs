//! Those who edit and those who read, and a record of all they were told.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bucketpress::store::log::{CommitError, Committed, Log, Machine, Plan, Submission};
use bytes::Bytes;
use jiff::Timestamp;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{
    notes::{Notes, Refusal, change, claim, create, delete},
    world::World,
};

const SLUGS: [&str; 5] = ["hello", "world", "about", "contact", "news"];
const ATTEMPTS: usize = 4;

/// One edit somebody wanted, and everything they were told about it.
#[derive(Clone, Debug)]
pub struct Op {
    pub keyed: bool,
    /// The newest entry in the bucket when it was first asked for.
    pub tail_before: u64,
    pub told: Vec<Told>,
    /// The editor lived to hear all answers.
    pub finished: bool,
}

#[derive(Clone, Debug)]
pub enum Told {
    Committed(Committed),
    /// With the newest entry in the bucket at that time.
    Rejected(Refusal, u64),
    Unknown,
    Unavailable,
    Broken(String),
}

/// Edits through one server for as long as it lives.
pub async fn edit(world: Arc<World>, log: Arc<Log<Notes>>, death: CancellationToken) {
    loop {
        sleep(world.rest(if world.chance(30) { 20 } else { 1500 })).await;
        let number = world.ops.lock().len();
        let keyed = world.chance(50);
        let tail_before = world.note_tail().await;
        // Only now is the number taken, and no await is between.
        let number = {
            let mut ops = world.ops.lock();
            ops.push(Op { keyed, tail_before, told: Vec::new(), finished: false });
            number.max(ops.len() - 1)
        };
        let (plan, object) = random_plan(&world, number);
        if let Some(key) = &object {
            let store = world.store(0);
            let attributes = Default::default();
            // As publishing does it: the object is durable before the edit is queued.
            while store.put(key, Bytes::from_static(b"{}"), &attributes).await.is_err() {
                sleep(world.millis(300)).await;
            }
        }
        insist(&world, (log.clone(), death.clone()), number, keyed, plan).await;
        world.ops.lock()[number].finished = true;
    }
}

type AnyPlan = Arc<dyn Fn(&Notes, Timestamp) -> Result<Plan, Refusal> + Send + Sync>;

fn random_plan(world: &World, number: usize) -> (AnyPlan, Option<String>) {
    let slug = SLUGS[world.below(SLUGS.len() as u64) as usize];
    let text = format!("op {number}");
    let id = world.below(30) + 1;
    match world.below(100) {
        0..35 => (Arc::new(create(slug, &text)), None),
        35..50 => {
            let key = format!("posts/0/{number}.json");
            let (inner, named) = (create(slug, &text), key.clone());
            let plan = move |notes: &Notes, at| {
                let mut plan = inner(notes, at)?;
                plan.refs.push(named.clone());
                Ok(plan)
            };
            (Arc::new(plan), Some(key))
        }
        50..65 => (Arc::new(claim(slug)), None),
        65..85 => (Arc::new(change(id, &text)), None),
        _ => (Arc::new(delete(id)), None),
    }
}

/// Submits, and with an idempotency key asks again until the outcome is known, through any server.
async fn insist(
    world: &Arc<World>,
    server: (Arc<Log<Notes>>, CancellationToken),
    number: usize,
    keyed: bool,
    plan: AnyPlan,
) {
    let (mut log, mut death) = server;
    for _ in 0..if keyed { ATTEMPTS } else { 1 } {
        let submission = Submission {
            actor: "user:1".to_owned(),
            summary: format!("op {number}"),
            idempotency_key: keyed.then(|| format!("user:1/{number}")),
        };
        let plan = plan.clone();
        let commit = log.commit(submission, move |notes, at| plan(notes, at));
        let result = tokio::select! {
            biased;
            () = death.cancelled() => Err(CommitError::Unknown),
            result = commit => result,
        };
        let told = match result {
            Ok(committed) => {
                world.acknowledged.lock().push((world.now(), committed.seq));
                if log.current().seq < committed.seq {
                    world.violated(format!("entry {} was acknowledged before it was applied", committed.seq));
                }
                Told::Committed(committed)
            }
            Err(CommitError::Rejected(refusal)) => Told::Rejected(refusal, world.note_tail().await),
            Err(CommitError::Unknown) => Told::Unknown,
            Err(CommitError::Unavailable(_)) => Told::Unavailable,
            Err(error) => Told::Broken(error.to_string()),
        };
        let open = matches!(told, Told::Unknown | Told::Unavailable);
        world.ops.lock()[number].told.push(told);
        if !open {
            return;
        }
        sleep(world.millis(10_000)).await;
        let other = world.below(crate::world::SERVERS as u64) as usize;
        if let Some(other) = world.servers.lock()[other].as_ref().and_then(|server| server.open.clone()) {
            (log, death) = other;
        }
    }
}

/// I8: what a reader sees is not older than it was promised.
pub async fn read<M: Machine>(world: Arc<World>, log: Arc<Log<M>>, index: usize) {
    let mut newest = 0;
    loop {
        sleep(world.rest(3000)).await;
        let asked = world.now();
        let cookie = world.acknowledged_before(asked);
        let (seen, promised) = match world.below(3) {
            0 => match log.fresh(Duration::ZERO).await {
                Ok(state) => (state.seq, cookie),
                Err(_) => continue,
            },
            1 => match log.fresh(Duration::from_secs(1)).await {
                Ok(state) => (state.seq, world.acknowledged_before(asked.saturating_sub(Duration::from_secs(1)))),
                Err(_) => continue,
            },
            _ => {
                let seen = log.reach(cookie).await.seq;
                (seen, if world.is_calm_for(index, asked) { cookie } else { 0 })
            }
        };
        if seen < promised.max(newest) {
            world.violated(format!("I8: server {index} showed entry {seen}, promised {promised}, before {newest}"));
        }
        newest = seen;
        world.reads.fetch_add(1, Ordering::SeqCst);
    }
}
