//! The write flow: edit → objects → plan → commit. HTTP, CLI, importer and simulation all call [`apply`].

pub mod password;

use crate::{
    app::App,
    content::{Actor, CommentId, Edit, PostId, RevisionId, TermId, UserId},
};

/// Commits `edit` on behalf of `actor`; when this returns, the edit is durable and this server shows it.
///
/// # Errors
/// See [`PublishError`]. After `Unknown`, retry with the same `idempotency_key` to learn the outcome.
pub async fn apply(
    app: &App,
    actor: &Actor,
    edit: Edit,
    idempotency_key: Option<String>,
) -> Result<Commit, PublishError> {
    let _ = (app, actor, edit, idempotency_key);
    todo!("publish")
}

#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// The log entry: goes into the read-your-writes cookie.
    pub seq: u64,
    pub outcome: Outcome,
}

/// What the edit made or touched.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Post { id: PostId, revision: RevisionId, created: bool },
    Term { id: TermId, created: bool },
    User { id: UserId, created: bool },
    Comment { id: CommentId, created: bool },
    Ids { first: u64, count: u64 },
    Done,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum PublishError {
    /// The edit itself is wrong. `code` is WordPress's REST error code where there is one.
    #[error("{message}")]
    Invalid { code: &'static str, message: String, field: Option<&'static str> },
    #[error("{message}")]
    Forbidden { code: &'static str, message: String },
    #[error("{message}")]
    NotFound { code: &'static str, message: String },
    /// Something with this name, slug or address exists; `existing` is its id.
    #[error("{message}")]
    Exists { code: &'static str, message: String, existing: Option<u64> },
    /// The post has changed since the revision the edit was based on.
    #[error("the post was changed meanwhile, its revision is now {current:?}")]
    Conflict { current: RevisionId },
    /// Ids of an import batch are no longer free.
    #[error("ids of the import are taken meanwhile")]
    IdTaken,
    #[error("not accepting writes: {0}")]
    Busy(String),
    #[error("the outcome of the write is not known yet")]
    Unknown,
    #[error("{0}")]
    Corrupt(String),
}
