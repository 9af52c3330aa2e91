//! Uploads: streamed, hashed on the way, stored under their hash.

use std::{io, sync::Arc};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::{Inner, Media, MediaError, file_name, header, image_meta, mime, original_key, recording};
use crate::{
    content::MediaFile,
    store::{
        Key, ObjectError,
        objects::{BODY_BYTES_MAX, Method},
    },
};

/// Files up to this size are held in memory and written once, under their hash; larger ones go to `incoming/`
/// first, because their hash is known only at the end.
const HELD_BYTES_MAX: usize = 8 << 20;

/// What the uploader may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UploadRules {
    /// May bring HTML and scripts, which run in the site's origin: those with `unfiltered_html`.
    pub unfiltered_html: bool,
}

/// A file in the store that no attachment names yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// `upload_path` is still empty.
    pub file: MediaFile,
    /// The name the uploader gave, made safe, its extension that of the true type.
    pub name: String,
}

type Body = BoxStream<'static, Result<Bytes, io::Error>>;

impl Media {
    /// Stores an upload under the hash of its bytes; the same bytes are stored once.
    ///
    /// # Errors
    /// `Refused` (type, or bytes that are not what the name says), `TooLarge`, `TooManyPixels`, `Damaged`,
    /// `Interrupted`; nothing is left under `media/` then.
    pub async fn store(&self, body: Body, name: &str, rules: UploadRules) -> Result<Stored, MediaError> {
        let inner = &self.shared;
        let safe = file_name::sanitize(name);
        if mime::of_name(&safe, rules.unfiltered_html).is_none() {
            return Err(MediaError::Refused(format!("files of the type of “{safe}” may not be uploaded")));
        }
        let tee = Tee::new(inner.config.upload_bytes_max);
        let mut body = tee.watch(body);
        let (head, is_whole) = head(&mut body).await.map_err(|error| tee.failure(&error))?;
        let file_type = mime::sniff(&head, &safe, rules.unfiltered_html).map_err(MediaError::Refused)?;
        let mut file = inner.describe(file_type, &head, is_whole)?;
        if is_whole {
            inner.hear(&mut file, recording::Source::Held(head.clone())).await;
            (file.sha256, file.size_bytes) = tee.sum();
            inner.keep(&file, head).await?;
        } else {
            inner.stage(&mut file, stream::iter([Ok(head)]).chain(body).boxed(), &tee).await?;
        }
        Ok(Stored { name: named(&safe, file_type), file })
    }
}

/// The first bytes; `true` when there are no more. Empty files are an error.
async fn head(body: &mut Body) -> Result<(Bytes, bool), io::Error> {
    let mut head = BytesMut::new();
    while head.len() <= HELD_BYTES_MAX {
        match body.try_next().await? {
            Some(chunk) => head.extend_from_slice(&chunk),
            None if head.is_empty() => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is empty")),
            None => return Ok((head.freeze(), true)),
        }
    }
    Ok((head.freeze(), false))
}

/// `photo.png` that is a JPEG becomes `photo.jpg`.
fn named(name: &str, file_type: mime::FileType) -> String {
    match name.rsplit_once('.') {
        Some((_, extension)) if mime::has_extension(file_type, extension) => name.to_owned(),
        Some((stem, _)) => format!("{stem}.{}", file_type.extension),
        None => format!("{name}.{}", file_type.extension),
    }
}

impl Inner {
    /// What is known before the hash.
    fn describe(&self, file_type: mime::FileType, head: &[u8], is_whole: bool) -> Result<MediaFile, MediaError> {
        let mut file = MediaFile {
            sha256: String::new(),
            extension: file_type.extension.to_owned(),
            mime_type: file_type.mime.to_owned(),
            size_bytes: 0,
            width: None,
            height: None,
            orientation: 1,
            upload_path: String::new(),
            image_meta: None,
            recording: None,
        };
        if file_type.has_sizes() {
            match header::read(head, file_type.mime) {
                Ok(header) => self.measure(&mut file, header, head)?,
                // the header of a large file may lie behind a large colour profile or preview
                Err(_) if !is_whole => {}
                Err(reason) => return Err(MediaError::Damaged(reason)),
            }
        }
        Ok(file)
    }

    async fn hear(&self, file: &mut MediaFile, source: recording::Source) {
        if recording::is_recording(&file.mime_type) {
            file.recording = self.recording(&file.mime_type, source).await;
        }
    }

    fn measure(&self, file: &mut MediaFile, header: header::Header, head: &[u8]) -> Result<(), MediaError> {
        let (width, height) = header.upright();
        let pixels_max = self.config.pixels_max;
        if header.pixels() > pixels_max {
            return Err(MediaError::TooManyPixels { width, height, pixels_max });
        }
        file.width = Some(width);
        file.height = Some(height);
        file.orientation = header.orientation.to_exif();
        file.image_meta = image_meta::read(head, &file.mime_type);
        Ok(())
    }

