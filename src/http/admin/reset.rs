//! Lost passwords: `/wp-login.php?action=lostpassword` sends a link, `action=rp` takes a new password with it.
//!
//! Nothing is stored for asking: the link is signed, and bound to the password, the address and the sign-ins the
//! account has at that time. Setting a password changes these, so a link works once. Whether there is an account is
//! said to nobody but its owner.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use subtle::ConstantTimeEq as _;
use tera::Context;

use super::{
    install::PASSWORD_CHARS_MIN,
    login::Sent,
    page::{self, origin, see_other},
};
use crate::{
    app::App,
    content::{Actor, Edit, User, UserId, edit::SaveUser},
    http::{acknowledge, counted, error::HttpError, front::Front, nonce},
    index::Site,
    mail::Letter,
    publish::{self, PublishError, password},
    render::title,
    serve,
    store::seal::purpose,
};

const ASK: &str = "lost-password";
const SET: &str = "new-password";
/// How long a link is good, as in WordPress.
const GOOD_FOR: Duration = Duration::from_secs(24 * 60 * 60);
const MAC_BYTES: usize = 20;

/// The form that asks for a link.
pub fn show_ask(front: &Front, request: &HttpRequest) -> Result<HttpResponse, HttpError> {
    ask_form(front, request, StatusCode::OK, "", None)
}

/// Sends the link, if there is an account; the answer is the same if there is none.
pub async fn ask(front: &Front, request: &HttpRequest, sent: &Sent) -> Result<HttpResponse, HttpError> {
    let login = sent.user_login.trim();
    let refuse = |status, error: &str| ask_form(front, request, status, login, Some(error));
    if !page::is_ours(front, request, ASK, &sent.nonce) {
        return refuse(StatusCode::FORBIDDEN, "This form had gone stale. Please send it again.");
    }
    if login.is_empty() {
        return refuse(StatusCode::BAD_REQUEST, "Enter your username or email address.");
    }
    let (ip, now) = (origin(front, request).ip_text(), front.app.clock.monotonic());
    let shut = front.letters.wait(&ip, login, now).is_some();
    if shut || counted::letter(front, &ip, login).await.is_err() {
        return refuse(
            StatusCode::TOO_MANY_REQUESTS,
            "That was asked for too often. Try again in a quarter of an hour.",
        );
    }
    let site = serve::confirmed(&front.app).await;
    let user =
        site.state.user_by_login(login).or_else(|| site.state.user_by_email(login).filter(|_| login.contains('@')));
    // Nobody's letter box is filled from many addresses either. Where there is none, as much is done.
    let box_of = user.as_ref().map_or_else(|| format!("nobody {login}"), |user| format!("account {}", user.id));
    let often = counted::letter(front, &box_of, "").await.is_err();
    match user {
        Some(user) if !often => {
            tracing::info!(ip, user = %user.id, "link for a lost password asked for");
            front.app.mail.post(&letter(&front.app, &site.state, &user, &ip));
        }
        _ => tracing::info!(ip, "link for a lost password asked for, none sent"),
    }
    let mut context = Context::new();
    context.insert("heading", "Look into your mail");
    let text = "If there is an account of that name or address, a link to set a new password is on its way. It is good \
                for a day. Nothing there? Look among unwanted mail, or ask an administrator.";
    context.insert("text", text);
    context.insert("back_url", "/wp-login.php");
    context.insert("back_text", "Sign in");
    page::page(front, StatusCode::OK, "message.html", context)
}

fn letter(app: &App, site: &Site, user: &User, ip: &str) -> Letter {
    let settings = site.settings();
    let name = title::text(&settings.title);
    let url = url::Url::parse(&settings.site_url).ok();
    // A site under a bare address is somebody's trial.
    let host = url.as_ref().and_then(url::Url::domain).unwrap_or("localhost").to_owned();
    let login: String = url::form_urlencoded::byte_serialize(user.login.as_bytes()).collect();
    let key = key(app, user, app.clock.now().as_second().saturating_add(GOOD_FOR.as_secs().cast_signed()));
    let link = format!("{}/wp-login.php?action=rp&key={key}&login={login}", settings.site_url.trim_end_matches('/'));
    let text = format!(
        "Somebody, from {ip}, asked for a new password for the account {} at {name}.\n\nIf it was you, open this \
         within a day:\n\n{link}\n\nIf not, you need do nothing: your password is what it was.\n",
        user.login
    );
    Letter { to: user.email.clone(), subject: format!("[{name}] A new password"), text, host, site: name }
}

/// `user.expiry.mac`
fn key(app: &App, user: &User, expires: i64) -> String {
    format!("{}.{expires}.{}", user.id, mac(app, user, expires))
}

fn mac(app: &App, user: &User, expires: i64) -> String {
    let sealed = user.password_sealed.as_deref().unwrap_or_default();
    let bound = format!("{}\0{expires}\0{}\0{}\0{sealed}", user.id, user.session_epoch, user.email);
    let mac = app.key.mac(purpose::PASSWORD_LINK, bound.as_bytes());
    hex::encode(mac.first_chunk::<MAC_BYTES>().copied().unwrap_or_default())
}

