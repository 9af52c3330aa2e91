//! Everything that can be asked of the site, as one type: what HTTP, CLI and importer hand to `publish::apply`.
//!
//! In every `Save…`, a `None` field means "leave as it is" (or WordPress's default on creation).

use std::sync::Arc;

use jiff::civil::DateTime;

use super::{
    AppPassword, Arrival, Comment, CommentId, CommentStatus, ContentFormat, EndedSession, MediaFile, MetaEntry, Post,
    PostId, PostStatus, PostType, Revision, RevisionId, Role, Taxonomy, Term, TermId, User, UserId,
};

#[derive(Clone, Debug)]
pub enum Edit {
    /// First run: the administrator and the site's options. Refused once any user exists.
    Setup(Box<Setup>),
    SavePost(Box<SavePost>),
    TrashPost {
        id: PostId,
        base: Option<RevisionId>,
    },
    UntrashPost {
        id: PostId,
    },
    /// Removes the post, its comments and its revisions' rows; objects go with garbage collection.
    DeletePost {
        id: PostId,
    },
    SaveTerm(Box<SaveTerm>),
    DeleteTerm {
        id: TermId,
    },
    SaveUser(Box<SaveUser>),
    /// Posts go to `reassign`, or to the trash when that is `None`.
    DeleteUser {
        id: UserId,
        reassign: Option<UserId>,
    },
    SaveComment(Box<SaveComment>),
    DeleteComment {
        id: CommentId,
    },
    /// Option name (WordPress's) and its new value; `Null` removes it.
    SetOptions(Vec<(String, serde_json::Value)>),
    SaveAppPassword(Box<AppPassword>),
    RevokeAppPasswords {
        user: UserId,
        uuid: Option<String>,
    },
    NoteAppPasswordUse(Vec<AppPasswordUse>),
    /// Reserves the next block of numbers of one kind for the server that commits this.
    ReserveIds {
        kind: IdKind,
        count: u64,
    },
    /// Shared: it is large, and asked again while the store is busy.
    Import(Arc<ImportBatch>),
}

#[derive(Clone, Debug)]
pub struct Setup {
    pub url: String,
    pub title: String,
    pub admin_login: String,
    pub admin_email: String,
    /// Sealed argon2id string, as in [`User::password_sealed`].
    pub admin_password_sealed: Option<String>,
    pub time_zone: String,
}

#[derive(Clone, Debug, Default)]
pub struct SavePost {
    /// `None` creates.
    pub id: Option<PostId>,
    /// The revision the edit was made from. When it is no longer current: `Conflict`. `None` overwrites,
    /// as WordPress does; what is overwritten stays a revision.
    pub base: Option<RevisionId>,
    /// Only on creation; `None` is `post`.
    pub post_type: Option<PostType>,
    pub title: Option<String>,
    pub content: Option<String>,
    pub excerpt: Option<String>,
    pub format: Option<ContentFormat>,
    pub status: Option<PostStatus>,
    pub slug: Option<String>,
    pub author: Option<UserId>,
    pub date: Option<DateChange>,
    pub parent: Option<Option<PostId>>,
    pub menu_order: Option<i64>,
    pub password: Option<Option<String>>,
    pub comments_open: Option<bool>,
    pub pings_open: Option<bool>,
    pub sticky: Option<bool>,
    /// Per taxonomy named here, the full new set.
    pub terms: Vec<(Taxonomy, Vec<TermId>)>,
    pub thumbnail: Option<Option<PostId>>,
    pub template: Option<String>,
    /// Per key named here, the full new list of values; an empty list deletes the key.
    pub meta: Vec<(String, Vec<String>)>,
    pub guid: Option<String>,
    pub mime_type: Option<String>,
    pub file: Option<MediaFile>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DateChange {
    Local(DateTime),
    Gmt(DateTime),
    /// Back to "publish immediately".
    Float,
}

#[derive(Clone, Debug, Default)]
pub struct SaveTerm {
    pub id: Option<TermId>,
    pub taxonomy: Option<Taxonomy>,
    pub name: Option<String>,
    pub slug: Option<String>,
    pub description: Option<String>,
    pub parent: Option<Option<TermId>>,
    pub meta: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Debug, Default)]
pub struct SaveUser {
    pub id: Option<UserId>,
    pub login: Option<String>,
    pub email: Option<String>,
    pub slug: Option<String>,
    pub display_name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub nickname: Option<String>,
    pub description: Option<String>,
    pub url: Option<String>,
    pub locale: Option<String>,
    pub roles: Option<Vec<Role>>,
    pub password_sealed: Option<String>,
    /// Voids every session cookie of the user; set together with a new password.
    pub end_sessions: bool,
    /// Voids one session cookie.
    pub end_session: Option<EndedSession>,
    /// Refused unless the user's `session_epoch` still is this: what was made for it has been used, or is void.
    pub session_epoch: Option<u64>,
    pub meta: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Debug, Default)]
pub struct SaveComment {
    pub id: Option<CommentId>,
    pub post: Option<PostId>,
    pub parent: Option<Option<CommentId>>,
    /// The account it is written from, `None` the actor's own; 0, for moderators, from no account.
    pub user: Option<UserId>,
    pub author_name: Option<String>,
    pub author_email: Option<String>,
    pub author_url: Option<String>,
    pub author_ip: Option<String>,
    pub agent: Option<String>,
    pub date: Option<DateChange>,
    pub content: Option<String>,
    pub status: Option<CommentStatus>,
    pub kind: Option<String>,
    pub meta: Vec<(String, Vec<String>)>,
    /// Of a new comment that may wait outside the log while that is overloaded.
    pub arrival: Option<Arrival>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AppPasswordUse {
    pub user: UserId,
    pub uuid: String,
    pub at: DateTime,
    pub ip: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdKind {
    Post,
    Term,
    User,
    Comment,
}

/// A piece of an import: whole rows under ids the importer chose from what was free. `plan` refuses the
/// batch (`IdTaken`) when one of them is no longer free, unless `sources` says it is the same item again.
#[derive(Clone, Debug, Default)]
pub struct ImportBatch {
    /// Import source, e.g. the export's base site URL: scopes `sources`.
    pub source: String,
    pub users: Vec<User>,
    pub terms: Vec<Term>,
    pub posts: Vec<(Post, Revision)>,
    pub comments: Vec<Comment>,
    pub options: Vec<(String, serde_json::Value)>,
    /// Rows of the `imported` table: the item's identity in the export → what it became here.
    pub sources: Vec<(String, String)>,
    /// Meta appended to terms that exist already.
    pub term_meta: Vec<(TermId, Vec<MetaEntry>)>,
    /// The highest number of each kind this import is going to use: from now on nothing else is given a number
    /// up to it, not even out of blocks that servers have reserved.
    pub promised: Vec<(IdKind, u64)>,
    pub amended: Vec<Amended>,
}

/// A post of an earlier run that gets what it lacked: the file of an attachment, links to files that are here
/// now. Left alone when it was changed since `base`.
#[derive(Clone, Debug)]
pub struct Amended {
    pub base: RevisionId,
    /// Takes the place of `base`. Its slug and status are those of the row by then. Without a `previous` it
    /// is not listed as a revision.
    pub body: Revision,
    /// For an attachment without one.
    pub file: Option<MediaFile>,
}
