//! The projection of the log that answers every question about the site without the bucket.
//!
//! [`Site`] is a value: cloning shares everything, so a request, a render or a snapshot writer keeps the
//! state it began with for as long as it likes.

mod query;
mod route;

use std::sync::Arc;

use jiff::Timestamp;

pub use self::{
    query::{OrderBy, PostQuery, Selection},
    route::Target,
};
pub use crate::content::RevisionEntry;
use crate::{
    content::{
        AppPassword, Comment, CommentId, Post, PostId, PostType, Role, Settings, Taxonomy, Term, TermId, User, UserId,
    },
    store::{
        Effect, Tables,
        log::{Corrupt, Machine},
    },
};

/// Everything resident about the site.
#[derive(Clone, Debug)]
pub struct Site {
    tables: Tables,
    settings: Arc<Settings>,
}

impl Machine for Site {
    fn from_tables(tables: Tables) -> Result<Self, Corrupt> {
        let _ = tables;
        todo!("index")
    }

    fn tables(&self) -> &Tables {
        &self.tables
    }

    fn apply(&mut self, effects: &[Effect]) -> Result<(), Corrupt> {
        let _ = effects;
        todo!("index")
    }
}

impl Site {
    /// True until set-up has made the first user.
    pub fn is_new(&self) -> bool {
        todo!("index")
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A raw option, parsed.
    pub fn option(&self, name: &str) -> Option<serde_json::Value> {
        let _ = name;
        todo!("index")
    }

    pub fn post(&self, id: PostId) -> Option<Post> {
        let _ = id;
        todo!("index")
    }

    /// Public now, to anyone: published (or scheduled and due, or an attachment of such, or of nothing).
    /// A password does not matter here: it hides the content, not the post.
    pub fn is_public(&self, post: &Post, now: Timestamp) -> bool {
        let _ = (post, now);
        todo!("index")
    }

    /// Posts that match, in order, with the total before paging. Memory only.
    pub fn posts(&self, query: &PostQuery, now: Timestamp) -> Selection {
        let _ = (query, now);
        todo!("index")
    }

    /// The public posts before and after this one among its type, by date.
    pub fn adjacent(&self, post: &Post, now: Timestamp) -> (Option<PostId>, Option<PostId>) {
        let _ = (post, now);
        todo!("index")
    }

    /// The earliest date after `now` at which a scheduled post becomes public.
    pub fn next_scheduled(&self, now: Timestamp) -> Option<Timestamp> {
        let _ = now;
        todo!("index")
    }

    pub fn children(&self, parent: PostId, post_type: &PostType) -> Vec<PostId> {
        let _ = (parent, post_type);
        todo!("index")
    }

    /// A page (or other hierarchical type) by its path: `about/team`.
    pub fn page_by_path(&self, post_type: &PostType, path: &str) -> Option<PostId> {
        let _ = (post_type, path);
        todo!("index")
    }

    /// Posts of any status under this slug, of this type.
    pub fn posts_by_slug(&self, post_type: &PostType, slug: &str) -> Vec<PostId> {
        let _ = (post_type, slug);
        todo!("index")
    }

    /// The post that was once public under this slug.
    pub fn post_by_old_slug(&self, slug: &str) -> Option<PostId> {
        let _ = slug;
        todo!("index")
    }

    /// An attachment by `2026/11/name.jpg`, its path below `wp-content/uploads/`.
    pub fn attachment_by_upload_path(&self, path: &str) -> Option<PostId> {
        let _ = path;
        todo!("index")
    }

    /// True while some attachment refers to this original.
    pub fn has_media(&self, sha256: &str) -> bool {
        let _ = sha256;
        todo!("index")
    }

    pub fn term(&self, id: TermId) -> Option<Term> {
        let _ = id;
        todo!("index")
    }

    pub fn term_by_slug(&self, taxonomy: &Taxonomy, slug: &str) -> Option<TermId> {
        let _ = (taxonomy, slug);
        todo!("index")
    }

    /// All terms of a taxonomy, by id.
    pub fn terms(&self, taxonomy: &Taxonomy) -> Vec<Term> {
        let _ = taxonomy;
        todo!("index")
    }

    pub fn term_children(&self, id: TermId) -> Vec<TermId> {
        let _ = id;
        todo!("index")
    }

    /// Public posts in the term, kept up to date, never counted by reading.
    pub fn term_count(&self, id: TermId) -> u64 {
        let _ = id;
        todo!("index")
    }

    pub fn user(&self, id: UserId) -> Option<User> {
        let _ = id;
        todo!("index")
    }

    pub fn users(&self) -> Vec<User> {
        todo!("index")
    }

    /// Case-insensitive.
    pub fn user_by_login(&self, login: &str) -> Option<User> {
        let _ = login;
        todo!("index")
    }

    /// Case-insensitive.
    pub fn user_by_email(&self, email: &str) -> Option<User> {
        let _ = email;
        todo!("index")
    }

    pub fn user_by_slug(&self, slug: &str) -> Option<User> {
        let _ = slug;
        todo!("index")
    }

    pub fn users_in_role(&self, role: &Role) -> Vec<UserId> {
        let _ = role;
        todo!("index")
    }

    /// Public posts of type `post` by this author.
    pub fn author_count(&self, id: UserId) -> u64 {
        let _ = id;
        todo!("index")
    }

    pub fn app_passwords(&self, user: UserId) -> Vec<AppPassword> {
        let _ = user;
        todo!("index")
    }

    pub fn comment(&self, id: CommentId) -> Option<Comment> {
        let _ = id;
        todo!("index")
    }

    /// Comments of a post, all statuses, by date then id.
    pub fn comments(&self, post: PostId) -> Vec<CommentId> {
        let _ = post;
        todo!("index")
    }

    /// Newest comments of the site, any status, at most `limit`.
    pub fn newest_comments(&self, limit: usize) -> Vec<CommentId> {
        let _ = limit;
        todo!("index")
    }

    /// Approved comments of a post.
    pub fn comment_count(&self, post: PostId) -> u64 {
        let _ = post;
        todo!("index")
    }

    /// Months with public posts, newest first: (year, month, posts).
    pub fn archive_months(&self) -> Vec<(i16, i8, u64)> {
        todo!("index")
    }

    /// What a stored revision list says: oldest first.
    pub fn revisions(&self, post: PostId) -> Vec<RevisionEntry> {
        let _ = post;
        todo!("index")
    }

    /// What an item of an export became here: `imported` row by `<source>|<kind>|<id>`.
    pub fn imported(&self, identity: &str) -> Option<String> {
        let _ = identity;
        todo!("index")
    }

    /// The next free number of a kind, as the counters have it.
    pub fn next_id(&self, kind: crate::content::edit::IdKind) -> u64 {
        let _ = kind;
        todo!("index")
    }

    /// Path and query of a post's permalink, by the permalink structure (`/?p=5` for drafts).
    pub fn post_path(&self, post: &Post) -> String {
        let _ = post;
        todo!("index")
    }

    /// Absolute permalink: `home` + [`Site::post_path`].
    pub fn permalink(&self, post: &Post) -> String {
        let _ = post;
        todo!("index")
    }

    /// `/category/parent/child/`
    pub fn term_path(&self, term: &Term) -> String {
        let _ = term;
        todo!("index")
    }

    /// `/author/slug/`
    pub fn author_path(&self, user: &User) -> String {
        let _ = user;
        todo!("index")
    }

    /// What a request path and query ask for. Memory only.
    pub fn resolve(&self, path: &str, query: &[(String, String)], now: Timestamp) -> Target {
        let _ = (path, query, now);
        todo!("index")
    }
}
