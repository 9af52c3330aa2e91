//! What went wrong, in the numbers clients know: WordPress's, which are those of HTTP, and those of
//! <http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php>.

use std::borrow::Cow;

use super::value::Value;
use crate::{cache::LoadError, http::error::HttpError, media::MediaError, publish::PublishError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: i64,
    pub message: Cow<'static, str>,
}

impl Fault {
    pub fn new(code: i64, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }

    /// What was sent is no call.
    pub fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(-32700, message)
    }

    /// What was sent is a call that cannot be made.
    pub fn not_a_call(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(-32600, message)
    }

    pub fn no_method(name: &str) -> Self {
        let shown: String = name.chars().take(100).collect();
        Self::new(-32601, format!("There is no method {shown}."))
    }

    /// Parameters are missing or cannot be read.
    pub fn arguments(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, message)
    }

    /// The caller may not do this.
    pub fn unauthorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(401, message)
    }

    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(403, message)
    }

    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(404, message)
    }

    /// `{faultCode, faultString}`
    pub fn value(&self) -> Value {
        let message = self.message.clone().into_owned();
        Value::members([("faultCode", Value::Int(self.code)), ("faultString", Value::Text(message))])
    }

    /// The same fault under another number.
    #[must_use]
    pub fn coded(mut self, from: i64, to: i64) -> Self {
        if self.code == from {
            self.code = to;
        }
        self
    }
}

/// A message of the write flow as a sentence.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(char::to_uppercase);
    let mut text: String = first.into_iter().flatten().chain(letters).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

impl From<PublishError> for Fault {
    fn from(error: PublishError) -> Self {
        match &error {
            PublishError::Forbidden { message, .. } => Self::unauthorized(sentence(message)),
            PublishError::NotFound { message, .. } => Self::not_found(sentence(message)),
            PublishError::Invalid { message, .. } | PublishError::Exists { message, .. } => {
                Self::new(500, sentence(message))
            }
            PublishError::Conflict { .. } => Self::conflict(),
            PublishError::IdTaken | PublishError::Busy(_) | PublishError::Unknown | PublishError::Corrupt(_) => {
                HttpError::from(error).into()
            }
        }
    }
}

impl Fault {
    /// The post has changed since the caller read it.
    pub fn conflict() -> Self {
        Self::new(409, "Someone else has saved this since you read it. Nothing was saved; read it again.")
    }
}

impl From<HttpError> for Fault {
    fn from(error: HttpError) -> Self {
        Self::new(i64::from(error.status.as_u16()), error.message)
    }
}

impl From<LoadError> for Fault {
    fn from(error: LoadError) -> Self {
        HttpError::from(error).into()
    }
}

impl From<MediaError> for Fault {
    fn from(error: MediaError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            MediaError::Refused(_) | MediaError::Damaged(_) | MediaError::TooManyPixels { .. } => {
                Self::new(500, message)
            }
            MediaError::TooLarge { .. } => Self::new(413, message),
            MediaError::Interrupted(_) => Self::arguments(message),
            MediaError::Busy => HttpError::unavailable(&message).into(),
            MediaError::Object(error) => HttpError::from(error).into(),
        }
    }
}
