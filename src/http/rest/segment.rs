//! Parts of a route's path: what WordPress lets stand there, and how it is read.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

/// A part of a route's path.
#[derive(Clone, Debug)]
pub enum Segment {
    Literal(String),
    /// `[\d]+`
    Number(&'static str),
    /// `[\w-]+`
    Word(&'static str),
    /// A number, or `me`.
    NumberOrMe(&'static str),
    /// What else WordPress lets a parameter be.
    Text(&'static str, &'static Shape),
}

/// Characters and parts of a parameter, and WordPress's pattern for it.
#[derive(Debug)]
pub struct Shape {
    kind: &'static str,
    pattern: &'static str,
    /// Parts of the path it may take up; more than one only at the end of a route.
    parts: RangeInclusive<usize>,
    allowed: fn(char) -> bool,
}

fn in_names(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '-'
}

fn in_folders(letter: char) -> bool {
    !matches!(letter, ':' | '<' | '>' | '*' | '?' | '"' | '|')
}

fn in_blocks(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
}

static SHAPES: [Shape; 8] = [
    Shape { kind: "block", pattern: "[a-z0-9-]+/[a-z0-9-]+", parts: 2..=2, allowed: in_blocks },
    Shape { kind: "name", pattern: "[a-zA-Z0-9_-]+", parts: 1..=1, allowed: in_names },
    // What WordPress writes in two places for a word.
    Shape { kind: "escaped", pattern: r"[\w\-]+", parts: 1..=1, allowed: in_names },
    Shape { kind: "ids", pattern: r"[\/\w-]+", parts: 1..=2, allowed: in_names },
    Shape { kind: "plugin", pattern: r"[^.\/]+(?:\/[^.\/]+)?", parts: 1..=2, allowed: |letter| letter != '.' },
    Shape { kind: "styled", pattern: r"[\/\s%\w\.\(\)\[\]\@_\-]+", parts: 1..=1, allowed: in_folders },
    Shape { kind: "theme", pattern: r#"[^\/:<>\*\?"\|]+(?:\/[^\/:<>\*\?"\|]+)?"#, parts: 1..=2, allowed: in_folders },
    Shape {
        kind: "template",
        pattern: r#"([^\/:<>\*\?"\|]+(?:\/[^\/:<>\*\?"\|]+)?)[\/\w-]+"#,
        parts: 1..=3,
        allowed: in_folders,
    },
];

impl Segment {
    fn matches(&self, text: &str) -> bool {
        let digits = || !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Literal(literal) => literal == text,
            Self::Number(_) => digits(),
            Self::NumberOrMe(_) => text == "me" || digits(),
            Self::Word(_) => !text.is_empty() && text.chars().all(in_names),
            Self::Text(_, shape) => !text.is_empty() && text.chars().all(shape.allowed),
        }
    }

    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::Literal(_) => None,
            Self::Number(name) | Self::Word(name) | Self::NumberOrMe(name) | Self::Text(name, _) => Some(name),
        }
    }

    /// What all of a parameter matches, for documents that know regular expressions without names.
    pub fn whole_pattern(&self) -> String {
        match self {
            Self::Literal(literal) => literal.clone(),
            Self::Number(_) => "^[0-9]+$".to_owned(),
            Self::NumberOrMe(_) => "^([0-9]+|me)$".to_owned(),
            Self::Word(_) => "^[A-Za-z0-9_-]+$".to_owned(),
            Self::Text(_, shape) => format!("^{}$", shape.pattern.replace("\\/", "/")),
        }
    }

    /// As the index of the API writes it.
    pub fn pattern(&self) -> String {
        match self {
            Self::Literal(literal) => literal.clone(),
            Self::Number(name) => format!(r"(?P<{name}>[\d]+)"),
            Self::Word(name) => format!(r"(?P<{name}>[\w-]+)"),
            Self::NumberOrMe(name) => format!(r"(?P<{name}>(?:[\d]+|me))"),
            Self::Text(name, shape) => format!("(?P<{name}>{})", shape.pattern),
        }
    }
}

/// `path` below a namespace as parts; `*` stands for `base`.
pub fn segments(namespace: &str, path: &'static str, base: &str) -> Vec<Segment> {
    let parameter = |part: &'static str| {
        let (name, kind) = part.strip_prefix('<')?.strip_suffix('>')?.split_once(':')?;
        match kind {
            "number" => Some(Segment::Number(name)),
            "me" => Some(Segment::NumberOrMe(name)),
            other => match SHAPES.iter().find(|shape| shape.kind == other) {
                Some(shape) => Some(Segment::Text(name, shape)),
                None => Some(Segment::Word(name)),
            },
        }
    };
    let literal = |part: &str| Segment::Literal(if part == "*" { base } else { part }.to_owned());
    let below = path.split('/').filter(|part| !part.is_empty());
    let below = below.map(|part| parameter(part).unwrap_or_else(|| literal(part)));
    namespace.split('/').filter(|part| !part.is_empty()).map(literal).chain(below).collect()
}

/// The parameters in a path, or `None` when it is not one of this route's.
pub fn read(segments: &[Segment], parts: &[&str]) -> Option<Map<String, Value>> {
    let Some((last, before)) = segments.split_last() else { return parts.is_empty().then(Map::new) };
    let (before_parts, last_parts) = parts.split_at_checked(before.len())?;
    let width = match last {
        Segment::Text(_, shape) => shape.parts.clone(),
        _ => 1..=1,
    };
    let fits = width.contains(&last_parts.len())
        && before.iter().zip(before_parts).all(|(segment, part)| segment.matches(part))
        && last_parts.iter().all(|part| last.matches(part));
    if !fits {
        return None;
    }
    let named = before.iter().zip(before_parts).filter_map(|(segment, part)| Some((segment.name()?, *part)));
    let mut url: Map<String, Value> = named.map(|(name, part)| (name.to_owned(), part.into())).collect();
    if let Some(name) = last.name() {
        url.insert(name.to_owned(), last_parts.join("/").into());
    }
    Some(url)
}
