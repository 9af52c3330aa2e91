//! Files of attachments: found or downloaded, then stored, before anything refers to them.
//!
//! What was stored is committed now and then under the attachment's identity, so that an interrupted import
//! does not fetch it again.

mod attach;
mod fetch;
mod paths;
mod saved;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt, stream};
use tokio_util::io::ReaderStream;

use self::{fetch::Fetcher, paths::UploadPaths};
use super::{
    ImportError, MediaMode, Phase, Progress, Report, Request, batch,
    survey::{AttachmentFacts, ItemState, Survey},
};
use crate::{
    app::App,
    content::{MediaFile, PostId, edit::ImportBatch},
    media::UploadRules,
};

/// Files stored between two commits of what was stored, in number and time.
const SAVE_FILES: usize = 50;
const SAVE_EVERY: Duration = Duration::from_secs(10);
/// Files read from a directory at a time.
const FOLDER_PARALLEL: usize = 4;

/// A file to be had.
struct Want {
    source: usize,
    attachment: usize,
    identity: String,
    url: String,
    upload_path: String,
    /// In a directory, best first.
    places: Vec<PathBuf>,
}

/// Fills in the file of every attachment that can be had; what cannot is in the report.
///
/// # Errors
/// Only what concerns all files: the store, the directory. A single file that is missing is a warning.
pub(super) async fn obtain(
    app: &Arc<App>,
    request: &Request,
    survey: &mut Survey,
    progress: &dyn Progress,
    report: &mut Report,
) -> Result<(), ImportError> {
    let wants = wants(app, request, survey);
    if request.media == MediaMode::Skip {
        return Ok(());
    }
    progress.begin(Phase::Media, wants.len() as u64);
    let (fetcher, parallel) = match &request.media {
        MediaMode::Fetch => {
            let name = hex::encode(app.ids.array::<8>());
            (Some(Fetcher::new(request.fetch.clone(), &name)?), request.fetch.parallel)
        }
        MediaMode::Directory(_) | MediaMode::Skip => (None, FOLDER_PARALLEL),
    };
    let fetcher = fetcher.as_ref();
    let mut files = stream::iter(wants.into_iter().enumerate())
        .map(|(number, want)| async move {
            let file = one(app, fetcher, &want, number).await;
            (want, file)
        })
        .buffer_unordered(parallel.max(1));
    let mut tally = Tally { seen: HashSet::new(), done: 0 };
    let mut rows = Vec::new();
    let mut saved_at = app.clock.monotonic();
    while let Some((want, file)) = files.next().await {
        tally.done += 1;
        progress.advance(Phase::Media, tally.done);
        match file {
            Ok(file) => {
                tally.count(app, &file, report);
                rows.push((want.identity, saved::encode(&file)));
                set(survey, want.source, want.attachment, file);
            }
            Err(reason) => {
                report.media_missing += 1;
                report.warnings.push(format!("no file for {}: {reason}", want.url));
            }
        }
        if rows.len() >= SAVE_FILES || app.clock.monotonic() - saved_at > SAVE_EVERY {
            save(app, &mut rows).await?;
            saved_at = app.clock.monotonic();
        }
    }
    save(app, &mut rows).await?;
    attach::attach(app, survey, report).await
}

struct Tally {
    seen: HashSet<String>,
    done: u64,
}

impl Tally {
    fn count(&mut self, app: &App, file: &MediaFile, report: &mut Report) {
        let known = app.log.current().state.has_media(&file.sha256);
        if known || !self.seen.insert(file.sha256.clone()) {
            report.media_shared += 1;
        } else {
            report.media_stored += 1;
            report.media_bytes += file.size_bytes;
        }
    }
}

