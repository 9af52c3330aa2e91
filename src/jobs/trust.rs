//! Asks the bucket every day whether it still keeps its promises.

use std::{sync::Arc, time::Duration};

use crate::app::App;

const INTERVAL: Duration = Duration::from_secs(24 * 3600);
/// While it does not.
const AGAIN: Duration = Duration::from_secs(5 * 60);

pub async fn run(app: Arc<App>) {
    let mut pause = INTERVAL;
    loop {
        tokio::time::sleep(pause).await;
        pause = if app.prove_store().await { INTERVAL } else { AGAIN };
    }
}
