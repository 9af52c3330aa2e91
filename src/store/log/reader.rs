//! Reads of the log from the bucket, verified; used by opening, following, committing and the tools.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    Corrupt,
    decode::{self, DecodeError},
    entry::{ChainHash, Entry},
    mac::MacKey,
};
use crate::{
    clock::Clock,
    id::Ids,
    store::{
        ObjectError, Objects,
        keys::{FLOOR_PREFIX, Key, LOG_PREFIX},
        retry::Retry,
    },
};

/// One read is given up after this long; the backend's own retries are within it.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of compressed entries fetched at once.
const WIDE_BYTES_MAX: u64 = 16 << 20;
/// Entries fetched at once.
const WIDE_ENTRIES_MAX: usize = 64;
/// Decoding and hashing more than this many bytes leaves the async threads.
const BLOCKING_BYTES: usize = 64 << 10;
const LIST_LIMIT: usize = 1000;

/// Why the log could not be read on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Object(#[from] ObjectError),
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    #[error("the bucket needs format version {0}")]
    TooNew(u32),
}

impl ReadError {
    /// For callers that only distinguish "fresh" from "not fresh".
    pub fn into_object(self) -> ObjectError {
        match self {
            Self::Object(error) => error,
            other => ObjectError::Unavailable { key: LOG_PREFIX.to_owned(), reason: other.to_string() },
        }
    }
}

/// An entry as it was found, with the hash the next one must name.
#[derive(Clone, Debug)]
pub struct Found {
    pub entry: Entry,
    pub hash: ChainHash,
}

/// What is needed to read and trust the log.
#[derive(Clone, Debug)]
pub struct Reader {
    pub objects: Arc<dyn Objects>,
    pub mac: MacKey,
    pub ids: Ids,
    pub clock: Clock,
    /// Of reads. The follower and the committer have their own ways to go on; one attempt is right for them.
    pub retry: Retry,
    pub lineage: Arc<str>,
}

const ONE_ATTEMPT: Retry = Retry { attempts_max: 1, first: Duration::ZERO, most: Duration::ZERO };
/// For reads of a thousand objects in a row, one of which fails every now and then.
const PATIENT: Retry = Retry { attempts_max: 8, first: Duration::from_millis(100), most: Duration::from_secs(2) };

impl Reader {
    pub fn new(objects: Arc<dyn Objects>, mac: MacKey, ids: Ids, clock: Clock) -> Self {
        Self { objects, mac, ids, clock, retry: ONE_ATTEMPT, lineage: Arc::from("") }
    }

    /// One that rather waits than fails, for loading and checking.
    pub fn patient(&self) -> Self {
        Self { retry: PATIENT, ..self.clone() }
    }

    /// One that is told of every failure, for those who have something better to do than to wait.
    pub fn impatient(self) -> Self {
        Self { retry: ONE_ATTEMPT, ..self }
    }

    /// The stored bytes of slot `seq`; `None` while it is empty.
    pub async fn slot(&self, seq: u64) -> Result<Option<Bytes>, ObjectError> {
        self.read(&Key::LogEntry(seq).path()).await
    }

