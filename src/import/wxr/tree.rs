//! XML events as small trees, one entry at a time, within limits.

use std::io::BufRead;

use quick_xml::{NsReader, errors::SyntaxError, events::Event};

use super::{DEPTH_MAX, ENTRY_BYTES_MAX, ENTRY_NODES_MAX, Position, Repairs, WxrError, names, source::Source};

/// An element that WXR knows, with its text and children.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub name: &'static str,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Node>,
    pub at: Option<Position>,
}

/// What comes next at the level of the channel.
pub(super) enum Step {
    /// An element begins; [`Tree::read`] or [`Tree::skip`] it, or go on inside. `None`: not WXR's.
    Open(Option<&'static str>),
    Close,
    End,
}

pub(super) struct Tree<R: BufRead> {
    xml: NsReader<Source<R>>,
    buffer: Vec<u8>,
    /// Names of open elements: all are closed at a proper end.
    open: Vec<String>,
    attributes: Vec<(String, String)>,
    event_at: u64,
}

impl<R: BufRead> std::fmt::Debug for Tree<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tree").field("open", &self.open).finish_non_exhaustive()
    }
}

/// One event, owned and stripped to what is needed.
enum Token {
    Open(Option<&'static str>),
    Close,
    /// Already unescaped.
    Text(String),
    CData(String),
    End,
}

impl<R: BufRead> Tree<R> {
    pub(super) fn new(source: Source<R>) -> Self {
        let mut xml = NsReader::from_reader(source);
        let config = xml.config_mut();
        config.expand_empty_elements = true;
        // Old exports have bare ampersands in links; they are text.
        config.allow_dangling_amp = true;
        Self { xml, buffer: Vec::new(), open: Vec::new(), attributes: Vec::new(), event_at: 0 }
    }

    pub(super) fn repairs(&self) -> &Repairs {
        &self.xml.get_ref().repairs
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.xml.get_ref().bytes_read()
    }

    /// An error at the event read last.
    pub(super) fn error(&self, message: impl Into<String>) -> WxrError {
        WxrError { at: self.position(), message: message.into() }
    }

    fn position(&self) -> Position {
        self.xml.get_ref().position(self.event_at)
    }

    pub(super) fn step(&mut self) -> Result<Step, WxrError> {
        loop {
            match self.token()? {
                Token::Open(name) => return Ok(Step::Open(name)),
                Token::Close => return Ok(Step::Close),
                Token::End => return Ok(Step::End),
                Token::Text(_) | Token::CData(_) => {}
            }
        }
    }

    /// Leaves out the element whose beginning was read last.
    pub(super) fn skip(&mut self) -> Result<(), WxrError> {
        let depth = self.open.len();
        while self.open.len() >= depth {
            if let Token::End = self.token()? {
                return Err(self.cut_off());
            }
        }
        Ok(())
    }

    /// Reads the element `name`, whose beginning was read last, to its end.
    pub(super) fn read(&mut self, name: &'static str) -> Result<Node, WxrError> {
        let mut budget = Budget { bytes: ENTRY_BYTES_MAX, nodes: ENTRY_NODES_MAX };
        let mut path = vec![self.begin(name)];
        let mut text = TextParts::default();
        loop {
            match self.token()? {
                Token::Open(None) => self.skip()?,
                Token::Open(Some(name)) => {
                    if path.len() >= DEPTH_MAX {
                        return Err(self.error(format!("elements are nested deeper than {DEPTH_MAX}")));
                    }
                    if let Some(parent) = path.last_mut() {
                        std::mem::take(&mut text).finish(&mut parent.text);
                    }
                    budget.nodes = budget
                        .nodes
                        .checked_sub(1)
                        .ok_or_else(|| self.error(format!("one entry has more than {ENTRY_NODES_MAX} elements")))?;
                    path.push(self.begin(name));
                }
                Token::Close => {
                    let Some(mut node) = path.pop() else { return Err(self.cut_off()) };
                    std::mem::take(&mut text).finish(&mut node.text);
                    match path.last_mut() {
                        Some(parent) => parent.children.push(node),
                        None => return Ok(node),
                    }
                }
                Token::Text(piece) => {
                    budget.spend(piece.len()).map_err(|message| self.error(message))?;
                    text.add(&piece);
                }
                Token::CData(piece) => {
                    budget.spend(piece.len()).map_err(|message| self.error(message))?;
                    text.add_cdata(piece);
                }
                Token::End => return Err(self.cut_off()),
            }
        }
    }

    fn begin(&mut self, name: &'static str) -> Node {
        let attributes = std::mem::take(&mut self.attributes);
        Node { name, attributes, at: Some(self.position()), ..Node::default() }
    }

