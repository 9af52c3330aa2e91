//! The object store as everything above sees it: bytes under keys, create-if-absent, ordered listing.

use std::{fmt, ops::Range};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

/// A bucket (or a directory, or memory) under one prefix. Keys are relative to that prefix; [`check_key`] says
/// which are valid, all others are `Invalid` everywhere.
///
/// A body is returned whole or not at all: what was cut off on the way is `Unavailable`, or an error in the
/// stream. An object seen once by anybody stays visible to all until it is deleted.
///
/// Bodies given to [`Objects::put`] and [`Objects::create`] are whole in memory and small (log entries, posts,
/// image sizes); large files go through [`Objects::put_stream`] and [`Objects::get_stream`].
#[async_trait]
pub trait Objects: Send + Sync + fmt::Debug + 'static {
    /// Reads an object, or the byte range of it; a range may reach past the end.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable` when retries are used up; `Invalid` when the range is empty or begins at or
    /// after the end, or when the body is above [`BODY_BYTES_MAX`].
    async fn get(&self, key: &str, range: Option<Range<u64>>) -> Result<Object, ObjectError>;

    /// Like [`Objects::get`], with the body as it arrives.
    async fn get_stream(&self, key: &str, range: Option<Range<u64>>) -> Result<ObjectStream, ObjectError>;

    async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError>;

    /// Writes or overwrites. Only for keys that are unique per write or meant to be overwritten: retried.
    async fn put(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError>;

    /// Writes many objects under unique keys; all are durable when it returns, any may be when it fails.
    async fn put_many(&self, objects: Vec<(String, Bytes, Attributes)>) -> Result<(), ObjectError>;

    /// Creates the object if no object has this key: the one primitive every decision rests on.
    ///
    /// Exactly one attempt is sent. `AlreadyExists` may be the answer to one's own earlier attempt, and
    /// `Unknown` says the outcome is not known: in both cases the caller reads the key back.
    async fn create(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError>;

    /// Streams a large object; multipart where the store has it. Not conditional.
    async fn put_stream(
        &self,
        key: &str,
        body: BoxStream<'static, Result<Bytes, std::io::Error>>,
        attributes: &Attributes,
    ) -> Result<u64, ObjectError>;

    /// Copies within the bucket, replacing attributes; up to 5 GB (S3's limit for one copy).
    ///
    /// # Errors
    /// `NotFound` when nothing is at `from`.
    async fn copy(&self, from: &str, to: &str, attributes: &Attributes) -> Result<(), ObjectError>;

    /// Deletes; absent keys are no error.
    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError>;

    /// Keys that begin with `prefix`, in byte order, after `start_after`, at most `limit` (≤ [`LIST_MAX`]).
    async fn list(&self, prefix: &str, start_after: Option<&str>, limit: usize) -> Result<ListPage, ObjectError>;

    /// A URL that reads the object for `ttl` without credentials; `None` where the store has no such thing.
    async fn presign_get(&self, key: &str, ttl: std::time::Duration) -> Result<Option<String>, ObjectError>;
}

/// What is stored beside the bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    pub content_type: String,
    pub cache_control: Option<String>,
    pub content_encoding: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ObjectMeta {
    /// Of the whole object, also when a range was asked for.
    pub size: u64,
    /// Opaque, without quotes.
    pub etag: String,
    pub attributes: Attributes,
    /// The store's own clock (`Date` header), seconds since 1970; `None` where it has none.
    pub store_time: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Object {
    pub meta: ObjectMeta,
    pub body: Bytes,
}

pub struct ObjectStream {
    pub meta: ObjectMeta,
    pub body: BoxStream<'static, Result<Bytes, std::io::Error>>,
}

impl fmt::Debug for ObjectStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectStream").field("meta", &self.meta).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    pub entries: Vec<ListEntry>,
    /// More keys follow the last of `entries`.
    pub more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    pub key: String,
    pub size: u64,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum ObjectError {
    #[error("no object at {key}")]
    NotFound { key: String },
    /// A condition failed (412), for `create` only.
    #[error("object {key} exists already")]
    AlreadyExists { key: String },
    /// Sent, but whether it took effect is not known (409, 429, 5xx, timeout, reset).
    #[error("outcome of writing {key} is unknown: {reason}")]
    Unknown { key: String, reason: String },
    /// Credentials, clock or policy: retrying cannot help (401, 403).
    #[error("the store refused access to {key}: {reason}")]
    Denied { key: String, reason: String },
    /// Retries are used up. A read gave nothing, a `create` was not sent; a `put` may have landed, which
    /// does not matter to keys that are unique per write.
    #[error("the store did not answer for {key}: {reason}")]
    Unavailable { key: String, reason: String },
    #[error("invalid request for {key}: {reason}")]
    Invalid { key: String, reason: String },
}

/// A body in memory is at most this long; larger objects are streamed.
pub const BODY_BYTES_MAX: u64 = 64 << 20;
/// The most keys one [`Objects::list`] returns.
pub const LIST_MAX: usize = 1000;
pub const KEY_BYTES_MAX: usize = 900;
/// Of what is between two slashes, counted percent-escaped: fits a file name.
pub const SEGMENT_BYTES_MAX: usize = 240;

/// Checks a key: 1 to 900 bytes in segments between single slashes, no control characters.
pub fn check_key(key: &str) -> Result<(), ObjectError> {
    let invalid = |reason: &str| Err(ObjectError::Invalid { key: key.to_owned(), reason: reason.to_owned() });
    if key.is_empty() || key.len() > KEY_BYTES_MAX {
        return invalid("keys are 1 to 900 bytes");
    }
    if key.chars().any(char::is_control) {
        return invalid("control character in the key");
    }
    for segment in key.split('/') {
        if segment.is_empty() {
            return invalid("empty segment in the key");
        }
        let escaped_bytes: usize = segment.bytes().map(|byte| if is_plain(byte) { 1 } else { 3 }).sum();
        if escaped_bytes > SEGMENT_BYTES_MAX {
            return invalid("a segment of the key is longer than 240 bytes");
        }
    }
    Ok(())
}

/// Bytes of a key that need no escaping anywhere.
pub(super) fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// The part of a body of `size` bytes that `range` asks for; all of it without a range.
pub(super) fn resolve_range(key: &str, range: Option<Range<u64>>, size: u64) -> Result<Range<u64>, ObjectError> {
    let Some(range) = range else { return Ok(0..size) };
    if range.start >= range.end || range.start >= size {
        let reason = format!("range {}..{} of {size} bytes", range.start, range.end);
        return Err(ObjectError::Invalid { key: key.to_owned(), reason });
    }
    Ok(range.start..range.end.min(size))
}

/// What was asked of the store, as far as it decides what an HTTP status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    GetStream,
    Head,
    Put,
    PutMany,
    Create,
    PutStream,
    Copy,
    Delete,
    List,
}

impl ObjectError {
    /// Says what a failed request means by its HTTP status; `reason` is for people.
    ///
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
    pub fn from_status(method: Method, key: &str, status: u16, reason: String) -> Self {
        let key = key.to_owned();
        match status {
            404 => Self::NotFound { key },
            412 if method == Method::Create => Self::AlreadyExists { key },
            401 | 403 => Self::Denied { key, reason },
            408 | 409 | 425 | 429 | 500 | 502..=599 => Self::undecided(method, key, reason),
            // 501 too: a store that does not know a condition will not learn it by being asked again
            _ => Self::Invalid { key, reason: format!("{reason} (status {status})") },
        }
    }

    /// No answer, or one that says nothing: the outcome of a `create` is unknown, anything else failed.
    pub fn undecided(method: Method, key: impl Into<String>, reason: impl Into<String>) -> Self {
        let (key, reason) = (key.into(), reason.into());
        if method == Method::Create { Self::Unknown { key, reason } } else { Self::Unavailable { key, reason } }
    }

    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }
}
