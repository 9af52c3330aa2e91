//! After the storm: every promise against the log, which is the witness.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bucketpress::index::Site;
use bucketpress::store::{
    self, Effect, Objects, RowKey, Table, Tables,
    log::{ChainHash, Condition, Entry, Log, MacKey, Machine, Options, Reader, Transaction, decode, verify},
    snapshot,
};

use crate::{
    desk,
    editor::{Op, Told},
    notes::{Notes, Refusal},
    reader,
    world::{Kind, Report, SITE_KEY, World},
};

pub async fn all(world: &Arc<World>) -> Report {
    match world.kind {
        Kind::Notes => notes(world).await,
        Kind::Site => site(world).await,
    }
}

async fn site(world: &Arc<World>) -> Report {
    let mut created = BTreeSet::new();
    let history = History::<Site>::replay(world, |before, transaction, after| {
        desk::ids_and_slugs_are_unique(&mut created, before, transaction, after);
    });
    desk::check(world, &history.entries, history.states.last().unwrap()).await;
    reader::check(world, &history.entries);
    history.refs_exist(world).await;
    history.servers_agreed(world);
    let (store, options) = pristine(world, &history).await;
    let checked = store::check::check::<Site>(store, &options, false).await.unwrap();
    assert_eq!(checked.findings, [], "I4, I9");
    let snapshots = checked.snapshots;
    history.snapshots_are_replays(world, snapshots).await;
    let ops = world.desk_ops.lock();
    let told: Vec<_> = ops.iter().flat_map(|op| &op.told).collect();
    let count = |wanted: &[&str]| {
        let is_wanted = |error: &str| wanted.iter().any(|start| error.starts_with(start));
        told.iter().filter(|told| told.as_ref().is_err_and(|error| is_wanted(error))).count() as u64
    };
    let acknowledged = told.iter().filter(|told| told.is_ok()).count() as u64;
    let (unknown, refused) = (count(&["the outcome"]), count(&["not accepting"]));
    let rejected = told.len() as u64 - acknowledged - unknown - refused;
    let story = format!("{:?}", history.hashes);
    history.report(world, Counts { acknowledged, rejected, unknown, refused, snapshots }, &story)
}

#[derive(Clone, Copy)]
struct Counts {
    acknowledged: u64,
    rejected: u64,
    unknown: u64,
    refused: u64,
    snapshots: u64,
}

async fn notes(world: &Arc<World>) -> Report {
    let mut created = BTreeSet::new();
    let history = History::<Notes>::replay(world, |before, transaction, _| {
        for effect in &transaction.effects {
            let Effect::Put { table: Table::Posts, key: RowKey::Number(id), .. } = effect else { continue };
            let known = before.note(*id).is_some();
            assert!(known || created.insert(*id), "I5: note {id} was created twice, again by {}", transaction.summary);
        }
    });
    history.acknowledged_edits_stand(world);
    history.refusals_were_right(world);
    history.nothing_happened_twice(world);
    history.refs_exist(world).await;
    history.servers_agreed(world);
    let (store, options) = pristine(world, &history).await;
    let verified = verify::<Notes>(store, &options, None, |_| {}).await.unwrap();
    assert_eq!(verified.findings, [], "I9");
    history.snapshots_are_replays(world, verified.snapshots).await;
    let ops = world.ops.lock();
    let told: Vec<&Told> = ops.iter().flat_map(|op| &op.told).collect();
    let count = |wanted: fn(&Told) -> bool| told.iter().filter(|told| wanted(told)).count() as u64;
    let counts = Counts {
        acknowledged: count(|told| matches!(told, Told::Committed(_))),
        rejected: count(|told| matches!(told, Told::Rejected(..))),
        unknown: count(|told| matches!(told, Told::Unknown)),
        refused: count(|told| matches!(told, Told::Unavailable)),
        snapshots: verified.snapshots,
    };
    history.report(world, counts, &format!("{:?} {told:?}", history.hashes))
}

