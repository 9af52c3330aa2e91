//! The block grammar: comments that delimit blocks in stored content.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    layout,
    scan::{Ahead, is_space, skip_space, slice, tail},
};

/// Openers nested deeper than this are read as text.
const DEPTH_MAX: usize = 64;

/// A block as `parse_blocks` gives it. `name` is `None` for text outside of blocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// With its namespace: `core/paragraph`.
    pub name: Option<String>,
    /// A JSON object; `Null` when the JSON in the comment is broken.
    pub attributes: Value,
    pub inner: Vec<Block>,
    /// The block's own HTML without that of inner blocks.
    pub html: String,
    /// Pieces of HTML; `None` is the place of the next inner block.
    pub content: Vec<Option<String>>,
}

/// A block comment.
#[derive(Clone, Debug, PartialEq)]
pub struct Delimiter<'a> {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    /// As written: `paragraph` or `my/card`.
    pub name: &'a str,
    /// The JSON text, if there is any.
    pub attributes: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Open,
    Close,
    Void,
}

impl Delimiter<'_> {
    /// With `core/` where no namespace is written.
    pub fn full_name(&self) -> String {
        if self.name.contains('/') { self.name.to_owned() } else { format!("core/{}", self.name) }
    }

    /// The attributes; `Null` when they are no JSON.
    pub fn value(&self) -> Value {
        match self.attributes {
            Some(text) => serde_json::from_str(text).unwrap_or(Value::Null),
            None => Value::Object(serde_json::Map::new()),
        }
    }
}

/// True when content was made with the block editor.
pub fn has_blocks(content: &str) -> bool {
    content.contains("<!-- wp:")
}

/// All block comments in order.
pub fn delimiters(text: &str) -> Delimiters<'_> {
    Delimiters { text, at: 0, opener: Ahead::new(text, "<!--"), attributes_end: None }
}

#[derive(Debug)]
pub struct Delimiters<'a> {
    text: &'a str,
    at: usize,
    opener: Ahead<'a>,
    /// The nearest end of attributes at or after every position asked so far.
    attributes_end: Option<Option<usize>>,
}

impl<'a> Iterator for Delimiters<'a> {
    type Item = Delimiter<'a>;

    fn next(&mut self) -> Option<Delimiter<'a>> {
        while let Some(start) = self.opener.from(self.at) {
            match self.read(start) {
                Some(delimiter) => {
                    self.at = delimiter.end;
                    return Some(delimiter);
                }
                None => self.at = start + 4,
            }
        }
        None
    }
}

impl<'a> Delimiters<'a> {
    fn read(&mut self, start: usize) -> Option<Delimiter<'a>> {
        let text = self.text;
        let mut at = spaces(text, start + 4)?;
        let closes = tail(text, at).starts_with('/');
        at += usize::from(closes);
        tail(text, at).strip_prefix("wp:")?;
        let name_start = at + 3;
        let name_end = name_start + name_length(tail(text, name_start))?;
        at = spaces(text, name_end)?;
        let mut attributes = None;
        if tail(text, at).starts_with('{')
            && let Some(brace) = self.attributes_end(at + 1)
        {
            attributes = Some(slice(text, at, brace + 1));
            at = skip_space(text, brace + 1);
        }
        let void = tail(text, at).starts_with('/');
        at += usize::from(void);
        tail(text, at).strip_prefix("-->")?;
        let kind = match (void, closes) {
            (true, _) => Kind::Void,
            (false, true) => Kind::Close,
            (false, false) => Kind::Open,
        };
        Some(Delimiter { start, end: at + 3, kind, name: slice(text, name_start, name_end), attributes })
    }

    /// The first `}` at or after `from` that white space, perhaps a slash, and `-->` follow.
    fn attributes_end(&mut self, from: usize) -> Option<usize> {
        if let Some(known) = self.attributes_end
            && known.is_none_or(|end| end >= from)
        {
            return known;
        }
        let mut at = from;
        let mut answer = None;
        while let Some(found) = tail(self.text, at).find('}') {
            let brace = at + found;
            at = brace + 1;
            let Some(after) = spaces(self.text, at) else { continue };
            let rest = tail(self.text, after);
            if rest.strip_prefix('/').unwrap_or(rest).starts_with("-->") {
                answer = Some(brace);
                break;
            }
            at = after;
        }
        self.attributes_end = Some(answer);
        answer
    }
}

/// At least one white space character.
fn spaces(text: &str, at: usize) -> Option<usize> {
    tail(text, at).bytes().next().is_some_and(is_space).then(|| skip_space(text, at))
}

/// Length of `name` or `namespace/name`.
fn name_length(text: &str) -> Option<usize> {
    let word = |text: &str| {
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        let allowed = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
        first.then(|| text.bytes().take_while(allowed).count())
    };
    let first = word(text)?;
    match tail(text, first).strip_prefix('/').and_then(word) {
        Some(second) => Some(first + 1 + second),
        None => Some(first),
    }
}

