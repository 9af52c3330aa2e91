//! `/wp-login.php`: signing in and out, and giving a post's password.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Form, Query},
};
use serde::Deserialize;
use tera::Context;

use super::{
    page::{self, origin, safe_redirect, see_other},
    reset,
};
use crate::{
    content::{Actor, Edit, EndedSession, edit::SaveUser},
    http::{
        access::Anyone,
        acknowledge, cookies,
        error::HttpError,
        front::Front,
        nonce, session,
        sign_in::{self, Refused},
        site::page::POST_PASSWORD_PURPOSE,
    },
    publish,
};

const ACTION: &str = "log-in";
pub const LOGOUT: &str = "log-out";
const DESK: &str = "/wp-admin/";
/// How long a browser keeps a post's password, as in WordPress.
const POST_PASSWORD_SECONDS: i64 = 10 * 24 * 60 * 60;
const POST_PASSWORD_BYTES_MAX: usize = 255;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    action: String,
    redirect_to: String,
    loggedout: String,
    password: String,
    key: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    pub nonce: String,
    log: String,
    pwd: String,
    rememberme: String,
    redirect_to: String,
    action: String,
    post_password: String,
    /// Of lost passwords: whose, the key of the link, the new one.
    pub user_login: String,
    pub key: String,
    pub pass1: String,
}

