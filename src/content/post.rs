//! Posts: the resident summary ([`Post`]) and the stored whole ([`Revision`]).

use jiff::civil::DateTime;

use super::{ImageMeta, PostId, Recording, RevisionId, TermId, UserId};

/// What stays in memory of every post: all that lists, permalinks, queries and permissions need.
///
/// Title, content, excerpt and meta in full are in the [`Revision`] this names, one object in the bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    pub id: PostId,
    pub post_type: PostType,
    pub status: PostStatus,
    /// WordPress's `post_name`; empty for drafts that never had one.
    pub slug: String,
    /// Raw title, as typed.
    pub title: String,
    /// Raw manual excerpt; empty when there is none.
    pub excerpt: String,
    pub author: UserId,
    /// Site-local time, as WordPress keeps it in `post_date`.
    pub date: DateTime,
    /// UTC; `None` while the date floats (a draft never scheduled: WordPress's all-zero date).
    pub date_gmt: Option<DateTime>,
    pub modified: DateTime,
    pub modified_gmt: DateTime,
    pub parent: Option<PostId>,
    pub menu_order: i64,
    /// Readers must give this to see the content.
    pub password: Option<String>,
    pub comments_open: bool,
    pub pings_open: bool,
    pub sticky: bool,
    /// Terms of every taxonomy, post formats included, in the order given.
    pub terms: Vec<TermId>,
    /// Featured image (`_thumbnail_id`).
    pub thumbnail: Option<PostId>,
    /// Page template (`_wp_page_template`); empty is the default.
    pub template: String,
    pub mime_type: String,
    pub guid: String,
    /// Slugs this post was once public under; they redirect.
    pub old_slugs: Vec<String>,
    /// Status, and slug, from before the post went to the trash.
    pub trashed_from: Option<(PostStatus, String)>,
    /// The revision that is current.
    pub revision: RevisionId,
    /// Resident meta: the whole for attachments and menu items (lists need it), empty for all
    /// other types, whose meta is in the [`Revision`].
    pub meta: Vec<MetaEntry>,
    /// The file of an attachment; `None` for other types and for attachments imported without media.
    pub file: Option<MediaFile>,
}

/// One save of a post, whole and immutable: `posts/<id>/<revision>.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    pub id: RevisionId,
    pub post: PostId,
    /// The revision this one was made from.
    pub previous: Option<RevisionId>,
    pub saved_by: UserId,
    /// UTC.
    pub saved_at: DateTime,
    pub post_type: PostType,
    pub status: PostStatus,
    pub slug: String,
    pub title: String,
    pub content: String,
    pub excerpt: String,
    pub format: ContentFormat,
    pub author: UserId,
    pub date: DateTime,
    pub terms: Vec<TermId>,
    /// Every meta entry; keys may repeat, order is kept.
    pub meta: Vec<MetaEntry>,
    /// `None`: saved before these were written down.
    pub settings: Option<SavedSettings>,
}

/// What a post had beside its texts when it was saved, for comparing versions: the [`Post`] says what holds now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSettings {
    pub parent: Option<PostId>,
    pub menu_order: i64,
    /// Whether readers needed a password; which one is no business of the archive's.
    pub protected: bool,
    pub comments_open: bool,
    pub pings_open: bool,
    pub sticky: bool,
    pub thumbnail: Option<PostId>,
    /// Empty is the default.
    pub template: String,
}

impl SavedSettings {
    pub fn of(post: &Post) -> Self {
        Self {
            parent: post.parent,
            menu_order: post.menu_order,
            protected: post.password.is_some(),
            comments_open: post.comments_open,
            pings_open: post.pings_open,
            sticky: post.sticky,
            thumbnail: post.thumbnail,
            template: post.template.clone(),
        }
    }
}

/// One revision of a post as the `revisions` table lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct RevisionEntry {
    /// WordPress's numeric id of the revision, from the post number space.
    pub number: PostId,
    pub revision: RevisionId,
    pub author: UserId,
    /// UTC.
    pub saved_at: DateTime,
}

/// How [`Revision::content`] is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContentFormat {
    /// Blocks or classic HTML, as WordPress stores it.
    #[default]
    Html,
    Markdown,
}

/// One `wp_postmeta`-like row. Values are WordPress's strings (PHP-serialised ones included, verbatim).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaEntry {
    pub key: String,
    pub value: String,
}

/// The file behind an attachment; the bytes are at `media/<sha256>/original.<ext>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFile {
    /// Lower-case hex.
    pub sha256: String,
    /// Lower-case, without a dot, from the sniffed type.
    pub extension: String,
    pub mime_type: String,
    pub size_bytes: u64,
    /// Pixels after EXIF orientation; `None` for what is not an image.
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// EXIF orientation 1–8 of the stored bytes; 1 when upright.
    pub orientation: u8,
    /// Path below `wp-content/uploads/`: `2026/11/name.jpg`. Unique among attachments.
    pub upload_path: String,
    pub image_meta: Option<Box<ImageMeta>>,
    /// Of audio and video.
    pub recording: Option<Box<Recording>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PostType {
    Post,
    Page,
    Attachment,
    NavMenuItem,
    /// A registered or imported custom type; at most 20 characters, as in WordPress.
    Custom(Box<str>),
}

impl PostType {
    pub fn from_name(name: &str) -> Self {
        match name {
            "post" => Self::Post,
            "page" => Self::Page,
            "attachment" => Self::Attachment,
            "nav_menu_item" => Self::NavMenuItem,
            custom => Self::Custom(custom.into()),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Post => "post",
            Self::Page => "page",
            Self::Attachment => "attachment",
            Self::NavMenuItem => "nav_menu_item",
            Self::Custom(name) => name,
        }
    }
}

/// Where a post is in its life. What is not known to be public is not public.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PostStatus {
    Publish,
    /// Scheduled: public from its date on, without anybody's commit.
    Future,
    Draft,
    Pending,
    Private,
    Trash,
    AutoDraft,
    /// Attachments: as public as their parent.
    Inherit,
    /// A plugin's status met in an import; kept, never public.
    Custom(Box<str>),
}

impl PostStatus {
    pub fn from_name(name: &str) -> Self {
        match name {
            "publish" => Self::Publish,
            "future" => Self::Future,
            "draft" => Self::Draft,
            "pending" => Self::Pending,
            "private" => Self::Private,
            "trash" => Self::Trash,
            "auto-draft" => Self::AutoDraft,
            "inherit" => Self::Inherit,
            custom => Self::Custom(custom.into()),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Publish => "publish",
            Self::Future => "future",
            Self::Draft => "draft",
            Self::Pending => "pending",
            Self::Private => "private",
            Self::Trash => "trash",
            Self::AutoDraft => "auto-draft",
            Self::Inherit => "inherit",
            Self::Custom(name) => name,
        }
    }
}
