//! One simulated run: a bucket, servers that come and go, editors, a collector, and what was promised to whom.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bucketpress::{
    clock::Clock,
    id::Ids,
    store::{
        Key, Objects,
        faulty::{Call, Fault, FaultyObjects, Outcome, Rates, seeded},
        memory::MemoryObjects,
        tables::Digest,
    },
};
use bytes::Bytes;
use parking_lot::Mutex;
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use tokio::time::{Instant, sleep};

use crate::{
    check, desk,
    desk::DeskOp,
    editor,
    editor::Op,
    machine::{Machine, Power},
    reader::{self, Told},
    server::Server,
    witness::{Sabotage, Witness},
};

pub const SERVERS: usize = 3;
const EDITORS: usize = 9;
const READERS: usize = 3;
/// A server that was in trouble is itself again after this time.
const RECOVERY: Duration = Duration::from_secs(15);
pub const SITE_KEY: [u8; 32] = [42; 32];

/// What the servers run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Notes,
    Site,
}

/// What a run amounted to; equal for equal seeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub entries: u64,
    pub acknowledged: u64,
    pub rejected: u64,
    pub unknown: u64,
    pub refused: u64,
    pub snapshots: u64,
    /// What happened to the fleet, and what readers did.
    pub counts: BTreeMap<&'static str, u64>,
    /// Of the whole history.
    pub story: String,
}

/// Everything servers, editors and checkers of one run share.
pub struct World {
    pub kind: Kind,
    pub seed: u64,
    pub sabotage: Option<Sabotage>,
    /// As it truly is, without faults.
    pub bucket: MemoryObjects,
    pub started: Instant,
    random: Mutex<StdRng>,
    rates: Rates,
    calm: AtomicBool,
    /// At night few are awake.
    night: AtomicBool,
    /// Servers that reach no store until then.
    cut_off: Mutex<[Duration; SERVERS]>,
    /// Until when servers were, or will be, kept from a prompt and true answer of the store.
    troubled: Mutex<[Duration; SERVERS]>,
    pub servers: Mutex<[Option<Server>; SERVERS]>,
    pub ops: Mutex<Vec<Op>>,
    pub desk_ops: Mutex<Vec<DeskOp>>,
    pub comments: Mutex<Vec<Told>>,
    /// Every entry there ever was, as it was first written, also those collected since.
    pub archive: Mutex<BTreeMap<u64, Bytes>>,
    /// What servers said the rows of an entry add up to.
    pub digests: Mutex<BTreeMap<u64, Digest>>,
    /// (when, entry) of acknowledgements, in order of time.
    pub acknowledged: Mutex<Vec<(Duration, u64)>>,
    counts: Mutex<BTreeMap<&'static str, u64>>,
    violations: Mutex<Vec<String>>,
}

/// Runs one seed to its end.
///
/// # Panics
/// When a promise was broken.
pub fn run(kind: Kind, seed: u64) -> Report {
    sabotaged(kind, seed, None)
}

/// The same on a store that breaks its word, in otherwise fair weather where that will do.
pub fn sabotaged(kind: Kind, seed: u64, sabotage: Option<Sabotage>) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    // The world begins within the runtime, whose clock stands still: outside of it, time would go on meanwhile.
    runtime.block_on(async { World::new(kind, seed, sabotage).live().await })
}

impl World {
    fn new(kind: Kind, seed: u64, sabotage: Option<Sabotage>) -> Arc<Self> {
        let mut random = StdRng::seed_from_u64(seed);
        let rates = rates(&mut random);
        Arc::new(Self {
            kind,
            seed,
            sabotage,
            bucket: MemoryObjects::new(),
            started: Instant::now(),
            rates: if sabotage.is_some_and(Sabotage::shows_in_fair_weather) { Rates::default() } else { rates },
            random: Mutex::new(random),
            calm: AtomicBool::new(false),
            night: AtomicBool::new(false),
            cut_off: Mutex::default(),
            troubled: Mutex::default(),
            servers: Mutex::default(),
            ops: Mutex::default(),
            desk_ops: Mutex::default(),
            comments: Mutex::default(),
            archive: Mutex::default(),
            digests: Mutex::default(),
            acknowledged: Mutex::default(),
            counts: Mutex::default(),
            violations: Mutex::default(),
        })
    }

