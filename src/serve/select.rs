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
    // never closed: an error here could only mean that nobody waits in line
    let turn = SCANS.acquire().await.ok();
    let (asked, wanted) = (site.clone(), query.clone());
    let found = tokio::task::spawn_blocking(move || asked.posts(&wanted, now)).await;
    drop(turn);
    found.unwrap_or_else(|error| {
        tracing::error!(%error, "a query failed on its blocking thread");
        Selection::default()
    })
}
