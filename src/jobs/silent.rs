//! Removes the notes of editors that were closed without saying so.

use std::{sync::Arc, time::Duration};

use tokio::time::{MissedTickBehavior, interval};

use crate::app::{App, editing};

/// Old notes harm nobody: they only make the listing longer.
const EVERY: Duration = Duration::from_hours(1);

pub async fn run(app: Arc<App>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first is at once: a start has other things to do.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        if let Err(error) = editing::tidy(&app).await {
            tracing::debug!(%error, "notes of closed editors stay for now");
        }
    }
}
