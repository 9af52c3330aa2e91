//! The commit log over stores that behave and stores that do not.

mod following;
#[path = "../support/notes.rs"]
mod notes;
mod outcomes;
mod snapshots;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bucketpress::{
    clock::Clock,
    id::Ids,
    store::{
        Objects,
        faulty::{Call, Fault, FaultyObjects, Outcome},
        log::{CommitError, Condition, Log, OpenError, Options, verify},
        memory::MemoryObjects,
        objects::Method,
    },
};
use notes::{Notes, Refusal, change, claim, create, delete, keyed, submission};
use parking_lot::Mutex;
use rand::{Rng, SeedableRng, rngs::StdRng};

const SITE_KEY: [u8; 32] = [7; 32];

fn clock() -> Clock {
    Clock::simulated("2026-11-20T12:00:00Z".parse().unwrap())
}

fn options(writer: &str, clock: &Clock) -> Options {
    let mut random = StdRng::seed_from_u64(writer.bytes().map(u64::from).sum());
    let ids = Ids::Seeded(Arc::new(Mutex::new(move |bytes: &mut [u8]| random.fill_bytes(bytes))));
    Options { site_key: SITE_KEY, clock: clock.clone(), ids, writer: writer.to_owned() }
}

async fn open(objects: impl Objects, writer: &str, clock: &Clock) -> Arc<Log<Notes>> {
    Log::open(Arc::new(objects), options(writer, clock)).await.unwrap()
}

/// The first call of `method` on a key with `prefix` gets `outcome`; everything else passes.
fn once(method: Method, prefix: &'static str, outcome: Outcome) -> impl FnMut(&Call<'_>) -> Fault + Send + 'static {
    let mut done = false;
    move |call| {
        let hit = !done && call.method == method && call.key.starts_with(prefix);
        done |= hit;
        if hit { outcome.into() } else { Fault::default() }
    }
}

async fn add(log: &Log<Notes>, slug: &str) -> u64 {
    log.commit(submission("note.create"), create(slug, "text")).await.unwrap().outcome["id"].as_u64().unwrap()
}

#[tokio::test(start_paused = true)]
async fn commits_survive_reopening() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let log = open(bucket.clone(), "a", &clock).await;
    assert_eq!(log.current().seq, 0);
    let first = log.commit(submission("note.create"), create("hello", "1")).await.unwrap();
    let second = log.commit(submission("note.create"), create("hello", "2")).await.unwrap();
    assert_eq!((first.seq, second.seq), (1, 2));
    assert_eq!(second.outcome["slug"], "hello-2");
    drop(log);
    let again = open(bucket, "b", &clock).await;
    assert_eq!(again.current().seq, 2);
    assert_eq!(again.current().state.by_slug("hello-2"), Some(2));
    assert!(second.at > first.at);
}

#[tokio::test(start_paused = true)]
async fn another_server_sees_commits_when_it_asks() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let (one, two) = (open(bucket.clone(), "a", &clock).await, open(bucket, "b", &clock).await);
    for round in 0..9 {
        add(&one, &format!("note-{round}")).await;
    }
    assert_eq!(two.current().seq, 0);
    assert_eq!(two.fresh(Duration::ZERO).await.unwrap().seq, 9);
    let seq = one.commit(submission("x"), delete(3)).await.unwrap().seq;
    assert!(two.reach(seq).await.state.note(3).is_none());
    assert_eq!(two.reach(seq + 5).await.seq, seq);
}

#[tokio::test(start_paused = true)]
async fn edits_that_arrive_together_share_an_entry() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let log = open(bucket, "a", &clock).await;
    let mut ids = futures_util::future::join_all((0..40).map(|_| add(&log, "same"))).await;
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 40);
    assert!(log.current().seq <= 2, "{} entries", log.current().seq);
}

