//! Image sizes made before anybody asks for them.

use std::{collections::HashMap, sync::atomic::Ordering, time::Duration};

use super::{Media, MediaError, Recipe, original_key};
use crate::{
    content::MediaFile,
    store::{
        ObjectError,
        keys::MEDIA_PREFIX,
        objects::{LIST_MAX, ListPage},
    },
};

/// Until readers have the images they asked for, at most.
const WAIT: Duration = Duration::from_millis(200);
const WAITS_MAX: u32 = 300;

/// What the store has of some images whose hashes are neighbours, so that those of a whole site cost a request for a
/// hundred or so.
#[derive(Debug, Default)]
pub struct Listing {
    /// Bytes, by key.
    sizes: HashMap<String, u64>,
    /// It has every key from here on; empty before the first listing.
    first: String,
    /// The last key; `None` where the listing went to the end.
    last: Option<String>,
}

impl Listing {
    fn of(page: ListPage, first: String) -> Self {
        let last = page.entries.last().filter(|_| page.more).map(|entry| entry.key.clone());
        Self { sizes: page.entries.into_iter().map(|entry| (entry.key, entry.size)).collect(), first, last }
    }

    /// Whether all keys that begin with `folder` are in it.
    fn covers(&self, folder: &str) -> bool {
        let begins = !self.first.is_empty() && self.first.as_str() <= folder;
        begins && self.last.as_deref().is_none_or(|last| folder < last && !last.starts_with(folder))
    }
}

impl Media {
    /// Makes the sizes of `file` that the store lacks, one after the other, and learns how long the others are. Readers
    /// who wait for an image come first. Images best come by hash, with one `listing` for all.
    ///
    /// # Errors
    /// `Object` and `Busy`, which pass. What is wrong with the file itself is told to readers who ask.
    pub async fn make_sizes(
        &self,
        file: &MediaFile,
        recipes: &[Recipe],
        listing: &mut Listing,
    ) -> Result<(), MediaError> {
        let original = original_key(file);
        let folder = original.rsplit_once('/').map_or(MEDIA_PREFIX.to_owned(), |(folder, _)| format!("{folder}/"));
        if !listing.covers(&folder) {
            let page = self.shared.objects.list(MEDIA_PREFIX, Some(&folder), LIST_MAX).await?;
            *listing = Listing::of(page, folder);
        }
        for recipe in recipes {
            let (_, key) = self.derivative_name(file, *recipe);
            match listing.sizes.get(&key) {
                Some(bytes) => self.shared.note_bytes(&key, *bytes),
                None => self.make_behind_readers(file, *recipe).await?,
            }
        }
        Ok(())
    }

    /// Whoever keeps what [`Media::derivative_bytes`] answered should ask again: the number is another.
    pub fn note_learned(&self) {
        self.shared.learned.fetch_add(1, Ordering::Relaxed);
    }

    pub fn learned(&self) -> u64 {
        self.shared.learned.load(Ordering::Relaxed)
    }

    async fn make_behind_readers(&self, file: &MediaFile, recipe: Recipe) -> Result<(), MediaError> {
        for _ in 0..WAITS_MAX {
            if self.shared.making.lock().is_empty() {
                break;
            }
            tokio::time::sleep(WAIT).await;
        }
        match self.derivative(file, recipe).await {
            // a missing original is damage, which `check` finds
            Err(MediaError::Object(ObjectError::NotFound { .. })) => Ok(()),
            Err(error @ (MediaError::Busy | MediaError::Object(_))) => Err(error),
            _ => Ok(()),
        }
    }
}
