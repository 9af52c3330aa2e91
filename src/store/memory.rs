//! A bucket in memory, for tests and benches.

use std::{collections::BTreeMap, ops::Bound, ops::Range, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream, stream::BoxStream};
use parking_lot::RwLock;

use super::objects::{
    Attributes, BODY_BYTES_MAX, LIST_MAX, ListEntry, ListPage, Method, Object, ObjectError, ObjectMeta, ObjectStream,
    Objects, check_key, resolve_range,
};

/// Cheap to clone; clones share their objects. Linearizable.
#[derive(Clone, Default)]
pub struct MemoryObjects {
    // sync: held for one map operation, never across an await
    objects: Arc<RwLock<BTreeMap<String, Stored>>>,
}

#[derive(Clone)]
struct Stored {
    body: Bytes,
    attributes: Attributes,
}

impl std::fmt::Debug for MemoryObjects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryObjects").field("objects", &self.objects.read().len()).finish()
    }
}

impl Stored {
    fn meta(&self) -> ObjectMeta {
        ObjectMeta {
            size: self.body.len() as u64,
            etag: blake3::hash(&self.body).to_hex().chars().take(32).collect(),
            attributes: self.attributes.clone(),
            store_time: None,
        }
    }
}

impl MemoryObjects {
    pub fn new() -> Self {
        Self::default()
    }

    fn stored(&self, key: &str) -> Result<Stored, ObjectError> {
        check_key(key)?;
        self.objects.read().get(key).cloned().ok_or_else(|| ObjectError::NotFound { key: key.to_owned() })
    }

    fn insert(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        check_key(key)?;
        self.objects.write().insert(key.to_owned(), Stored { body, attributes: attributes.clone() });
        Ok(())
    }
}

#[async_trait]
impl Objects for MemoryObjects {
    async fn get(&self, key: &str, range: Option<Range<u64>>) -> Result<Object, ObjectError> {
        let stored = self.stored(key)?;
        let range = resolve_range(key, range, stored.body.len() as u64)?;
        if range.end - range.start > BODY_BYTES_MAX {
            return Err(ObjectError::Invalid { key: key.to_owned(), reason: "too large to read at once".to_owned() });
        }
        Ok(Object { meta: stored.meta(), body: stored.body.slice(range.start as usize..range.end as usize) })
    }

    async fn get_stream(&self, key: &str, range: Option<Range<u64>>) -> Result<ObjectStream, ObjectError> {
        let stored = self.stored(key)?;
        let range = resolve_range(key, range, stored.body.len() as u64)?;
        let body = stored.body.slice(range.start as usize..range.end as usize);
        Ok(ObjectStream { meta: stored.meta(), body: stream::iter([Ok(body)]).boxed() })
    }

    async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        self.stored(key).map(|stored| stored.meta())
    }

    async fn put(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        self.insert(key, body, attributes)
    }

    async fn put_many(&self, objects: Vec<(String, Bytes, Attributes)>) -> Result<(), ObjectError> {
        objects.into_iter().try_for_each(|(key, body, attributes)| self.insert(&key, body, &attributes))
    }

    async fn create(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        check_key(key)?;
        let mut objects = self.objects.write();
        if objects.contains_key(key) {
            return Err(ObjectError::AlreadyExists { key: key.to_owned() });
        }
        objects.insert(key.to_owned(), Stored { body, attributes: attributes.clone() });
        Ok(())
    }

    async fn put_stream(
        &self,
        key: &str,
        mut body: BoxStream<'static, Result<Bytes, std::io::Error>>,
        attributes: &Attributes,
    ) -> Result<u64, ObjectError> {
        check_key(key)?;
        let mut whole = Vec::new();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| ObjectError::undecided(Method::PutStream, key, error.to_string()))?;
            whole.extend_from_slice(&chunk);
        }
        let size = whole.len() as u64;
        self.insert(key, whole.into(), attributes)?;
        Ok(size)
    }

    async fn copy(&self, from: &str, to: &str, attributes: &Attributes) -> Result<(), ObjectError> {
        let stored = self.stored(from)?;
        self.insert(to, stored.body, attributes)
    }

    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError> {
        for key in keys {
            check_key(key)?;
            self.objects.write().remove(key);
        }
        Ok(())
    }

    async fn list(&self, prefix: &str, start_after: Option<&str>, limit: usize) -> Result<ListPage, ObjectError> {
        let objects = self.objects.read();
        let after = match start_after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let mut entries = objects
            .range::<str, _>((after, Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(key, stored)| ListEntry { key: key.clone(), size: stored.body.len() as u64 });
        let page: Vec<_> = entries.by_ref().take(limit.min(LIST_MAX)).collect();
        Ok(ListPage { entries: page, more: entries.next().is_some() })
    }

    async fn presign_get(&self, _key: &str, _ttl: Duration) -> Result<Option<String>, ObjectError> {
        Ok(None)
    }
}
