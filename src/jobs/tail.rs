//! Keeps the state fresh while requests come, so that they need not wait for it.

use std::{sync::Arc, time::Duration};

use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;

/// How often the log is asked whether its tail is due for confirmation.
const TICK: Duration = Duration::from_millis(250);

pub async fn run(app: Arc<App>) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        app.log.tick().await;
    }
}
