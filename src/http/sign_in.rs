//! Signing in with a password: throttled, and as slow for logins there are not.

use std::time::Duration;

use super::{error::HttpError, front::Front};
use crate::{content::User, publish::password, serve};

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
    let now = front.app.clock.monotonic();
    if let Some(wait) = front.throttle.wait(ip, login, now) {
        tracing::warn!(ip, "sign-in throttled");
        return Err(Refused::Throttled(wait));
    }
    let Some(user) = authenticate(front, login, given).await.map_err(Refused::Failed)? else {
        front.throttle.failed(ip, login, now);
        tracing::warn!(ip, "sign-in failed");
        return Err(Refused::Wrong);
    };
    front.throttle.succeeded(ip, login);
    tracing::info!(ip, user = %user.id, "signed in");
    Ok(user)
}

async fn authenticate(front: &Front, login: &str, given: &str) -> Result<Option<User>, HttpError> {
    let site = serve::confirmed(&front.app).await;
    let user =
        site.state.user_by_login(login).or_else(|| site.state.user_by_email(login).filter(|_| login.contains('@')));
    let sealed = user.as_ref().and_then(|user| user.password_sealed.clone());
    let (key, given) = (front.app.key.clone(), given.to_owned());
    // Each check takes 19 MiB: their number is bounded, the others wait.
    let _turn = front.hashing.acquire().await.map_err(|error| HttpError::internal(&error))?;
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
