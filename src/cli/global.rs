//! Flags every command has, and what commands share: configuration, the runtime, the opened site.

use std::{future::Future, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;

use crate::{
    app::{App, AppError},
    config::{self, Config, LogFormat},
    publish::PublishError,
    telemetry,
};

/// What a command has to tell somebody by mail may hold up its end for so long: one repetition is in it.
const LETTERS_WITHIN: Duration = Duration::from_secs(30);

#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Configuration file [default: bucketpress.toml if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where the site lives: file:PATH, s3://bucket/prefix or memory: [env: BUCKETPRESS_STORE] [default: file:./data]
    #[arg(long, global = true, value_name = "STORE")]
    pub store: Option<String>,
    /// What to log: error, warn, info, debug, or a tracing filter
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// Set any configuration key, e.g. --set cache.pages_bytes_max=256MiB
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// Why a command ends without having done its work.
#[derive(Debug)]
pub struct Failure {
    pub code: u8,
    pub error: anyhow::Error,
}

impl Failure {
    pub fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 2, error: error.into() }
    }
    pub fn store(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 3, error: error.into() }
    }
    pub fn other(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 1, error: error.into() }
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        let code = match error {
            PublishError::Invalid { .. }
            | PublishError::Forbidden { .. }
            | PublishError::NotFound { .. }
            | PublishError::Exists { .. }
            | PublishError::IdTaken => 1,
            PublishError::Conflict { .. } => 4,
            PublishError::Busy(_) | PublishError::Unknown | PublishError::Corrupt(_) => 3,
        };
        Self { code, error: error.into() }
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self { code: if matches!(error, AppError::Config(_)) { 2 } else { 3 }, error: error.into() }
    }
}

impl Global {
    /// The configuration in force, with `flags` of the command on top.
    pub fn load(&self, mut flags: Vec<(&'static str, String)>) -> Result<Config, Failure> {
        for pair in &self.set {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(Failure::usage(anyhow::anyhow!("--set {pair}: expected KEY=VALUE")));
            };
            let known = config::KEYS.iter().find(|key| key.name == name);
            let key = known.ok_or_else(|| Failure::usage(anyhow::anyhow!("--set {pair}: unknown key {name}")))?;
            flags.push((key.name, value.to_owned()));
        }
        let named = [("store.location", &self.store), ("log.filter", &self.log)];
        flags.extend(named.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))));
        let layers = config::Layers::from_process(self.config.clone(), flags);
        config::load(&layers).map_err(Failure::usage)
    }

    /// Opens the site and runs `work` on it, for commands that end.
    pub fn with_app<T, F>(&self, work: impl FnOnce(Arc<App>) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        self.with_config(async |config| {
            let app = App::open(config).await?;
            let result = work(Arc::clone(&app)).await;
            leave_snapshot(&app).await;
            let letters = app.mail.drain(LETTERS_WITHIN).await;
            if letters > 0 {
                let seconds = LETTERS_WITHIN.as_secs();
                tracing::error!(letters, "the mail server did not take letters within {seconds} s: they are not sent");
            }
            result
        })
    }

    /// Runs `work` on the configuration, for commands that end.
    pub fn with_config<T>(&self, work: impl AsyncFnOnce(Config) -> Result<T, Failure>) -> Result<T, Failure> {
        // Without a wish of its own a command that ends is quiet: its result is its output.
        let quiet = if self.log.is_none() { vec![("log.filter", "warn".to_owned())] } else { Vec::new() };
        let config = self.load(quiet)?;
        start_logging(&config)?;
        runtime()?.block_on(work(config))
    }
}

pub fn start_logging(config: &Config) -> Result<(), Failure> {
    let started = telemetry::start(config.log.format == LogFormat::Json, &config.log.filter);
    started.map_err(|reason| Failure::usage(anyhow::anyhow!(reason)))
}

/// After much work (an import, a demo) the next start should not have to replay it.
async fn leave_snapshot(app: &App) {
    if app.log.snapshot_due()
        && let Err(error) = app.log.write_snapshot().await
    {
        tracing::warn!(%error, "no snapshot was written; the next start replays the log");
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::other)
}
