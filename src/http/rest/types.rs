//! Post types.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    links::Links,
    posts::kind::PostKind,
    schema::{ALL, Context, EDIT, Kind, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
};
use crate::{
    content::{Capability, PostType},
    http::error::HttpError,
};

pub fn routes() -> Vec<Route> {
    let flag = |what: &'static str, contexts| Schema::boolean(what).within(contexts).readonly();
    let text = |what: &'static str, contexts| Schema::string(what).within(contexts).readonly();
    let map = |what: &'static str| Schema::map(what).within(EDIT).readonly();
    let visible = vec![
        ("show_ui".into(), Schema::boolean("Has screens at the desk.")),
        ("show_in_nav_menus".into(), Schema::boolean("Can be put into menus.")),
    ];
    let archive = Schema::of(&[Kind::String, Kind::Boolean], "Whether, and where, all of them are listed.");
    let fields = vec![
        ("capabilities".into(), map("Which capability rules what.")),
        ("description".into(), text("What it is for.", VIEW_EDIT)),
        ("hierarchical".into(), flag("Whether items have parents.", VIEW_EDIT)),
        ("viewable".into(), flag("Whether readers see items.", EDIT)),
        ("labels".into(), map("What it is called at the desk.")),
        ("name".into(), text("Its name.", ALL)),
        ("slug".into(), text("Its slug.", ALL)),
        ("supports".into(), map("What items have.")),
        ("has_archive".into(), archive.within(VIEW_EDIT).readonly()),
        ("taxonomies".into(), Schema::strings("Its taxonomies.").within(VIEW_EDIT).readonly()),
        ("rest_base".into(), text("Its place in the API.", ALL)),
        ("rest_namespace".into(), text("Its namespace in the API.", ALL)),
        ("visibility".into(), Schema::object(visible, "Where it shows.").within(EDIT).readonly()),
        ("icon".into(), Schema::of(&[Kind::String, Kind::Null], "Its icon.").within(ALL).readonly()),
    ];
    let item = Arc::new(ItemSchema { title: "type".to_owned(), fields, actions: Vec::new() });
    let slug = ("type".into(), Schema::string("The type's slug."));
    vec![
        Route::new("wp/v2", "types").on(table::GET, Action::Types(Verb::List), vec![describe::context()]).item(&item),
        Route::new("wp/v2", "types/<type:word>")
            .on(table::GET, Action::Types(Verb::Get), vec![slug, describe::context()])
            .item(&item),
    ]
}

pub fn permit(verb: Verb, call: &Call) -> Result<(), HttpError> {
    if verb == Verb::List && call.context == Context::Edit && !call.can(Capability::EditPosts) {
        let message = "Sorry, you are not allowed to edit posts in this post type.";
        return Err(call.refuse("rest_cannot_view", message));
    }
    Ok(())
}

pub fn run(verb: Verb, call: &Call) -> Result<Answer, HttpError> {
    let kinds = &call.table.post_kinds;
    if verb == Verb::List {
        let shown = kinds.iter().map(|kind| (kind.post_type.name().to_owned(), view(call, kind)));
        return Ok(Answer::ok(shown.collect::<Map<_, _>>().into()));
    }
    let slug = call.url_text("type");
    let found = kinds.iter().find(|kind| kind.post_type.name() == slug);
    let kind = found.ok_or_else(|| HttpError::not_found("rest_type_invalid", "Invalid post type."))?;
    if call.context == Context::Edit && !call.can(kind.capabilities.edit) {
        let message = "Sorry, you are not allowed to edit posts in this post type.";
        return Err(call.refuse("rest_forbidden_context", message));
    }
    Ok(Answer::ok(view(call, kind)))
}

