//! `/wp-admin/admin-ajax.php`: of WordPress's many actions those the editor and the lists need.

mod heartbeat;

pub use self::heartbeat::name;

use actix_web::{
    Error, HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Payload, Query},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    permit::{Ask, Desk, refused},
    shown::Visit,
};
use crate::{
    app::{App, editing},
    content::{Actor, Post, PostId, Powers},
    http::{
        caching::CachePolicy, error::HttpError, front::Front, guard::NONCE_ACTION, nonce, rest, session::SessionUser,
    },
};

/// What a nonce for the heartbeat is made for, as in WordPress.
pub const HEARTBEAT_ACTION: &str = "heartbeat-nonce";

/// What a nonce is made for with which an editor says that it closes a post. The same for all: from a post the editor goes
/// on to the patterns in it, and closes those with what it was given for the post. A lock is closed by who has it alone.
pub const CLOSE_ACTION: &str = "close-post";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    action: String,
}

/// Any account, asking for a nonce.
#[derive(Debug)]
pub struct FreshNonce;

impl Ask for FreshNonce {
    type Said = Query<Asked>;

    async fn permit(_: &Visit, _: &HttpRequest, said: Query<Asked>) -> Result<Self, Error> {
        if said.action == "rest-nonce" { Ok(Self) } else { Err(unknown().into()) }
    }

    fn signed_out(_: &Front, _: &HttpRequest, said: &Query<Asked>) -> Error {
        let nobody = || HttpError::new(StatusCode::BAD_REQUEST, "not_signed_in", "nobody is signed in");
        if said.action == "rest-nonce" { nobody().into() } else { unknown().into() }
    }
}

/// Any account; what is done with a post asks whether they may edit it (`writable`).
#[derive(Debug)]
pub struct Heartbeat;

impl Ask for Heartbeat {
    type Said = ();

    async fn permit(_: &Visit, _: &HttpRequest, (): ()) -> Result<Self, Error> {
        Ok(Self)
    }

    /// WordPress's way to tell an open editor that its session is over.
    fn signed_out(front: &Front, _: &HttpRequest, (): &()) -> Error {
        let now = front.app.clock.now().as_second();
        refused(answer(&json!({ "wp-auth-check": false, "server_time": now })))
    }
}

/// `rest-nonce`: a fresh nonce of the API as text, for a page that has been open longer than its own is good.
pub async fn show(desk: Desk<FreshNonce>) -> Result<HttpResponse, HttpError> {
    let fresh = nonce::create(&desk.visit.app, NONCE_ACTION, &desk.visit.user);
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(fresh))
}

/// `heartbeat` and `wp-remove-post-lock`, with WordPress's fields, as a form or as multipart.
pub async fn submit(desk: Desk<Heartbeat>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, HttpError> {
    let Visit { app, user, inside, .. } = &desk.visit;
    let fields = rest::form(&request, payload).await?;
    let given = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    match given("action") {
        "heartbeat" => {
            let header = request.headers().get("X-WP-Nonce").and_then(|value| value.to_str().ok()).unwrap_or_default();
            let proven = nonce::verify(app, HEARTBEAT_ACTION, user, given("_nonce"))
                || nonce::verify(app, NONCE_ACTION, user, header);
            if !proven {
                return Ok(answer(&json!({ "nonces_expired": true, "wp-auth-check": true })));
            }
            let none = Map::new();
            let data = fields.get("data").and_then(Value::as_object).unwrap_or(&none);
            Ok(answer(&heartbeat::beat(app, inside.at(), user, data).await?))
        }
        "wp-remove-post-lock" => {
            let post = writable(app, user, given("post_ID"))?;
            if !nonce::verify(app, CLOSE_ACTION, user, given("_wpnonce")) {
                return Err(HttpError::forbidden(true, "invalid_nonce", "the page is too old: reload it"));
            }
            editing::close(app, post.id, given("active_post_lock")).await?;
            Ok(answer(&json!(1)))
        }
        _ => Err(unknown()),
    }
}

fn unknown() -> HttpError {
    HttpError::bad_request("unknown_action", "there is no such action")
}

fn answer(body: &Value) -> HttpResponse {
    let response = HttpResponse::Ok().content_type("application/json; charset=UTF-8").body(body.to_string());
    CachePolicy::NoStore.on(response)
}

/// The post of this number, if `user` may write in it.
fn writable(app: &App, user: &SessionUser, number: &str) -> Result<Post, HttpError> {
    let at = app.log.current();
    let post = number.parse().ok().and_then(|id| at.state.post(PostId(id)));
    let powers = Powers::of(&Actor::User(user.user.id), Some(&user.user));
    // The same answer for what is not there: nobody learns what numbers there are.
    post.filter(|post| powers.can_edit(post))
        .ok_or_else(|| HttpError::forbidden(true, "rest_cannot_edit", "you may not edit this post"))
}
