//! Errors of the flows as HTTP answers: the one place that picks status, code and body.
//!
//! The body is WordPress's: `{"code": …, "message": …, "data": {"status": …}}`. What went wrong inside the program is
//! logged here, once, and never shown.

use std::borrow::Cow;

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use serde_json::{Map, Value, json};

use crate::{cache::LoadError, publish::PublishError, serve::ServeError, store::ObjectError};

/// Seconds after which a client may try again when the site takes no writes or the store does not answer.
const RETRY_AFTER_SECONDS: u64 = 5;
/// The same where too many attempts were made: by then those of now count no more.
const RETRY_AFTER_ATTEMPTS_SECONDS: u64 = 15 * 60;

/// The header that an error of this status must have: when to try again, or which methods there are. The only
/// addresses that refuse a method are those that can only be read.
pub fn header_of(status: StatusCode) -> Option<(HeaderName, HeaderValue)> {
    match status {
        StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, RETRY_AFTER_SECONDS.into())),
        StatusCode::TOO_MANY_REQUESTS => Some((header::RETRY_AFTER, RETRY_AFTER_ATTEMPTS_SECONDS.into())),
        StatusCode::METHOD_NOT_ALLOWED => Some((header::ALLOW, HeaderValue::from_static("GET, HEAD"))),
        _ => None,
    }
}

/// An answer that is an error. Cheap to build; carries only what the client may see.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpError {
    pub status: StatusCode,
    pub code: Cow<'static, str>,
    pub message: Cow<'static, str>,
    /// Members of `data` beside `status`.
    pub data: Box<Map<String, Value>>,
}

impl HttpError {
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code: code.into(), message: message.into(), data: Box::default() }
    }

    pub fn bad_request(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub fn not_found(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 401 for who has not signed in, 403 for who has.
    pub fn forbidden(
        signed_in: bool,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let status = if signed_in { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
        Self::new(status, code, message)
    }

    /// The fault is ours: `reason` goes to the log, the client learns only that there was one.
    pub fn internal(reason: &dyn std::fmt::Display) -> Self {
        tracing::error!(%reason, "request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_server_error", "The site failed to answer this request.")
    }

    /// The store does not answer; `reason` goes to the log.
    pub fn unavailable(reason: &dyn std::fmt::Display) -> Self {
        tracing::warn!(%reason, "request not answered");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "service_unavailable",
            "The site cannot answer this just now. Try again in a few seconds.",
        )
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    /// The same error for someone not signed in: what would be 403 is 401 then.
    #[must_use]
    pub fn for_caller(mut self, signed_in: bool) -> Self {
        if !signed_in && self.status == StatusCode::FORBIDDEN {
            self.status = StatusCode::UNAUTHORIZED;
        }
        self
    }

    /// `{code, message, data}`
    pub fn body(&self) -> Value {
        let mut data = Map::new();
        data.insert("status".to_owned(), self.status.as_u16().into());
        data.extend(self.data.iter().map(|(name, value)| (name.clone(), value.clone())));
        json!({ "code": self.code, "message": self.message, "data": data })
    }
}

impl std::fmt::Display for HttpError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status.as_u16(), self.code, self.message)
    }
}

impl std::error::Error for HttpError {}

impl ResponseError for HttpError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(header) = header_of(self.status) {
            response.insert_header(header);
        }
        response.content_type("application/json; charset=UTF-8").body(self.body().to_string())
    }
}

impl From<PublishError> for HttpError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Invalid { code, message, field } => {
                let error = Self::bad_request(code, message.clone());
                match field {
                    Some(field) => error.with("params", json!({ field: message })),
                    None => error,
                }
            }
            PublishError::Forbidden { code, message } => Self::new(StatusCode::FORBIDDEN, code, message),
            PublishError::NotFound { code, message } => Self::not_found(code, message),
            PublishError::Exists { code, message, existing } => {
                let said_before = code == "comment_duplicate";
                let status = if said_before { StatusCode::CONFLICT } else { StatusCode::BAD_REQUEST };
                let error = Self::new(status, code, message);
                // Clients that create terms look here for the one that is there already.
                match existing {
                    Some(id) if code == "term_exists" => error.with("term_id", id),
                    Some(id) => error.with("existing_id", id),
                    None => error,
                }
            }
            PublishError::Conflict { current } => Self::new(
                StatusCode::CONFLICT,
                "rest_revision_conflict",
                "Someone else has saved this since you opened it.",
            )
            .with("current_revision", current.to_string()),
            PublishError::IdTaken => {
                Self::new(StatusCode::CONFLICT, "rest_id_taken", "An id of the import is in use by now.")
            }
            PublishError::Busy(reason) => {
                tracing::warn!(%reason, "write refused");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "not_accepting_writes",
                    "The site is not taking changes just now. Nothing was saved; try again in a few seconds.",
                )
            }
            PublishError::Unknown => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "write_outcome_unknown",
                "It is not known yet whether this was saved. Repeat it with the same Idempotency-Key to find out.",
            ),
            PublishError::Corrupt(reason) => Self::internal(&reason),
        }
    }
}

impl From<ServeError> for HttpError {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Corrupt(reason) => Self::internal(&reason),
            ServeError::Unavailable(reason) => Self::unavailable(&reason),
            ServeError::Render { target, reason } => Self::internal(&format_args!("rendering {target:?}: {reason}")),
        }
    }
}

impl From<LoadError> for HttpError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Corrupt { key, reason } => Self::internal(&format_args!("{key}: {reason}")),
            LoadError::Unavailable(reason) => Self::unavailable(&reason),
        }
    }
}

impl From<ObjectError> for HttpError {
    fn from(error: ObjectError) -> Self {
        match &error {
            // Handlers ask for objects the state names: one that is absent is corruption, not a wrong address.
            ObjectError::NotFound { .. } | ObjectError::Invalid { .. } | ObjectError::AlreadyExists { .. } => {
                Self::internal(&error)
            }
            ObjectError::Unknown { .. } | ObjectError::Denied { .. } | ObjectError::Unavailable { .. } => {
                Self::unavailable(&error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::RevisionId;

    #[test]
    fn a_stale_save_is_told_the_current_revision() {
        let error = HttpError::from(PublishError::Conflict { current: RevisionId(5) });
        assert_eq!(error.status, StatusCode::CONFLICT);
        assert_eq!(error.body()["data"], json!({ "status": 409, "current_revision": RevisionId(5).to_string() }));
    }

    #[test]
    fn who_guesses_too_often_is_told_when_to_come_back() {
        let error = HttpError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "Wait a quarter of an hour.");
        assert_eq!(error.error_response().headers().get("Retry-After").unwrap(), "900");
    }

    #[test]
    fn what_broke_inside_is_not_shown() {
        let error = HttpError::from(PublishError::Corrupt("posts/7/secret.json".to_owned()));
        assert!(!error.body().to_string().contains("secret"));
        let error = HttpError::from(LoadError::Unavailable("bucket-name".to_owned()));
        assert!(!error.body().to_string().contains("bucket-name"));
        assert_eq!(error.error_response().headers().get("Retry-After").unwrap(), "5");
    }
}
