//! Three servers on one bucket in one process, seeded: random edits, misbehaving stores, machines that die or are
//! suspended at any await, collected logs. Every promise of the log is checked, at the moment something is written
//! (`witness`), read or acknowledged (`editor`), and afterwards against the whole log (`check`, `desk`):
//!
//! | promise | checked by |
//! |---|---|
//! | I1 what was acknowledged stays at its entry for ever; a comment held for later gets one | `History::acknowledged_edits_stand`, `desk::check`, `reader::check`; `Witness`: no entry is replaced |
//! | I2 nothing happens twice | `History::nothing_happened_twice`, `desk::check`, `reader::check` |
//! | I3 no holes, a valid chain | `History::replay`; `Witness`: each entry follows the one before |
//! | I4 referenced objects exist before the entry | `Witness`, and `History::refs_exist` for ever after |
//! | I5 ids and slugs are unique in every state | `History::replay` |
//! | I6 the same rows after the same entry | `History::replay`, `servers_agreed`, `server::watch` |
//! | I7 nothing is deleted (there is no garbage collection yet but the simulation's) | `Witness` |
//! | I8 no reader sees less than it was promised, or goes back | `editor::read` |
//! | I9 a snapshot is the replay up to it | `History::snapshots_are_replays`, `verify` |
//! | I10 no acknowledgement in browse-only mode | `editor::acknowledged`, `reader::ask` |
//!
//! `BUCKETPRESS_SIM_SEEDS=5000` runs that many seeds (200 otherwise), `BUCKETPRESS_SIM_SEED=17` just that one.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test fails by panicking, and asks the system itself"
)]

mod check;
mod desk;
mod editor;
mod machine;
#[expect(dead_code, reason = "shared with the tests of the log")]
#[path = "../support/notes.rs"]
mod notes;
mod reader;
mod server;
mod witness;
mod world;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU64, Ordering},
};

use witness::Sabotage;
use world::Kind;

const SEEDS: u64 = 200;
const THREADS: usize = 2;
/// A simulation in which nothing happens proves nothing.
const HAPPENS: [&str; 12] = [
    "entries",
    "acknowledged",
    "rejected",
    "unknown",
    "refused",
    "snapshots",
    "kills",
    "naps",
    "mornings",
    "collected",
    "reads",
    "readers",
];
/// An entry that was collected and created again, by a server that slept meanwhile.
const RARE: &str = "revived";
/// Comments that waited outside the log, and waves of them that went in.
const OVERLOAD: [&str; 2] = ["held", "folded"];
/// Seeds that once failed: the test, the seed, what it found.
const SAVED: &str = include_str!("seeds");

#[expect(clippy::disallowed_methods, reason = "how many seeds to run is said from outside")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

#[test]
fn notes_hold_the_promises() {
    run_all(Kind::Notes, "notes_hold");
}

#[test]
fn the_site_holds_the_promises() {
    run_all(Kind::Site, "the_site");
}

fn run_all(kind: Kind, test: &str) {
    if let Some(seed) = number("BUCKETPRESS_SIM_SEED") {
        let report = world::run(kind, seed);
        println!("seed {seed}: {report:?}");
        return;
    }
    let mine = |line: &&str| line.starts_with(test);
    let saved = SAVED.lines().filter(mine).filter_map(|line| line.split_whitespace().nth(1)?.parse().ok());
    let count = number("BUCKETPRESS_SIM_SEEDS").unwrap_or(SEEDS);
    let enough = count >= SEEDS;
    let seeds: Vec<u64> = saved.chain(0..count).collect();
    let next = AtomicU64::new(0);
    let totals = world::Totals::default();
    let failed = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst) as usize) {
                    match catch_unwind(AssertUnwindSafe(|| world::run(kind, *seed))) {
                        Ok(report) => totals.add(&report),
                        Err(_) => {
                            println!("BUCKETPRESS_SIM_SEED={seed} cargo test --features testing --test sim {test}");
                            failed.lock().unwrap().push(*seed);
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    println!("{} seeds: {totals:?}", seeds.len());
    assert!(failed.is_empty(), "seeds that failed, each to be reproduced by the line above: {failed:?}");
    if enough {
        totals.assert_something_happened(&HAPPENS);
    }
    if enough {
        totals.assert_something_happened(match kind {
            Kind::Notes => &[RARE],
            Kind::Site => &OVERLOAD,
        });
    }
}

#[test]
fn a_seed_always_tells_the_same_story() {
    for seed in [3, 4] {
        assert_eq!(world::run(Kind::Notes, seed), world::run(Kind::Notes, seed));
    }
}

/// The checks are worth something: a store that breaks its word does not get by.
#[test]
fn a_store_that_breaks_its_word_is_noticed() {
    let broken = [
        (Kind::Notes, Sabotage::IgnoresConditions, &["I1", "I3"][..]),
        (Kind::Notes, Sabotage::LosesEntries, &["I1", "I3"]),
        (Kind::Notes, Sabotage::Forgets, &["I1", "I3"]),
        (Kind::Notes, Sabotage::ReadsThePast, &["I8"]),
        (Kind::Notes, Sabotage::MixesParts, &["I9"]),
        (Kind::Site, Sabotage::LosesBodies, &["I4"]),
        (Kind::Site, Sabotage::LosesComments, &["I1"]),
    ];
    for (kind, sabotage, promises) in broken {
        let found = (0..20).find_map(|seed| {
            let failed = catch_unwind(AssertUnwindSafe(|| world::sabotaged(kind, seed, Some(sabotage)))).err()?;
            let said = failed.downcast_ref::<String>().cloned().unwrap_or_default();
            promises.iter().any(|promise| said.contains(promise)).then_some((seed, said))
        });
        let Some((seed, said)) = found else { panic!("{sabotage:?} is not noticed") };
        println!("{sabotage:?}, seed {seed}: {}", said.lines().take(3).collect::<Vec<_>>().join(" "));
    }
}
