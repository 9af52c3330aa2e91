//! Users, their application passwords, and comments.

use std::collections::BTreeSet;

use super::{CommentFacts, Site};
use crate::{
    content::{AppPassword, Comment, CommentId, PostId, Role, User, UserId},
    store::{
        RowKey, Table,
        codec::{self, comment::CommentTexts},
    },
};

impl Site {
    pub fn user(&self, id: UserId) -> Option<User> {
        self.row(Table::Users, id.0, codec::user::decode)
    }

    /// All users, by id.
    pub fn users(&self) -> Vec<User> {
        self.tables.table(Table::Users).iter().filter_map(|(_, row)| codec::user::decode(&row).ok()).collect()
    }

    /// Case-insensitive.
    pub fn user_by_login(&self, login: &str) -> Option<User> {
        self.user(self.users.by_login(login)?)
    }

    /// Case-insensitive.
    pub fn user_by_email(&self, email: &str) -> Option<User> {
        self.user(self.users.by_email(email)?)
    }

    pub fn user_by_slug(&self, slug: &str) -> Option<User> {
        self.user(self.users.by_slug(slug)?)
    }

    pub fn users_in_role(&self, role: &Role) -> Vec<UserId> {
        self.users.in_role(role).collect()
    }

    /// A user's application passwords, by UUID.
    pub fn app_passwords(&self, user: UserId) -> Vec<AppPassword> {
        let all = self.tables.table(Table::AppPasswords);
        let of_user = all.range(codec::app_password::key(user, "")..);
        let decoded = of_user.map_while(|(_, row)| codec::app_password::decode(&row).ok());
        decoded.take_while(|password| password.user == user).collect()
    }

    pub fn comment(&self, id: CommentId) -> Option<Comment> {
        self.row(Table::Comments, id.0, codec::comment::decode)
    }

    /// Comments of a post, all statuses, by date then id.
    pub fn comments(&self, post: PostId) -> Vec<CommentId> {
        self.comments.of_post(post).collect()
    }

    /// Newest comments of the site, any status, at most `limit`.
    pub fn newest_comments(&self, limit: usize) -> Vec<CommentId> {
        self.comments.newest().take(limit).collect()
    }

    /// What `take` makes of the comments of some posts or, where none are named, of all; in no order. Where all are
    /// looked at, on a blocking thread, please.
    pub fn scan_comments<T>(&self, of: &[PostId], mut take: impl FnMut(&CommentFacts) -> Option<T>) -> Vec<T> {
        if of.is_empty() {
            let columns = self.comment_columns.of(self.tables.table(Table::Comments));
            return columns.iter().filter_map(take).collect();
        }
        let posts: BTreeSet<PostId> = of.iter().copied().collect();
        let comments = posts.into_iter().flat_map(|post| self.comments.of_post(post));
        let rows = comments.filter_map(|id| self.comment(id));
        rows.filter_map(|comment| take(&CommentFacts::of(&comment))).collect()
    }

    /// Comments whose texts `fits` takes, by number: every row is read, on a blocking thread, please.
    pub fn comments_with(&self, fits: impl Fn(&CommentTexts<'_>) -> bool) -> Vec<CommentId> {
        let rows = self.tables.table(Table::Comments).iter();
        let found = rows.filter_map(|(key, row)| match key {
            RowKey::Number(id) if fits(&codec::comment::texts(&row).ok()?) => Some(CommentId(id)),
            _ => None,
        });
        found.collect()
    }

    /// Comments that wait for approval, of all posts.
    pub fn held_comments(&self) -> usize {
        self.comments.held()
    }

    /// Approved comments of a post.
    pub fn comment_count(&self, post: PostId) -> u64 {
        self.comments.approved(post)
    }
}
