//! Who was written to lately about what: two programs that save in turns fill nobody's letter box.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;

use crate::content::{PostId, UserId};

/// One letter to a user about a post within this time.
const QUIET: Duration = Duration::from_secs(60 * 60);
/// Beyond this nobody is told more until some are an hour old.
const KEPT_MAX: usize = 1000;

#[derive(Debug, Default)]
pub struct Told {
    /// When each was told (monotonic). Held for a map operation only.
    at: Mutex<HashMap<(PostId, UserId, bool), Duration>>,
}

impl Told {
    /// Whether `user` may be told of `post` now, as who wrote or as whose version it was; if so, they count as told.
    pub fn may(&self, post: PostId, user: UserId, wrote: bool, now: Duration) -> bool {
        let mut at = self.at.lock();
        at.retain(|_, told| now.saturating_sub(*told) < QUIET);
        if at.len() >= KEPT_MAX || at.contains_key(&(post, user, wrote)) {
            return false;
        }
        at.insert((post, user, wrote), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_an_hour_and_not_without_end() {
        let told = Told::default();
        let now = Duration::from_secs(10_000);
        assert!(told.may(PostId(1), UserId(1), false, now));
        assert!(!told.may(PostId(1), UserId(1), false, now + QUIET / 2));
        assert!(told.may(PostId(1), UserId(2), false, now));
        assert!(told.may(PostId(1), UserId(1), false, now + QUIET));
        for post in 0..2000 {
            told.may(PostId(post), UserId(9), true, now + QUIET);
        }
        assert!(told.at.lock().len() <= KEPT_MAX);
    }
}