/// Whose link this is, if it is still good.
fn owner(app: &App, site: &Site, key: &str) -> Option<User> {
    let mut parts = key.splitn(3, '.');
    let id: UserId = parts.next()?.parse().ok()?;
    let expires: i64 = parts.next()?.parse().ok()?;
    let given = parts.next()?;
    let user = site.user(id)?;
    let good = bool::from(mac(app, &user, expires).as_bytes().ct_eq(given.as_bytes()));
    (good && expires > app.clock.now().as_second()).then_some(user)
}

/// The form for a new password, or that the link is no good.
pub async fn show_set(front: &Front, request: &HttpRequest, key: &str) -> Result<HttpResponse, HttpError> {
    let site = serve::confirmed(&front.app).await;
    match owner(&front.app, &site.state, key) {
        Some(user) => set_form(front, request, StatusCode::OK, &user, key, None),
        None => stale(front),
    }
}

/// Takes the new password; every sign-in of the account ends.
pub async fn set(front: &Front, request: &HttpRequest, sent: &Sent) -> Result<HttpResponse, HttpError> {
    let site = serve::confirmed(&front.app).await;
    let Some(user) = owner(&front.app, &site.state, &sent.key) else { return stale(front) };
    let refuse = |status, error: &str| set_form(front, request, status, &user, &sent.key, Some(error));
    if !page::is_ours(front, request, SET, &sent.nonce) {
        return refuse(StatusCode::FORBIDDEN, "This form had gone stale. Please send it again.");
    }
    if sent.pass1.chars().count() < PASSWORD_CHARS_MIN {
        return refuse(StatusCode::BAD_REQUEST, "The password is too short.");
    }
    let sealed = seal(front, &sent.pass1).await?;
    let save = SaveUser {
        id: Some(user.id),
        password_sealed: Some(sealed),
        end_sessions: true,
        session_epoch: Some(user.session_epoch),
        ..SaveUser::default()
    };
    let edit = Edit::SaveUser(Box::new(save));
    match publish::apply(&front.app, &Actor::System("lost password"), edit, None).await {
        Ok(commit) => {
            tracing::info!(user = %user.id, ip = origin(front, request).ip_text(), "password set by link");
            Ok(acknowledge(see_other("/wp-login.php?password=changed"), &commit))
        }
        // The same link a moment before, perhaps on another server.
        Err(PublishError::Forbidden { code: "sessions_ended", .. }) => stale(front),
        Err(error) => Err(error.into()),
    }
}

/// Hashes a new password, a few at a time.
pub async fn seal(front: &Front, given: &str) -> Result<String, HttpError> {
    let (key, ids, given) = (front.app.key.clone(), front.app.ids.clone(), given.to_owned());
    let _turn = front.hashing.acquire().await.map_err(|error| HttpError::internal(&error))?;
    let hash = move || password::hash(&key, &ids, &given);
    let sealed = tokio::task::spawn_blocking(hash).await.map_err(|error| HttpError::internal(&error))?;
    sealed.map_err(|error| HttpError::bad_request("bad_password", error.to_string()))
}

fn stale(front: &Front) -> Result<HttpResponse, HttpError> {
    let mut context = Context::new();
    context.insert("heading", "This link is no longer good");
    let text = "It has been used, is more than a day old, or is not whole. Ask for a new one.";
    context.insert("text", text);
    context.insert("back_url", "/wp-login.php?action=lostpassword");
    context.insert("back_text", "Ask for a new link");
    page::page(front, StatusCode::FORBIDDEN, "message.html", context)
}

fn ask_form(
    front: &Front,
    request: &HttpRequest,
    status: StatusCode,
    login: &str,
    error: Option<&str>,
) -> Result<HttpResponse, HttpError> {
    let visitor = page::visitor(front, request);
    let mut context = Context::new();
    context.insert("error", &error);
    context.insert("login", login);
    context.insert("nonce", &nonce::create_for_visitor(&front.app, ASK, &visitor));
    let response = page::page(front, status, "lost-password.html", context)?;
    Ok(page::remember_visitor(front, request, response, visitor))
}

fn set_form(
    front: &Front,
    request: &HttpRequest,
    status: StatusCode,
    user: &User,
    key: &str,
    error: Option<&str>,
) -> Result<HttpResponse, HttpError> {
    let visitor = page::visitor(front, request);
    let mut context = Context::new();
    context.insert("error", &error);
    context.insert("login", &user.login);
    context.insert("key", key);
    context.insert("password_chars_min", &PASSWORD_CHARS_MIN);
    context.insert("nonce", &nonce::create_for_visitor(&front.app, SET, &visitor));
    let response = page::page(front, status, "new-password.html", context)?;
    Ok(page::remember_visitor(front, request, response, visitor))
}
