//! The probe passes what the log can rest on, and says in plain words what it cannot.

use bucketpress::{
    clock::Clock,
    id::Ids,
    store::{
        faulty::{Call, Outcome, Rates, seeded},
        probe::{self, ProbeFailure, ProbeReport},
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
