//! Pages for those who run the site: sign-in, set-up, the list of posts.

pub mod install;
pub mod login;
pub mod page;
pub mod posts;
mod templates;

use actix_web::{Error, HttpRequest, HttpResponse, error::UrlencodedError};

pub use self::templates::Templates;
use super::{caching::CachePolicy, error::HttpError};

/// The style sheet of our own pages; its URL names its content.
pub async fn style() -> HttpResponse {
    let response = HttpResponse::Ok().content_type("text/css; charset=utf-8").body(templates::STYLE);
    CachePolicy::Immutable.on(response)
}

/// WordPress's own addresses of the list.
pub async fn to_list() -> HttpResponse {
    page::see_other("/wp-admin/")
}

/// A form that cannot be read: too long, or no form.
#[expect(clippy::needless_pass_by_value, reason = "the signature actix asks for")]
pub fn form_error(error: UrlencodedError, _: &HttpRequest) -> Error {
    HttpError::bad_request("bad_form", format!("The form cannot be read: {error}")).into()
}
