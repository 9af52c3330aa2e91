//! `bucketpress demo`: an invented small-town newspaper, for trying out and for benches.

mod picture;
mod prose;
mod rows;
mod stock;
mod words;

use std::{process::ExitCode, sync::Arc};

use clap::Args;
use serde_json::json;

use self::{
    prose::Dice,
    rows::{Desk, plan_dates},
    stock::Stock,
};
use super::{Failure, Global, output, secret};
use crate::{
    app::App,
    content::{
        Actor, Edit, PostId,
        edit::{self, IdKind, ImportBatch},
    },
    import::batch::{self, Committer},
    publish,
};

/// Scopes the demo's identities; a site has one demo.
pub const SOURCE: &str = "demo";

#[derive(Debug, Args)]
#[command(after_help = "\
The same seed writes the same paper, dated back from today. An empty site is set up first, and the
administrator's password is printed once.

Examples:
  bucketpress demo                            120 articles with pictures
  bucketpress demo --posts 100000 --pictures 0 --store file:./bench")]
pub struct Demo {
    /// Articles to write, at most a million
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    posts: u64,
    /// What to begin chance with: the same number writes the same paper
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Pictures to draw; articles share them
    #[arg(long, default_value_t = 36, value_parser = clap::value_parser!(u64).range(0..=500))]
    pictures: u64,
    /// The site's public address, if it has to be set up
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(global: &Global, command: &Demo) -> Result<ExitCode, Failure> {
    global.with_app(|app| async move { fill(&app, command).await })
}

async fn fill(app: &Arc<App>, command: &Demo) -> Result<ExitCode, Failure> {
    let started = app.clock.monotonic();
    set_up(app, command).await?;
    if app.log.current().state.imported(&format!("{SOURCE}|done|seed")).is_some() {
        return Err(Failure::other(anyhow::anyhow!("this site has a demo already; use another --store")));
    }
    for id in publish::untouched_samples(&app.log.current().state) {
        batch::remove(app, id).await?;
    }
    let stock = stock::make(app, command.seed, command.pictures).await?;
    let written = articles(app, command, &stock).await?;
    let done = ImportBatch {
        source: SOURCE.to_owned(),
        sources: vec![(format!("{SOURCE}|done|seed"), command.seed.to_string())],
        ..ImportBatch::default()
    };
    batch::commit(app, done).await?;
    let seconds = (app.clock.monotonic() - started).as_secs_f64();
    if command.json {
        output::json(&json!({ "posts": written.posts, "comments": written.comments, "seconds": seconds }))?;
    } else {
        output::line(&format!(
            "Wrote {} articles with {} comments and {} pictures in {seconds:.1} s. Now: bucketpress serve",
            written.posts, written.comments, command.pictures
        ));
    }
    Ok(ExitCode::SUCCESS)
}

async fn set_up(app: &App, command: &Demo) -> Result<(), Failure> {
    if !app.log.current().state.is_new() {
        return Ok(());
    }
    let password = secret::generate(app);
    let edit = Edit::Setup(Box::new(edit::Setup {
        url: command.url.clone(),
        title: "The Saltmarsh Courier".to_owned(),
        admin_login: "admin".to_owned(),
        admin_email: "admin@example.org".to_owned(),
        admin_password_sealed: Some(secret::seal(app, &password).await?),
        time_zone: "UTC".to_owned(),
    }));
    publish::apply(app, &Actor::System("demo"), edit, None).await?;
    output::note("The site is set up. The password of admin (shown only now):");
    output::note(&password);
    Ok(())
}

#[derive(Default)]
struct Written {
    posts: u64,
    comments: u64,
}

/// Writes the articles, oldest first, so that numbers grow with dates.
async fn articles(app: &Arc<App>, command: &Demo, stock: &Stock) -> Result<Written, Failure> {
    let now = app.clock.now();
    let mut committer = Committer::new(app.clone(), SOURCE);
    let mut written = Written::default();
    let mut posts = Numbers::new(IdKind::Post, command.posts);
    let mut comments = Numbers::new(IdKind::Comment, command.posts.saturating_mul(3));
    let dates = plan_dates(now, command.posts, command.seed);
    let mut desk = Desk::new(app, stock, command.seed);
    for (number, date) in dates.enumerate() {
        let id = PostId(posts.next(app).await?);
        let dice = Dice::new(command.seed, 1_000_000 + number as u64);
        let story = desk.write(id, number as u64, command.posts, date, dice);
        committer.add_post(story.post, story.revision, (format!("{SOURCE}|post|{id}"), id.to_string()));
        written.posts += 1;
        let mut earlier: Vec<u64> = Vec::new();
        for reply in &story.comments {
            let comment = comments.next(app).await?;
            earlier.push(comment);
            let row = rows::comment(id, comment, reply, &earlier);
            committer.add_comment(row, (format!("{SOURCE}|comment|{comment}"), comment.to_string()));
            written.comments += 1;
        }
        if committer.is_full() {
            committer.flush().await?;
            // The drawing board is not the only task of this process.
            tokio::task::yield_now().await;
        }
    }
    committer.drain().await?;
    Ok(written)
}

/// Numbers from blocks the log reserves.
struct Numbers {
    kind: IdKind,
    block: std::ops::Range<u64>,
    /// Probably still wanted.
    left: u64,
}

impl Numbers {
    fn new(kind: IdKind, wanted: u64) -> Self {
        Self { kind, block: 0..0, left: wanted }
    }

    async fn next(&mut self, app: &App) -> Result<u64, Failure> {
        loop {
            if let Some(number) = self.block.next() {
                self.left = self.left.saturating_sub(1);
                return Ok(number);
            }
            self.block = batch::reserve(app, self.kind, self.left.clamp(64, 10_000)).await?;
        }
    }
}
