//! What the site knows of posts: types, statuses, formats, templates.

use std::collections::BTreeSet;

use futures_util::FutureExt;

use super::{
    call::Call,
    fault::Fault,
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, Param, method, optional, param},
    value::Value,
};
use crate::{
    content::{Capability, PostType, capability::TypeCapabilities, types::TypeInfo},
    http::post_format::FORMATS,
};

const FIELDS: Param = optional("fields", Kind::List);
const SIGN_IN: &[Param] = &[BLOG, LOGIN, PASSWORD];
const DEFAULT: &[&str] = &["labels", "cap", "taxonomies"];

pub const METHODS: &[Method] = &[
    method("wp.getPostStatusList", Needs::CanOr(Capability::EditPosts, 403), SIGN_IN, |_| {
        async move {
            Ok(named(&[
                ("draft", "Draft"),
                ("pending", "Pending Review"),
                ("private", "Private"),
                ("publish", "Published"),
            ]))
        }
        .boxed()
    }),
    method("wp.getPageStatusList", Needs::CanOr(Capability::EditPages, 403), SIGN_IN, |_| {
        async move { Ok(named(&[("draft", "Draft"), ("private", "Private"), ("publish", "Published")])) }.boxed()
    }),
    // Themes here choose templates by what is shown; there is none to be named.
    method("wp.getPageTemplates", Needs::CanOr(Capability::EditPages, 403), SIGN_IN, |_| {
        async move { Ok(named(&[("Default", "default")])) }.boxed()
    }),
    method(
        "wp.getPostFormats",
        Needs::CanOr(Capability::EditPosts, 403),
        &[BLOG, LOGIN, PASSWORD, optional("filter", Kind::Struct)],
        |_| async move { Ok(formats()) }.boxed(),
    ),
    method("wp.getPostType", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, param("post_type", Kind::Text), FIELDS], |call| {
        async move { get(call) }.boxed()
    }),
    method(
        "wp.getPostTypes",
        Needs::SignIn,
        &[BLOG, LOGIN, PASSWORD, optional("filter", Kind::Struct), FIELDS],
        |call| async move { Ok(list(call)) }.boxed(),
    ),
];

/// Whether a client's list of groups names one; without a list those of `otherwise` are shown.
pub fn wants(fields: Option<&Value>, otherwise: &[&str]) -> impl Fn(&str) -> bool {
    let named: BTreeSet<String> = match fields {
        Some(Value::List(items)) => items.iter().filter_map(Value::as_text).collect(),
        _ => otherwise.iter().map(|&name| name.to_owned()).collect(),
    };
    move |name: &str| named.contains(name)
}

fn named(pairs: &[(&str, &str)]) -> Value {
    Value::Struct(pairs.iter().map(|(name, label)| ((*name).to_owned(), Value::text(*label))).collect())
}

