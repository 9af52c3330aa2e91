//! The table of routes: every URL of the API with what may be sent to it and what answers.

use std::sync::Arc;

use serde_json::{Map, Value};

pub use super::segment::Segment;
use super::{
    action::Action,
    posts::{self, kind::PostKind},
    resources,
    schema::Fields,
    segment::{self, segments},
    terms::{self, TermKind},
};
use crate::content::types::Types;

pub const GET: &[&str] = &["GET"];
pub const GET_POST: &[&str] = &["GET", "POST"];
pub const POST: &[&str] = &["POST"];
pub const EDIT: &[&str] = &["POST", "PUT", "PATCH"];
pub const DELETE: &[&str] = &["DELETE"];

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
    /// `<id:template>` and others of the shapes `segment` knows.
    pub fn new(namespace: &'static str, path: &'static str) -> Self {
        Self { segments: segments(namespace, path, ""), namespace, endpoints: Vec::new(), item: None, batched: false }
    }

    /// Like [`Route::new`] in `wp/v2`; a part `*` of `path` stands for `base`.
    pub fn under(base: &str, path: &'static str) -> Self {
        Self::below("wp/v2", base, path)
    }

    /// Like [`Route::under`], in any namespace.
    pub fn below(namespace: &'static str, base: &str, path: &'static str) -> Self {
        Self { segments: segments(namespace, path, base), namespace, endpoints: Vec::new(), item: None, batched: false }
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

    pub fn endpoint(&self, method: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.methods.contains(&method))
    }
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
pub const NAMESPACES: [&str; 5] =
    ["oembed/1.0", "wp/v2", "wp-site-health/v1", "wp-block-editor/v1", super::desk::NAMESPACE];

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
        routes.extend(post_kinds.iter().flat_map(super::desk::routes));
        routes.extend(term_kinds.iter().flat_map(terms::routes));
        let names: Vec<_> = post_kinds.iter().map(|kind| kind.post_type.name().to_owned().into()).collect();
        routes.extend(resources(&names));
        routes.push(Route::new("bucketpress/v1", "openapi").on(GET, Action::OpenApi, Fields::new()));
        Self { routes, post_kinds, term_kinds, types: types.clone() }
    }

    /// The route of a path, with the parameters in it.
    pub fn find(&self, path: &str) -> Option<(&Route, Map<String, Value>)> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        self.routes.iter().find_map(|route| segment::read(&route.segments, &parts).map(|url| (route, url)))
    }
}
