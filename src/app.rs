//! What both flows need, built once per process.

use std::sync::Arc;

use crate::{
    cache::{Pages, Revisions},
    clock::Clock,
    config::Config,
    id::Ids,
    index::Site,
    media::Media,
    render::Theme,
    store::{Objects, log::Log, seal::SiteKey},
};

/// Shared by every worker of the process behind an `Arc`.
#[derive(Debug)]
pub struct App {
    pub config: Config,
    pub clock: Clock,
    pub ids: Ids,
    pub key: SiteKey,
    pub objects: Arc<dyn Objects>,
    pub log: Arc<Log<Site>>,
    pub revisions: Revisions,
    pub pages: Pages,
    pub theme: Arc<Theme>,
    pub media: Media,
}

impl App {
    /// Opens the store the configuration names, probes it, loads the site and wires cache eviction to the log.
    pub async fn open(config: Config) -> anyhow::Result<Arc<Self>> {
        let _ = config;
        todo!("app")
    }
}
