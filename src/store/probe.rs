//! Asks the real bucket, at start and daily, whether it keeps the promises the log rests on.

use bytes::Bytes;
use futures_util::future::join_all;

use super::{
    keys::{Key, PROBE_PREFIX},
    objects::{LIST_MAX, ObjectError, Objects},
};
use crate::{clock::Clock, id::Ids};

const RACERS: usize = 16;
/// Races whose outcome no racer was told are run again, so often.
const RACES_MAX: usize = 4;
/// What runs older than this left behind is removed.
const LEFTOVER_MILLIS: u128 = 24 * 3600 * 1000;

/// A bucket that several servers may write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeReport {
    /// The store's clock minus ours, in seconds; `None` where the store tells no time.
    pub clock_ahead_seconds: Option<i64>,
}

/// What is wrong with the bucket, in an operator's words.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProbeFailure {
    #[error("the bucket cannot be used: {0}")]
    Unusable(#[from] ObjectError),
    #[error(
        "this bucket ignores If-None-Match: a second create of the same object overwrote the first, so two servers \
         could overwrite each other's commits. If it is a Ceph gateway before version 20.2 with bucket versioning on, \
         suspend versioning for this bucket; otherwise use a store with conditional writes, or run exactly one server"
    )]
    IgnoresCreate,
    #[error(
        "this store does not know create-if-absent (If-None-Match on PUT): {0}. Use a store with conditional writes, \
         or run exactly one server"
    )]
    NoCreate(String),
    #[error(
        "this store's create-if-absent is not atomic: {winners} of {RACERS} simultaneous creates of one object were \
         each told they had succeeded. Use another store, or run exactly one server"
    )]
    ManyWinners { winners: usize },
    #[error(
        "this store lost a race: the create that was told it had succeeded is not what is stored. Use another store, \
         or run exactly one server"
    )]
    WrongWinner,
    #[error(
        "this store shows an old state after a write ({0}): reads must see completed writes at once. If a cache or a \
         CDN stands before the bucket, point the server at the bucket itself"
    )]
    Stale(&'static str),
}

impl ProbeFailure {
    /// Whether one server alone may still use the bucket.
    pub fn allows_single_writer(&self) -> bool {
        match self {
            Self::IgnoresCreate | Self::NoCreate(_) | Self::ManyWinners { .. } | Self::WrongWinner => true,
            Self::Unusable(_) | Self::Stale(_) => false,
        }
    }
}

/// Probes the bucket and removes what it wrote.
///
/// # Errors
/// The first promise that was not kept.
pub async fn check(objects: &dyn Objects, ids: &Ids, clock: &Clock) -> Result<ProbeReport, ProbeFailure> {
    let probe = Probe { objects, run: ids.ulid(clock) };
    let result = probe.run(clock).await;
    if let Err(error) = probe.clean().await {
        tracing::warn!(%error, "objects of the probe stay in the bucket under {PROBE_PREFIX}");
    }
    result
}

struct Probe<'a> {
    objects: &'a dyn Objects,
    run: u128,
}

/// How a create went, as far as the probe can know.
enum Created {
    Won,
    Lost,
    Untold(ObjectError),
}

