//! S3 and what speaks its language: AWS, Ceph RGW, R2, MinIO.
//!
//! Only create-if-absent is asked of it, no `If-Match`, no versioning; `probe` checks that it is kept.

mod authorities;
mod date;
mod errors;
mod upload;

use std::{ops::Range, time::Duration};

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
        retry::RetryConfig, timeout::TimeoutConfig,
    },
    operation::get_object::GetObjectOutput,
    presigning::PresigningConfig,
    primitives::ByteStream,
    types::{Delete, MetadataDirective, ObjectIdentifier},
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_util::io::ReaderStream;

pub use self::authorities::Authorities;
use self::date::StoreDate;
use super::{
    objects::{
        Attributes, BODY_BYTES_MAX, LIST_MAX, ListEntry, ListPage, Method, Object, ObjectError, ObjectMeta,
        ObjectStream, Objects, check_key, resolve_range,
    },
    retry::Retry,
};
use crate::id::Ids;

/// A create is answered within this time or its outcome is unknown.
const CREATE_TIMEOUT: Duration = Duration::from_secs(10);
/// One attempt of any other request, until the head of its answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Requests of one `put_many` under way at a time.
const PUTS_MAX: usize = 32;
/// S3 takes no more keys in one DeleteObjects.
const DELETES_MAX: usize = 1000;
/// S3 signs for no longer.
const PRESIGN_MAX: Duration = Duration::from_secs(7 * 24 * 3600);
const CHUNK_BYTES: usize = 256 * 1024;
/// What stays as it is in the source of a copy.
const COPY_SOURCE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One prefix of a bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub struct S3Objects {
    client: Client,
    /// The same without retries: for `create`.
    once: Client,
    bucket: String,
    /// Empty, or ends with a slash.
    prefix: String,
    retry: Retry,
    ids: Ids,
}

/// What the SDK's own chain (environment, profile, instance role) does not say.
#[derive(Clone, Debug, Default)]
pub struct S3Options {
    /// `http://host/bucket/key` instead of `http://bucket.host/key`.
    pub path_style: bool,
    /// Over `AWS_ENDPOINT_URL`.
    pub endpoint: Option<String>,
    /// Over `AWS_REGION`; `us-east-1` when nothing names one.
    pub region: Option<String>,
    /// Over the SDK's chain: access key and secret key.
    pub credentials: Option<S3Credentials>,
    /// Believed beside those of the system.
    pub authorities: Option<Authorities>,
}

#[derive(Clone)]
pub struct S3Credentials {
    pub access_key: String,
    pub secret_key: String,
}

impl std::fmt::Debug for S3Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Credentials").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

impl S3Objects {
    /// Reads the SDK's configuration. Asks nothing of the bucket: that is the probe's part.
    pub async fn connect(bucket: &str, prefix: &str, options: S3Options) -> Self {
        let mut http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
        if let Some(authorities) = options.authorities {
            http = http.tls_context(authorities.context());
        }
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http.build_https())
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        if let Some(endpoint) = options.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(region) = options.region {
            loader = loader.region(Region::new(region));
        }
        if let Some(S3Credentials { access_key, secret_key }) = options.credentials {
            loader = loader.credentials_provider(Credentials::new(access_key, secret_key, None, None, "configuration"));
        }
        let shared = loader.load().await;
        let region = shared.region().cloned().unwrap_or_else(|| Region::from_static("us-east-1"));
        let retry = Retry::STANDARD;
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT);
        let base = aws_sdk_s3::config::Builder::from(&shared).region(region).force_path_style(options.path_style);
        let client = base
            .clone()
            .retry_classifier(errors::TooManyRequests)
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(retry.attempts_max)
                    .with_initial_backoff(retry.first)
                    .with_max_backoff(retry.most),
            )
            .timeout_config(timeouts.clone().operation_attempt_timeout(ATTEMPT_TIMEOUT).build());
        let once = base
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts.operation_timeout(CREATE_TIMEOUT).build());
        let prefix = prefix.trim_matches('/');
        Self {
            client: Client::from_conf(client.build()),
            once: Client::from_conf(once.build()),
            bucket: bucket.to_owned(),
            prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}/") },
            retry,
            ids: Ids::System,
        }
    }

    fn full(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn checked(&self, key: &str) -> Result<String, ObjectError> {
        check_key(key).map(|()| self.full(key))
    }

    /// Sends the request for a whole object or a range of it; the body is still to be read.
    async fn open(
        &self,
        method: Method,
        key: &str,
        range: Option<&Range<u64>>,
    ) -> Result<(ObjectMeta, GetObjectOutput), ObjectError> {
        let full = self.checked(key)?;
        let header = match range {
            // the end is not known yet, so only what no object can satisfy is refused here
            Some(range) => {
                let asked = resolve_range(key, Some(range.clone()), u64::MAX)?;
                Some(format!("bytes={}-{}", asked.start, asked.end - 1))
            }
            None => None,
        };
        let date = StoreDate::default();
        let request = self.client.get_object().bucket(&self.bucket).key(full).set_range(header);
        let answer = request.customize().interceptor(date.clone()).send().await;
        let answer = answer.map_err(|error| errors::of(method, key, &error))?;
        let length = answer.content_length().and_then(|length| u64::try_from(length).ok()).unwrap_or(0);
        let whole = answer.content_range().and_then(|text| text.rsplit_once('/')?.1.parse().ok());
        let meta = ObjectMeta {
            size: whole.unwrap_or(length),
            etag: unquoted(answer.e_tag()),
            attributes: attributes(answer.content_type(), answer.cache_control(), answer.content_encoding()),
            store_time: date.get(),
        };
        Ok((meta, answer))
    }

    /// The body of an answer, whole; the error says why it broke off.
    async fn read(answer: GetObjectOutput) -> Result<Bytes, String> {
        let expected = answer.content_length().and_then(|length| u64::try_from(length).ok());
        let body = answer.body.collect().await.map_err(|error| error.to_string())?.into_bytes();
        match expected {
            Some(expected) if expected != body.len() as u64 => {
                Err(format!("the body broke off after {} of {expected} bytes", body.len()))
            }
            _ => Ok(body),
        }
    }
}

