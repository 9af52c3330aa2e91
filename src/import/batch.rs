//! Gathers rows into commits and makes them durable, a few at a time.

use std::{ops::Range, sync::Arc, time::Duration};

use tokio::task::JoinSet;

use super::ImportError;
use crate::{
    app::App,
    content::{
        Actor, Comment, CommentId, Edit, Post, PostId, Revision,
        edit::{IdKind, ImportBatch},
    },
    publish::{self, Outcome, PublishError},
};

/// Posts and comments per commit.
const ROWS_MAX: usize = 400;
/// Bytes of rows per commit, estimated. The log takes 8 MB.
const ROW_BYTES_MAX: usize = 3 << 20;
/// Bytes of bodies per commit.
const BODY_BYTES_MAX: usize = 4 << 20;
/// A single post's row may be this large.
pub(super) const ONE_ROW_BYTES_MAX: usize = 4 << 20;
/// Commits under way at a time.
const IN_FLIGHT_MAX: usize = 3;
/// Tries of one commit while the store is busy or its answer unknown, with doubling pauses from `PAUSE`.
const TRIES: u32 = 7;
const PAUSE: Duration = Duration::from_millis(500);

pub(super) const ACTOR: Actor = Actor::System("import");

/// What one commit made.
#[derive(Debug, Default)]
pub struct Made {
    /// Type names of the posts.
    pub posts: Vec<String>,
    pub comments: u64,
    pub warnings: Vec<String>,
}

/// Commits batches in the background; a few at a time.
#[derive(Debug)]
pub struct Committer {
    app: Arc<App>,
    running: JoinSet<Result<Made, ImportError>>,
    batch: ImportBatch,
    source: String,
    row_bytes: usize,
    body_bytes: usize,
}

impl Committer {
    /// `source` scopes the identities that are given with the rows.
    pub fn new(app: Arc<App>, source: &str) -> Self {
        let source = source.to_owned();
        let batch = ImportBatch { source: source.clone(), ..ImportBatch::default() };
        Self { app, running: JoinSet::new(), batch, source, row_bytes: 0, body_bytes: 0 }
    }

    pub fn add_post(&mut self, post: Post, revision: Revision, identity: (String, String)) {
        self.row_bytes += row_bytes(&post) + identity.0.len() + 40;
        self.body_bytes += body_bytes(&revision);
        self.batch.posts.push((post, revision));
        self.batch.sources.push(identity);
    }

    pub fn add_comment(&mut self, comment: Comment, identity: (String, String)) {
        self.row_bytes += 300 + comment.content.len() + comment.meta.iter().map(meta_bytes).sum::<usize>();
        self.batch.comments.push(comment);
        self.batch.sources.push(identity);
    }

    pub fn is_full(&self) -> bool {
        self.batch.posts.len() + self.batch.comments.len() >= ROWS_MAX
            || self.row_bytes >= ROW_BYTES_MAX
            || self.body_bytes >= BODY_BYTES_MAX
    }

    /// Sends off what is gathered; waits while too many commits are under way. Gives what finished meanwhile.
    pub async fn flush(&mut self) -> Result<Vec<Made>, ImportError> {
        let mut made = Vec::new();
        while self.running.len() >= IN_FLIGHT_MAX {
            made.extend(self.next().await?);
        }
        if !self.batch.posts.is_empty() || !self.batch.comments.is_empty() {
            let fresh = ImportBatch { source: self.source.clone(), ..ImportBatch::default() };
            let batch = std::mem::replace(&mut self.batch, fresh);
            self.row_bytes = 0;
            self.body_bytes = 0;
            let app = self.app.clone();
            self.running.spawn(async move { commit_posts(&app, batch).await });
        }
        Ok(made)
    }

    /// Sends off the rest and waits until everything is durable.
    pub async fn drain(&mut self) -> Result<Vec<Made>, ImportError> {
        let mut made = self.flush().await?;
        while !self.running.is_empty() {
            made.extend(self.next().await?);
        }
        Ok(made)
    }

    async fn next(&mut self) -> Result<Option<Made>, ImportError> {
        match self.running.join_next().await {
            None => Ok(None),
            Some(Ok(made)) => made.map(Some),
            Some(Err(error)) => Err(ImportError::Internal(error.to_string())),
        }
    }
}

fn meta_bytes(meta: &crate::content::MetaEntry) -> usize {
    meta.key.len() + meta.value.len() + 24
}

/// The size of a post's row, roughly.
pub(super) fn row_bytes(post: &Post) -> usize {
    400 + post.title.len()
        + post.excerpt.len()
        + post.guid.len()
        + post.slug.len()
        + post.terms.len() * 8
        + post.meta.iter().map(meta_bytes).sum::<usize>()
}

