//! The faults are what they say.

use std::time::Duration;

use bucketpress::store::faulty::{Call, Outcome, Rates, seeded};

use super::*;

fn always(outcome: Outcome) -> (MemoryObjects, FaultyObjects) {
    let memory = MemoryObjects::new();
    let faulty = FaultyObjects::new(Arc::new(memory.clone()), move |_| outcome.into());
    (memory, faulty)
}

async fn create(outcome: Outcome) -> (MemoryObjects, Result<(), ObjectError>) {
    let (memory, faulty) = always(outcome);
    let answer = faulty.create("a", Bytes::from_static(b"body"), &attributes()).await;
    (memory, answer)
}

#[tokio::test]
async fn refused_has_no_effect() {
    for status in [409, 429, 500, 503] {
        let (memory, answer) = create(Outcome::Refused(status)).await;
        assert!(matches!(answer, Err(ObjectError::Unknown { .. })), "{answer:?}");
        assert!(memory.get("a", None).await.unwrap_err().is_not_found());
    }
    let (_, answer) = create(Outcome::Refused(403)).await;
    assert!(matches!(answer, Err(ObjectError::Denied { .. })), "{answer:?}");
    let (_, faulty) = always(Outcome::Refused(503));
    let answer = faulty.get("a", None).await;
    assert!(matches!(answer, Err(ObjectError::Unavailable { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_lost_reply_took_effect() {
    for outcome in [Outcome::ReplyLost, Outcome::AppliedThen(500), Outcome::Truncated] {
        let (memory, answer) = create(outcome).await;
        assert!(matches!(answer, Err(ObjectError::Unknown { .. })), "{answer:?}");
        assert_eq!(body(&memory, "a").await, "body");
    }
    let (memory, answer) = create(Outcome::AppliedThen(412)).await;
    assert!(matches!(answer, Err(ObjectError::AlreadyExists { .. })), "one's own: {answer:?}");
    assert_eq!(body(&memory, "a").await, "body");
    let (memory, answer) = create(Outcome::Twice).await;
    answer.unwrap();
    assert_eq!(body(&memory, "a").await, "body");
}

#[tokio::test(start_paused = true)]
async fn a_late_request_lands_after_its_sender_gave_up() {
    let (memory, faulty) = always(Outcome::Late(Duration::from_secs(3600)));
    let answer = faulty.create("a", Bytes::from_static(b"late"), &attributes()).await;
    assert!(matches!(answer, Err(ObjectError::Unknown { .. })), "{answer:?}");
    drop(faulty);
    tokio::time::sleep(Duration::from_secs(3599)).await;
    assert!(memory.get("a", None).await.unwrap_err().is_not_found());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(body(&memory, "a").await, "late");
}

#[tokio::test]
async fn a_truncated_body_is_never_taken_for_a_whole_one() {
    let (memory, faulty) = always(Outcome::Truncated);
    memory.put("a", Bytes::from_static(b"12345678"), &attributes()).await.unwrap();
    let answer = faulty.get("a", None).await;
    assert!(matches!(answer, Err(ObjectError::Unavailable { .. })), "{answer:?}");
    let chunks: Vec<_> = faulty.get_stream("a", None).await.unwrap().body.collect().await;
    assert_eq!(chunks[0].as_ref().unwrap(), "1234");
    assert!(chunks[1].is_err());
}

#[test]
fn the_same_seed_makes_the_same_faults() {
    let rates = Rates {
        refused: 100,
        applied_then: 100,
        reply_lost: 100,
        late: 100,
        twice: 100,
        truncated: 100,
        delayed: 500,
        delay_max: Duration::from_secs(1),
        late_max: Duration::from_secs(3600),
    };
    let faults = |seed| {
        let mut choose = seeded(seed, rates);
        (0..1000).map(|_| choose(&Call { method: Method::Get, key: "a" })).collect::<Vec<_>>()
    };
    assert_eq!(faults(7), faults(7));
    assert_ne!(faults(7), faults(8));
    let passed = faults(7).iter().filter(|fault| fault.outcome == Outcome::Pass).count();
    assert!((300..500).contains(&passed), "400 of 1000 pass on average: {passed}");
    let rare = seeded(1, Rates::default());
    let mut rare = rare;
    assert!((0..1000).all(|_| rare(&Call { method: Method::Get, key: "a" }) == Fault::default()));
}
