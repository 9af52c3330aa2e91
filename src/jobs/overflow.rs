//! Folds comments that were accepted under overload into the log.

use std::{sync::Arc, time::Duration};

use tokio::time::{sleep, timeout};

use crate::{app::App, publish};

/// A server that held none itself looks this often, for those of servers that are gone.
const IDLE: Duration = Duration::from_secs(5 * 60);
/// Between two waves, and after one was held: the log gets some air first.
const SOON: Duration = Duration::from_secs(2);
/// While the log does not take them, or they are another server's to fold.
const LATER: Duration = Duration::from_secs(15);

pub async fn run(app: Arc<App>) {
    loop {
        let before = app.overflow.counts();
        let pause = match publish::fold(&app).await {
            Ok(0) if app.overflow.counts().waiting == before.broken => IDLE,
            Ok(0) => LATER,
            Ok(_) => SOON,
            Err(error) => {
                tracing::debug!(%error, "comments held for later stay for now");
                LATER
            }
        };
        if timeout(pause, app.overflow.held()).await.is_ok() {
            sleep(SOON).await;
        }
    }
}