/// What is still to be had, also for attachments that earlier runs made without their files. Files that are
/// here already are filled in.
fn wants(app: &App, request: &Request, survey: &mut Survey) -> Vec<Want> {
    let snapshot = app.log.current();
    let site = &snapshot.state;
    let mut paths = UploadPaths::default();
    let mut wants = Vec::new();
    for (index, source) in survey.sources.iter_mut().enumerate() {
        for at in 0..source.attachments.len() {
            let Some(attachment) = source.attachments.get(at) else { continue };
            let Some(item) = source.items.get(attachment.item) else { continue };
            let identity = source.identity("media", &item.key());
            let stored = || site.imported(&identity).and_then(|row| saved::decode(&row));
            let (lacking, file) = match item.state {
                ItemState::Done => match site.post(PostId(item.new)) {
                    Some(post) if attach::lacks_file(&post) => (true, stored()),
                    post => (false, post.and_then(|post| post.file)),
                },
                ItemState::Todo => (true, stored()),
                ItemState::Skip => (false, None),
            };
            if lacking && file.is_none() && request.media != MediaMode::Skip {
                let upload_path = paths.choose(attachment, PostId(item.new), site).unwrap_or_default();
                wants.push(Want {
                    source: index,
                    attachment: at,
                    identity,
                    url: attachment.url.clone(),
                    upload_path,
                    places: places(request, attachment),
                });
            }
            if let (Some(attachment), Some(file)) = (source.attachments.get_mut(at), file) {
                attachment.file = Some(file);
            }
        }
    }
    wants
}

fn places(request: &Request, attachment: &AttachmentFacts) -> Vec<PathBuf> {
    match &request.media {
        MediaMode::Directory(folder) => paths::candidates(folder, attachment),
        MediaMode::Skip | MediaMode::Fetch => Vec::new(),
    }
}

fn set(survey: &mut Survey, source: usize, attachment: usize, file: MediaFile) {
    let source = survey.sources.get_mut(source);
    if let Some(attachment) = source.and_then(|source| source.attachments.get_mut(attachment)) {
        attachment.file = Some(file);
    }
}

async fn save(app: &App, rows: &mut Vec<(String, String)>) -> Result<(), ImportError> {
    if rows.is_empty() {
        return Ok(());
    }
    let batch = ImportBatch { sources: std::mem::take(rows), ..ImportBatch::default() };
    let committed = batch::commit(app, batch).await;
    committed.map_err(|error| ImportError::Publish { what: "the list of files".to_owned(), error })
}

async fn one(app: &App, fetcher: Option<&Fetcher>, want: &Want, number: usize) -> Result<MediaFile, String> {
    if want.upload_path.is_empty() {
        return Err("it has no address".to_owned());
    }
    let Some(fetcher) = fetcher else {
        for place in &want.places {
            if tokio::fs::metadata(place).await.is_ok_and(|metadata| metadata.is_file()) {
                return store(app, place, &want.upload_path).await;
            }
        }
        return Err("it is not in the directory".to_owned());
    };
    let path = fetcher.fetch(&want.url, number).await?;
    let stored = store(app, &path, &want.upload_path).await;
    fetcher.discard(&path).await;
    stored
}

/// Stores the file at `path`; its upload path gets the extension of what it really is.
async fn store(app: &App, path: &Path, upload_path: &str) -> Result<MediaFile, String> {
    let file = tokio::fs::File::open(path).await.map_err(|error| format!("{}: {error}", path.display()))?;
    let (folder, name) = upload_path.rsplit_once('/').unwrap_or(("", upload_path));
    // As trusted as the export itself.
    let rules = UploadRules { unfiltered_html: true };
    let body = ReaderStream::with_capacity(file, 64 << 10).boxed();
    let stored = app.media.store(body, name, rules).await.map_err(|error| error.to_string())?;
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let true_extension = stored.name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let name = if extension.eq_ignore_ascii_case(true_extension) {
        name.to_owned()
    } else {
        format!("{stem}.{true_extension}")
    };
    let upload_path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
    Ok(MediaFile { upload_path, ..stored.file })
}
