//! Media: attachments are posts with a file; here is what is about the file.

pub mod edit;
mod recording;
pub mod upload;
pub mod view;

use super::{
    call::{Answer, Call},
    posts::{kind::PostKind, permit as post_permit},
};
use crate::{content::Capability, http::error::HttpError};

pub use self::view::upload_url;

/// # Errors
/// WordPress's refusals of an upload.
pub fn permit(kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    if !call.can(Capability::UploadFiles) {
        let message = "Sorry, you are not allowed to upload media on this site.";
        return Err(call.refuse("rest_cannot_create", message));
    }
    post_permit::permit(super::action::Verb::Create, kind, call)
}

pub async fn create(kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    upload::create(kind, call).await
}
