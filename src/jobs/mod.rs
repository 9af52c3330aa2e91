//! Background work of a process that serves: tail ticks, snapshots, lazy batches, the daily probe.

mod silent;
mod snapshots;
mod tail;
mod trust;
mod uses;

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::app::App;

/// Running jobs; they end when this is dropped. None of them holds anything that must be finished: what they
/// leave undone, the next start or another server does.
#[derive(Debug)]
pub struct Jobs {
    tasks: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Begins to follow the log of `app`. Call once, before serving.
    pub fn start(app: &Arc<App>) -> Self {
        let tasks = vec![
            tokio::spawn(tail::run(Arc::clone(app))),
            tokio::spawn(snapshots::run(Arc::clone(app))),
            tokio::spawn(uses::run(Arc::clone(app))),
            tokio::spawn(silent::run(Arc::clone(app))),
            tokio::spawn(trust::run(Arc::clone(app))),
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