fn body_bytes(revision: &Revision) -> usize {
    revision.content.len() + revision.excerpt.len() + revision.meta.iter().map(meta_bytes).sum::<usize>()
}

async fn commit_posts(app: &App, batch: ImportBatch) -> Result<Made, ImportError> {
    let mut batch = Arc::new(batch);
    let mut warnings = Vec::new();
    for _ in 0..3 {
        match commit(app, Arc::clone(&batch)).await {
            Ok(()) => {
                let posts = batch.posts.iter().map(|(post, _)| post.post_type.name().to_owned()).collect();
                return Ok(Made { posts, comments: batch.comments.len() as u64, warnings });
            }
            // Another import uses the same numbers at the same time.
            Err(PublishError::IdTaken) => renumber(app, Arc::make_mut(&mut batch), &mut warnings).await?,
            Err(error) => return Err(failed(error)),
        }
    }
    Err(failed(PublishError::IdTaken))
}

fn failed(error: PublishError) -> ImportError {
    ImportError::Publish { what: "a batch of posts".to_owned(), error }
}

/// Gives new numbers to the posts and comments of the batch whose numbers were taken meanwhile.
async fn renumber(app: &App, batch: &mut ImportBatch, warnings: &mut Vec<String>) -> Result<(), ImportError> {
    let snapshot = app.log.current();
    let site = &snapshot.state;
    let taken: Vec<PostId> =
        batch.posts.iter().map(|(post, _)| post.id).filter(|id| site.post(*id).is_some()).collect();
    for old in taken {
        let new = PostId(reserve(app, IdKind::Post, 1).await?.start);
        warnings.push(format!(
            "number {old} was taken while the import ran: the item became {new}; what was imported before and refers \
             to it still says {old}"
        ));
        for (post, revision) in batch.posts.iter_mut().filter(|(post, _)| post.id == old) {
            post.id = new;
            revision.post = new;
        }
        for comment in batch.comments.iter_mut().filter(|comment| comment.post == old) {
            comment.post = new;
        }
        rename(&mut batch.sources, "|post|", old.0, new.0);
    }
    let taken: Vec<CommentId> =
        batch.comments.iter().map(|comment| comment.id).filter(|id| site.comment(*id).is_some()).collect();
    for old in taken {
        let new = CommentId(reserve(app, IdKind::Comment, 1).await?.start);
        for comment in &mut batch.comments {
            if comment.id == old {
                comment.id = new;
            }
            if comment.parent == Some(old) {
                comment.parent = Some(new);
            }
        }
        rename(&mut batch.sources, "|comment|", old.0, new.0);
    }
    Ok(())
}

fn rename(sources: &mut [(String, String)], kind: &str, old: u64, new: u64) {
    let (old, new) = (old.to_string(), new.to_string());
    for (identity, made) in sources {
        if identity.contains(kind) && *made == old {
            new.clone_into(made);
        }
    }
}

/// Reserves a block of about `count` numbers; the log may give fewer.
pub async fn reserve(app: &App, kind: IdKind, count: u64) -> Result<Range<u64>, ImportError> {
    match patiently(app, || Edit::ReserveIds { kind, count }, None).await {
        Ok(Outcome::Ids { first, count }) => Ok(first..first.saturating_add(count)),
        Ok(other) => Err(ImportError::Internal(format!("reserving numbers came to {other:?}"))),
        Err(error) => Err(ImportError::Publish { what: format!("a block of {count} numbers"), error }),
    }
}

/// Deletes a post; one that is gone already is no error.
pub async fn remove(app: &App, id: PostId) -> Result<(), ImportError> {
    match patiently(app, || Edit::DeletePost { id }, None).await {
        Ok(_) | Err(PublishError::NotFound { .. }) => Ok(()),
        Err(error) => Err(ImportError::Publish { what: format!("the removal of the sample entry {id}"), error }),
    }
}

/// Commits one batch, waiting out a store that is busy for a while.
pub async fn commit(app: &App, batch: impl Into<Arc<ImportBatch>>) -> Result<(), PublishError> {
    let batch = batch.into();
    let key = hex::encode(app.ids.array::<16>());
    patiently(app, || Edit::Import(Arc::clone(&batch)), Some(key)).await.map(|_| ())
}

async fn patiently(app: &App, edit: impl Fn() -> Edit, key: Option<String>) -> Result<Outcome, PublishError> {
    let mut pause = PAUSE;
    for tried in 1.. {
        match publish::apply(app, &ACTOR, edit(), key.clone()).await {
            Ok(commit) => return Ok(commit.outcome),
            Err(PublishError::Busy(_) | PublishError::Unknown) if tried < TRIES => {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Err(error) => return Err(error),
        }
    }
    Err(PublishError::Unknown)
}
