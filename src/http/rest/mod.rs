//! WordPress's REST API below `/wp-json/`.
//!
//! Every resource is described once (`schema`, `table`); from that it is routed, validated, cut to context, linked
//! and documented. `docs/decisions/0005-rest-is-described-once.md` says why.

mod action;
mod app_passwords;
mod autosaves;
mod batch;
mod block_renderer;
mod block_types;
mod body;
mod call;
mod cast;
mod comments;
mod describe;
mod desk;
mod engine;
mod global_styles;
mod inside;
mod links;
mod markdown;
mod media;
mod menus;
mod oembed;
mod openapi;
mod page_head;
mod params;
mod patterns;
mod plugins;
mod posts;
mod reply;
mod revisions;
mod schema;
mod schema_json;
mod search;
mod segment;
mod settings;
mod shape;
mod shared;
mod site_health;
mod statuses;
mod table;
mod taxonomies;
mod templates;
mod terms;
mod themes;
mod time;
mod types;
mod url_details;
mod users;
mod validate;
mod widgets;

use std::sync::Arc;

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload as RawPayload,
    guard::{self, GuardContext},
    http::{Method, StatusCode},
    web::{self, Data, Payload, ServiceConfig},
};
use arc_swap::ArcSwapOption;
use serde_json::{Map, Value};

use self::{
    engine::{Incoming, Scene},
    table::{Route, Table},
};
pub use self::{inside::Inside, page_head::PageHead, posts::kind::PostKind, terms::TermKind};
use super::{
    access::{Described, any},
    error::HttpError,
    guard::Identity,
};
use crate::{
    app::App,
    content::{RevisionId, types::Types},
    publish, serve,
};

/// The routes of the API: below `/wp-json`, and `/?rest_route=…` for sites without pretty links.
pub fn configure(config: &mut ServiceConfig) {
    config
        .app_data(Data::new(Tables::default()))
        .service(web::resource(["/wp-json", "/wp-json/{path:.*}"]).route(any(handle)))
        .service(web::resource(["/", "/index.php"]).guard(guard::fn_guard(asks_by_query)).route(any(handle)));
}

fn asks_by_query(context: &GuardContext<'_>) -> bool {
    let query = context.head().uri.query().unwrap_or_default();
    query.split('&').any(|pair| pair.starts_with("rest_route=") || pair.starts_with("rest_route%3D"))
}

/// The table of routes, kept while the site's types stay what they are.
#[derive(Debug, Default)]
pub struct Tables(ArcSwapOption<Table>);

impl Tables {
    fn for_types(&self, types: &Types) -> Arc<Table> {
        if let Some(table) = self.0.load_full().filter(|table| table.types == *types) {
            return table;
        }
        let table = Arc::new(Table::new(types));
        self.0.store(Some(table.clone()));
        table
    }
}

/// Routes beside those of post types and taxonomies; `types` are the names of the former.
fn resources(types: &[schema::Name]) -> Vec<Route> {
    let mut routes = types::routes();
    routes.extend(statuses::routes());
    routes.extend(taxonomies::routes());
    routes.extend(users::routes(types));
    routes.extend(app_passwords::routes());
    routes.extend(comments::routes());
    routes.extend(comments::desk_routes());
    routes.extend(search::routes());
    routes.extend(settings::routes());
    routes.extend(batch::routes());
    routes.extend(block_renderer::routes());
    routes.extend(markdown::routes());
    routes.extend(menus::locations::routes());
    routes.extend(themes::routes());
    routes.extend(block_types::routes());
    routes.extend(patterns::routes());
    routes.extend(plugins::routes());
    routes.extend(widgets::routes());
    routes.extend(site_health::routes());
    routes.extend(url_details::routes());
    routes.extend(oembed::routes());
    routes
}

