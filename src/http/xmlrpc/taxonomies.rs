//! `wp.getTaxonomy` and `wp.getTaxonomies`.

use futures_util::FutureExt;

use super::{
    call::Call,
    fault::Fault,
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, method, optional, param},
    terms,
    types::wants,
    value::Value,
};
use crate::content::types::TaxonomyInfo;

const FIELDS: super::table::Param = optional("fields", Kind::List);
/// What is shown unless the client says what it wants.
const DEFAULT: &[&str] = &["labels", "cap", "object_type"];

pub const METHODS: &[Method] = &[
    method("wp.getTaxonomy", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, param("taxonomy", Kind::Text), FIELDS], |call| {
        async move { get(call) }.boxed()
    }),
    method(
        "wp.getTaxonomies",
        Needs::SignIn,
        &[BLOG, LOGIN, PASSWORD, optional("filter", Kind::Struct), FIELDS],
        |call| async move { Ok(list(call)) }.boxed(),
    ),
];

fn get(call: &Call) -> Answer {
    let info = terms::taxonomy(call, &call.text("taxonomy"))?;
    if !call.can(terms::assigns(&info)) {
        return Err(Fault::unauthorized("Your account may not use terms of this taxonomy."));
    }
    Ok(view(call, &info))
}

/// Public taxonomies the caller may use; a filter may name another `public`, a `name` or what is `hierarchical`.
fn list(call: &Call) -> Value {
    let filter = call.fields("filter");
    let public = filter.flag("public").unwrap_or(true);
    let name = filter.filled("name");
    let taxonomies = call.site().settings().types.taxonomies().filter(|info| {
        info.public == public
            && filter.flag("hierarchical").is_none_or(|wanted| wanted == info.hierarchical)
            && name.as_ref().is_none_or(|name| *name == info.name)
            && call.can(terms::assigns(info))
    });
    Value::List(taxonomies.map(|info| view(call, info)).collect())
}

fn is_built_in(call: &Call, info: &TaxonomyInfo) -> bool {
    call.site().settings().types.custom_taxonomies.iter().all(|custom| custom.name != info.name)
}

/// What one term is called.
fn singular(info: &TaxonomyInfo) -> &str {
    match info.name.as_str() {
        "category" => "Category",
        "post_tag" => "Tag",
        "post_format" => "Format",
        "nav_menu" => "Navigation Menu",
        _ => &info.label,
    }
}

fn labels(info: &TaxonomyInfo) -> Value {
    let (one, all) = (singular(info), info.label.as_str());
    Value::members([
        ("name", Value::text(all)),
        ("singular_name", Value::text(one)),
        ("menu_name", Value::text(all)),
        ("all_items", Value::text(format!("All {all}"))),
        ("edit_item", Value::text(format!("Edit {one}"))),
        ("view_item", Value::text(format!("View {one}"))),
        ("update_item", Value::text(format!("Update {one}"))),
        ("add_new_item", Value::text(format!("Add New {one}"))),
        ("new_item_name", Value::text(format!("New {one} Name"))),
        ("parent_item", Value::text(if info.hierarchical { format!("Parent {one}") } else { String::new() })),
        ("search_items", Value::text(format!("Search {all}"))),
        ("not_found", Value::text(format!("No {} found.", all.to_lowercase()))),
    ])
}

fn view(call: &Call, info: &TaxonomyInfo) -> Value {
    let shows = wants(call.arg("fields"), DEFAULT);
    let edited = !matches!(info.name.as_str(), "post_format" | "wp_theme" | "wp_template_part_area");
    let mut members = vec![
        ("name", Value::text(&info.name)),
        ("label", Value::text(&info.label)),
        ("hierarchical", Value::Bool(info.hierarchical)),
        ("public", Value::Bool(info.public)),
        ("show_ui", Value::Bool(info.public && edited)),
        ("_builtin", Value::Bool(is_built_in(call, info))),
    ];
    if shows("labels") {
        members.push(("labels", labels(info)));
    }
    if shows("cap") {
        let manage = Value::text(terms::manages(info).name());
        members.push((
            "cap",
            Value::members([
                ("manage_terms", manage.clone()),
                ("edit_terms", manage.clone()),
                ("delete_terms", manage),
                ("assign_terms", Value::text(terms::assigns(info).name())),
            ]),
        ));
    }
    if shows("menu") {
        members.push(("show_in_menu", Value::Bool(info.public && edited)));
    }
    if shows("object_type") {
        let types = &call.site().settings().types;
        let naming = types.types().filter(|of| info.types.contains(&of.name) || of.taxonomies.contains(&info.name));
        members.push(("object_type", Value::texts(naming.map(|of| of.name.as_str()))));
    }
    Value::Struct(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
