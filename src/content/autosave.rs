//! Texts written but not saved.

use jiff::civil::DateTime;

use super::{PostId, RevisionId, UserId};

/// What a user has written into a post without saving it: one for each post and user, overwritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autosave {
    /// WordPress's numeric id, from the post number space; stays when the texts change.
    pub number: PostId,
    pub post: PostId,
    pub user: UserId,
    /// The revision it was written from. Somebody else may have saved a later one since.
    pub base: RevisionId,
    /// UTC.
    pub saved_at: DateTime,
    pub title: String,
    pub content: String,
    pub excerpt: String,
}
