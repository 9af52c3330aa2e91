//! One server: its log, its background tick, its editors and readers. Dropping it is killing it.

use std::{sync::Arc, time::Duration};

use bucketpress::{
    app::App,
    store::log::{Condition, Log, Machine, OpenError, Options},
};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    desk, editor,
    notes::Notes,
    world::{Kind, World},
};

const EDITORS: u64 = 3;

pub struct Server {
    /// Once it is open, with a token that is cancelled by the server's death.
    pub open: Option<(Arc<Log<Notes>>, CancellationToken)>,
    pub app: Option<(Arc<App>, CancellationToken)>,
    _death: DropGuard,
    /// Aborted when dropped.
    _tasks: JoinSet<()>,
}

impl Server {
    /// Starts server `index` unless it runs, or the run is over.
    pub fn start(world: &Arc<World>, index: usize) {
        let mut servers = world.servers.lock();
        if servers[index].is_some() || world.is_over() {
            return;
        }
        let mut tasks = JoinSet::new();
        let death = CancellationToken::new();
        match world.kind {
            Kind::Notes => tasks.spawn(boot(world.clone(), index, death.clone())),
            Kind::Site => tasks.spawn(boot_site(world.clone(), index, death.clone())),
        };
        servers[index] = Some(Self { open: None, app: None, _death: death.drop_guard(), _tasks: tasks });
    }
}

async fn boot(world: Arc<World>, index: usize, death: CancellationToken) {
    let log = loop {
        let ids = world.ids();
        let writer = format!("{index}-{}", ids.uuid());
        let options = Options { site_key: crate::world::SITE_KEY, clock: world.clock(), ids, writer };
        match Log::<Notes>::open(world.store(index), options).await {
            Ok(log) => break log,
            Err(OpenError::Object(_)) => sleep(world.millis(1000)).await,
            Err(error) => {
                world.violated(format!("server {index} does not open: {error}"));
                return;
            }
        }
    };
    watch(&world, &log, index);
    let mut tasks = JoinSet::new();
    for _ in 0..EDITORS {
        tasks.spawn(editor::edit(world.clone(), log.clone(), death.clone()));
    }
    tasks.spawn(editor::read(world.clone(), log.clone(), index));
    tasks.spawn(tick(world.clone(), log.clone()));
    if let Some(server) = &mut world.servers.lock()[index] {
        server.open = Some((log, death));
    }
    while tasks.join_next().await.is_some() {}
}

async fn boot_site(world: Arc<World>, index: usize, death: CancellationToken) {
    let Some(app) = desk::open(&world, index).await else { return };
    watch(&world, &app.log, index);
    let mut tasks = JoinSet::new();
    for _ in 0..EDITORS {
        tasks.spawn(desk::edit(world.clone(), app.clone(), death.clone()));
    }
    tasks.spawn(editor::read(world.clone(), app.log.clone(), index));
    tasks.spawn(tick(world.clone(), app.log.clone()));
    if let Some(server) = &mut world.servers.lock()[index] {
        server.app = Some((app, death));
    }
    while tasks.join_next().await.is_some() {}
}

/// I6: whoever applies an entry gets the same rows; and no server goes back.
fn watch<M: Machine>(world: &Arc<World>, log: &Log<M>, index: usize) {
    let world = Arc::downgrade(world);
    log.observe(Box::new(move |before, after, effects| {
        let Some(world) = world.upgrade() else { return };
        if after.seq <= before.seq || after.at <= before.at {
            world.violated(format!("server {index} went from entry {} to {}", before.seq, after.seq));
        }
        let mut tables = before.state.tables().clone();
        for effect in effects {
            tables.apply(effect);
        }
        let digest = after.state.tables().digest();
        if tables.digest() != digest {
            world.violated(format!("server {index} told observers something else than entry {}", after.seq));
        }
        if *world.digests.lock().entry(after.seq).or_insert(digest) != digest {
            world.violated(format!("I6: servers disagree about entry {}", after.seq));
        }
    }));
}

async fn tick<M: Machine>(world: Arc<World>, log: Arc<Log<M>>) {
    loop {
        sleep(Duration::from_secs(1)).await;
        log.tick().await;
        if let Condition::Corrupt { reason } = log.health() {
            world.violated(format!("a server takes a sound log for a damaged one: {reason}"));
        }
        if log.snapshot_due() || world.chance(2) {
            // Failing is allowed: the next tick tries again.
            log.write_snapshot().await.ok();
        }
    }
}
