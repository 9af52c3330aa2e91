//! The second pass: makes what the analysis decided.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;

use super::{
    Analysis, ImportError, Phase, Progress, Report, Request, Skipped,
    batch::{self, Committer, Made, ONE_ROW_BYTES_MAX},
    build::{PostContext, UserChoice, build_comments, build_post, build_terms},
    dates::Zone,
    media, numbers, people, read,
    relink::{self, Relinker},
    rewrite::{Rewriter, UploadMap},
    survey::{FileFacts, ItemFacts, ItemState, Source, Survey},
    wxr::{Entry, Item},
};
use crate::{
    app::App,
    content::{PostId, RevisionId, edit::ImportBatch},
    publish::{self, PublishError},
};

/// Rows other than posts per commit.
pub(super) const ROWS_MAX: usize = 400;

/// Does what `analysis` says. Everything committed stays when this fails or is dropped half-way; the same
/// import analysed and run again goes on from there.
///
/// # Errors
/// As [`super::analyse`]; a store that does not take the commits.
pub async fn run(
    app: &Arc<App>,
    request: &Request,
    analysis: Analysis,
    progress: &dyn Progress,
) -> Result<Report, ImportError> {
    let started = app.clock.monotonic();
    if app.log.current().state.is_new() {
        return Err(ImportError::Invalid("the site is not set up yet: set it up first".to_owned()));
    }
    let Analysis { summary, mut survey, needed, users, types, samples } = analysis;
    let mut report = Report { warnings: summary.warnings, items_done_before: summary.items_done, ..Report::default() };
    let untouched = publish::untouched_samples(&app.log.current().state);
    for id in samples.into_iter().filter(|id| untouched.contains(id)) {
        batch::remove(app, id).await?;
    }
    numbers::choose(app, &mut survey, needed).await?;
    let users = people::create(app, request, &survey, users, &mut report).await?;
    if let Some(types) = types {
        let options = vec![("bucketpress_types".to_owned(), types.to_option())];
        commit(app, ImportBatch { options, ..ImportBatch::default() }, "post types").await?;
    }
    for source in &mut survey.sources {
        create_terms(app, source, &mut report).await?;
    }
    media::obtain(app, request, &mut survey, progress, &mut report).await?;
    let todo = survey.sources.iter().flat_map(|source| &source.items);
    progress.begin(Phase::Import, todo.filter(|item| item.state == ItemState::Todo).count() as u64);
    let items_started = app.clock.monotonic();
    let run = Run { app, request, survey: &survey, users: &users, now: app.clock.now() };
    let mut done = Done { report: &mut report, progress, items: 0 };
    if survey.sources.iter().any(|source| !source.attachments.is_empty()) {
        // First, so that no page is rendered without its pictures.
        run.pass(Pass::OpenAttachments, &mut done).await?;
    }
    run.pass(Pass::Rest, &mut done).await?;
    relink::finish(app, &survey.sources).await?;
    let now = app.clock.monotonic();
    report.duration_ms = u64::try_from((now - started).as_millis()).unwrap_or(u64::MAX);
    let item_ms = u64::try_from((now - items_started).as_millis()).unwrap_or(u64::MAX).max(1);
    report.items_per_second = report.posts_total() * 1000 / item_ms;
    Ok(report)
}

/// Commits `batch`; `what` is for the operator.
pub(super) async fn commit(app: &App, batch: ImportBatch, what: &str) -> Result<(), ImportError> {
    batch::commit(app, batch).await.map_err(|error: PublishError| ImportError::Publish { what: what.to_owned(), error })
}

async fn create_terms(app: &App, source: &mut Source, report: &mut Report) -> Result<(), ImportError> {
    let mut warnings = Vec::new();
    let terms = build_terms(source, &mut warnings);
    for warning in warnings {
        report.warnings.push(warning);
    }
    for part in terms.chunks(ROWS_MAX) {
        let identity = |term: &crate::content::Term| {
            (source.identity("term", &format!("{}|{}", term.taxonomy.name(), term.slug)), term.id.to_string())
        };
        let batch = ImportBatch {
            source: source.name.clone(),
            terms: part.iter().map(|(_, term)| term.clone()).collect(),
            sources: part.iter().map(|(_, term)| identity(term)).collect(),
            ..ImportBatch::default()
        };
        commit(app, batch, "terms").await?;
        report.terms_created += part.len() as u64;
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    /// Attachments of nothing, or of what readers may see.
    OpenAttachments,
    Rest,
}

struct Run<'a> {
    app: &'a Arc<App>,
    request: &'a Request,
    survey: &'a Survey,
    users: &'a BTreeMap<String, UserChoice>,
    now: Timestamp,
}

/// What has come of it so far.
struct Done<'a> {
    report: &'a mut Report,
    progress: &'a dyn Progress,
    items: u64,
}

impl Done<'_> {
    fn take(&mut self, made: Vec<Made>) {
        for made in made {
            self.items += made.posts.len() as u64;
            self.report.comments_created += made.comments;
            for name in made.posts {
                *self.report.posts_created.entry(name).or_default() += 1;
            }
            for warning in made.warnings {
                self.report.warnings.push(warning);
            }
        }
        self.progress.advance(Phase::Import, self.items + self.report.skipped.total());
    }
}

