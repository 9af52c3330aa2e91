//! Image sizes: looked for, or made once and stored.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use tokio::sync::SemaphorePermit;

use super::{
    Derived, DerivedImage, Inner, Media, MediaError, Recipe, claim::Claimed, decode, decode::Decoded, encode, header,
    mime, original_key,
};
use crate::{
    content::MediaFile,
    store::{Key, ObjectError, objects::BODY_BYTES_MAX},
};

/// Remembered animations, then forgotten all at once.
const ANIMATED_MAX: usize = 10_000;
/// Remembered lengths of sizes, then forgotten all at once: some 150 bytes each.
const SIZES_BYTES_MAX: usize = 50_000;

impl Media {
    /// The image `recipe` says, made of `file` and stored at the first request of all servers.
    ///
    /// Callers that ask at the same time wait for one making, which goes on when they go away.
    ///
    /// # Errors
    /// `Busy`. `Damaged`, `TooManyPixels`, `TooLarge`, `Refused` for what has no sizes: serve the original instead.
    /// `Object(NotFound)`: the original is missing.
    pub async fn derivative(&self, file: &MediaFile, recipe: Recipe) -> Result<Derived, MediaError> {
        if !mime::has_sizes(&file.mime_type) {
            return Err(MediaError::Refused(format!("no sizes are made of {}", file.mime_type)));
        }
        if self.shared.animated.lock().contains(&file.sha256) {
            return Ok(Derived::Original);
        }
        let (recipe_name, name) = self.derivative_name(file, recipe);
        let making = {
            let mut all = self.shared.making.lock();
            if let Some(making) = all.get(&name) {
                making.clone()
            } else if all.len() >= super::MAKING_MAX {
                return Err(MediaError::Busy);
            } else {
                let (inner, file) = (self.shared.clone(), file.clone());
                let ending = Ending { inner: inner.clone(), name: name.clone() };
                // a task of its own: the first caller may go away while others wait
                let task = tokio::spawn(async move {
                    let ending = ending;
                    let found = inner.find_or_make(&file, recipe, &recipe_name).await;
                    if let Ok(Derived::Image(image)) = &found {
                        inner.note_bytes(&ending.name, image.bytes.len() as u64);
                    }
                    found
                });
                let making = task
                    .map(|ended| ended.unwrap_or_else(|error| Err(MediaError::Damaged(error.to_string()))))
                    .boxed()
                    .shared();
                all.insert(name, making.clone());
                making
            }
        };
        making.await
    }

    /// The name of the recipe, and the key of the image.
    pub(super) fn derivative_name(&self, file: &MediaFile, recipe: Recipe) -> (String, String) {
        let recipe_name = recipe.key_name(encode::VERSION, self.shared.config.quality);
        let key = Key::Derivative { sha256: &file.sha256, recipe: &recipe_name, extension: &file.extension }.path();
        (recipe_name, key)
    }

    /// How long the image is, if it was made and this process has seen it: the store is not asked.
    pub fn derivative_bytes(&self, file: &MediaFile, recipe: Recipe) -> Option<u64> {
        let (_, key) = self.derivative_name(file, recipe);
        self.shared.sizes_bytes.lock().get(&key).copied()
    }
}

/// Takes a making off the list when it ends, however it ends.
struct Ending {
    inner: Arc<Inner>,
    name: String,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.inner.making.lock().remove(&self.name);
    }
}

impl Inner {
    pub(super) fn note_bytes(&self, key: &str, bytes: u64) {
        let mut known = self.sizes_bytes.lock();
        if known.len() >= SIZES_BYTES_MAX {
            known.clear();
        }
        known.insert(key.to_owned(), bytes);
    }

    #[tracing::instrument(skip_all, fields(sha256 = file.sha256, recipe = recipe_name))]
    async fn find_or_make(
        self: &Arc<Self>,
        file: &MediaFile,
        recipe: Recipe,
        recipe_name: &str,
    ) -> Result<Derived, MediaError> {
        let key = Key::Derivative { sha256: &file.sha256, recipe: recipe_name, extension: &file.extension };
        if let Some(found) = self.stored(&key).await? {
            return Ok(found);
        }
        let claimed = Claimed { file, recipe_name };
        if !self.claim(&claimed, &key).await
            && let Some(found) = self.stored(&key).await?
        {
            return Ok(found);
        }
        let made = self.make(file, recipe, &key).await;
        self.release(&claimed).await;
        made
    }

