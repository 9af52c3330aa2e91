//! Of comments: what their lists are narrowed and sorted by. Their rows are packed in memory, so that reading all of them
//! means unpacking all of them.

use jiff::civil::DateTime;

use super::Block;
use crate::{
    content::{Comment, CommentId, CommentStatus, PostId, UserId},
    store::codec::comment::facts,
};

/// A comment without its texts.
#[derive(Clone, Debug, PartialEq)]
pub struct CommentFacts {
    pub id: CommentId,
    pub post: PostId,
    pub parent: Option<CommentId>,
    pub user: Option<UserId>,
    /// Site-local.
    pub date: DateTime,
    pub date_gmt: DateTime,
    pub status: CommentStatus,
    /// `comment`, `pingback`, `trackback` or a plugin's type.
    pub kind: Box<str>,
}

impl CommentFacts {
    pub fn of(comment: &Comment) -> Self {
        let Comment { id, post, parent, user, date, date_gmt, status, kind, .. } = comment;
        let (status, kind) = (status.clone(), kind.as_str().into());
        Self { id: *id, post: *post, parent: *parent, user: *user, date: *date, date_gmt: *date_gmt, status, kind }
    }
}

#[derive(Default)]
pub struct Comments(Vec<CommentFacts>);

impl Block for Comments {
    type Entry<'b> = &'b CommentFacts;

    fn entries(&self) -> impl Iterator<Item = &CommentFacts> {
        self.0.iter()
    }

    fn get(&self, id: u64) -> Option<&CommentFacts> {
        self.0.get(self.0.binary_search_by_key(&CommentId(id), |comment| comment.id).ok()?)
    }

    fn id(entry: &&CommentFacts) -> u64 {
        entry.id.0
    }

    fn push(&mut self, entry: &&CommentFacts) {
        self.0.push((*entry).clone());
    }

    fn push_row(&mut self, id: u64, row: &[u8]) {
        let Ok(row) = facts(row) else { return };
        self.0.push(CommentFacts {
            id: CommentId(id),
            post: PostId(row.post),
            parent: row.parent.map(CommentId),
            user: row.user.map(UserId),
            date: row.date,
            date_gmt: row.date_gmt,
            status: CommentStatus::from_stored(&row.status),
            kind: row.kind.as_ref().into(),
        });
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}