impl Run<'_> {
    async fn pass(&self, pass: Pass, done: &mut Done<'_>) -> Result<(), ImportError> {
        let snapshot = self.app.log.current();
        let site = &snapshot.state;
        let zone = Zone::of(site.settings());
        for file in &self.survey.files {
            let Some(source) = self.survey.sources.get(file.source) else { continue };
            let rewriter = rewriter(source, &site.settings().home);
            let context =
                PostContext { source, site, zone: &zone, now: self.now, users: self.users, rewriter: &rewriter };
            self.file(file, &context, pass, done).await?;
        }
        Ok(())
    }

    async fn file(
        &self,
        file: &FileFacts,
        context: &PostContext<'_>,
        pass: Pass,
        done: &mut Done<'_>,
    ) -> Result<(), ImportError> {
        let mut committer = Committer::new(self.app.clone(), &context.source.name);
        let mut relinker = Relinker::new(self.app, context.source, context.rewriter);
        let changed = || ImportError::Changed { path: file.path.clone() };
        let mut position = file.first_item;
        let mut chunks = read::chunks(&file.path, &self.request.read);
        while let Some(chunk) = chunks.recv().await {
            for entry in chunk?.entries {
                let Entry::Item(item) = entry else { continue };
                let facts =
                    context.source.items.get(position).filter(|facts| facts.old == item.id).ok_or_else(changed)?;
                position += 1;
                if pass == Pass::Rest {
                    relinker.see(&item, facts, done.report).await?;
                }
                if belongs(context.source, facts) == pass {
                    self.item(*item, facts, context, &mut committer, done).await?;
                }
            }
        }
        if position != file.first_item + file.items {
            return Err(changed());
        }
        done.take(committer.drain().await?);
        relinker.flush(done.report).await
    }

    async fn item(
        &self,
        mut item: Item,
        facts: &ItemFacts,
        context: &PostContext<'_>,
        committer: &mut Committer,
        done: &mut Done<'_>,
    ) -> Result<(), ImportError> {
        let comments = std::mem::take(&mut item.comments);
        let name = describe(&item);
        let mut fallback = None;
        let with_comments = Item { comments, ..Item::default() };
        if facts.state == ItemState::Todo {
            let revision = RevisionId(self.app.ids.ulid(&self.app.clock));
            match build_post(context, item, facts, revision) {
                Ok(built) if batch::row_bytes(&built.post) > ONE_ROW_BYTES_MAX => {
                    let reason = format!("its row would be larger than {} MiB", ONE_ROW_BYTES_MAX >> 20);
                    done.report.skipped.push(Skipped { item: name, reason });
                    return Ok(());
                }
                Ok(built) => {
                    for note in built.notes {
                        done.report.warnings.push(format!("{name}: {note}"));
                    }
                    let gmt = built.post.date_gmt.unwrap_or(built.post.date);
                    fallback = Some((built.post.date, gmt));
                    let identity = (context.source.identity("post", &facts.key()), facts.new.to_string());
                    committer.add_post(built.post, built.revision, identity);
                }
                Err(reason) => {
                    done.report.skipped.push(Skipped { item: name, reason });
                    return Ok(());
                }
            }
        }
        let range = facts.comments.start as usize..facts.comments.end as usize;
        let facts_of = context.source.comments.get(range).unwrap_or_default();
        let fallback = fallback.unwrap_or_else(|| context.zone.now(self.now));
        let made = PostId(facts.new);
        // The post may have been deleted since an earlier run: its comments stay gone, too.
        if facts.state == ItemState::Todo || context.site.post(made).is_some() {
            for (comment, identity) in
                build_comments(context.source, &with_comments, facts_of, made, context.zone, self.users, fallback)
            {
                if committer.is_full() {
                    // The post goes first.
                    done.take(committer.drain().await?);
                }
                committer.add_comment(comment, identity);
            }
        }
        if committer.is_full() {
            done.take(committer.flush().await?);
        }
        Ok(())
    }
}

fn belongs(source: &Source, facts: &ItemFacts) -> Pass {
    if facts.attachment.is_some() && source.hangs_on_open(facts) { Pass::OpenAttachments } else { Pass::Rest }
}

fn describe(item: &Item) -> String {
    let number = item.id.map(|id| format!(" {id}")).unwrap_or_default();
    let at = item.at.map(|at| format!(" (line {})", at.line)).unwrap_or_default();
    let title: String = item.title.chars().take(60).collect();
    format!("{}{number} {title:?}{at}", item.post_type)
}

fn rewriter(source: &Source, home: &str) -> Rewriter {
    let channel = &source.channel;
    let mut uploads = UploadMap::new(home, &[&channel.blog_url, &channel.site_url, &channel.link]);
    for attachment in &source.attachments {
        if let Some(file) = &attachment.file {
            uploads.insert(&attachment.url, &attachment.path, &file.upload_path);
        }
    }
    let posts = source
        .items_by_old
        .iter()
        .filter_map(|(old, index)| Some((*old, source.items.get(*index)?.new)))
        .filter(|(old, new)| old != new && *new != 0);
    let terms = source
        .terms_by_old
        .iter()
        .filter_map(|(old, index)| Some((*old, source.terms.get(*index)?.new)))
        .filter(|(old, new)| old != new);
    Rewriter { uploads, posts: posts.collect(), terms: terms.collect() }
}
