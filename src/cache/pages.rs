//! Rendered pages: bounded by bytes, rendered once for all who wait, never served stale.

use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::{Changes, LoadError, Page, Tag};

/// Joining a render that began too early happens once; what was begun after that is young enough.
const ATTEMPTS_MAX: usize = 3;

/// Rendered pages by key.
///
/// **Invariant: a page is handed out only if no commit between the state it was rendered from and the state the
/// caller asks for touched one of its tags.**
#[derive(Debug)]
pub struct Pages {
    held: moka::future::Cache<Box<str>, Arc<Page>>,
    /// Renders under way. A synchronous lock: held for a map operation, never across an await.
    flights: Mutex<HashMap<Box<str>, Arc<Flight>>>,
    changes: Changes,
    hits: AtomicU64,
    misses: AtomicU64,
    renders: AtomicU64,
}

type Flight = OnceCell<Result<Arc<Page>, PageError>>;

/// Why there is no page; shared by all who waited for it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PageError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("the theme failed: {0}")]
    Theme(String),
}

/// Since the process began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageCounts {
    pub hits: u64,
    pub misses: u64,
    pub renders: u64,
    pub held: u64,
    pub held_bytes: u64,
}

impl Pages {
    /// An empty cache of at most `bytes_max`, for a site that stands at log entry `seq`.
    pub fn new(bytes_max: u64, seq: u64) -> Self {
        let held = moka::future::Cache::builder().max_capacity(bytes_max).weigher(weigh).build();
        Self {
            held,
            flights: Mutex::default(),
            changes: Changes::starting_at(seq),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            renders: AtomicU64::new(0),
        }
    }

    /// Takes in what log entries `before + 1 ..= after` have changed. Called in order, by one observer of the log;
    /// until it is called for an entry, that entry counts as having changed everything.
    pub fn note_changes(&self, before: u64, after: u64, tags: impl IntoIterator<Item = Tag>) {
        self.changes.note(before, after, tags);
    }

    /// The page under `key`, if it is held and shows what state `seq` shows at time `now`.
    pub async fn get(&self, key: &str, seq: u64, now: Timestamp) -> Option<Arc<Page>> {
        let page = self.held.get(key).await.filter(|page| self.is_valid(page, seq, now))?;
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(page)
    }

    /// The page under `key` as of state `seq` or later: held, or rendered once for all who ask meanwhile.
    ///
    /// # Errors
    /// What `render` returned; errors are not kept.
    pub async fn get_or_render<F>(
        &self,
        key: &str,
        seq: u64,
        now: Timestamp,
        render: impl Fn() -> F,
    ) -> Result<Arc<Page>, PageError>
    where
        F: Future<Output = Result<Page, PageError>>,
    {
        if let Some(page) = self.get(key, seq, now).await {
            return Ok(page);
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        for _ in 1..ATTEMPTS_MAX {
            let page = self.fly(key, &render).await?;
            if self.is_valid(&page, seq, now) {
                return Ok(page);
            }
        }
        self.fly(key, &render).await
    }

    /// Keeps a page made elsewhere.
    pub async fn put(&self, key: &str, page: Arc<Page>) {
        self.renders.fetch_add(1, Ordering::Relaxed);
        self.held.insert(key.into(), page).await;
    }

    /// Renders, or joins the render of this key that is under way. Whoever drives it may be dropped at any
    /// await: the next waiter takes over.
    async fn fly<F>(&self, key: &str, render: impl Fn() -> F) -> Result<Arc<Page>, PageError>
    where
        F: Future<Output = Result<Page, PageError>>,
    {
        let flight = self.flights.lock().entry(key.into()).or_default().clone();
        let ticket = Ticket { pages: self, key, flight: &flight };
        let result = flight
            .get_or_init(|| async {
                self.renders.fetch_add(1, Ordering::Relaxed);
                let page = Arc::new(render().await?);
                self.held.insert(key.into(), page.clone()).await;
                Ok(page)
            })
            .await
            .clone();
        drop(ticket);
        result
    }

    fn is_valid(&self, page: &Page, seq: u64, now: Timestamp) -> bool {
        if page.fresh_until.is_some_and(|until| now >= until) {
            return false;
        }
        if page.validated() >= seq {
            return true;
        }
        let unchanged = self.changes.unchanged(&page.tags, page.seq, seq);
        if unchanged {
            page.set_validated(seq);
        }
        unchanged
    }

    pub fn counts(&self) -> PageCounts {
        PageCounts {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            renders: self.renders.load(Ordering::Relaxed),
            held: self.held.entry_count(),
            held_bytes: self.held.weighted_size(),
        }
    }
}

#[expect(clippy::borrowed_box, reason = "the signature moka asks for")]
fn weigh(key: &Box<str>, page: &Arc<Page>) -> u32 {
    u32::try_from(key.len() + page.weight()).unwrap_or(u32::MAX)
}

/// Takes the flight off the board when it has landed, or when the last who waited for it is gone.
struct Ticket<'a> {
    pages: &'a Pages,
    key: &'a str,
    flight: &'a Arc<Flight>,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut flights = self.pages.flights.lock();
        let ours = flights.get(self.key).is_some_and(|flight| Arc::ptr_eq(flight, self.flight));
        // The board's and ours: nobody else waits.
        let last = Arc::strong_count(self.flight) <= 2;
        if ours && (self.flight.initialized() || last) {
            flights.remove(self.key);
        }
    }
}

#[cfg(test)]
mod tests;