fn unquoted(etag: Option<&str>) -> String {
    etag.unwrap_or("").trim_start_matches("W/").trim_matches('"').to_owned()
}

fn attributes(content_type: Option<&str>, cache_control: Option<&str>, content_encoding: Option<&str>) -> Attributes {
    let set = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
    Attributes {
        content_type: set(content_type).unwrap_or_default(),
        cache_control: set(cache_control),
        content_encoding: set(content_encoding),
    }
}

#[async_trait]
impl Objects for S3Objects {
    async fn get(&self, key: &str, range: Option<Range<u64>>) -> Result<Object, ObjectError> {
        let mut attempt = 1;
        loop {
            let (meta, answer) = self.open(Method::Get, key, range.as_ref()).await?;
            if answer.content_length().is_none_or(|length| length.unsigned_abs() > BODY_BYTES_MAX) {
                let reason = format!("{} bytes are too many to read at once", meta.size);
                return Err(ObjectError::Invalid { key: key.to_owned(), reason });
            }
            match Self::read(answer).await {
                Ok(body) => return Ok(Object { meta, body }),
                // the SDK's retries end with the head of the answer
                Err(_) if attempt < self.retry.attempts_max => {
                    tokio::time::sleep(self.retry.delay(attempt, &self.ids)).await;
                    attempt += 1;
                }
                Err(reason) => return Err(ObjectError::undecided(Method::Get, key, reason)),
            }
        }
    }

    async fn get_stream(&self, key: &str, range: Option<Range<u64>>) -> Result<ObjectStream, ObjectError> {
        let (meta, answer) = self.open(Method::GetStream, key, range.as_ref()).await?;
        let body = ReaderStream::with_capacity(answer.body.into_async_read(), CHUNK_BYTES).boxed();
        Ok(ObjectStream { meta, body })
    }

