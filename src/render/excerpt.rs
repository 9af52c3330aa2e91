//! Excerpts and plain text.

use std::borrow::Cow;

use super::{
    content::{autop, blocks, markdown, strip_shortcodes},
    escape,
};
use crate::content::ContentFormat;

/// Stands where an excerpt was cut.
const MORE: &str = " […]";

/// Stored content read for an excerpt: first what its words take as a rule, with their markup, then many times that.
const CONTENT_BYTES: [usize; 2] = [4_000, 24_000];

/// Markdown read for an excerpt.
const MARKDOWN_BYTES_MAX: usize = 8_000;

/// Words in an automatic excerpt, as in WordPress.
pub const WORDS: usize = 55;

/// The first `words` words of stored content as plain text, with ` […]` where it was cut.
///
/// Blocks that are not text, shortcodes and markup are left out. Entities are resolved: escape the result
/// when writing HTML.
pub fn auto(content: &str, words: usize) -> String {
    let mut excerpt = String::new();
    for bytes_max in CONTENT_BYTES {
        let (content, cut) = beginning(content, bytes_max);
        let content = strip_shortcodes(content);
        let content = without_other_blocks(&content, cut);
        let content = content.replace("<!--nextpage-->", " ").replace("<!--more", " <!--more");
        excerpt = trim_words(&autop(&content, true), words, MORE);
        if !cut || excerpt.ends_with(MORE) {
            return excerpt;
        }
    }
    excerpt.push_str(MORE);
    excerpt
}

/// As much of long content as `bytes_max` allow, up to the end of a paragraph or a tag.
fn beginning(content: &str, bytes_max: usize) -> (&str, bool) {
    if content.len() <= bytes_max {
        return (content, false);
    }
    let mut end = bytes_max;
    while !content.is_char_boundary(end) {
        end -= 1;
    }
    let head = content.get(..end).unwrap_or("");
    let boundary = head.rfind("\n\n").or_else(|| head.rfind('>').map(|at| at + 1)).filter(|at| *at > bytes_max / 2);
    let mut part = head.get(..boundary.unwrap_or(end)).unwrap_or(head);
    // of what is no text nothing is left over
    for (opener, closer) in [("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->")] {
        part = match part.rsplit_once(opener) {
            Some((before, after)) if !after.contains(closer) => before,
            _ => part,
        };
    }
    (part, true)
}

/// As [`auto`], for content of either format.
pub fn of(content: &str, format: ContentFormat, words: usize) -> String {
    match format {
        ContentFormat::Html => auto(content, words),
        // Nobody needs a book rendered for its first lines; a paragraph cut in two still makes words.
        ContentFormat::Markdown => {
            let end = content.char_indices().map(|(at, _)| at).take_while(|at| *at <= MARKDOWN_BYTES_MAX).last();
            let start = if content.len() <= MARKDOWN_BYTES_MAX {
                content
            } else {
                content.get(..end.unwrap_or(0)).unwrap_or("")
            };
            trim_words(&markdown(start), words, MORE)
        }
    }
}

/// The first words of `html` as plain text, and `more` where there were others. Single white space between words.
pub fn trim_words(html: &str, words: usize, more: &str) -> String {
    let plain = text(html);
    let mut parts = plain.split([' ', '\n', '\r', '\t']).filter(|word| !word.is_empty());
    let taken: Vec<&str> = parts.by_ref().take(words).collect();
    let mut out = taken.join(" ");
    if parts.next().is_some() {
        out.push_str(more);
    }
    out
}

/// Words in rendered HTML, for reading times.
pub fn word_count(html: &str) -> usize {
    text(html).split_whitespace().count()
}

/// Markup out, scripts and styles with all that is in them, entities resolved, white space as it is.
pub fn text(html: &str) -> String {
    let without = without_elements(html);
    let mut out = String::with_capacity(without.len());
    let mut from = 0;
    for (start, end) in super::content::tags(&without) {
        let tag = without.get(start..end).unwrap_or("");
        let next = tag.chars().nth(1).unwrap_or(' ');
        // `a < b` is no tag.
        if next.is_ascii_whitespace() {
            continue;
        }
        out.push_str(without.get(from..start).unwrap_or(""));
        from = end;
    }
    out.push_str(without.get(from..).unwrap_or(""));
    escape::decode(out.trim()).into_owned()
}

