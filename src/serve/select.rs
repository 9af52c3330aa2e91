//! Which posts a query finds, without holding up those who ask for less.

use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::index::{PostQuery, Selection, Site};

/// Scans of all posts at a time. More wait, so that searching never takes every core.
static SCANS: Semaphore = Semaphore::const_new(2);

/// [`Site::posts`]; what may look at every post does so on a blocking thread.
pub async fn posts(site: &Site, query: &PostQuery, now: Timestamp) -> Selection {
    if !query.scans() {
        return site.posts(query, now);
    }
    let (asked, wanted) = (site.clone(), query.clone());
    scan(move || asked.posts(&wanted, now)).await.unwrap_or_default()
}

/// Has what searches look into made ready, for whoever may search next. Waits for nothing.
pub fn prepare(site: &Site) {
    if !site.is_prepared() {
        let site = site.clone();
        drop(tokio::task::spawn_blocking(move || site.prepare()));
    }
}

/// Runs what looks at every row of a table on a blocking thread. `None` if it panics, which is logged.
pub async fn scan<T: Send + 'static>(look: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    // never closed: an error here could only mean that nobody waits in line
    let turn = SCANS.acquire().await.ok();
    let found = tokio::task::spawn_blocking(look).await;
    drop(turn);
    found.inspect_err(|error| tracing::error!(%error, "a query failed on its blocking thread")).ok()
}
