//! `/wp-admin/install.php`: the first run, offered only while the site has no users.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use tera::Context;

use super::page::{self, origin, see_other};
use crate::{
    app::App,
    content::{Actor, Edit, edit::Setup},
    http::{access::Anyone, acknowledge, error::HttpError, front::Front, nonce, origin::Origin, session},
    publish::{self, PublishError, password},
    serve,
};

const ACTION: &str = "install";
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Offered while typing; any name the time zone database knows is taken.
const ZONES: [&str; 24] = [
    "UTC",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "America/Bogota",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Toronto",
    "Asia/Dubai",
    "Asia/Jakarta",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Vienna",
    "Pacific/Auckland",
];

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Sent {
    title: String,
    url: String,
    time_zone: String,
    login: String,
    email: String,
    #[serde(skip_serializing)]
    password: String,
    #[serde(skip_serializing)]
    token: String,
    #[serde(skip_serializing)]
    nonce: String,
}

/// What somebody on another machine must know to set the site up: printed when `serve` starts on a new site, to the
/// terminal and never into machine-readable logs. The same on every server of the site, worthless once it is set up.
pub fn token(app: &App) -> String {
    hex::encode(app.key.mac("set-up-token", b"").first_chunk::<8>().copied().unwrap_or_default())
}

pub async fn show(_: Anyone, front: Data<Front>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    if !serve::confirmed(&front.app).await.state.is_new() {
        return Ok(see_other("/wp-login.php"));
    }
    let from = origin(&front, &request);
    let scheme = if from.secure { "https" } else { "http" };
    let sent = Sent { url: format!("{scheme}://{}", from.host), time_zone: "UTC".to_owned(), ..Sent::default() };
    form(&front, &request, StatusCode::OK, &sent, None)
}

pub async fn submit(
    _: Anyone,
    front: Data<Front>,
    request: HttpRequest,
    sent: Form<Sent>,
) -> Result<HttpResponse, HttpError> {
    if !serve::confirmed(&front.app).await.state.is_new() {
        return Ok(see_other("/wp-login.php"));
    }
    let refuse = |status, error: &str| form(&front, &request, status, &sent, Some(error));
    if !page::is_ours(&front, &request, ACTION, &sent.nonce) {
        return refuse(StatusCode::FORBIDDEN, "This form had gone stale. Please send it again.");
    }
    let from = origin(&front, &request);
    let token_given = sent.token.trim().as_bytes();
    let token_known: bool = token(&front.app).as_bytes().ct_eq(token_given).into();
    if needs_token(&from) && !token_known {
        return refuse(StatusCode::FORBIDDEN, "That is not the set-up token this server printed when it started.");
    }
    if let Some(error) = complaint(&sent) {
        return refuse(StatusCode::BAD_REQUEST, error);
    }
    let edit = Edit::Setup(Box::new(setup(&front, &sent).await?));
    let commit = match publish::apply(&front.app, &Actor::System("set-up"), edit, None).await {
        Ok(commit) => commit,
        Err(PublishError::Invalid { message, .. }) => return refuse(StatusCode::BAD_REQUEST, &message),
        Err(PublishError::Exists { .. } | PublishError::Forbidden { .. }) => return Ok(see_other("/wp-login.php")),
        Err(error) => return Err(error.into()),
    };
    tracing::info!(ip = from.ip_text(), "site set up");
    let mut response = see_other("/wp-admin/");
    if let Some(user) = front.app.log.current().state.user_by_login(sent.login.trim()) {
        let cookie = session::cookie(&front.app, &user, false, from.secure);
        response.add_cookie(&cookie).map_err(|error| HttpError::internal(&error))?;
    }
    Ok(acknowledge(response, &commit))
}

/// Whoever sits at the server itself need not prove it.
fn needs_token(from: &Origin) -> bool {
    !from.ip.is_some_and(|ip| ip.to_canonical().is_loopback())
}

fn complaint(sent: &Sent) -> Option<&'static str> {
    let url = url::Url::parse(sent.url.trim()).ok();
    let has_host = url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let email_ok = sent.email.trim().split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let checks = [
        (!sent.title.trim().is_empty(), "Give the site a title."),
        (has_host, "The public address must begin with http:// or https:// and name a host."),
        (jiff::tz::TimeZone::get(sent.time_zone.trim()).is_ok(), "There is no time zone of that name."),
        (!sent.login.trim().is_empty(), "Choose a username."),
        (email_ok, "That does not look like an email address."),
        (sent.password.chars().count() >= PASSWORD_CHARS_MIN, "The password is too short."),
    ];
    checks.into_iter().find(|(fine, _)| !fine).map(|(_, complaint)| complaint)
}

async fn setup(front: &Front, sent: &Sent) -> Result<Setup, HttpError> {
    let (key, ids, given) = (front.app.key.clone(), front.app.ids.clone(), sent.password.clone());
    let hash = move || password::hash(&key, &ids, &given);
    let sealed = tokio::task::spawn_blocking(hash).await.map_err(|error| HttpError::internal(&error))?;
    let sealed = sealed.map_err(|error| HttpError::bad_request("bad_password", error.to_string()))?;
    Ok(Setup {
        url: sent.url.trim().trim_end_matches('/').to_owned(),
        title: sent.title.trim().to_owned(),
        admin_login: sent.login.trim().to_owned(),
        admin_email: sent.email.trim().to_owned(),
        admin_password_sealed: Some(sealed),
        time_zone: sent.time_zone.trim().to_owned(),
    })
}

fn form(
    front: &Front,
    request: &HttpRequest,
    status: StatusCode,
    sent: &Sent,
    error: Option<&str>,
) -> Result<HttpResponse, HttpError> {
    let visitor = page::visitor(front, request);
    let mut context = Context::new();
    context.insert("error", &error);
    context.insert("form", sent);
    context.insert("zones", &ZONES);
    context.insert("password_chars_min", &PASSWORD_CHARS_MIN);
    context.insert("token_needed", &needs_token(&origin(front, request)));
    context.insert("nonce", &nonce::create_for_visitor(&front.app, ACTION, &visitor));
    let response = page::page(front, status, "install.html", context)?;
    Ok(page::remember_visitor(front, request, response, visitor))
}
