//! Who sends a request, proven before a handler runs.
//!
//! [`Identity`] is anyone, possibly nobody; [`Guard`] in a handler's signature is someone who has a capability.
//! Proof is an application password over Basic, or the session cookie together with its nonce; a cookie alone
//! proves nothing here, since a browser sends it along with other sites' requests too.

use std::{
    future::{Ready, ready},
    marker::PhantomData,
    sync::Arc,
    time::Duration,
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web::Data,
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{error::HttpError, front::Front, nonce, origin::Origin, session, sign_in};
use crate::{
    app::App,
    content::{Actor, AppPassword, Capability, User, UserId, edit::AppPasswordUse},
    index::Site,
    publish::password,
    store::{log::Snapshot, seal::SiteKey},
};

/// An application password is 24 characters; nothing far longer is worth hashing.
const SECRET_BYTES_MAX: usize = 256;
/// What a nonce for the API is made for.
pub const NONCE_ACTION: &str = "wp_rest";
/// A use is noted once a day, as in WordPress.
const NOTED_EVERY_HOURS: i64 = 24;

/// How an identity was proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    None,
    Session,
    AppPassword { uuid: String },
}

/// Who sends a request: a user, or nobody known.
#[derive(Clone, Debug)]
pub struct Identity {
    pub user: Option<Arc<User>>,
    pub proof: Proof,
    /// Credentials were given and are wrong: what to answer where a stranger would be served.
    pub refused: Option<HttpError>,
    /// The client's address, behind trusted proxies too.
    pub ip: String,
}

impl Identity {
    pub fn nobody(ip: String) -> Self {
        Self { user: None, proof: Proof::None, refused: None, ip }
    }

    pub fn signed_in(&self) -> bool {
        self.user.is_some()
    }

    pub fn user_id(&self) -> Option<UserId> {
        self.user.as_ref().map(|user| user.id)
    }

    pub fn can(&self, capability: Capability) -> bool {
        self.user.as_deref().is_some_and(|user| user.roles.iter().any(|role| role.capabilities().contains(&capability)))
    }

    pub fn actor(&self) -> Actor {
        match &self.user {
            Some(user) => Actor::User(user.id),
            None => Actor::Anonymous { ip: self.ip.clone() },
        }
    }
}

impl FromRequest for Identity {
    type Error = HttpError;
    type Future = Ready<Result<Self, HttpError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(identify(request))
    }
}

/// A signed-in user who has the capability `C` names.
#[derive(Clone, Debug)]
pub struct Guard<C> {
    pub user: Arc<User>,
    pub identity: Identity,
    capability: PhantomData<C>,
}

impl<C> Guard<C> {
    pub fn actor(&self) -> Actor {
        Actor::User(self.user.id)
    }
}

/// What a [`Guard`] asks for.
pub trait Requirement {
    const CAPABILITY: Capability;
}

/// Any signed-in user.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn;

impl Requirement for SignedIn {
    const CAPABILITY: Capability = Capability::Read;
}

/// May upload files.
#[derive(Clone, Copy, Debug)]
pub struct UploadFiles;

impl Requirement for UploadFiles {
    const CAPABILITY: Capability = Capability::UploadFiles;
}

/// May write posts of their own.
#[derive(Clone, Copy, Debug)]
pub struct EditPosts;

impl Requirement for EditPosts {
    const CAPABILITY: Capability = Capability::EditPosts;
}

impl<C: Requirement> FromRequest for Guard<C> {
    type Error = HttpError;
    type Future = Ready<Result<Self, HttpError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(identify(request).and_then(|identity| {
            let Some(user) = identity.user.clone() else {
                let stranger = || HttpError::forbidden(false, "rest_not_logged_in", "You are not currently logged in.");
                return Err(identity.refused.unwrap_or_else(stranger));
            };
            if !identity.can(C::CAPABILITY) {
                return Err(HttpError::forbidden(true, "rest_forbidden", "Sorry, you are not allowed to do that."));
            }
            Ok(Self { user, identity, capability: PhantomData })
        }))
    }
}

