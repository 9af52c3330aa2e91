//! Answers as HTTP: headers, paging links, envelope, JSONP, CORS.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{Method, StatusCode},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{
    call::Answer,
    engine::{Outcome, Scene},
};
use crate::{
    app::App,
    http::error::{HttpError, retry_after},
};

const EXPOSED: &str = "X-WP-Total, X-WP-TotalPages, Link, ETag";
const ACCEPTED: &str =
    "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type, If-Match, Idempotency-Key";

const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'[').remove(b']');

/// How the client wants its answer wrapped.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    envelope: bool,
    callback: Option<String>,
}

impl Shown {
    pub fn new(query: &Map<String, Value>) -> Self {
        let callback = query.get("_jsonp").and_then(Value::as_str).map(str::to_owned);
        Self { envelope: query.contains_key("_envelope"), callback }
    }
}

/// An answer to a request that did not get as far as a route.
pub fn refusal(request: &HttpRequest, app: &App, error: &HttpError) -> HttpResponse {
    let home = app.log.current().state.settings().home.clone();
    let mut response = HttpResponse::build(error.status);
    common(&mut response, request, false);
    api_link(&mut response, &home);
    if let Some(header) = retry_after(error.status) {
        response.insert_header(header);
    }
    response.content_type("application/json; charset=UTF-8").body(error.body().to_string())
}

pub fn respond(request: &HttpRequest, scene: &Scene, shown: &Shown, outcome: Outcome) -> HttpResponse {
    let allow = outcome.allow.join(", ");
    let (status, body, answer) = match outcome.answer {
        Ok(mut answer) => (answer.status, std::mem::take(&mut answer.body), Some(answer)),
        Err(error) => (error.status, error.body(), None),
    };
    let headers = answer.as_ref().map(|answer| headers(request, scene, answer)).unwrap_or_default();
    let mut response = HttpResponse::build(if shown.envelope { StatusCode::OK } else { status });
    common(&mut response, request, scene.identity.signed_in());
    if let Some(header) = retry_after(status) {
        response.insert_header(header);
    }
    if !allow.is_empty() && !shown.envelope {
        response.insert_header(("Allow", allow.clone()));
    }
    let body = if shown.envelope {
        let allow = (!allow.is_empty()).then(|| ("Allow".to_owned(), allow.into()));
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), numeric(name, value)));
        let headers: Map<String, Value> = headers.chain(allow).collect();
        let headers = if headers.is_empty() { json!([]) } else { headers.into() };
        json!({ "body": body, "status": status.as_u16(), "headers": headers })
    } else {
        for (name, value) in &headers {
            response.append_header((*name, value.as_str()));
        }
        body
    };
    if shown.envelope || !headers.iter().any(|(name, _)| *name == "Link") {
        api_link(&mut response, &scene.at.state.settings().home);
    }
    let mut response = finish(response, shown, &body);
    if let Some(seq) = answer.and_then(|answer| answer.committed) {
        response.extensions_mut().insert(crate::http::seen::Acknowledged(seq));
    }
    response
}

/// In an envelope the totals are numbers.
fn numeric(name: &str, value: &str) -> Value {
    match value.parse::<u64>() {
        Ok(number) if name.starts_with("X-WP-") => number.into(),
        _ => value.into(),
    }
}

fn finish(mut response: HttpResponseBuilder, shown: &Shown, body: &Value) -> HttpResponse {
    let Some(callback) = &shown.callback else {
        return response.content_type("application/json; charset=UTF-8").body(body.to_string());
    };
    let valid = !callback.is_empty()
        && callback.len() <= 100
        && callback.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    if !valid {
        let error = HttpError::bad_request("rest_callback_invalid", "Invalid JSONP callback function.");
        return response
            .status(error.status)
            .content_type("application/json; charset=UTF-8")
            .body(error.body().to_string());
    }
    // The comment keeps the text from being taken for another kind of file.
    response.content_type("application/javascript; charset=UTF-8").body(format!("/**/{callback}({body})"))
}

fn api_link(response: &mut HttpResponseBuilder, home: &str) {
    response.append_header(("Link", format!(r#"<{home}/wp-json/>; rel="https://api.w.org/""#)));
}

fn common(response: &mut HttpResponseBuilder, request: &HttpRequest, signed_in: bool) {
    response.insert_header(("X-Robots-Tag", "noindex"));
    response.insert_header(("X-Content-Type-Options", "nosniff"));
    response.insert_header(("Access-Control-Expose-Headers", EXPOSED));
    response.insert_header(("Access-Control-Allow-Headers", ACCEPTED));
    match super::header(request, "Origin") {
        // Any site may ask, as in WordPress: a foreign page has no nonce, so it never acts as the signed-in user.
        Some(origin) => {
            response.insert_header(("Access-Control-Allow-Origin", origin));
            response.insert_header(("Access-Control-Allow-Methods", "OPTIONS, GET, POST, PUT, PATCH, DELETE"));
            response.insert_header(("Access-Control-Allow-Credentials", "true"));
            response.insert_header(("Vary", "Origin"));
        }
        None if *request.method() == Method::GET && !signed_in => drop(response.insert_header(("Vary", "Origin"))),
        None => {}
    }
}

fn headers(request: &HttpRequest, scene: &Scene, answer: &Answer) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    if let Some((total, pages)) = answer.total {
        headers.push(("X-WP-Total", total.to_string()));
        headers.push(("X-WP-TotalPages", pages.to_string()));
        headers.extend(page_links(request, scene, pages).map(|links| ("Link", links)));
    }
    headers.extend(answer.links.iter().map(|link| ("Link", link.clone())));
    headers.extend(answer.location.iter().map(|location| ("Location", location.clone())));
    headers.extend(answer.revision.map(|revision| ("ETag", format!("\"{revision}\""))));
    headers
}

/// `rel="prev"` and `rel="next"`, with the other parameters as the client gave them.
fn page_links(request: &HttpRequest, scene: &Scene, pages: usize) -> Option<String> {
    let query = super::params::parse(request.query_string()).ok()?;
    let page = query.get("page").and_then(Value::as_str).and_then(|page| page.parse().ok()).unwrap_or(1_usize);
    let mut others = Vec::new();
    for (name, value) in query.iter().filter(|(name, _)| *name != "page") {
        flatten(name, value, &mut others);
    }
    let base = format!("{}/wp-json{}", scene.at.state.settings().home, super::path(request, &query));
    let href = |page: usize| {
        let pairs: Vec<String> = others.iter().cloned().chain([format!("page={page}")]).collect();
        format!("{base}?{}", pairs.join("&"))
    };
    let mut links = Vec::new();
    if page > 1 && pages > 0 {
        links.push(format!(r#"<{}>; rel="prev""#, href((page - 1).min(pages))));
    }
    if page < pages {
        links.push(format!(r#"<{}>; rel="next""#, href(page + 1)));
    }
    (!links.is_empty()).then(|| links.join(", "))
}

/// A parameter as PHP writes it into a query: lists and objects with brackets.
fn flatten(name: &str, value: &Value, pairs: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                flatten(&format!("{name}[{at}]"), item, pairs);
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                flatten(&format!("{name}[{member}]"), value, pairs);
            }
        }
        Value::String(text) if text.is_empty() => pairs.push(encode(name)),
        other => pairs.push(format!("{}={}", encode(name), encode(other.as_str().unwrap_or_default()))),
    }
}

/// Percent-encoded, brackets as they are. Nothing that could end the header or the link stays.
fn encode(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}
