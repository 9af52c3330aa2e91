//! The write flow: edit → objects → plan → commit. HTTP, CLI, importer and simulation all call [`apply`].

pub mod app_password;
mod autosave;
mod comment;
mod commit;
mod numbers;
mod outcome;
mod overwritten;
pub mod password;
mod plan;
mod prepare;
mod summary;
mod times;

use std::{sync::Arc, time::Duration};

pub use self::{
    autosave::autosave,
    comment::{Posted, comment, fold},
    overwritten::tell_writer,
};
pub use crate::app::tags;

use self::commit::{Attempt, Manner, Match};
use crate::{
    app::{App, autosaves},
    content::{Actor, CommentId, Edit, PostId, RevisionId, TermId, UserId},
};

/// Times an edit is prepared anew because others keep changing what it is about.
const ATTEMPTS_MAX: u32 = 16;
/// Attempts after which a body may repeat a slug its row has not.
const EXACT_ATTEMPTS: u32 = 4;
/// Commits one edit is split into at most.
const PARTS_MAX: u32 = 10_000;

/// Commits `edit` on behalf of `actor`; when this returns, the edit is durable and this server shows it.
///
/// Deleting a term or user that thousands of posts refer to takes several commits: each leaves the site whole,
/// and the edit asked again goes on where it was.
///
/// # Errors
/// See [`PublishError`]. After `Unknown`, retry with the same `idempotency_key` to learn the outcome.
#[tracing::instrument(skip_all, fields(actor = %actor.label(), edit = %summary::of(&edit)))]
pub async fn apply(
    app: &App,
    actor: &Actor,
    edit: Edit,
    idempotency_key: Option<String>,
) -> Result<Commit, PublishError> {
    accepts(app).await?;
    let _turn = match written(&edit) {
        Some(post) => Some(app.turns.of(post).await.ok_or_else(others_keep_changing)?),
        None => None,
    };
    let key = idempotency_key.map(|key| scoped(actor, &key));
    let edit = Arc::new(edit);
    let commit = insist(app, actor, &edit, key.as_deref()).await?;
    overwritten::tell_owner(app, actor, &edit, &commit).await;
    Ok(commit)
}

/// Prepares and attempts `edit` until it is decided. `key` is one of the log's, not a client's.
async fn insist(app: &App, actor: &Actor, edit: &Arc<Edit>, key: Option<&str>) -> Result<Commit, PublishError> {
    let mut stale = 0;
    let mut parts = 0;
    while stale < ATTEMPTS_MAX && parts < PARTS_MAX {
        let prepared = prepare::prepare(app, actor, edit).await?;
        let matching = if stale < EXACT_ATTEMPTS { Match::Exact } else { Match::ExceptSlug };
        match commit::attempt(app, prepared, Manner { idempotency_key: key, matching, patience: None }).await? {
            Attempt::Done { commit, more: false } => {
                if let Edit::DeletePost { id } = &**edit {
                    autosaves::forget(app, *id).await;
                }
                return Ok(commit);
            }
            Attempt::Done { more: true, .. } => parts += 1,
            Attempt::Late { .. } => return Err(PublishError::Unknown),
            Attempt::Stale => {
                stale += 1;
                // the state that made it stale is at the tail: have it before preparing again
                let behind = |error: crate::store::ObjectError| PublishError::Busy(error.to_string());
                app.log.fresh(Duration::ZERO).await.map_err(behind)?;
            }
        }
    }
    Err(others_keep_changing())
}

fn others_keep_changing() -> PublishError {
    PublishError::Busy("others keep changing what this edit is about".to_owned())
}

/// The post that `edit` writes to.
fn written(edit: &Edit) -> Option<PostId> {
    match edit {
        Edit::SavePost(save) => save.id,
        Edit::TrashPost { id, .. } | Edit::UntrashPost { id } | Edit::DeletePost { id } => Some(*id),
        _ => None,
    }
}

/// Whether writes are accepted now. [`apply`] asks too; ask before anything that takes long, such as an upload.
///
/// # Errors
/// `Busy` while the store is known to be unwell.
pub async fn accepts(app: &App) -> Result<(), PublishError> {
    app.log.refusal().await.map_or(Ok(()), |reason| Err(PublishError::Busy(reason)))
}

/// The entries set-up made for a first look, as long as nobody has touched them.
pub fn untouched_samples(site: &crate::index::Site) -> Vec<PostId> {
    plan::setup::untouched_samples(site)
}

/// A client's key, bounded and valid for that client alone.
fn scoped(actor: &Actor, key: &str) -> String {
    let who = match actor {
        Actor::Anonymous { ip } => format!("anonymous {ip}"),
        Actor::User(_) | Actor::System(_) => actor.label(),
    };
    let mut hasher = blake3::Hasher::new();
    hasher.update(who.as_bytes()).update(&[0]).update(key.as_bytes());
    hasher.finalize().to_hex().to_string()
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