    async fn live(self: Arc<Self>) -> Report {
        for index in 0..SERVERS {
            Server::start(&self, index);
        }
        for _ in 0..EDITORS {
            match self.kind {
                Kind::Notes => tokio::spawn(editor::edit(self.clone())),
                Kind::Site => tokio::spawn(desk::edit(self.clone())),
            };
        }
        if self.kind == Kind::Site {
            for _ in 0..READERS {
                tokio::spawn(reader::comment(self.clone()));
            }
        }
        let rounds = self.below(3) + 1;
        for _ in 0..rounds {
            let seconds = 10 + self.below(30);
            self.day(seconds).await;
            if self.chance(40) {
                self.long_silence().await;
                self.day(10).await;
            }
        }
        self.calm.store(true, Ordering::SeqCst);
        for index in 0..SERVERS {
            self.kill(index, None);
        }
        // Requests that were under way for hours still land.
        sleep(Duration::from_secs(5 * 3600)).await;
        if self.kind == Kind::Site {
            reader::fold_all(&self).await;
        }
        let report = check::all(&self).await;
        let violations = self.violations.lock().clone();
        assert!(violations.is_empty(), "seed {}: {violations:#?}", self.seed);
        report
    }

    async fn day(self: &Arc<Self>, seconds: u64) {
        let until = self.now() + Duration::from_secs(seconds);
        while self.now() < until {
            sleep(self.millis(1500)).await;
            self.disturb();
        }
    }

    /// Something happens to the fleet.
    fn disturb(self: &Arc<Self>) {
        let index = self.below(SERVERS as u64) as usize;
        match self.below(100) {
            0..20 => {
                tokio::spawn(self.clone().crash(index));
            }
            20..28 => {
                let until = self.now() + self.millis(40_000);
                self.cut_off.lock()[index] = until;
                self.note_trouble(index, until);
            }
            28..38 => {
                tokio::spawn(self.clone().nap(index));
            }
            _ => {}
        }
    }

    /// The power of a server fails at whatever await it is; after a while it starts again.
    async fn crash(self: Arc<Self>, index: usize) {
        let Some(machine) = self.machine(index) else { return };
        machine.after(self.below(200), Power::Off).await;
        self.kill(index, Some(&machine));
        sleep(self.millis(5000)).await;
        Server::start(&self, index);
    }

    /// A server is suspended at whatever await it is; some wake up only after the next night.
    async fn nap(self: Arc<Self>, index: usize) {
        let Some(machine) = self.machine(index) else { return };
        machine.after(self.below(200), Power::Suspended).await;
        self.count("naps");
        let long = match self.below(10) {
            0..5 => self.millis(3000),
            5..8 => self.millis(90_000),
            _ => return,
        };
        sleep(long).await;
        self.wake(index, &machine);
    }

    fn wake(&self, index: usize, machine: &Machine) {
        self.note_trouble(index, self.now());
        machine.set(Power::On);
    }

    fn machine(&self, index: usize) -> Option<Machine> {
        self.servers.lock()[index].as_ref().map(|server| server.machine.clone())
    }

