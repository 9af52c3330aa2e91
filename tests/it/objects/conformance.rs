//! What every store must do, whoever made it. All keys are below `t/`; the bucket begins empty.

use std::time::Duration;

use super::*;

pub async fn all(objects: Arc<dyn Objects>) {
    rustls::crypto::ring::default_provider().install_default().ok();
    all_with(objects, reqwest::Client::new()).await;
}

/// The same with a client of one's own, which presigned addresses are tried with.
pub async fn all_with(objects: Arc<dyn Objects>, browser: reqwest::Client) {
    bodies_and_attributes(&*objects).await;
    ranges(&*objects).await;
    missing_and_invalid(&*objects).await;
    create_once(&*objects).await;
    create_race(&objects).await;
    listing(&*objects).await;
    odd_keys(&*objects).await;
    many(&*objects).await;
    streams(&*objects).await;
    failing_stream(&*objects).await;
    copies(&*objects).await;
    overwriting_while_reading(&objects).await;
    presigned(&*objects, &browser).await;
    let keys = listed(&*objects, "").await;
    objects.delete(&keys).await.unwrap();
    assert_eq!(listed(&*objects, "").await, Vec::<String>::new());
}

async fn bodies_and_attributes(objects: &dyn Objects) {
    for body in [Bytes::new(), Bytes::from_static(b"{\"a\": 1}\n"), Bytes::from(vec![7; 300_000])] {
        objects.put("t/body.json", body.clone(), &attributes()).await.unwrap();
        let object = objects.get("t/body.json", None).await.unwrap();
        assert_eq!(object.body, body);
        assert_eq!(object.meta.size, body.len() as u64);
        assert_eq!(object.meta.attributes, attributes());
        assert!(!object.meta.etag.is_empty() && !object.meta.etag.contains('"'), "{}", object.meta.etag);
        let head = objects.head("t/body.json").await.unwrap();
        assert_eq!((head.size, head.etag, head.attributes), (object.meta.size, object.meta.etag, attributes()));
    }
    let before = objects.head("t/body.json").await.unwrap().etag;
    objects.put("t/body.json", Bytes::from(vec![8; 300_000]), &attributes()).await.unwrap();
    assert_ne!(objects.head("t/body.json").await.unwrap().etag, before, "other bytes, other ETag");

    let encoded = Attributes {
        content_type: "text/plain; charset=utf-8".to_owned(),
        cache_control: None,
        content_encoding: Some("gzip".to_owned()),
    };
    objects.put("t/encoded", Bytes::from_static(b"x"), &encoded).await.unwrap();
    assert_eq!(objects.get("t/encoded", None).await.unwrap().meta.attributes, encoded);
}

async fn ranges(objects: &dyn Objects) {
    objects.put("t/range", Bytes::from_static(b"0123456789"), &attributes()).await.unwrap();
    for (range, expected) in [(0..1, "0"), (3..6, "345"), (0..10, "0123456789"), (8..1000, "89")] {
        let object = objects.get("t/range", Some(range.clone())).await.unwrap();
        assert_eq!(object.body, expected.as_bytes(), "{range:?}");
        assert_eq!(object.meta.size, 10, "the whole object's size");
        let stream = objects.get_stream("t/range", Some(range)).await.unwrap();
        let chunks: Vec<Bytes> = stream.body.map(Result::unwrap).collect().await;
        assert_eq!(chunks.concat(), expected.as_bytes());
        assert_eq!(stream.meta.size, 10);
    }
    #[expect(clippy::reversed_empty_ranges, reason = "must be refused")]
    for range in [10..11, 50..60, 5..5, 6..2] {
        let answer = objects.get("t/range", Some(range.clone())).await;
        assert!(matches!(answer, Err(ObjectError::Invalid { .. })), "{range:?}: {answer:?}");
    }
    objects.put("t/empty", Bytes::new(), &attributes()).await.unwrap();
    let answer = objects.get("t/empty", Some(0..1)).await;
    assert!(matches!(answer, Err(ObjectError::Invalid { .. })), "{answer:?}");
}

async fn missing_and_invalid(objects: &dyn Objects) {
    for key in ["t/missing", "t/body.json/below", "missing/at/all"] {
        let error = objects.get(key, None).await.unwrap_err();
        assert!(error.is_not_found() && error.to_string().contains(key), "{error}");
        assert!(objects.head(key).await.unwrap_err().is_not_found());
        assert!(objects.get_stream(key, None).await.unwrap_err().is_not_found());
        assert!(objects.copy(key, "t/copy", &attributes()).await.unwrap_err().is_not_found());
        objects.delete(&[key.to_owned()]).await.unwrap();
    }
    objects.delete(&[]).await.unwrap();
    for key in ["", "/a", "a/", "a//b", "a\nb", &"a/".repeat(451), &"a".repeat(241)] {
        let answers = [
            objects.get(key, None).await.map(drop),
            objects.put(key, Bytes::new(), &attributes()).await,
            objects.create(key, Bytes::new(), &attributes()).await,
            objects.put_many(vec![(key.to_owned(), Bytes::new(), attributes())]).await,
        ];
        for answer in answers {
            assert!(matches!(answer, Err(ObjectError::Invalid { .. })), "{key:?}: {answer:?}");
        }
    }
}

