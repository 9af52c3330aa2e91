//! Writes snapshots of the state when they are due, so that the next start has little to replay.

use std::{sync::Arc, time::Duration};

use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;

const TICK: Duration = Duration::from_secs(5);
/// After a failure.
const PAUSE: Duration = Duration::from_secs(60);

pub async fn run(app: Arc<App>) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if !app.log.snapshot_due() {
            continue;
        }
        if let Err(error) = app.log.write_snapshot().await {
            tracing::warn!(%error, "snapshot not written");
            tokio::time::sleep(PAUSE).await;
        }
    }
}