    /// Hours pass, and the log is collected meanwhile.
    async fn long_silence(self: &Arc<Self>) {
        let index = self.below(SERVERS as u64) as usize;
        match self.below(4) {
            // This server sleeps through it and must notice: it reaches no store …
            0 => {
                let until = self.now() + Duration::from_secs(3 * 3600);
                self.cut_off.lock()[index] = until;
                self.note_trouble(index, until);
            }
            // … or nothing of it runs, in the middle of whatever it did, while the others go on.
            1 | 2 => {
                if let Some(machine) = self.machine(index) {
                    machine.after(self.below(200), Power::Suspended).await;
                }
                sleep(self.millis(30_000)).await;
            }
            _ => {}
        }
        self.night.store(true, Ordering::SeqCst);
        sleep(Duration::from_secs(60)).await;
        let snapshots = self.numbers("snapshot/").await;
        if let Some(floor) = snapshots.iter().rev().nth(self.below(2) as usize).copied() {
            let key = Key::Floor(floor);
            self.bucket.put(&key.path(), Bytes::new(), &key.attributes()).await.unwrap();
            sleep(Duration::from_secs(3600)).await;
            let slots: Vec<String> = (1..=floor).map(|seq| Key::LogEntry(seq).path()).collect();
            self.bucket.delete(&slots).await.unwrap();
            self.count("collected");
        }
        sleep(Duration::from_secs(2 * 3600 + 60)).await;
        self.night.store(false, Ordering::SeqCst);
        for index in 0..SERVERS {
            if let Some(machine) = self.machine(index).filter(|machine| machine.is(Power::Suspended)) {
                self.count("mornings");
                self.wake(index, &machine);
            }
        }
    }

    /// The server is gone; what it had sent may still land.
    fn kill(self: &Arc<Self>, index: usize, only: Option<&Machine>) {
        let mut servers = self.servers.lock();
        if only.is_some_and(|only| !servers[index].as_ref().is_some_and(|server| server.machine.same(only))) {
            return;
        }
        if let Some(server) = servers[index].take() {
            server.machine.set(Power::Off);
            self.count("kills");
        }
    }

    pub fn is_over(&self) -> bool {
        self.calm.load(Ordering::SeqCst)
    }

