//! Turns: a server that keeps losing slots asks for one, and a server that keeps winning them gives it.
//!
//! The pause of a winner (`committer`) is for servers that win now and then. One whose entries take longer to plan and
//! to send than another's pause never wins, and so is never noticed: losers leave no trace in the log. It leaves
//! `turn/<ulid>` instead. Advisory in every way: what is lost, late or left behind costs somebody a pause at most.

use std::{collections::HashSet, sync::Arc, time::Duration};

use bytes::Bytes;

use super::{Machine, core::Core, follow};
use crate::store::{
    Key,
    keys::{TURN_PREFIX, turn},
};

/// Losing for this long without a win is asking for a turn.
const ASK_AFTER: Duration = Duration::from_millis(500);
/// Between two requests of one server.
const ASK_EVERY: Duration = Duration::from_secs(2);
/// A server that wins one slot after the other looks for requests this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a slot is left to whoever asked.
const GIVE: Duration = Duration::from_secs(2);
/// Between two looks whether it was taken.
const STEP: Duration = Duration::from_millis(50);
/// Requests read in one look.
const REQUESTS_MAX: usize = 32;

/// What one committer knows of turns. Times are monotonic.
#[derive(Debug, Default)]
pub struct Turns {
    losing_since: Option<Duration>,
    asked: Option<Duration>,
    /// Own requests that are still there.
    own: Vec<String>,
    looked: Option<Duration>,
    /// Of the last look: each request is given one turn.
    seen: HashSet<String>,
}

impl Turns {
    /// A slot was lost at `now`.
    pub fn lost<M: Machine>(&mut self, core: &Arc<Core<M>>, now: Duration) {
        let since = *self.losing_since.get_or_insert(now);
        let recently = self.asked.is_some_and(|asked| now.saturating_sub(asked) < ASK_EVERY);
        if recently || now.saturating_sub(since) < ASK_AFTER {
            return;
        }
        self.asked = Some(now);
        let key = Key::Turn(core.reader.ids.ulid(&core.clock));
        self.own.push(key.path());
        let (shared, path, attributes) = (core.clone(), key.path(), key.attributes());
        // Not waited for: the next attempt may win.
        core.clock.spawn(async move {
            if let Err(error) = shared.reader.objects.put(&path, Bytes::new(), &attributes).await {
                tracing::debug!(%error, "no turn was asked for");
            }
        });
    }

    /// A slot was won: requests are answered.
    pub fn won<M: Machine>(&mut self, core: &Arc<Core<M>>) {
        (self.losing_since, self.asked) = (None, None);
        if self.own.is_empty() {
            return;
        }
        let (shared, own) = (core.clone(), std::mem::take(&mut self.own));
        core.clock.spawn(async move {
            if let Err(error) = shared.reader.objects.delete(&own).await {
                tracing::debug!(%error, "requests for turns stay until they are swept");
            }
        });
    }

    /// Waits while another server has asked for the next slot, until it took one or had the time to.
    ///
    /// For a committer that won the last slot, at `won`; costs a listing a second while slots are won one after the other.
    pub async fn give<M: Machine>(&mut self, core: &Core<M>, won: Duration) {
        let now = core.clock.monotonic();
        let looked = *self.looked.get_or_insert(now);
        if now.saturating_sub(won) >= LOOK_EVERY {
            // After such a silence nobody is in anybody's way.
            self.looked = Some(now);
        }
        if now.saturating_sub(won) >= LOOK_EVERY || now.saturating_sub(looked) < LOOK_EVERY {
            return;
        }
        self.looked = Some(now);
        let Ok(page) = core.reader.objects.list(TURN_PREFIX, None, REQUESTS_MAX).await else { return };
        let requests: HashSet<_> = page.entries.into_iter().map(|entry| entry.key).filter(|key| turn(key)).collect();
        let new = requests.iter().any(|key| !self.seen.contains(key) && !self.own.contains(key));
        self.seen = requests;
        if new {
            left_to_others(core).await;
        }
    }
}

async fn left_to_others<M: Machine>(core: &Core<M>) {
    let began = core.clock.monotonic();
    let before = core.seq();
    while core.seq() == before && core.clock.monotonic().saturating_sub(began) < GIVE {
        tokio::time::sleep(STEP).await;
        if follow::follow(core, core.clock.monotonic()).await.is_err() {
            return;
        }
    }
}
