//! Shortcodes: finding them as WordPress does, running the built-in ones, leaving all others as they are.

mod attributes;
mod caption;
mod gallery;
mod player;

pub use self::attributes::{Attributes, parse as parse_attributes};
use super::{
    ContentInput,
    scan::{Ahead, is_space, rewrite, slice, tail},
};

/// The built-in ones.
const NAMES: [&str; 7] = ["caption", "wp_caption", "gallery", "playlist", "audio", "video", "embed"];

/// A shortcode in text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcode<'a> {
    pub start: usize,
    /// After the closing tag, if it has one.
    pub end: usize,
    pub name: &'a str,
    pub attributes: &'a str,
    /// Between opening and closing tag.
    pub inner: Option<&'a str>,
    /// `[[name]]`: shown as `[name]`, not run.
    pub escaped: bool,
}

/// Reads built-in shortcodes at growing positions of one text.
#[derive(Debug)]
struct Reader<'a> {
    text: &'a str,
    closers: Vec<Ahead<'a>>,
    bracket: Ahead<'a>,
}

const CLOSERS: [&str; 7] =
    ["[/caption]", "[/wp_caption]", "[/gallery]", "[/playlist]", "[/audio]", "[/video]", "[/embed]"];

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let closers = CLOSERS.iter().map(|closer| Ahead::new(text, closer)).collect();
        Self { text, closers, bracket: Ahead::new(text, "]") }
    }

    /// The shortcode whose `[` is at `start`.
    fn read(&mut self, start: usize) -> Option<Shortcode<'a>> {
        let text = self.text;
        let doubled = tail(text, start + 1).starts_with('[');
        let name_start = start + 1 + usize::from(doubled);
        let which = NAMES.iter().position(|name| is_name(tail(text, name_start), name))?;
        let name = NAMES.get(which).copied()?;
        let attributes_start = name_start + name.len();
        let bracket = self.bracket.from(attributes_start)?;
        // `/]` ends it; a slash elsewhere is part of a value.
        let closed = bracket > attributes_start && slice(text, attributes_start, bracket).ends_with('/');
        let attributes = slice(text, attributes_start, bracket - usize::from(closed));
        let mut end = bracket + 1;
        let mut inner = None;
        if !closed && let Some(closer) = self.closers.get_mut(which)?.from(end) {
            inner = Some(slice(text, end, closer));
            end = closer + name.len() + 3;
        }
        let escaped = doubled && tail(text, end).starts_with(']');
        if escaped {
            end += 1;
        }
        let start = if doubled && !escaped { start + 1 } else { start };
        Some(Shortcode { start, end, name, attributes, inner, escaped })
    }
}

/// The name stands here and does not go on.
fn is_name(text: &str, name: &str) -> bool {
    let Some(rest) = text.strip_prefix(name) else { return false };
    !rest.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Replaces every built-in shortcode outside of tags.
pub(super) fn run(text: &str, input: &ContentInput<'_>) -> String {
    if !text.contains('[') {
        return text.to_owned();
    }
    let mut galleries = 0;
    replace(text, |code| Some(render(code, input, &mut galleries)))
}

/// Takes the built-in shortcodes out, content included; `[[name]]` becomes `[name]`.
pub fn strip(text: &str) -> String {
    if !text.contains('[') {
        return text.to_owned();
    }
    replace(text, |_| Some(String::new()))
}

/// `with` gives what stands for a shortcode; `None` leaves it. Those inside of tags are attributes' text: left.
fn replace(text: &str, mut with: impl FnMut(&Shortcode<'_>) -> Option<String>) -> String {
    let mut reader = Reader::new(text);
    let mut tags = super::scan::tags(text).peekable();
    rewrite(text, '[', |at, out| {
        while tags.next_if(|(_, end)| *end <= at).is_some() {}
        let in_tag = tags.peek().is_some_and(|(start, _)| *start < at && is_tag(tail(text, *start)));
        if in_tag {
            return None;
        }
        let code = reader.read(at)?;
        if code.escaped {
            out.push_str(slice(text, code.start + 1, code.end - 1));
            return Some(code.end);
        }
        let replacement = with(&code)?;
        out.push_str(slice(text, at, code.start));
        out.push_str(&replacement);
        Some(code.end)
    })
}

/// A real tag, not a lone `<`.
fn is_tag(text: &str) -> bool {
    tail(text, 1).bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!'))
}

fn render(code: &Shortcode<'_>, input: &ContentInput<'_>, galleries: &mut usize) -> String {
    let attributes = parse_attributes(code.attributes);
    match code.name {
        "caption" | "wp_caption" => caption::render(&attributes, code.inner.unwrap_or(""), input),
        "gallery" => {
            *galleries += 1;
            gallery::render(&attributes, input, *galleries)
        }
        "playlist" => player::playlist(&attributes, input),
        "audio" => player::audio(&attributes, input),
        "video" => player::video(&attributes, input),
        _ => super::embed::link(code.inner.unwrap_or("").trim(), input.frames),
    }
}

/// Takes the paragraph off a shortcode that stands alone in one.
pub(super) fn unautop(text: &str) -> String {
    let mut reader = Reader::new(text);
    rewrite(text, '<', |at, out| {
        tail(text, at).strip_prefix("<p>")?;
        let start = skip_blank(text, at + 3);
        if tail(text, start).starts_with("[[") {
            return None;
        }
        tail(text, start).strip_prefix('[')?;
        let code = reader.read(start)?;
        let after = skip_blank(text, code.end);
        tail(text, after).strip_prefix("</p>")?;
        out.push_str(slice(text, start, code.end));
        Some(after + 4)
    })
}

/// White space and non-breaking spaces.
fn skip_blank(text: &str, mut at: usize) -> usize {
    loop {
        let rest = tail(text, at);
        at += match rest.bytes().next() {
            Some(byte) if is_space(byte) => 1,
            Some(0xc2) if rest.starts_with('\u{a0}') => 2,
            Some(b'&') if rest.starts_with("&nbsp;") => 6,
            _ => return at,
        };
    }
}

/// Ids of attachments the galleries and playlists of `text` name, and whether one goes by the post's own.
pub(super) fn needs(text: &str, add: &mut dyn FnMut(u64)) -> bool {
    if !text.contains('[') {
        return false;
    }
    let mut children = false;
    let mut reader = Reader::new(text);
    let mut at = 0;
    while let Some(found) = tail(text, at).find('[') {
        let start = at + found;
        at = start + 1;
        let Some(code) = reader.read(start) else { continue };
        if matches!(code.name, "gallery" | "playlist") {
            let attributes = parse_attributes(code.attributes);
            let ids = gallery::ids(&attributes);
            children |= ids.is_empty();
            ids.into_iter().for_each(&mut *add);
        }
    }
    children
}
