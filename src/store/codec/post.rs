//! Rows of the `posts` table.

use std::borrow::Cow;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{corrupt, fields, file::FileRow, is_false, meta_entries, meta_pairs, time};
use crate::{
    content::{Post, PostId, PostStatus, PostType, RevisionId, TermId, UserId},
    store::{Row, log::Corrupt},
};

const FIELDS: [&str; 27] = [
    "id",
    "type",
    "status",
    "slug",
    "title",
    "excerpt",
    "author",
    "date",
    "date_gmt",
    "modified",
    "modified_gmt",
    "parent",
    "menu_order",
    "password",
    "comments_closed",
    "pings_closed",
    "sticky",
    "terms",
    "thumbnail",
    "template",
    "mime_type",
    "guid",
    "old_slugs",
    "trashed_from",
    "revision",
    "meta",
    "file",
];

/// A post's row, read in place: texts borrow from the row where it has no escapes. What scans many rows
/// reads this; everything else the [`Post`] made of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct PostRow<'a> {
    pub id: u64,
    #[serde(rename = "type", borrow, default = "post", skip_serializing_if = "is_post")]
    pub post_type: Cow<'a, str>,
    #[serde(borrow, default = "publish", skip_serializing_if = "is_publish")]
    pub status: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub slug: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub title: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub excerpt: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub author: u64,
    #[serde(with = "time")]
    pub date: DateTime,
    #[serde(with = "time::optional", default, skip_serializing_if = "Option::is_none")]
    pub date_gmt: Option<DateTime>,
    /// Absent: as `date`.
    #[serde(with = "time::optional", default, skip_serializing_if = "Option::is_none")]
    modified: Option<DateTime>,
    /// Absent: as `date_gmt`, which is then there.
    #[serde(with = "time::optional", default, skip_serializing_if = "Option::is_none")]
    modified_gmt: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u64>,
    #[serde(default, skip_serializing_if = "is_no_order")]
    pub menu_order: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    comments_closed: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pings_closed: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub sticky: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thumbnail: Option<u64>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    template: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub mime_type: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    guid: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub old_slugs: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trashed_from: Option<(String, String)>,
    #[serde(borrow)]
    revision: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    meta: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<FileRow>,
}

/// A few fields of a row alone: what searches, and orders and filters that no set has, read of every post.
#[derive(Debug, Deserialize)]
pub struct PostColumns<'a> {
    #[serde(borrow, default)]
    pub slug: Cow<'a, str>,
    #[serde(borrow, default)]
    pub title: Cow<'a, str>,
    #[serde(borrow, default)]
    pub excerpt: Cow<'a, str>,
    #[serde(default)]
    pub author: u64,
    #[serde(with = "time")]
    date: DateTime,
    #[serde(with = "time::optional", default)]
    modified: Option<DateTime>,
    #[serde(default)]
    pub parent: Option<u64>,
    #[serde(default)]
    pub menu_order: i64,
    #[serde(borrow, default)]
    pub mime_type: Cow<'a, str>,
}

fn post() -> Cow<'static, str> {
    Cow::Borrowed("post")
}
fn is_post(name: &str) -> bool {
    name == "post"
}
fn publish() -> Cow<'static, str> {
    Cow::Borrowed("publish")
}
fn is_publish(name: &str) -> bool {
    name == "publish"
}
fn is_no_order(order: &i64) -> bool {
    *order == 0
}

