//! Answers as HTTP: headers, paging links, envelope, JSONP, CORS.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{
    call::Answer,
    engine::{Outcome, Scene},
};
use crate::{
    app::App,
    http::error::{HttpError, header_of},
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

    /// The body as JSON, or as a call of the client's function.
    fn written(&self, status: StatusCode, body: &Value) -> (StatusCode, &'static str, String) {
        let Some(callback) = &self.callback else { return (status, JSON, body.to_string()) };
        let valid = !callback.is_empty()
            && callback.len() <= 100
            && callback.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
        if !valid {
            let error = HttpError::bad_request("rest_callback_invalid", "Invalid JSONP callback function.");
            return (error.status, JSON, error.body().to_string());
        }
        // The comment keeps the text from being taken for another kind of file.
        (status, "application/javascript; charset=UTF-8", format!("/**/{callback}({body})"))
    }
}

/// An answer as it is sent, apart from what [`common`] says to each client.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    /// The log entry it acknowledges.
    committed: Option<u64>,
}

const JSON: &str = "application/json; charset=UTF-8";

/// An answer to a request that did not get as far as a route.
pub fn refusal(request: &HttpRequest, app: &App, error: &HttpError) -> HttpResponse {
    let home = app.log.current().state.settings().home.clone();
    let headers = vec![api_link(&home)];
    let body = error.body().to_string();
    send(request, false, Reply { status: error.status, content_type: JSON, headers, body, committed: None })
}

pub fn reply(request: &HttpRequest, scene: &Scene, shown: &Shown, outcome: Outcome) -> Reply {
    let allow = outcome.allow.join(", ");
    let (status, body, answer) = match outcome.answer {
        Ok(mut answer) => (answer.status, std::mem::take(&mut answer.body), Some(answer)),
        Err(error) => (error.status, error.body(), None),
    };
    let committed = answer.as_ref().and_then(|answer| answer.committed);
    let mut headers = answer.as_ref().map(|answer| headers(request, scene, answer)).unwrap_or_default();
    let linked = headers.iter().any(|(name, _)| *name == "Link");
    headers.extend((!allow.is_empty()).then_some(("Allow", allow)));
    let home = &scene.at.state.settings().home;
    let (status, headers, body) = if shown.envelope {
        (StatusCode::OK, vec![api_link(home)], envelope(status, &headers, &body))
    } else {
        headers.extend((!linked).then(|| api_link(home)));
        (status, headers, body)
    };
    let other_form = answer.and_then(|answer| answer.other_form).filter(|_| !shown.envelope);
    let (status, content_type, body) = match other_form {
        Some((content_type, text)) => (status, content_type, text),
        None => shown.written(status, &body),
    };
    Reply { status, content_type, headers, body, committed }
}

/// Sends a reply to the client that asked for it.
pub fn send(request: &HttpRequest, signed_in: bool, reply: Reply) -> HttpResponse {
    let mut response = HttpResponse::build(reply.status);
    for (name, value) in &reply.headers {
        response.append_header((*name, value.as_str()));
    }
    if let Some(header) = header_of(reply.status) {
        response.insert_header(header);
    }
    let mut response = response.content_type(reply.content_type).body(reply.body);
    common(response.headers_mut(), request, signed_in);
    if let Some(seq) = reply.committed {
        response.extensions_mut().insert(crate::http::seen::Acknowledged(seq));
    }
    response
}

fn envelope(status: StatusCode, headers: &[(&'static str, String)], body: &Value) -> Value {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), numeric(name, value)));
    let headers: Map<String, Value> = headers.collect();
    let headers = if headers.is_empty() { json!([]) } else { headers.into() };
    json!({ "body": body, "status": status.as_u16(), "headers": headers })
}

/// In an envelope the totals are numbers.
fn numeric(name: &str, value: &str) -> Value {
    match value.parse::<u64>() {
        Ok(number) if name.starts_with("X-WP-") => number.into(),
        _ => value.into(),
    }
}

fn api_link(home: &str) -> (&'static str, String) {
    ("Link", format!(r#"<{home}/wp-json/>; rel="https://api.w.org/""#))
}

/// Writes what depends on the client and its request, not on the answer.
pub fn common(headers: &mut HeaderMap, request: &HttpRequest, signed_in: bool) {
    let mut insert = |name, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    insert(HeaderName::from_static("x-robots-tag"), "noindex");
    insert(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ACCEPTED);
    match request.headers().get(header::ORIGIN) {
        // Any site may ask, as in WordPress: a foreign page has no nonce, so it never acts as the signed-in user.
        Some(origin) => {
            insert(header::ACCESS_CONTROL_ALLOW_METHODS, "OPTIONS, GET, POST, PUT, PATCH, DELETE");
            insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            insert(header::VARY, "Origin");
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        }
        None if *request.method() == Method::GET && !signed_in => drop(insert(header::VARY, "Origin")),
        None => {}
    }
}

/// An answer within another: `{body, status, headers}`.
pub fn enveloped(outcome: Outcome) -> Value {
    let allow = outcome.allow.join(", ");
    let (status, body, mut headers) = match outcome.answer {
        Ok(answer) => (answer.status, answer.body.clone(), item_headers(&answer)),
        Err(error) => (error.status, error.body(), Vec::new()),
    };
    headers.extend((!allow.is_empty()).then_some(("Allow", allow)));
    envelope(status, &headers, &body)
}

fn headers(request: &HttpRequest, scene: &Scene, answer: &Answer) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    if let Some((total, pages)) = answer.total {
        headers.push(("X-WP-Total", total.to_string()));
        headers.push(("X-WP-TotalPages", pages.to_string()));
        headers.extend(page_links(request, scene, pages).map(|links| ("Link", links)));
    }
    headers.extend(item_headers(answer));
    headers
}

fn item_headers(answer: &Answer) -> Vec<(&'static str, String)> {
    let mut headers: Vec<_> = answer.links.iter().map(|link| ("Link", link.clone())).collect();
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
