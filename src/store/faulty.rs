//! A store that misbehaves on purpose, as real ones do, for tests and simulations.

use std::{ops::Range, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream, stream::BoxStream};
use parking_lot::Mutex;

use super::objects::{Attributes, ListPage, Method, Object, ObjectError, ObjectMeta, ObjectStream, Objects};

/// One request about to be made.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub method: Method,
    /// The first of several; the prefix of a listing.
    pub key: &'a str,
}

/// What becomes of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// Time that passes before anything happens.
    pub delay: Duration,
    pub outcome: Outcome,
    /// Time between taking effect and the answer.
    pub delay_answer: Duration,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    #[default]
    Pass,
    /// Refused with this HTTP status (409, 429, 500, 503, …) without taking effect.
    Refused(u16),
    /// Takes effect, but is answered with this status. 412 is what a repeated create of one's own gets.
    AppliedThen(u16),
    /// Takes effect; the connection breaks before the answer.
    ReplyLost,
    /// The connection breaks now; the request takes effect this much later, whoever is still there.
    Late(Duration),
    /// Takes effect twice; the first answer counts.
    Twice,
    /// The answer breaks off in the middle of the body (`get`, `get_stream`; else as `ReplyLost`).
    Truncated,
}

impl From<Outcome> for Fault {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, ..Self::default() }
    }
}

/// How often each fault happens, in one of a thousand requests; the rest pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    pub refused: u32,
    pub applied_then: u32,
    pub reply_lost: u32,
    pub late: u32,
    pub twice: u32,
    pub truncated: u32,
    pub delayed: u32,
    pub delay_max: Duration,
    pub late_max: Duration,
}

type Chooser = Box<dyn FnMut(&Call<'_>) -> Fault + Send>;

/// Asks its chooser what to do with each request to the store within.
pub struct FaultyObjects {
    within: Arc<dyn Objects>,
    // sync: the chooser is plain computation
    choose: Mutex<Chooser>,
}

impl std::fmt::Debug for FaultyObjects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaultyObjects").field("within", &self.within).finish_non_exhaustive()
    }
}

/// A chooser that is a function of its seed and the calls before.
pub fn seeded(seed: u64, rates: Rates) -> impl FnMut(&Call<'_>) -> Fault + Send + 'static {
    let mut random = SplitMix(seed);
    move |_call| {
        let mut fault = Fault::default();
        if random.below(1000) < u64::from(rates.delayed) {
            fault.delay = random.duration(rates.delay_max);
            fault.delay_answer = random.duration(rates.delay_max);
        }
        let statuses = [409, 429, 500, 503];
        let status = statuses[random.below(statuses.len() as u64) as usize];
        let late = random.duration(rates.late_max);
        let mut lot = random.below(1000);
        let outcomes = [
            (rates.refused, Outcome::Refused(status)),
            (rates.applied_then, Outcome::AppliedThen(if lot.is_multiple_of(2) { 412 } else { status })),
            (rates.reply_lost, Outcome::ReplyLost),
            (rates.late, Outcome::Late(late)),
            (rates.twice, Outcome::Twice),
            (rates.truncated, Outcome::Truncated),
        ];
        for (rate, outcome) in outcomes {
            if lot < u64::from(rate) {
                fault.outcome = outcome;
                break;
            }
            lot -= u64::from(rate);
        }
        fault
    }
}

/// Sebastiano Vigna's splitmix64: small, and the same on every machine.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    fn duration(&mut self, most: Duration) -> Duration {
        Duration::from_micros(self.below(u64::try_from(most.as_micros()).unwrap_or(u64::MAX).saturating_add(1)))
    }
}

impl FaultyObjects {
    pub fn new(within: Arc<dyn Objects>, choose: impl FnMut(&Call<'_>) -> Fault + Send + 'static) -> Self {
        Self { within, choose: Mutex::new(Box::new(choose)) }
    }

    /// Runs `request` as the chooser says. `request` may be run never, once, twice or later.
    async fn run<T, F, R>(&self, method: Method, key: &str, request: R) -> Result<T, ObjectError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, ObjectError>> + Send + 'static,
        R: Fn(Arc<dyn Objects>) -> F + Send + Sync,
    {
        let fault = (self.choose.lock())(&Call { method, key });
        if !fault.delay.is_zero() {
            tokio::time::sleep(fault.delay).await;
        }
        let status = |status| ObjectError::from_status(method, key, status, "injected".to_owned());
        let broken = || ObjectError::undecided(method, key, "injected: connection reset");
        let answer = match fault.outcome {
            Outcome::Pass => request(self.within.clone()).await,
            Outcome::Refused(code) => Err(status(code)),
            Outcome::AppliedThen(code) => {
                request(self.within.clone()).await.ok();
                // only a create has a condition that can fail
                Err(status(if code == 412 && method != Method::Create { 500 } else { code }))
            }
            Outcome::ReplyLost | Outcome::Truncated => {
                request(self.within.clone()).await.ok();
                Err(broken())
            }
            Outcome::Late(wait) => {
                let late = request(self.within.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(wait).await;
                    late.await.ok();
                });
                Err(broken())
            }
            Outcome::Twice => {
                let first = request(self.within.clone()).await;
                request(self.within.clone()).await.ok();
                first
            }
        };
        if !fault.delay_answer.is_zero() {
            tokio::time::sleep(fault.delay_answer).await;
        }
        answer
    }
}