    async fn stored(&self, key: &Key<'_>) -> Result<Option<Derived>, MediaError> {
        match self.objects.get(&key.path(), None).await {
            Ok(object) => Ok(Some(image(object.body, key))),
            Err(ObjectError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn make(self: &Arc<Self>, file: &MediaFile, recipe: Recipe, key: &Key<'_>) -> Result<Derived, MediaError> {
        let (mime_type, quality, pixels_max) = (file.mime_type.clone(), self.config.quality, self.config.pixels_max);
        let work = move |original: &[u8]| render(original, &mime_type, recipe, pixels_max, quality);
        let Some(bytes) = self.with_original(file, 1, work).await?.map_err(MediaError::Damaged)? else {
            let mut animated = self.animated.lock();
            if animated.len() >= ANIMATED_MAX {
                animated.clear();
            }
            animated.insert(file.sha256.clone());
            return Ok(Derived::Original);
        };
        let bytes = Bytes::from(bytes);
        match self.objects.create(&key.path(), bytes.clone(), &key.attributes()).await {
            Ok(()) => Ok(image(bytes, key)),
            // somebody finished first: theirs is the one that stays
            Err(ObjectError::AlreadyExists { .. }) => Ok(self.stored(key).await?.unwrap_or_else(|| image(bytes, key))),
            Err(error) => {
                tracing::warn!(%error, key = key.path(), "an image size could not be stored and will be made again");
                Ok(image(bytes, key))
            }
        }
    }

    /// Runs `work`, which decodes, on a thread that may block, once there are a worker and memory for it:
    /// `memory_factor` times what decoding alone takes.
    ///
    /// # Errors
    /// `TooLarge`, `TooManyPixels`, `Damaged`, `Object`.
    pub(super) async fn with_original<T: Send + 'static>(
        &self,
        file: &MediaFile,
        memory_factor: u64,
        work: impl FnOnce(&[u8]) -> T + Send + 'static,
    ) -> Result<T, MediaError> {
        let _worker = permit(self.workers.acquire().await)?;
        if file.size_bytes > BODY_BYTES_MAX {
            return Err(MediaError::TooLarge { bytes_max: BODY_BYTES_MAX });
        }
        let original = self.objects.get(&original_key(file), None).await?.body;
        let header = header::read(&original, &file.mime_type).map_err(MediaError::Damaged)?;
        let pixels_max = self.config.pixels_max;
        if header.pixels() > pixels_max {
            return Err(MediaError::TooManyPixels { width: header.width, height: header.height, pixels_max });
        }
        let bytes = decode::memory_bytes(&header, &file.mime_type).saturating_mul(memory_factor);
        let mebibytes = u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(u32::MAX);
        let _memory = permit(self.memory.acquire_many(mebibytes.min(super::DECODING_MIB as u32)).await)?;
        // a panic in a decoder ends in the JoinError, not in the process
        let made = tokio::task::spawn_blocking(move || work(&original)).await;
        made.map_err(|error| MediaError::Damaged(error.to_string()))
    }
}

fn permit(acquired: Result<SemaphorePermit<'_>, tokio::sync::AcquireError>) -> Result<SemaphorePermit<'_>, MediaError> {
    // never closed
    acquired.map_err(|error| MediaError::Damaged(error.to_string()))
}

/// `None`: an animation.
fn render(
    original: &[u8],
    mime_type: &str,
    recipe: Recipe,
    pixels_max: u64,
    quality: u8,
) -> Result<Option<Vec<u8>>, String> {
    let (pixels, header) = match decode::decode(original, mime_type, pixels_max)? {
        Decoded::Still(pixels, header) => (pixels, header),
        Decoded::Animated => return Ok(None),
    };
    let (width, height) = header.upright();
    let upright = pixels.upright(&recipe.resize(width, height), header.orientation)?;
    encode::encode(upright, mime_type, quality).map(Some)
}

fn image(bytes: Bytes, key: &Key<'_>) -> Derived {
    let etag = blake3::hash(&bytes).to_hex().chars().take(32).collect();
    Derived::Image(DerivedImage { bytes, content_type: key.content_type(), etag })
}
