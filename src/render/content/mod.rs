//! Stored content → HTML: blocks, classic text with shortcodes, Markdown. Pure, linear in the content's
//! length, and total: no input panics.

mod autop;
pub mod blocks;
pub mod dynamic;
mod embed;
mod footnotes;
mod highlight;
mod images;
mod layout;
mod linkify;
mod markdown;
mod markdown_clean;
mod parts;
mod scan;

mod shortcode;

use std::collections::{BTreeMap, BTreeSet};

pub use self::{
    autop::autop,
    embed::frame,
    markdown::block as markdown_block,
    markdown_clean::clean_markdown,
    parts::count as parts,
    shortcode::{
        Attributes as ShortcodeAttributes, parse_attributes as parse_shortcode_attributes, strip as strip_shortcodes,
    },
};
pub(super) use self::{markdown::html as markdown, scan::tags};
use super::{escape, image::Picture, sanitize};
use crate::content::ContentFormat;

/// Attachments one post's content may ask for.
const ATTACHMENTS_MAX: usize = 500;

/// One post's content and all it refers to. Nothing is looked up while rendering.
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
    /// The post's `footnotes` meta, as the block editor keeps it; may be empty.
    pub footnotes: &'a str,
    /// Cut at `<!--more-->` and link on, as lists and feeds do.
    pub teaser: bool,
    /// For feeds: no scripts, no lazy loading.
    pub feed: bool,
    /// Attachments by id: those [`needs`] names, and `children`.
    pub pictures: Option<&'a BTreeMap<u64, Picture>>,
    /// Attachments whose parent is this post, in menu order: what `[gallery]` without ids shows.
    pub children: &'a [u64],
    /// Frames for posts of this site, by their address as [`needs`] names it.
    pub frames: Option<&'a BTreeMap<String, Frame>>,
}

/// What is shown in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Absolute.
    pub url: String,
    /// Plain text: for readers who do not see it.
    pub title: String,
    /// Needs room for a picture.
    pub has_picture: bool,
}

/// What must be known of other posts before the content can be rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Attachments named by `wp-image-7` classes, gallery ids and media blocks.
    pub attachments: Vec<u64>,
    /// A gallery shows the post's own attachments.
    pub children: bool,
    /// Addresses that would be embedded.
    pub addresses: Vec<String>,
}

/// Scans content for [`Needs`]; at most 500 attachments, what is beyond them renders without `srcset`, and
/// 100 addresses, what is beyond them renders as a link.
pub fn needs(content: &str) -> Needs {
    let mut found = BTreeSet::new();
    let mut add = |id: u64| {
        if found.len() < ATTACHMENTS_MAX {
            found.insert(id);
        }
    };
    images::ids(content, &mut add);
    let children = shortcode::needs(content, &mut add);
    Needs { attachments: found.into_iter().collect(), children, addresses: embed::addresses(content) }
}

/// Finished HTML of the content, or of one part of it.
pub fn html(input: &ContentInput<'_>) -> String {
    let part = parts::part(input.content, input.part);
    let (text, link) = with_more(&part, input);
    let html = match input.format {
        // Cut out of its place, text that was code may be HTML: what was saved clean must not become dangerous.
        ContentFormat::Markdown if text != input.content => sanitize::clean_post(&markdown::html(&text)),
        ContentFormat::Markdown => markdown::html(&text),
        ContentFormat::Html => stored_html(&text, input),
    };
    let html = if input.feed { html } else { images::enrich(&html, input.pictures) };
    match link {
        Some(link) if input.format == ContentFormat::Html && !blocks::has_blocks(&part) => format!("{html}{link}\n"),
        Some(link) => format!("{html}\n<p class=\"more\">{link}</p>\n"),
        None => html,
    }
}

/// As WordPress orders it: embeds, blocks, paragraphs, shortcodes.
fn stored_html(text: &str, input: &ContentInput<'_>) -> String {
    if blocks::has_blocks(text) {
        let text = footnotes::expand(text, input.footnotes);
        let html = blocks::static_html(&text);
        return embed::blocks(&shortcode::run(&html, input), input.frames);
    }
    let embedded = embed::lines(text, input.frames);
    let paragraphs = shortcode::unautop(&autop(&embedded, true));
    shortcode::run(&paragraphs, input)
}

/// The text to show, and the link that goes on where it is cut.
fn with_more(part: &str, input: &ContentInput<'_>) -> (String, Option<String>) {
    let Some(more) = parts::more(part) else { return (part.to_owned(), None) };
    if input.teaser {
        let before = more.before.trim_end();
        let before = before.strip_suffix("<!-- wp:more -->").unwrap_or(before);
        let label = more.label.map_or_else(|| "(more…)".to_owned(), escape::html);
        let (url, id) = (escape::url(input.permalink), input.post_id);
        return (before.to_owned(), Some(format!("<a href=\"{url}#more-{id}\" class=\"more-link\">{label}</a>")));
    }
    let anchor = format!("<span id=\"more-{}\"></span>", input.post_id);
    if more.no_teaser {
        return (format!("{anchor}{}", more.after), None);
    }
    (format!("{}{anchor}{}", more.before, more.after), None)
}

/// A comment's text as HTML: paragraphs and clickable addresses. The text was cleaned when it was saved.
pub fn comment_html(raw: &str) -> String {
    autop(&linkify::links(raw), true)
}

/// An excerpt or term description typed by hand: paragraphs.
pub fn excerpt_html(raw: &str) -> String {
    autop(raw, true)
}

#[cfg(test)]
mod tests;