impl Probe<'_> {
    async fn run(&self, clock: &Clock) -> Result<ProbeReport, ProbeFailure> {
        let clock_ahead_seconds = self.reads_see_writes(clock).await?;
        self.second_create_fails().await?;
        self.race_has_one_winner().await?;
        Ok(ProbeReport { clock_ahead_seconds })
    }

    async fn reads_see_writes(&self, clock: &Clock) -> Result<Option<i64>, ProbeFailure> {
        let key = Key::Probe { run: self.run, name: "seen" };
        let path = key.path();
        match self.objects.get(&path, None).await {
            // a store or cache that remembers this answer is caught below
            Err(ObjectError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Err(ProbeFailure::Stale("an object nobody wrote")),
        }
        let mut ahead = None;
        for body in ["first", "second"] {
            self.objects.put(&path, Bytes::from_static(body.as_bytes()), &key.attributes()).await?;
            let read = match self.objects.get(&path, None).await {
                Err(ObjectError::NotFound { .. }) => return Err(ProbeFailure::Stale("GET does not see a PUT")),
                answer => answer?,
            };
            if read.body != body.as_bytes() {
                return Err(ProbeFailure::Stale("GET answers with an overwritten object"));
            }
            let page = self.objects.list(&path, None, 1).await?;
            if page.entries.first().is_none_or(|entry| entry.key != path) {
                return Err(ProbeFailure::Stale("LIST does not show a PUT"));
            }
            ahead = read.meta.store_time.map(|time| time - clock.now().as_second());
        }
        Ok(ahead)
    }

    async fn second_create_fails(&self) -> Result<(), ProbeFailure> {
        let mut untold = None;
        for attempt in 0..RACES_MAX {
            let name = format!("once-{attempt}");
            match self.create(&name, "first").await? {
                Created::Won => {}
                // nobody else knows this key: a request repeated on its way
                Created::Lost => continue,
                Created::Untold(error) => {
                    untold = Some(error);
                    continue;
                }
            }
            match self.create(&name, "second").await? {
                Created::Won => return Err(ProbeFailure::IgnoresCreate),
                Created::Lost if self.body(&name).await? == "first" => return Ok(()),
                Created::Lost => return Err(ProbeFailure::WrongWinner),
                Created::Untold(error) => untold = Some(error),
            }
        }
        Err(self.undecided(untold))
    }

    async fn race_has_one_winner(&self) -> Result<(), ProbeFailure> {
        let mut untold = None;
        for attempt in 0..RACES_MAX {
            let name = format!("race-{attempt}");
            let bodies: Vec<String> = (0..RACERS).map(|racer| format!("racer {racer}")).collect();
            let outcomes = join_all(bodies.iter().map(|body| self.create(&name, body))).await;
            let mut winners = Vec::new();
            for (body, outcome) in bodies.iter().zip(outcomes) {
                match outcome? {
                    Created::Won => winners.push(body),
                    Created::Lost => {}
                    Created::Untold(error) => untold = Some(error),
                }
            }
            match winners.as_slice() {
                // every racer lost or was not told: the winner is among those
                [] => {}
                [winner] if self.body(&name).await? == winner.as_bytes() => return Ok(()),
                [_] => return Err(ProbeFailure::WrongWinner),
                several => return Err(ProbeFailure::ManyWinners { winners: several.len() }),
            }
        }
        Err(self.undecided(untold))
    }

    /// The store never said how the creates ended; `last` is what it said instead.
    fn undecided(&self, last: Option<ObjectError>) -> ProbeFailure {
        let reason = last.map_or_else(|| "creates of new objects were refused".to_owned(), |error| error.to_string());
        ObjectError::Unavailable { key: Key::Probe { run: self.run, name: "" }.path(), reason }.into()
    }

    async fn create(&self, name: &str, body: &str) -> Result<Created, ProbeFailure> {
        let key = Key::Probe { run: self.run, name };
        match self.objects.create(&key.path(), Bytes::copy_from_slice(body.as_bytes()), &key.attributes()).await {
            Ok(()) => Ok(Created::Won),
            Err(ObjectError::AlreadyExists { .. }) => Ok(Created::Lost),
            Err(error @ (ObjectError::Unknown { .. } | ObjectError::Unavailable { .. })) => Ok(Created::Untold(error)),
            Err(ObjectError::Invalid { reason, .. }) => Err(ProbeFailure::NoCreate(reason)),
            Err(error) => Err(error.into()),
        }
    }

    async fn body(&self, name: &str) -> Result<Bytes, ProbeFailure> {
        let key = Key::Probe { run: self.run, name }.path();
        match self.objects.get(&key, None).await {
            Ok(object) => Ok(object.body),
            Err(ObjectError::NotFound { .. }) => Err(ProbeFailure::Stale("GET does not see a create")),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes this run's objects, and those of runs that were interrupted long ago.
    async fn clean(&self) -> Result<(), ObjectError> {
        let page = self.objects.list(PROBE_PREFIX, None, LIST_MAX).await?;
        let own = Key::Probe { run: self.run, name: "" }.path();
        let is_old = |key: &str| {
            let run = key.strip_prefix(PROBE_PREFIX).and_then(|rest| rest.split('/').next());
            let run = run.and_then(|run| ulid::Ulid::from_string(run).ok());
            run.is_some_and(|run| (run.0 >> 80) + LEFTOVER_MILLIS < self.run >> 80)
        };
        let keys = page.entries.into_iter().map(|entry| entry.key);
        let keys: Vec<String> = keys.filter(|key| key.starts_with(&own) || is_old(key)).collect();
        self.objects.delete(&keys).await
    }
}
