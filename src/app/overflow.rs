//! Comments that wait outside the log, because it was overloaded when they came: `overflow/<ulid>`.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::App;
use crate::{
    cache::LoadError,
    content::HeldComment,
    store::{
        ObjectError, codec,
        keys::{self, Key, OVERFLOW_PREFIX},
        objects::LIST_MAX,
    },
};

/// Comments that may wait, as far as one server knows; with more, none is accepted.
pub const OBJECTS_MAX: usize = 10_000;
/// Bytes of one object: a comment of the greatest length with every character escaped is less.
const OBJECT_BYTES_MAX: u64 = 1 << 20;
/// The writer waits, so this is all the time the store gets.
const WRITE_WITHIN: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(100);
/// What another server wrote is left to that server for this long: nobody does the same work twice.
const WRITERS_TURN: Duration = Duration::from_secs(60);
/// Comments remembered against floods of one reader.
const RECENT_MAX: usize = 1000;

/// What this server knows of the comments that wait, and what it has done with them.
#[derive(Debug, Default)]
pub struct Overflow {
    /// Sync: compared and counted, never across an await.
    known: Mutex<Known>,
    held: Notify,
}

#[derive(Debug, Default)]
struct Known {
    counts: Counts,
    /// Written here and not folded in yet.
    own: BTreeSet<u128>,
    /// Not to be tried again by this process.
    broken: BTreeSet<u128>,
    /// The newest held here.
    recent: VecDeque<Recent>,
}

#[derive(Debug)]
struct Recent {
    at: Timestamp,
    ip: String,
    name: String,
    email: String,
}

/// Since the start, but for `waiting`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects there are, as last counted.
    pub waiting: u64,
    /// Broken ones among them: changed by others, or made by a later version.
    pub broken: u64,
    pub held: u64,
    pub folded: u64,
    /// For posts deleted meanwhile.
    pub dropped: u64,
    /// Not accepted, because too many wait.
    pub refused: u64,
}

/// Why a comment could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    #[error("{OBJECTS_MAX} comments are waiting already")]
    Full,
    /// Certainly nothing was written.
    #[error("{0}")]
    Failed(String),
    /// It may still appear.
    #[error("{0}")]
    Unknown(String),
}

impl Overflow {
    pub fn counts(&self) -> Counts {
        let known = self.known.lock();
        Counts { broken: known.broken.len() as u64, ..known.counts }
    }

    /// Returns when a comment was held since it was last called.
    pub async fn held(&self) {
        self.held.notified().await;
    }

    /// Whether the same reader had one held by this server less than `within` before.
    pub fn is_flood(&self, comment: &HeldComment, within: Duration) -> bool {
        let at = comment.arrived_at();
        let known = self.known.lock();
        let recent = known.recent.iter().filter(|other| at.duration_since(other.at).unsigned_abs() < within);
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        recent.into_iter().any(|other| {
            same(&other.ip, &comment.author_ip)
                || other.name == comment.author_name
                || same(&other.email, &comment.author_email)
        })
    }

    fn has_room(&self) -> bool {
        let mut known = self.known.lock();
        let room = known.counts.waiting < OBJECTS_MAX as u64;
        known.counts.refused += u64::from(!room);
        room
    }

    fn note_held(&self, held: &HeldComment) {
        let mut known = self.known.lock();
        known.counts.held += 1;
        known.counts.waiting += 1;
        known.own.insert(held.id);
        if known.recent.len() >= RECENT_MAX {
            known.recent.pop_front();
        }
        known.recent.push_back(Recent {
            at: held.arrived_at(),
            ip: held.author_ip.clone(),
            name: held.author_name.clone(),
            email: held.author_email.clone(),
        });
        drop(known);
        self.held.notify_one();
    }

    /// Its object says nothing that can be folded in: it stays where it is, for an operator.
    pub fn note_broken(&self, id: u128) {
        self.known.lock().broken.insert(id);
    }

    pub fn note_folded(&self) {
        self.known.lock().counts.folded += 1;
    }

    pub fn note_dropped(&self) {
        self.known.lock().counts.dropped += 1;
    }

    /// Takes note of all there are; gives those this server should fold in now.
    fn note_listed(&self, listed: &BTreeSet<u128>, now: Timestamp) -> Vec<u128> {
        let mut known = self.known.lock();
        known.counts.waiting = listed.len() as u64;
        known.own.retain(|id| listed.contains(id));
        known.broken.retain(|id| listed.contains(id));
        let is_mine = |id: &u128| {
            let age = now.duration_since(crate::content::Arrival::new(*id).at());
            known.own.contains(id) || age.as_secs() >= WRITERS_TURN.as_secs().cast_signed()
        };
        listed.iter().filter(|id| is_mine(id) && !known.broken.contains(id)).copied().collect()
    }
}

