//! Pages of the site: whatever URL is not in the table of routes.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    web::{Bytes, Data},
};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, percent_decode_str};

use super::{held_comment, negotiate};
use crate::{
    cache::{Encoding, Page},
    http::{
        access::Anyone, caching::CachePolicy, cookies, error::HttpError, front::Front, security::SecurityPolicy,
        session,
    },
    serve::{self, PageRequest, Served},
};

/// Types of feeds and sitemaps.
const XML: [&[u8]; 3] = [b"application/rss+xml", b"application/atom+xml", b"application/xml"];

/// What is escaped in the path of a URL we write.
pub(super) const PATH: &AsciiSet =
    &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'%');
/// Longer query strings are answered as if they were absent.
const QUERY_BYTES_MAX: usize = 8 * 1024;

/// Shows the page a URL names.
pub async fn show(_: Anyone, front: Data<Front>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Err(only_read());
    }
    let asked = page_request(&front, &request).await?;
    let personal = asked.is_personal();
    let policy = |page: &Page| match personal {
        true => CachePolicy::NoStore,
        false => CachePolicy::Page { varies_by_cookie: page.varies_by_password },
    };
    Ok(match serve::page(&front.app, &asked).await? {
        Served::Page(page) => {
            let mut response = respond(&page, request.headers(), front.app.clock.now()).await;
            own_headers(&page, response.headers_mut());
            policy(&page).on(security(&page).on(response))
        }
        Served::Redirect { to, permanent } => redirect(&to, permanent),
    })
}

/// What a browser may do with `page`.
pub(super) fn security(page: &Page) -> SecurityPolicy {
    if page.framed { SecurityPolicy::Embed } else { SecurityPolicy::Site }
}

pub(super) fn only_read() -> HttpError {
    HttpError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This address can only be read.")
}

/// The answer with `page`, or 304; cache headers are the caller's.
///
/// Feeds and sitemaps have a `Last-Modified` beside their `ETag`: the time of their rendering, which is later than
/// that of anything in them. Programs that read feeds still ask by it.
pub async fn respond(page: &Page, asked: &HeaderMap, now: Timestamp) -> HttpResponse {
    let form = page.form(negotiate::encoding(asked)).await;
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let etag = header_value(&form.etag);
    let is_xml = XML.iter().any(|xml| page.content_type.starts_with(xml));
    let modified = is_xml.then(|| negotiate::last_modified(page.rendered_at, now)).flatten();
    let is_held = |etag: &str| negotiate::is_held(asked, etag, modified.as_ref());
    let held = status == StatusCode::OK && etag.to_str().is_ok_and(is_held);
    let mut response = match held {
        true => HttpResponse::NotModified().finish(),
        false => HttpResponse::build(status).body(form.body.clone()),
    };
    let headers = response.headers_mut();
    if status == StatusCode::OK {
        headers.insert(header::ETAG, etag);
        if let Some(modified) = modified {
            headers.insert(header::LAST_MODIFIED, modified);
        }
    }
    if !held {
        headers.insert(header::CONTENT_TYPE, header_value(&page.content_type));
        if form.encoding != Encoding::Identity {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(form.encoding.token()));
        }
    }
    response
}

/// Those `page` was rendered with: its links.
pub(super) fn own_headers(page: &Page, headers: &mut HeaderMap) {
    for (name, value) in &page.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
}

fn redirect(to: &str, permanent: bool) -> HttpResponse {
    // `//host` and `/\host` are other hosts to a browser; no address of ours begins so.
    let elsewhere = to.starts_with('/') && to.get(1..).is_some_and(|rest| rest.starts_with(['/', '\\']));
    let Some(location) = HeaderValue::try_from(to).ok().filter(|_| !elsewhere) else {
        return HttpResponse::new(StatusCode::NOT_FOUND);
    };
    let status = if permanent { StatusCode::MOVED_PERMANENTLY } else { StatusCode::FOUND };
    let response = HttpResponse::build(status).insert_header((header::LOCATION, location)).finish();
    CachePolicy::Page { varies_by_cookie: false }.on(response)
}

/// Bytes we made ourselves of printable ASCII.
fn header_value(bytes: &Bytes) -> HeaderValue {
    HeaderValue::from_maybe_shared(bytes.clone()).unwrap_or(HeaderValue::from_static(""))
}

async fn page_request(front: &Front, request: &HttpRequest) -> Result<PageRequest, HttpError> {
    let uri = &request.head().uri;
    let path = percent_decode_str(uri.path()).decode_utf8();
    let Ok(path) = path else {
        return Err(HttpError::bad_request("bad_path", "The address is not valid UTF-8."));
    };
    let query = uri.query().filter(|query| query.len() <= QUERY_BYTES_MAX).unwrap_or_default();
    let at = front.app.log.current();
    let viewer = session::identify(&front.app, &at.state, request).map(|user| user.user.id);
    let query: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let post_password = cookies::read(request, cookies::POST_PASSWORD)
        .and_then(|sealed| front.app.key.open_text(POST_PASSWORD_PURPOSE, sealed).ok());
    let own = held_comment::named(&front.app, &at.state, &query).await;
    Ok(PageRequest {
        path: path.into_owned(),
        own_comment: own.known,
        own_waiting: own.waiting,
        query,
        post_password,
        viewer,
    })
}

/// What the cookie with a reader's post password is sealed for.
pub const POST_PASSWORD_PURPOSE: &str = "post-password-cookie";
