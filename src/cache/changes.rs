//! The clock of tags: for everything a page can depend on, the last log entry that changed it.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use parking_lot::RwLock;

use super::Tag;

/// Tags remembered one by one. Beyond this the clock forgets them all and declares every page stale.
const TAGS_MAX: usize = 100_000;

/// Tells whether anything a page shows was changed after the state it was rendered from.
///
/// A page is judged by its own sequence number, so it does not matter when it enters the cache: a render that
/// began before a commit and ends after it is refused like any other stale page.
#[derive(Debug, Default)]
pub struct Changes {
    /// Changes up to and including this entry are in `inner`.
    seen: AtomicU64,
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Nothing is known of changes up to this entry: pages rendered from older states are stale.
    floor: u64,
    last: HashMap<Tag, u64>,
}

impl Changes {
    /// A clock that starts at log entry `seq`.
    pub fn starting_at(seq: u64) -> Self {
        Self { seen: AtomicU64::new(seq), inner: RwLock::new(Inner { floor: seq, last: HashMap::new() }) }
    }

    /// Takes in what the entries after `before`, up to `after`, have changed.
    pub fn note(&self, before: u64, after: u64, tags: impl IntoIterator<Item = Tag>) {
        let mut inner = self.inner.write();
        let gap = before != self.seen.load(Ordering::Acquire);
        if gap {
            inner.last.clear();
            inner.floor = after;
        } else {
            inner.last.extend(tags.into_iter().map(|tag| (tag, after)));
            if inner.last.len() > TAGS_MAX {
                inner.last.clear();
                inner.floor = after;
            }
        }
        // After the map, and under its lock: who sees the number sees the changes.
        self.seen.store(after, Ordering::Release);
    }

    /// True when state `now` shows the same as state `rendered` under every one of `tags`.
    ///
    /// Entries this clock has not been told of yet count as changes of everything.
    pub fn unchanged(&self, tags: &[Tag], rendered: u64, now: u64) -> bool {
        if rendered >= now {
            return true;
        }
        let inner = self.inner.read();
        if self.seen.load(Ordering::Acquire) < now || rendered < inner.floor {
            return false;
        }
        tags.iter().all(|tag| inner.last.get(tag).is_none_or(|changed| *changed <= rendered))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::PostId;

    const POST: Tag = Tag::Post(PostId(1));
    const OTHER: Tag = Tag::Post(PostId(2));

    #[test]
    fn a_page_is_stale_once_one_of_its_tags_changed_after_its_render() {
        let changes = Changes::starting_at(10);
        changes.note(10, 11, [OTHER]);
        assert!(changes.unchanged(&[POST], 10, 11));
        changes.note(11, 12, [POST]);
        assert!(!changes.unchanged(&[POST, OTHER], 10, 12));
        assert!(!changes.unchanged(&[POST], 11, 12), "a late insert of an old render");
        assert!(changes.unchanged(&[POST], 12, 12));
    }

    #[test]
    fn what_the_clock_was_not_told_counts_as_changed() {
        let changes = Changes::starting_at(10);
        assert!(!changes.unchanged(&[POST], 10, 11), "the entry is not noted yet");
        assert!(!changes.unchanged(&[POST], 9, 10), "from before the clock began");
        changes.note(12, 13, []);
        assert!(!changes.unchanged(&[POST], 12, 13), "entries were skipped");
        assert!(changes.unchanged(&[POST], 13, 13));
    }

    #[test]
    fn the_clock_stays_bounded() {
        let changes = Changes::starting_at(0);
        for n in 0..=(TAGS_MAX as u64) {
            changes.note(n, n + 1, [Tag::Term(n)]);
        }
        assert!(changes.inner.read().last.len() <= TAGS_MAX);
        let end = TAGS_MAX as u64 + 1;
        assert!(!changes.unchanged(&[POST], 5, end));
        changes.note(end, end + 1, [OTHER]);
        assert!(changes.unchanged(&[POST], end, end + 1));
    }
}
