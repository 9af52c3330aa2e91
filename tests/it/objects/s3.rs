//! The real protocol against a real gateway.

use std::time::Duration;

use bucketpress::store::s3::{S3Credentials, S3Objects, S3Options};

use super::*;
use crate::support::{
    ceph::{Gateway, gateway},
    child,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ceph() {
    let Some(gateway) = gateway() else { return };
    let bucket = gateway.fresh_bucket().await;
    conformance::all(Arc::new(gateway.objects(&bucket, "").await)).await;
    conformance::all(Arc::new(gateway.objects(&bucket, "/a site/ü/").await)).await;
    let counting = CountingObjects::new(Arc::new(gateway.objects(&bucket, "p").await));
    conformance::all(Arc::new(counting)).await;
}

#[tokio::test]
async fn prefixes_keep_sites_apart() {
    let Some(gateway) = gateway() else { return };
    let bucket = gateway.fresh_bucket().await;
    let (a, ab) = (gateway.objects(&bucket, "a").await, gateway.objects(&bucket, "ab").await);
    a.put("x", Bytes::from_static(b"1"), &attributes()).await.unwrap();
    ab.put("x", Bytes::from_static(b"2"), &attributes()).await.unwrap();
    // what a bucket browser leaves where it shows a folder
    let folder = gateway.client().put_object().bucket(&bucket).key("a/").send();
    folder.await.unwrap();
    assert_eq!(listed(&a, "").await, ["x"]);
    let page = a.list("", None, 1).await.unwrap();
    assert_eq!((page.entries.len(), page.more), (1, false));
    assert_eq!(body(&a, "x").await, "1");
    let root = gateway.objects(&bucket, "").await;
    assert_eq!(listed(&root, "ab").await, ["ab/x"]);
    assert!(!listed(&a, "").await.contains(&"b/x".to_owned()));
}

#[tokio::test]
async fn the_store_tells_its_time() {
    let Some(gateway) = gateway() else { return };
    let objects = gateway.objects(&gateway.fresh_bucket().await, "").await;
    objects.put("a", Bytes::new(), &attributes()).await.unwrap();
    let told = objects.head("a").await.unwrap().store_time.unwrap();
    let ours = bucketpress::clock::Clock::System.now().as_second();
    assert!((told - ours).abs() <= 2, "same machine, same clock: {told} and {ours}");
    assert!(objects.get("a", None).await.unwrap().meta.store_time.unwrap() >= told);
}

/// A refusal must never look like an absent object: the log would take it for the end.
#[tokio::test]
async fn refusals_are_not_absence() {
    let Some(gateway) = gateway() else { return };
    let bucket = gateway.fresh_bucket().await;
    let with = async |access_key: &str, secret_key: &str, bucket: &str| {
        let credentials = S3Credentials { access_key: access_key.to_owned(), secret_key: secret_key.to_owned() };
        let options = S3Options {
            path_style: true,
            endpoint: Some(gateway.endpoint.clone()),
            region: Some(gateway.region.clone()),
            credentials: Some(credentials),
            ..S3Options::default()
        };
        S3Objects::connect(bucket, "", options).await
    };
    let strangers =
        [with(&gateway.access_key, "wrong", &bucket).await, with("nobody", &gateway.secret_key, &bucket).await];
    for objects in &strangers {
        let answers = [
            objects.get("a", None).await.map(drop),
            objects.head("a").await.map(drop),
            objects.put("a", Bytes::new(), &attributes()).await,
            objects.create("a", Bytes::new(), &attributes()).await,
            objects.list("", None, 1).await.map(drop),
            objects.delete(&["a".to_owned()]).await,
        ];
        for answer in answers {
            assert!(matches!(answer, Err(ObjectError::Denied { .. })), "{answer:?}");
            assert!(!format!("{answer:?}").contains("wrong"), "secrets stay secret");
        }
    }
    let nowhere = with(&gateway.access_key, &gateway.secret_key, "no-such-bucket").await;
    let answers = [
        nowhere.get("a", None).await.map(drop),
        nowhere.create("a", Bytes::new(), &attributes()).await,
        nowhere.list("", None, 1).await.map(drop),
    ];
    for answer in answers {
        assert!(matches!(answer, Err(ObjectError::Invalid { .. })), "{answer:?}");
        assert!(answer.unwrap_err().to_string().contains("bucket does not exist"));
    }
}

/// An upload whose client goes away in the middle leaves no parts that somebody pays for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_uploads_leave_no_parts() {
    let Some(gateway) = gateway() else { return };
    let bucket = gateway.fresh_bucket().await;
    let objects = gateway.objects(&bucket, "").await;
    let (good, _) = chunks(20, 1 << 20);
    let broken = good.chain(stream::iter([Err(io::Error::other("gone"))])).boxed();
    objects.put_stream("a", broken, &attributes()).await.unwrap_err();
    assert_eq!(uploads(gateway, &bucket).await, 0);

    let (good, _) = chunks(20, 1 << 20);
    let endless = good.chain(stream::pending()).boxed();
    let uploading = tokio::spawn({
        let objects = objects.clone();
        async move { objects.put_stream("b", endless, &attributes()).await }
    });
    until(async || uploads(gateway, &bucket).await == 1).await;
    uploading.abort();
    until(async || uploads(gateway, &bucket).await == 0).await;
    assert_eq!(listed(&objects, "").await, Vec::<String>::new());
}

