//! Uploads: one file per request, multipart or raw.

use actix_web::{HttpRequest, http::StatusCode, web::Bytes};

use crate::http::{
    error::HttpError,
    rest::{
        call::{Answer, Call},
        posts::kind::PostKind,
    },
};

/// Bytes of one upload.
const UPLOAD_BYTES_MAX: usize = 256 << 20;

/// A file that came with a request.
#[derive(Clone, Debug)]
pub struct Upload {
    /// As the client named it.
    pub filename: String,
    pub bytes: Bytes,
    /// The form field it came in; empty for raw bodies.
    pub field: String,
}

/// How large a file this request may bring.
pub fn bytes_max(_request: &HttpRequest) -> usize {
    UPLOAD_BYTES_MAX
}

pub async fn create(_kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    let Some(_upload) = &call.upload else {
        return Err(HttpError::bad_request("rest_upload_no_data", "No data supplied."));
    };
    Err(HttpError::new(StatusCode::NOT_IMPLEMENTED, "rest_upload_unavailable", "Uploads are not available yet."))
}
