//! `/xmlrpc.php`: the interface of desktop blogging clients, and of pings from other sites.
//!
//! Methods are described once (`table`); from that, parameters are checked, callers signed in and refused, and the
//! list clients ask for is made. Handlers end in the flows that REST's end in. `docs/xmlrpc.md` is for users.

mod blogger;
mod call;
mod categories;
mod comments;
pub mod fault;
mod media;
mod movable_type;
mod options;
mod pages;
pub mod parse;
mod pingback;
mod posts;
mod revisions;
mod rsd;
mod session;
mod system;
mod table;
mod taxonomies;
mod terms;
mod types;
mod users;
pub mod value;
mod weblog;
pub mod write;

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Bytes, BytesMut, Data, Payload, ServiceConfig, resource},
};
use futures_util::StreamExt;
use tokio::sync::Semaphore;

pub use self::pingback::Limits as PingLimits;
use self::{fault::Fault, session::Session, value::Value};
use super::{
    access::{Anyone, Described, get, post},
    admin::page::origin,
    error::HttpError,
    front::Front,
    seen::Acknowledged,
};
use crate::serve;

pub const PATH: &str = "/xmlrpc.php";

/// Files come within calls, a third longer than they are.
const BODY_BYTES_MAX: usize = 48 << 20;
/// Bodies longer than this wait for each other: callers are known only once their call is read.
const SMALL_BODY_BYTES: usize = 1 << 20;
const LARGE_BODIES_AT_ONCE: usize = 4;

/// For a whole body to arrive: whoever sends slowly must not keep others waiting.
const BODY_WITHIN: Duration = Duration::from_secs(5 * 60);

static LARGE_BODIES: Semaphore = Semaphore::const_new(LARGE_BODIES_AT_ONCE);

pub fn configure(config: &mut ServiceConfig) {
    let resource = resource(PATH).route(post(answer)).route(get(show)).default_service(get(only_posted));
    config.service(resource);
}

async fn answer(_: Described, front: Data<Front>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let mut session = None;
    let outcome = run(&front, &request, payload, &mut session).await;
    let code = outcome.as_ref().err().map(|fault| fault.code);
    if let Some(code) = code {
        tracing::debug!(code, "fault answered");
    }
    let mut response = HttpResponse::Ok().content_type("text/xml; charset=UTF-8").body(write::response(&outcome));
    if let Some(seq) = session.and_then(|session: Session| session.committed) {
        response.extensions_mut().insert(Acknowledged(seq));
    }
    response
}

async fn run(
    front: &Data<Front>,
    request: &HttpRequest,
    payload: Payload,
    session: &mut Option<Session>,
) -> Result<Value, Fault> {
    if !front.app.config.server.xmlrpc {
        return Err(off());
    }
    let late = |_elapsed| Fault::new(408, "The call did not arrive in time.");
    let (body, _turn) = tokio::time::timeout(BODY_WITHIN, read(payload)).await.map_err(late)??;
    let call = if body.len() > SMALL_BODY_BYTES {
        let read = tokio::task::spawn_blocking(move || parse::call(&body)).await;
        read.map_err(|error| HttpError::internal(&error))??
    } else {
        parse::call(&body)?
    };
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let session = session.insert(Session {
        front: front.clone(),
        at: serve::confirmed(&front.app).await,
        now: front.app.clock.now(),
        ip: origin(front, request).ip_text(),
        agent: agent.unwrap_or_default().to_owned(),
        signed: None,
        refused: None,
        committed: None,
    });
    session.answer(call).await
}

fn off() -> Fault {
    Fault::new(405, "XML-RPC is turned off on this site.")
}

/// The body, and the turn of a large one, to be kept until it is answered.
async fn read(mut payload: Payload) -> Result<(Bytes, Option<tokio::sync::SemaphorePermit<'static>>), Fault> {
    let mut body = BytesMut::new();
    let mut turn = None;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Fault::malformed(format!("The call did not arrive: {error}.")))?;
        if body.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(Fault::new(413, format!("A call has at most {} MiB.", BODY_BYTES_MAX >> 20)));
        }
        if turn.is_none() && body.len() + chunk.len() > SMALL_BODY_BYTES {
            turn = LARGE_BODIES.acquire().await.ok();
        }
        body.extend_from_slice(&chunk);
    }
    Ok((body.freeze(), turn))
}

/// With `?rsd`, where which interface is; else that this address is posted to.
async fn show(_: Anyone, front: Data<Front>, request: HttpRequest) -> HttpResponse {
    let asks_for_rsd = request.query_string().split('&').any(|pair| pair == "rsd" || pair.starts_with("rsd="));
    if asks_for_rsd && front.app.config.server.xmlrpc {
        return rsd::show(serve::state(&front.app).await.state.settings());
    }
    only_posted(Anyone).await
}

async fn only_posted(_: Anyone) -> HttpResponse {
    HttpResponse::build(StatusCode::METHOD_NOT_ALLOWED)
        .insert_header((header::ALLOW, "POST"))
        .content_type("text/plain; charset=UTF-8")
        .body("This is the address of XML-RPC: calls are sent here with POST.")
}