/// Half of the body, then a broken connection.
fn cut(object: Object) -> ObjectStream {
    let half = object.body.slice(..object.body.len() / 2);
    let broken = std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "injected: connection reset");
    ObjectStream { meta: object.meta, body: stream::iter([Ok(half), Err(broken)]).boxed() }
}

#[async_trait]
impl Objects for FaultyObjects {
    async fn get(&self, key: &str, range: Option<Range<u64>>) -> Result<Object, ObjectError> {
        let owned = key.to_owned();
        self.run(Method::Get, key, |within| {
            let (key, range) = (owned.clone(), range.clone());
            async move { within.get(&key, range).await }
        })
        .await
    }

    async fn get_stream(&self, key: &str, range: Option<Range<u64>>) -> Result<ObjectStream, ObjectError> {
        let fault = (self.choose.lock())(&Call { method: Method::GetStream, key });
        tokio::time::sleep(fault.delay).await;
        match fault.outcome {
            Outcome::Pass | Outcome::Twice => self.within.get_stream(key, range).await,
            Outcome::Truncated => self.within.get(key, range).await.map(cut),
            Outcome::Refused(code) | Outcome::AppliedThen(code) => {
                Err(ObjectError::from_status(Method::GetStream, key, code, "injected".to_owned()))
            }
            Outcome::ReplyLost | Outcome::Late(_) => {
                Err(ObjectError::undecided(Method::GetStream, key, "injected: connection reset"))
            }
        }
    }

    async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        let owned = key.to_owned();
        self.run(Method::Head, key, |within| {
            let key = owned.clone();
            async move { within.head(&key).await }
        })
        .await
    }

    async fn put(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        let (owned, attributes) = (key.to_owned(), attributes.clone());
        self.run(Method::Put, key, |within| {
            let (key, body, attributes) = (owned.clone(), body.clone(), attributes.clone());
            async move { within.put(&key, body, &attributes).await }
        })
        .await
    }

    /// A fault decided for one object in the middle leaves those before it written.
    async fn put_many(&self, objects: Vec<(String, Bytes, Attributes)>) -> Result<(), ObjectError> {
        for (key, body, attributes) in objects {
            self.run(Method::PutMany, &key, |within| {
                let (key, body, attributes) = (key.clone(), body.clone(), attributes.clone());
                async move { within.put(&key, body, &attributes).await }
            })
            .await?;
        }
        Ok(())
    }

    async fn create(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        let (owned, attributes) = (key.to_owned(), attributes.clone());
        self.run(Method::Create, key, |within| {
            let (key, body, attributes) = (owned.clone(), body.clone(), attributes.clone());
            async move { within.create(&key, body, &attributes).await }
        })
        .await
    }

    async fn put_stream(
        &self,
        key: &str,
        body: BoxStream<'static, Result<Bytes, std::io::Error>>,
        attributes: &Attributes,
    ) -> Result<u64, ObjectError> {
        let (owned, attributes) = (key.to_owned(), attributes.clone());
        // a stream can be read once: the second of `Twice` finds nothing and does nothing
        let body = Arc::new(Mutex::new(Some(body)));
        self.run(Method::PutStream, key, |within| {
            let (key, body, attributes) = (owned.clone(), body.lock().take(), attributes.clone());
            async move {
                match body {
                    Some(body) => within.put_stream(&key, body, &attributes).await,
                    None => Ok(0),
                }
            }
        })
        .await
    }

    async fn copy(&self, from: &str, to: &str, attributes: &Attributes) -> Result<(), ObjectError> {
        let (from, to_owned, attributes) = (from.to_owned(), to.to_owned(), attributes.clone());
        self.run(Method::Copy, to, |within| {
            let (from, to, attributes) = (from.clone(), to_owned.clone(), attributes.clone());
            async move { within.copy(&from, &to, &attributes).await }
        })
        .await
    }

    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError> {
        let keys = keys.to_vec();
        let first = keys.first().cloned().unwrap_or_default();
        self.run(Method::Delete, &first, |within| {
            let keys = keys.clone();
            async move { within.delete(&keys).await }
        })
        .await
    }

    async fn list(&self, prefix: &str, start_after: Option<&str>, limit: usize) -> Result<ListPage, ObjectError> {
        let (owned, after) = (prefix.to_owned(), start_after.map(str::to_owned));
        self.run(Method::List, prefix, |within| {
            let (prefix, after) = (owned.clone(), after.clone());
            async move { within.list(&prefix, after.as_deref(), limit).await }
        })
        .await
    }

    async fn presign_get(&self, key: &str, ttl: Duration) -> Result<Option<String>, ObjectError> {
        self.within.presign_get(key, ttl).await
    }
}
