//! A term as the API shows it.

use serde_json::{Map, Value, json};

use super::TermKind;
use crate::{
    content::Term,
    http::rest::{call::Call, links::Links, menus},
};

pub fn item(kind: &TermKind, call: &Call, term: &Term) -> Value {
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("id", term.id.0.into());
    put("count", call.site().term_count(term.id, call.now).into());
    put("description", term.description.clone().into());
    put("link", format!("{}{}", call.site().settings().home, call.site().term_path(term)).into());
    put("name", term.name.clone().into());
    put("slug", term.slug.clone().into());
    put("taxonomy", term.taxonomy.name().into());
    if kind.hierarchical {
        put("parent", term.parent.map_or(0, |id| id.0).into());
    }
    put("meta", json!([]));
    if kind.is_menu() {
        put("locations", menus::locations_of(call, term.id).into());
        put("auto_add", menus::auto_adds(call, term.id).into());
    }
    if call.wanted.wants("_links") {
        put("_links", links(kind, call, term));
    }
    call.present(item)
}

fn links(kind: &TermKind, call: &Call, term: &Term) -> Value {
    let base = &kind.rest_base;
    let mut links = Links::default();
    links.add("self", call.href(&format!("{base}/{}", term.id)));
    links.add("collection", call.href(base));
    links.add("about", call.href(&format!("taxonomies/{}", term.taxonomy.name())));
    if let Some(parent) = term.parent {
        links.embeddable("up", call.href(&format!("{base}/{parent}")));
    }
    for post_kind in call
        .table
        .post_kinds
        .iter()
        .filter(|post_kind| kind.post_types.iter().any(|name| name == post_kind.post_type.name()))
    {
        links.add("wp:post_type", call.href(&format!("{}?{base}={}", post_kind.rest_base, term.id)));
    }
    if kind.is_menu() {
        for location in menus::locations_of(call, term.id) {
            links.embeddable("wp:menu-location", call.href(&format!("menu-locations/{location}")));
        }
    }
    links.finish()
}
