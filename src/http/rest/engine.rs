//! One request through the API: route, validate, permit, run, embed, cut. Free of HTTP, so that `_embed` asks the
//! same way a client does.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::web::Data;
use futures_util::future::{BoxFuture, FutureExt};
use serde_json::{Map, Value, json};

use super::{
    call::{Answer, Call},
    describe,
    media::upload::Upload,
    schema::Context,
    shape::Wanted,
    table::{Route, Table},
    validate,
};
use crate::{
    app::App,
    content::RevisionId,
    http::{error::HttpError, guard::Identity},
    index::Site,
    store::log::Snapshot,
};

/// Different addresses embedded into one answer.
const EMBEDS_MAX: usize = 2000;
/// What embedded collections show at most.
const EMBEDDED_ITEMS_MAX: i64 = 100;

/// A request of the API, by whatever way it came.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub method: String,
    /// Below `/wp-json`: `/wp/v2/posts`.
    pub path: String,
    pub query: Map<String, Value>,
    pub body: Map<String, Value>,
    pub upload: Option<Arc<Upload>>,
    /// `User-Agent`
    pub agent: String,
    pub idempotency_key: Option<String>,
    pub base: Option<RevisionId>,
}

/// What all parts of one request share.
#[derive(Clone, Debug)]
pub struct Scene {
    pub app: Data<App>,
    pub table: Arc<Table>,
    pub at: Arc<Snapshot<Site>>,
    pub now: jiff::Timestamp,
    pub identity: Arc<Identity>,
}

/// The outcome, with the methods the caller may use at this address.
#[derive(Debug)]
pub struct Outcome {
    pub answer: Result<Answer, HttpError>,
    pub allow: Vec<&'static str>,
}

impl From<HttpError> for Outcome {
    fn from(error: HttpError) -> Self {
        Self { answer: Err(error), allow: Vec::new() }
    }
}

/// Answers a request, embedding and cutting as its parameters ask.
pub async fn answer(scene: &Scene, incoming: Incoming) -> Outcome {
    let embed = incoming.query.get("_embed").or_else(|| incoming.body.get("_embed")).map(embed_rels);
    let fields = incoming.query.get("_fields").or_else(|| incoming.body.get("_fields")).cloned();
    let is_index = incoming.path.trim_matches('/').is_empty();
    let mut outcome = dispatch(scene.clone(), incoming, fields.clone()).await;
    if let Ok(answer) = &mut outcome.answer {
        if let Some(rels) = embed {
            answer.body = embed_all(scene, std::mem::take(&mut answer.body), &rels).await;
        }
        if answer.status.is_success() {
            let whole = std::mem::take(&mut answer.body);
            // The index keeps its links whatever is asked for.
            let links = whole.get("_links").filter(|_| is_index).cloned();
            answer.body = Wanted::new(Context::View, fields.as_ref()).cut(whole);
            if let (Value::Object(members), Some(links)) = (&mut answer.body, links) {
                members.insert("_links".to_owned(), links);
            }
        }
    }
    outcome
}

fn no_route() -> HttpError {
    HttpError::not_found("rest_no_route", "No route was found matching the URL and request method.")
}

/// Whether a request may be part of a batch, and its parameters are as described. Says nothing of permission.
///
/// # Errors
/// 404 for what is no route, 400 for what may not be in a batch and for parameters at fault.
pub fn check_batched(scene: &Scene, incoming: &Incoming) -> Result<(), HttpError> {
    let (route, url) = scene.table.find(&incoming.path).ok_or_else(no_route)?;
    let endpoint = route.endpoint(&incoming.method).ok_or_else(no_route)?;
    if !route.batched {
        let message = "The requested route does not support batch requests.";
        return Err(HttpError::bad_request("rest_batch_not_allowed", message));
    }
    validate::arguments(&endpoint.args, &merge(&url, incoming)).map(drop)
}

