//! The bucket as it is, watched: what servers write is held against the rules at the moment it appears.

use std::{
    fmt,
    ops::Range,
    sync::{Arc, Weak},
    time::Duration,
};

use async_trait::async_trait;
use bucketpress::store::{
    ObjectError, Objects,
    log::{MacKey, decode},
    memory::MemoryObjects,
    objects::{Attributes, ListPage, Object, ObjectMeta, ObjectStream},
};
use bytes::Bytes;
use futures_util::stream::BoxStream;

use crate::world::{SITE_KEY, World};

/// A store that breaks its word. The checks must notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// A create overwrites what is there.
    IgnoresConditions,
    /// Some entries are acknowledged and not kept.
    LosesEntries,
    /// Some bodies are acknowledged and not kept.
    LosesBodies,
    /// Comments that wait are acknowledged and not kept.
    LosesComments,
    /// Reads do not see an entry for some seconds.
    ReadsThePast,
    /// The parts of a snapshot are replaced by those of another.
    MixesParts,
    /// Objects are deleted that nobody deleted.
    Forgets,
}

impl Sabotage {
    /// Comments wait only while the store is slow.
    pub fn shows_in_fair_weather(self) -> bool {
        self != Self::LosesComments
    }
}

pub struct Witness {
    pub bucket: MemoryObjects,
    world: Weak<World>,
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Witness")
    }
}

impl Witness {
    pub fn new(world: &Arc<World>) -> Self {
        Self { bucket: world.bucket.clone(), world: Arc::downgrade(world) }
    }

    fn sabotages(&self, how: Sabotage, percent: u64) -> bool {
        self.world.upgrade().is_some_and(|world| world.sabotage == Some(how) && world.chance(percent))
    }

    async fn is_there(&self, key: &str) -> bool {
        self.bucket.head(key).await.is_ok()
    }

    async fn created(&self, key: &str, body: &Bytes) {
        let Some(world) = self.world.upgrade() else { return };
        if let Some(seq) = number(key, "log/") {
            self.entry_appeared(&world, seq, body).await;
        }
        if let Some(seq) = number(key, "snapshot/") {
            let manifest: serde_json::Value = serde_json::from_slice(body).unwrap();
            for part in manifest["parts"].as_array().unwrap() {
                let part = part["key"].as_str().unwrap();
                if !self.is_there(part).await {
                    world.violated(format!("I9: snapshot {seq} was created before {part}"));
                }
            }
        }
    }

    /// I1, I3, I4 at the moment they are decided.
    async fn entry_appeared(&self, world: &Arc<World>, seq: u64, body: &Bytes) {
        let tail = {
            let mut archive = world.archive.lock();
            let tail = archive.last_key_value().map_or(0, |(seq, _)| *seq);
            if seq > tail {
                archive.insert(seq, body.clone());
            }
            tail
        };
        if seq <= tail {
            let floor = world.numbers("floor/").await.last().copied().unwrap_or(0);
            if floor < seq {
                world.violated(format!("I1: entry {seq} was replaced"));
            }
            return world.count("revived");
        }
        if seq > tail + 1 {
            world.violated(format!("I3: entry {seq} was written after entry {tail}"));
        }
        let entry = decode(body, &MacKey::new(&SITE_KEY)).unwrap();
        for key in entry.refs {
            if !self.is_there(&key).await {
                world.violated(format!("I4: entry {seq} was created before {key}"));
            }
        }
    }

    /// What is immutable is written once; the same bytes again are a repeated request.
    async fn overwritten(&self, key: &str, body: &Bytes) {
        let is_kept = ["log/", "snapshot/", "part/", "posts/", "floor/"].iter().any(|prefix| key.starts_with(prefix));
        if is_kept
            && let Ok(before) = self.bucket.get(key, None).await
            && before.body != body
            && let Some(world) = self.world.upgrade()
        {
            world.violated(format!("I1: {key} was overwritten"));
        }
    }
}

fn number(key: &str, prefix: &str) -> Option<u64> {
    key.strip_prefix(prefix)?.split('.').next()?.parse().ok()
}

#[async_trait]
impl Objects for Witness {
    async fn get(&self, key: &str, range: Option<Range<u64>>) -> Result<Object, ObjectError> {
        if key.starts_with("log/") && self.sabotages(Sabotage::ReadsThePast, 50) {
            return Err(ObjectError::NotFound { key: key.to_owned() });
        }
        self.bucket.get(key, range).await
    }

    async fn get_stream(&self, key: &str, range: Option<Range<u64>>) -> Result<ObjectStream, ObjectError> {
        self.bucket.get_stream(key, range).await
    }

    async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        self.bucket.head(key).await
    }

    async fn put(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        if key.starts_with("posts/") && self.sabotages(Sabotage::LosesBodies, 10) {
            return Ok(());
        }
        self.overwritten(key, &body).await;
        self.bucket.put(key, body, attributes).await
    }

    async fn put_many(&self, objects: Vec<(String, Bytes, Attributes)>) -> Result<(), ObjectError> {
        for (key, body, _) in &objects {
            self.overwritten(key, body).await;
        }
        self.bucket.put_many(objects).await
    }

    async fn create(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        if self.sabotages(Sabotage::IgnoresConditions, 100) {
            self.bucket.delete(&[key.to_owned()]).await.ok();
        }
        if key.starts_with("log/") && self.sabotages(Sabotage::LosesEntries, 5) {
            return Ok(());
        }
        if key.starts_with("overflow/") && self.sabotages(Sabotage::LosesComments, 100) {
            return Ok(());
        }
        self.bucket.create(key, body.clone(), attributes).await?;
        self.created(key, &body).await;
        if key.starts_with("log/") && self.sabotages(Sabotage::Forgets, 5) {
            self.bucket.delete(&[key.to_owned()]).await.ok();
        }
        if key.starts_with("snapshot/") && self.sabotages(Sabotage::MixesParts, 50) {
            let parts = self.bucket.list("part/", None, 1000).await?.entries;
            let (first, last) = (&parts[0].key, &parts[parts.len() - 1].key);
            self.bucket.copy(first, last, &Attributes::default()).await?;
        }
        Ok(())
    }

    async fn put_stream(
        &self,
        key: &str,
        body: BoxStream<'static, Result<Bytes, std::io::Error>>,
        attributes: &Attributes,
    ) -> Result<u64, ObjectError> {
        self.bucket.put_stream(key, body, attributes).await
    }

    async fn copy(&self, from: &str, to: &str, attributes: &Attributes) -> Result<(), ObjectError> {
        self.bucket.copy(from, to, attributes).await
    }

    /// I7: servers delete nothing but what they wrote for a moment.
    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError> {
        let passing =
            |key: &str| ["probe/", "drafts/", "turn/", "overflow/"].iter().any(|prefix| key.starts_with(prefix));
        let kept = keys.iter().find(|key| !passing(key));
        if let (Some(key), Some(world)) = (kept, self.world.upgrade()) {
            world.violated(format!("I7: a server deleted {key}"));
        }
        self.bucket.delete(keys).await
    }

    async fn list(&self, prefix: &str, start_after: Option<&str>, limit: usize) -> Result<ListPage, ObjectError> {
        self.bucket.list(prefix, start_after, limit).await
    }

    async fn presign_get(&self, key: &str, ttl: Duration) -> Result<Option<String>, ObjectError> {
        self.bucket.presign_get(key, ttl).await
    }
}