#[tokio::test(start_paused = true)]
async fn every_ambiguous_answer_is_resolved_by_reading_back() {
    let outcomes = [
        Outcome::ReplyLost,
        Outcome::AppliedThen(412),
        Outcome::AppliedThen(503),
        Outcome::Twice,
        Outcome::Refused(409),
        Outcome::Refused(429),
        Outcome::Refused(500),
        Outcome::Late(Duration::from_secs(3600)),
        Outcome::Late(Duration::from_millis(60)),
    ];
    for outcome in outcomes {
        let (bucket, clock) = (MemoryObjects::new(), clock());
        let faulty = FaultyObjects::new(Arc::new(bucket.clone()), once(Method::Create, "log/", outcome));
        let log = open(faulty, "a", &clock).await;
        add(&log, "one").await;
        add(&log, "two").await;
        tokio::time::sleep(Duration::from_secs(7200)).await;
        let other = open(bucket, "b", &clock).await;
        assert_eq!(other.current().seq, 2, "{outcome:?}");
        assert_eq!(other.current().state.len(), 2, "{outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn writers_that_race_all_succeed_once() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let mut servers = Vec::new();
    for writer in ["a", "b", "c"] {
        servers.push(open(bucket.clone(), writer, &clock).await);
    }
    let edits = servers.iter().flat_map(|log| (0..10).map(move |_| add(log, "same")));
    let mut ids = futures_util::future::join_all(edits).await;
    ids.sort_unstable();
    assert_eq!(ids, (1..=30).collect::<Vec<u64>>());
    for log in &servers {
        assert_eq!(log.fresh(Duration::ZERO).await.unwrap().state.len(), 30);
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejection_rests_on_the_confirmed_tail() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let (one, two) = (open(bucket.clone(), "a", &clock).await, open(bucket, "b", &clock).await);
    let id = add(&one, "taken").await;
    // Server two has not seen the note yet: a refusal on its own state would be wrong.
    two.commit(submission("note.change"), change(id, "changed")).await.unwrap();
    let refused = one.commit(submission("note.claim"), claim("taken")).await;
    assert!(matches!(refused, Err(CommitError::Rejected(Refusal::Taken(slug))) if slug == "taken"));
}

#[tokio::test(start_paused = true)]
async fn an_idempotency_key_is_honoured_once() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let (one, two) = (open(bucket.clone(), "a", &clock).await, open(bucket, "b", &clock).await);
    let again = |log: Arc<Log<Notes>>| async move {
        log.commit(keyed("note.create", "user:1/abc"), create("once", "text")).await.unwrap()
    };
    let first = again(one.clone()).await;
    let second = again(two).await;
    assert_eq!((first.seq, &first.outcome, first.at), (second.seq, &second.outcome, second.at));
    assert!(!first.replayed && second.replayed);
    let together = futures_util::future::join_all((0..5).map(|_| {
        let log = one.clone();
        async move { log.commit(keyed("note.create", "user:1/def"), create("twin", "text")).await.unwrap() }
    }))
    .await;
    assert!(together.iter().all(|committed| committed.outcome == together[0].outcome));
    assert_eq!(one.current().state.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_unknown_then_browse_only_then_over() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let down = Arc::new(AtomicUsize::new(0));
    let switch = down.clone();
    let faulty = FaultyObjects::new(Arc::new(bucket.clone()), move |_| match switch.load(Ordering::SeqCst) {
        0 => Fault::default(),
        _ => Outcome::Refused(503).into(),
    });
    let log = open(faulty, "a", &clock).await;
    add(&log, "before").await;
    down.store(1, Ordering::SeqCst);
    let during = log.commit(submission("note.create"), create("during", "text")).await;
    assert!(matches!(during, Err(CommitError::Unknown)), "{during:?}");
    assert!(matches!(log.health(), Condition::BrowseOnly { .. }));
    let refused = log.commit(submission("note.create"), create("refused", "text")).await;
    assert!(matches!(refused, Err(CommitError::Unavailable(_))), "{refused:?}");
    assert_eq!(log.current().state.len(), 1);
    down.store(0, Ordering::SeqCst);
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        log.tick().await;
    }
    assert_eq!(log.health(), Condition::Healthy);
    add(&log, "after").await;
    let state = open(bucket, "b", &clock).await.current();
    assert_eq!(state.state.len(), 3, "the edit of unknown outcome was resolved, the refused one never sent");
}

#[tokio::test(start_paused = true)]
async fn snapshots_shorten_the_start_and_keep_clean_parts() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let log = open(bucket.clone(), "a", &clock).await;
    for round in 0..20 {
        add(&log, &format!("note-{round}")).await;
    }
    assert_eq!(log.write_snapshot().await.unwrap(), Some(20));
    add(&log, "after").await;
    let digest = log.current().state.clone();
    drop(log);
    // Entries below the snapshot are not needed any more.
    let old: Vec<String> = (1..=20).map(|seq| format!("log/{seq:020}")).collect();
    bucket.delete(&old).await.unwrap();
    let again = open(bucket.clone(), "b", &clock).await;
    assert_eq!(again.current().seq, 21);
    use bucketpress::store::log::Machine;
    assert_eq!(again.current().state.tables().digest(), digest.tables().digest());
    assert_eq!(again.current().state.by_slug("after"), Some(21));
}

#[tokio::test(start_paused = true)]
async fn another_site_key_is_refused_in_plain_words() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    drop(open(bucket.clone(), "a", &clock).await);
    let wrong = Options { site_key: [8; 32], ..options("b", &clock) };
    let error = Log::<Notes>::open(Arc::new(bucket), wrong).await.unwrap_err();
    assert!(matches!(&error, OpenError::Untrusted(message) if message.contains("site key")), "{error}");
}