    /// The store as server `index` sees it.
    pub fn store(self: &Arc<Self>, index: usize) -> Arc<dyn Objects> {
        let mut faults = seeded(self.random.lock().random(), self.rates);
        let world = Arc::downgrade(self);
        let choose = move |call: &Call<'_>| {
            let Some(world) = world.upgrade() else { return Fault::default() };
            if world.calm.load(Ordering::SeqCst) {
                return Fault::default();
            }
            if world.now() < world.cut_off.lock()[index] {
                return Fault { delay: Duration::from_millis(500), outcome: Outcome::Refused(503), ..Fault::default() };
            }
            let mut fault = faults(call);
            if fault != Fault::default() {
                world.note_trouble(index, world.now() + fault.delay + fault.delay_answer);
            }
            // Even the fastest store takes some time, there and back.
            fault.delay += Duration::from_micros(200 + world.below(2000));
            fault.delay_answer += Duration::from_micros(200 + world.below(2000));
            fault
        };
        Arc::new(FaultyObjects::new(Arc::new(Witness::new(self)), choose))
    }

    fn note_trouble(&self, index: usize, until: Duration) {
        let mut troubled = self.troubled.lock();
        troubled[index] = troubled[index].max(until);
    }

    pub fn ids(&self) -> Ids {
        let mut random = StdRng::seed_from_u64(self.random.lock().random());
        Ids::Seeded(Arc::new(Mutex::new(move |bytes: &mut [u8]| random.fill_bytes(bytes))))
    }

    /// The clock of a machine, which is up to some seconds off.
    pub fn clock(&self, machine: Option<&Machine>) -> Clock {
        let noon: jiff::Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let epoch = noon + self.millis(8000);
        Clock::Simulated { epoch, started: self.started, power: machine.map(Machine::power) }
    }

    /// What an editor's request reaches: any server that accepts connections.
    pub fn any_server<T>(&self, service: impl Fn(&Server) -> Option<T>) -> Option<T> {
        let first = self.below(SERVERS as u64) as usize;
        let servers = self.servers.lock();
        (0..SERVERS).find_map(|step| service(servers[(first + step) % SERVERS].as_ref()?))
    }

    /// The number of the newest entry.
    pub fn tail(&self) -> u64 {
        self.archive.lock().last_key_value().map_or(0, |(seq, _)| *seq)
    }

    pub async fn numbers(&self, prefix: &str) -> Vec<u64> {
        let page = self.bucket.list(prefix, None, 1000).await.unwrap();
        let number = |key: &str| key[prefix.len()..][..20].parse().unwrap();
        page.entries.iter().map(|entry| number(&entry.key)).collect()
    }

    /// The newest entry that was acknowledged before `moment`.
    pub fn acknowledged_before(&self, moment: Duration) -> u64 {
        let acknowledged = self.acknowledged.lock();
        acknowledged.iter().filter(|(when, _)| *when < moment).map(|(_, seq)| *seq).max().unwrap_or(0)
    }

    /// I6: all servers have the same rows after the same entry.
    pub fn note_digest(&self, seq: u64, digest: Digest) {
        if *self.digests.lock().entry(seq).or_insert(digest) != digest {
            self.violated(format!("I6: servers disagree about entry {seq}"));
        }
    }

    pub fn violated(&self, what: String) {
        self.violations.lock().push(what);
    }

    /// The store answers server `index` promptly and truly, and did so for a while before `asked`.
    pub fn is_calm_for(&self, index: usize, asked: Duration) -> bool {
        self.troubled.lock()[index] + RECOVERY < asked
    }

    pub fn count(&self, what: &'static str) {
        *self.counts.lock().entry(what).or_default() += 1;
    }

    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.counts.lock().clone()
    }

    /// How long somebody rests who by day rests up to `most`.
    pub fn rest(&self, most: u64) -> Duration {
        self.millis(if self.night.load(Ordering::SeqCst) { 1_200_000 } else { most })
    }

    pub fn now(&self) -> Duration {
        self.started.elapsed()
    }

    pub fn below(&self, bound: u64) -> u64 {
        self.random.lock().random_range(0..bound)
    }

    pub fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn millis(&self, most: u64) -> Duration {
        Duration::from_millis(self.below(most))
    }
}

/// Every seed has its own kind of weather; one in eight is fair.
fn rates(random: &mut StdRng) -> Rates {
    if random.random_ratio(1, 8) {
        return Rates::default();
    }
    let mut rate = |most: u32| if random.random_bool(0.5) { 0 } else { random.random_range(0..most) };
    Rates {
        refused: rate(150),
        applied_then: rate(150),
        reply_lost: rate(150),
        late: rate(60),
        twice: rate(100),
        truncated: rate(50),
        delayed: rate(400),
        delay_max: Duration::from_millis(u64::from(rate(8000)) + 20),
        late_max: Duration::from_secs(u64::from(rate(3 * 3600)) + 1),
    }
}

/// Sums over many seeds: a simulation in which nothing happens proves nothing.
#[derive(Debug, Default)]
pub struct Totals(Mutex<BTreeMap<&'static str, u64>>);

impl Totals {
    pub fn add(&self, report: &Report) {
        let counts = [
            ("entries", report.entries),
            ("acknowledged", report.acknowledged),
            ("rejected", report.rejected),
            ("unknown", report.unknown),
            ("refused", report.refused),
            ("snapshots", report.snapshots),
        ];
        let counts = counts.into_iter().chain(report.counts.iter().map(|(name, count)| (*name, *count)));
        let mut totals = self.0.lock();
        for (name, count) in counts {
            *totals.entry(name).or_default() += count;
        }
    }

    pub fn assert_something_happened(&self, what: &[&str]) {
        let totals = self.0.lock();
        for name in what {
            assert!(totals.get(name).is_some_and(|count| *count > 0), "no seed had any {name}: {totals:?}");
        }
    }
}
