//! One conformance suite for every backend and wrapper of the object store, and what only one of them can show.

use std::{collections::BTreeMap, io, sync::Arc};

use bucketpress::store::{
    ObjectError, Objects,
    counting::CountingObjects,
    embedded::EmbeddedObjects,
    faulty::{Fault, FaultyObjects},
    memory::MemoryObjects,
    objects::{Attributes, Method},
};
use bytes::Bytes;
use futures_util::{StreamExt, future::join_all, stream};

mod conformance;
mod embedded;
mod faulty;
mod power;
mod probe;
mod s3;
mod tls;
mod wire;

fn attributes() -> Attributes {
    Attributes {
        content_type: "application/json".to_owned(),
        cache_control: Some("private, max-age=31536000, immutable".to_owned()),
        content_encoding: None,
    }
}

async fn body(objects: &dyn Objects, key: &str) -> Bytes {
    objects.get(key, None).await.unwrap().body
}

async fn listed(objects: &dyn Objects, prefix: &str) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    loop {
        let page = objects.list(prefix, keys.last().map(String::as_str), 1000).await.unwrap();
        keys.extend(page.entries.into_iter().map(|entry| entry.key));
        if !page.more {
            return keys;
        }
    }
}

#[tokio::test]
async fn memory() {
    conformance::all(Arc::new(MemoryObjects::new())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn embedded_store() {
    let directory = tempfile::tempdir().unwrap();
    conformance::all(Arc::new(EmbeddedObjects::open(directory.path()).unwrap())).await;
}

#[tokio::test]
async fn faulty_without_faults() {
    let faulty = FaultyObjects::new(Arc::new(MemoryObjects::new()), |_| Fault::default());
    conformance::all(Arc::new(faulty)).await;
}

#[tokio::test]
async fn counting() {
    let counting = Arc::new(CountingObjects::new(Arc::new(MemoryObjects::new())));
    conformance::all(counting.clone()).await;

    let before = counting.counts();
    counting.put("count/a", Bytes::from_static(b"abc"), &attributes()).await.unwrap();
    body(&*counting, "count/a").await;
    assert!(counting.get("count/missing", None).await.unwrap_err().is_not_found());
    let twice = counting.create("count/a", Bytes::new(), &attributes()).await;
    assert!(matches!(twice, Err(ObjectError::AlreadyExists { .. })));
    counting.get("", None).await.unwrap_err();
    let many = ["count/b", "count/c"].map(|key| (key.to_owned(), Bytes::from_static(b"12345"), attributes()));
    counting.put_many(many.to_vec()).await.unwrap();

    let counts = counting.counts().since(&before);
    assert_eq!((counts.of(Method::Get).calls, counts.of(Method::Get).failures), (3, 1));
    assert_eq!((counts.of(Method::Create).calls, counts.of(Method::Create).failures), (1, 0));
    assert_eq!((counts.of(Method::PutMany).calls, counts.of(Method::PutMany).objects), (1, 2));
    assert_eq!((counts.reads(), counts.writes()), (3, 3));
    assert_eq!((counts.bytes_read, counts.bytes_written), (3, 13));
}

/// A stream of `chunks` pieces of `chunk_bytes` each, and the whole as one.
fn chunks(chunks: usize, chunk_bytes: usize) -> (stream::BoxStream<'static, io::Result<Bytes>>, Vec<u8>) {
    let pieces: Vec<Bytes> =
        (0..chunks).map(|at| (0..chunk_bytes).map(|byte| (byte * 31 + at * 7) as u8).collect()).collect();
    let whole = pieces.concat();
    (stream::iter(pieces.into_iter().map(Ok)).boxed(), whole)
}

/// Every object below `prefix` with its body.
async fn everything(objects: &dyn Objects, prefix: &str) -> BTreeMap<String, Bytes> {
    let keys = listed(objects, prefix).await;
    let bodies = join_all(keys.iter().map(|key| body(objects, key))).await;
    keys.into_iter().zip(bodies).collect()
}
