//! The other servers of the site: who they are, told through the bucket; and what was written, told at once.
//!
//! Hints only cut latency. A server that gets none finds every entry by itself, within a second while requests come;
//! so nothing here is retried, and no failure is worth more than a line in the log.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use futures_util::future::join_all;
use jiff::Timestamp;
use parking_lot::RwLock;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::App;
use crate::{
    fetch::{self, FetchError},
    store::{
        ObjectError,
        codec::server::{self, ServerRecord},
        keys,
        keys::Key,
        seal::purpose,
    },
};

/// The path hints are posted to.
pub const HINT_PATH: &str = "/_peer/hint";
/// Bytes of a hint; longer ones are refused.
pub const HINT_BYTES_MAX: usize = 1024;
/// Servers known of at a time; further ones find out for themselves.
const PEERS_MAX: usize = 100;
/// A record as old as this, by its writer's clock and ours, is of a server that is gone.
const GONE_AFTER: Duration = Duration::from_secs(30 * 60);
/// Records of servers that ended without a word stay this long for people to see, then somebody removes them.
const SWEPT_AFTER: Duration = Duration::from_secs(24 * 3600);
/// Hints in a row that a server did not take before it gets no more until it says something new of itself.
const FAILURES_MAX: u32 = 3;

/// What one process knows of the others.
#[derive(Debug)]
pub struct Peers {
    client: Client,
    /// By id. Sync: small, copied out of.
    known: RwLock<BTreeMap<String, Peer>>,
    /// A server wrote that is not known.
    stranger: Notify,
    sent: AtomicU64,
    heard: AtomicU64,
}

#[derive(Clone, Debug)]
struct Peer {
    address: String,
    /// As in its record.
    at: Timestamp,
    failures: u32,
}

/// Hints since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Servers that hints are sent to.
    pub peers: u64,
    /// Sent and taken.
    pub sent: u64,
    /// Received and authentic.
    pub heard: u64,
}

/// “I wrote this entry.”
#[derive(Debug, Serialize, Deserialize)]
struct Hint {
    lineage: String,
    seq: u64,
    from: String,
    /// Lower-case hex.
    mac: String,
}

impl Peers {
    /// # Errors
    /// As [`fetch::client`].
    pub fn new() -> Result<Self, FetchError> {
        Ok(Self {
            client: fetch::for_neighbours()?,
            known: RwLock::default(),
            stranger: Notify::new(),
            sent: AtomicU64::new(0),
            heard: AtomicU64::new(0),
        })
    }

    pub fn counts(&self) -> Counts {
        let peers = self.known.read().values().filter(|peer| peer.failures < FAILURES_MAX).count() as u64;
        Counts { peers, sent: self.sent.load(Relaxed), heard: self.heard.load(Relaxed) }
    }

    /// Returns when a server has written of which nothing is known yet.
    pub async fn stranger(&self) {
        self.stranger.notified().await;
    }

    /// Replaces what is known by `records`; true if there is a server among them that was not known.
    fn learn(&self, records: &[ServerRecord]) -> bool {
        let mut known = self.known.write();
        let before = std::mem::take(&mut *known);
        for record in records {
            let Some(address) = &record.address else { continue };
            let old = before.get(&record.id).filter(|peer| peer.at == record.at);
            let failures = old.map_or(0, |peer| peer.failures);
            known.insert(record.id.clone(), Peer { address: address.clone(), at: record.at, failures });
        }
        known.keys().any(|id| !before.contains_key(id))
    }

    fn note(&self, id: &str, taken: bool) {
        if taken {
            self.sent.fetch_add(1, Relaxed);
        }
        if let Some(peer) = self.known.write().get_mut(id) {
            peer.failures = if taken { 0 } else { peer.failures + 1 };
        }
    }
}

/// Writes what this server says of itself: that it runs, and that it is reached at `address`.
///
/// # Errors
/// The others go on without.
pub async fn announce(app: &App, address: Option<&str>, started: Timestamp) -> Result<(), ObjectError> {
    let key = Key::Server(app.log.writer());
    let record = record(app, address, started, app.clock.now());
    app.objects.put(&key.path(), record.into(), &key.attributes()).await.map(drop)
}

/// What this server says of itself at `at`, as it is stored.
pub fn record(app: &App, address: Option<&str>, started: Timestamp, at: Timestamp) -> Vec<u8> {
    let record = ServerRecord {
        id: app.log.writer().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        address: address.map(str::to_owned),
        seq: app.log.current().seq,
        load: load(),
        started: whole(started),
        at: whole(at),
    };
    server::encode(&record, &app.key)
}

/// Says that this server is no more.
///
/// # Errors
/// The record stays until somebody sweeps it.
pub async fn leave(app: &App) -> Result<(), ObjectError> {
    app.objects.delete(&[Key::Server(app.log.writer()).path()]).await.map(drop)
}

