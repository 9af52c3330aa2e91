//! The probe passes what the log can rest on, and says in plain words what it cannot.

use aws_sdk_s3::types::BucketVersioningStatus;
use bucketpress::{
    app::App,
    clock::Clock,
    config::{self, Layers},
    id::Ids,
    store::{
        faulty::{Call, Outcome, Rates, seeded},
        probe::{self, ProbeFailure, ProbeReport},
        seal::SiteKey,
    },
};

use super::*;
use crate::support::ceph::gateway;

async fn check(objects: &dyn Objects) -> Result<ProbeReport, ProbeFailure> {
    let result = probe::check(objects, &Ids::System, &Clock::System).await;
    assert_eq!(listed(objects, "probe/").await, Vec::<String>::new(), "it cleans up");
    result
}

#[tokio::test]
async fn good_stores_pass() {
    assert_eq!(check(&MemoryObjects::new()).await.unwrap(), ProbeReport { clock_ahead_seconds: None });
    let directory = tempfile::tempdir().unwrap();
    check(&EmbeddedObjects::open(directory.path()).unwrap()).await.unwrap();
    let Some(gateway) = gateway() else { return };
    let report = check(&gateway.objects(&gateway.fresh_bucket().await, "site").await).await.unwrap();
    assert!(report.clock_ahead_seconds.unwrap().abs() <= 2, "{report:?}");
}

#[tokio::test]
async fn a_versioned_bucket_of_an_old_ceph_is_caught() {
    let Some(gateway) = gateway() else { return };
    let failure = check(&gateway.objects(&gateway.versioned_bucket().await, "").await).await.unwrap_err();
    assert!(matches!(failure, ProbeFailure::IgnoresCreate), "{failure:?}");
    assert!(failure.allows_single_writer());
    let words = failure.to_string();
    for word in ["ignores If-None-Match", "Ceph", "suspend versioning", "one server"] {
        assert!(words.contains(word), "{words}");
    }
}

/// The program itself: it does not start, says why in words for an operator, and starts when it is told to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_does_not_start_on_a_versioned_bucket() {
    let Some(gateway) = gateway() else { return };
    let bucket = gateway.versioned_bucket().await;
    let folder = tempfile::tempdir().unwrap();
    let setup = ["setup", "--url", "https://example.org", "--title", "T", "--admin-user", "ann"];
    let store = format!("s3://{bucket}");
    let setup = [&setup[..], &["--admin-email", "ann@example.org", "--store", &store]].concat();
    let run = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bucketpress"));
        command.args(&setup).args(more).current_dir(folder.path()).envs(gateway.env());
        let output = command.env("BUCKETPRESS_SITE_KEY", "5a".repeat(32)).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said) = run(&[]);
    assert_eq!(code, Some(3), "{said}");
    for words in ["ignores If-None-Match", "suspend versioning", "run exactly one server", &bucket] {
        assert!(said.contains(words), "{words} in: {said}");
    }
    let (code, said) = run(&["--set", "store.allow_single_writer=true"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("only writer"), "{said}");
}

/// Somebody turns versioning on under a running server: from the next probe on no write is accepted, until it is off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_stops_keeping_its_promises_is_not_written_to() {
    let Some(gateway) = gateway() else { return };
    let bucket = gateway.fresh_bucket().await;
    let flags = vec![("store.location", format!("s3://{bucket}"))];
    let config = config::load(&Layers { file: None, environment: Vec::new(), flags }).unwrap();
    let objects = Arc::new(gateway.objects(&bucket, "").await);
    let key = SiteKey::from_bytes([5; 32]);
    let app = App::from_parts(config, objects, key, Clock::System, Ids::System).await.unwrap();
    assert!(app.prove_store().await);
    assert_eq!(app.log.refusal().await, None);
    gateway.set_versioning(&bucket, BucketVersioningStatus::Enabled).await;
    assert!(!app.prove_store().await);
    let refusal = app.log.refusal().await.unwrap();
    assert!(refusal.contains("ignores If-None-Match"), "{refusal}");
    app.log.tick().await;
    assert!(app.log.refusal().await.is_some(), "that the store answers does not make it trustworthy");
    gateway.set_versioning(&bucket, BucketVersioningStatus::Suspended).await;
    assert!(app.prove_store().await);
    app.log.tick().await;
    assert_eq!(app.log.refusal().await, None);
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let Some(gateway) = gateway() else { return };
    let objects = gateway.objects("no-such-bucket", "").await;
    let failure = probe::check(&objects, &Ids::System, &Clock::System).await.unwrap_err();
    assert!(failure.to_string().contains("the bucket does not exist"), "{failure}");
    assert!(!failure.allows_single_writer());
}