#[tokio::test(start_paused = true)]
async fn check_finds_what_is_wrong() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let log = open(bucket.clone(), "a", &clock).await;
    for round in 0..5 {
        add(&log, &format!("note-{round}")).await;
        log.write_snapshot().await.unwrap();
    }
    let store: Arc<dyn Objects> = Arc::new(bucket.clone());
    let verified = verify::<Notes>(store.clone(), &options("check", &clock), None, |_| {}).await.unwrap();
    assert_eq!((verified.entries, verified.snapshots, verified.findings.len()), (5, 5, 0));

    let plan = |notes: &Notes, at| {
        let mut plan = create("refers", "text")(notes, at)?;
        plan.refs.push("posts/9/gone.json".to_owned());
        Ok::<_, Refusal>(plan)
    };
    log.commit(submission("note.create"), plan).await.unwrap();
    add(&log, "last").await;
    let entry = bucket.get("log/00000000000000000007", None).await.unwrap().body;
    let mut broken = entry.to_vec();
    let middle = broken.len() / 2;
    broken[middle] ^= 1;
    bucket.put("log/00000000000000000007", broken.into(), &Default::default()).await.unwrap();
    let verified = verify::<Notes>(store, &options("check", &clock), None, |_| {}).await.unwrap();
    let keys: Vec<&str> = verified.findings.iter().map(|finding| finding.key.as_str()).collect();
    assert_eq!(keys, ["posts/9/gone.json", "log/00000000000000000007"]);
    assert_eq!(verified.entries, 6);

    assert_eq!(log.read_entry(6).await.unwrap().unwrap().refs, ["posts/9/gone.json"]);
    let opened = Log::<Notes>::open(Arc::new(bucket), options("b", &clock)).await;
    assert!(matches!(opened, Err(OpenError::Corrupt(_))));
}

/// One server writes entry after entry; another needs longer for one than the first leaves between two.
#[tokio::test(start_paused = true)]
async fn a_server_that_needs_long_gets_its_turn() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let quick = |_: &Call<'_>| Fault { delay: Duration::from_millis(5), ..Fault::default() };
    let slow = |call: &Call<'_>| {
        let entry = call.method == Method::Create && call.key.starts_with("log/");
        Fault { delay: Duration::from_millis(if entry { 400 } else { 1 }), ..Fault::default() }
    };
    let busy = open(FaultyObjects::new(Arc::new(bucket.clone()), quick), "a", &clock).await;
    let waiting = open(FaultyObjects::new(Arc::new(bucket.clone()), slow), "b", &clock).await;
    let mut written = 0;
    {
        let mut others = std::pin::pin!(async {
            for number in 0..3 {
                add(&waiting, &format!("slow-{number}")).await;
            }
        });
        loop {
            let slug = format!("quick-{written}");
            tokio::select! {
                biased;
                () = &mut others => break,
                _ = add(&busy, &slug) => written += 1,
            }
        }
    }
    assert!(written > 100, "the busy one went on: {written}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let left = bucket.list("turn/", None, 10).await.unwrap();
    assert_eq!(left.entries, [], "requests go when they were answered");
}