/// Writes `held`; when this returns, it is durable.
///
/// # Errors
/// See [`HoldError`].
pub async fn hold(app: &App, held: &HeldComment) -> Result<(), HoldError> {
    if !app.overflow.has_room() {
        return Err(HoldError::Full);
    }
    let key = Key::Overflow(held.id);
    let json = bytes::Bytes::from(codec::overflow::encode(held, app.log.lineage(), &app.key));
    let mut in_doubt = false;
    let written = tokio::time::timeout(WRITE_WITHIN, async {
        loop {
            match app.objects.create(&key.path(), json.clone(), &key.attributes()).await {
                // the key is new: who else should have made it
                Ok(()) | Err(ObjectError::AlreadyExists { .. }) => return Ok(()),
                Err(ObjectError::Unknown { .. }) => in_doubt = true,
                Err(error) => return Err(error.to_string()),
            }
            tokio::time::sleep(PAUSE).await;
        }
    })
    .await;
    match written {
        Ok(Ok(())) => {
            app.overflow.note_held(held);
            Ok(())
        }
        Ok(Err(reason)) if !in_doubt => Err(HoldError::Failed(reason)),
        Ok(Err(reason)) => Err(HoldError::Unknown(reason)),
        Err(_) => Err(HoldError::Unknown(format!("no answer to {key} in {} s", WRITE_WITHIN.as_secs()))),
    }
}

/// The comments that wait for this server to fold them in, oldest first.
///
/// # Errors
/// Of the store.
pub async fn waiting(app: &App) -> Result<Vec<u128>, ObjectError> {
    let mut listed = BTreeSet::new();
    let mut last: Option<String> = None;
    // a few more than may be there, since every server counts for itself
    while listed.len() < 2 * OBJECTS_MAX {
        let page = app.objects.list(OVERFLOW_PREFIX, last.as_deref(), LIST_MAX).await?;
        listed.extend(page.entries.iter().filter_map(|entry| keys::overflow(&entry.key)));
        last = page.entries.last().map(|entry| entry.key.clone());
        if !page.more || last.is_none() {
            break;
        }
    }
    Ok(app.overflow.note_listed(&listed, app.clock.now()))
}

/// One that waits; `None` when somebody else has folded it in meanwhile.
///
/// # Errors
/// `Corrupt` for what this site did not write; `Unavailable` when the store does not answer.
pub async fn read(app: &App, id: u128) -> Result<Option<HeldComment>, LoadError> {
    let key = Key::Overflow(id).path();
    let corrupt = |reason: String| LoadError::Corrupt { key: key.clone(), reason };
    let object = match app.objects.get(&key, Some(0..OBJECT_BYTES_MAX)).await {
        Ok(object) => object,
        Err(ObjectError::NotFound { .. }) => return Ok(None),
        Err(ObjectError::Invalid { reason, .. }) => return Err(corrupt(reason)),
        Err(error) => return Err(LoadError::Unavailable(error.to_string())),
    };
    let decoded = codec::overflow::decode(&object.body, &app.key).map_err(|error| corrupt(error.to_string()));
    let (held, lineage) = decoded?;
    if held.id != id || lineage != app.log.lineage() {
        return Err(corrupt("it belongs to another key or another site".to_owned()));
    }
    Ok(Some(held))
}

/// Removes what has become durable in the log.
///
/// # Errors
/// Of the store; then they are folded in again, which changes nothing.
pub async fn remove(app: &App, ids: &[u128]) -> Result<(), ObjectError> {
    if ids.is_empty() {
        return Ok(());
    }
    let keys: Vec<String> = ids.iter().map(|id| Key::Overflow(*id).path()).collect();
    app.objects.delete(&keys).await?;
    let mut known = app.overflow.known.lock();
    known.counts.waiting = known.counts.waiting.saturating_sub(ids.len() as u64);
    for id in ids {
        known.own.remove(id);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::PostId;

    const SECOND: u128 = 1000 << 80;

    fn held(id: u128, ip: &str) -> HeldComment {
        HeldComment {
            id,
            post: PostId(1),
            parent: None,
            user: None,
            author_name: format!("reader at {ip}"),
            author_email: String::new(),
            author_url: String::new(),
            author_ip: ip.to_owned(),
            agent: String::new(),
            content: "text".to_owned(),
        }
    }

    #[test]
    fn who_wrote_folds_first_and_others_after_a_minute() {
        let overflow = Overflow::default();
        let own = 1000 * SECOND;
        overflow.note_held(&held(own, "192.0.2.1"));
        let (young, old, broken) = (950 * SECOND, 900 * SECOND, 899 * SECOND);
        overflow.note_broken(broken);
        let now = Timestamp::from_second(1000).unwrap();
        let listed = BTreeSet::from([own, young, old, broken]);
        assert_eq!(overflow.note_listed(&listed, now), [old, own]);
        assert_eq!(overflow.counts(), Counts { waiting: 4, broken: 1, held: 1, ..Counts::default() });
        assert_eq!(overflow.note_listed(&BTreeSet::new(), now), []);
        assert_eq!(overflow.counts(), Counts { held: 1, ..Counts::default() });
    }

    #[test]
    fn a_reader_in_a_hurry_is_noticed() {
        let overflow = Overflow::default();
        overflow.note_held(&held(1000 * SECOND, "192.0.2.1"));
        let within = Duration::from_secs(15);
        assert!(overflow.is_flood(&held(1010 * SECOND, "192.0.2.1"), within));
        assert!(!overflow.is_flood(&held(1015 * SECOND, "192.0.2.1"), within));
        assert!(!overflow.is_flood(&held(1010 * SECOND, "192.0.2.2"), within));
    }

    #[test]
    fn there_is_an_end_to_it() {
        let overflow = Overflow::default();
        assert!(overflow.has_room());
        overflow.known.lock().counts.waiting = OBJECTS_MAX as u64;
        assert!(!overflow.has_room());
        assert_eq!(overflow.counts().refused, 1);
    }
}
