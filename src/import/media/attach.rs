//! Gives files to attachments that an earlier run made without them.

use crate::{
    app::App,
    content::{
        Post, PostId, PostType, Revision, RevisionId,
        edit::{Amended, ImportBatch},
    },
    import::{
        ImportError, Report,
        commit::commit,
        relink,
        survey::{ItemState, Source, Survey},
    },
};

/// Attachments per commit.
const ROWS_MAX: usize = 100;

pub(super) fn lacks_file(post: &Post) -> bool {
    post.post_type == PostType::Attachment && post.file.is_none()
}

/// Commits the files that were found for attachments that are here already. Whatever else was changed of these
/// since stays as it is.
pub(super) async fn attach(app: &App, survey: &mut Survey, report: &mut Report) -> Result<(), ImportError> {
    for source in &mut survey.sources {
        let lacking = lacking(app, source);
        for part in lacking.chunks(ROWS_MAX) {
            let mut amended = Vec::with_capacity(part.len());
            for at in part {
                amended.extend(amend(app, source, *at).await?);
            }
            report.files_added += amended.len() as u64;
            // Contents made by the earlier run have links to what is here only now.
            let sources = vec![relink::pending(source)];
            let batch = ImportBatch { source: source.name.clone(), amended, sources, ..ImportBatch::default() };
            commit(app, batch, "files of attachments").await?;
            fill_in(app, source, part);
        }
    }
    Ok(())
}

/// Which of the source's attachments are here without the file that was found.
fn lacking(app: &App, source: &Source) -> Vec<usize> {
    let snapshot = app.log.current();
    let is_lacking = |at: &usize| {
        let Some((attachment, post)) = here(source, *at, &snapshot.state) else { return false };
        attachment.file.is_some() && lacks_file(&post)
    };
    (0..source.attachments.len()).filter(is_lacking).collect()
}

/// An attachment and what an earlier run made of it.
fn here<'a>(
    source: &'a Source,
    at: usize,
    site: &crate::index::Site,
) -> Option<(&'a crate::import::survey::AttachmentFacts, Post)> {
    let attachment = source.attachments.get(at)?;
    let item = source.items.get(attachment.item).filter(|item| item.state == ItemState::Done)?;
    Some((attachment, site.post(PostId(item.new))?))
}

async fn amend(app: &App, source: &Source, at: usize) -> Result<Option<Amended>, ImportError> {
    let Some((attachment, post)) = here(source, at, &app.log.current().state) else { return Ok(None) };
    let base = relink::body(app, &post).await?;
    let mut body = Revision { id: RevisionId(app.ids.ulid(&app.clock)), ..(*base).clone() };
    // As on a first run: they describe files that are made anew here.
    body.meta.retain(|entry| !matches!(entry.key.as_str(), "_wp_attached_file" | "_wp_attachment_metadata"));
    // What was edited here keeps its history.
    body.previous = base.previous.map(|_| base.id);
    Ok(Some(Amended { base: base.id, body, file: attachment.file.clone() }))
}

/// Paths may have become others in the commit.
fn fill_in(app: &App, source: &mut Source, part: &[usize]) {
    let snapshot = app.log.current();
    for at in part {
        let file = here(source, *at, &snapshot.state).and_then(|(_, post)| post.file);
        if let Some(attachment) = source.attachments.get_mut(*at) {
            attachment.file = file;
        }
    }
}