    /// The whole object, or `None` where there is none. A short body counts as no answer.
    pub async fn read(&self, key: &str) -> Result<Option<Bytes>, ObjectError> {
        let mut attempt = 1;
        loop {
            match self.read_once(key).await {
                Err(ObjectError::Unavailable { .. }) if attempt < self.retry.attempts_max => {
                    tokio::time::sleep(self.retry.delay(attempt, &self.ids)).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn read_once(&self, key: &str) -> Result<Option<Bytes>, ObjectError> {
        let unavailable = |reason: String| ObjectError::Unavailable { key: key.to_owned(), reason };
        match tokio::time::timeout(READ_TIMEOUT, self.objects.get(key, None)).await {
            Ok(Ok(object)) if object.body.len() as u64 == object.meta.size => Ok(Some(object.body)),
            Ok(Ok(object)) => Err(unavailable(format!("{} of {} bytes arrived", object.body.len(), object.meta.size))),
            Ok(Err(ObjectError::NotFound { .. })) => Ok(None),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(unavailable(format!("no answer in {} s", READ_TIMEOUT.as_secs()))),
        }
    }

    /// Keys with their sizes, and whether there are more.
    pub async fn list(&self, prefix: &str, after: Option<&str>) -> Result<(Vec<(String, u64)>, bool), ObjectError> {
        let mut attempt = 1;
        loop {
            match self.list_once(prefix, after).await {
                Err(ObjectError::Unavailable { .. }) if attempt < self.retry.attempts_max => {
                    tokio::time::sleep(self.retry.delay(attempt, &self.ids)).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn list_once(&self, prefix: &str, after: Option<&str>) -> Result<(Vec<(String, u64)>, bool), ObjectError> {
        let listing = self.objects.list(prefix, after, LIST_LIMIT);
        let page =
            tokio::time::timeout(READ_TIMEOUT, listing).await.map_err(|_elapsed| ObjectError::Unavailable {
                key: prefix.to_owned(),
                reason: format!("no listing in {} s", READ_TIMEOUT.as_secs()),
            })??;
        Ok((page.entries.into_iter().map(|entry| (entry.key, entry.size)).collect(), page.more))
    }

    /// All numbers under a prefix of numbered keys, ascending.
    pub async fn numbers(&self, prefix: &str) -> Result<Vec<u64>, ObjectError> {
        let mut numbers = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let (entries, more) = self.list(prefix, after.as_deref()).await?;
            numbers.extend(entries.iter().filter_map(|(key, _)| number_in(key, prefix)));
            match entries.last() {
                Some((key, _)) if more => after = Some(key.clone()),
                _ => return Ok(numbers),
            }
        }
    }

    /// Slots up to this number may have been deleted; 0: none.
    pub async fn floor(&self) -> Result<u64, ObjectError> {
        Ok(self.numbers(FLOOR_PREFIX).await?.last().copied().unwrap_or(0))
    }

    /// Reads and decodes slot `seq`; `None` while it is empty.
    pub async fn entry(&self, seq: u64) -> Result<Option<Found>, ReadError> {
        match self.slot(seq).await? {
            Some(bytes) => self.decode_or_reread(seq, bytes).await,
            None => Ok(None),
        }
    }

    /// Decodes; what cannot be decoded is read once more, lest a damaged transfer pass for a damaged log.
    pub async fn decode_or_reread(&self, seq: u64, bytes: Bytes) -> Result<Option<Found>, ReadError> {
        let first = match self.decode(seq, bytes.clone()).await {
            Ok(found) => return Ok(Some(found)),
            Err(error) => error,
        };
        match self.slot(seq).await? {
            Some(again) if again == bytes => Err(first),
            Some(_) => Err(ReadError::Object(ObjectError::Unavailable {
                key: Key::LogEntry(seq).path(),
                reason: "two reads of one entry differ".to_owned(),
            })),
            None => Ok(None),
        }
    }

    /// Decodes and checks what an entry says of itself; its place in the chain is checked when it is applied.
    pub async fn decode(&self, seq: u64, bytes: Bytes) -> Result<Found, ReadError> {
        let (mac, size) = (self.mac.clone(), bytes.len());
        let decode = move || {
            let hash = ChainHash::of(&bytes);
            decode::decode(&bytes, &mac).map(|entry| Found { entry, hash })
        };
        let decoded = self.offload(size, decode).await;
        let corrupt = |reason: String| ReadError::Corrupt(Corrupt { what: Key::LogEntry(seq).path(), reason });
        let found = match decoded {
            Ok(found) => found,
            Err(DecodeError::TooNew(version)) => return Err(ReadError::TooNew(version)),
            Err(error) => return Err(corrupt(error.to_string())),
        };
        if found.entry.seq != seq {
            return Err(corrupt(format!("it calls itself entry {}", found.entry.seq)));
        }
        if *found.entry.lineage != *self.lineage {
            return Err(corrupt(format!("it belongs to lineage {}", found.entry.lineage)));
        }
        Ok(found)
    }

    /// Some entries directly after `seq`, by one listing and many reads at once; empty where none are listed.
    ///
    /// The listing may begin later than `seq + 1`: the caller finds that out when it applies them.
    pub async fn entries_after(&self, seq: u64) -> Result<Vec<Found>, ReadError> {
        let (listed, _) = self.list(LOG_PREFIX, Some(&Key::LogEntry(seq).path())).await?;
        let mut bytes = 0;
        let wanted = listed
            .iter()
            .filter_map(|(key, size)| Some((number_in(key, LOG_PREFIX)?, *size)))
            .take(WIDE_ENTRIES_MAX)
            .take_while(|(_, size)| {
                let fits = bytes == 0 || bytes + size <= WIDE_BYTES_MAX;
                bytes += size;
                fits
            })
            .map(|(number, _)| number);
        let found: Vec<Option<Found>> = stream::iter(wanted.collect::<Vec<_>>())
            .map(|number| self.entry(number))
            .buffered(WIDE_ENTRIES_MAX)
            .try_collect()
            .await?;
        // One that vanished between listing and reading was collected: stop before it.
        Ok(found.into_iter().map_while(|found| found).collect())
    }

    /// Waits a random time between half of `pause` and `pause`.
    pub async fn pause(&self, pause: Duration) {
        tokio::time::sleep(self.jitter(pause)).await;
    }

    /// Runs work that takes long for large input on the blocking pool, and for small input at once.
    ///
    /// Simulations know one thread only: there it is always at once.
    pub async fn offload<T: Send + 'static>(&self, bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
        if bytes < BLOCKING_BYTES || matches!(self.clock, Clock::Simulated { .. }) {
            return work();
        }
        match tokio::task::spawn_blocking(work).await {
            Ok(value) => value,
            Err(failure) => match failure.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is shutting down and drops this task too.
                Err(_) => std::future::pending().await,
            },
        }
    }

    pub fn jitter(&self, pause: Duration) -> Duration {
        let share = f64::from(u16::from_le_bytes(self.ids.array())) / f64::from(u16::MAX);
        pause.mul_f64(0.5 + share / 2.0)
    }
}

fn number_in(key: &str, prefix: &str) -> Option<u64> {
    key.strip_prefix(prefix)?.split('.').next()?.parse().ok()
}
