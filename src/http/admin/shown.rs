//! Pages that are started by a script of ours: the editor and the desk.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use tera::Context;

use super::page;
use crate::{
    cache::{Page, Rendered},
    http::{
        caching::CachePolicy,
        error::HttpError,
        front::Front,
        guard::{Identity, Proof},
        security::{App, SecurityPolicy},
        session::SessionUser,
        site,
    },
};

/// The user of a session, as the API is asked from inside.
pub fn identity(front: &Front, user: &SessionUser, request: &HttpRequest) -> Identity {
    let ip = page::origin(front, request).ip_text();
    Identity { user: Some(user.user.clone().into()), proof: Proof::Session, refused: None, ip }
}

/// JSON that may lie in a script element, where `<` could end it.
pub fn for_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// The page from a template, compressed as the browser likes it, never kept.
pub async fn page(
    front: &Front,
    request: &HttpRequest,
    template: &str,
    context: &Context,
    policy: App,
) -> Result<HttpResponse, HttpError> {
    let html = front.templates.render(template, context);
    let html = html.map_err(|error| HttpError::internal(&format_args!("{template}: {error}")))?;
    let now = front.app.clock.now();
    let page = Page::new(Rendered {
        status: 200,
        content_type: "text/html; charset=UTF-8".to_owned(),
        body: html.into(),
        tags: Vec::new(),
        seq: 0,
        rendered_at: now,
        fresh_until: None,
        varies_by_password: false,
        headers: Vec::new(),
    });
    let response = site::page::respond(&page, request.headers(), now).await;
    Ok(CachePolicy::NoStore.on(SecurityPolicy::App(policy).on(response)))
}