async fn handle(
    _: Described,
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    tables: Data<Tables>,
) -> HttpResponse {
    let query = match params::parse(request.query_string()) {
        Ok(query) => query,
        Err(error) => return reply::refusal(&request, &app, &error),
    };
    let method = method(&request, &query);
    let writes = !matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS");
    // Writers and editors are brought up to the log's tail before they come here.
    let at = serve::state(&app).await;
    let (now, shared) = (app.clock.now(), shared::key(&app, &request));
    if let Some(key) = &shared
        && let Some(page) = app.pages.get(key, at.seq, now).await
    {
        return shared::respond(&request, &page, now).await;
    }
    let identity = match Identity::from_request(&request, &mut RawPayload::None).await {
        Ok(identity) => Arc::new(identity),
        Err(error) => return reply::refusal(&request, &app, &error),
    };
    let path = path(&request, &query);
    let files = body::Files::accepted(&app.media, &identity, &path);
    if writes && let Err(error) = publish::accepts(&app).await {
        return reply::refusal(&request, &app, &error.into());
    }
    let body = if writes { body::read(&request, payload, files).await } else { Ok(body::Body::default()) };
    let body = match body {
        Ok(body) => body,
        Err(error) => return reply::refusal(&request, &app, &error),
    };
    let base = match base(header(&request, "If-Match"), &body.fields) {
        Ok(base) => base,
        Err(error) => return reply::refusal(&request, &app, &error),
    };
    let table = tables.for_types(&at.state.settings().types);
    let scene = Scene { app: app.clone(), table, at, now, identity };
    let incoming = Incoming {
        base,
        idempotency_key: header(&request, "Idempotency-Key").filter(|key| !key.is_empty()).map(str::to_owned),
        agent: header(&request, "User-Agent").unwrap_or_default().to_owned(),
        method,
        path,
        query,
        body: body.fields,
        upload: body.upload.map(Arc::new),
    };
    let shown = reply::Shown::new(&incoming.query);
    let outcome = engine::answer(&scene, incoming).await;
    let reply = reply::reply(&request, &scene, &shown, outcome);
    match shared.filter(|_| reply.status == StatusCode::OK) {
        Some(key) => shared::respond(&request, &*shared::keep(&scene, &key, reply).await, now).await,
        None => reply::send(&request, scene.identity.signed_in(), reply),
    }
}

/// The fields of a form, multipart or JSON body as PHP would read them.
///
/// # Errors
/// 400 for what cannot be read, 413 for what is too long.
pub async fn form(request: &HttpRequest, payload: Payload) -> Result<Map<String, Value>, HttpError> {
    Ok(body::read(request, payload, None).await?.fields)
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The method meant: clients that can only POST name it in a header or in `_method`.
fn method(request: &HttpRequest, query: &Map<String, Value>) -> String {
    let sent = request.method();
    let named = query.get("_method").and_then(Value::as_str).or_else(|| header(request, "X-HTTP-Method-Override"));
    match named {
        Some(named) if *sent == Method::POST => named.to_ascii_uppercase(),
        _ => sent.as_str().to_owned(),
    }
}

fn path(request: &HttpRequest, query: &Map<String, Value>) -> String {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    match request.path().strip_prefix("/wp-json") {
        Some(path) => decode(path),
        None => query.get("rest_route").and_then(Value::as_str).unwrap_or("/").to_owned(),
    }
}

/// The revision a save is based on: `revision` in the body, or `If-Match` with the `ETag` of an answer.
///
/// # Errors
/// 400 for what names no revision: taken for nothing, it would let the save overwrite what it was to spare.
fn base(if_match: Option<&str>, fields: &Map<String, Value>) -> Result<Option<RevisionId>, HttpError> {
    let named = fields.get("revision").and_then(Value::as_str);
    let matched = || if_match.map(|etag| etag.trim().trim_start_matches("W/").trim_matches('"'));
    let Some(given) = named.or_else(matched).filter(|given| *given != "*") else { return Ok(None) };
    given.parse().map(Some).map_err(|_unknown| {
        let message = "Neither If-Match nor the field revision names a revision: send back the ETag of an answer.";
        HttpError::bad_request("rest_invalid_revision", message)
    })
}
