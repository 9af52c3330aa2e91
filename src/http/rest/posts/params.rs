//! Parameters of post collections, and of what is sent to create and change posts.

use serde_json::json;

use super::kind::{PostKind, TaxonomyUse};
use crate::http::rest::{
    describe,
    schema::{Fields, Kind, Schema},
};

pub const STATUSES: [&str; 13] = [
    "publish",
    "future",
    "draft",
    "pending",
    "private",
    "trash",
    "auto-draft",
    "inherit",
    "request-pending",
    "request-confirmed",
    "request-failed",
    "request-completed",
    "any",
];
const MEDIA_STATUSES: [&str; 3] = ["inherit", "private", "trash"];
const ORDERS: [&str; 10] =
    ["author", "date", "id", "include", "modified", "parent", "relevance", "slug", "include_slugs", "title"];

/// Statuses the `status` parameter knows.
pub fn statuses(kind: &PostKind) -> &'static [&'static str] {
    if kind.is_media() { &MEDIA_STATUSES } else { &STATUSES }
}

/// `page`, `per_page`, `search`: of every collection.
pub fn paging() -> Fields {
    vec![
        describe::context(),
        ("page".into(), Schema::integer("Which page of the list.").default_to(1).at_least(1).first()),
        ("per_page".into(), Schema::integer("Items on a page.").default_to(10).between(1, 100).first()),
        ("search".into(), Schema::string("Only what has this text.").first()),
    ]
}

pub fn ids(description: &'static str) -> Schema {
    Schema::integers(description).default_to(json!([]))
}

pub fn order(default: &'static str) -> Schema {
    Schema::string("Upwards or downwards.").default_to(default).choices(["asc", "desc"])
}

pub fn list(kind: &PostKind) -> Fields {
    let mut args = paging();
    let mut add = |name: &'static str, schema: Schema| args.push((name.into(), schema));
    add("after", Schema::date("Only what was published after this."));
    add("modified_after", Schema::date("Only what was changed after this."));
    if kind.supports("author") {
        add("author", ids("Only by these authors."));
        add("author_exclude", ids("Not by these authors."));
    }
    add("before", Schema::date("Only what was published before this."));
    add("modified_before", Schema::date("Only what was changed before this."));
    add("exclude", ids("Without these ids."));
    add("include", ids("Only these ids."));
    if kind.supports("page-attributes") {
        add("menu_order", Schema::integer("Only with this place among siblings."));
    }
    add("offset", Schema::integer("Items to pass over, in place of a page.").at_least(0));
    add("order", order("desc"));
    let menu_order = kind.supports("page-attributes").then_some("menu_order");
    let orders = ORDERS.into_iter().chain(menu_order);
    add("orderby", Schema::string("What to sort by.").default_to("date").choices(orders));
    if kind.hierarchical || kind.is_media() {
        add("parent", ids("Only below these parents."));
        add("parent_exclude", ids("Not below these parents."));
    }
    add("slug", Schema::strings("Only with these slugs."));
    // Which statuses are allowed depends on who asks: checked when the list is made.
    let status = Schema::of(&[Kind::String], "").choices(statuses(kind).iter().copied()).lenient();
    add("status", Schema::list(status, "Only in these statuses.").default_to(kind.default_status()));
    if !kind.taxonomies.is_empty() {
        add("tax_relation", Schema::string("Whether all taxonomies must match, or any.").choices(["AND", "OR"]));
    }
    for used in &kind.taxonomies {
        args.push((used.rest_base.clone().into(), terms(used, true)));
        args.push((format!("{}_exclude", used.rest_base).into(), terms(used, false)));
    }
    let mut add = |name: &'static str, schema: Schema| args.push((name.into(), schema));
    if kind.post_type.name() == "post" {
        add("sticky", Schema::boolean("Only sticky posts, or only others."));
    }
    if kind.is_media() {
        let types = ["image", "video", "text", "application", "audio"];
        add("media_type", Schema::string("Only this kind of file.").choices(types).default_to(json!(null)));
        add("mime_type", Schema::string("Only this MIME type.").default_to(json!(null)));
    }
    args
}

fn terms(used: &TaxonomyUse, including: bool) -> Schema {
    let name = used.taxonomy.name();
    let mut properties = vec![("terms".into(), ids("Term ids."))];
    if used.hierarchical {
        let schema = Schema::boolean("Terms below them too.").default_to(false);
        properties.push(("include_children".into(), schema));
    }
    if including {
        let schema = Schema::string("Whether all the terms must match, or any.").choices(["AND", "OR"]);
        properties.push(("operator".into(), schema.default_to("OR")));
    }
    let mut object = Schema::object(properties, "Terms, and how to match them.");
    object.title = Some("Term ID Taxonomy Query");
    object.closed = true;
    let mut list = Schema::integers("Any of these term ids.");
    list.title = Some("Term ID List");
    let what = if including { "Only with terms of" } else { "Without terms of" };
    let mut schema = Schema::of(&[Kind::Object, Kind::Array], format!("{what} {name}."));
    schema.one_of = vec![list, object];
    schema
}

pub fn id() -> (crate::http::rest::schema::Name, Schema) {
    ("id".into(), Schema::integer("The item's id."))
}

pub fn get(kind: &PostKind) -> Fields {
    let mut args = vec![id(), describe::context()];
    if kind.supports("editor") {
        args.push(("password".into(), Schema::string("The post's password.")));
    }
    args
}

pub fn delete() -> Fields {
    vec![id(), force()]
}

pub fn force() -> (crate::http::rest::schema::Name, Schema) {
    ("force".into(), Schema::boolean("For good, not to the trash.").default_to(false))
}

/// What may be sent to make an item: its fields that are not read-only.
pub fn create(fields: &Fields) -> Fields {
    fields
        .iter()
        .filter(|(_, schema)| !schema.readonly)
        .map(|(name, schema)| {
            let schema = Schema { contexts: None, ..schema.clone() };
            (name.clone(), schema)
        })
        .collect()
}

/// What may be sent to change an item: as for making it, nothing required, no defaults.
pub fn update(fields: &Fields) -> Fields {
    let changes = create(fields).into_iter().map(|(name, schema)| {
        let schema = Schema { required: false, default: None, ..schema };
        (name, schema)
    });
    std::iter::once(id()).chain(changes).collect()
}