fn dispatch(scene: Scene, incoming: Incoming, fields: Option<Value>) -> BoxFuture<'static, Outcome> {
    async move {
        let Some((route, url)) = scene.table.find(&incoming.path) else { return no_route().into() };
        let method = if incoming.method == "HEAD" { "GET" } else { incoming.method.as_str() };
        let given = merge(&url, &incoming);
        let describing = method == "OPTIONS";
        let Some(endpoint) = route.endpoint(if describing { "GET" } else { method }).or(if describing {
            route.endpoints.first()
        } else {
            None
        }) else {
            return no_route().into();
        };
        let call = |args: Map<String, Value>| {
            let context = args.get("context").and_then(Value::as_str).and_then(Context::from_name);
            let context = context.unwrap_or(Context::View);
            Call {
                app: scene.app.clone(),
                at: scene.at.clone(),
                now: scene.now,
                identity: scene.identity.clone(),
                table: scene.table.clone(),
                item: route.item.clone(),
                url: url.clone(),
                wanted: Wanted::new(context, fields.as_ref()),
                context,
                args,
                idempotency_key: incoming.idempotency_key.clone(),
                base: incoming.base,
                agent: incoming.agent.clone(),
                upload: incoming.upload.clone(),
            }
        };
        if describing {
            let call = call(url.clone());
            return Outcome { allow: allowed(route, &call), answer: Ok(describe::route(&call, route)) };
        }
        let args = match validate::arguments(&endpoint.args, &given) {
            Ok(args) => args,
            // What may be sent here does not depend on what was wrong.
            Err(error) => return Outcome { allow: allowed(route, &call(url.clone())), answer: Err(error) },
        };
        let call = call(args);
        let allow = allowed(route, &call);
        let answer = match &scene.identity.refused {
            Some(refused) if !endpoint.action.is_own_account() => Err(refused.clone()),
            _ => match endpoint.action.permit(&call) {
                Ok(()) => endpoint.action.run(call).await,
                Err(error) => Err(error),
            },
        };
        Outcome { answer, allow }
    }
    .boxed()
}

/// Parameters of path, body and query; the path's win, so that nobody is checked for one item and acts on another.
fn merge(url: &Map<String, Value>, incoming: &Incoming) -> Map<String, Value> {
    let mut given = incoming.query.clone();
    given.extend(incoming.body.clone());
    given.extend(url.clone());
    given
}

/// The methods of a route the caller may use.
fn allowed(route: &Route, call: &Call) -> Vec<&'static str> {
    let permitted = route.endpoints.iter().filter(|endpoint| endpoint.action.permit(call).is_ok());
    permitted.flat_map(|endpoint| endpoint.methods.iter().copied()).collect()
}

/// The relations `_embed` names; empty: all.
fn embed_rels(value: &Value) -> Vec<String> {
    let texts: Vec<&str> = match value {
        Value::String(text) => text.split(',').collect(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let rels = texts.into_iter().map(str::trim).filter(|rel| !matches!(*rel, "" | "1" | "true"));
    rels.map(str::to_owned).collect()
}

async fn embed_all(scene: &Scene, body: Value, rels: &[String]) -> Value {
    let mut known = BTreeMap::new();
    match body {
        Value::Array(items) => {
            let mut embedded = Vec::with_capacity(items.len());
            for item in items {
                embedded.push(embed(scene, item, rels, &mut known).await);
            }
            Value::Array(embedded)
        }
        item => embed(scene, item, rels, &mut known).await,
    }
}

async fn embed(scene: &Scene, mut item: Value, rels: &[String], known: &mut BTreeMap<String, Value>) -> Value {
    let Some(links) = item.get("_links").and_then(Value::as_object).cloned() else { return item };
    let mut embedded = Map::new();
    for (rel, targets) in links.iter().filter(|(rel, _)| rels.is_empty() || rels.contains(rel)) {
        let mut parts = Vec::new();
        for target in targets.as_array().into_iter().flatten() {
            let href = target.get("href").and_then(Value::as_str).unwrap_or_default();
            let embeddable = target.get("embeddable").and_then(Value::as_bool).unwrap_or(false);
            if !embeddable {
                parts.push(json!([]));
                continue;
            }
            if !known.contains_key(href) && known.len() < EMBEDS_MAX {
                let body = ask(scene, href).await;
                known.insert(href.to_owned(), body);
            }
            parts.push(known.get(href).cloned().unwrap_or_else(|| json!([])));
        }
        let empty = |part: &Value| part.as_array().is_some_and(Vec::is_empty);
        if !parts.iter().all(empty) {
            embedded.insert(rel.clone(), Value::Array(parts));
        }
    }
    if let (Value::Object(members), false) = (&mut item, embedded.is_empty()) {
        members.insert("_embedded".to_owned(), Value::Object(embedded));
    }
    item
}

/// Asks for a link's target as the caller would, in the embed context. Errors are embedded like items.
async fn ask(scene: &Scene, href: &str) -> Value {
    let base = format!("{}/wp-json", scene.at.state.settings().home);
    let Some(rest) = href.strip_prefix(&base) else { return json!([]) };
    let (path, query_text) = rest.split_once('?').unwrap_or((rest, ""));
    let Ok(mut query) = super::params::parse(query_text) else { return json!([]) };
    query.insert("context".to_owned(), "embed".into());
    query.entry("per_page").or_insert(EMBEDDED_ITEMS_MAX.into());
    let incoming = Incoming {
        method: "GET".to_owned(),
        path: path.to_owned(),
        query,
        body: Map::new(),
        upload: None,
        agent: String::new(),
        idempotency_key: None,
        base: None,
    };
    match dispatch(scene.clone(), incoming, None).await.answer {
        Ok(answer) => answer.body,
        Err(error) => error.body(),
    }
}
