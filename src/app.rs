//! What both flows need, built once per process.

pub mod autosaves;
pub mod editing;
mod numbers;
mod open;
pub mod overflow;
pub mod peers;
mod shown;
pub mod strikes;
pub mod tags;
mod told;
mod trust;
mod turns;
mod uses;

use std::sync::Arc;

pub use self::{
    numbers::Numbers, overflow::Overflow, peers::Peers, shown::Shown, strikes::Strikes, told::Told, turns::Turns,
    uses::Uses,
};
use crate::{
    cache::{Pages, Revisions},
    clock::Clock,
    config::Config,
    fetch::Fetcher,
    id::Ids,
    index::Site,
    mail::Mail,
    media::Media,
    render::Theme,
    store::{
        Objects,
        counting::CountingObjects,
        log::{Log, OpenError},
        seal::SiteKey,
    },
};

/// Shared by every worker of the process behind an `Arc`.
#[derive(Debug)]
pub struct App {
    pub config: Config,
    pub clock: Clock,
    pub ids: Ids,
    pub key: SiteKey,
    pub objects: Arc<dyn Objects>,
    /// What was asked of the store: [`App::objects`] and the log go through it.
    pub calls: Arc<CountingObjects>,
    pub log: Arc<Log<Site>>,
    pub revisions: Revisions,
    pub pages: Arc<Pages>,
    pub theme: Arc<Theme>,
    pub media: Media,
    pub fetcher: Fetcher,
    pub mail: Mail,
    pub uses: Uses,
    pub strikes: Strikes,
    pub shown: Shown,
    pub numbers: Numbers,
    pub peers: Peers,
    pub told: Told,
    pub turns: Turns,
    pub overflow: Overflow,
}

/// Why a site cannot be opened. Each message is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Something to set or mend in the configuration.
    #[error("{0}")]
    Config(String),
    /// The store cannot be used.
    #[error("cannot use the store {location}: {reason}")]
    Store { location: String, reason: String },
    #[error("cannot open the site in {location}: {source}")]
    Log { location: String, source: OpenError },
}
