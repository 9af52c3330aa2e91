//! Notes uses of application passwords, in batches: reading never writes.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::{
    app::App,
    content::{Actor, Edit},
    publish,
};

const EVERY: Duration = Duration::from_secs(30);
/// Uses noted in one commit.
const BATCH_MAX: usize = 500;

pub async fn run(app: Arc<App>) {
    // Not at once: what is noted right after the start is a batch like any other.
    let mut ticks = interval_at(Instant::now() + EVERY, EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        note(&app).await;
    }
}

/// Commits what is waiting. What cannot be committed is dropped: the next use notes itself again.
pub async fn note(app: &App) {
    let waiting = app.uses.take();
    for batch in waiting.chunks(BATCH_MAX) {
        let edit = Edit::NoteAppPasswordUse(batch.to_vec());
        if let Err(error) = publish::apply(app, &Actor::System("app-password-use"), edit, None).await {
            tracing::debug!(%error, uses = batch.len(), "uses of application passwords not noted");
            return;
        }
    }
}
