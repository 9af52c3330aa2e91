//! The object store as everything above sees it: bytes under keys, create-if-absent, ordered listing.

use std::{fmt, ops::Range};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

/// A bucket (or a directory, or memory) under one prefix. Keys are relative to that prefix, at most 900 bytes.
///
/// Bodies given to [`Objects::put`] and [`Objects::create`] are whole in memory and small (log entries, posts,
/// image sizes); large files go through [`Objects::put_stream`] and [`Objects::get_stream`].
#[async_trait]
pub trait Objects: Send + Sync + fmt::Debug + 'static {
    /// Reads an object, or the byte range of it.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable` when retries are used up.
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

    /// Copies within the bucket, replacing attributes.
    async fn copy(&self, from: &str, to: &str, attributes: &Attributes) -> Result<(), ObjectError>;

    /// Deletes; absent keys are no error.
    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError>;

    /// Keys that begin with `prefix`, in byte order, after `start_after`, at most `limit` (≤ 1000).
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
    /// Nothing was read or written; retries are used up.
    #[error("the store did not answer for {key}: {reason}")]
    Unavailable { key: String, reason: String },
    #[error("invalid request for {key}: {reason}")]
    Invalid { key: String, reason: String },
}
