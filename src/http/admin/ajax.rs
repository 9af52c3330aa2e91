//! `/wp-admin/admin-ajax.php`: of WordPress's many actions the one the editor needs.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;

use crate::http::{error::HttpError, front::Front, guard::NONCE_ACTION, nonce, session};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    action: String,
}

/// `rest-nonce`: a fresh nonce of the API as text, for a page that has been open longer than its own is good.
pub async fn show(front: Data<Front>, request: HttpRequest, asked: Query<Asked>) -> Result<HttpResponse, HttpError> {
    if asked.action != "rest-nonce" {
        return Err(HttpError::bad_request("unknown_action", "there is no such action"));
    }
    let at = front.app.log.current();
    let Some(user) = session::identify(&front.app, &at.state, &request) else {
        return Err(HttpError::new(StatusCode::BAD_REQUEST, "not_signed_in", "nobody is signed in"));
    };
    let fresh = nonce::create(&front.app, NONCE_ACTION, &user);
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(fresh))
}
