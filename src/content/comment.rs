//! Comments, threaded through `parent`.

use jiff::civil::DateTime;

use super::{CommentId, PostId, UserId, post::MetaEntry};

#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    pub id: CommentId,
    pub post: PostId,
    pub parent: Option<CommentId>,
    /// The registered author, if there is one.
    pub user: Option<UserId>,
    pub author_name: String,
    pub author_email: String,
    pub author_url: String,
    pub author_ip: String,
    pub agent: String,
    /// Site-local.
    pub date: DateTime,
    pub date_gmt: DateTime,
    pub content: String,
    pub status: CommentStatus,
    /// `comment`, `pingback`, `trackback` or a plugin's type.
    pub kind: String,
    pub karma: i64,
    pub meta: Vec<MetaEntry>,
}

impl Comment {
    /// Meta key of the status a comment had before it went to spam or the trash.
    pub const FORMER_STATUS_KEY: &str = "_wp_trash_meta_status";
    /// Meta key of when it went there, in seconds since 1970.
    pub const SET_ASIDE_KEY: &str = "_wp_trash_meta_time";
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CommentStatus {
    Approved,
    Hold,
    Spam,
    Trash,
    PostTrashed,
    Custom(Box<str>),
}

impl CommentStatus {
    /// In spam or the trash: out of sight, but can come back.
    pub fn is_aside(&self) -> bool {
        matches!(self, Self::Spam | Self::Trash)
    }

    /// From `wp_comments.comment_approved`.
    pub fn from_stored(text: &str) -> Self {
        match text {
            "1" | "approved" | "approve" => Self::Approved,
            "0" | "hold" => Self::Hold,
            "spam" => Self::Spam,
            "trash" => Self::Trash,
            "post-trashed" => Self::PostTrashed,
            custom => Self::Custom(custom.into()),
        }
    }

    /// The value WordPress keeps in `comment_approved`.
    pub fn stored(&self) -> &str {
        match self {
            Self::Approved => "1",
            Self::Hold => "0",
            Self::Spam => "spam",
            Self::Trash => "trash",
            Self::PostTrashed => "post-trashed",
            Self::Custom(name) => name,
        }
    }
}
