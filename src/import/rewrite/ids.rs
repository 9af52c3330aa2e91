//! Numbers of posts and terms inside texts: blocks, classes, galleries, captions.

use std::collections::HashMap;

type Numbers = HashMap<u64, u64>;

/// Rewrites the numbers that changed. Where it is not certain that a number names a post, it stays.
pub(super) fn rewrite(text: String, posts: &Numbers, terms: &Numbers) -> String {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return text;
    }
    let text = blocks(text, posts, terms);
    let text = after_marks(text, posts);
    shortcodes(text, posts)
}

/// Classes and attributes in HTML that end in a number.
const MARKS: [&str; 6] =
    ["wp-image-", "attachment_", "wp-att-", "data-id=\"", "wp-block-file--media-", "attachment-link-"];

fn after_marks(mut text: String, posts: &Numbers) -> String {
    for mark in MARKS {
        if !text.contains(mark) {
            continue;
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(mark) {
            out.push_str(before);
            out.push_str(mark);
            rest = push_number(&mut out, after, posts);
        }
        out.push_str(rest);
        text = out;
    }
    text
}

/// Copies the number `text` begins with, as it is here; returns what follows.
fn push_number<'a>(out: &mut String, text: &'a str, numbers: &Numbers) -> &'a str {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    match digits.parse().ok().and_then(|old: u64| numbers.get(&old)) {
        Some(new) => out.push_str(&new.to_string()),
        None => out.push_str(digits),
    }
    rest
}

/// `<!-- wp:image {"id":5} -->`
fn blocks(text: String, posts: &Numbers, terms: &Numbers) -> String {
    if !text.contains("<!-- wp:") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("<!-- wp:") {
        out.push_str(before);
        out.push_str("<!-- wp:");
        let Some((inside, following)) = after.split_once("-->") else {
            rest = after;
            continue;
        };
        let name = inside.split_whitespace().next().unwrap_or_default();
        let is_taxonomy = inside.contains("\"kind\":\"taxonomy\"");
        let numbers = if is_taxonomy { terms } else { posts };
        let keys: &[&str] = match name {
            "image" | "cover" | "file" | "audio" | "video" | "navigation-link" | "navigation-submenu" | "button" => {
                &["id"]
            }
            "gallery" => &["ids", "id"],
            "media-text" => &["mediaId"],
            "block" | "navigation" => &["ref"],
            _ => &[],
        };
        let mut attributes = inside.to_owned();
        for key in keys {
            attributes = json_numbers(&attributes, key, numbers);
        }
        out.push_str(&attributes);
        out.push_str("-->");
        rest = following;
    }
    out.push_str(rest);
    out
}

/// `"key":5` and `"key":[5,6]`
fn json_numbers(text: &str, key: &str, numbers: &Numbers) -> String {
    let mark = format!("\"{key}\":");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&mark) {
        out.push_str(before);
        out.push_str(&mark);
        rest = after;
        if let Some(list) = rest.strip_prefix('[') {
            out.push('[');
            rest = push_list(&mut out, list, numbers);
        } else {
            rest = push_number(&mut out, rest, numbers);
        }
    }
    out.push_str(rest);
    out
}

/// Numbers separated by commas, white space or quotes.
fn push_list<'a>(out: &mut String, text: &'a str, numbers: &Numbers) -> &'a str {
    let mut rest = text;
    loop {
        rest = push_number(out, rest, numbers);
        let end = rest.find(|letter: char| !matches!(letter, ',' | ' ' | '"')).unwrap_or(rest.len());
        let (separators, after) = rest.split_at(end);
        if separators.is_empty() || !after.starts_with(|letter: char| letter.is_ascii_digit()) {
            return rest;
        }
        out.push_str(separators);
        rest = after;
    }
}