fn identify(request: &HttpRequest) -> Result<Identity, HttpError> {
    let app = request.app_data::<Data<App>>().ok_or_else(|| HttpError::internal(&"no application in the request"))?;
    let mut identity = Identity::nobody(Origin::of(request, &app.config.server.trusted_proxies).ip_text());
    let at = app.log.current();
    if let Some((login, secret)) = basic_credentials(request) {
        let front = request.app_data::<Data<Front>>();
        let wait = front.and_then(|front| front.app_throttle.wait(&identity.ip, &login, app.clock.monotonic()));
        if let Some(wait) = wait {
            return Err(too_many(wait));
        }
        match verify_app_password(&at, &app.key, &login, &secret) {
            Some((user, password)) => {
                note_use(app, &password, &identity.ip);
                identity.user = Some(Arc::new(user));
                identity.proof = Proof::AppPassword { uuid: password.uuid };
            }
            None => {
                if let Some(front) = front {
                    sign_in::note_wrong_app_password(front, &identity.ip, &login);
                }
                identity.refused = Some(wrong_password());
            }
        }
        return Ok(identity);
    }
    // A cookie without a nonce is ignored: another site's page may have made the browser send it.
    if let Some(nonce) = nonce(request)
        && let Some(session) = session::identify(app, &at.state, request)
    {
        if nonce::verify(app, NONCE_ACTION, &session, &nonce) {
            identity.user = Some(Arc::new(session.user));
            identity.proof = Proof::Session;
        } else {
            let refused = HttpError::new(StatusCode::FORBIDDEN, "rest_cookie_invalid_nonce", "Cookie check failed");
            identity.refused = Some(refused);
        }
    }
    Ok(identity)
}

/// From `X-WP-Nonce`, or `_wpnonce` in the query.
fn nonce(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get("X-WP-Nonce").and_then(|value| value.to_str().ok());
    let query = || request.query_string().split('&').find_map(|pair| pair.strip_prefix("_wpnonce="));
    header.or_else(query).filter(|nonce| !nonce.is_empty()).map(str::to_owned)
}

/// Even the right one: who guesses must not learn which it was.
fn too_many(wait: Duration) -> HttpError {
    let message = "Too many wrong application passwords from there. Wait a quarter of an hour.";
    HttpError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", message)
        .with("retry_after", wait.as_secs().max(1))
}

/// The same for a login that does not exist as for a wrong password: nobody learns which logins there are.
fn wrong_password() -> HttpError {
    HttpError::forbidden(false, "incorrect_password", "The provided password is an invalid application password.")
}

/// Login and secret of `Authorization: Basic`, the secret without the spaces it is shown with.
fn basic_credentials(request: &HttpRequest) -> Option<(String, String)> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let (login, secret) = text.as_deref().and_then(|text| text.split_once(':')).unwrap_or_default();
    Some((login.to_owned(), secret.split_whitespace().collect()))
}

/// The user and the application password these credentials are for.
///
/// Costs one keyed BLAKE3 and one decryption per password of the user, a few microseconds: nothing to cache, so
/// that a revoked password is void at once.
pub fn verify_app_password(
    at: &Snapshot<Site>,
    key: &SiteKey,
    login: &str,
    secret: &str,
) -> Option<(User, AppPassword)> {
    if secret.is_empty() || secret.len() > SECRET_BYTES_MAX {
        return None;
    }
    let site = &at.state;
    let by_email = || login.contains('@').then(|| site.user_by_email(login)).flatten();
    let user = site.user_by_login(login).or_else(by_email)?;
    let matches = |password: &AppPassword| match password::verify_app_password(key, &password.hash_sealed, secret) {
        Ok(matches) => matches,
        Err(error) => {
            tracing::error!(user = %user.id, uuid = password.uuid, %error, "application password cannot be read");
            false
        }
    };
    let password = site.app_passwords(user.id).into_iter().find(matches)?;
    Some((user, password))
}

/// Notes for whom a password was used; what is noted goes into the log later.
pub fn note_use(app: &App, password: &AppPassword, ip: &str) {
    let now = app.clock.now();
    let at = jiff::tz::TimeZone::UTC.to_datetime(now);
    let hours = password.last_used.map(|last| at.duration_since(last).as_hours());
    if hours.is_none_or(|hours| hours >= NOTED_EVERY_HOURS) {
        app.uses.note(AppPasswordUse { user: password.user, uuid: password.uuid.clone(), at, ip: ip.to_owned() });
    }
}