/// Turns creates into puts: what a store does that does not know the condition.
#[tokio::test]
async fn an_ignored_condition_is_caught() {
    let memory = MemoryObjects::new();
    let failure = check(&Forgetful { within: memory, creates: |_| true }).await.unwrap_err();
    assert!(matches!(failure, ProbeFailure::IgnoresCreate), "{failure:?}");
}

#[tokio::test]
async fn a_race_with_several_winners_is_caught() {
    let racy = Forgetful { within: MemoryObjects::new(), creates: |key| key.contains("race") };
    let failure = check(&racy).await.unwrap_err();
    assert!(matches!(failure, ProbeFailure::ManyWinners { winners: 16 }), "{failure:?}");
}

#[tokio::test]
async fn a_store_without_the_condition_is_named() {
    let refusing = FaultyObjects::new(Arc::new(MemoryObjects::new()), |call: &Call<'_>| match call.method {
        Method::Create => Outcome::Refused(501).into(),
        _ => Fault::default(),
    });
    let failure = check(&refusing).await.unwrap_err();
    assert!(matches!(failure, ProbeFailure::NoCreate(_)), "{failure:?}");
    assert!(failure.to_string().contains("501"), "{failure}");
}

/// Answers that got lost are no finding: the probe asks again, and blames nobody for what it was not told.
#[tokio::test(start_paused = true)]
async fn bad_connections_are_no_finding() {
    let mut passed = 0;
    for seed in 0..50 {
        let rates = Rates { refused: 20, reply_lost: 20, applied_then: 20, ..Rates::default() };
        let mut faults = seeded(seed, rates);
        let faulty = FaultyObjects::new(Arc::new(MemoryObjects::new()), move |call| match call.method {
            Method::Create => faults(call),
            _ => Fault::default(),
        });
        match check(&faulty).await {
            Ok(_) => passed += 1,
            Err(failure) => assert!(matches!(failure, ProbeFailure::Unusable(_)), "seed {seed}: {failure}"),
        }
    }
    assert!(passed >= 45, "{passed} of 50");
}

#[derive(Debug)]
struct Forgetful {
    within: MemoryObjects,
    creates: fn(&str) -> bool,
}

#[async_trait::async_trait]
impl Objects for Forgetful {
    async fn create(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        if (self.creates)(key) {
            return self.within.put(key, body, attributes).await;
        }
        self.within.create(key, body, attributes).await
    }

    async fn get(
        &self,
        key: &str,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<bucketpress::store::objects::Object, ObjectError> {
        self.within.get(key, range).await
    }

    async fn get_stream(
        &self,
        key: &str,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<bucketpress::store::objects::ObjectStream, ObjectError> {
        self.within.get_stream(key, range).await
    }

    async fn head(&self, key: &str) -> Result<bucketpress::store::objects::ObjectMeta, ObjectError> {
        self.within.head(key).await
    }

    async fn put(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        self.within.put(key, body, attributes).await
    }

    async fn put_many(&self, objects: Vec<(String, Bytes, Attributes)>) -> Result<(), ObjectError> {
        self.within.put_many(objects).await
    }

    async fn put_stream(
        &self,
        key: &str,
        body: stream::BoxStream<'static, Result<Bytes, io::Error>>,
        attributes: &Attributes,
    ) -> Result<u64, ObjectError> {
        self.within.put_stream(key, body, attributes).await
    }

    async fn copy(&self, from: &str, to: &str, attributes: &Attributes) -> Result<(), ObjectError> {
        self.within.copy(from, to, attributes).await
    }

    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError> {
        self.within.delete(keys).await
    }

    async fn list(
        &self,
        prefix: &str,
        start_after: Option<&str>,
        limit: usize,
    ) -> Result<bucketpress::store::objects::ListPage, ObjectError> {
        self.within.list(prefix, start_after, limit).await
    }

    async fn presign_get(&self, key: &str, ttl: std::time::Duration) -> Result<Option<String>, ObjectError> {
        self.within.presign_get(key, ttl).await
    }
}
