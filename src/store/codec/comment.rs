//! Rows of the `comments` table.

use std::borrow::Cow;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{MetaPairs, corrupt, fields, meta_entries, meta_pairs, time};
use crate::{
    content::{Comment, CommentId, CommentStatus, PostId, UserId},
    store::{Row, log::Corrupt},
};

const FIELDS: [&str; 16] = [
    "id",
    "post",
    "parent",
    "user",
    "author_name",
    "author_email",
    "author_url",
    "author_ip",
    "agent",
    "date",
    "date_gmt",
    "content",
    "status",
    "type",
    "karma",
    "meta",
];

#[derive(Serialize, Deserialize)]
struct CommentRow {
    id: u64,
    post: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<u64>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    author_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    author_email: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    author_url: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    author_ip: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    agent: String,
    #[serde(with = "time")]
    date: DateTime,
    #[serde(with = "time")]
    date_gmt: DateTime,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    content: String,
    /// As `wp_comments.comment_approved` has it, except that the names say what they mean.
    #[serde(default = "approved", skip_serializing_if = "is_approved")]
    status: String,
    #[serde(rename = "type", default = "comment", skip_serializing_if = "is_comment")]
    kind: String,
    #[serde(default, skip_serializing_if = "is_no_karma")]
    karma: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    meta: MetaPairs,
}

/// What lists of comments are narrowed and sorted by.
#[derive(Debug, Deserialize)]
pub struct CommentRowFacts<'a> {
    pub post: u64,
    #[serde(default)]
    pub parent: Option<u64>,
    #[serde(default)]
    pub user: Option<u64>,
    #[serde(with = "time")]
    pub date: DateTime,
    #[serde(with = "time")]
    pub date_gmt: DateTime,
    #[serde(borrow, default = "approved")]
    pub status: Cow<'a, str>,
    #[serde(borrow, rename = "type", default = "comment")]
    pub kind: Cow<'a, str>,
}

/// What a search in comments looks into.
#[derive(Debug, Deserialize)]
pub struct CommentTexts<'a> {
    #[serde(borrow, default)]
    pub author_name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub author_email: Cow<'a, str>,
    #[serde(borrow, default)]
    pub author_url: Cow<'a, str>,
    #[serde(borrow, default)]
    pub content: Cow<'a, str>,
}

fn approved<'a, T: From<&'a str>>() -> T {
    "approved".into()
}
fn is_approved(status: &str) -> bool {
    status == "approved"
}
fn comment<'a, T: From<&'a str>>() -> T {
    "comment".into()
}
fn is_comment(kind: &str) -> bool {
    kind == "comment"
}
fn is_no_karma(karma: &i64) -> bool {
    *karma == 0
}

/// The row of `comment`, with what `old` has beyond this version's fields.
pub fn encode(comment: &Comment, old: Option<&[u8]>) -> Row {
    let status = match &comment.status {
        CommentStatus::Approved => "approved",
        CommentStatus::Hold => "hold",
        other => other.stored(),
    };
    let row = CommentRow {
        id: comment.id.0,
        post: comment.post.0,
        parent: comment.parent.map(|id| id.0),
        user: comment.user.map(|id| id.0),
        author_name: comment.author_name.clone(),
        author_email: comment.author_email.clone(),
        author_url: comment.author_url.clone(),
        author_ip: comment.author_ip.clone(),
        agent: comment.agent.clone(),
        date: comment.date,
        date_gmt: comment.date_gmt,
        content: comment.content.clone(),
        status: status.to_owned(),
        kind: comment.kind.clone(),
        karma: comment.karma,
        meta: meta_pairs(&comment.meta),
    };
    fields::merge(&row, old, &FIELDS)
}

/// Reads of a row, in place, what lists need.
///
/// # Errors
/// As [`decode`], of those fields.
pub fn facts(row: &[u8]) -> Result<CommentRowFacts<'_>, Corrupt> {
    serde_json::from_slice(row).map_err(|error| corrupt("comment row", error))
}

/// Reads the texts of a row in place.
///
/// # Errors
/// As [`decode`], of those fields.
pub fn texts(row: &[u8]) -> Result<CommentTexts<'_>, Corrupt> {
    serde_json::from_slice(row).map_err(|error| corrupt("comment row", error))
}

/// # Errors
/// `Corrupt` when a field is missing or is not what it must be.
pub fn decode(row: &[u8]) -> Result<Comment, Corrupt> {
    let row: CommentRow = serde_json::from_slice(row).map_err(|error| corrupt("comment row", error))?;
    Ok(Comment {
        id: CommentId(row.id),
        post: PostId(row.post),
        parent: row.parent.map(CommentId),
        user: row.user.map(UserId),
        author_name: row.author_name,
        author_email: row.author_email,
        author_url: row.author_url,
        author_ip: row.author_ip,
        agent: row.agent,
        date: row.date,
        date_gmt: row.date_gmt,
        content: row.content,
        status: CommentStatus::from_stored(&row.status),
        kind: row.kind,
        karma: row.karma,
        meta: meta_entries(row.meta),
    })
}
