//! Signed session cookies: who is signed in, until when; void as soon as it is signed out of, or the user's
//! `session_epoch` moves on.

use std::time::Duration;

use actix_web::{HttpRequest, cookie::Cookie};

use super::cookies;
use crate::{
    app::App,
    content::{Capability, User, UserId},
    index::Site,
    store::seal::purpose,
};

/// A user proven by the session cookie. The cookie alone does not prove that the user meant the request:
/// state changes also need a nonce ([`super::nonce`]).
#[derive(Clone, Debug)]
pub struct SessionUser {
    pub user: User,
    /// Random per sign-in; nonces are bound to it.
    pub token: String,
    /// When the session runs out, in seconds since 1970.
    pub expires: i64,
}

impl SessionUser {
    pub fn can(&self, capability: Capability) -> bool {
        self.user.roles.iter().any(|role| role.capabilities().contains(&capability))
    }
}

/// The signed-in user of `request`, if its session cookie is ours, not expired, and not signed out of, here or everywhere.
pub fn identify(app: &App, site: &Site, request: &HttpRequest) -> Option<SessionUser> {
    let payload = app.key.verify(purpose::SESSION, cookies::read(request, cookies::SESSION)?)?;
    let mut parts = payload.splitn(4, ':');
    let id: UserId = parts.next()?.parse().ok()?;
    let epoch: u64 = parts.next()?.parse().ok()?;
    let expires: i64 = parts.next()?.parse().ok()?;
    let token = parts.next()?.to_owned();
    if expires <= app.clock.now().as_second() {
        return None;
    }
    let user = site.user(id)?;
    let ended = user.session_epoch != epoch || user.ended_sessions.iter().any(|ended| ended.token == token);
    (!ended).then_some(SessionUser { user, token, expires })
}

/// A cookie that signs `user` in. Without `remember` it ends with the browser, at the latest after
/// `auth.session`; with it, after `auth.session_remembered`.
pub fn cookie(app: &App, user: &User, remember: bool, secure: bool) -> Cookie<'static> {
    start(app, user, remember, secure).0
}

/// As [`cookie`], with the session it stands for.
pub fn start(app: &App, user: &User, remember: bool, secure: bool) -> (Cookie<'static>, SessionUser) {
    let lasts = if remember { app.config.auth.session_remembered } else { app.config.auth.session };
    let expires = app.clock.now().as_second().saturating_add(whole_seconds(lasts));
    let token = hex::encode(app.ids.array::<16>());
    let payload = format!("{}:{}:{expires}:{token}", user.id, user.session_epoch);
    let value = app.key.sign(purpose::SESSION, &payload);
    let cookie = cookies::build(cookies::SESSION, value, remember.then(|| whole_seconds(lasts)), secure);
    (cookie, SessionUser { user: user.clone(), token, expires })
}

/// True if the session of `request` was to outlast the browser: it goes on longer than others last.
pub fn is_remembered(app: &App, request: &HttpRequest) -> bool {
    let payload = cookies::read(request, cookies::SESSION).and_then(|value| app.key.verify(purpose::SESSION, value));
    let expires = payload.and_then(|payload| payload.split(':').nth(2)?.parse::<i64>().ok());
    let others = app.clock.now().as_second().saturating_add(whole_seconds(app.config.auth.session));
    expires.is_some_and(|expires| expires > others)
}

fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
