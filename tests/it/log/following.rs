//! How the log is followed: few requests, and never taken for short because its beginning is gone.

use bucketpress::store::log::Machine;

use super::*;

type Calls = Arc<Mutex<Vec<(Method, String)>>>;

/// `bucket`, and everything that is asked of it.
fn recorded(bucket: &MemoryObjects) -> (FaultyObjects, Calls) {
    let calls = Calls::default();
    let noted = calls.clone();
    let faulty = FaultyObjects::new(Arc::new(bucket.clone()), move |call: &Call<'_>| {
        noted.lock().push((call.method, call.key.to_owned()));
        Fault::default()
    });
    (faulty, calls)
}

fn count(calls: &Calls, method: Method) -> usize {
    calls.lock().iter().filter(|(of, _)| *of == method).count()
}

#[tokio::test(start_paused = true)]
async fn a_server_far_behind_lists_and_reads_many_at_once() {
    for (behind, lists, gets_max) in [(0, 0, 1), (3, 0, 4), (100, 3, 101)] {
        let (bucket, clock) = (MemoryObjects::new(), clock());
        let writer = open(bucket.clone(), "a", &clock).await;
        let (objects, calls) = recorded(&bucket);
        let reader = open(objects, "b", &clock).await;
        for number in 0..behind {
            add(&writer, &format!("note-{number}")).await;
        }
        calls.lock().clear();
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(reader.fresh(Duration::from_secs(1)).await.unwrap().seq, behind);
        assert!(count(&calls, Method::List) <= lists, "{behind}: {:?}", calls.lock());
        assert!(count(&calls, Method::Get) <= gets_max, "{behind}: {} reads", count(&calls, Method::Get));
    }
}

#[tokio::test(start_paused = true)]
async fn all_who_ask_at_once_share_one_read() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let (objects, calls) = recorded(&bucket);
    let log = open(objects, "a", &clock).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    calls.lock().clear();
    futures_util::future::join_all((0..50).map(|_| log.fresh(Duration::from_secs(1)))).await;
    assert_eq!(*calls.lock(), [(Method::Get, "log/00000000000000000001".to_owned())]);
    calls.lock().clear();
    log.fresh(Duration::from_secs(1)).await.unwrap();
    assert!(calls.lock().is_empty(), "a second has not passed: {:?}", calls.lock());
}

#[tokio::test(start_paused = true)]
async fn after_ten_minutes_the_floor_is_read_first() {
    for (minutes, first) in [(9, "log/00000000000000000002"), (11, "floor/")] {
        let (bucket, clock) = (MemoryObjects::new(), clock());
        let (objects, calls) = recorded(&bucket);
        let log = open(objects, "a", &clock).await;
        add(&log, "one").await;
        tokio::time::sleep(Duration::from_secs(minutes * 60)).await;
        calls.lock().clear();
        log.fresh(Duration::ZERO).await.unwrap();
        assert_eq!(calls.lock()[0].1, first, "after {minutes} minutes");
    }
}

/// Empty slots mean nothing to a server whose next one was collected.
#[tokio::test(start_paused = true)]
async fn a_server_that_slept_through_a_collection_loads_a_snapshot() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let (slept, awake) = (open(bucket.clone(), "a", &clock).await, open(bucket.clone(), "b", &clock).await);
    add(&slept, "before").await;
    for number in 0..10 {
        add(&awake, &format!("note-{number}")).await;
    }
    awake.write_snapshot().await.unwrap();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let slots: Vec<String> = (1..=11).map(|seq| format!("log/{seq:020}")).collect();
    bucket.put("floor/00000000000000000011", bytes::Bytes::new(), &Default::default()).await.unwrap();
    bucket.delete(&slots).await.unwrap();
    let state = slept.fresh(Duration::from_secs(1)).await.unwrap();
    assert_eq!((state.seq, state.state.len()), (11, 11));
    add(&slept, "after").await;
    let state = awake.fresh(Duration::ZERO).await.unwrap();
    assert_eq!((state.seq, state.state.by_slug("after")), (12, Some(12)));
    assert_eq!(state.state.tables().digest(), slept.current().state.tables().digest());
}

/// A log that contradicts itself: no write, an alarm; mended, it goes on.
#[tokio::test(start_paused = true)]
async fn a_damaged_entry_stops_writing_until_it_is_mended() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    let (one, two) = (open(bucket.clone(), "a", &clock).await, open(bucket.clone(), "b", &clock).await);
    add(&one, "one").await;
    let key = "log/00000000000000000001";
    let whole = bucket.get(key, None).await.unwrap().body;
    let mut flipped = whole.to_vec();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    bucket.put(key, flipped.into(), &Default::default()).await.unwrap();
    two.fresh(Duration::ZERO).await.unwrap_err();
    assert!(matches!(two.health(), Condition::Corrupt { .. }), "{:?}", two.health());
    let told = two.commit(submission("note.create"), create("two", "text")).await;
    assert!(matches!(&told, Err(CommitError::Unavailable(reason)) if reason.contains("damaged")), "{told:?}");
    assert_eq!(two.current().seq, 0, "what was good is still shown");
    bucket.put(key, whole, &Default::default()).await.unwrap();
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        two.tick().await;
    }
    assert_eq!(two.health(), Condition::Healthy);
    add(&two, "two").await;
    assert_eq!(one.fresh(Duration::ZERO).await.unwrap().state.len(), 2);
}
