//! Background work of a process that serves: tail ticks, snapshots, lazy batches, comments held for later, the daily probe,
//! hints to other servers, image sizes nobody has asked for yet.

mod overflow;
pub mod peers;
mod silent;
pub mod sizes;
mod snapshots;
mod tail;
mod trust;
mod uses;

use std::{net::SocketAddr, sync::Arc};

use tokio::task::JoinHandle;

use crate::app::App;

/// Running jobs; they end when this is dropped. None of them holds anything that must be finished: what they
/// leave undone, the next start or another server does.
#[derive(Debug)]
pub struct Jobs {
    tasks: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Begins to follow the log of `app`, whose server listens at `listen`. Call once, before serving.
    pub fn start(app: &Arc<App>, listen: SocketAddr) -> Self {
        let tasks = vec![
            tokio::spawn(tail::run(Arc::clone(app))),
            tokio::spawn(snapshots::run(Arc::clone(app))),
            tokio::spawn(uses::run(Arc::clone(app))),
            tokio::spawn(silent::run(Arc::clone(app))),
            tokio::spawn(sizes::run(Arc::clone(app), sizes::EVERY)),
            tokio::spawn(overflow::run(Arc::clone(app))),
            tokio::spawn(trust::run(Arc::clone(app))),
            tokio::spawn(peers::run(Arc::clone(app), listen)),
        ];
        Self { tasks }
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
