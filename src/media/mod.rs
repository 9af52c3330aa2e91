//! Uploads, originals and image sizes.
//!
//! An original is stored once, under the hash of its bytes. Image sizes are made when somebody first asks for one
//! and stored beside it; `docs/format.md` has the keys.

mod ahead;
mod claim;
mod decode;
mod derive;
pub mod dimensions;
mod edit;
mod encode;
pub mod file_name;
mod header;
mod image_meta;
mod iptc;
pub mod mime;
mod pixels;
mod recording;
pub mod sizes;
mod upload;

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::{Arc, atomic::AtomicU64},
};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Shared};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

pub use self::{
    ahead::Listing,
    edit::{MODIFIERS_MAX, Modifier},
    sizes::{Recipe, SizeInfo, parse_size_path, recipe, scaled, sizes, sizes_in_metadata},
    upload::{Stored, UploadRules},
};
use crate::{
    clock::Clock,
    config::MediaConfig,
    content::MediaFile,
    id::Ids,
    store::{Key, ObjectError, Objects, objects::ObjectStream},
};

/// Memory all decoding together may take, in units of a mebibyte.
const DECODING_MIB: usize = 1536;
/// Image sizes being made or waiting for it.
const MAKING_MAX: usize = 500;

/// Limits and the bounded pool that decodes and resizes. Cheap to clone; clones share the pool.
#[derive(Clone, Debug)]
pub struct Media {
    shared: Arc<Inner>,
}

type Making = Shared<BoxFuture<'static, Result<Derived, MediaError>>>;

struct Inner {
    objects: Arc<dyn Objects>,
    config: MediaConfig,
    clock: Clock,
    ids: Ids,
    /// Images decoded at a time.
    workers: Semaphore,
    /// One permit for each mebibyte.
    memory: Semaphore,
    /// Sizes being made, by key: asked for twice, made once.
    // sync: held for map operations only
    making: Mutex<HashMap<String, Making>>,
    /// Hashes of originals that are animated, so served as they are.
    animated: Mutex<HashSet<String>>,
    /// Bytes of the sizes this process has made or sent, by key.
    sizes_bytes: Mutex<HashMap<String, u64>>,
    /// Times that lengths were learned for images nobody asked for.
    learned: AtomicU64,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Media").field("config", &self.config).finish_non_exhaustive()
    }
}

/// What to answer when an image size is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Derived {
    Image(DerivedImage),
    /// The original itself: an animation, which every size would stop.
    Original,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivedImage {
    pub bytes: Bytes,
    pub content_type: &'static str,
    /// Follows from the bytes: the same on every server. Without quotes.
    pub etag: String,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum MediaError {
    /// Not a file this site takes; the message is for the uploader.
    #[error("{0}")]
    Refused(String),
    #[error("the file is larger than {bytes_max} bytes")]
    TooLarge { bytes_max: u64 },
    #[error("the image has {width} × {height} pixels, more than the {pixels_max} allowed")]
    TooManyPixels { width: u32, height: u32, pixels_max: u64 },
    /// Not an image that can be decoded, whatever its first bytes say.
    #[error("damaged image: {0}")]
    Damaged(String),
    /// Too many image sizes are waiting to be made: ask again later.
    #[error("too many images are being made")]
    Busy,
    /// The uploader's connection broke.
    #[error("the upload broke off: {0}")]
    Interrupted(String),
    /// `NotFound` here means that an attachment names a file the store lacks: corruption.
    #[error(transparent)]
    Object(#[from] ObjectError),
}

impl Media {
    pub fn new(objects: Arc<dyn Objects>, config: MediaConfig, clock: Clock, ids: Ids) -> Self {
        let shared = Inner {
            objects,
            workers: Semaphore::new(config.workers.max(1)),
            memory: Semaphore::new(DECODING_MIB),
            config,
            clock,
            ids,
            making: Mutex::default(),
            animated: Mutex::default(),
            sizes_bytes: Mutex::default(),
            learned: AtomicU64::new(0),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The original's bytes as they arrive, or a range of them.
    ///
    /// # Errors
    /// As [`Objects::get_stream`]; `NotFound` is corruption.
    pub async fn original(&self, file: &MediaFile, range: Option<Range<u64>>) -> Result<ObjectStream, ObjectError> {
        self.shared.objects.get_stream(&original_key(file), range).await
    }
}

/// Where the original is: goes into `Plan::refs` of the edit that makes the attachment.
pub fn original_key(file: &MediaFile) -> String {
    Key::Original { sha256: &file.sha256, extension: &file.extension }.path()
}
