//! The warm path: a page that is in memory, for a reader nothing is known of.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
};

use super::page;
use crate::{
    http::{caching::CachePolicy, front::Front, origin},
    serve,
};

/// Answers a plain GET or HEAD whose page is in memory; `None` sends the request on its usual way.
///
/// This path allocates next to nothing and logs nothing: it is most of what a site's server does.
pub async fn warm(front: &Front, request: &HttpRequest) -> Option<HttpResponse> {
    let head = request.head();
    let plain = (head.method == Method::GET || head.method == Method::HEAD)
        && head.uri.query().is_none()
        && !head.headers.contains_key(header::COOKIE)
        && !head.headers.contains_key(header::AUTHORIZATION);
    let path = head.uri.path();
    if !plain || path.contains('%') || front.is_draining() {
        return None;
    }
    let found = serve::warm(&front.app, path).await?;
    if found.status != StatusCode::OK.as_u16() {
        return None;
    }
    let mut response = page::respond(&found, &head.headers, front.app.clock.now()).await;
    let policy = CachePolicy::Page { varies_by_cookie: found.varies_by_password };
    let headers = response.headers_mut();
    page::own_headers(&found, headers);
    front.cache_headers.write(policy, headers);
    let secure = origin::is_secure(request, &front.app.config.server.trusted_proxies);
    front.security_headers.write(&page::security(&found), secure, headers);
    Some(response)
}