fn formats() -> Value {
    let label = |name: &str| {
        let mut letters = name.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    Value::Struct(FORMATS.iter().map(|&name| (name.to_owned(), Value::text(label(name)))).collect())
}

fn get(call: &Call) -> Answer {
    let name = call.text("post_type");
    let info = call.site().settings().types.post_type(&name);
    let info = info.ok_or_else(|| Fault::forbidden(format!("There is no post type {name:.40}.")))?;
    if !call.can(TypeCapabilities::of(&PostType::from_name(&info.name)).edit) {
        return Err(Fault::unauthorized("Your account may not edit posts of this type."));
    }
    Ok(view(call, info))
}

/// By name, those the caller may edit; a filter may name a type, or what is `public` or `hierarchical`.
fn list(call: &Call) -> Value {
    let filter = call.fields("filter");
    let name = filter.filled("name");
    let types = call.site().settings().types.types().filter(|info| {
        filter.flag("public").is_none_or(|wanted| wanted == info.public)
            && filter.flag("hierarchical").is_none_or(|wanted| wanted == info.hierarchical)
            && name.as_ref().is_none_or(|name| *name == info.name)
            && call.can(TypeCapabilities::of(&PostType::from_name(&info.name)).edit)
    });
    Value::Struct(types.map(|info| (info.name.clone(), view(call, info))).collect())
}

fn singular(info: &TypeInfo) -> &str {
    match info.name.as_str() {
        "post" => "Post",
        "page" => "Page",
        _ => &info.label,
    }
}

fn labels(info: &TypeInfo) -> Value {
    let (one, all) = (singular(info), info.label.as_str());
    Value::members([
        ("name", Value::text(all)),
        ("singular_name", Value::text(one)),
        ("menu_name", Value::text(all)),
        ("name_admin_bar", Value::text(one)),
        ("all_items", Value::text(format!("All {all}"))),
        ("add_new", Value::text("Add New")),
        ("add_new_item", Value::text(format!("Add New {one}"))),
        ("edit_item", Value::text(format!("Edit {one}"))),
        ("new_item", Value::text(format!("New {one}"))),
        ("view_item", Value::text(format!("View {one}"))),
        ("view_items", Value::text(format!("View {all}"))),
        ("search_items", Value::text(format!("Search {all}"))),
        ("not_found", Value::text(format!("No {} found.", all.to_lowercase()))),
        ("not_found_in_trash", Value::text(format!("No {} found in Trash.", all.to_lowercase()))),
        ("parent_item_colon", Value::text(if info.hierarchical { format!("Parent {one}:") } else { String::new() })),
    ])
}

fn capabilities(info: &TypeInfo) -> Value {
    let may = TypeCapabilities::of(&PostType::from_name(&info.name));
    let own = if info.name == "page" { "page" } else { "post" };
    let named = [
        ("edit_posts", may.edit),
        ("edit_others_posts", may.edit_others),
        ("delete_posts", may.delete),
        ("publish_posts", may.publish),
        ("read_private_posts", may.read_private),
        ("read", Capability::Read),
        ("delete_private_posts", may.delete_private),
        ("delete_published_posts", may.delete_published),
        ("delete_others_posts", may.delete_others),
        ("edit_private_posts", may.edit_private),
        ("edit_published_posts", may.edit_published),
        ("create_posts", may.create),
    ];
    let meta = ["edit", "read", "delete"].map(|verb| (format!("{verb}_post"), Value::text(format!("{verb}_{own}"))));
    let named = named.map(|(name, capability)| (name.to_owned(), Value::text(capability.name())));
    Value::Struct(meta.into_iter().chain(named).collect())
}

fn view(call: &Call, info: &TypeInfo) -> Value {
    let shows = wants(call.arg("fields"), DEFAULT);
    let types = &call.site().settings().types;
    let custom = types.custom_types.iter().any(|custom| custom.name == info.name);
    let supports = info.supports.iter().map(|name| (name.clone(), Value::Bool(true))).collect();
    let mut members = vec![
        ("name", Value::text(&info.name)),
        ("label", Value::text(&info.label)),
        ("hierarchical", Value::Bool(info.hierarchical)),
        ("public", Value::Bool(info.public)),
        ("show_ui", Value::Bool(info.public)),
        ("_builtin", Value::Bool(!custom)),
        ("has_archive", Value::Bool(info.has_archive)),
        ("supports", Value::Struct(supports)),
    ];
    if shows("labels") {
        members.push(("labels", labels(info)));
    }
    if shows("cap") {
        members.push(("cap", capabilities(info)));
        members.push(("map_meta_cap", Value::Bool(true)));
    }
    if shows("menu") {
        let place = match info.name.as_str() {
            "post" => 5,
            "attachment" => 10,
            "page" => 20,
            _ => 0,
        };
        members.push(("menu_position", Value::Int(place)));
        members.push(("menu_icon", Value::text("")));
        members.push(("show_in_menu", Value::Bool(info.public)));
    }
    if shows("taxonomies") {
        let using = types.taxonomies().filter(|of| of.types.contains(&info.name) || info.taxonomies.contains(&of.name));
        members.push(("taxonomies", Value::texts(using.map(|of| of.name.as_str()))));
    }
    Value::Struct(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