/// Numbers of the attachments that galleries and playlists in the text list.
pub(in crate::import) fn gallery_numbers(text: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    for (at, open) in ["[gallery ", "[playlist "].into_iter().flat_map(|open| text.match_indices(open)) {
        let attributes = text.get(at + open.len()..).and_then(|after| after.split(']').next()).unwrap_or_default();
        for name in ["ids=", "include="] {
            let Some((_, list)) = attributes.split_once(name) else { continue };
            let list = list.trim_start_matches(['"', '\'']);
            let end = list.find(|letter: char| !matches!(letter, '0'..='9' | ',' | ' ')).unwrap_or(list.len());
            numbers.extend(
                list.get(..end).unwrap_or_default().split(',').filter_map(|one| one.trim().parse::<u64>().ok()),
            );
        }
    }
    numbers
}

/// `[gallery ids="5,6" id=7]` and `[playlist …]`
fn shortcodes(mut text: String, posts: &Numbers) -> String {
    for open in ["[gallery ", "[playlist "] {
        if !text.contains(open) {
            continue;
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(open) {
            out.push_str(before);
            out.push_str(open);
            let end = after.find(']').unwrap_or(after.len());
            let (attributes, following) = after.split_at(end);
            out.push_str(&shortcode_numbers(attributes, posts));
            rest = following;
        }
        out.push_str(rest);
        text = out;
    }
    text
}

fn shortcode_numbers(attributes: &str, posts: &Numbers) -> String {
    let mut text = format!(" {attributes}");
    for name in ["ids", "include", "exclude", "id"] {
        for quote in ["\"", "'", ""] {
            let mark = format!(" {name}={quote}");
            let Some((before, after)) = text.split_once(&mark) else { continue };
            let mut out = format!("{before}{mark}");
            let rest = push_list(&mut out, after, posts);
            out.push_str(rest);
            text = out;
            break;
        }
    }
    text.get(1..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn galleries_list_attachments() {
        let text = r#"[gallery columns="5" ids="5, 6,7"] x [playlist include='8'] [gallery id="9"] [gallery ids="#;
        assert_eq!(gallery_numbers(text), [5, 6, 7, 8]);
    }

    #[test]
    fn numbers_that_name_posts_and_terms() {
        let posts = Numbers::from([(5, 105), (6, 106)]);
        let terms = Numbers::from([(5, 905)]);
        for (from, to) in [
            (
                r#"<!-- wp:image {"id":5,"width":5} --><img class="wp-image-5"/>"#,
                r#"<!-- wp:image {"id":105,"width":5} --><img class="wp-image-105"/>"#,
            ),
            (
                r#"<!-- wp:gallery {"ids":[5,6,7],"columns":5} -->"#,
                r#"<!-- wp:gallery {"ids":[105,106,7],"columns":5} -->"#,
            ),
            (r#"<!-- wp:media-text {"mediaId":6} -->"#, r#"<!-- wp:media-text {"mediaId":106} -->"#),
            (r#"<!-- wp:block {"ref":6} /-->"#, r#"<!-- wp:block {"ref":106} /-->"#),
            (
                r#"<!-- wp:navigation-link {"id":5,"kind":"taxonomy"} /-->"#,
                r#"<!-- wp:navigation-link {"id":905,"kind":"taxonomy"} /-->"#,
            ),
            (r#"<!-- wp:acme/thing {"id":5} /-->"#, r#"<!-- wp:acme/thing {"id":5} /-->"#),
            (
                r#"[gallery columns="5" ids="5, 6,7" orderby="rand"]"#,
                r#"[gallery columns="5" ids="105, 106,7" orderby="rand"]"#,
            ),
            (r#"[gallery id='5']x[gallery include=6]"#, r#"[gallery id='105']x[gallery include=106]"#),
            (r#"[caption id="attachment_5" width="5"]"#, r#"[caption id="attachment_105" width="5"]"#),
            (r#"<a rel="attachment wp-att-6">5 and 6</a>"#, r#"<a rel="attachment wp-att-106">5 and 6</a>"#),
            ("wp-image-55 wp-image-", "wp-image-55 wp-image-"),
            ("<!-- wp:image {\"id\":5", "<!-- wp:image {\"id\":5"),
            ("[gallery ids=\"5", "[gallery ids=\"105"),
        ] {
            assert_eq!(rewrite(from.to_owned(), &posts, &terms), to);
        }
    }
}
