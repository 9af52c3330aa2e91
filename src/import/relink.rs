//! Leads the links of posts made by an earlier run to files that came only now.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    ImportError, Report,
    commit::commit,
    rewrite::Rewriter,
    survey::{ItemFacts, ItemState, Source},
    wxr::Item,
};
use crate::{
    app::App,
    content::{
        Post, PostId, Revision, RevisionId,
        edit::{Amended, ImportBatch},
    },
    publish::PublishError,
};

/// Bodies read at a time.
const PARALLEL: usize = 8;
/// Posts per commit.
const ROWS_MAX: usize = 50;
const PENDING: &str = "pending";
const DONE: &str = "done";

/// The row that says that links are to be looked at, also after an interruption.
pub(super) fn pending(source: &Source) -> (String, String) {
    (identity(source), PENDING.to_owned())
}

fn identity(source: &Source) -> String {
    source.identity("links", "files")
}

/// Gathers posts with links to files that are here.
#[derive(Debug)]
pub(super) struct Relinker<'a> {
    app: &'a App,
    rewriter: &'a Rewriter,
    is_due: bool,
    waiting: Vec<PostId>,
}

impl<'a> Relinker<'a> {
    pub(super) fn new(app: &'a App, source: &Source, rewriter: &'a Rewriter) -> Self {
        Self { app, rewriter, is_due: is_due(app, source), waiting: Vec::new() }
    }

    /// Takes note of an item that was made by an earlier run.
    pub(super) async fn see(&mut self, item: &Item, facts: &ItemFacts, report: &mut Report) -> Result<(), ImportError> {
        if !self.is_due || facts.state != ItemState::Done {
            return Ok(());
        }
        let enclosures = item.meta.iter().filter(|meta| meta.key == "enclosure").map(|meta| &meta.value);
        let mut texts = [&item.content, &item.excerpt].into_iter().chain(enclosures);
        if texts.any(|text| self.rewriter.urls(text.clone()) != *text) {
            self.waiting.push(PostId(facts.new));
        }
        if self.waiting.len() >= ROWS_MAX { self.flush(report).await } else { Ok(()) }
    }

    /// Commits what is gathered.
    pub(super) async fn flush(&mut self, report: &mut Report) -> Result<(), ImportError> {
        let waiting = std::mem::take(&mut self.waiting);
        let (app, rewriter) = (self.app, self.rewriter);
        let amended: Vec<Option<Amended>> =
            stream::iter(waiting).map(|id| amend(app, rewriter, id)).buffered(PARALLEL).try_collect().await?;
        let amended: Vec<Amended> = amended.into_iter().flatten().collect();
        if amended.is_empty() {
            return Ok(());
        }
        report.posts_relinked += amended.len() as u64;
        commit(app, ImportBatch { amended, ..ImportBatch::default() }, "links to files").await
    }
}

/// The contents of all `sources` were looked at.
pub(super) async fn finish(app: &App, sources: &[Source]) -> Result<(), ImportError> {
    for source in sources.iter().filter(|source| is_due(app, source)) {
        let sources = vec![(identity(source), DONE.to_owned())];
        commit(app, ImportBatch { sources, ..ImportBatch::default() }, "the end of links to files").await?;
    }
    Ok(())
}

fn is_due(app: &App, source: &Source) -> bool {
    app.log.current().state.imported(&identity(source)).as_deref() == Some(PENDING)
}

/// The body a post has now.
pub(super) async fn body(app: &App, post: &Post) -> Result<Arc<Revision>, ImportError> {
    let failed = |error: crate::cache::LoadError| ImportError::Publish {
        what: format!("a change of post {}", post.id),
        error: PublishError::Busy(error.to_string()),
    };
    app.revisions.get(post.id, post.revision).await.map_err(failed)
}

/// `None` where nothing is to be done, or where somebody has edited the post since.
async fn amend(app: &App, rewriter: &Rewriter, id: PostId) -> Result<Option<Amended>, ImportError> {
    let Some(post) = app.log.current().state.post(id) else { return Ok(None) };
    let base = body(app, &post).await?;
    let mut body = Revision { id: RevisionId(app.ids.ulid(&app.clock)), ..(*base).clone() };
    body.content = rewriter.urls(body.content);
    body.excerpt = rewriter.urls(body.excerpt);
    for entry in body.meta.iter_mut().filter(|entry| entry.key == "enclosure") {
        entry.value = rewriter.urls(std::mem::take(&mut entry.value));
    }
    let changed = (&body.content, &body.excerpt, &body.meta) != (&base.content, &base.excerpt, &base.meta);
    let untouched = base.previous.is_none();
    Ok((changed && untouched).then_some(Amended { base: base.id, body, file: None }))
}
