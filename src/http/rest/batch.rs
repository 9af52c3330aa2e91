//! Several changes in one request: `/batch/v1`.
//!
//! Each is a request of its own: permitted, committed and answered as if it had come alone. One that fails leaves the
//! others as they are.

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    action::Action,
    call::{Answer, Call},
    engine::{self, Incoming, Outcome, Scene},
    params, reply,
    schema::{Fields, Kind, Schema},
    table::{self, Route},
};
use crate::http::error::HttpError;

/// Requests in one batch, as in WordPress.
const REQUESTS_MAX: usize = 25;

pub fn routes() -> Vec<Route> {
    vec![Route::new("", "batch/v1").on(table::POST, Action::Batch, args())]
}

fn args() -> Fields {
    let validation = Schema::string("Whether one request at fault keeps the others from being made.")
        .choices(["require-all-validate", "normal"])
        .default_to("normal");
    let methods = ["POST", "PUT", "PATCH", "DELETE"];
    let header = Schema { kinds: vec![Kind::String, Kind::Array], ..Schema::list(Schema::string(""), "") };
    let request = Schema::object(
        vec![
            ("method".into(), Schema::string("What to do.").choices(methods).default_to("POST")),
            ("path".into(), Schema::string("Address below the API's.").required()),
            ("body".into(), Schema::object(Vec::new(), "Parameters.").others(Schema::default())),
            ("headers".into(), Schema::object(Vec::new(), "Headers.").others(header)),
        ],
        "A request.",
    );
    let requests = Schema::list(request, "The requests, made in this order.").at_most_items(REQUESTS_MAX).required();
    vec![("validation".into(), validation), ("requests".into(), requests)]
}

/// 207 with an answer for each request, in their order.
pub async fn run(call: Call) -> Result<Answer, HttpError> {
    let requests = call.args.get("requests").and_then(Value::as_array).cloned().unwrap_or_default();
    let incoming: Vec<Result<Incoming, HttpError>> =
        requests.iter().enumerate().map(|(at, request)| incoming(&call, at, request)).collect();
    let mut scene = Scene {
        app: call.app.clone(),
        table: call.table.clone(),
        at: call.at.clone(),
        now: call.now,
        identity: call.identity.clone(),
    };
    let faults: Vec<Option<HttpError>> = incoming.iter().map(|one| fault(&scene, one)).collect();
    if call.text("validation") == Some("require-all-validate") && faults.iter().any(Option::is_some) {
        let responses = faults.into_iter().map(|fault| fault.map_or(Value::Null, failed));
        return Ok(answer(json!({ "failed": "validation", "responses": responses.collect::<Value>() }), None));
    }
    let mut committed = None;
    let mut responses = Vec::with_capacity(incoming.len());
    for (incoming, fault) in incoming.into_iter().zip(faults) {
        let outcome = match (incoming, fault) {
            (Ok(incoming), None) => engine::answer(&scene, incoming).await,
            (_, Some(error)) | (Err(error), None) => Outcome::from(error),
        };
        if let Some(seq) = outcome.answer.as_ref().ok().and_then(|answer| answer.committed) {
            committed = committed.max(Some(seq));
            // What comes next sees what was just done.
            scene.at = scene.app.log.reach(seq).await;
        }
        responses.push(reply::enveloped(outcome));
    }
    Ok(answer(json!({ "responses": responses }), committed))
}

fn answer(body: Value, committed: Option<u64>) -> Answer {
    Answer { status: StatusCode::MULTI_STATUS, committed, ..Answer::ok(body) }
}

fn failed(error: HttpError) -> Value {
    reply::enveloped(Outcome::from(error))
}

/// What keeps a request from being made at all.
fn fault(scene: &Scene, incoming: &Result<Incoming, HttpError>) -> Option<HttpError> {
    match incoming {
        Ok(incoming) => engine::check_batched(scene, incoming).err(),
        Err(error) => Some(error.clone()),
    }
}

fn incoming(call: &Call, at: usize, request: &Value) -> Result<Incoming, HttpError> {
    let unreadable = |_error| HttpError::bad_request("parse_path_failed", "Could not parse the path.");
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let members = |name: &str| request.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    let (path, query) = text("path").split_once('?').unwrap_or((text("path"), ""));
    let body = members("body");
    let headers = members("headers");
    let key = header(&headers, "Idempotency-Key").map(str::to_owned);
    let key = key.or_else(|| call.idempotency_key.as_ref().map(|key| format!("{key}#{at}")));
    let base = super::base(header(&headers, "If-Match"), &body)?;
    Ok(Incoming {
        method: text("method").to_owned(),
        path: path.to_owned(),
        query: params::parse(query).map_err(unreadable)?,
        body,
        upload: None,
        agent: call.agent.clone(),
        idempotency_key: key,
        base,
    })
}

fn header<'a>(headers: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let (_, value) = headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name))?;
    value.as_str().or_else(|| value.get(0).and_then(Value::as_str))
}
