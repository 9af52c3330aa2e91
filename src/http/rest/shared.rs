//! Answers for callers nobody knows, kept like pages until a commit changes anything the API may show.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{self, HeaderName, HeaderValue},
    },
};

use jiff::Timestamp;

use super::{
    engine::Scene,
    reply::{self, Reply},
};
use crate::{
    app::App,
    cache::{Page, Rendered, Tag},
    http::{caching::CachePolicy, site},
    serve,
};

/// Longer addresses are answered, not kept.
const KEY_BYTES_MAX: usize = 2048;
/// What the HTML of a block with another site's feed has in its class.
const FEED_MARK: &str = "wp-block-rss";

/// Under what the answer to `request` is kept; `None` where it may depend on who asks.
pub fn key(app: &App, request: &HttpRequest) -> Option<String> {
    let head = request.head();
    let known = [header::COOKIE, header::AUTHORIZATION, HeaderName::from_static("x-wp-nonce")];
    let address = head.uri.path_and_query()?.as_str();
    let plain = head.method == Method::GET
        && !known.iter().any(|name| head.headers.contains_key(name))
        && !address.contains("_wpnonce")
        && address.len() <= KEY_BYTES_MAX;
    // no commit tells of lengths of images
    plain.then(|| format!("api {} {address}", app.media.learned()))
}

/// Keeps an answer to be given again as long as the state says the same.
pub async fn keep(scene: &Scene, key: &str, reply: Reply) -> Arc<Page> {
    // Feeds of other sites change though nothing here does.
    let feeds_until =
        reply.body.contains(FEED_MARK).then(|| scene.now.checked_add(serve::FEEDS_KEPT_FOR).ok()).flatten();
    let fresh_until = scene.at.state.next_scheduled(scene.now).into_iter().chain(feeds_until).min();
    let page = Arc::new(Page::new(Rendered {
        status: reply.status.as_u16(),
        content_type: reply.content_type.to_owned(),
        body: reply.body.into(),
        tags: vec![Tag::Anything],
        seq: scene.at.seq,
        rendered_at: scene.now,
        fresh_until,
        varies_by_password: false,
        framed: false,
        headers: reply.headers,
    }));
    scene.app.pages.put(key, page.clone()).await;
    page
}

pub async fn respond(request: &HttpRequest, page: &Page, now: Timestamp) -> HttpResponse {
    let mut response = site::page::respond(page, request.headers(), now).await;
    let headers = response.headers_mut();
    reply::common(headers, request, false);
    for (name, value) in &page.headers {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(value)) else { continue };
        if name == header::ETAG {
            // a revision's own: it names what a save is based on
            headers.insert(name, value);
        } else {
            headers.append(name, value);
        }
    }
    CachePolicy::Api.on(response)
}
