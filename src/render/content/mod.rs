//! Stored content → HTML: blocks, classic text with shortcodes, Markdown.

use std::collections::BTreeMap;

use super::image::Picture;
use crate::content::ContentFormat;

/// One post's content and all it refers to. Pure: nothing is looked up while rendering.
#[derive(Clone, Debug, Default)]
pub struct ContentInput<'a> {
    pub content: &'a str,
    pub format: ContentFormat,
    /// Which `<!--nextpage-->` part, from 1; 0 is the whole.
    pub part: usize,
    /// The post the content belongs to; names anchors.
    pub post_id: u64,
    /// Address of the post, for "more" links and anchors.
    pub permalink: &'a str,
    /// Cut at `<!--more-->` and link on, as lists and feeds do.
    pub teaser: bool,
    /// For feeds: no scripts, no lazy loading.
    pub feed: bool,
    /// Attachments by id: those [`needs`] names, and `children`.
    pub pictures: Option<&'a BTreeMap<u64, Picture>>,
    /// Image attachments whose parent is this post, in menu order: what `[gallery]` without ids shows.
    pub children: &'a [u64],
}

/// What must be known of other posts before the content can be rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Attachments named by `wp-image-7` classes, gallery ids and media blocks.
    pub attachments: Vec<u64>,
    /// A gallery shows the post's own attachments.
    pub children: bool,
}

/// Scans content for [`Needs`]; at most 500 attachments, what is beyond them renders without `srcset`.
pub fn needs(content: &str) -> Needs {
    let _ = content;
    Needs::default()
}

/// Finished HTML of the content, or of one part of it.
pub fn html(input: &ContentInput<'_>) -> String {
    input.content.to_owned()
}

/// Number of parts `<!--nextpage-->` makes; at least 1.
pub fn parts(content: &str) -> usize {
    content.split("<!--nextpage-->").count().max(1)
}

/// A comment's text as HTML: paragraphs and clickable addresses. The text was cleaned when it was saved.
pub fn comment_html(raw: &str) -> String {
    raw.to_owned()
}

/// An excerpt or term description typed by hand: paragraphs.
pub fn excerpt_html(raw: &str) -> String {
    raw.to_owned()
}
