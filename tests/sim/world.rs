//! One simulated run: a bucket, servers that come and go, editors, a collector, and what was promised to whom.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
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

use crate::{check, desk::DeskOp, editor::Op, server::Server};

pub const SERVERS: usize = 3;
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
    pub kills: u64,
    pub collected: u64,
    pub snapshots: u64,
    pub reads: u64,
    /// Of the whole history.
    pub story: String,
}

/// Everything servers, editors and checkers of one run share.
pub struct World {
    pub kind: Kind,
    pub seed: u64,
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
    pub servers: Mutex<[Option<Server>; SERVERS]>,
    pub ops: Mutex<Vec<Op>>,
    pub desk_ops: Mutex<Vec<DeskOp>>,
    /// Every entry there ever was, also those collected since.
    pub archive: Mutex<BTreeMap<u64, Bytes>>,
    /// What servers said the rows of an entry add up to.
    pub digests: Mutex<BTreeMap<u64, Digest>>,
    /// (when, entry) of acknowledgements, in order of time.
    pub acknowledged: Mutex<Vec<(Duration, u64)>>,
    pub kills: AtomicU64,
    pub collected: AtomicU64,
    pub reads: AtomicU64,
    violations: Mutex<Vec<String>>,
}

/// Runs one seed to its end.
///
/// # Panics
/// When a promise was broken.
pub fn run(kind: Kind, seed: u64) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    // The world begins within the runtime, whose clock stands still: outside of it, time would go on meanwhile.
    runtime.block_on(async { World::new(kind, seed).live().await })
}

impl World {
    fn new(kind: Kind, seed: u64) -> Arc<Self> {
        let mut random = StdRng::seed_from_u64(seed);
        Arc::new(Self {
            kind,
            seed,
            bucket: MemoryObjects::new(),
            started: Instant::now(),
            rates: rates(&mut random),
            random: Mutex::new(random),
            calm: AtomicBool::new(false),
            night: AtomicBool::new(false),
            cut_off: Mutex::default(),
            servers: Mutex::default(),
            ops: Mutex::default(),
            desk_ops: Mutex::default(),
            archive: Mutex::default(),
            digests: Mutex::default(),
            acknowledged: Mutex::default(),
            kills: AtomicU64::new(0),
            collected: AtomicU64::new(0),
            reads: AtomicU64::new(0),
            violations: Mutex::default(),
        })
    }

    async fn live(self: Arc<Self>) -> Report {
        for index in 0..SERVERS {
            Server::start(&self, index);
        }
        let rounds = self.below(3) + 1;
        for _ in 0..rounds {
            let until = self.now() + Duration::from_secs(10 + self.below(30));
            while self.now() < until {
                sleep(self.millis(1500)).await;
                self.disturb().await;
            }
            if self.chance(40) {
                self.long_silence().await;
            }
        }
        self.calm.store(true, Ordering::SeqCst);
        for index in 0..SERVERS {
            self.kill(index);
        }
        // Requests that were under way for hours still land.
        sleep(Duration::from_secs(5 * 3600)).await;
        self.note_tail().await;
        let report = check::all(&self).await;
        let violations = self.violations.lock().clone();
        assert!(violations.is_empty(), "seed {}: {violations:#?}", self.seed);
        report
    }

    /// Something happens to the fleet.
    async fn disturb(self: &Arc<Self>) {
        let index = self.below(SERVERS as u64) as usize;
        match self.below(100) {
            0..20 => {
                self.kill(index);
                let (world, wait) = (self.clone(), self.millis(5000));
                tokio::spawn(async move {
                    sleep(wait).await;
                    Server::start(&world, index);
                });
            }
            20..28 => self.cut_off.lock()[index] = self.now() + self.millis(40_000),
            _ => {}
        }
        self.note_tail().await;
    }

    /// Hours pass, and the log is collected meanwhile.
    async fn long_silence(self: &Arc<Self>) {
        let index = self.below(SERVERS as u64) as usize;
        if self.chance(50) {
            // This server sleeps through it and must notice.
            self.cut_off.lock()[index] = self.now() + Duration::from_secs(3 * 3600);
        }
        self.night.store(true, Ordering::SeqCst);
        sleep(Duration::from_secs(60)).await;
        let snapshots = self.numbers("snapshot/").await;
        if let Some(floor) = snapshots.iter().rev().nth(self.below(2) as usize).copied() {
            let key = Key::Floor(floor);
            self.bucket.put(&key.path(), Bytes::new(), &key.attributes()).await.unwrap();
            sleep(Duration::from_secs(3600)).await;
            self.note_tail().await;
            let slots: Vec<String> = (1..=floor).map(|seq| Key::LogEntry(seq).path()).collect();
            self.bucket.delete(&slots).await.unwrap();
            self.collected.fetch_add(1, Ordering::SeqCst);
        }
        sleep(Duration::from_secs(2 * 3600 + 60)).await;
        self.night.store(false, Ordering::SeqCst);
    }

    /// The server is gone at whatever await it was; what it had sent may still land.
    fn kill(self: &Arc<Self>, index: usize) {
        if self.servers.lock()[index].take().is_some() {
            self.kills.fetch_add(1, Ordering::SeqCst);
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
            // Even the fastest store takes some time.
            fault.delay += Duration::from_micros(200 + world.below(2000));
            fault
        };
        Arc::new(FaultyObjects::new(Arc::new(self.bucket.clone()), choose))
    }

    pub fn ids(&self) -> Ids {
        let mut random = StdRng::seed_from_u64(self.random.lock().random());
        Ids::Seeded(Arc::new(Mutex::new(move |bytes: &mut [u8]| random.fill_bytes(bytes))))
    }

    /// A clock that is up to some seconds off.
    pub fn clock(&self) -> Clock {
        let noon: jiff::Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let epoch = noon + self.millis(8000);
        Clock::Simulated { epoch, started: self.started }
    }

    /// Archives new entries and returns the number of the newest.
    pub async fn note_tail(&self) -> u64 {
        loop {
            let next = self.archive.lock().last_key_value().map_or(0, |(seq, _)| *seq) + 1;
            match self.bucket.get(&Key::LogEntry(next).path(), None).await {
                Ok(object) => self.archive.lock().insert(next, object.body),
                Err(_) => return next - 1,
            };
        }
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

    pub fn violated(&self, what: String) {
        self.violations.lock().push(what);
    }

    /// The store answered server `index` promptly and truly since `asked`.
    pub fn is_calm_for(&self, index: usize, asked: Duration) -> bool {
        let rates = &self.rates;
        let faults = rates.refused + rates.applied_then + rates.reply_lost + rates.late + rates.truncated;
        faults + rates.delayed == 0 && self.cut_off.lock()[index] < asked
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

/// Every seed has its own kind of weather.
fn rates(random: &mut StdRng) -> Rates {
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
            ("kills", report.kills),
            ("collected", report.collected),
            ("snapshots", report.snapshots),
            ("reads", report.reads),
        ];
        let mut totals = self.0.lock();
        for (name, count) in counts {
            *totals.entry(name).or_default() += count;
        }
    }

    pub fn assert_something_happened(&self) {
        for (name, count) in self.0.lock().iter() {
            assert!(*count > 0, "no seed had any {name}");
        }
    }
}
