//! `/wp-content/uploads/…`: uploaded files, whole or in part.

use std::{io, ops::Range};

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    web::{Bytes, Data, Path},
};
use futures_util::{StreamExt as _, stream::BoxStream};
use jiff::{civil::DateTime, tz::TimeZone};

use super::{
    negotiate, page,
    range::{self, Wanted},
};
use crate::{
    app::App,
    content::{MediaFile, Post, PostStatus},
    http::{access::Anyone, caching::CachePolicy, error::HttpError, front::Front, security::SecurityPolicy, session},
    index::Site,
    media::{self, Derived, MediaError, Recipe},
    store::ObjectError,
};

/// A file by the path its upload was given, as WordPress addresses it.
pub async fn show(
    _: Anyone,
    front: Data<Front>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, HttpError> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Err(page::only_read());
    }
    let snapshot = front.app.log.current();
    let site = &snapshot.state;
    let found = match attachment(&front.app, site, &request, &path) {
        Some(Post { file: Some(file), modified_gmt, .. }) => Some((file, None, modified_gmt)),
        _ => sized(&front.app, site, &request, &path),
    };
    let Some((file, recipe, modified)) = found else { return page::show(Anyone, front, request).await };
    let modified = TimeZone::UTC.to_timestamp(modified).ok();
    let modified = modified.and_then(|at| negotiate::last_modified(at, front.app.clock.now()));
    let asked = Asked { app: &front.app, request: &request, modified };
    match recipe {
        Some(recipe) => asked.derivative(&file, recipe).await,
        None => asked.original(&file).await,
    }
}

/// The attachment at this path, if this reader may have its file: as in WordPress the file of an attachment is
/// public even while the post it was uploaded to is a draft (others may show it), but not once the attachment
/// itself is private or in the trash.
fn attachment(app: &App, site: &Site, request: &HttpRequest, path: &str) -> Option<Post> {
    let post = site.attachment_by_upload_path(path).and_then(|id| site.post(id))?;
    let open = matches!(post.status, PostStatus::Inherit | PostStatus::Publish);
    (open || session::identify(app, site, request).is_some()).then_some(post)
}

/// The file and size that a name such as `photo-300x200.jpg` stands for, and when its attachment was last changed;
/// no recipe: the original will do.
fn sized(app: &App, site: &Site, request: &HttpRequest, path: &str) -> Option<(MediaFile, Option<Recipe>, DateTime)> {
    let named = media::parse_size_path(path)?;
    let post = named.originals.iter().find_map(|original| attachment(app, site, request, original))?;
    let metadata = post.meta.iter().find(|entry| entry.key == "_wp_attachment_metadata");
    let cropped = metadata.map(|entry| media::sizes_in_metadata(&entry.value)).unwrap_or_default();
    let file = post.file?;
    let Some((width, height)) = named.size else {
        let recipe = media::scaled(&file);
        return Some((file, recipe, post.modified_gmt));
    };
    let recipe = media::recipe(&file, width, height, &site.settings().image_sizes, &cropped)?;
    Some((file, Some(recipe), post.modified_gmt))
}

/// A request for a file of an attachment.
struct Asked<'a> {
    app: &'a App,
    request: &'a HttpRequest,
    /// `Last-Modified`: a file is replaced under its path by changing the attachment.
    modified: Option<HeaderValue>,
}

