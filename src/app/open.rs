//! Opening a site: store, key, probe, log, caches; wired together.

use std::sync::Arc;

use super::{App, AppError};
use crate::{
    clock::Clock,
    config::Config,
    id::Ids,
    store::{Objects, seal::SiteKey},
};

impl App {
    /// Opens the store the configuration names, probes it and loads the site.
    ///
    /// # Errors
    /// In words for the operator: what is wrong with the configuration or the store.
    pub async fn open(config: Config) -> Result<Arc<Self>, AppError> {
        let _ = config;
        todo!("app")
    }

    /// Loads the site from an open store: what [`App::open`] ends with, and where tests and simulations begin.
    pub async fn from_parts(
        config: Config,
        objects: Arc<dyn Objects>,
        key: SiteKey,
        clock: Clock,
        ids: Ids,
    ) -> Result<Arc<Self>, AppError> {
        let _ = (config, objects, key, clock, ids);
        todo!("app")
    }
}
