//! Small linear-time tools for markup that may be malformed in every way.
//!
//! Positions are bytes and always lie on ASCII characters, so every slice is on a character boundary.

/// The part of `text` between two positions; empty where they are out of order or range.
pub fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or("")
}

/// From a position to the end.
pub fn tail(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or("")
}

/// White space as regular expressions of WordPress see it: ASCII, vertical tab included.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// First position at or after `at` that is no white space.
pub fn skip_space(text: &str, at: usize) -> usize {
    let rest = tail(text, at).bytes();
    at + rest.take_while(|byte| is_space(*byte)).count()
}

/// Cuts white space off the end, in place.
pub fn trim_end(out: &mut String) {
    let kept = out.trim_end_matches(|c: char| u8::try_from(c).is_ok_and(is_space)).len();
    out.truncate(kept);
}

/// Calls `rule` at every `first`; where it answers with an end, what it has written stands for the text up
/// to there. `rule` may shorten the output (white space before the match) and must leave it alone on `None`.
pub fn rewrite(text: &str, first: char, mut rule: impl FnMut(usize, &mut String) -> Option<usize>) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = tail(text, at).find(first) {
        let start = at + found;
        out.push_str(slice(text, from, start));
        from = start;
        at = start + first.len_utf8();
        if let Some(end) = rule(start, &mut out) {
            from = end;
            at = end.max(start + 1);
        }
    }
    out.push_str(tail(text, from));
    out
}

/// Finds the next needle from positions that only grow; all calls together read the text once.
#[derive(Debug)]
pub struct Ahead<'a> {
    text: &'a str,
    needle: &'a str,
    /// The answer for every position up to it.
    found: Option<usize>,
    asked: bool,
}

impl<'a> Ahead<'a> {
    pub fn new(text: &'a str, needle: &'a str) -> Self {
        Self { text, needle, found: None, asked: false }
    }

    /// Position of the first needle at or after `at`.
    pub fn from(&mut self, at: usize) -> Option<usize> {
        let known = self.asked && self.found.is_none_or(|found| found >= at);
        if !known {
            self.found = tail(self.text, at).find(self.needle).map(|found| at + found);
            self.asked = true;
        }
        self.found
    }
}

/// The block-level elements paragraphs are not put around.
const BLOCKS: [&str; 47] = [
    "table",
    "thead",
    "tfoot",
    "caption",
    "col",
    "colgroup",
    "tbody",
    "tr",
    "td",
    "th",
    "div",
    "dl",
    "dd",
    "dt",
    "ul",
    "ol",
    "li",
    "pre",
    "form",
    "map",
    "area",
    "blockquote",
    "address",
    "style",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "fieldset",
    "legend",
    "section",
    "article",
    "aside",
    "hgroup",
    "header",
    "footer",
    "nav",
    "figure",
    "figcaption",
    "details",
    "menu",
    "summary",
    "math",
];

/// The text begins with the name of a block element (and perhaps goes on).
pub fn begins_with_block(text: &str) -> bool {
    BLOCKS.iter().any(|name| text.starts_with(*name))
}

/// The text begins with the name of a block element and one of `ends` after it.
pub fn is_block_followed_by(text: &str, ends: fn(u8) -> bool) -> bool {
    BLOCKS.iter().any(|name| text.strip_prefix(*name).and_then(|rest| rest.bytes().next()).is_some_and(ends))
}

/// Positions after the tags, comments and CDATA sections of `text`, in order: `(start, end)`.
pub fn tags(text: &str) -> Tags<'_> {
    Tags {
        text,
        at: 0,
        comment_end: Ahead::new(text, "-->"),
        cdata_end: Ahead::new(text, "]]>"),
        gt: Ahead::new(text, ">"),
    }
}

#[derive(Debug)]
pub struct Tags<'a> {
    text: &'a str,
    at: usize,
    comment_end: Ahead<'a>,
    cdata_end: Ahead<'a>,
    gt: Ahead<'a>,
}

impl Iterator for Tags<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let start = self.at + tail(self.text, self.at).find('<')?;
        let rest = tail(self.text, start);
        let end = if rest.starts_with("<!--") {
            // `<!-->` is a whole comment.
            self.comment_end.from(start + 2).map(|at| at + 3)
        } else if rest.starts_with("<![CDATA[") {
            self.cdata_end.from(start + 9).map(|at| at + 3)
        } else {
            self.gt.from(start + 1).map(|at| at + 1)
        };
        self.at = end.unwrap_or(self.text.len());
        Some((start, self.at))
    }
}
