//! The sets over `comments` rows.

use imbl::{OrdMap, OrdSet};

use super::key::Instant;
use crate::content::{Comment, CommentId, CommentStatus, PostId};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Comments {
    by_post: OrdSet<(PostId, Instant, CommentId)>,
    by_date: OrdSet<(Instant, CommentId)>,
    approved: OrdMap<PostId, u64>,
    held: usize,
}

impl Comments {
    pub fn insert(&mut self, comment: &Comment) {
        let at = Instant::of(comment.date);
        self.by_post.insert((comment.post, at, comment.id));
        self.by_date.insert((at, comment.id));
        if comment.status == CommentStatus::Approved {
            *self.approved.entry(comment.post).or_default() += 1;
        }
        self.held += usize::from(comment.status == CommentStatus::Hold);
    }

    pub fn remove(&mut self, comment: &Comment) {
        let at = Instant::of(comment.date);
        self.by_post.remove(&(comment.post, at, comment.id));
        self.by_date.remove(&(at, comment.id));
        if comment.status == CommentStatus::Approved {
            super::posts::subtract(&mut self.approved, &comment.post);
        }
        self.held -= usize::from(comment.status == CommentStatus::Hold);
    }

    /// By date, then id.
    pub fn of_post(&self, post: PostId) -> impl Iterator<Item = CommentId> + '_ {
        let from = (post, Instant::MIN, CommentId(0));
        let to = (post, Instant::MAX, CommentId(u64::MAX));
        self.by_post.range(from..=to).map(|(.., id)| *id)
    }

    pub fn newest(&self) -> impl Iterator<Item = CommentId> + '_ {
        self.by_date.iter().rev().map(|(_, id)| *id)
    }

    pub fn held(&self) -> usize {
        self.held
    }

    pub fn approved(&self, post: PostId) -> u64 {
        self.approved.get(&post).copied().unwrap_or(0)
    }
}