/// Drops `<script>` and `<style>` with their content.
fn without_elements(html: &str) -> Cow<'_, str> {
    let mut html = Cow::Borrowed(html);
    for (opener, closer) in [("<script", "</script>"), ("<style", "</style>")] {
        if !html.contains(opener) {
            continue;
        }
        let mut out = String::with_capacity(html.len());
        let mut rest: &str = &html;
        while let Some(start) = rest.find(opener) {
            let (before, from) = rest.split_at(start);
            let Some(end) = from.find(closer) else { break };
            out.push_str(before);
            rest = from.get(end + closer.len()..).unwrap_or("");
        }
        out.push_str(rest);
        html = Cow::Owned(out);
    }
    html
}

/// Blocks whose text is part of what a post says.
const TEXT_BLOCKS: [&str; 12] = [
    "core/freeform",
    "core/heading",
    "core/html",
    "core/list",
    "core/list-item",
    "core/media-text",
    "core/paragraph",
    "core/preformatted",
    "core/pullquote",
    "core/quote",
    "core/table",
    "core/verse",
];
/// Blocks that are as good as what is in them.
const WRAPPERS: [&str; 3] = ["core/columns", "core/column", "core/group"];

fn without_other_blocks(content: &str, cut: bool) -> Cow<'_, str> {
    if !blocks::has_blocks(content) {
        return Cow::Borrowed(content);
    }
    let mut out = String::with_capacity(content.len() / 2);
    for block in if cut { blocks::parse_beginning(content) } else { blocks::parse(content) } {
        push_text(&block, &mut out);
    }
    Cow::Owned(out)
}

/// As deep as the parser nests, which is limited.
fn push_text(block: &blocks::Block, out: &mut String) {
    let name = block.name.as_deref().unwrap_or("core/freeform");
    if WRAPPERS.contains(&name) {
        for inner in &block.inner {
            push_text(inner, out);
        }
    } else if TEXT_BLOCKS.contains(&name) {
        let mut inner = block.inner.iter();
        for piece in &block.content {
            match piece {
                Some(html) => out.push_str(html),
                None => {
                    if let Some(block) = inner.next() {
                        push_text(block, out);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_content_is_read_as_far_as_needed() {
        let long = "<p>Zwölf Wörter.</p>\n\n".repeat(5_000);
        assert_eq!(auto(&long, 3), "Zwölf Wörter. Zwölf […]");
        let words = auto(&"ü".repeat(50_000), 55);
        assert!(words.len() <= 24_000 + MORE.len() && words.ends_with(MORE));
        assert_eq!(auto("<p>Short</p>", 55), "Short");
        let behind_code = format!("<!-- wp:code -->{}<!-- /wp:code --><p>One two three.</p>", "x ".repeat(5_000));
        assert_eq!(auto(&behind_code, 2), "One two […]");
        let behind_style = format!("<style>{}</style><p>One two three.</p>", "p > a { color: red }\n\n".repeat(500));
        assert_eq!(auto(&behind_style, 2), "One two […]");
    }

    #[test]
    fn what_is_cut_within_blocks_begins_where_it_begins() {
        let paragraph = |n: usize| {
            format!("<!-- wp:paragraph -->\n<p><em>Word{n}</em> {}</p>\n<!-- /wp:paragraph -->\n", "and ".repeat(80))
        };
        for opener in ["<!-- wp:group -->", "<!-- wp:columns --><div><!-- wp:column -->"] {
            let long = (0..100).fold(opener.to_owned(), |all, n| all + &paragraph(n));
            assert_eq!(auto(&long, 2), "Word0 and […]");
            assert_eq!(auto(&long, 83), format!("Word0 {}Word1 and […]", "and ".repeat(80)));
        }
    }
}
