//! Comments accepted while the log was overloaded: they wait outside of it and are folded in later.

use jiff::Timestamp;

use super::{Comment, CommentId, PostId, UserId, edit::SaveComment};

/// One comment on its way into the log, under one name however often it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// ULID: unique, and the moment the comment arrived.
    pub id: u128,
    /// When it is folded in; `None` while its writer still waits.
    pub folded_at: Option<Timestamp>,
}

impl Arrival {
    pub fn new(id: u128) -> Self {
        Self { id, folded_at: None }
    }

    /// The `now` of everything the comment's plan decides, whenever it is planned.
    pub fn at(self) -> Timestamp {
        arrived_at(self.id)
    }
}

fn arrived_at(id: u128) -> Timestamp {
    const RANDOM_BITS: u32 = 80;
    let millis = i64::try_from(id >> RANDOM_BITS).ok();
    millis.and_then(|millis| Timestamp::from_millisecond(millis).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl SaveComment {
    /// When it is folded in, if it is one that waited: its writer was told that it is kept.
    pub fn folded_at(&self) -> Option<Timestamp> {
        self.arrival?.folded_at
    }
}

/// A comment that its writer was told is held, as planned when it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldComment {
    /// ULID of its [`Arrival`].
    pub id: u128,
    pub post: PostId,
    pub parent: Option<CommentId>,
    /// The account it was written from.
    pub user: Option<UserId>,
    pub author_name: String,
    pub author_email: String,
    pub author_url: String,
    pub author_ip: String,
    pub agent: String,
    pub content: String,
}

impl HeldComment {
    pub fn of(id: u128, comment: Comment) -> Self {
        Self {
            id,
            post: comment.post,
            parent: comment.parent,
            user: comment.user,
            author_name: comment.author_name,
            author_email: comment.author_email,
            author_url: comment.author_url,
            author_ip: comment.author_ip,
            agent: comment.agent,
            content: comment.content,
        }
    }

    pub fn arrived_at(&self) -> Timestamp {
        arrived_at(self.id)
    }

    /// The edit that folds it in.
    pub fn folding(&self, now: Timestamp) -> SaveComment {
        SaveComment {
            post: Some(self.post),
            parent: Some(self.parent),
            author_name: Some(self.author_name.clone()),
            author_email: Some(self.author_email.clone()),
            author_url: Some(self.author_url.clone()),
            author_ip: Some(self.author_ip.clone()),
            agent: Some(self.agent.clone()),
            content: Some(self.content.clone()),
            arrival: Some(Arrival { id: self.id, folded_at: Some(now) }),
            ..SaveComment::default()
        }
    }
}
