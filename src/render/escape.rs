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
            Some('&') if is_entity(after) => out.push('&'),
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
    html(&safe_url(raw))
}

/// As [`url()`], but not yet escaped for HTML.
pub fn safe_url(raw: &str) -> String {
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
    out
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

/// A numeric entity, or one whose name is known.
fn is_entity(text: &str) -> bool {
    entity_length(text).is_some_and(|length| {
        let name = text.get(1..length - 1).unwrap_or("");
        name.starts_with('#') || character(name).is_some()
    })
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

/// Names of U+00A0 … U+00FF in order.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn \
    sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde \
    Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde \
    Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil \
    egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave \
    uacute ucirc uuml yacute thorn yuml";

/// The other names met in text.
static NAMES: phf::Map<&'static str, char> = phf::phf_map! {
    "amp" => '&', "lt" => '<', "gt" => '>', "quot" => '"', "apos" => '\'',
    "OElig" => 'Œ', "oelig" => 'œ', "Scaron" => 'Š', "scaron" => 'š', "Yuml" => 'Ÿ', "fnof" => 'ƒ',
    "circ" => 'ˆ', "tilde" => '˜', "ensp" => '\u{2002}', "emsp" => '\u{2003}', "thinsp" => '\u{2009}',
    "zwnj" => '\u{200c}', "zwj" => '\u{200d}', "lrm" => '\u{200e}', "rlm" => '\u{200f}', "ndash" => '–',
    "mdash" => '—', "lsquo" => '‘', "rsquo" => '’', "sbquo" => '‚', "ldquo" => '“', "rdquo" => '”', "bdquo" => '„',
    "dagger" => '†', "Dagger" => '‡', "bull" => '•', "hellip" => '…', "permil" => '‰', "prime" => '′',
    "Prime" => '″', "lsaquo" => '‹', "rsaquo" => '›', "oline" => '‾', "frasl" => '⁄', "euro" => '€',
    "trade" => '™', "larr" => '←', "uarr" => '↑', "rarr" => '→', "darr" => '↓', "harr" => '↔', "minus" => '−',
    "ne" => '≠', "le" => '≤', "ge" => '≥', "infin" => '∞', "asymp" => '≈', "equiv" => '≡', "radic" => '√',
    "sum" => '∑', "alpha" => 'α', "beta" => 'β', "gamma" => 'γ', "delta" => 'δ', "lambda" => 'λ', "mu" => 'μ',
    "pi" => 'π', "sigma" => 'σ', "omega" => 'ω', "Delta" => 'Δ', "Omega" => 'Ω', "Sigma" => 'Σ', "hearts" => '♥',
    "spades" => '♠', "clubs" => '♣', "diams" => '♦', "loz" => '◊',
};

/// Entities → characters. What is no known entity stays.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let length = entity_length(after);
        match length.and_then(|length| character(after.get(1..length - 1)?).map(|c| (c, length))) {
            Some((c, length)) => {
                out.push(c);
                rest = after.get(length..).unwrap_or("");
            }
            None => {
                out.push('&');
                rest = after.get(1..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// By an entity's name or number, without `&` and `;`.
fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c != '\0');
    }
    NAMES.get(name).copied().or_else(|| {
        let at = LATIN.split_ascii_whitespace().position(|known| known == name)?;
        char::from_u32(0xa0 + u32::try_from(at).ok()?)
    })
}
