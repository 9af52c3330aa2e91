//! Who is writing in a post.

use jiff::Timestamp;

use super::{PostId, UserId};

/// A post open in somebody's editor. Advisory: it tells people of each other, saves are judged by their revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Editing {
    pub post: PostId,
    pub user: UserId,
    /// When the editor was opened, or took over.
    pub since: Timestamp,
    /// When the editor was last heard of, give or take [`Editing::NOTED_EVERY_SECONDS`].
    pub seen_at: Timestamp,
}

impl Editing {
    /// Silence after which nobody is taken to be writing any more; WordPress's.
    pub const LASTS_SECONDS: i64 = 150;
    /// An editor that says it is there is not noted anew before this.
    pub const NOTED_EVERY_SECONDS: i64 = 30;

    pub fn is_over(&self, now: Timestamp) -> bool {
        now.as_second() - self.seen_at.as_second() >= Self::LASTS_SECONDS
    }

    pub fn is_stale_note(&self, now: Timestamp) -> bool {
        now.as_second() - self.seen_at.as_second() >= Self::NOTED_EVERY_SECONDS
    }

    /// WordPress's text for a lock: `<seconds>:<user>`, the same as long as one editor holds it.
    pub fn lock(&self) -> String {
        format!("{}:{}", self.since.as_second(), self.user)
    }
}
