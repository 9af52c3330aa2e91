//! After the storm: every promise against the log, which is the witness.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};

use bucketpress::store::{
    Effect, Objects, RowKey, Table,
    log::{ChainHash, Condition, Entry, Log, MacKey, Machine, Options, decode, verify},
};

use crate::{
    editor::{Op, Told},
    notes::{Notes, Refusal},
    world::{Report, SITE_KEY, World},
};

pub async fn all(world: &Arc<World>) -> Report {
    let history = History::replay(world);
    history.acknowledged_edits_stand(world);
    history.refusals_were_right(world);
    history.nothing_happened_twice(world);
    history.refs_exist(world).await;
    history.servers_agreed(world);
    let pristine = pristine(world, &history).await;
    history.report(world, pristine).await
}

/// The log as it was written, and the state after each entry.
struct History {
    entries: Vec<Entry>,
    states: Vec<Notes>,
    hashes: Vec<ChainHash>,
}

impl History {
    /// I3, I5, I6: no holes, a valid chain, unique slugs and ids (the machine insists), the digests named.
    fn replay(world: &World) -> Self {
        let mac = MacKey::new(&SITE_KEY);
        let mut history =
            Self { entries: Vec::new(), states: vec![Notes::default()], hashes: vec![ChainHash::default()] };
        let mut created = BTreeSet::new();
        for (index, (seq, bytes)) in (1..).zip(world.archive.lock().iter()) {
            assert_eq!(*seq, index, "I3: a hole in the log");
            let entry = decode(bytes, &mac).unwrap_or_else(|error| panic!("entry {seq}: {error}"));
            assert_eq!(entry.seq, *seq);
            assert_eq!(entry.prev, *history.hashes.last().unwrap(), "I3: the chain breaks at entry {seq}");
            let mut state = history.states.last().unwrap().clone();
            for transaction in &entry.transactions {
                for effect in &transaction.effects {
                    let Effect::Put { table: Table::Posts, key: RowKey::Number(id), .. } = effect else { continue };
                    let known = state.note(*id).is_some();
                    assert!(known || created.insert(*id), "I5: note {id} was created twice, again in entry {seq}");
                }
                state.apply(&transaction.effects).unwrap_or_else(|error| panic!("I5: entry {seq}: {error}"));
            }
            assert_eq!(state.tables().digest(), entry.digest, "I6: entry {seq}");
            history.hashes.push(ChainHash::of(bytes));
            history.states.push(state);
            history.entries.push(entry);
        }
        history
    }

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
                let between = op.tail_before as usize..=*tail_after as usize;
                let right = self.states[between].iter().any(|state| match refusal {
                    Refusal::Missing(id) => state.note(*id).is_none(),
                    Refusal::Taken(slug) => state.by_slug(slug).is_some(),
                });
                assert!(right, "op {number} was refused wrongly: {refusal:?}");
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

    async fn report(&self, world: &World, snapshots: u64) -> Report {
        let ops = world.ops.lock();
        let told: Vec<&Told> = ops.iter().flat_map(|op| &op.told).collect();
        let count = |wanted: fn(&Told) -> bool| told.iter().filter(|told| wanted(told)).count() as u64;
        let story = blake3::hash(format!("{:?} {told:?}", self.hashes).as_bytes()).to_hex()[..16].to_owned();
        Report {
            entries: self.entries.len() as u64,
            acknowledged: count(|told| matches!(told, Told::Committed(_))),
            rejected: count(|told| matches!(told, Told::Rejected(..))),
            unknown: count(|told| matches!(told, Told::Unknown)),
            refused: count(|told| matches!(told, Told::Unavailable)),
            kills: world.kills.load(Ordering::SeqCst),
            collected: world.collected.load(Ordering::SeqCst),
            reads: world.reads.load(Ordering::SeqCst),
            snapshots,
            story,
        }
    }
}

fn was_refused(op: &Op) -> bool {
    op.finished && op.told.iter().all(|told| matches!(told, Told::Rejected(..) | Told::Unavailable))
}

/// I9, and that a server starting now has everything, works, and finds nothing wrong in the bucket.
async fn pristine(world: &Arc<World>, history: &History) -> u64 {
    let options = || {
        let ids = world.ids();
        Options { site_key: SITE_KEY, clock: world.clock(), writer: ids.uuid(), ids }
    };
    let store: Arc<dyn Objects> = Arc::new(world.bucket.clone());
    let log = Log::<Notes>::open(store.clone(), options()).await.unwrap();
    let current = log.current();
    assert_eq!(current.seq as usize, history.entries.len(), "a fresh server ends elsewhere");
    assert_eq!(current.state.tables().digest(), history.states.last().unwrap().tables().digest());
    assert_eq!(log.health(), Condition::Healthy);
    let verified = verify::<Notes>(store, &options(), |_| {}).await.unwrap();
    assert_eq!(verified.findings, [], "I9");
    verified.snapshots
}
