//! Out of browse-only mode: everything that was in doubt is proved first.

use std::time::Duration;

use bytes::Bytes;

use super::{Machine, core::Core, follow, health::Condition, reader::ReadError};
use crate::store::{Key, ObjectError};

const CANARY_TIMEOUT: Duration = Duration::from_secs(10);

/// Tries to leave browse-only mode, at most once per probe interval; does nothing when healthy.
pub async fn recover<M: Machine>(core: &Core<M>) {
    let condition = core.health.condition();
    if condition == Condition::Healthy || core.health.is_unresolved() || core.health.is_distrusted() {
        return;
    }
    if !core.health.probe_due(core.clock.monotonic(), |pause| core.reader.jitter(pause)) {
        return;
    }
    match prove(core, &condition).await {
        Ok(()) => core.health.recovered(),
        Err(error) => tracing::warn!(%error, "still browse-only"),
    }
}

async fn prove<M: Machine>(core: &Core<M>, condition: &Condition) -> Result<(), ReadError> {
    if let Condition::Corrupt { .. } = condition {
        let _turn = core.following.lock().await;
        follow::reload(core).await?;
    }
    follow::follow(core, core.clock.monotonic()).await?;
    canary(core).await?;
    Ok(())
}

/// The store takes a write again.
async fn canary<M: Machine>(core: &Core<M>) -> Result<(), ObjectError> {
    let run = core.reader.ids.ulid(&core.clock);
    let key = Key::Probe { run, name: "canary" };
    let (path, attributes) = (key.path(), key.attributes());
    let write = core.reader.objects.put(&path, Bytes::from_static(b"canary"), &attributes);
    match tokio::time::timeout(CANARY_TIMEOUT, write).await {
        Ok(result) => result?,
        Err(_) => return Err(ObjectError::Unavailable { key: path, reason: "no answer to the canary".to_owned() }),
    }
    if let Err(error) = core.reader.objects.delete(&[path]).await {
        tracing::debug!(%error, "the canary stays until it is swept");
    }
    Ok(())
}
