//! Escaping for HTML text, attributes, URLs and XML. Entities already there are not escaped twice, as
//! WordPress does it.

use std::borrow::Cow;

/// Text or attribute value → HTML. `&amp;` and the like stay as they are.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some('&') if entity_length(after).is_some() => out.push('&'),
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') => out.push_str("&quot;"),
            _ => out.push_str("&#039;"),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

/// Markup kept, but a `&` that begins no entity and a `<` that begins no tag are escaped.
pub fn stray(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len() + 16);
    let mut rest = markup;
    while let Some(at) = rest.find(['&', '<']) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let mut chars = after.chars();
        match (chars.next(), chars.clone().next()) {
            (Some('&'), _) if entity_length(after).is_none() => out.push_str("&#038;"),
            (Some('&'), _) => out.push('&'),
            (_, Some(next)) if next.is_ascii_alphabetic() || matches!(next, '/' | '!') => out.push('<'),
            _ => out.push_str("&lt;"),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

/// A URL for an attribute: only schemes that cannot run code, no characters that end the attribute.
/// Anything else becomes empty.
pub fn url(raw: &str) -> String {
    let cleaned: String = raw.trim().chars().filter(|c| !c.is_control()).collect();
    if has_unsafe_scheme(&cleaned) {
        return String::new();
    }
    let mut out = String::with_capacity(cleaned.len());
    for c in cleaned.chars() {
        match c {
            ' ' => out.push_str("%20"),
            '"' => out.push_str("%22"),
            '\'' => out.push_str("%27"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '`' => out.push_str("%60"),
            other => out.push(other),
        }
    }
    html(&out)
}

/// Schemes links may have, beside relative ones.
const SCHEMES: [&str; 22] = [
    "http", "https", "ftp", "ftps", "mailto", "news", "irc", "irc6", "ircs", "gopher", "nntp", "feed", "telnet", "mms",
    "rtsp", "sms", "svn", "tel", "fax", "xmpp", "webcal", "urn",
];

fn has_unsafe_scheme(url: &str) -> bool {
    let Some(at) = url.find([':', '/', '?', '#']) else { return false };
    let (scheme, rest) = url.split_at(at);
    rest.starts_with(':') && !SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
}

/// Text for XML elements and attributes; characters XML does not allow are left out.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in xml_chars(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// Only characters XML 1.0 allows.
pub fn xml_chars(text: &str) -> Cow<'_, str> {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    if text.chars().all(allowed) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|c| allowed(*c)).collect())
    }
}

/// Length in bytes of the entity `text` begins with, `&` and `;` included.
pub fn entity_length(text: &str) -> Option<usize> {
    let body = text.strip_prefix('&')?;
    let end = body.bytes().take(33).position(|byte| byte == b';')?;
    let name = body.get(..end)?;
    let valid = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => !hex.is_empty() && hex.len() <= 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()),
            None => !number.is_empty() && number.len() <= 7 && number.bytes().all(|b| b.is_ascii_digit()),
        },
        None => {
            name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
                && name.bytes().all(|b| b.is_ascii_alphanumeric())
        }
    };
    valid.then_some(end + 2)
}
