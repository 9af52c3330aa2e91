//! What refers to a term, a user or a post: what must change when one of them goes.

use super::{Site, key::Kind};
use crate::content::{PostId, PostType, TermId, UserId};

impl Site {
    /// Posts of any type and status in the term, at most `limit`.
    pub fn posts_in_term(&self, id: TermId, limit: usize) -> Vec<PostId> {
        let groups = self.posts.by_term.range((id, Kind::POST)..=(id, Kind::MAX)).map(|(_, group)| group);
        groups.flat_map(|group| group.public.iter().chain(&group.hidden)).map(|key| key.id).take(limit).collect()
    }

    /// Posts of any type and status by the author, at most `limit`.
    pub fn posts_by_author(&self, id: UserId, limit: usize) -> Vec<PostId> {
        let groups = self.posts.by_author.range((id, Kind::POST)..=(id, Kind::MAX)).map(|(_, group)| group);
        groups.flat_map(|group| group.public.iter().chain(&group.hidden)).map(|key| key.id).take(limit).collect()
    }

    /// Posts of any type and status right below `parent`, at most `limit`.
    pub fn posts_below(&self, parent: PostId, limit: usize) -> Vec<PostId> {
        let from = (parent, Kind::POST, i64::MIN, PostId(0));
        let to = (parent, Kind::MAX, i64::MAX, PostId(u64::MAX));
        self.posts.children.range(from..=to).map(|(.., id)| *id).take(limit).collect()
    }

    /// Every type some post has or had, the built-in ones first.
    pub fn types_in_use(&self) -> &[PostType] {
        self.posts.kinds.all()
    }
}
