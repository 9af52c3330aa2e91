//! How many pingbacks are looked into.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::http::throttle::network;

const WINDOW: Duration = Duration::from_secs(10 * 60);
/// From one address, and from all together, within the window.
const PER_ADDRESS_MAX: u32 = 20;
const ALL_MAX: u32 = 300;
/// Looked into at a time; more are refused.
const AT_ONCE_MAX: usize = 4;

/// Per server.
#[derive(Debug)]
pub struct Limits {
    // sync: held for map operations only
    seen: Mutex<Seen>,
    turns: Semaphore,
}

impl Default for Limits {
    fn default() -> Self {
        Self { seen: Mutex::default(), turns: Semaphore::new(AT_ONCE_MAX) }
    }
}

#[derive(Debug, Default)]
struct Seen {
    since: Duration,
    all: u32,
    by_address: HashMap<String, u32>,
}

impl Limits {
    /// A turn to look into one pingback. `now` is monotonic.
    ///
    /// # Errors
    /// Which limit it is beyond.
    pub fn enter(&self, address: &str, now: Duration) -> Result<SemaphorePermit<'_>, &'static str> {
        {
            let mut seen = self.seen.lock();
            if now.saturating_sub(seen.since) >= WINDOW {
                *seen = Seen { since: now, ..Seen::default() };
            }
            if seen.all >= ALL_MAX {
                return Err("too many pingbacks");
            }
            let of_address = seen.by_address.entry(network(address).into_owned()).or_default();
            if *of_address >= PER_ADDRESS_MAX {
                return Err("too many pingbacks from this address");
            }
            *of_address += 1;
            seen.all += 1;
        }
        self.turns.try_acquire().map_err(|_taken| "too many pingbacks at once")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1000);

    #[test]
    fn one_address_and_all_together_are_bounded() {
        let limits = Limits::default();
        for _ in 0..PER_ADDRESS_MAX {
            assert!(limits.enter("a", NOW).is_ok());
        }
        assert!(limits.enter("a", NOW).is_err());
        // Whoever has one address of a /64 has them all.
        for n in 0..PER_ADDRESS_MAX {
            assert!(limits.enter(&format!("2001:db8:1:2::{n:x}"), NOW).is_ok());
        }
        assert!(limits.enter("2001:db8:1:2:ffff::1", NOW).is_err());
        for n in 0..ALL_MAX - 2 * PER_ADDRESS_MAX {
            assert!(limits.enter(&n.to_string(), NOW).is_ok());
        }
        assert_eq!(limits.enter("another", NOW).err(), Some("too many pingbacks"));
        assert!(limits.enter("a", NOW + WINDOW).is_ok());
    }

    #[test]
    fn few_are_looked_into_at_a_time() {
        let limits = Limits::default();
        let turns: Vec<_> = (0..AT_ONCE_MAX).map(|n| limits.enter(&n.to_string(), NOW).unwrap()).collect();
        assert_eq!(limits.enter("late", NOW).err(), Some("too many pingbacks at once"));
        drop(turns);
        assert!(limits.enter("late", NOW).is_ok());
    }
}