async fn create_once(objects: &dyn Objects) {
    objects.create("t/once", Bytes::from_static(b"first"), &attributes()).await.unwrap();
    for second in ["second", "first"] {
        let answer = objects.create("t/once", Bytes::from_static(second.as_bytes()), &attributes()).await;
        assert!(matches!(&answer, Err(ObjectError::AlreadyExists { key }) if key == "t/once"), "{answer:?}");
    }
    assert_eq!(body(objects, "t/once").await, "first");
    let object = objects.get("t/once", None).await.unwrap();
    assert_eq!(object.meta.attributes, attributes());

    objects.delete(&["t/once".to_owned()]).await.unwrap();
    assert!(objects.get("t/once", None).await.unwrap_err().is_not_found());
    objects.create("t/once", Bytes::from_static(b"again"), &attributes()).await.unwrap();
    objects.put("t/once", Bytes::from_static(b"over"), &attributes()).await.unwrap();
    assert_eq!(body(objects, "t/once").await, "over", "put asks no condition");
}

async fn create_race(objects: &Arc<dyn Objects>) {
    for round in 0..10 {
        let key = format!("t/race/{round}");
        let runners = (0..16).map(|runner| {
            let (objects, key) = (objects.clone(), key.clone());
            tokio::spawn(async move {
                match objects.create(&key, format!("runner {runner}").into(), &attributes()).await {
                    Ok(()) => Some(runner),
                    Err(ObjectError::AlreadyExists { .. }) => None,
                    Err(error) => panic!("{error}"),
                }
            })
        });
        let winners: Vec<i32> = join_all(runners).await.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(winners.len(), 1, "round {round}: {winners:?}");
        assert_eq!(body(&**objects, &key).await, format!("runner {}", winners[0]));
    }
}

async fn listing(objects: &dyn Objects) {
    // what sorts otherwise in a directory tree than as bytes: - and . before /, upper before lower case
    let keys = [
        "t/list/B",
        "t/list/a",
        "t/list/a-b",
        "t/list/a.b",
        "t/list/a/1",
        "t/list/a/2/x",
        "t/list/a/2y",
        "t/list/a0",
        "t/list/b/c/d/e",
        "t/list/b/c-d",
        "t/list/\u{e9}",
        "t/list/\u{1f600}",
    ];
    let mut sorted = keys.map(str::to_owned).to_vec();
    sorted.sort();
    for key in keys {
        objects.put(key, Bytes::from(key.to_owned()), &attributes()).await.unwrap();
        assert!(listed(objects, "t/list/").await.contains(&key.to_owned()), "{key} is listed at once");
    }
    assert_eq!(listed(objects, "t/list/").await, sorted);
    for prefix in ["t/list/a", "t/list/a/", "t/list/b/c", "t/list/zzz", "t/list/a/2/x", "t/lis"] {
        let expected: Vec<_> = sorted.iter().filter(|key| key.starts_with(prefix)).cloned().collect();
        assert_eq!(listed(objects, prefix).await, expected, "{prefix}");
    }
    let afters = sorted.iter().map(String::as_str).chain(["t/list/a/", "t/list/a/2", "t/list/a1", "a", "zz"]);
    for after in afters {
        let expected: Vec<_> = sorted.iter().filter(|key| key.as_str() > after).cloned().collect();
        for limit in [1, 3, 1000] {
            let page = objects.list("t/list/", Some(after), limit).await.unwrap();
            let found: Vec<_> = page.entries.iter().map(|entry| entry.key.clone()).collect();
            assert_eq!(found, expected[..limit.min(expected.len())], "after {after}, {limit}");
            assert_eq!(page.more, expected.len() > limit, "after {after}, {limit}");
            assert!(page.entries.iter().all(|entry| entry.size == entry.key.len() as u64));
        }
    }
}

async fn odd_keys(objects: &dyn Objects) {
    let long = format!("t/odd/{}/{}", "d".repeat(240), "f".repeat(240));
    let keys = [
        "t/odd/..",
        "t/odd/.",
        "t/odd/../x",
        "t/odd/.tmp/a",
        "t/odd/a b+c",
        "t/odd/%2e%2e",
        "t/odd/x.obj",
        "t/odd/x",
        "t/odd/x/y",
        "t/odd/x.obj/z",
        "t/odd/q?a=b&c#d",
        "t/odd/ü/日本",
        "t/odd/'\"<>\\*",
        &long,
    ];
    for key in keys {
        objects.create(key, Bytes::from(key.to_owned()), &attributes()).await.unwrap();
    }
    for key in keys {
        assert_eq!(body(objects, key).await, key);
    }
    let mut sorted = keys.map(str::to_owned).to_vec();
    sorted.sort();
    assert_eq!(listed(objects, "t/odd/").await, sorted);
    objects.copy("t/odd/q?a=b&c#d", "t/odd/copy of + é", &attributes()).await.unwrap();
    assert_eq!(body(objects, "t/odd/copy of + é").await, "t/odd/q?a=b&c#d");
    objects.delete(&sorted).await.unwrap();
    assert_eq!(listed(objects, "t/odd/").await, ["t/odd/copy of + é"]);
}

