//! Slugs: from titles, and the words none may be.

use std::fmt::Write;

use super::{accents::remove_accents, names::strip_tags};

/// Longest stored slug in bytes, percent-encoding included.
pub const SLUG_BYTES_MAX: usize = 200;

/// Turns a title (or a slug somebody typed) into a slug, by WordPress's `sanitize_title`: lower-case ASCII
/// letters, digits, `-` and `_`; other letters percent-encoded; at most 200 bytes. May be empty.
pub fn sanitize_title(title: &str) -> String {
    let plain = remove_accents(&strip_tags(title));
    let encoded = percent_encode(&keep_escapes(&plain));
    let separated = spell_punctuation(&encoded);
    let mut slug = String::with_capacity(separated.len());
    for letter in separated.chars() {
        let letter = if matches!(letter, '.' | ' ') { '-' } else { letter };
        let allowed = matches!(letter, 'a'..='z' | '0'..='9' | '%' | '_' | '-');
        if allowed && !(letter == '-' && slug.ends_with('-')) {
            slug.push(letter);
        }
    }
    slug.trim_matches('-').to_owned()
}

/// Drops percent signs that do not begin an escape.
fn keep_escapes(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut kept = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        if letter != '%' || (is_hex(at + 1) && is_hex(at + 2)) {
            kept.push(letter);
        }
    }
    kept
}

/// Lower-cases; escapes what is not ASCII while the result is within the limit, whole characters only.
fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        let cost = if letter.is_ascii() { 1 } else { 3 * letter.len_utf8() };
        if encoded.len() + cost > SLUG_BYTES_MAX {
            break;
        }
        if letter.is_ascii() {
            encoded.push(letter);
            continue;
        }
        for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
            // writing to a String cannot fail
            let _ = write!(encoded, "%{byte:02x}");
        }
    }
    encoded
}

/// Dashes become `-`, `×` becomes `x`, quotes and other marks vanish, entities vanish.
fn spell_punctuation(text: &str) -> String {
    let mut spelled = text.to_owned();
    for dash in [
        "%c2%a0",
        "%e2%80%91",
        "%e2%80%93",
        "%e2%80%94",
        "&nbsp;",
        "&#160;",
        "&ndash;",
        "&#8211;",
        "&mdash;",
        "&#8212;",
        "/",
    ] {
        spelled = spelled.replace(dash, "-");
    }
    for mark in REMOVED_MARKS {
        spelled = spelled.replace(mark, "");
    }
    for space in SPACES {
        spelled = spelled.replace(space, "-");
    }
    remove_entities(&spelled.replace("%c3%97", "x"))
}

/// Percent-encoded marks without a place in a slug.
const REMOVED_MARKS: &[&str] = &[
    "%c2%ad",
    "%c2%a1",
    "%c2%bf",
    "%c2%ab",
    "%c2%bb",
    "%e2%80%b9",
    "%e2%80%ba",
    "%e2%80%98",
    "%e2%80%99",
    "%e2%80%9c",
    "%e2%80%9d",
    "%e2%80%9a",
    "%e2%80%9b",
    "%e2%80%9e",
    "%e2%80%9f",
    "%e2%80%a2",
    "%c2%a9",
    "%c2%ae",
    "%c2%b0",
    "%e2%80%a6",
    "%e2%84%a2",
    "%c2%b4",
    "%cb%8a",
    "%cc%81",
    "%cd%81",
    "%cc%80",
    "%cc%84",
    "%cc%8c",
    "%e2%80%8b",
    "%e2%80%8c",
    "%e2%80%8d",
    "%e2%80%8e",
    "%e2%80%8f",
    "%e2%80%aa",
    "%e2%80%ab",
    "%e2%80%ac",
    "%e2%80%ad",
    "%e2%80%ae",
    "%ef%bb%bf",
    "%ef%bf%bc",
];

/// Percent-encoded spaces of all widths.
const SPACES: &[&str] = &[
    "%e2%80%80",
    "%e2%80%81",
    "%e2%80%82",
    "%e2%80%83",
    "%e2%80%84",
    "%e2%80%85",
    "%e2%80%86",
    "%e2%80%87",
    "%e2%80%88",
    "%e2%80%89",
    "%e2%80%8a",
    "%e2%80%a8",
    "%e2%80%a9",
    "%e2%80%af",
];

/// Removes `&…;`, the shortest that holds something and stays on one line.
pub(super) fn remove_entities(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        kept.push_str(before);
        let end = after.char_indices().skip(1).find(|(_, letter)| matches!(letter, ';' | '\n'));
        match end {
            Some((at, ';')) if !after.starts_with('\n') => rest = after.get(at + 1..).unwrap_or_default(),
            _ => {
                kept.push('&');
                rest = after;
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// The `n`th choice for a slug that is taken: `name-2`, `name-3`, …, cut so that it stays within the limit
/// without splitting an escape.
pub fn with_suffix(slug: &str, n: u64) -> String {
    let suffix = format!("-{n}");
    format!("{}{suffix}", truncate(slug, SLUG_BYTES_MAX.saturating_sub(suffix.len())))
}

/// The longest beginning of at most `bytes_max` bytes made of whole characters, escaped ones included.
pub fn truncate(slug: &str, bytes_max: usize) -> String {
    if slug.len() <= bytes_max {
        return slug.to_owned();
    }
    let mut end = bytes_max;
    while end > 0 && (!slug.is_char_boundary(end) || splits_escape(slug.as_bytes(), end)) {
        end -= 1;
    }
    slug.get(..end).unwrap_or_default().trim_end_matches('-').to_owned()
}

/// Whether cutting before byte `end` would leave part of an escaped character.
fn splits_escape(bytes: &[u8], end: usize) -> bool {
    let is_percent = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&b'%');
    if is_percent(end.checked_sub(1)) || is_percent(end.checked_sub(2)) {
        return true;
    }
    // the next escape is a continuation byte (80–bf): the character goes on
    is_percent(Some(end)) && matches!(bytes.get(end + 1), Some(b'8' | b'9' | b'a' | b'b' | b'A' | b'B'))
}

/// Slugs the URL scheme needs for itself.
pub fn is_reserved(slug: &str) -> bool {
    matches!(slug, "embed" | "feed" | "rdf" | "rss" | "rss2" | "atom")
}

/// `page2`, `3`: would be taken for the page number below a page's path.
pub fn looks_like_page_number(slug: &str) -> bool {
    let digits = slug.strip_prefix("page").unwrap_or(slug);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