/// Looks who else there is, and removes what servers left that are long gone. Costs a listing, and a read for each
/// server. Returns whether there is a new one.
///
/// # Errors
/// What was known stays known.
pub async fn look(app: &App) -> Result<bool, ObjectError> {
    let listed = app.objects.list(keys::SERVERS_PREFIX, None, PEERS_MAX).await?;
    let ids: BTreeSet<&str> = listed.entries.iter().filter_map(|entry| keys::server(&entry.key)).collect();
    let others = ids.into_iter().filter(|id| *id != app.log.writer());
    let records = join_all(others.map(|id| read(app, id))).await;
    let now = app.clock.now();
    let (mut live, mut swept) = (Vec::new(), Vec::new());
    for record in records.into_iter().flatten() {
        match now.duration_since(record.at).unsigned_abs() {
            age if age < GONE_AFTER => live.push(record),
            age if age > SWEPT_AFTER => swept.push(Key::Server(&record.id).path()),
            _ => {}
        }
    }
    let new = app.peers.learn(&live);
    if !swept.is_empty() {
        app.objects.delete(&swept).await?;
    }
    Ok(new)
}

async fn read(app: &App, id: &str) -> Option<ServerRecord> {
    let key = Key::Server(id).path();
    let object = match app.objects.get(&key, None).await {
        Ok(object) => object,
        Err(error) => {
            tracing::debug!(key, %error, "a server's record was not read");
            return None;
        }
    };
    if object.body.len() > server::BYTES_MAX {
        tracing::warn!(key, bytes = object.body.len(), "a server's record is too long");
        return None;
    }
    match server::decode(&object.body, &app.key) {
        Ok(record) if record.id == id => Some(record),
        Ok(record) => {
            tracing::warn!(key, id = record.id, "a server's record is under another's name");
            None
        }
        Err(error) => {
            tracing::warn!(key, %error, "a server's record is not believed");
            None
        }
    }
}

/// Tells all others that this server wrote entry `seq`. Returns once each has answered or failed to, within a second.
pub async fn tell(app: &App, seq: u64) {
    let peers: Vec<(String, String)> = {
        let known = app.peers.known.read();
        let willing = known.iter().filter(|(_, peer)| peer.failures < FAILURES_MAX);
        willing.map(|(id, peer)| (id.clone(), peer.address.clone())).collect()
    };
    if peers.is_empty() {
        return;
    }
    let hint = hint(app, seq);
    let sent = peers.iter().map(|(id, address)| {
        let request = app.peers.client.post(format!("http://{address}{HINT_PATH}")).body(hint.clone());
        async move {
            let answer = request.header(reqwest::header::CONTENT_TYPE, "application/json").send().await;
            let taken = match answer {
                Ok(answer) if answer.status().is_success() => true,
                Ok(answer) => {
                    tracing::debug!(address, status = answer.status().as_u16(), "a hint was not taken");
                    false
                }
                Err(error) => {
                    tracing::debug!(address, reason = fetch::reason(&error), "a hint did not arrive");
                    false
                }
            };
            app.peers.note(id, taken);
        }
    });
    join_all(sent).await;
}

/// What became of a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Of this site: entry `seq` is there to be read.
    Entry(u64),
    /// Not a hint, or not under this site's key.
    Forged,
}

/// Reads a hint. Repeating an old one has no effect, so hints need no expiry.
pub fn hear(app: &App, body: &[u8]) -> Heard {
    let Ok(hint) = serde_json::from_slice::<Hint>(body) else { return Heard::Forged };
    let payload = payload(&hint.lineage, hint.seq, &hint.from);
    let mac = hex::decode(&hint.mac).unwrap_or_default();
    if hint.lineage != app.log.lineage() || !app.key.mac_matches(purpose::HINT, payload.as_bytes(), &mac) {
        return Heard::Forged;
    }
    app.peers.heard.fetch_add(1, Relaxed);
    if hint.from != app.log.writer() && !app.peers.known.read().contains_key(&hint.from) {
        app.peers.stranger.notify_one();
    }
    Heard::Entry(hint.seq)
}

/// That this server wrote entry `seq`, as it is sent.
#[expect(clippy::expect_used, reason = "a struct of strings and numbers always serialises")]
pub fn hint(app: &App, seq: u64) -> Vec<u8> {
    let (lineage, from) = (app.log.lineage().to_owned(), app.log.writer().to_owned());
    let mac = hex::encode(app.key.mac(purpose::HINT, payload(&lineage, seq, &from).as_bytes()));
    serde_json::to_vec(&Hint { lineage, seq, from, mac }).expect("serialises")
}

fn payload(lineage: &str, seq: u64, from: &str) -> String {
    format!("{lineage} {seq} {from}")
}

/// Of this machine, over the last minute; Linux only.
fn load() -> Option<f32> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// Whole seconds: what is written is what is read.
fn whole(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
