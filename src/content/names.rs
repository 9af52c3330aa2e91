//! User names, e-mail addresses, keys and plain texts by WordPress's rules.

use super::{accents::remove_accents, slug::remove_entities};

/// Removes tags, as PHP's `strip_tags` sees them: from `<` and a letter, `/`, `!` or `?` to the matching `>`,
/// quotes respected; comments whole.
pub fn strip_tags(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '<' {
            kept.push(letter);
            continue;
        }
        match letters.peek() {
            None => {}
            // `a < b` is text
            Some(next) if next.is_ascii_whitespace() => kept.push(letter),
            Some(_) => skip_tag(&mut letters),
        }
    }
    kept
}

fn skip_tag(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let rest: String = letters.clone().take(3).collect();
    if rest == "!--" {
        let mut seen = String::new();
        for letter in letters.by_ref() {
            seen.push(letter);
            if seen.ends_with("-->") {
                return;
            }
        }
        return;
    }
    let mut depth = 1_usize;
    let mut quote = None;
    for letter in letters.by_ref() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, '<') => depth += 1,
            (None, '>') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// Removes tags, and the insides of `script` and `style`; trims.
pub fn strip_all_tags(text: &str) -> String {
    let mut kept = text.to_owned();
    for name in ["script", "style"] {
        kept = remove_element(&kept, name);
    }
    strip_tags(&kept).trim_matches(PHP_SPACE).to_owned()
}

/// What PHP's `trim` takes off.
const PHP_SPACE: &[char] = &[' ', '\t', '\n', '\r', '\0', '\u{b}'];

fn remove_element(text: &str, name: &str) -> String {
    // ASCII lower-casing keeps every byte position
    let lower = text.to_ascii_lowercase();
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(start) = find(&lower, &open, from) {
        let named = lower.as_bytes().get(start + open.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
        let Some(end) = find(&lower, &close, start).filter(|_| named) else {
            kept.push_str(text.get(from..start + 1).unwrap_or_default());
            from = start + 1;
            continue;
        };
        kept.push_str(text.get(from..start).unwrap_or_default());
        from = end + close.len();
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept
}

fn find(text: &str, needle: &str, from: usize) -> Option<usize> {
    text.get(from..)?.find(needle).map(|at| at + from)
}

/// A login name: no tags, accents, escapes or entities; `strict` leaves ASCII letters, digits and `_ -.@` and space.
pub fn sanitize_user(name: &str, strict: bool) -> String {
    let plain = remove_accents(&strip_all_tags(name));
    let plain = remove_entities(&remove_escapes(&plain));
    let allowed =
        |letter: &char| !strict || letter.is_ascii_alphanumeric() || matches!(letter, ' ' | '_' | '.' | '-' | '@');
    let kept: String = plain.chars().filter(allowed).collect();
    collapse_spaces(kept.trim_matches(PHP_SPACE))
}

fn remove_escapes(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        kept.push_str(before);
        let is_escape = after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
        if is_escape {
            rest = after.get(2..).unwrap_or_default();
        } else {
            kept.push('%');
            rest = after;
        }
    }
    kept.push_str(rest);
    kept
}

fn collapse_spaces(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut in_space = false;
    for letter in text.chars() {
        let space = letter.is_ascii_whitespace() || letter == '\u{b}';
        if !space {
            kept.push(letter);
        } else if !in_space {
            kept.push(' ');
        }
        in_space = space;
    }
    kept
}

/// Lower-case ASCII letters, digits, `_` and `-`; the rest is dropped.
pub fn sanitize_key(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    lower.chars().filter(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '_' | '-')).collect()
}

/// Shortest address, `a@b.cc`.
const EMAIL_BYTES_MIN: usize = 6;
/// Longest address kept (the column WordPress has for it).
pub const EMAIL_BYTES_MAX: usize = 100;

/// Whether WordPress would take `text` for an address: deliberately narrower than the standard.
pub fn is_email(text: &str) -> bool {
    if text.len() < EMAIL_BYTES_MIN {
        return false;
    }
    // an @ in the first place does not count
    let Some((local, domain)) = text.split_once('@').filter(|(local, _)| !local.is_empty()) else {
        return false;
    };
    let labels: Vec<&str> = domain.split('.').collect();
    local.chars().all(is_local_char) && labels.len() >= 2 && labels.into_iter().all(is_label)
}

fn is_local_char(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(letter)
}

fn is_label(label: &str) -> bool {
    let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
}

/// The address with what cannot be in one taken out; empty when no address is left.
pub fn sanitize_email(text: &str) -> String {
    let at = text.char_indices().skip(1).find(|(_, letter)| *letter == '@').map(|(at, _)| at);
    let (Some(at), true) = (at, text.len() >= EMAIL_BYTES_MIN) else {
        return String::new();
    };
    let local: String = text.get(..at).unwrap_or_default().chars().filter(|letter| is_local_char(*letter)).collect();
    let domain = text.get(at + 1..).unwrap_or_default();
    let mut collapsed = domain.to_owned();
    while collapsed.contains("..") {
        collapsed = collapsed.replace("..", "");
    }
    let domain = collapsed.trim_matches(|letter: char| PHP_SPACE.contains(&letter) || letter == '.');
    let label = |label: &str| -> String {
        let label = label.trim_matches(|letter: char| PHP_SPACE.contains(&letter) || letter == '-');
        label.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect()
    };
    if domain.split('.').count() < 2 {
        return String::new();
    }
    let labels: Vec<String> = domain.split('.').map(label).filter(|label| !label.is_empty()).collect();
    if local.is_empty() || labels.len() < 2 {
        return String::new();
    }
    format!("{local}@{}", labels.join("."))
}

/// Characters no stored text may hold: controls other than tab, line feed and carriage return, and the two
/// non-characters XML forbids.
pub fn strip_controls(text: &str) -> String {
    let bad = |letter: char| {
        (letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')) || matches!(letter, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(bad) { text.replace(bad, "") } else { text.to_owned() }
}

/// One line of plain text: no tags, escapes or line breaks.
pub fn sanitize_text_field(text: &str) -> String {
    let plain = if text.contains('<') {
        strip_all_tags(&escape_lone_less_than(text)).replace("<\n", "&lt;\n")
    } else {
        text.to_owned()
    };
    let line = collapse_spaces(&plain);
    let line = line.trim_matches(PHP_SPACE);
    if !line.contains('%') {
        return line.to_owned();
    }
    let kept = remove_escapes(line);
    if kept == line { kept } else { collapse_spaces(&kept).trim_matches(PHP_SPACE).to_owned() }
}

/// `<` that begins no tag is written `&lt;`, so that stripping tags does not take text with it.
fn escape_lone_less_than(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        escaped.push_str(before);
        // up to the next `>`, to another `<`, or to the end
        let inside = from.get(1..).unwrap_or_default();
        let end = inside.find(['<', '>']);
        match end.and_then(|end| inside.as_bytes().get(end).map(|byte| (end, *byte))) {
            Some((end, b'>')) => {
                escaped.push_str(from.get(..end + 2).unwrap_or_default());
                rest = inside.get(end + 1..).unwrap_or_default();
            }
            _ => {
                escaped.push_str("&lt;");
                rest = inside;
            }
        }
    }
    escaped.push_str(rest);
    escaped
}