/// Shows the form; with `action=logout`, asks whether to sign out.
pub async fn show(
    _: Anyone,
    front: Data<Front>,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, HttpError> {
    match asked.action.as_str() {
        "lostpassword" | "retrievepassword" => return reset::show_ask(&front, &request),
        "rp" | "resetpass" => return reset::show_set(&front, &request, &asked.key).await,
        _ => {}
    }
    let snapshot = front.app.log.current();
    let user = session::identify(&front.app, &snapshot.state, &request);
    if asked.action == "logout" {
        let Some(user) = user else { return Ok(see_other("/wp-login.php")) };
        let mut context = Context::new();
        context.insert("heading", "Sign out?");
        context.insert("text", &format!("You are signed in as {}.", user.user.display_name));
        context.insert("action", "/wp-login.php?action=logout");
        context.insert("button", "Sign out");
        context.insert("nonce", &nonce::create(&front.app, LOGOUT, &user));
        context.insert("back_url", DESK);
        context.insert("back_text", "Back to your posts");
        return page::page(&front, StatusCode::OK, "message.html", context);
    }
    if user.is_some() {
        let home = &snapshot.state.settings().home;
        return Ok(see_other(&safe_redirect(&asked.redirect_to, home, DESK)));
    }
    let message = match (asked.loggedout.as_str(), asked.password.as_str()) {
        ("true", _) => Some("You are signed out."),
        (_, "changed") => Some("Your password is set. Sign in with it."),
        _ => None,
    };
    let sent = Sent { redirect_to: asked.redirect_to.clone(), ..Sent::default() };
    form(&front, &request, StatusCode::OK, &sent, None, message)
}

/// Takes the form, by the `action` of the URL or of the form.
pub async fn submit(
    _: Anyone,
    front: Data<Front>,
    request: HttpRequest,
    asked: Query<Asked>,
    sent: Form<Sent>,
) -> Result<HttpResponse, HttpError> {
    let action = if asked.action.is_empty() { &sent.action } else { &asked.action };
    match action.as_str() {
        "logout" => sign_out(&front, &request, &sent).await,
        "lostpassword" | "retrievepassword" => reset::ask(&front, &request, &sent).await,
        "rp" | "resetpass" => reset::set(&front, &request, &sent).await,
        "postpass" => give_post_password(&front, &request, &sent),
        _ => sign_in(&front, &request, &sent).await,
    }
}

async fn sign_in(front: &Front, request: &HttpRequest, sent: &Sent) -> Result<HttpResponse, HttpError> {
    let refuse = |status, error: &str| form(front, request, status, sent, Some(error), None);
    if !page::is_ours(front, request, ACTION, &sent.nonce) {
        return refuse(StatusCode::FORBIDDEN, "This form had gone stale. Please sign in again.");
    }
    let login = sent.log.trim();
    if login.is_empty() || sent.pwd.is_empty() {
        return refuse(StatusCode::BAD_REQUEST, "Enter your username or email address, and your password.");
    }
    let from = origin(front, request);
    let user = match sign_in::with_password(front, &from.ip_text(), login, &sent.pwd).await {
        Ok(user) => user,
        Err(Refused::Throttled(wait)) => return throttled(front, request, sent, wait),
        Err(Refused::Wrong) => return refuse(StatusCode::UNAUTHORIZED, "That username and password do not match."),
        Err(Refused::Failed(error)) => return Err(error),
    };
    let home = front.app.log.current().state.settings().home.clone();
    let mut response = see_other(&safe_redirect(&sent.redirect_to, &home, DESK));
    let cookie = session::cookie(&front.app, &user, !sent.rememberme.is_empty(), from.secure);
    response.add_cookie(&cookie).map_err(|error| HttpError::internal(&error))?;
    Ok(response)
}

fn throttled(front: &Front, request: &HttpRequest, sent: &Sent, wait: Duration) -> Result<HttpResponse, HttpError> {
    let minutes = wait.as_secs().div_ceil(60);
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    let error = format!("Too many failed attempts. Try again in {minutes} {unit}.");
    let mut response = form(front, request, StatusCode::TOO_MANY_REQUESTS, sent, Some(&error), None)?;
    response.headers_mut().insert(header::RETRY_AFTER, wait.as_secs().max(1).into());
    Ok(response)
}

/// Ends the session for good: a copy of its cookie signs nobody in either.
async fn sign_out(front: &Front, request: &HttpRequest, sent: &Sent) -> Result<HttpResponse, HttpError> {
    let snapshot = front.app.log.current();
    let Some(user) = session::identify(&front.app, &snapshot.state, request) else {
        return Ok(see_other("/wp-login.php?loggedout=true"));
    };
    if !nonce::verify(&front.app, LOGOUT, &user, &sent.nonce) {
        // The question again, with a nonce that is good.
        return Ok(see_other("/wp-login.php?action=logout"));
    }
    let mut response = see_other("/wp-login.php?loggedout=true");
    for cookie in cookies::expire(cookies::SESSION, origin(front, request).secure) {
        response.add_cookie(&cookie).map_err(|error| HttpError::internal(&error))?;
    }
    let ended = EndedSession { token: user.token, expires: user.expires };
    let save = SaveUser { id: Some(user.user.id), end_session: Some(ended), ..SaveUser::default() };
    match publish::apply(&front.app, &Actor::System("sign-out"), Edit::SaveUser(Box::new(save)), None).await {
        Ok(commit) => Ok(acknowledge(response, &commit)),
        // who wants to leave is not kept because the store cannot be written
        Err(error) => {
            tracing::warn!(user = %user.user.id, %error, "signed out of in the browser only");
            Ok(response)
        }
    }
}

/// Keeps the password a reader typed for a post, sealed; whether it is right shows on the post.
fn give_post_password(front: &Front, request: &HttpRequest, sent: &Sent) -> Result<HttpResponse, HttpError> {
    let referer = request.headers().get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wanted = if sent.redirect_to.is_empty() { referer } else { &sent.redirect_to };
    let home = front.app.log.current().state.settings().home.clone();
    let mut response = see_other(&safe_redirect(wanted, &home, "/"));
    if sent.post_password.len() <= POST_PASSWORD_BYTES_MAX {
        let sealed = front.app.key.seal(POST_PASSWORD_PURPOSE, &front.app.ids, sent.post_password.as_bytes());
        let sealed = sealed.map_err(|error| HttpError::internal(&error))?;
        let secure = origin(front, request).secure;
        let cookie = cookies::build(cookies::POST_PASSWORD, sealed, Some(POST_PASSWORD_SECONDS), secure);
        response.add_cookie(&cookie).map_err(|error| HttpError::internal(&error))?;
    }
    Ok(response)
}

fn form(
    front: &Front,
    request: &HttpRequest,
    status: StatusCode,
    sent: &Sent,
    error: Option<&str>,
    message: Option<&str>,
) -> Result<HttpResponse, HttpError> {
    let visitor = page::visitor(front, request);
    let mut context = Context::new();
    context.insert("error", &error);
    context.insert("message", &message);
    context.insert("nonce", &nonce::create_for_visitor(&front.app, ACTION, &visitor));
    context.insert("redirect_to", &sent.redirect_to);
    context.insert("login", &sent.log);
    context.insert("remember", &!sent.rememberme.is_empty());
    let response = page::page(front, status, "login.html", context)?;
    Ok(page::remember_visitor(front, request, response, visitor))
}
