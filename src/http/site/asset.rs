//! Files of the theme, the site's icon, and how browsers show sitemaps.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Bytes, Data, Path},
};

use super::page;
use crate::{
    cache::{Page, PageError, Rendered},
    content::PostType,
    http::{access::Anyone, caching::CachePolicy, error::HttpError, front::Front},
};

const ICON: &str = include_str!("../../../admin/pages/favicon.svg");

const SITEMAP_CSS: &str = include_str!("../../../admin/pages/sitemap.css");

/// `/wp-content/themes/<theme>/<path>`; kept for ever where the address names the content.
pub async fn show(
    _: Anyone,
    front: Data<Front>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, HttpError> {
    let (theme, file) = path.into_inner();
    let asset = (theme == front.app.theme.name()).then(|| front.app.theme.asset(&file)).flatten();
    let Some(asset) = asset else { return page::show(Anyone, front, request).await };
    let policy = if asset.immutable { CachePolicy::Immutable } else { CachePolicy::Page { varies_by_cookie: false } };
    // Through the page cache for its compressed forms. The key is none a URL can have.
    let key = format!("asset {} {file}", asset.hash);
    send(&front, &request, &key, asset.content_type, asset.bytes, policy).await
}

/// The icon chosen in the settings, else our own.
pub async fn favicon(_: Anyone, front: Data<Front>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let snapshot = front.app.log.current();
    let site = &snapshot.state;
    let icon = site.settings().site_icon.and_then(|id| site.post(id));
    let file = icon.filter(|post| post.post_type == PostType::Attachment).and_then(|post| post.file);
    let policy = CachePolicy::Page { varies_by_cookie: false };
    if let Some(file) = file {
        let to = format!("/wp-content/uploads/{}", file.upload_path);
        let to = percent_encoding::utf8_percent_encode(&to, page::PATH).to_string();
        return Ok(policy.on(HttpResponse::Found().insert_header((header::LOCATION, to)).finish()));
    }
    send(&front, &request, "asset favicon", "image/svg+xml", Bytes::from_static(ICON.as_bytes()), policy).await
}

/// `/wp-sitemap.css`: sitemaps as people see them.
pub async fn sitemap_style(_: Anyone, front: Data<Front>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let policy = CachePolicy::Page { varies_by_cookie: false };
    let kind = "text/css; charset=UTF-8";
    send(&front, &request, "asset sitemap css", kind, Bytes::from_static(SITEMAP_CSS.as_bytes()), policy).await
}

async fn send(
    front: &Front,
    request: &HttpRequest,
    key: &str,
    content_type: &str,
    body: Bytes,
    policy: CachePolicy,
) -> Result<HttpResponse, HttpError> {
    let now = front.app.clock.now();
    let seq = front.app.log.current().seq;
    let rendered = || async {
        Ok::<_, PageError>(Page::new(Rendered {
            status: 200,
            content_type: content_type.to_owned(),
            body: body.clone(),
            // Depends on nothing but its own bytes, which the key names.
            tags: Vec::new(),
            seq,
            rendered_at: now,
            fresh_until: None,
            varies_by_password: false,
            framed: false,
            headers: Vec::new(),
        }))
    };
    let page = front.app.pages.get_or_render(key, seq, now, rendered).await;
    let page = page.map_err(|error| HttpError::internal(&error))?;
    Ok(policy.on(page::respond(&page, request.headers(), now).await))
}
