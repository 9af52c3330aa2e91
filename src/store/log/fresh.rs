//! How fresh a state is had: confirmed at the tail of the log, or from memory when the store does not answer.

use std::{sync::Arc, time::Duration};

use super::{Log, Machine, ReadError, Snapshot, follow, recover};
use crate::store::ObjectError;

/// How long a reader waits for the tail to be confirmed, or for its own write to arrive on this server.
const READ_WITHIN: Duration = Duration::from_millis(500);
const REACH_WITHIN: Duration = Duration::from_secs(1);
/// After the last request.
const BUSY_FOR: Duration = Duration::from_secs(60);

impl<M: Machine> Log<M> {
    /// The newest state for a reader: confirmed within `max_age` if the store answers within half a second.
    ///
    /// Once it has not, nobody waits any more until the background tick has found that it answers again.
    pub async fn fresh_or_current(&self, max_age: Duration) -> Arc<Snapshot<M>> {
        self.core.note_wanted();
        if self.is_answered() {
            self.try_confirm(max_age, READ_WITHIN).await;
        }
        self.current()
    }

    /// Makes sure the state is no older than `max_age` (zero: confirm the tail now), single flight.
    pub async fn fresh(&self, max_age: Duration) -> Result<Arc<Snapshot<M>>, ObjectError> {
        self.core.note_wanted();
        self.confirm(max_age).await
    }

    /// Read-your-writes: waits (≤ 1 s, one confirmation) until `seq` is applied, or finds it is not there.
    pub async fn reach(&self, seq: u64) -> Arc<Snapshot<M>> {
        if self.current().seq < seq {
            self.core.note_wanted();
            self.try_confirm(Duration::ZERO, REACH_WITHIN).await;
        }
        self.current()
    }

    /// Another server says that it wrote entry `seq`: reads it, unless it is here. No request waits for that, so an idle
    /// server stays idle.
    ///
    /// # Errors
    /// The tail will be confirmed by who needs it.
    pub async fn hinted(&self, seq: u64) -> Result<(), ObjectError> {
        if self.current().seq < seq {
            self.confirm(Duration::ZERO).await?;
        }
        Ok(())
    }

    /// Whether the store answered when it was last asked for the log's tail.
    pub fn is_answered(&self) -> bool {
        self.core.health.is_answered()
    }

    /// The background tick, to be called about once a second: follows the log each second while requests come
    /// and each minute otherwise, and tries to leave browse-only mode.
    pub async fn tick(&self) {
        let busy = self.is_busy();
        let max_age = if busy { Duration::from_secs(1) } else { Duration::from_secs(60) };
        if let Err(error) = self.confirm(max_age).await {
            tracing::debug!(%error, "tick: the tail could not be confirmed");
        }
        recover::recover(&self.core).await;
    }

    /// Whether a request wanted the state within the last minute.
    pub fn is_busy(&self) -> bool {
        self.core.wanted_age() < BUSY_FOR
    }

    /// Late or failed, the newest state there is answers.
    async fn try_confirm(&self, max_age: Duration, within: Duration) {
        match tokio::time::timeout(within, self.confirm(max_age)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::debug!(%error, "the tail could not be confirmed for a reader"),
            Err(_) => {
                tracing::warn!(?within, "the store is slow or silent: readers are answered from memory");
                self.core.health.note_silence();
            }
        }
    }

    async fn confirm(&self, max_age: Duration) -> Result<Arc<Snapshot<M>>, ObjectError> {
        let since = self.core.clock.monotonic().saturating_sub(max_age);
        if self.core.confirmed() < since || max_age.is_zero() {
            follow::follow(&self.core, since).await.map_err(ReadError::into_object)?;
        }
        Ok(self.current())
    }
}