    /// Writes the original unless it is there already.
    async fn keep(&self, file: &MediaFile, body: Bytes) -> Result<(), MediaError> {
        if !self.has_original(file).await? {
            let key = Key::Original { sha256: &file.sha256, extension: &file.extension };
            self.objects.put(&key.path(), body, &key.attributes_as(&file.mime_type)).await?;
        }
        Ok(())
    }

    async fn has_original(&self, file: &MediaFile) -> Result<bool, MediaError> {
        match self.objects.head(&original_key(file)).await {
            Ok(meta) => Ok(meta.size == file.size_bytes),
            Err(ObjectError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Streams a large file to `incoming/`, then copies it to where its hash says.
    async fn stage(&self, file: &mut MediaFile, body: Body, tee: &Tee) -> Result<(), MediaError> {
        let incoming = Key::Incoming(self.ids.ulid(&self.clock));
        let sent = self.objects.put_stream(&incoming.path(), body, &incoming.attributes()).await;
        let sent = sent.map_err(|error| tee.failed().unwrap_or(MediaError::Object(error)))?;
        let moved = self.move_in(file, &incoming, sent, tee).await;
        // what this leaves the bucket's lifecycle rule removes after a week
        if let Err(error) = self.objects.delete(&[incoming.path()]).await {
            tracing::warn!(%error, "an upload's staging object stays in the bucket");
        }
        moved
    }

    async fn move_in(&self, file: &mut MediaFile, incoming: &Key<'_>, sent: u64, tee: &Tee) -> Result<(), MediaError> {
        (file.sha256, file.size_bytes) = tee.sum();
        if sent != file.size_bytes {
            let reason = format!("{sent} of {} bytes were stored", file.size_bytes);
            return Err(ObjectError::undecided(Method::PutStream, incoming.path(), reason).into());
        }
        if file.width.is_none() && mime::has_sizes(&file.mime_type) && file.size_bytes <= BODY_BYTES_MAX {
            let whole = self.objects.get(&incoming.path(), None).await?.body;
            let header = header::read(&whole, &file.mime_type).map_err(MediaError::Damaged)?;
            self.measure(file, header, &whole)?;
        }
        let source = recording::Source::Stored { key: incoming.path(), size_bytes: file.size_bytes };
        self.hear(file, source).await;
        if self.has_original(file).await? {
            return Ok(());
        }
        let key = Key::Original { sha256: &file.sha256, extension: &file.extension };
        self.objects.copy(&incoming.path(), &key.path(), &key.attributes_as(&file.mime_type)).await?;
        if !self.has_original(file).await? {
            let reason = "the copy has another size than the upload";
            return Err(ObjectError::undecided(Method::Copy, key.path(), reason).into());
        }
        Ok(())
    }
}

/// Hashes and counts what passes, and ends what becomes too long.
#[derive(Clone)]
struct Tee {
    // sync: held for one chunk's hashing
    seen: Arc<Mutex<Seen>>,
    bytes_max: u64,
}

#[derive(Default)]
struct Seen {
    hasher: Sha256,
    bytes: u64,
    /// Why the stream ended early: not the store's fault then.
    failed: Option<MediaError>,
}

impl Tee {
    fn new(bytes_max: u64) -> Self {
        Self { seen: Arc::default(), bytes_max }
    }

    fn watch(&self, body: Body) -> Body {
        let tee = self.clone();
        body.map(move |chunk| {
            let mut seen = tee.seen.lock();
            let chunk = chunk.inspect_err(|error| seen.failed = Some(MediaError::Interrupted(error.to_string())))?;
            seen.bytes += chunk.len() as u64;
            if seen.bytes > tee.bytes_max {
                let error = MediaError::TooLarge { bytes_max: tee.bytes_max };
                seen.failed = Some(error.clone());
                return Err(io::Error::other(error.to_string()));
            }
            seen.hasher.update(&chunk);
            Ok(chunk)
        })
        .boxed()
    }

    fn failed(&self) -> Option<MediaError> {
        self.seen.lock().failed.clone()
    }

    fn failure(&self, error: &io::Error) -> MediaError {
        self.failed().unwrap_or_else(|| MediaError::Refused(error.to_string()))
    }

    /// SHA-256 in hex, and the number of bytes.
    fn sum(&self) -> (String, u64) {
        let seen = self.seen.lock();
        (hex::encode(seen.hasher.clone().finalize()), seen.bytes)
    }
}
