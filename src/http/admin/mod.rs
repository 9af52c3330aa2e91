//! Pages for those who run the site: sign-in, set-up, the desk, the editor.

pub mod account;
pub mod ajax;
pub mod authorize;
pub mod desk;
pub mod editor;
pub mod install;
pub mod login;
pub mod page;
pub mod permit;
mod reset;
pub mod revisions;
mod shown;
mod templates;

use actix_web::{Error, HttpRequest, HttpResponse, error::UrlencodedError, web::Path};

pub use self::templates::Templates;
use super::{access::Anyone, caching::CachePolicy, error::HttpError};

/// Files of our own pages; their URLs name their content. Whatever is no part of editor and desk is the style sheet.
pub async fn asset(_: Anyone, request: HttpRequest, name: Path<String>) -> HttpResponse {
    if let Some(response) = editor::asset(&request, &name) {
        return response;
    }
    let response = HttpResponse::Ok().content_type("text/css; charset=utf-8").body(templates::STYLE);
    CachePolicy::Immutable.on(response)
}

/// A form that cannot be read: too long, or no form.
#[expect(clippy::needless_pass_by_value, reason = "the signature actix asks for")]
pub fn form_error(error: UrlencodedError, _: &HttpRequest) -> Error {
    HttpError::bad_request("bad_form", format!("The form cannot be read: {error}")).into()
}
