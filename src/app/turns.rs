//! Edits of one post take turns on a server: of two planned on the same revision one would be prepared in vain.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use tokio::sync::{Mutex, MutexGuard};

use crate::content::PostId;

/// Posts that share a place wait for each other; nothing is wrong with that but time.
const PLACES: usize = 256;
/// For those before to be answered. Each is within the time a commit has.
const WITHIN: Duration = Duration::from_secs(20);

/// Whoever writes to a post holds its place. Async: held while the edit is committed.
#[derive(Debug)]
pub struct Turns {
    places: Box<[Mutex<()>]>,
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Self {
        Self { places: (0..PLACES).map(|_| Mutex::default()).collect(), hasher: RandomState::new() }
    }
}

impl Turns {
    /// Waits until no other edit of `post` is under way here, in order of arrival; `None` when that took too long.
    pub async fn of(&self, post: PostId) -> Option<MutexGuard<'_, ()>> {
        let place = usize::try_from(self.hasher.hash_one(post.0) % PLACES as u64).ok()?;
        tokio::time::timeout(WITHIN, self.places.get(place)?.lock()).await.ok()
    }
}