/// Content as HTML: block comments gone, their inner HTML kept, with the classes of their layouts. Of dynamic blocks
/// links to profiles are shown, the others are left out.
pub fn static_html(content: &str) -> Cow<'_, str> {
    if !content.contains("<!-- ") {
        return Cow::Borrowed(content);
    }
    let mut out = String::with_capacity(content.len());
    let mut from = 0;
    let mut lies = None;
    for delimiter in delimiters(content) {
        push_html(&mut out, slice(content, from, delimiter.start), lies.take());
        from = delimiter.end;
        lies = layout::of(&delimiter);
        out.extend(layout::social_link(&delimiter));
    }
    push_html(&mut out, tail(content, from), lies);
    Cow::Owned(out)
}

fn push_html(out: &mut String, html: &str, lies: Option<layout::Layout>) {
    match lies {
        Some(lies) => layout::push_with(out, html, &lies),
        None => out.push_str(html),
    }
}

/// The tree of blocks. Unclosed and misplaced comments are read as WordPress reads them.
pub fn parse(text: &str) -> Vec<Block> {
    let mut parser = Parser { text, at: 0, done: Vec::new(), open: Vec::new(), too_deep: 0 };
    for delimiter in delimiters(text) {
        if !parser.take(&delimiter) {
            break;
        }
    }
    parser.finish()
}

/// The same of the beginning of a text: what is open where it ends is closed there, each within the one around it.
pub fn parse_beginning(text: &str) -> Vec<Block> {
    let mut parser = Parser { text, at: 0, done: Vec::new(), open: Vec::new(), too_deep: 0 };
    let end = Delimiter { start: text.len(), end: text.len(), kind: Kind::Close, name: "", attributes: None };
    if delimiters(text).all(|delimiter| parser.take(&delimiter)) {
        while !parser.open.is_empty() {
            parser.close(&end);
        }
    }
    parser.finish()
}

struct Open {
    block: Block,
    start: usize,
    /// Where its HTML goes on.
    at: usize,
    /// Start of the text before it, for blocks at the top.
    leading: Option<usize>,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    done: Vec<Block>,
    open: Vec<Open>,
    /// Openers read as text whose closers are yet to come.
    too_deep: usize,
}

impl Parser<'_> {
    /// False where the rest is text.
    fn take(&mut self, delimiter: &Delimiter<'_>) -> bool {
        match delimiter.kind {
            Kind::Void => self.void(delimiter),
            Kind::Open if self.open.len() < DEPTH_MAX => {
                let block =
                    Block { name: Some(delimiter.full_name()), attributes: delimiter.value(), ..Block::default() };
                let leading = self.open.is_empty().then_some(self.at);
                self.open.push(Open { block, start: delimiter.start, at: delimiter.end, leading });
                self.at = delimiter.end;
            }
            Kind::Open => self.too_deep += 1,
            Kind::Close if self.too_deep > 0 => self.too_deep -= 1,
            Kind::Close => return self.close(delimiter),
        }
        true
    }

    fn void(&mut self, delimiter: &Delimiter<'_>) {
        let block = Block { name: Some(delimiter.full_name()), attributes: delimiter.value(), ..Block::default() };
        match self.open.last_mut() {
            Some(parent) => {
                add_inner(parent, block, self.text, delimiter.start);
                parent.at = delimiter.end;
            }
            None => {
                self.free(self.at, delimiter.start);
                self.done.push(block);
            }
        }
        self.at = delimiter.end;
    }

    /// A closer without an opener makes all that follows text: false.
    fn close(&mut self, delimiter: &Delimiter<'_>) -> bool {
        let Some(mut closed) = self.open.pop() else { return false };
        let html = slice(self.text, closed.at, delimiter.start);
        match self.open.last_mut() {
            Some(parent) => {
                closed.block.html.push_str(html);
                closed.block.content.push(Some(html.to_owned()));
                add_inner(parent, closed.block, self.text, closed.start);
                parent.at = delimiter.end;
            }
            None => {
                add_html(&mut closed.block, html);
                self.push(closed);
            }
        }
        self.at = delimiter.end;
        true
    }

    /// A block of the top level, after the text before it.
    fn push(&mut self, closed: Open) {
        if let Some(leading) = closed.leading {
            self.free(leading, closed.start);
        }
        self.done.push(closed.block);
    }

    /// What is still open at the end is closed there, innermost first, each on its own.
    fn finish(mut self) -> Vec<Block> {
        if self.open.is_empty() {
            self.free(self.at, self.text.len());
        }
        while let Some(mut last) = self.open.pop() {
            add_html(&mut last.block, tail(self.text, last.at));
            self.push(last);
        }
        self.done
    }

    fn free(&mut self, from: usize, to: usize) {
        let html = slice(self.text, from, to);
        if !html.is_empty() {
            let mut block = Block { attributes: Value::Object(serde_json::Map::new()), ..Block::default() };
            add_html(&mut block, html);
            self.done.push(block);
        }
    }
}

fn add_html(block: &mut Block, html: &str) {
    if !html.is_empty() {
        block.html.push_str(html);
        block.content.push(Some(html.to_owned()));
    }
}

fn add_inner(parent: &mut Open, block: Block, text: &str, start: usize) {
    add_html(&mut parent.block, slice(text, parent.at, start));
    parent.block.inner.push(block);
    parent.block.content.push(None);
}
