//! The table of routes: every URL of the API with what may be sent to it and what answers.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    action::Action,
    posts::{self, kind::PostKind},
    resources,
    schema::Fields,
    terms::{self, TermKind},
};
use crate::content::types::Types;

pub const GET: &[&str] = &["GET"];
pub const GET_POST: &[&str] = &["GET", "POST"];
pub const POST: &[&str] = &["POST"];
pub const EDIT: &[&str] = &["POST", "PUT", "PATCH"];
pub const DELETE: &[&str] = &["DELETE"];

/// A part of a route's path.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    Literal(String),
    /// `[\d]+`
    Number(&'static str),
    /// `[\w-]+`
    Word(&'static str),
    /// A number, or `me`.
    NumberOrMe(&'static str),
    /// Two parts, as in `core/archives`: `[a-z0-9-]+/[a-z0-9-]+`
    Block(&'static str),
}

impl Segment {
    fn matches(&self, text: &str) -> bool {
        let digits = || !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Literal(literal) => literal == text,
            Self::Number(_) => digits(),
            Self::NumberOrMe(_) => text == "me" || digits(),
            Self::Block(_) => text.split('/').all(|part| {
                let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                !part.is_empty() && part.chars().all(allowed)
            }),
            Self::Word(_) => {
                !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            }
        }
    }

    fn name(&self) -> Option<&'static str> {
        match self {
            Self::Literal(_) => None,
            Self::Number(name) | Self::Word(name) | Self::NumberOrMe(name) | Self::Block(name) => Some(name),
        }
    }

    /// Parts of a path it stands for.
    fn width(&self) -> usize {
        if matches!(self, Self::Block(_)) { 2 } else { 1 }
    }

    /// As the index of the API writes it.
    fn pattern(&self) -> String {
        match self {
            Self::Literal(literal) => literal.clone(),
            Self::Number(name) => format!(r"(?P<{name}>[\d]+)"),
            Self::Word(name) => format!(r"(?P<{name}>[\w-]+)"),
            Self::NumberOrMe(name) => format!(r"(?P<{name}>(?:[\d]+|me))"),
            Self::Block(name) => format!(r"(?P<{name}>[a-z0-9-]+/[a-z0-9-]+)"),
        }
    }
}

/// What an item of a resource looks like.
#[derive(Clone, Debug)]
pub struct ItemSchema {
    pub title: String,
    pub fields: Fields,
    /// Links an editor may act on: relation, what it says, the field it is about.
    pub actions: Vec<ActionLink>,
}

/// A `wp:action-…` link of an item.
#[derive(Clone, Debug)]
pub struct ActionLink {
    pub rel: String,
    pub title: String,
    pub target: Value,
}

#[derive(Clone, Debug)]
pub struct Endpoint {
    pub methods: &'static [&'static str],
    pub args: Fields,
    pub action: Action,
}

#[derive(Clone, Debug)]
pub struct Route {
    pub segments: Vec<Segment>,
    pub namespace: &'static str,
    pub endpoints: Vec<Endpoint>,
    pub item: Option<Arc<ItemSchema>>,
    /// What changes here may be one of many in a batch.
    pub batched: bool,
}

impl Route {
    /// `path` is below the namespace: literal parts, and parameters as `<id:number>`, `<slug:word>`, `<user_id:me>`,
    /// `<name:block>`.
    pub fn new(namespace: &'static str, path: &'static str) -> Self {
        Self { segments: segments(namespace, path, ""), namespace, endpoints: Vec::new(), item: None, batched: false }
    }

    /// Like [`Route::new`]; a part `*` of `path` stands for `base`.
    pub fn under(base: &str, path: &'static str) -> Self {
        Self {
            segments: segments("wp/v2", path, base),
            namespace: "wp/v2",
            endpoints: Vec::new(),
            item: None,
            batched: false,
        }
    }

    #[must_use]
    pub fn on(mut self, methods: &'static [&'static str], action: Action, args: Fields) -> Self {
        self.endpoints.push(Endpoint { methods, args, action });
        self
    }

    #[must_use]
    pub fn item(mut self, item: &Arc<ItemSchema>) -> Self {
        self.item = Some(item.clone());
        self
    }

    #[must_use]
    pub fn batched(mut self, batched: bool) -> Self {
        self.batched = batched;
        self
    }

    /// As a key of the index: `/wp/v2/posts/(?P<id>[\d]+)`.
    pub fn pattern(&self) -> String {
        let parts: Vec<String> = self.segments.iter().map(Segment::pattern).collect();
        format!("/{}", parts.join("/"))
    }

    /// The path itself, for routes without parameters.
    pub fn fixed_path(&self) -> Option<String> {
        self.segments.iter().all(|segment| segment.name().is_none()).then(|| self.pattern())
    }

    fn matches(&self, parts: &[&str]) -> Option<Map<String, Value>> {
        if parts.len() != self.segments.iter().map(Segment::width).sum::<usize>() {
            return None;
        }
        let mut url = Map::new();
        let mut rest = parts;
        for segment in &self.segments {
            let (own, after) = rest.split_at_checked(segment.width())?;
            rest = after;
            let part = own.join("/");
            if !segment.matches(&part) {
                return None;
            }
            if let Some(name) = segment.name() {
                url.insert(name.to_owned(), part.into());
            }
        }
        Some(url)
    }

    pub fn endpoint(&self, method: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.methods.contains(&method))
    }
}

fn segments(namespace: &str, path: &'static str, base: &str) -> Vec<Segment> {
    let parameter = |part: &'static str| {
        let (name, kind) = part.strip_prefix('<')?.strip_suffix('>')?.split_once(':')?;
        match kind {
            "number" => Some(Segment::Number(name)),
            "me" => Some(Segment::NumberOrMe(name)),
            "block" => Some(Segment::Block(name)),
            _ => Some(Segment::Word(name)),
        }
    };
    let literal = |part: &str| Segment::Literal(if part == "*" { base } else { part }.to_owned());
    let below = path.split('/').filter(|part| !part.is_empty());
    let below = below.map(|part| parameter(part).unwrap_or_else(|| literal(part)));
    namespace.split('/').filter(|part| !part.is_empty()).map(literal).chain(below).collect()
}

/// All routes of a site. Made again when its types change.
#[derive(Debug)]
pub struct Table {
    pub routes: Vec<Route>,
    pub post_kinds: Vec<Arc<PostKind>>,
    pub term_kinds: Vec<Arc<TermKind>>,
    /// What it was made for.
    pub types: Types,
}

/// Namespaces, in the order the index names them.
pub const NAMESPACES: [&str; 1] = ["wp/v2"];

impl Table {
    pub fn new(types: &Types) -> Self {
        let mut routes = vec![Route::new("", "").on(GET, Action::Index, super::describe::context_args())];
        for namespace in NAMESPACES {
            let args = super::describe::namespace_args(namespace);
            routes.push(Route::new(namespace, "").on(GET, Action::Namespace(namespace), args));
        }
        let post_kinds: Vec<_> = posts::kind::all(types).into_iter().map(Arc::new).collect();
        let term_kinds: Vec<_> = terms::all(types).into_iter().map(Arc::new).collect();
        routes.extend(post_kinds.iter().flat_map(posts::routes));
        routes.extend(term_kinds.iter().flat_map(terms::routes));
        routes.extend(resources());
        Self { routes, post_kinds, term_kinds, types: types.clone() }
    }

    /// The route of a path, with the parameters in it.
    pub fn find(&self, path: &str) -> Option<(&Route, Map<String, Value>)> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        self.routes.iter().find_map(|route| route.matches(&parts).map(|url| (route, url)))
    }
}