    async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        let date = StoreDate::default();
        let request = self.client.head_object().bucket(&self.bucket).key(self.checked(key)?);
        let answer = request.customize().interceptor(date.clone()).send().await;
        let answer = answer.map_err(|error| errors::of(Method::Head, key, &error))?;
        Ok(ObjectMeta {
            size: answer.content_length().and_then(|length| u64::try_from(length).ok()).unwrap_or(0),
            etag: unquoted(answer.e_tag()),
            attributes: attributes(answer.content_type(), answer.cache_control(), answer.content_encoding()),
            store_time: date.get(),
        })
    }

    async fn put(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        let request = self.client.put_object().bucket(&self.bucket).key(self.checked(key)?);
        let request = request
            .content_type(&attributes.content_type)
            .set_cache_control(attributes.cache_control.clone())
            .set_content_encoding(attributes.content_encoding.clone())
            .body(ByteStream::from(body));
        request.send().await.map_err(|error| errors::of(Method::Put, key, &error))?;
        Ok(())
    }

    async fn put_many(&self, objects: Vec<(String, Bytes, Attributes)>) -> Result<(), ObjectError> {
        objects.iter().try_for_each(|(key, ..)| check_key(key))?;
        stream::iter(objects)
            .map(|(key, body, attributes)| async move { self.put(&key, body, &attributes).await })
            .buffer_unordered(PUTS_MAX)
            .try_collect()
            .await
    }

    async fn create(&self, key: &str, body: Bytes, attributes: &Attributes) -> Result<(), ObjectError> {
        let request = self.once.put_object().bucket(&self.bucket).key(self.checked(key)?).if_none_match("*");
        let request = request
            .content_type(&attributes.content_type)
            .set_cache_control(attributes.cache_control.clone())
            .set_content_encoding(attributes.content_encoding.clone())
            .body(ByteStream::from(body));
        request.send().await.map_err(|error| errors::of(Method::Create, key, &error))?;
        Ok(())
    }

    async fn put_stream(
        &self,
        key: &str,
        body: BoxStream<'static, Result<Bytes, std::io::Error>>,
        attributes: &Attributes,
    ) -> Result<u64, ObjectError> {
        check_key(key)?;
        self.upload(key, body, attributes).await
    }

    async fn copy(&self, from: &str, to: &str, attributes: &Attributes) -> Result<(), ObjectError> {
        let source = format!("{}/{}", self.bucket, self.checked(from)?);
        let request = self.client.copy_object().bucket(&self.bucket).key(self.checked(to)?);
        let request = request
            .copy_source(utf8_percent_encode(&source, COPY_SOURCE).to_string())
            .metadata_directive(MetadataDirective::Replace)
            .content_type(&attributes.content_type)
            .set_cache_control(attributes.cache_control.clone())
            .set_content_encoding(attributes.content_encoding.clone());
        request.send().await.map_err(|error| errors::of(Method::Copy, from, &error))?;
        Ok(())
    }

    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError> {
        for keys in keys.chunks(DELETES_MAX) {
            let Some(first) = keys.first() else { continue };
            let invalid = |error: aws_sdk_s3::error::BuildError| ObjectError::Invalid {
                key: first.clone(),
                reason: error.to_string(),
            };
            let mut objects = Vec::with_capacity(keys.len());
            for key in keys {
                let full = self.checked(key)?;
                objects.push(ObjectIdentifier::builder().key(full).build().map_err(invalid)?);
            }
            let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build().map_err(invalid)?;
            let answer = self.client.delete_objects().bucket(&self.bucket).delete(delete).send().await;
            let answer = answer.map_err(|error| errors::of(Method::Delete, first, &error))?;
            if let Some(failed) = answer.errors().first() {
                return Err(errors::of_delete(first, failed));
            }
        }
        Ok(())
    }

    async fn list(&self, prefix: &str, start_after: Option<&str>, limit: usize) -> Result<ListPage, ObjectError> {
        let limit = limit.min(LIST_MAX);
        // never before the prefix itself: bucket browsers put an empty object there to show a folder
        let after = Some(self.full(start_after.unwrap_or(""))).filter(|after| !after.is_empty());
        let request = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(self.full(prefix))
            .set_start_after(after)
            .max_keys(i32::try_from(limit).unwrap_or(i32::MAX));
        let answer = request.send().await.map_err(|error| errors::of(Method::List, prefix, &error))?;
        let mut entries = Vec::with_capacity(limit);
        for object in answer.contents() {
            if let Some(key) = object.key().and_then(|key| key.strip_prefix(&self.prefix)) {
                let size = object.size().and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
                entries.push(ListEntry { key: key.to_owned(), size });
            }
        }
        Ok(ListPage { entries, more: answer.is_truncated().unwrap_or(false) })
    }

    async fn presign_get(&self, key: &str, ttl: Duration) -> Result<Option<String>, ObjectError> {
        let full = self.checked(key)?;
        let invalid = |reason: String| ObjectError::Invalid { key: key.to_owned(), reason };
        let presigning = PresigningConfig::expires_in(ttl.min(PRESIGN_MAX)).map_err(|e| invalid(e.to_string()))?;
        let request = self.client.get_object().bucket(&self.bucket).key(full).presigned(presigning).await;
        let request = request.map_err(|error| errors::of(Method::Get, key, &error))?;
        Ok(Some(request.uri().to_owned()))
    }
}
