//! One server: its machine, its log, its background tick, its readers. Dropping it is killing it.

use std::{sync::Arc, time::Duration};

use bucketpress::{
    app::App,
    store::log::{Condition, Log, Machine as StateMachine, OpenError, Options},
};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    desk, editor,
    machine::{Handle, Machine},
    notes::Notes,
    reader,
    world::{Kind, World},
};

pub struct Server {
    pub machine: Machine,
    /// Once it is open.
    pub open: Option<Handle<Log<Notes>>>,
    pub app: Option<Handle<App>>,
    death: CancellationToken,
    _death: DropGuard,
    /// Aborted when dropped.
    tasks: JoinSet<()>,
}

impl Server {
    /// Starts server `index` unless it runs, or the run is over.
    pub fn start(world: &Arc<World>, index: usize) {
        let mut servers = world.servers.lock();
        if servers[index].is_some() || world.is_over() {
            return;
        }
        let (machine, death, mut tasks) = (Machine::new(), CancellationToken::new(), JoinSet::new());
        tasks.spawn(machine.run(match world.kind {
            Kind::Notes => Box::pin(boot(world.clone(), index, machine.clone())),
            Kind::Site => Box::pin(boot_site(world.clone(), index, machine.clone())),
        }));
        let _death = death.clone().drop_guard();
        servers[index] = Some(Self { machine, open: None, app: None, death, _death, tasks });
    }
}

async fn boot(world: Arc<World>, index: usize, machine: Machine) {
    let log = loop {
        let ids = world.ids();
        let writer = format!("{index}-{}", ids.uuid());
        let clock = world.clock(Some(&machine));
        let options = Options { site_key: crate::world::SITE_KEY, clock, ids, writer };
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
    let mut servers = world.servers.lock();
    let Some(server) = servers[index].as_mut().filter(|server| server.machine.same(&machine)) else { return };
    let handle = Handle { service: log.clone(), machine: machine.clone(), index, death: server.death.clone() };
    server.open = Some(handle.clone());
    server.tasks.spawn(machine.run(Box::pin(tick(world.clone(), log))));
    server.tasks.spawn(editor::read(world.clone(), handle));
}

async fn boot_site(world: Arc<World>, index: usize, machine: Machine) {
    let Some(app) = desk::open(&world, index, &machine).await else { return };
    watch(&world, &app.log, index);
    let mut servers = world.servers.lock();
    let Some(server) = servers[index].as_mut().filter(|server| server.machine.same(&machine)) else { return };
    let death = server.death.clone();
    let log = Handle { service: app.log.clone(), machine: machine.clone(), index, death: death.clone() };
    server.app = Some(Handle { service: app.clone(), machine: machine.clone(), index, death });
    server.tasks.spawn(machine.run(Box::pin(tick(world.clone(), app.log.clone()))));
    server.tasks.spawn(machine.run(Box::pin(reader::fold(world.clone(), app))));
    server.tasks.spawn(editor::read(world.clone(), log));
}

/// I6: whoever applies an entry gets the same rows; and no server goes back.
fn watch<M: StateMachine>(world: &Arc<World>, log: &Log<M>, index: usize) {
    let opened = log.current();
    world.note_digest(opened.seq, opened.state.tables().digest());
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
        world.note_digest(after.seq, digest);
    }));
}

async fn tick<M: StateMachine>(world: Arc<World>, log: Arc<Log<M>>) {
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
