//! Failed sign-ins, counted: guessing passwords gets slow, for one login and for one address.

use std::{borrow::Cow, collections::HashMap, net::IpAddr, time::Duration};

use parking_lot::Mutex;

use crate::app::strikes::WINDOW;

/// Keys remembered; beyond this the oldest are forgotten.
const KEYS_MAX: usize = 20_000;

/// How many failures are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From one address for one login.
    pub login: u32,
    /// From one address for all logins.
    pub address: u32,
}

impl Limits {
    /// For passwords people choose, and letters to them.
    pub const PASSWORDS: Self = Self { login: 5, address: 25 };
    /// For secrets nobody guesses: a program left with a revoked one is to be quiet some day.
    pub const APP_PASSWORDS: Self = Self { login: 20, address: 100 };

    /// For who has counted this one already.
    #[must_use]
    pub const fn one_more(self) -> Self {
        Self { login: self.login.saturating_add(1), address: self.address.saturating_add(1) }
    }
}

/// What this server has seen, in memory. What others have is asked of `app::strikes` beside it.
///
/// The lock is held for a map operation only (a sweep when full), never across an await.
#[derive(Debug)]
pub struct Throttle {
    limits: Limits,
    failures: Mutex<HashMap<String, Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    since: Duration,
}

impl Failures {
    fn left(self, max: u32, now: Duration) -> Option<Duration> {
        let left = (self.since + WINDOW).checked_sub(now).filter(|left| !left.is_zero());
        left.filter(|_| self.count >= max)
    }
}

impl Throttle {
    pub fn new(limits: Limits) -> Self {
        Self { limits, failures: Mutex::default() }
    }

    /// How long `address` has to wait before it may try `login`; `None`: not at all. `now` is monotonic.
    pub fn wait(&self, address: &str, login: &str, now: Duration) -> Option<Duration> {
        let failures = self.failures.lock();
        let left = |key: &str, max| failures.get(key).and_then(|failed| failed.left(max, now));
        left(&key(address, login), self.limits.login).max(left(&network(address), self.limits.address))
    }

    /// Counts a failure before it is known to be one, so that many tries at once are no way round.
    ///
    /// # Errors
    /// How long to wait, if that would be one too many: then it is not counted.
    pub fn attempt(&self, address: &str, login: &str, now: Duration) -> Result<(), Duration> {
        if let Some(wait) = self.wait(address, login, now) {
            return Err(wait);
        }
        self.failed(address, login, now);
        Ok(())
    }

    pub fn failed(&self, address: &str, login: &str, now: Duration) {
        let mut failures = self.failures.lock();
        for key in [key(address, login), network(address).into_owned()] {
            make_room(&mut failures, now);
            let entry = failures.entry(key).or_insert(Failures { count: 0, since: now });
            if now.saturating_sub(entry.since) >= WINDOW {
                *entry = Failures { count: 0, since: now };
            }
            entry.count = entry.count.saturating_add(1);
        }
    }

    /// It was the owner after all: clears what that login has failed from there, and this attempt of the address.
    pub fn succeeded(&self, address: &str, login: &str) {
        let mut failures = self.failures.lock();
        failures.remove(&key(address, login));
        if let Some(failed) = failures.get_mut(&*network(address)) {
            failed.count = failed.count.saturating_sub(1);
        }
    }

    /// What other servers have counted: nothing more is tried here until `left` has passed.
    pub fn shut(&self, address: &str, login: Option<&str>, left: Duration, now: Duration) {
        let name = login.map_or_else(|| network(address).into_owned(), |login| key(address, login));
        let mut failures = self.failures.lock();
        make_room(&mut failures, now);
        // as if it had begun when the window did
        let since = (now + left).saturating_sub(WINDOW);
        failures.insert(name, Failures { count: u32::MAX, since });
    }
}

/// What counts as one address: of IPv6 the /64, since whoever has one address of it has them all.
pub fn network(address: &str) -> Cow<'_, str> {
    match address.parse() {
        Ok(IpAddr::V6(ip)) if ip.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = ip.segments();
            Cow::Owned(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
        }
        _ => Cow::Borrowed(address),
    }
}

/// Names who tries which login, in memory and (hashed) in the store.
pub fn key(address: &str, login: &str) -> String {
    format!("{}\0{}", network(address), login.to_lowercase().chars().take(100).collect::<String>())
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

    const START: Duration = Duration::from_secs(10_000);

    fn throttle() -> Throttle {
        Throttle::new(Limits::PASSWORDS)
    }

    #[test]
    fn five_wrong_passwords_and_the_door_stays_shut_for_a_while() {
        let throttle = throttle();
        for _ in 0..5 {
            assert_eq!(throttle.attempt("1.2.3.4", "Ann", START), Ok(()));
        }
        assert_eq!(throttle.attempt("1.2.3.4", "ANN", START), Err(WINDOW), "though none of them has failed yet");
        assert_eq!(throttle.wait("1.2.3.4", "bob", START), None);
        assert_eq!(throttle.wait("5.6.7.8", "ann", START), None, "the owner elsewhere is not locked out");
        assert_eq!(throttle.wait("1.2.3.4", "ann", START + WINDOW), None);
    }

    #[test]
    fn one_address_cannot_try_many_logins() {
        let throttle = throttle();
        for n in 0..25 {
            throttle.failed("1.2.3.4", &format!("user{n}"), START);
        }
        assert!(throttle.wait("1.2.3.4", "another", START).is_some());
    }

    #[test]
    fn a_success_clears_the_login() {
        let throttle = throttle();
        for _ in 0..5 {
            throttle.failed("a", "ann", START);
        }
        throttle.succeeded("a", "ann");
        assert_eq!(throttle.wait("a", "ann", START), None);
        for n in 0..100 {
            throttle.attempt("a", &format!("user{n}"), START).unwrap();
            throttle.succeeded("a", &format!("user{n}"));
        }
        assert_eq!(throttle.wait("a", "ann", START), None, "an office signs in from one address");
    }

    #[test]
    fn what_other_servers_counted_shuts_the_door_here() {
        let throttle = throttle();
        let left = Duration::from_secs(60);
        throttle.shut("a", Some("Ann"), left, START);
        assert_eq!(throttle.wait("a", "ann", START), Some(left));
        assert_eq!(throttle.wait("a", "bob", START), None);
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::9"));
        assert_eq!(network("203.0.113.7"), "203.0.113.7");
        throttle.shut("a", None, left, START);
        assert_eq!(throttle.wait("a", "bob", START), Some(left));
        assert_eq!(throttle.wait("a", "bob", START + left), None);
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = throttle();
        for n in 0..30_000_u64 {
            throttle.failed(&n.to_string(), "x", START + Duration::from_millis(n));
        }
        assert!(throttle.failures.lock().len() <= KEYS_MAX + 2);
    }
}
