//! Snapshots: only what changed is written, and a damaged one is done without.

use bucketpress::store::{
    Effect, RowKey, Table, Tables,
    log::{ChainHash, MacKey, Machine, Reader},
    snapshot::{self, Base, Manifest},
};

use super::*;

fn row(id: u64, text: &str) -> Effect {
    let row = format!("{{\"id\":{id},\"text\":\"{text}\"}}");
    Effect::Put { table: Table::Posts, key: RowKey::Number(id), row: row.into_bytes().into() }
}

fn manifest(seq: u64, tables: &Tables) -> Manifest {
    let at = "2026-11-20T12:00:00Z".parse().unwrap();
    let (head, digest) = (ChainHash::default(), tables.digest());
    Manifest { lineage: "here".to_owned(), seq, at, head, digest, parts: Vec::new() }
}

fn posts(base: &Base) -> Vec<String> {
    let parts = &base.manifest.as_ref().unwrap().parts;
    parts.iter().filter(|part| part.table == Table::Posts).map(|part| part.key.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn parts_without_changes_stay() {
    let bucket = Arc::new(MemoryObjects::new());
    let mut reader = Reader::new(bucket.clone(), MacKey::new(&SITE_KEY), Ids::System, clock());
    reader.lineage = "here".into();
    let mut tables = Tables::default();
    for id in 1..=25_000 {
        tables.apply(&row(id, "as it was"));
    }
    let first = snapshot::write(&reader, &Base::default(), manifest(1, &tables), &tables).await.unwrap().unwrap();
    assert_eq!(posts(&first).len(), 3, "10,000 rows in a part");
    tables.apply(&row(15_000, "changed"));
    tables.apply(&Effect::Delete { table: Table::Posts, key: RowKey::Number(12_000) });
    let second = snapshot::write(&reader, &first, manifest(2, &tables), &tables).await.unwrap().unwrap();
    let (before, after) = (posts(&first), posts(&second));
    assert_eq!((&before[0], &before[2]), (&after[0], &after[2]));
    assert_ne!(before[1], after[1]);
    assert_eq!(bucket.list("part/", None, 1000).await.unwrap().entries.len(), 4, "one part was written");
    let loaded = snapshot::load(&reader, 2).await.unwrap();
    assert_eq!(loaded.tables.changes_since(&tables), []);
}

/// Five notes, and snapshots after the third and the fifth.
async fn with_snapshots(bucket: &MemoryObjects, clock: &Clock) -> Arc<Log<Notes>> {
    let log = open(bucket.clone(), "a", clock).await;
    for number in 1..=5 {
        add(&log, &format!("note-{number}")).await;
        if number % 2 == 1 {
            log.write_snapshot().await.unwrap();
        }
    }
    log
}

async fn damage(bucket: &MemoryObjects, key: &str, how: &str) {
    if how == "gone" {
        return bucket.delete(&[key.to_owned()]).await.unwrap();
    }
    let mut bytes = bucket.get(key, None).await.unwrap().body.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bucket.put(key, bytes.into(), &Default::default()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_damaged_snapshot_is_passed_over() {
    for (what, how) in [("part/posts/", "gone"), ("part/posts/", "flipped"), ("snapshot/", "flipped")] {
        let (bucket, clock) = (MemoryObjects::new(), clock());
        let expected = with_snapshots(&bucket, &clock).await.current().state.tables().digest();
        let keys = bucket.list(what, None, 1000).await.unwrap().entries;
        damage(&bucket, &keys.last().unwrap().key, how).await;
        let (objects, reads) = counted(&bucket);
        let log = open(objects, "b", &clock).await;
        assert_eq!(log.current().seq, 5, "{what} {how}");
        assert_eq!(log.current().state.tables().digest(), expected, "{what} {how}");
        let replayed = reads.lock().iter().filter(|key| key.starts_with("log/")).count();
        assert_eq!(replayed, 3, "{what} {how}: from the snapshot before, entries 4 and 5 and the empty slot");
        let findings =
            verify::<Notes>(Arc::new(bucket), &options("check", &clock), None, |_| {}).await.unwrap().findings;
        assert_eq!(findings.len(), 1, "{what} {how}: {findings:?}");
    }
}

fn counted(bucket: &MemoryObjects) -> (FaultyObjects, Arc<Mutex<Vec<String>>>) {
    let reads = Arc::new(Mutex::new(Vec::new()));
    let noted = reads.clone();
    let faulty = FaultyObjects::new(Arc::new(bucket.clone()), move |call: &Call<'_>| {
        if call.method == Method::Get {
            noted.lock().push(call.key.to_owned());
        }
        Fault::default()
    });
    (faulty, reads)
}

/// With the entries below it gone, a snapshot is all there is: without any the site does not open, rather than lose.
#[tokio::test(start_paused = true)]
async fn without_any_snapshot_above_the_floor_nothing_opens() {
    let (bucket, clock) = (MemoryObjects::new(), clock());
    drop(with_snapshots(&bucket, &clock).await);
    bucket.put("floor/00000000000000000003", bytes::Bytes::new(), &Default::default()).await.unwrap();
    let slots: Vec<String> = (1..=3).map(|seq| format!("log/{seq:020}")).collect();
    bucket.delete(&slots).await.unwrap();
    let whole = open(bucket.clone(), "b", &clock).await;
    assert_eq!(whole.current().state.len(), 5);
    for key in bucket.list("snapshot/", None, 1000).await.unwrap().entries {
        damage(&bucket, &key.key, "flipped").await;
    }
    let opened = Log::<Notes>::open(Arc::new(bucket), options("c", &clock)).await;
    assert!(matches!(&opened, Err(OpenError::Corrupt(corrupt)) if corrupt.what.starts_with("snapshot/")), "{opened:?}");
}