/// The row of `post`, with what `old` has beyond this version's fields.
pub fn encode(post: &Post, old: Option<&[u8]>) -> Row {
    let row = PostRow {
        id: post.id.0,
        post_type: post.post_type.name().into(),
        status: post.status.name().into(),
        slug: post.slug.as_str().into(),
        title: post.title.as_str().into(),
        excerpt: post.excerpt.as_str().into(),
        author: post.author.0,
        date: post.date,
        date_gmt: post.date_gmt,
        modified: (post.modified != post.date).then_some(post.modified),
        modified_gmt: (Some(post.modified_gmt) != post.date_gmt).then_some(post.modified_gmt),
        parent: post.parent.map(|id| id.0),
        menu_order: post.menu_order,
        password: post.password.clone(),
        comments_closed: !post.comments_open,
        pings_closed: !post.pings_open,
        sticky: post.sticky,
        terms: post.terms.iter().map(|id| id.0).collect(),
        thumbnail: post.thumbnail.map(|id| id.0),
        template: post.template.as_str().into(),
        mime_type: post.mime_type.as_str().into(),
        guid: post.guid.as_str().into(),
        old_slugs: post.old_slugs.clone(),
        trashed_from: post.trashed_from.as_ref().map(|(status, slug)| (status.name().to_owned(), slug.clone())),
        revision: post.revision.to_string().into(),
        meta: meta_pairs(&post.meta),
        file: post.file.as_ref().map(FileRow::of),
    };

    fields::merge(&row, old, &FIELDS)
}

/// Reads a row in place.
///
/// # Errors
/// `Corrupt` when a field is missing or is not what it must be.
pub fn view(row: &[u8]) -> Result<PostRow<'_>, Corrupt> {
    serde_json::from_slice(row).map_err(|error| corrupt("post row", error))
}

/// Reads a few fields of a row in place.
///
/// # Errors
/// `Corrupt` when the row is not JSON or one of them is missing or not what it must be.
pub fn columns(row: &[u8]) -> Result<PostColumns<'_>, Corrupt> {
    serde_json::from_slice(row).map_err(|error| corrupt("post row", error))
}

/// # Errors
/// As [`view`].
pub fn decode(row: &[u8]) -> Result<Post, Corrupt> {
    view(row)?.into_post()
}

impl PostColumns<'_> {
    /// Local time of the last change.
    pub fn modified(&self) -> DateTime {
        self.modified.unwrap_or(self.date)
    }
}

impl PostRow<'_> {
    /// Local time of the last change.
    pub fn modified(&self) -> DateTime {
        self.modified.unwrap_or(self.date)
    }

    /// # Errors
    /// `Corrupt` when the revision is no ULID or a time that must be there is not.
    pub fn into_post(self) -> Result<Post, Corrupt> {
        let revision: RevisionId = self.revision.parse().map_err(|error| corrupt("post row", error))?;
        let modified_gmt = self
            .modified_gmt
            .or(self.date_gmt)
            .ok_or_else(|| corrupt("post row", format_args!("post {} has no modified_gmt", self.id)))?;
        Ok(Post {
            id: PostId(self.id),
            post_type: PostType::from_name(&self.post_type),
            status: PostStatus::from_name(&self.status),
            slug: self.slug.into_owned(),
            title: self.title.into_owned(),
            excerpt: self.excerpt.into_owned(),
            author: UserId(self.author),
            date: self.date,
            date_gmt: self.date_gmt,
            modified: self.modified.unwrap_or(self.date),
            modified_gmt,
            parent: self.parent.map(PostId),
            menu_order: self.menu_order,
            password: self.password,
            comments_open: !self.comments_closed,
            pings_open: !self.pings_closed,
            sticky: self.sticky,
            terms: self.terms.into_iter().map(TermId).collect(),
            thumbnail: self.thumbnail.map(PostId),
            template: self.template.into_owned(),
            mime_type: self.mime_type.into_owned(),
            guid: self.guid.into_owned(),
            old_slugs: self.old_slugs,
            trashed_from: self.trashed_from.map(|(status, slug)| (PostStatus::from_name(&status), slug)),
            revision,
            meta: meta_entries(self.meta),
            file: self.file.map(FileRow::into_file),
        })
    }

    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// The original of an attachment that has its file.
    pub fn file_sha256(&self) -> Option<&str> {
        self.file.as_ref().map(|file| file.sha256.as_str())
    }

    /// Path of the attachment's file below `wp-content/uploads/`; for attachments imported without their
    /// file, where WordPress had it.
    pub fn upload_path(&self) -> Option<&str> {
        match &self.file {
            Some(file) => Some(&file.path),
            None => self.meta.iter().find(|(key, _)| key == "_wp_attached_file").map(|(_, path)| path.as_str()),
        }
    }
}
