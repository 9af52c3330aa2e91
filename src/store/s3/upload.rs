//! Uploads of unknown length: one PUT when short, parts when long.

use std::io;

use aws_sdk_s3::{
    Client,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, TryStreamExt, stream, stream::BoxStream};

use super::{S3Objects, errors};
use crate::store::objects::{Attributes, Method, ObjectError, Objects};

/// Longer bodies go in parts of this size: up to 80 GB in the 10,000 parts that S3 allows.
const PART_BYTES: usize = 8 << 20;
const PARTS_MAX: usize = 10_000;
/// Parts of one upload under way at a time; each is held in memory.
const PARTS_UNDER_WAY: usize = 3;

type Body = BoxStream<'static, Result<Bytes, io::Error>>;

impl S3Objects {
    pub(super) async fn upload(&self, key: &str, body: Body, attributes: &Attributes) -> Result<u64, ObjectError> {
        let mut parts = Box::pin(in_parts(body));
        let broken = |error: io::Error| ObjectError::undecided(Method::PutStream, key, error.to_string());
        let first = parts.try_next().await.map_err(broken)?.unwrap_or_default();
        let Some(second) = parts.try_next().await.map_err(broken)? else {
            let size = first.len() as u64;
            self.put(key, first, attributes).await?;
            return Ok(size);
        };
        let upload = Upload::begin(self, key, attributes).await?;
        let sent = stream::iter([Ok(first), Ok(second)])
            .chain(parts)
            .enumerate()
            .map(|(index, part)| upload.send(index, part.map_err(broken)))
            .buffered(PARTS_UNDER_WAY)
            .try_collect::<Vec<_>>()
            .await;
        match sent {
            Ok(sent) => upload.complete(self, sent).await,
            Err(error) => {
                upload.abort().await;
                Err(error)
            }
        }
    }
}

/// Pieces of [`PART_BYTES`]; only the last is shorter, none is empty.
fn in_parts(body: Body) -> impl Stream<Item = Result<Bytes, io::Error>> {
    stream::try_unfold((body, BytesMut::new()), async |(mut body, mut gathered)| {
        while gathered.len() < PART_BYTES {
            match body.try_next().await? {
                Some(chunk) => gathered.extend_from_slice(&chunk),
                None => break,
            }
        }
        let part = gathered.split_to(gathered.len().min(PART_BYTES)).freeze();
        Ok(if part.is_empty() { None } else { Some((part, (body, gathered))) })
    })
}

/// A multipart upload; dropped before it is complete, its parts are removed.
struct Upload<'a> {
    client: Client,
    bucket: &'a str,
    key: &'a str,
    full: String,
    id: String,
    done: bool,
}

struct Sent {
    part: CompletedPart,
    bytes: u64,
}

impl<'a> Upload<'a> {
    async fn begin(objects: &'a S3Objects, key: &'a str, attributes: &Attributes) -> Result<Self, ObjectError> {
        let full = objects.full(key);
        let request = objects.client.create_multipart_upload().bucket(&objects.bucket).key(&full);
        let request = request
            .content_type(&attributes.content_type)
            .set_cache_control(attributes.cache_control.clone())
            .set_content_encoding(attributes.content_encoding.clone());
        let answer = request.send().await.map_err(|error| errors::of(Method::PutStream, key, &error))?;
        let Some(id) = answer.upload_id else {
            return Err(ObjectError::undecided(Method::PutStream, key, "the store named no upload id"));
        };
        Ok(Self { client: objects.client.clone(), bucket: &objects.bucket, key, full, id, done: false })
    }

    async fn send(&self, index: usize, body: Result<Bytes, ObjectError>) -> Result<Sent, ObjectError> {
        let body = body?;
        if index >= PARTS_MAX {
            let reason = format!("longer than {PARTS_MAX} parts of {PART_BYTES} bytes");
            return Err(ObjectError::Invalid { key: self.key.to_owned(), reason });
        }
        let number = i32::try_from(index + 1).unwrap_or(i32::MAX);
        let bytes = body.len() as u64;
        let request = self.client.upload_part().bucket(self.bucket).key(&self.full).upload_id(&self.id);
        let answer = request.part_number(number).body(ByteStream::from(body)).send().await;
        let answer = answer.map_err(|error| errors::of(Method::PutStream, self.key, &error))?;
        Ok(Sent { part: CompletedPart::builder().part_number(number).set_e_tag(answer.e_tag).build(), bytes })
    }

    async fn complete(mut self, objects: &S3Objects, sent: Vec<Sent>) -> Result<u64, ObjectError> {
        let size = sent.iter().map(|sent| sent.bytes).sum();
        let parts = sent.into_iter().map(|sent| sent.part).collect();
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request = self.client.complete_multipart_upload().bucket(self.bucket).key(&self.full);
        let Err(error) = request.upload_id(&self.id).multipart_upload(parts).send().await else {
            self.done = true;
            return Ok(size);
        };
        // a retry finds the upload gone when it was the answer to the first attempt that got lost
        if objects.head(self.key).await.is_ok_and(|meta| meta.size == size) {
            self.done = true;
            return Ok(size);
        }
        let error = errors::of(Method::PutStream, self.key, &error);
        self.abort().await;
        Err(error)
    }

    async fn abort(mut self) {
        self.done = true;
        abort(self.client.clone(), self.bucket.to_owned(), self.full.clone(), self.id.clone()).await;
    }
}

impl Drop for Upload<'_> {
    fn drop(&mut self) {
        // cancelled in the middle: whoever asked is gone
        if !self.done
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let client = self.client.clone();
            runtime.spawn(abort(client, self.bucket.to_owned(), self.full.clone(), self.id.clone()));
        }
    }
}

/// What this cannot remove, the bucket's lifecycle rule for stale uploads does.
async fn abort(client: Client, bucket: String, full: String, id: String) {
    let request = client.abort_multipart_upload().bucket(bucket).key(&full).upload_id(id);
    if let Err(error) = request.send().await {
        tracing::warn!(key = full, %error, "parts of a broken upload stay in the bucket");
    }
}
