//! Failed sign-ins, counted over all servers by small objects: one for each failure, listed by who failed.
//!
//! No part of the state: no commit names them, and what cannot be read or written counts on its own server alone. How
//! many are written and listed is bounded whoever fails how often from however many addresses: `docs/decisions/0021`.

use std::{sync::atomic::AtomicU64, time::Duration};

use bytes::Bytes;
use parking_lot::Mutex;

use super::App;
use crate::store::{
    ObjectError,
    keys::{self, Key},
    seal::purpose,
};

/// What counts together: everything within one.
pub const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Requests to the store for this, at most so many at once and so many a second after that.
const REQUESTS_BURST: f64 = 200.0;
const REQUESTS_PER_SECOND: f64 = 2.0;
/// Longer than this nobody waits to learn what other servers have seen.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Of past windows, taken away at a time.
const SWEPT_MAX: usize = 1000;

/// What one server may still ask of the store for this.
#[derive(Debug)]
pub struct Strikes {
    /// Requests left, and when that was counted (monotonic). Held for an addition only.
    left: Mutex<(f64, Duration)>,
    /// The last window in which this server took past ones away.
    swept: AtomicU64,
}

impl Default for Strikes {
    fn default() -> Self {
        Self { left: Mutex::new((REQUESTS_BURST, Duration::ZERO)), swept: AtomicU64::new(0) }
    }
}

impl Strikes {
    fn may_ask(&self, now: Duration) -> bool {
        let mut left = self.left.lock();
        let earned = now.saturating_sub(left.1).as_secs_f64() * REQUESTS_PER_SECOND;
        *left = ((left.0 + earned).min(REQUESTS_BURST), now);
        let may = left.0 >= 1.0;
        if may {
            left.0 -= 1.0;
        }
        may
    }
}

/// The strikes of one address in the window of now, as far as they count.
#[derive(Debug)]
pub struct Seen {
    /// Where those of the address are.
    prefix: String,
    keys: Vec<String>,
    /// Until they count no more.
    pub left: Duration,
}

impl Seen {
    /// Those of the address, whatever it failed for.
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// Those among them for one subject.
    pub fn count_of(&self, app: &App, subject: &str) -> usize {
        self.of(app, subject).count()
    }

    fn of(&self, app: &App, subject: &str) -> impl Iterator<Item = &String> {
        let prefix = format!("{}{}/", self.prefix, name(app, subject));
        self.keys.iter().filter(move |key| key.starts_with(&prefix))
    }
}

/// Neither beyond the budget nor of a store that is known to be silent.
fn may_ask(app: &App) -> bool {
    app.log.is_answered() && app.strikes.may_ask(app.clock.monotonic())
}

/// What all servers have counted against `network` in this window, up to `max`. `None`: not to be learnt now.
pub async fn seen(app: &App, network: &str, max: usize) -> Option<Seen> {
    if !may_ask(app) {
        return None;
    }
    let (window, left) = window(app);
    let prefix = keys::strikes_prefix(window, &name(app, network));
    let listed = patiently(app.objects.list(&prefix, None, max)).await?;
    Some(Seen { prefix, keys: listed.entries.into_iter().map(|entry| entry.key).collect(), left })
}

/// Counts one failure against `network`, and `subject` within it, for all servers.
pub async fn add(app: &App, network: &str, subject: &str) {
    if !may_ask(app) {
        return;
    }
    let (window, _) = window(app);
    let (network, subject) = (name(app, network), name(app, subject));
    let key = Key::Strike { window, network: &network, subject: &subject, id: app.ids.ulid(&app.clock) };
    patiently(app.objects.put(&key.path(), Bytes::new(), &key.attributes())).await;
    sweep(app, window).await;
}

/// Takes back what was `seen` of `subject`: it was the owner after all.
pub async fn forgive(app: &App, seen: &Seen, subject: &str) {
    let keys: Vec<String> = seen.of(app, subject).cloned().collect();
    if !keys.is_empty() && may_ask(app) {
        patiently(app.objects.delete(&keys)).await;
    }
}

/// Takes past windows away, once in each.
async fn sweep(app: &App, window: u64) {
    use std::sync::atomic::Ordering::Relaxed;
    if app.strikes.swept.swap(window, Relaxed) == window {
        return;
    }
    let Some(listed) = patiently(app.objects.list(keys::THROTTLE_PREFIX, None, SWEPT_MAX)).await else { return };
    let past = |key: &String| keys::strike_window(key).is_some_and(|of| of < window);
    let past: Vec<String> = listed.entries.into_iter().map(|entry| entry.key).filter(past).collect();
    if !past.is_empty() {
        patiently(app.objects.delete(&past)).await;
    }
}

async fn patiently<T>(asked: impl Future<Output = Result<T, ObjectError>>) -> Option<T> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            tracing::warn!(%error, "failed sign-ins are counted on this server alone");
            None
        }
        Err(elapsed) => {
            tracing::warn!(%elapsed, "failed sign-ins are counted on this server alone");
            None
        }
    }
}

/// The number of this window and what is left of it.
fn window(app: &App) -> (u64, Duration) {
    let seconds = u64::try_from(app.clock.now().as_second()).unwrap_or_default();
    (seconds / WINDOW.as_secs(), Duration::from_secs(WINDOW.as_secs() - seconds % WINDOW.as_secs()))
}

/// Neither addresses nor logins stand in the bucket.
fn name(app: &App, subject: &str) -> String {
    let mac = app.key.mac(purpose::STRIKE, subject.as_bytes());
    hex::encode(mac.first_chunk::<16>().copied().unwrap_or_default())
}