fn view(call: &Call, kind: &PostKind) -> Value {
    let (plural, singular) = (kind.label.as_str(), kind.singular());
    let icon = match &kind.post_type {
        PostType::Post => json!("dashicons-admin-post"),
        PostType::Page => json!("dashicons-admin-page"),
        PostType::Attachment => json!("dashicons-admin-media"),
        _ => Value::Null,
    };
    let supports: Map<String, Value> =
        kind.registered_supports.iter().map(|name| (name.clone(), true.into())).collect();
    let taxonomies: Vec<&str> = kind.taxonomies.iter().map(|used| used.taxonomy.name()).collect();
    let has_screens = kind.viewable || matches!(kind.post_type.name(), "wp_block" | "wp_navigation");
    let in_menus = kind.viewable && !kind.is_media();
    let mut links = Links::default();
    links.add("collection", call.href("types"));
    links.add("wp:items", call.href(&kind.rest_base));
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("capabilities", capabilities(kind));
    put("description", "".into());
    put("hierarchical", kind.hierarchical.into());
    put("has_archive", kind.has_archive.into());
    put("visibility", json!({ "show_in_nav_menus": in_menus, "show_ui": has_screens }));
    put("viewable", kind.viewable.into());
    put("labels", labels(kind, plural, &singular));
    put("name", plural.into());
    put("slug", kind.post_type.name().into());
    put("icon", icon);
    put("supports", supports.into());
    put("taxonomies", taxonomies.into());
    put("rest_base", kind.rest_base.clone().into());
    put("rest_namespace", "wp/v2".into());
    put("_links", links.finish());
    call.present(item)
}

fn capabilities(kind: &PostKind) -> Value {
    let may = &kind.capabilities;
    let noun = if kind.post_type == PostType::Page { "page" } else { "post" };
    json!({
        "edit_post": format!("edit_{noun}"),
        "read_post": format!("read_{noun}"),
        "delete_post": format!("delete_{noun}"),
        "edit_posts": may.edit.name(),
        "edit_others_posts": may.edit_others.name(),
        "delete_posts": may.delete.name(),
        "publish_posts": may.publish.name(),
        "read_private_posts": may.read_private.name(),
        "read": "read",
        "delete_private_posts": may.delete_private.name(),
        "delete_published_posts": may.delete_published.name(),
        "delete_others_posts": may.delete_others.name(),
        "edit_private_posts": may.edit_private.name(),
        "edit_published_posts": may.edit_published.name(),
        "create_posts": may.create.name(),
    })
}

/// What screens call it: made of the two names.
fn labels(kind: &PostKind, plural: &str, singular: &str) -> Value {
    let (many, one) = (plural.to_lowercase(), singular.to_lowercase());
    let nests =
        kind.hierarchical || matches!(kind.post_type.name(), "wp_template" | "wp_template_part" | "wp_navigation");
    let parent = if nests { json!(format!("Parent {singular}:")) } else { Value::Null };
    json!({
        "name": plural,
        "singular_name": singular,
        "add_new": "Add New",
        "add_new_item": format!("Add New {singular}"),
        "edit_item": format!("Edit {singular}"),
        "new_item": format!("New {singular}"),
        "view_item": format!("View {singular}"),
        "view_items": format!("View {plural}"),
        "search_items": format!("Search {plural}"),
        "not_found": format!("No {many} found."),
        "not_found_in_trash": format!("No {many} found in Trash."),
        "parent_item_colon": parent,
        "all_items": format!("All {plural}"),
        "archives": format!("{singular} Archives"),
        "attributes": format!("{singular} Attributes"),
        "insert_into_item": format!("Insert into {one}"),
        "uploaded_to_this_item": format!("Uploaded to this {one}"),
        "featured_image": "Featured image",
        "set_featured_image": "Set featured image",
        "remove_featured_image": "Remove featured image",
        "use_featured_image": "Use as featured image",
        "filter_items_list": format!("Filter {many} list"),
        "filter_by_date": "Filter by date",
        "items_list_navigation": format!("{plural} list navigation"),
        "items_list": format!("{plural} list"),
        "item_published": format!("{singular} published."),
        "item_published_privately": format!("{singular} published privately."),
        "item_reverted_to_draft": format!("{singular} reverted to draft."),
        "item_scheduled": format!("{singular} scheduled."),
        "item_updated": format!("{singular} updated."),
        "item_link": format!("{singular} Link"),
        "item_link_description": format!("A link to a {one}."),
        "menu_name": plural,
        "name_admin_bar": singular,
    })
}