async fn uploads(gateway: &Gateway, bucket: &str) -> usize {
    gateway.client().list_multipart_uploads().bucket(bucket).send().await.unwrap().uploads().len()
}

/// Waits for something that must come, at most a minute.
async fn until(mut condition: impl AsyncFnMut() -> bool) {
    for _ in 0..3000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("did not come");
}

/// Credentials, region and endpoint by the SDK's own chain: what operators set.
#[tokio::test]
async fn the_environment_configures_the_client() {
    if let Some(bucket) = child::input() {
        return child_with_an_environment(&bucket).await;
    }
    let Some(gateway) = gateway() else { return };
    let bucket = gateway.fresh_bucket().await;
    let mut child = child::command("objects::s3::the_environment_configures_the_client", &bucket);
    let child = child.envs(gateway.env()).spawn().unwrap();
    let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
    assert!(child::passed(&output), "{}", gateway.directory);
    assert_eq!(body(&gateway.objects(&bucket, "site").await, "from/child").await, "hello");
}

async fn child_with_an_environment(bucket: &str) {
    let objects = S3Objects::connect(bucket, "site", S3Options { path_style: true, ..S3Options::default() }).await;
    objects.put("from/child", Bytes::from_static(b"hello"), &attributes()).await.unwrap();
}

/// No credentials anywhere: an operator's mistake, not an outage.
#[tokio::test]
async fn missing_credentials_are_named() {
    if child::input().is_some() {
        return child_without_credentials().await;
    }
    let home = tempfile::tempdir().unwrap();
    let mut child = child::command("objects::s3::missing_credentials_are_named", "");
    child.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_PROFILE").env("HOME", home.path());
    let child = child.env("AWS_EC2_METADATA_DISABLED", "true").spawn().unwrap();
    let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
    assert!(child::passed(&output));
}

async fn child_without_credentials() {
    let endpoint = Some("http://127.0.0.1:9".to_owned());
    let objects = S3Objects::connect("bucket", "", S3Options { endpoint, ..S3Options::default() }).await;
    let answer = objects.get("a", None).await;
    assert!(matches!(&answer, Err(ObjectError::Denied { reason, .. }) if reason.contains("credential")), "{answer:?}");
}

/// Nobody listens: reads fail, and a create may or may not have been made.
#[tokio::test]
async fn nobody_answers() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let credentials = S3Credentials { access_key: "a".to_owned(), secret_key: "b".to_owned() };
    let options = S3Options {
        path_style: true,
        endpoint: Some(endpoint),
        region: Some("us-east-1".to_owned()),
        credentials: Some(credentials),
        ..S3Options::default()
    };
    let objects = S3Objects::connect("bucket", "", options).await;
    let answer = objects.get("a", None).await;
    assert!(matches!(answer, Err(ObjectError::Unavailable { .. })), "{answer:?}");
    let answer = objects.create("a", Bytes::new(), &attributes()).await;
    assert!(matches!(answer, Err(ObjectError::Unknown { .. })), "{answer:?}");
}
