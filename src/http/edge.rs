//! What happens around every request: freshness, request id, headers every answer has, metrics and logs.
//!
//! A page that is in memory is answered right here, before routing.

use std::time::Duration;

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        ConnectionType, Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use tracing::Instrument as _;

use super::{
    admin,
    caching::CachePolicy,
    cookies,
    error::HttpError,
    front::{Front, RequestId},
    metrics::Class,
    origin::{self, is_trusted},
    security::SecurityPolicy,
    seen::{self, Acknowledged},
    site,
};
use crate::serve;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What the first-run page itself needs.
const SET_UP_PATHS: [&str; 3] = ["/wp-admin/install.php", "/wp-admin/assets/", "/favicon.ico"];
/// A request other than an upload that takes longer is given up.
const DEADLINE: Duration = Duration::from_secs(60);
const DEADLINE_UPLOAD: Duration = Duration::from_secs(60 * 60);

pub async fn edge(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(front) = request.app_data::<Data<Front>>().cloned() else { return next.call(request).await };
    let started = front.app.clock.monotonic();
    if let Some(response) = site::warm(&front, request.request()).await {
        front.metrics.answered_warm(front.app.clock.monotonic().saturating_sub(started));
        return Ok(request.into_response(response));
    }
    let class = Class::of(request.path());
    let id = request_id(&front, &request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = request.path(),
    );
    async move {
        let must_see = catch_up(&front, &request, class).await;
        let response = match set_up_first(&front, &request, class) {
            Some(response) => request.into_response(response),
            None => for_people(&front, class, answer(request, next, class).await?),
        };
        let took = front.app.clock.monotonic().saturating_sub(started);
        let status = response.status().as_u16();
        front.metrics.answered(class, status, took);
        let duration_ms = took.as_secs_f64() * 1e3;
        match class {
            Class::Probe => tracing::debug!(status, duration_ms, "answered"),
            _ => tracing::info!(status, duration_ms, "answered"),
        }
        Ok(finish(&front, response, class, must_see, id))
    }
    .instrument(span)
    .await
}

/// A site without users has nothing to show but its first-run page.
fn set_up_first(front: &Front, request: &ServiceRequest, class: Class) -> Option<HttpResponse> {
    let shows_something = matches!(class, Class::Page | Class::Admin);
    let needed = shows_something && !SET_UP_PATHS.iter().any(|path| request.path().starts_with(path));
    if !needed || !front.app.log.current().state.is_new() {
        return None;
    }
    Some(HttpResponse::SeeOther().insert_header((header::LOCATION, "/wp-admin/install.php")).finish())
}

/// Calls the handler, within limits of time.
async fn answer(request: ServiceRequest, next: Next<BoxBody>, class: Class) -> Result<ServiceResponse<BoxBody>, Error> {
    let uploads = matches!(class, Class::Rest | Class::XmlRpc) && request.method() == Method::POST;
    let deadline = if uploads { DEADLINE_UPLOAD } else { DEADLINE };
    // No clone of the request may be kept: the router must be its only owner.
    match tokio::time::timeout(deadline, next.call(request)).await {
        Ok(answered) => answered,
        Err(elapsed) => {
            tracing::warn!(%elapsed, "request given up");
            Err(InternalError::new("the request took too long", StatusCode::GATEWAY_TIMEOUT).into())
        }
    }
}

/// Turns an error of a page into a page; the API's errors are JSON, as WordPress's are, and so are those scripts get.
fn for_people(front: &Front, class: Class, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let to_script = response.request().headers().contains_key("X-WP-Nonce");
    if to_script || matches!(class, Class::Rest | Class::XmlRpc | Class::Probe) {
        return response;
    }
    let Some(error) = response.response().error().and_then(|error| error.as_error::<HttpError>()) else {
        return response;
    };
    let heading = match error.status {
        StatusCode::SERVICE_UNAVAILABLE => "Not available just now",
        status if status.is_server_error() => "Something went wrong",
        _ => "This cannot be done",
    };
    let shown = admin::page::error(front, error, heading, ("/", "Back to the site"));
    response.into_response(shown)
}

/// Brings the state to where this client must see it; true if it has written something lately.
async fn catch_up(front: &Front, request: &ServiceRequest, class: Class) -> bool {
    if class == Class::Probe {
        return false;
    }
    if let Some(seq) = seen::of(&front.app.key, front.app.log.lineage(), request.request()) {
        serve::reach(&front.app, seq).await;
        return true;
    }
    let editor = !request.method().is_safe()
        || request.headers().contains_key(header::AUTHORIZATION)
        || cookies::read(request.request(), cookies::SESSION).is_some();
    if editor {
        serve::confirmed(&front.app).await;
    }
    false
}

/// Headers that every answer has, and those that mirror what the handler attached.
fn finish(
    front: &Front,
    mut response: ServiceResponse<BoxBody>,
    class: Class,
    must_see: bool,
    id: HeaderValue,
) -> ServiceResponse<BoxBody> {
    let acknowledged = response.response().extensions().get::<Acknowledged>().copied();
    let policy = response.response().extensions().get::<CachePolicy>().copied();
    let security = response.response().extensions().get::<SecurityPolicy>().cloned();
    let security = security.unwrap_or_else(|| SecurityPolicy::of_class(class));
    let secure = origin::is_secure(response.request(), &front.app.config.server.trusted_proxies);
    let policy = match policy.unwrap_or(CachePolicy::NoStore) {
        CachePolicy::Page { .. } | CachePolicy::Api if must_see => CachePolicy::Private,
        policy => policy,
    };
    if let Some(Acknowledged(seq)) = acknowledged {
        let cookie = seen::cookie(&front.app.key, front.app.log.lineage(), seq, secure);
        if let Err(error) = response.response_mut().add_cookie(&cookie) {
            tracing::error!(%error, "read-your-writes cookie not set");
        }
    }
    let response_mut = response.response_mut();
    let headers = response_mut.headers_mut();
    front.cache_headers.write(policy, headers);
    front.security_headers.write(&security, secure, headers);
    headers.insert(REQUEST_ID, id);
    if front.is_draining() {
        response_mut.head_mut().set_connection_type(ConnectionType::Close);
    }
    response
}

/// A trusted proxy's id, if it is one; else our own.
fn request_id(front: &Front, request: &ServiceRequest) -> HeaderValue {
    let trusted = &front.app.config.server.trusted_proxies;
    let given = request.headers().get(REQUEST_ID).filter(|value| {
        let bytes = value.as_bytes();
        let sane = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_=.:;".contains(byte);
        (1..=128).contains(&bytes.len()) && bytes.iter().all(sane)
    });
    let from_proxy = request.peer_addr().is_some_and(|peer| is_trusted(peer.ip(), trusted));
    let own = || HeaderValue::try_from(front.next_request_id()).ok();
    let id = if from_proxy { given.cloned().or_else(own) } else { own() };
    id.unwrap_or(HeaderValue::from_static("-"))
}