    fn cut_off(&self) -> WxrError {
        let inside = self.open.last().map_or("", String::as_str);
        self.error(format!("the file ends inside <{inside}>: it is cut off"))
    }

    fn token(&mut self) -> Result<Token, WxrError> {
        loop {
            self.buffer.clear();
            self.event_at = self.xml.buffer_position();
            self.xml.get_mut().begin_event(self.event_at);
            let (namespace, event) = match self.xml.read_resolved_event_into(&mut self.buffer) {
                Ok(read) => read,
                Err(error) => return Err(self.syntax_error(&error)),
            };
            let token = match event {
                Event::Start(start) | Event::Empty(start) => {
                    let name = names::known(&namespace, start.local_name().as_ref());
                    self.open.push(start.name().as_ref().chars().take(80).collect());
                    self.attributes = start
                        .attributes()
                        .with_checks(false)
                        .flatten()
                        .filter_map(|attribute| {
                            let key = attribute.key.as_ref().to_owned();
                            if !matches!(key.as_str(), "domain" | "nicename" | "isPermaLink") {
                                return None;
                            }
                            let value = attribute.value.as_ref();
                            let value = quick_xml::escape::unescape(value)
                                .map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned);
                            Some((key, value))
                        })
                        .collect();
                    Token::Open(name)
                }
                Event::End(_) => {
                    self.open.pop();
                    Token::Close
                }
                Event::Text(text) => {
                    let text = text.xml10_content().into_owned();
                    if text.contains('&') {
                        self.xml.get_mut().repairs.literal_ampersands += 1;
                    }
                    Token::Text(text)
                }
                Event::CData(text) => Token::CData(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => {
                    let name: String = reference.chars().take(100).collect();
                    let (text, literal) = resolve(&name);
                    if literal {
                        self.xml.get_mut().repairs.literal_ampersands += 1;
                    }
                    Token::Text(text)
                }
                Event::DocType(doctype) if doctype.contains("<!") => {
                    return Err(self.error("document type declarations that define entities are refused"));
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
                Event::Eof => Token::End,
            };
            return Ok(token);
        }
    }

    fn syntax_error(&mut self, error: &quick_xml::Error) -> WxrError {
        if let Some((offset, message)) = self.xml.get_mut().take_failure() {
            return WxrError { at: self.xml.get_ref().position(offset), message };
        }
        let offset = self.xml.error_position().max(self.event_at);
        let at = self.xml.get_ref().position(offset);
        let message = match error {
            quick_xml::Error::Syntax(SyntaxError::UnclosedCData) => {
                "a CDATA section that begins here never ends: the file is cut off".to_owned()
            }
            other => format!("malformed XML: {other}"),
        };
        WxrError { at, message }
    }
}

/// The text of a reference, and whether it is kept as written because XML does not define it.
fn resolve(name: &str) -> (String, bool) {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        };
        let character = code.and_then(char::from_u32).filter(|c| *c >= ' ' || matches!(c, '\t' | '\n' | '\r'));
        return match character {
            Some(character) => (character.to_string(), false),
            None => (String::new(), true),
        };
    }
    let plain = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        // HTML's names stay references: the text they stand in is HTML.
        html => return (format!("&{html};"), true),
    };
    (plain.to_owned(), false)
}

struct Budget {
    bytes: usize,
    nodes: usize,
}

impl Budget {
    fn spend(&mut self, bytes: usize) -> Result<(), String> {
        self.bytes = self
            .bytes
            .checked_sub(bytes)
            .ok_or_else(|| format!("one entry is longer than {} MiB", ENTRY_BYTES_MAX >> 20))?;
        Ok(())
    }
}

/// Text of one element: white space around CDATA sections is indentation, not content.
#[derive(Default)]
struct TextParts {
    text: String,
    blank: String,
    cdata: bool,
}

impl TextParts {
    fn add(&mut self, piece: &str) {
        if piece.trim_ascii().is_empty() {
            self.blank.push_str(piece);
            return;
        }
        let blank = std::mem::take(&mut self.blank);
        self.text.push_str(&blank);
        self.text.push_str(piece);
    }

    fn add_cdata(&mut self, piece: String) {
        let blank = std::mem::take(&mut self.blank);
        if !self.text.is_empty() || self.cdata {
            self.text.push_str(&blank);
        }
        self.cdata = true;
        if self.text.is_empty() {
            self.text = piece;
        } else {
            self.text.push_str(&piece);
        }
    }

    fn finish(self, into: &mut String) {
        let Self { text, blank, cdata } = self;
        if into.is_empty() {
            *into = text;
        } else {
            into.push_str(&text);
        }
        if !cdata {
            into.push_str(&blank);
        }
    }
}
