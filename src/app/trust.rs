//! Whether the bucket keeps the promises the log rests on: asked at the start and every day.

use super::{App, AppError};
use crate::{
    clock::Clock,
    config::{Config, StoreLocation},
    id::Ids,
    store::{
        Objects,
        probe::{self, ProbeFailure},
    },
};

impl App {
    /// Probes the bucket again. From a failure until a probe succeeds no write is accepted: somebody turned versioning
    /// on, or put a cache before the bucket, and servers could overwrite each other's commits.
    ///
    /// Returns whether the bucket is trusted; an outage says nothing about that.
    pub async fn prove_store(&self) -> bool {
        if !matches!(self.config.store.location, StoreLocation::Bucket { .. }) {
            return true;
        }
        match probed(&self.config, self.objects.as_ref(), &self.ids, &self.clock).await {
            Ok(()) => {
                self.log.trust();
                true
            }
            Err(ProbeFailure::Unusable(error)) => {
                tracing::warn!(%error, "the daily probe of the store was not answered");
                true
            }
            Err(failure) => {
                self.log.distrust(&failure.to_string());
                false
            }
        }
    }
}

/// Refuses a store that cannot keep two servers from writing the same log entry, unless told there is but one.
pub(super) async fn at_start(config: &Config, objects: &dyn Objects, ids: &Ids, clock: &Clock) -> Result<(), AppError> {
    let location = || config.store.location.to_string();
    let failed = |failure: ProbeFailure| AppError::Store { location: location(), reason: failure.to_string() };
    probed(config, objects, ids, clock).await.map_err(failed)
}

async fn probed(config: &Config, objects: &dyn Objects, ids: &Ids, clock: &Clock) -> Result<(), ProbeFailure> {
    match probe::check(objects, ids, clock).await {
        Ok(_) => Ok(()),
        Err(failure) if config.store.allow_single_writer && failure.allows_single_writer() => {
            tracing::warn!("{failure}; going on as the only writer, as store.allow_single_writer promises");
            Ok(())
        }
        Err(failure) => Err(failure),
    }
}
