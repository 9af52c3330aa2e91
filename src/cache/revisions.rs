//! Post revisions by id: immutable, so never stale; bounded by bytes; loaded once for all who wait.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use moka::future::Cache;

use crate::{
    cache::LoadError,
    content::{PostId, Revision, RevisionId},
    store::{ObjectError, Objects, codec, keys::Key},
};

/// What an entry costs beside its texts.
const ENTRY_BYTES: usize = 256;
/// A reader waits for the object; the store's own patience is that of background work.
const READ_WITHIN: Duration = Duration::from_secs(10);

/// Confirms the tail of the log: what a state names was there when that state was the newest.
pub type Confirm = Arc<dyn Fn() -> BoxFuture<'static, Result<(), ObjectError>> + Send + Sync>;

/// Post revisions by id, immutable, bounded by bytes, single flight.
#[derive(Clone)]
pub struct Revisions {
    objects: Arc<dyn Objects>,
    confirm: Confirm,
    cache: Cache<(PostId, RevisionId), Arc<Revision>>,
}

impl fmt::Debug for Revisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revisions").field("objects", &self.objects).finish_non_exhaustive()
    }
}

impl Revisions {
    /// `bytes_max` bounds the texts kept, not the store.
    pub fn new(objects: Arc<dyn Objects>, bytes_max: u64, confirm: Confirm) -> Self {
        let weigh =
            |_: &(PostId, RevisionId), revision: &Arc<Revision>| u32::try_from(weight(revision)).unwrap_or(u32::MAX);
        Self { objects, confirm, cache: Cache::builder().max_capacity(bytes_max).weigher(weigh).build() }
    }

    /// The revision's object, from memory or with one GET.
    ///
    /// # Errors
    /// `Corrupt` when the store lacks the object (asked again after the tail of the log was confirmed), or it is not
    /// that revision.
    pub async fn get(&self, post: PostId, revision: RevisionId) -> Result<Arc<Revision>, LoadError> {
        let load = self.load(post, revision);
        self.cache.try_get_with((post, revision), load).await.map_err(|error| LoadError::clone(&error))
    }

    /// Puts in a revision this server has just written.
    pub async fn insert(&self, revision: Arc<Revision>) {
        self.cache.insert((revision.post, revision.id), revision).await;
    }

    async fn load(&self, post: PostId, revision: RevisionId) -> Result<Arc<Revision>, LoadError> {
        let key = Key::Revision { post, revision }.path();
        let read = async {
            match self.objects.get(&key, None).await {
                // Stores with replicas may lag behind the entry that names the object. And a server that cannot learn
                // how the log goes on does not cry corruption.
                Err(ObjectError::NotFound { .. }) => {
                    (self.confirm)().await?;
                    self.objects.get(&key, None).await
                }
                answer => answer,
            }
        };
        let object = tokio::time::timeout(READ_WITHIN, read).await.unwrap_or_else(|_elapsed| {
            let reason = format!("no answer in {} s", READ_WITHIN.as_secs());
            Err(ObjectError::Unavailable { key: key.clone(), reason })
        });
        let object = object.map_err(|error| match error {
            ObjectError::NotFound { key } => {
                LoadError::Corrupt { key, reason: "the state names it, the store does not have it".to_owned() }
            }
            error => LoadError::Unavailable(error.to_string()),
        })?;
        let corrupt = |reason: String| LoadError::Corrupt { key: key.clone(), reason };
        let found = codec::revision::decode(&object.body).map_err(|error| corrupt(error.to_string()))?;
        if (found.post, found.id) != (post, revision) {
            return Err(corrupt(format!("holds revision {} of post {}", found.id, found.post)));
        }
        Ok(Arc::new(found))
    }
}

fn weight(revision: &Revision) -> usize {
    let meta: usize = revision.meta.iter().map(|entry| entry.key.len() + entry.value.len() + 48).sum();
    let texts = revision.title.len() + revision.content.len() + revision.excerpt.len() + revision.slug.len();
    ENTRY_BYTES + texts + meta + 8 * revision.terms.len()
}

#[cfg(test)]
mod tests;
