//! What our own pages have in common: headers, form tokens, where they may send a browser.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use tera::Context;

use crate::http::{
    cookies,
    error::{HttpError, header_of},
    front::Front,
    nonce,
    origin::Origin,
    security::SecurityPolicy,
};

/// A page of ours from a template; never cached.
pub fn page(
    front: &Front,
    status: StatusCode,
    template: &str,
    mut context: Context,
) -> Result<HttpResponse, HttpError> {
    let snapshot = front.app.log.current();
    let title = &snapshot.state.settings().title;
    context.insert("site_title", if title.is_empty() { "Bucketpress" } else { title });
    context.insert("css_url", &front.templates.style_url);
    let html = front.templates.render(template, &context).map_err(|error| {
        HttpError::internal(&format_args!("{template}: {error}: {:?}", std::error::Error::source(&error)))
    })?;
    let response = HttpResponse::build(status).content_type("text/html; charset=UTF-8").body(html);
    Ok(SecurityPolicy::FORM.on(response))
}

/// Where nobody is signed in: to do that, and then back to what was asked for.
pub fn to_sign_in(request: &HttpRequest) -> HttpResponse {
    to_sign_in_for(&request.uri().to_string())
}

/// To sign in, and then to `path`.
pub fn to_sign_in_for(path: &str) -> HttpResponse {
    let back: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
    see_other(&format!("/wp-login.php?redirect_to={back}"))
}

/// An error as a page, for people; with a link to where they may go on.
pub fn error(front: &Front, error: &HttpError, heading: &str, back: (&str, &str)) -> HttpResponse {
    error_with(front, error, heading, back, ("message.html", Context::new()))
}

/// The same with a template of its own and what that shows besides.
pub fn error_with(
    front: &Front,
    error: &HttpError,
    heading: &str,
    back: (&str, &str),
    (template, mut context): (&str, Context),
) -> HttpResponse {
    context.insert("heading", heading);
    context.insert("text", &sentence(&error.message));
    let (back_url, back_text) = back;
    context.insert("back_url", back_url);
    context.insert("back_text", back_text);
    match page(front, error.status, template, context) {
        Ok(mut response) => {
            if let Some((name, value)) = header_of(error.status) {
                response.headers_mut().insert(name, value);
            }
            response
        }
        Err(error) => error.error_response(),
    }
}

/// Errors are written to be parts of sentences.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let mut sentence: String = first.to_uppercase().chain(characters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// Sends the browser on after a form, or to where it must go first.
pub fn see_other(to: &str) -> HttpResponse {
    let location = HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/"));
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}

/// The random value that ties a visitor's forms to their browser: the cookie's, or a new one to be set.
pub fn visitor(front: &Front, request: &HttpRequest) -> String {
    let sane = |value: &&str| value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let kept = cookies::read(request, cookies::FORM).filter(sane).map(str::to_owned);
    kept.unwrap_or_else(|| hex::encode(front.app.ids.array::<16>()))
}

/// Sets the visitor's cookie, so that the form on this page can be sent.
pub fn remember_visitor(
    front: &Front,
    request: &HttpRequest,
    mut response: HttpResponse,
    visitor: String,
) -> HttpResponse {
    let secure = origin(front, request).secure;
    let cookie = cookies::build(cookies::FORM, visitor, None, secure);
    if let Err(error) = response.add_cookie(&cookie) {
        tracing::error!(%error, "form cookie not set");
    }
    response
}

/// The form came from a page of ours, shown to this browser.
pub fn is_ours(front: &Front, request: &HttpRequest, action: &str, given: &str) -> bool {
    // Other sites of the same domain may set cookies here.
    let from_elsewhere = |value: &HeaderValue| value != "same-origin" && value != "none";
    let elsewhere = request.headers().get("Sec-Fetch-Site").is_some_and(from_elsewhere);
    let visitor = cookies::read(request, cookies::FORM).unwrap_or_default();
    !elsewhere && nonce::verify_for_visitor(&front.app, action, visitor, given)
}

pub fn origin(front: &Front, request: &HttpRequest) -> Origin {
    Origin::of(request, &front.app.config.server.trusted_proxies)
}

/// `wanted` if it leads to a page of this site, else `otherwise`. Always a path.
pub fn safe_redirect(wanted: &str, home: &str, otherwise: &str) -> String {
    let local = match wanted.strip_prefix(home.trim_end_matches('/')) {
        Some(path) if !home.is_empty() && path.starts_with('/') => path,
        _ => wanted,
    };
    let mut bytes = local.bytes();
    let rooted = bytes.next() == Some(b'/');
    // `//host` and `/\host` are other hosts to a browser.
    let second = bytes.next();
    let elsewhere = matches!(second, Some(b'/' | b'\\'));
    let printable = local.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if rooted && !elsewhere && printable && local.len() < 2000 { local.to_owned() } else { otherwise.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::safe_redirect;

    #[test]
    fn redirects_stay_on_the_site() {
        let go = |wanted: &str| safe_redirect(wanted, "https://example.org", "/wp-admin/");
        assert_eq!(go("/wp-admin/?paged=2"), "/wp-admin/?paged=2");
        assert_eq!(go("https://example.org/a/"), "/a/");
        for evil in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "https://example.org.evil.example/",
            "https://example.org//evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x=y",
            "/\t/evil.example",
            "",
        ] {
            assert_eq!(go(evil), "/wp-admin/", "{evil}");
        }
    }
}
