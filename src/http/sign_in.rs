//! Signing in with a password: throttled over all servers, and as slow for logins there are not.

use std::time::Duration;

use actix_web::web::Data;

use super::{counted::Who, error::HttpError, front::Front, throttle::Limits};
use crate::{
    app::strikes::{self, Seen},
    content::User,
    publish::password,
    serve,
};

/// Why nobody was signed in.
#[derive(Clone, Debug)]
pub enum Refused {
    /// Too many failures from there: not even tried.
    Throttled(Duration),
    /// No such login, or not its password: which of both is not told.
    Wrong,
    Failed(HttpError),
}

/// The user with this login or e-mail address and this password. Counts failures by `ip` and login.
///
/// # Errors
/// See [`Refused`].
pub async fn with_password(front: &Front, ip: &str, login: &str, given: &str) -> Result<User, Refused> {
    let (app, now) = (&front.app, front.app.clock.monotonic());
    let throttled = |wait| {
        tracing::warn!(ip, "sign-in throttled");
        Refused::Throttled(wait)
    };
    front.throttle.attempt(ip, login, now).map_err(throttled)?;
    let who = Who::new("", ip, login);
    let seen = elsewhere(front, &who).await.map_err(throttled)?;
    let authenticated = authenticate(front, login, given).await.map_err(|error| {
        front.throttle.succeeded(ip, login);
        Refused::Failed(error)
    })?;
    let Some(user) = authenticated else {
        strikes::add(app, &who.network, &who.pair).await;
        tracing::warn!(ip, "sign-in failed");
        return Err(Refused::Wrong);
    };
    front.throttle.succeeded(ip, login);
    if let Some(seen) = seen {
        strikes::forgive(app, &seen, &who.pair).await;
    }
    tracing::info!(ip, user = %user.id, "signed in");
    Ok(user)
}

/// What all servers have counted against this login from there.
///
/// # Errors
/// How long to wait, if it is enough; known from now on here too.
async fn elsewhere(front: &Front, who: &Who<'_>) -> Result<Option<Seen>, Duration> {
    let Some((seen, reached)) = who.seen(&front.app, Limits::PASSWORDS).await else { return Ok(None) };
    match reached {
        Some(of) => {
            front.throttle.shut(who.ip, of, seen.left, front.app.clock.monotonic());
            Err(seen.left)
        }
        None => Ok(Some(seen)),
    }
}

/// Counts a wrong application password, here at once and over all servers behind the answer.
pub fn note_wrong_app_password(front: &Data<Front>, ip: &str, login: &str) {
    let now = front.app.clock.monotonic();
    front.app_throttle.failed(ip, login, now);
    let (front, ip, login) = (front.clone(), ip.to_owned(), login.to_owned());
    let clock = front.app.clock.clone();
    let counted = async move {
        let (app, who) = (&front.app, Who::new("app ", &ip, &login));
        strikes::add(app, &who.network, &who.pair).await;
        if let Some((seen, Some(of))) = who.seen(app, Limits::APP_PASSWORDS).await {
            front.app_throttle.shut(&ip, of, seen.left, app.clock.monotonic());
        }
    };
    drop(clock.spawn(counted));
}

async fn authenticate(front: &Front, login: &str, given: &str) -> Result<Option<User>, HttpError> {
    let site = serve::confirmed(&front.app).await;
    let user =
        site.state.user_by_login(login).or_else(|| site.state.user_by_email(login).filter(|_| login.contains('@')));
    let sealed = user.as_ref().and_then(|user| user.password_sealed.clone());
    let (key, given) = (front.app.key.clone(), given.to_owned());
    // Each check takes 19 MiB: their number is bounded, the others wait.
    let _turn = front.hashing.acquire().await.map_err(|error| HttpError::internal(&error))?;
    front.metrics.password_checked();
    let verify = move || password::verify(&key, sealed.as_deref(), &given);
    let verified = tokio::task::spawn_blocking(verify).await.map_err(|error| HttpError::internal(&error))?;
    match verified {
        Ok(matches) => Ok(user.filter(|_| matches)),
        Err(error) => {
            tracing::error!(%error, "a stored password cannot be read");
            Ok(None)
        }
    }
}
