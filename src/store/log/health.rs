//! Browse-only mode: when the store cannot be trusted to keep an edit, none is accepted; reading goes on.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// Attempts in a row that learned nothing before writes are refused.
const FAILURES_MAX: u32 = 3;
/// The tail may stay unconfirmed this long, while somebody asks for it.
const UNCONFIRMED_MAX: Duration = Duration::from_secs(15);
/// Recovery is tried this often.
const PROBE_EVERY: Duration = Duration::from_secs(5);

/// How this server stands to its store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    #[default]
    Healthy,
    /// The store fails or refuses: writes are refused until it proves well again.
    BrowseOnly { reason: String },
    /// The log contradicts itself: writes are refused until a reload succeeds. Wakes an operator.
    Corrupt { reason: String },
}

/// Counts failures and holds the [`Condition`].
#[derive(Debug, Default)]
pub struct Health {
    /// Sync: compared and replaced.
    condition: Mutex<Condition>,
    /// Wakes submitters when it is no longer healthy.
    ailing: Notify,
    /// Sync: counters only.
    trouble: Mutex<Trouble>,
}

#[derive(Debug, Default)]
struct Trouble {
    failures: u32,
    unconfirmed_since: Option<Duration>,
    /// The last attempt to confirm the tail failed, or kept a reader waiting for too long.
    silent: bool,
    /// A slot whose outcome is not known.
    unresolved: bool,
    /// The store was found not to keep its promises.
    distrusted: bool,
    next_probe: Duration,
}

impl Health {
    pub fn condition(&self) -> Condition {
        self.condition.lock().clone()
    }

    /// Why writes are refused, for people.
    pub fn refusal(&self) -> Option<String> {
        match &*self.condition.lock() {
            Condition::Healthy => None,
            Condition::BrowseOnly { reason } => Some(format!("the store is in trouble: {reason}")),
            Condition::Corrupt { reason } => Some(format!("the log is damaged: {reason}")),
        }
    }

    /// Returns once the server is no longer healthy.
    pub async fn ailing(&self) {
        // Made before the look, so that a change after it is not missed.
        let changed = self.ailing.notified();
        if *self.condition.lock() == Condition::Healthy {
            changed.await;
        }
    }

    pub fn note_confirmed(&self) {
        let mut trouble = self.trouble.lock();
        trouble.failures = 0;
        trouble.unconfirmed_since = None;
        trouble.silent = false;
    }

    /// A reader has waited long enough for the tail to be confirmed.
    pub fn note_silence(&self) {
        self.trouble.lock().silent = true;
    }

    /// Healthy, and the store answered when it was last asked for the tail.
    pub fn is_answered(&self) -> bool {
        *self.condition.lock() == Condition::Healthy && !self.trouble.lock().silent
    }

    /// An attempt to confirm the tail failed at `now`.
    pub fn note_unconfirmed(&self, now: Duration, reason: &str) {
        let since = {
            let mut trouble = self.trouble.lock();
            trouble.silent = true;
            *trouble.unconfirmed_since.get_or_insert(now)
        };
        if now.saturating_sub(since) >= UNCONFIRMED_MAX {
            self.browse_only(&format!("the log could not be read for {} s: {reason}", UNCONFIRMED_MAX.as_secs()));
        }
    }

    /// A commit was tried and nothing about its outcome could be learned.
    pub fn note_failure(&self, reason: &str) {
        let failures = {
            let mut trouble = self.trouble.lock();
            trouble.failures += 1;
            trouble.failures
        };
        if failures >= FAILURES_MAX {
            self.browse_only(reason);
        }
    }

    pub fn set_unresolved(&self, unresolved: bool) {
        self.trouble.lock().unresolved = unresolved;
    }

    pub fn is_unresolved(&self) -> bool {
        self.trouble.lock().unresolved
    }

    /// Until [`Health::trust`] nothing leads out of browse-only mode.
    pub fn distrust(&self, reason: &str) {
        self.trouble.lock().distrusted = true;
        self.browse_only(reason);
    }

    pub fn trust(&self) {
        self.trouble.lock().distrusted = false;
    }

    pub fn is_distrusted(&self) -> bool {
        self.trouble.lock().distrusted
    }

    pub fn browse_only(&self, reason: &str) {
        let next = Condition::BrowseOnly { reason: reason.to_owned() };
        if self.enter(next, |condition| *condition == Condition::Healthy) {
            tracing::error!(reason, "browse-only: no write is accepted until the store is well again");
        }
    }

    pub fn corrupt(&self, reason: &str) {
        let next = Condition::Corrupt { reason: reason.to_owned() };
        if self.enter(next, |condition| !matches!(condition, Condition::Corrupt { .. })) {
            tracing::error!(reason, "the log is damaged: no write is accepted");
        }
    }

    fn enter(&self, next: Condition, from: impl Fn(&Condition) -> bool) -> bool {
        let mut condition = self.condition.lock();
        let enters = from(&condition);
        if enters {
            *condition = next;
            self.ailing.notify_waiters();
        }
        enters
    }

    /// Everything was proved well again.
    pub fn recovered(&self) {
        {
            let mut trouble = self.trouble.lock();
            if trouble.distrusted {
                return;
            }
            *trouble = Trouble::default();
        }
        let before = std::mem::take(&mut *self.condition.lock());
        if before != Condition::Healthy {
            tracing::info!("the store is well again: writes are accepted");
        }
    }

    /// True once per probe interval; `jitter` spreads the servers of a site.
    pub fn probe_due(&self, now: Duration, jitter: impl FnOnce(Duration) -> Duration) -> bool {
        let mut trouble = self.trouble.lock();
        let due = now >= trouble.next_probe;
        if due {
            trouble.next_probe = now + jitter(PROBE_EVERY);
        }
        due
    }
}
