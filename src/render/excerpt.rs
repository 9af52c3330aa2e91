//! Excerpts and plain text.

/// Words in an automatic excerpt, as in WordPress.
pub const WORDS: usize = 55;

/// The first `words` words of rendered or raw content as text, with ` […]` where it was cut.
///
/// Blocks that are not text, shortcodes and markup are left out. The result is plain text with entities
/// resolved; escape it when writing HTML.
pub fn auto(content: &str, words: usize) -> String {
    let plain = text(content);
    let mut parts = plain.split_whitespace();
    let taken: Vec<&str> = parts.by_ref().take(words).collect();
    let mut out = taken.join(" ");
    if parts.next().is_some() {
        out.push_str(" […]");
    }
    out
}

/// Markup out, entities resolved, white space as it is.
pub fn text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        match after.find('>') {
            Some(end) => rest = after.get(end + 1..).unwrap_or(""),
            None => {
                rest = "";
            }
        }
    }
    out.push_str(rest);
    out
}
