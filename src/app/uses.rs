//! Uses of application passwords, waiting to be noted: reading never writes, so a background job takes them in batches.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::content::{UserId, edit::AppPasswordUse};

/// Passwords with a use waiting; more are forgotten until there is room, and noted at their next use.
const WAITING_MAX: usize = 10_000;

/// The newest use of each application password since the last batch.
///
/// The lock is held for a map operation only, never across an await.
#[derive(Debug, Default)]
pub struct Uses {
    waiting: Mutex<HashMap<(UserId, String), AppPasswordUse>>,
}

impl Uses {
    pub fn note(&self, used: AppPasswordUse) {
        let mut waiting = self.waiting.lock();
        let key = (used.user, used.uuid.clone());
        if waiting.len() < WAITING_MAX || waiting.contains_key(&key) {
            waiting.insert(key, used);
        }
    }

    /// Takes what is waiting, for one [`crate::content::Edit::NoteAppPasswordUse`]. Lost if that fails: the next
    /// use notes itself again.
    pub fn take(&self) -> Vec<AppPasswordUse> {
        let mut uses: Vec<_> = std::mem::take(&mut *self.waiting.lock()).into_values().collect();
        uses.sort_by(|a, b| (a.user, &a.uuid).cmp(&(b.user, &b.uuid)));
        uses
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn keeps_the_newest_use_of_each_password() {
        let uses = Uses::default();
        for hour in [1, 2] {
            let at = date(2026, 1, 1).at(hour, 0, 0, 0);
            uses.note(AppPasswordUse { user: UserId(1), uuid: "a".to_owned(), at, ip: String::new() });
        }
        let taken = uses.take();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].at.hour(), 2);
        assert!(uses.take().is_empty());
    }
}
