//! What ends an import.

use std::path::PathBuf;

use super::wxr::WxrError;
use crate::publish::PublishError;

/// Everything committed before stays; the same import run again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("cannot read {path}: {reason}")]
    Open { path: PathBuf, reason: String },
    #[error("{path}: {error}")]
    Malformed { path: PathBuf, error: WxrError },
    /// A file is not what it was when it was analysed.
    #[error("{path} changed while it was being imported; run the import again")]
    Changed { path: PathBuf },
    #[error("{0}")]
    Invalid(String),
    #[error("{path} holds more than {limit} {what}; split the export")]
    TooMany { path: PathBuf, what: &'static str, limit: usize },
    #[error("cannot commit {what}: {error}")]
    Publish { what: String, error: PublishError },
    #[error("cannot reach the media of this import: {0}")]
    Media(String),
    #[error("the import was stopped inside: {0}")]
    Internal(String),
}
