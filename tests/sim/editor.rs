//! Those who edit and those who read, and a record of all they were told.

use std::{sync::Arc, time::Duration};

use bucketpress::store::{
    log::{CommitError, Committed, Condition, Log, Machine, Plan, Submission},
    objects::Attributes,
};
use bytes::Bytes;
use jiff::Timestamp;
use tokio::time::sleep;

use crate::{
    machine::Handle,
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

/// Edits through any server, until the run is over.
pub async fn edit(world: Arc<World>) {
    loop {
        sleep(world.rest(if world.chance(30) { 20 } else { 1500 })).await;
        let Some(server) = world.any_server(|server| server.open.clone()) else { continue };
        let keyed = world.chance(50);
        let number = {
            let mut ops = world.ops.lock();
            ops.push(Op { keyed, tail_before: world.tail(), told: Vec::new(), finished: false });
            ops.len() - 1
        };
        let (plan, object) = random_plan(&world, number);
        insist(&world, server, number, keyed, (plan, object)).await;
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
    mut server: Handle<Log<Notes>>,
    number: usize,
    keyed: bool,
    edit: (AnyPlan, Option<String>),
) {
    for _ in 0..if keyed { ATTEMPTS } else { 1 } {
        let (here, edit) = (world.clone(), edit.clone());
        let index = server.index;
        let answer = server.ask(move |log| submit(here, log, index, number, keyed, edit)).await;
        let told = match answer {
            Some(Ok(committed)) => {
                world.acknowledged.lock().push((world.now(), committed.seq));
                Told::Committed(committed)
            }
            Some(Err(CommitError::Rejected(refusal))) => Told::Rejected(refusal, world.tail()),
            Some(Err(CommitError::Unknown)) | None => Told::Unknown,
            Some(Err(CommitError::Unavailable(_))) => Told::Unavailable,
            Some(Err(error)) => Told::Broken(error.to_string()),
        };
        let open = matches!(told, Told::Unknown | Told::Unavailable);
        world.ops.lock()[number].told.push(told);
        if !open {
            return;
        }
        sleep(world.millis(10_000)).await;
        server = world.any_server(|server| server.open.clone()).unwrap_or(server);
    }
}

/// What a server does for an editor: as publishing does it, the object is durable before the edit is queued.
async fn submit(
    world: Arc<World>,
    log: Arc<Log<Notes>>,
    index: usize,
    number: usize,
    keyed: bool,
    (plan, object): (AnyPlan, Option<String>),
) -> Result<Committed, CommitError<Refusal>> {
    if let Some(key) = &object {
        let put = world.store(index).put(key, Bytes::from_static(b"{}"), &Attributes::default()).await;
        put.map_err(|error| CommitError::Unavailable(error.to_string()))?;
    }
    let submission = Submission {
        actor: "user:1".to_owned(),
        summary: format!("op {number}"),
        idempotency_key: keyed.then(|| format!("user:1/{number}")),
    };
    let result = log.commit(submission, move |notes, at| plan(notes, at)).await;
    if let Ok(committed) = &result {
        acknowledged(&world, &log, committed.seq);
    }
    result
}

/// What must be true of a server that acknowledges entry `seq` at this moment.
pub fn acknowledged<M: Machine>(world: &World, log: &Log<M>, seq: u64) {
    if log.current().seq < seq {
        world.violated(format!("entry {seq} was acknowledged before it was applied"));
    }
    if log.health() != Condition::Healthy {
        world.violated(format!("I10: entry {seq} was acknowledged by a server that was {:?}", log.health()));
    }
}

/// I8: what a reader sees is not older than it was promised, for as long as this server lives.
pub async fn read<M: Machine>(world: Arc<World>, server: Handle<Log<M>>) {
    let mut newest = 0;
    loop {
        sleep(world.rest(3000)).await;
        let asked = world.now();
        let (cookie, second) = (world.acknowledged_before(asked), asked.saturating_sub(Duration::from_secs(1)));
        let (how, in_doubt) = (world.below(4), world.acknowledged_before(second));
        let answer = server.ask(async move |log| match how {
            0 => Some((log.fresh(Duration::ZERO).await.ok()?.seq, true)),
            1 => Some((log.fresh(Duration::from_secs(1)).await.ok()?.seq, true)),
            2 => Some((log.reach(cookie).await.seq, true)),
            _ => {
                let is_well = log.is_answered();
                Some((log.fresh_or_current(Duration::from_secs(1)).await.seq, is_well))
            }
        });
        let Some(Some((seen, is_well))) = answer.await else { continue };
        let calm = is_well && world.is_calm_for(server.index, asked);
        let promised = match how {
            0 => cookie,
            1 => in_doubt,
            // These do not wait for a store that is unwell.
            _ if !calm => 0,
            2 => cookie,
            _ => in_doubt,
        };
        if seen < promised.max(newest) {
            let index = server.index;
            let how = ["fresh", "a second old", "reach", "fresh or current"][how as usize];
            world.violated(format!("I8: server {index} showed entry {seen} ({how}, asked at {asked:?}), promised {promised}, before {newest}"));
        }
        newest = seen;
        world.count("reads");
        if calm && how >= 2 {
            world.count("readers");
        }
    }
}