async fn many(objects: &dyn Objects) {
    objects.put_many(Vec::new()).await.unwrap();
    let written: Vec<_> =
        (0..1200).map(|at| (format!("t/many/{:02}/{at:04}.json", at % 40), Bytes::from(at.to_string()))).collect();
    let with_attributes = written.iter().map(|(key, body)| (key.clone(), body.clone(), attributes())).collect();
    objects.put_many(with_attributes).await.unwrap();
    let expected: BTreeMap<_, _> = written.into_iter().collect();
    assert_eq!(everything(objects, "t/many/").await, expected);
    let page = objects.list("t/many/", None, 5000).await.unwrap();
    assert_eq!((page.entries.len(), page.more), (1000, true), "at most 1000 keys a page");
    assert_eq!(objects.head("t/many/00/0000.json").await.unwrap().attributes, attributes());
    // more than one request holds on S3
    let keys: Vec<_> = expected.into_keys().collect();
    objects.delete(&keys).await.unwrap();
    assert_eq!(listed(objects, "t/many/").await, Vec::<String>::new());
}

async fn streams(objects: &dyn Objects) {
    // nothing, less than a part, exactly one and two parts, three and a bit
    for (count, bytes) in [(0, 0), (3, 1000), (8, 1 << 20), (16, 1 << 20), (25, (1 << 20) + 17)] {
        let (stream, whole) = chunks(count, bytes);
        let size = objects.put_stream("t/stream", stream, &attributes()).await.unwrap();
        assert_eq!(size, whole.len() as u64);
        let object = objects.get_stream("t/stream", None).await.unwrap();
        assert_eq!(object.meta.size, size);
        assert_eq!(object.meta.attributes, attributes());
        let read: Vec<Bytes> = object.body.map(Result::unwrap).collect().await;
        assert!(read.concat() == whole, "{count} chunks of {bytes} bytes come back");
        if size > 10 {
            let part = objects.get("t/stream", Some(size - 10..size)).await.unwrap();
            assert_eq!(part.body, whole[whole.len() - 10..]);
        }
    }
}

async fn failing_stream(objects: &dyn Objects) {
    for good_chunks in [0, 1, 20] {
        let (good, _) = chunks(good_chunks, 1 << 20);
        let broken = stream::iter([Err(io::Error::other("the client went away"))]);
        let error = objects.put_stream("t/broken", good.chain(broken).boxed(), &attributes()).await.unwrap_err();
        assert!(error.to_string().contains("the client went away"), "{error}");
        assert!(objects.head("t/broken").await.unwrap_err().is_not_found(), "nothing is left behind");
    }
}

async fn copies(objects: &dyn Objects) {
    let (stream, whole) = chunks(10, 1 << 20);
    objects.put_stream("t/from", stream, &attributes()).await.unwrap();
    let other = Attributes { content_type: "image/png".to_owned(), ..Attributes::default() };
    objects.copy("t/from", "t/to/copy.png", &other).await.unwrap();
    let copy = objects.get("t/to/copy.png", None).await.unwrap();
    assert!(copy.body == whole);
    assert_eq!(copy.meta.attributes, other);
    assert_eq!(objects.head("t/from").await.unwrap().attributes, attributes());
}

/// A reader sees one version whole, never a mixture.
async fn overwriting_while_reading(objects: &Arc<dyn Objects>) {
    let version = |at: u8| Bytes::from(vec![at; 100_000]);
    objects.put("t/over", version(0), &attributes()).await.unwrap();
    let writer = {
        let objects = objects.clone();
        tokio::spawn(async move {
            for at in 1..50 {
                objects.put("t/over", version(at), &attributes()).await.unwrap();
            }
        })
    };
    let mut last = 0;
    while last < 49 {
        let body = body(&**objects, "t/over").await;
        assert_eq!(body.len(), 100_000);
        assert!(body.iter().all(|byte| *byte == body[0]), "torn");
        assert!(body[0] >= last, "went back from {last} to {}", body[0]);
        last = body[0];
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}

async fn presigned(objects: &dyn Objects, browser: &reqwest::Client) {
    objects.put("t/pre signed.txt", Bytes::from_static(b"signed"), &attributes()).await.unwrap();
    let Some(url) = objects.presign_get("t/pre signed.txt", Duration::from_secs(60)).await.unwrap() else { return };
    let answer = browser.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    assert_eq!(answer.text().await.unwrap(), "signed");
    let unsigned = url.split_once('?').unwrap().0;
    assert_eq!(browser.get(unsigned).send().await.unwrap().status(), 403);
}