impl Asked<'_> {
    /// An image size, made now if nobody has asked for it before. What cannot be resized is sent as it is.
    async fn derivative(&self, file: &MediaFile, recipe: Recipe) -> Result<HttpResponse, HttpError> {
        match self.app.media.derivative(file, recipe).await {
            Ok(Derived::Image(image)) => {
                let (etag, size) = (format!("\"{}\"", image.etag), image.bytes.len() as u64);
                self.send(Source::Bytes(image.bytes), image.content_type, size, &etag).await
            }
            Ok(Derived::Original) => self.original(file).await,
            Err(MediaError::Object(error)) => Err(missing(&error, &media::original_key(file))),
            Err(error) => {
                tracing::warn!(%error, path = file.upload_path, "image size not made");
                self.original(file).await
            }
        }
    }

    async fn original(&self, file: &MediaFile) -> Result<HttpResponse, HttpError> {
        let source = Source::Object(media::original_key(file));
        let etag = format!("\"{}\"", file.sha256.get(..32).unwrap_or(&file.sha256));
        self.send(source, &file.mime_type, file.size_bytes, &etag).await
    }

    /// Sends `source`, of `size` bytes: 200, 206, 304 or 416.
    async fn send(&self, source: Source, mime_type: &str, size: u64, etag: &str) -> Result<HttpResponse, HttpError> {
        let (policy, security) = (CachePolicy::Media, SecurityPolicy::of_file(mime_type));
        let headers = self.request.headers();
        if negotiate::is_held(headers, etag, self.modified.as_ref()) {
            let mut response = HttpResponse::NotModified().finish();
            self.describe(response.headers_mut(), mime_type, etag);
            return Ok(policy.on(security.on(response)));
        }
        let (status, part) = match range::wanted(headers, size, etag) {
            Wanted::Whole => (StatusCode::OK, 0..size),
            Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
            Wanted::Unsatisfiable => {
                let range = format!("bytes */{size}");
                let response =
                    HttpResponse::RangeNotSatisfiable().insert_header((header::CONTENT_RANGE, range)).finish();
                return Ok(CachePolicy::NoStore.on(response));
            }
        };
        let mut response = HttpResponse::build(status);
        if status == StatusCode::PARTIAL_CONTENT {
            let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            response.insert_header((header::CONTENT_RANGE, range));
        }
        let length = part.end - part.start;
        let mut response = if self.request.method() == Method::HEAD {
            response.body(SizedStream::new(length, futures_util::stream::empty::<Result<_, std::io::Error>>()))
        } else {
            let wanted = (status == StatusCode::PARTIAL_CONTENT).then_some(part);
            response.body(SizedStream::new(length, source.open(self.app, wanted).await?))
        };
        self.describe(response.headers_mut(), mime_type, etag);
        Ok(policy.on(security.on(response)))
    }

    fn describe(&self, headers: &mut HeaderMap, mime_type: &str, etag: &str) {
        let value = |text: &str| HeaderValue::from_str(text).ok();
        let kind = value(mime_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
        headers.insert(header::CONTENT_TYPE, kind);
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if let Some(etag) = value(etag) {
            headers.insert(header::ETAG, etag);
        }
        if let Some(modified) = &self.modified {
            headers.insert(header::LAST_MODIFIED, modified.clone());
        }
    }
}

/// Where the bytes are.
enum Source {
    Object(String),
    Bytes(Bytes),
}

impl Source {
    async fn open(
        self,
        app: &App,
        part: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>, HttpError> {
        match self {
            Self::Object(key) => match app.objects.get_stream(&key, part).await {
                Ok(object) => Ok(object.body),
                Err(error) => Err(missing(&error, &key)),
            },
            Self::Bytes(bytes) => {
                let whole = 0..bytes.len() as u64;
                let Range { start, end } = part.unwrap_or(whole);
                let at = |position: u64| usize::try_from(position).unwrap_or(usize::MAX).min(bytes.len());
                let bytes = bytes.slice(at(start)..at(end));
                Ok(futures_util::stream::once(async { Ok(bytes) }).boxed())
            }
        }
    }
}

/// The state names this object: where the store lacks it, that is corruption and not a wrong address.
fn missing(error: &ObjectError, key: &str) -> HttpError {
    match error {
        ObjectError::NotFound { .. } => HttpError::internal(&format_args!("corrupt {key}: {error}")),
        _ => HttpError::unavailable(error),
    }
}
