//! Logs: `tracing` to standard error, for people or for machines.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Starts logging for the process. Later calls do nothing.
///
/// # Errors
/// When `filter` is not a `tracing` filter.
pub fn start(json: bool, filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("log.filter {filter:?}: {error}"))?;
    let registry = tracing_subscriber::registry().with(filter);
    let started = if json {
        let layer = fmt::layer().json().flatten_event(true).with_current_span(true).with_writer(std::io::stderr);
        registry.with(layer).try_init()
    } else {
        let colours = std::io::stderr().is_terminal();
        registry.with(fmt::layer().with_target(false).with_ansi(colours).with_writer(std::io::stderr)).try_init()
    };
    // Only a second start in one process fails, as in tests: the first one goes on.
    drop(started);
    Ok(())
}
