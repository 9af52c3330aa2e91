//! Pages for those who run the site: sign-in, set-up, the list of posts.

mod templates;

use actix_web::{Error, HttpRequest, error::UrlencodedError};

pub use self::templates::Templates;
use super::error::HttpError;

/// A form that cannot be read: too long, or no form.
pub fn form_error(error: UrlencodedError, _: &HttpRequest) -> Error {
    HttpError::bad_request("bad_form", format!("The form cannot be read: {error}")).into()
}
