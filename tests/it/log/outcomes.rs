//! What becomes of an edit for each answer of the store, and what its editor is told.

use super::*;

/// Refuses creates of entries while the switch says so; everything else passes.
fn refusing(bucket: &MemoryObjects, status: u16) -> (FaultyObjects, Arc<AtomicUsize>) {
    let refused = Arc::new(AtomicUsize::new(0));
    let switch = refused.clone();
    let faulty = FaultyObjects::new(Arc::new(bucket.clone()), move |call: &Call<'_>| {
        let hit = switch.load(Ordering::SeqCst) > 0 && call.method == Method::Create && call.key.starts_with("log/");
        if hit { Outcome::Refused(status).into() } else { Fault::default() }
    });
    (faulty, refused)
}

async fn until_healthy(log: &Log<Notes>) {
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        log.tick().await;
        if log.health() == Condition::Healthy {
            return;
        }
    }
    panic!("still {:?}", log.health());
}

/// Expired credentials, a policy, a clock that is wrong: an operator mends that, and meanwhile nobody is told that
/// nothing was saved.
#[tokio::test(start_paused = true)]
async fn refused_credentials_leave_the_outcome_open() {
    for status in [401, 403] {
        let (bucket, clock) = (MemoryObjects::new(), clock());
        let (faulty, refused) = refusing(&bucket, status);
        let log = open(faulty, "a", &clock).await;
        add(&log, "before").await;
        refused.store(1, Ordering::SeqCst);
        let save = || log.commit(keyed("note.create", "user:1/k"), create("during", "text"));
        let told = save().await;
        assert!(matches!(told, Err(CommitError::Unknown)), "{status}: {told:?}");
        assert!(matches!(log.health(), Condition::BrowseOnly { .. }), "{status}: at once, not after three");
        let told = log.commit(submission("note.create"), create("refused", "text")).await;
        assert!(matches!(told, Err(CommitError::Unavailable(_))), "{status}: {told:?}");
        refused.store(0, Ordering::SeqCst);
        until_healthy(&log).await;
        let told = save().await.unwrap();
        assert!(told.replayed, "{status}: it was resolved meanwhile");
        let state = open(bucket, "b", &clock).await.current();
        assert_eq!((state.seq, state.state.len()), (2, 2), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_twenty_seconds_the_outcome_is_unknown_and_found_out_later() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let silent = Arc::new(AtomicUsize::new(0));
    let switch = silent.clone();
    let faulty = FaultyObjects::new(Arc::new(bucket.clone()), move |_| match switch.load(Ordering::SeqCst) {
        0 => Fault::default(),
        // No answer ever, but what was sent has arrived.
        _ => Fault { delay_answer: Duration::from_secs(24 * 3600), ..Fault::default() },
    });
    let log = open(faulty, "a", &clock).await;
    add(&log, "before").await;
    silent.store(1, Ordering::SeqCst);
    let began = tokio::time::Instant::now();
    let save = |log: Arc<Log<Notes>>| async move {
        log.commit(keyed("note.create", "user:1/k"), create("during", "text")).await
    };
    let told = save(log.clone()).await;
    assert!(matches!(told, Err(CommitError::Unknown)), "{told:?}");
    assert_eq!(began.elapsed().as_secs(), 20);
    silent.store(0, Ordering::SeqCst);
    until_healthy(&log).await;
    // Here and on any other server: it is there, once.
    let (here, there) = (save(log).await.unwrap(), save(open(bucket, "b", &clock).await).await.unwrap());
    assert!(here.replayed && there.replayed);
    assert_eq!((here.seq, there.seq), (2, 2));
}

/// The server dies with its entry on the way: it is whole in the log or not at all, and a retry elsewhere knows.
#[tokio::test(start_paused = true)]
async fn a_server_that_dies_in_a_commit_loses_and_doubles_nothing() {
    let late = Fault { outcome: Outcome::Late(Duration::from_secs(5)), ..Fault::default() };
    let landed = Fault { delay_answer: Duration::from_secs(5), ..Fault::default() };
    let never = Fault { delay: Duration::from_secs(5), ..Fault::default() };
    for (fault, replayed) in [(landed, true), (late, false), (never, false)] {
        let (bucket, clock) = (MemoryObjects::new(), clock());
        let faulty = FaultyObjects::new(Arc::new(bucket.clone()), move |call: &Call<'_>| {
            if call.method == Method::Create && call.key.starts_with("log/") { fault } else { Fault::default() }
        });
        let log = open(faulty, "a", &clock).await;
        let dying = tokio::spawn(async move {
            log.commit(keyed("note.create", "user:1/k"), create("once", "text")).await.map(drop).map_err(drop)
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        dying.abort();
        let other = open(bucket.clone(), "b", &clock).await;
        let again = other.commit(keyed("note.create", "user:1/k"), create("once", "text")).await.unwrap();
        assert_eq!(again.replayed, replayed, "{fault:?}");
        tokio::time::sleep(Duration::from_secs(60)).await;
        add(&other, "after").await;
        let state = open(bucket, "c", &clock).await.current();
        assert_eq!((state.seq, state.state.len()), (2, 2), "{fault:?}");
    }
}