/// The log as it was written, and the state after each entry.
struct History<M> {
    entries: Vec<Entry>,
    states: Vec<M>,
    /// The states after each edit of each entry: edits of one entry see those before them.
    within: Vec<Vec<M>>,
    hashes: Vec<ChainHash>,
}

impl<M: Machine> History<M> {
    /// I3, I5, I6: no holes, a valid chain, unique slugs and ids (the machine insists), the digests named.
    fn replay(world: &World, mut each: impl FnMut(&M, &Transaction, &M)) -> Self {
        let mac = MacKey::new(&SITE_KEY);
        let mut history = Self {
            entries: Vec::new(),
            states: vec![M::from_tables(Tables::default()).unwrap()],
            within: Vec::new(),
            hashes: vec![ChainHash::default()],
        };
        for (index, (seq, bytes)) in (1..).zip(world.archive.lock().iter()) {
            assert_eq!(*seq, index, "I3: a hole in the log");
            let entry = decode(bytes, &mac).unwrap_or_else(|error| panic!("entry {seq}: {error}"));
            assert_eq!(entry.seq, *seq);
            assert_eq!(entry.prev, *history.hashes.last().unwrap(), "I3: the chain breaks at entry {seq}");
            let mut state = history.states.last().unwrap().clone();
            let mut within = Vec::new();
            for transaction in &entry.transactions {
                let before = state.clone();
                state.apply(&transaction.effects).unwrap_or_else(|error| panic!("I5: entry {seq}: {error}"));
                each(&before, transaction, &state);
                within.push(state.clone());
            }
            assert_eq!(state.tables().digest(), entry.digest, "I6: entry {seq}");
            history.hashes.push(ChainHash::of(bytes));
            history.states.push(state);
            history.within.push(within);
            history.entries.push(entry);
        }
        history
    }

    /// I4.
    async fn refs_exist(&self, world: &World) {
        for (entry, key) in self.entries.iter().flat_map(|entry| entry.refs.iter().map(move |key| (entry.seq, key))) {
            assert!(world.bucket.head(key).await.is_ok(), "I4: entry {entry} names {key}, which is not there");
        }
    }

    /// I6, as the servers saw it.
    fn servers_agreed(&self, world: &World) {
        for (seq, digest) in world.digests.lock().iter() {
            assert_eq!(self.states[*seq as usize].tables().digest(), *digest, "I6: entry {seq}");
        }
    }

    /// I9 for the snapshots `verify` could not replay, because the entries before them were collected: it compares the rest.
    async fn snapshots_are_replays(&self, world: &World, verified: u64) {
        let store: Arc<dyn Objects> = Arc::new(world.bucket.clone());
        let mut reader = Reader::new(store, MacKey::new(&SITE_KEY), world.ids(), world.clock(None));
        let Some(first) = self.entries.first() else { return };
        reader.lineage = first.lineage.as_str().into();
        let all = world.numbers("snapshot/").await;
        let floor = world.numbers("floor/").await.last().copied().unwrap_or(0);
        let below = all.partition_point(|seq| *seq < floor);
        assert_eq!(all.len() - below, verified as usize, "I9: not every snapshot was verified");
        // and the first of the others, on which the replay of `verify` rests
        let taken_on_trust = below + usize::from(floor > 0);
        for seq in all.into_iter().take(taken_on_trust) {
            let snapshot = snapshot::load(&reader, seq).await.unwrap_or_else(|error| panic!("I9: {error}"));
            let differing = snapshot.tables.changes_since(self.states[seq as usize].tables());
            assert_eq!(differing, [], "I9: snapshot {seq} is not the replay");
            assert_eq!(snapshot.manifest.unwrap().head, self.hashes[seq as usize], "I9: snapshot {seq}");
        }
    }

    fn report(&self, world: &World, counts: Counts, story: &str) -> Report {
        Report {
            entries: self.entries.len() as u64,
            acknowledged: counts.acknowledged,
            rejected: counts.rejected,
            unknown: counts.unknown,
            refused: counts.refused,
            counts: world.counts(),
            snapshots: counts.snapshots,
            story: blake3::hash(story.as_bytes()).to_hex()[..16].to_owned(),
        }
    }
}

