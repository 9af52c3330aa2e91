//! `POST /wp-admin/profile.php`: what of one's own account takes a new session: the password, and ending the others.
//!
//! Answers JSON for the desk: nonces of the new session, whose cookie comes along.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use serde::Deserialize;
use serde_json::json;

use super::{install::PASSWORD_CHARS_MIN, login::LOGOUT, page::origin, reset};
use crate::{
    content::{Actor, Edit, User, edit::SaveUser},
    http::{
        acknowledge,
        caching::CachePolicy,
        error::HttpError,
        front::Front,
        guard::{Guard, NONCE_ACTION, Proof, SignedIn},
        nonce, session,
        sign_in::{self, Refused},
    },
    publish,
};

#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "lowercase")]
pub enum Change {
    /// A new password, for who knows the old one. Ends all other sessions.
    Password { current: String, password: String },
    /// Ends all other sessions.
    Sessions,
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password { .. } => "Password { … }",
            Self::Sessions => "Sessions",
        })
    }
}

pub async fn change(
    by: Guard<SignedIn>,
    front: Data<Front>,
    request: HttpRequest,
    sent: Form<Change>,
) -> Result<HttpResponse, HttpError> {
    if by.identity.proof != Proof::Session {
        return Err(HttpError::forbidden(true, "session_needed", "This is for who is signed in with a browser."));
    }
    let password_sealed = match sent.into_inner() {
        Change::Password { current, password } => {
            check(&front, &request, &by.user, &current).await?;
            if password.chars().count() < PASSWORD_CHARS_MIN {
                let message = format!("The new password is too short: at least {PASSWORD_CHARS_MIN} characters.");
                return Err(HttpError::bad_request("password_too_short", message));
            }
            Some(reset::seal(&front, &password).await?)
        }
        Change::Sessions => None,
    };
    let save = SaveUser { id: Some(by.user.id), password_sealed, end_sessions: true, ..SaveUser::default() };
    let remember = session::is_remembered(&front.app, &request);
    let commit = publish::apply(&front.app, &Actor::User(by.user.id), Edit::SaveUser(Box::new(save)), None).await?;
    let at = front.app.log.reach(commit.seq).await;
    let user = at.state.user(by.user.id).ok_or_else(|| HttpError::internal(&"the user is gone"))?;
    tracing::info!(user = %user.id, "sessions ended by their user");
    let (cookie, session) = session::start(&front.app, &user, remember, origin(&front, &request).secure);
    let body = json!({
        "nonce": nonce::create(&front.app, NONCE_ACTION, &session),
        "logoutNonce": nonce::create(&front.app, LOGOUT, &session),
    });
    let mut response = HttpResponse::Ok().json(body);
    response.add_cookie(&cookie).map_err(|error| HttpError::internal(&error))?;
    Ok(acknowledge(CachePolicy::NoStore.on(response), &commit))
}

/// Whether `given` is the password, guessed no faster here than at the door.
async fn check(front: &Front, request: &HttpRequest, user: &User, given: &str) -> Result<(), HttpError> {
    let ip = origin(front, request).ip_text();
    match sign_in::with_password(front, &ip, &user.login, given).await {
        Ok(_) => Ok(()),
        Err(Refused::Throttled(_)) => {
            let message = "Too many failed attempts. Try again in a quarter of an hour.";
            Err(HttpError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", message))
        }
        Err(Refused::Wrong) => {
            Err(HttpError::new(StatusCode::FORBIDDEN, "incorrect_password", "The current password is not right."))
        }
        Err(Refused::Failed(error)) => Err(error),
    }
}
