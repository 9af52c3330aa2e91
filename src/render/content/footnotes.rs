//! The notes below a post: the block editor keeps them beside the content, which holds only their place.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    blocks::{Kind, delimiters},
    scan::{slice, tail},
};
use crate::render::{escape, sanitize};

/// `text` with `notes`, the post's `footnotes` meta, in the place of its footnotes block.
pub(super) fn expand<'t>(text: &'t str, notes: &str) -> Cow<'t, str> {
    if notes.is_empty() || !text.contains("wp:footnotes") {
        return Cow::Borrowed(text);
    }
    let mut blocks = delimiters(text);
    let Some(place) = blocks.find(|block| block.kind == Kind::Void && block.full_name() == "core/footnotes") else {
        return Cow::Borrowed(text);
    };
    Cow::Owned(format!("{}{}{}", slice(text, 0, place.start), list(notes), tail(text, place.end)))
}

/// Empty where the notes are none, or no JSON. They are cleaned here: meta is not when it is saved.
fn list(notes: &str) -> String {
    let notes: Vec<Value> = serde_json::from_str(notes).unwrap_or_default();
    let text = |note: &Value, name: &str| note.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
    let items: Vec<String> = notes
        .iter()
        .enumerate()
        .map(|(index, note)| {
            let id = escape::html(&text(note, "id"));
            let content = sanitize::clean_post(&text(note, "content"));
            let label = format!("Jump to footnote reference {}", index + 1);
            format!("<li id=\"{id}\">{content} <a href=\"#{id}-link\" aria-label=\"{label}\">↩\u{fe0e}</a></li>")
        })
        .collect();
    if items.is_empty() { String::new() } else { format!("<ol class=\"wp-block-footnotes\">{}</ol>", items.concat()) }
}