impl History<Notes> {
    fn holds(&self, seq: u64, number: usize) -> bool {
        let entry = seq.checked_sub(1).and_then(|index| self.entries.get(index as usize));
        let summary = format!("op {number}");
        entry.is_some_and(|entry| entry.transactions.iter().any(|transaction| transaction.summary == summary))
    }

    /// I1: an acknowledged edit is in the entry it was said to be in; all answers about it agree.
    fn acknowledged_edits_stand(&self, world: &World) {
        for (number, op) in world.ops.lock().iter().enumerate() {
            let mut first = None;
            for told in &op.told {
                match told {
                    Told::Committed(committed) => {
                        assert!(self.holds(committed.seq, number), "I1: op {number} is not in entry {}", committed.seq);
                        assert!(committed.seq > op.tail_before, "op {number} was committed before it was asked for");
                        let (seq, outcome) = first.get_or_insert((committed.seq, committed.outcome.clone()));
                        assert_eq!((*seq, &*outcome), (committed.seq, &committed.outcome), "op {number}");
                    }
                    Told::Broken(error) => panic!("op {number} was told: {error}"),
                    Told::Rejected(..) | Told::Unknown | Told::Unavailable => {}
                }
            }
        }
    }

    /// A refusal was true of some state between the question and the answer.
    fn refusals_were_right(&self, world: &World) {
        for (number, op) in world.ops.lock().iter().enumerate() {
            for told in &op.told {
                let Told::Rejected(refusal, tail_after) = told else { continue };
                let (from, to) = (op.tail_before as usize, *tail_after as usize);
                let mut between = self.states[from..=from].iter().chain(self.within[from..to].iter().flatten());
                let right = between.any(|state| match refusal {
                    Refusal::Missing(id) => state.note(*id).is_none(),
                    Refusal::Taken(slug) => state.by_slug(slug).is_some(),
                });
                assert!(right, "op {number} was refused wrongly: {refusal:?}, of {op:?}");
            }
        }
    }

    /// I2: no transaction twice, no edit twice; and what was said not to be saved was not.
    fn nothing_happened_twice(&self, world: &World) {
        let transactions = self.entries.iter().flat_map(|entry| &entry.transactions);
        let mut ids = BTreeSet::new();
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for transaction in transactions {
            assert!(ids.insert(transaction.id), "I2: transaction {} twice", transaction.id);
            *times.entry(&transaction.summary).or_default() += 1;
        }
        for (number, op) in world.ops.lock().iter().enumerate() {
            let times = times.get(format!("op {number}").as_str()).copied().unwrap_or(0);
            assert!(times <= 1, "I2: op {number} (key: {}) was done {times} times", op.keyed);
            assert!(times == 0 || !was_refused(op), "op {number} was said not to be saved, and was: {:?}", op.told);
        }
    }
}

fn was_refused(op: &Op) -> bool {
    op.finished && op.told.iter().all(|told| matches!(told, Told::Rejected(..) | Told::Unavailable))
}

/// That a server starting now has everything and works; the bucket and how to look for what is wrong in it.
async fn pristine<M: Machine>(world: &Arc<World>, history: &History<M>) -> (Arc<dyn Objects>, Options) {
    let options = || {
        let ids = world.ids();
        Options { site_key: SITE_KEY, clock: world.clock(None), writer: ids.uuid(), ids }
    };
    let store: Arc<dyn Objects> = Arc::new(world.bucket.clone());
    let log = Log::<M>::open(store.clone(), options()).await.unwrap();
    let current = log.current();
    assert_eq!(current.seq as usize, history.entries.len(), "a fresh server ends elsewhere");
    assert_eq!(current.state.tables().digest(), history.states.last().unwrap().tables().digest());
    assert_eq!(log.health(), Condition::Healthy);
    (store, options())
}
