//! `/wp-admin/authorize-application.php`: a program asks for an application password, its user says yes or no.
//!
//! As in WordPress, where programs find this address in the API's index: `app_name`, `app_id`, `success_url` and
//! `reject_url` come in the query; approved, the browser goes to `success_url` with `site_url`, `user_login` and
//! `password`. Without one the password is shown.

mod destination;

use actix_web::{
    Error, HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Form, Query},
};
use serde::{Deserialize, Serialize};
use tera::Context;

use self::destination::Destination;
use super::{
    desk::PROFILE,
    login::LOGOUT,
    page::{self, see_other},
    permit::{Ask, Desk, refused},
    shown::Visit,
};
use crate::{
    content::{Actor, Edit, names::sanitize_text_field},
    http::{
        acknowledge, error::HttpError, front::Front, guard::SignedIn, nonce, security::SecurityPolicy,
        session::SessionUser,
    },
    publish::{self, PublishError, app_password},
};

const ACTION: &str = "authorize-application";

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    app_name: String,
    app_id: String,
    success_url: String,
    reject_url: String,
}

/// The answer of whoever is signed in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    #[serde(flatten)]
    asked: Asked,
    nonce: String,
    approve: Option<String>,
}

impl Ask for Sent {
    type Said = Form<Self>;

    async fn permit(_: &Visit, _: &HttpRequest, said: Form<Self>) -> Result<Self, Error> {
        Ok(said.into_inner())
    }

    /// Asked again once somebody has signed in.
    fn signed_out(_: &Front, _: &HttpRequest, said: &Form<Self>) -> Error {
        refused(page::to_sign_in_for(&said.asked.address()))
    }
}

impl Asked {
    /// Where this is asked for.
    fn address(&self) -> String {
        let fields = [
            ("app_name", &self.app_name),
            ("app_id", &self.app_id),
            ("success_url", &self.success_url),
            ("reject_url", &self.reject_url),
        ];
        let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        format!("/wp-admin/authorize-application.php?{query}")
    }
}

/// What a program asks for, found to be in order.
struct Request {
    asked: Asked,
    success: Option<Destination>,
    reject: Option<Destination>,
}

impl Request {
    /// # Errors
    /// 400, naming what is wrong with the request: whoever made it must mend it, not the user.
    fn check(asked: Asked) -> Result<Self, HttpError> {
        if !asked.app_id.is_empty() && uuid::Uuid::try_parse(&asked.app_id).is_err() {
            return Err(HttpError::bad_request("invalid_app_id", "The application's id (app_id) is no UUID."));
        }
        let destination = |code, name: &str, text: &str| match text {
            "" => Ok(None),
            text => Destination::parse(text).map(Some).map_err(|reason| {
                HttpError::bad_request(code, format!("The address to return to ({name}) cannot be used: {reason}."))
            }),
        };
        let success = destination("invalid_success_url", "success_url", &asked.success_url)?;
        let reject = destination("invalid_reject_url", "reject_url", &asked.reject_url)?;
        Ok(Self { asked, success, reject })
    }
}

/// Asks the user.
pub async fn show(desk: Desk<SignedIn>, asked: Query<Asked>) -> Result<HttpResponse, HttpError> {
    let Visit { front, user, .. } = &desk.visit;
    match Request::check(asked.into_inner()) {
        Ok(wanted) => question(front, user, &wanted, StatusCode::OK, None),
        Err(error) => Ok(not_in_order(front, &error)),
    }
}

/// Takes the answer.
pub async fn submit(desk: Desk<Sent>) -> Result<HttpResponse, HttpError> {
    let Desk { visit: Visit { front, user, .. }, asked: Sent { asked, nonce, approve } } = desk;
    let wanted = match Request::check(asked) {
        Ok(wanted) => wanted,
        Err(error) => return Ok(not_in_order(&front, &error)),
    };
    if !nonce::verify(&front.app, ACTION, &user, &nonce) {
        let error = "This form had gone stale. Please send it again.";
        return question(&front, &user, &wanted, StatusCode::FORBIDDEN, Some(error));
    }
    if approve.is_none() {
        let to = wanted.reject.as_ref().map_or_else(|| "/wp-admin/".to_owned(), Destination::address);
        return Ok(see_other(&to));
    }
    let name = sanitize_text_field(&wanted.asked.app_name);
    let made = app_password::make(&front.app, user.user.id, &name, &wanted.asked.app_id);
    let (row, secret) = made.map_err(|error| HttpError::internal(&error))?;
    let edit = Edit::SaveAppPassword(Box::new(row));
    match publish::apply(&front.app, &Actor::User(user.user.id), edit, None).await {
        Ok(commit) => {
            tracing::info!(user = %user.user.id, "application authorized");
            let response = match &wanted.success {
                Some(success) => {
                    let site = front.app.log.current();
                    see_other(&success.with_password(&site.state.settings().site_url, &user.user.login, &secret))
                }
                None => password(&front, &name, &secret)?,
            };
            Ok(acknowledge(response, &commit))
        }
        Err(PublishError::Exists { .. }) => {
            let error = "You have an application password of this name already. Choose another, or revoke that one.";
            question(&front, &user, &wanted, StatusCode::CONFLICT, Some(error))
        }
        Err(PublishError::Invalid { field: Some("name"), .. }) => {
            let error = "Give the application password a name, of at most 250 letters.";
            question(&front, &user, &wanted, StatusCode::BAD_REQUEST, Some(error))
        }
        Err(PublishError::Invalid { message, .. }) => {
            question(&front, &user, &wanted, StatusCode::BAD_REQUEST, Some(&message))
        }
        Err(error) => Err(error.into()),
    }
}

fn question(
    front: &Front,
    user: &SessionUser,
    wanted: &Request,
    status: StatusCode,
    error: Option<&str>,
) -> Result<HttpResponse, HttpError> {
    let mut context = Context::new();
    context.insert("error", &error);
    context.insert("asked", &wanted.asked);
    context.insert("name", &user.user.display_name);
    context.insert("login", &user.user.login);
    context.insert("success", &wanted.success.as_ref().map(Destination::shown));
    context.insert("reject", &wanted.reject.as_ref().map(Destination::shown));
    context.insert("nonce", &nonce::create(&front.app, ACTION, user));
    context.insert("logout_nonce", &nonce::create(&front.app, LOGOUT, user));
    let response = page::page(front, status, "authorize.html", context)?;
    // A browser follows a form's redirect only to where the page said forms lead.
    let mut sources: Vec<String> =
        wanted.success.iter().chain(&wanted.reject).map(Destination::as_policy_source).collect();
    sources.dedup();
    Ok(SecurityPolicy::Form { form_to: sources.join(" ") }.on(response))
}

/// The password for a user who carries it to the program by hand.
fn password(front: &Front, name: &str, secret: &str) -> Result<HttpResponse, HttpError> {
    let mut context = Context::new();
    context.insert("name", name);
    context.insert("secret", secret);
    page::page(front, StatusCode::OK, "authorized.html", context)
}

fn not_in_order(front: &Front, error: &HttpError) -> HttpResponse {
    page::error(front, error, "This application cannot be connected", (PROFILE, "Your profile"))
}
