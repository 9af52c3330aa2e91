//! File names as WordPress makes them from what uploaders send.

use std::borrow::Cow;

use super::mime;
use crate::content::accents::remove_accents;

/// Removed wherever they stand.
const REMOVED: &[char] = &[
    '?', '[', ']', '/', '\\', '=', '<', '>', ':', ';', ',', '\'', '"', '&', '$', '#', '*', '(', ')', '|', '~', '`',
    '!', '{', '}', '%', '+', '\u{2019}', '\u{ab}', '\u{bb}', '\u{201d}', '\u{201c}', '\0',
];

/// WordPress's `sanitize_file_name`: a name that is safe in paths, URLs and shells, and keeps its extension.
pub fn sanitize(name: &str) -> String {
    let plain = remove_accents(name).replace('\u{a0}', " ");
    let kept: String = plain.chars().filter(|c| !REMOVED.contains(c)).collect();
    let dashed = dash_white_space(&kept);
    let trimmed = dashed.trim_matches(['.', '-', '_']);
    let named: Cow<'_, str> =
        if mime::is_extension(trimmed) { format!("unnamed-file.{trimmed}").into() } else { trimmed.into() };
    guard_inner_extensions(&named)
}

/// Runs of white space and dashes become one dash.
fn dash_white_space(text: &str) -> String {
    let mut dashed = String::with_capacity(text.len());
    for c in text.chars() {
        if !matches!(c, '\r' | '\n' | '\t' | ' ' | '-') {
            dashed.push(c);
        } else if !dashed.ends_with('-') {
            dashed.push('-');
        }
    }
    dashed
}

/// `shell.php.jpg` → `shell.php_.jpg`: servers that look at every extension must not run it.
fn guard_inner_extensions(name: &str) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    let Some((first, [inner @ .., last])) = parts.split_first() else { return name.to_owned() };
    let mut guarded = (*first).to_owned();
    for part in inner {
        guarded.push('.');
        guarded.push_str(part);
        if looks_like_extension(part) && !mime::is_extension(part) {
            guarded.push('_');
        }
    }
    format!("{guarded}.{last}")
}

/// Two to five letters and perhaps a digit.
fn looks_like_extension(part: &str) -> bool {
    let letters = part.strip_suffix(|c: char| c.is_ascii_digit()).unwrap_or(part);
    (2..=5).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}
