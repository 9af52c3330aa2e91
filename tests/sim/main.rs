//! Three servers on one bucket in one process, seeded: random edits, misbehaving stores, kills at any await,
//! collected logs; afterwards every promise of the log is checked (I1 to I6, I8, I9 of the storage contract).
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
#[expect(dead_code, reason = "shared with the tests of the log")]
#[path = "../support/notes.rs"]
mod notes;
mod server;
mod world;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU64, Ordering},
};

use world::Kind;

/// Of small notes, and of the real site.
const SEEDS: u64 = 200;
const DESK_SEEDS: u64 = 50;
const THREADS: usize = 2;
/// Seeds that once failed: the test, the seed, what it found.
const SAVED: &str = include_str!("seeds");

#[expect(clippy::disallowed_methods, reason = "how many seeds to run is said from outside")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

#[test]
fn notes_hold_the_promises() {
    run_all(Kind::Notes, "notes_hold", SEEDS);
}

#[test]
fn the_site_holds_the_promises() {
    run_all(Kind::Site, "the_site", DESK_SEEDS);
}

fn run_all(kind: Kind, test: &str, seeds: u64) {
    if let Some(seed) = number("BUCKETPRESS_SIM_SEED") {
        let report = world::run(kind, seed);
        println!("seed {seed}: {report:?}");
        return;
    }
    let mine = |line: &&str| line.starts_with(test);
    let saved = SAVED.lines().filter(mine).filter_map(|line| line.split_whitespace().nth(1)?.parse().ok());
    let count = number("BUCKETPRESS_SIM_SEEDS").unwrap_or(seeds);
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
    totals.assert_something_happened();
}

#[test]
fn a_seed_always_tells_the_same_story() {
    for seed in [3, 4] {
        assert_eq!(world::run(Kind::Notes, seed), world::run(Kind::Notes, seed));
    }
}
