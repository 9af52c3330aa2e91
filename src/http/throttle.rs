//! Failed sign-ins, counted: guessing passwords gets slow, for one login and for one address.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;

/// Failures per address and login before it has to wait.
const FAILURES_PER_LOGIN_MAX: u32 = 5;
/// Failures per address over all logins.
const FAILURES_PER_ADDRESS_MAX: u32 = 25;
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Keys remembered; beyond this the oldest are forgotten.
const KEYS_MAX: usize = 20_000;

/// Per server and in memory only: an attacker gains at most a factor of the number of servers.
///
/// The lock is held for a map operation only (a sweep when full), never across an await.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    since: Duration,
}

impl Throttle {
    /// How long `address` has to wait before it may try `login`; `None`: not at all. `now` is monotonic.
    pub fn wait(&self, address: &str, login: &str, now: Duration) -> Option<Duration> {
        let failures = self.failures.lock();
        let left = |key: &str, max: u32| {
            let failed = failures.get(key).filter(|failed| failed.count >= max)?;
            (failed.since + WINDOW).checked_sub(now).filter(|left| !left.is_zero())
        };
        let by_login = left(&key(address, login), FAILURES_PER_LOGIN_MAX);
        by_login.max(left(address, FAILURES_PER_ADDRESS_MAX))
    }

    pub fn failed(&self, address: &str, login: &str, now: Duration) {
        let mut failures = self.failures.lock();
        for key in [key(address, login), address.to_owned()] {
            make_room(&mut failures, now);
            let entry = failures.entry(key).or_insert(Failures { count: 0, since: now });
            if now.saturating_sub(entry.since) >= WINDOW {
                *entry = Failures { count: 0, since: now };
            }
            entry.count = entry.count.saturating_add(1);
        }
    }

    /// A success clears what that login has failed from there.
    pub fn succeeded(&self, address: &str, login: &str) {
        self.failures.lock().remove(&key(address, login));
    }
}

fn key(address: &str, login: &str) -> String {
    format!("{address}\0{}", login.to_lowercase().chars().take(100).collect::<String>())
}

fn make_room(failures: &mut HashMap<String, Failures>, now: Duration) {
    if failures.len() < KEYS_MAX {
        return;
    }
    failures.retain(|_, failed| now.saturating_sub(failed.since) < WINDOW);
    if failures.len() >= KEYS_MAX {
        // Half of the window's keys at once: a sweep each time would make the attack ours to pay for.
        let mut times: Vec<Duration> = failures.values().map(|failed| failed.since).collect();
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or(now);
        failures.retain(|_, failed| failed.since > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1000);

    #[test]
    fn five_wrong_passwords_and_the_door_stays_shut_for_a_while() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(throttle.wait("1.2.3.4", "ann", START), None);
            throttle.failed("1.2.3.4", "Ann", START);
        }
        assert_eq!(throttle.wait("1.2.3.4", "ANN", START), Some(WINDOW));
        assert_eq!(throttle.wait("1.2.3.4", "bob", START), None);
        assert_eq!(throttle.wait("5.6.7.8", "ann", START), None, "the owner elsewhere is not locked out");
        assert_eq!(throttle.wait("1.2.3.4", "ann", START + WINDOW), None);
    }

    #[test]
    fn one_address_cannot_try_many_logins() {
        let throttle = Throttle::default();
        for n in 0..25 {
            throttle.failed("1.2.3.4", &format!("user{n}"), START);
        }
        assert!(throttle.wait("1.2.3.4", "another", START).is_some());
    }

    #[test]
    fn a_success_clears_the_login() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            throttle.failed("a", "ann", START);
        }
        throttle.succeeded("a", "ann");
        assert_eq!(throttle.wait("a", "ann", START), None);
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        for n in 0..30_000_u64 {
            throttle.failed(&n.to_string(), "x", START + Duration::from_millis(n));
        }
        assert!(throttle.failures.lock().len() <= KEYS_MAX + 2);
    }
}
