//! Taxonomies.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    links::Links,
    schema::{ALL, Context, EDIT, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
    terms::TermKind,
};
use crate::{content::Capability, http::error::HttpError};

pub fn routes() -> Vec<Route> {
    let flag = |what: &'static str| Schema::boolean(what);
    let text = |what: &'static str, contexts| Schema::string(what).within(contexts).readonly();
    let map = |what: &'static str| Schema::map(what).within(EDIT).readonly();
    let visible = vec![
        ("public".into(), flag("For everyone.")),
        ("publicly_queryable".into(), flag("Found by readers.")),
        ("show_ui".into(), flag("Has screens at the desk.")),
        ("show_admin_column".into(), flag("A column in lists of posts.")),
        ("show_in_nav_menus".into(), flag("Can be put into menus.")),
        ("show_in_quick_edit".into(), flag("In quick edit.")),
    ];
    let fields = vec![
        ("capabilities".into(), map("Which capability rules what.")),
        ("description".into(), text("What it is for.", VIEW_EDIT)),
        ("hierarchical".into(), flag("Whether terms have parents.").within(VIEW_EDIT).readonly()),
        ("labels".into(), map("What it is called at the desk.")),
        ("name".into(), text("Its name.", ALL)),
        ("slug".into(), text("Its slug.", ALL)),
        ("show_cloud".into(), flag("Fit for a tag cloud.").within(EDIT).readonly()),
        ("types".into(), Schema::strings("The post types that use it.").within(VIEW_EDIT).readonly()),
        ("rest_base".into(), text("Its place in the API.", ALL)),
        ("rest_namespace".into(), text("Its namespace in the API.", ALL)),
        ("visibility".into(), Schema::object(visible, "Where it shows.").within(EDIT).readonly()),
    ];
    let item = Arc::new(ItemSchema { title: "taxonomy".to_owned(), fields, actions: Vec::new() });
    let slug = ("taxonomy".into(), Schema::string("The taxonomy's slug."));
    let of_type = ("type".into(), Schema::string("Only those of this post type."));
    vec![
        Route::new("wp/v2", "taxonomies")
            .on(table::GET, Action::Taxonomies(Verb::List), vec![describe::context(), of_type])
            .item(&item),
        Route::new("wp/v2", "taxonomies/<taxonomy:word>")
            .on(table::GET, Action::Taxonomies(Verb::Get), vec![slug, describe::context()])
            .item(&item),
    ]
}

fn may_assign(call: &Call, kind: &TermKind) -> bool {
    call.can(if kind.is_menu() { Capability::EditThemeOptions } else { Capability::EditPosts })
}

pub fn permit(verb: Verb, call: &Call) -> Result<(), HttpError> {
    if verb == Verb::List && call.context == Context::Edit && !call.can(Capability::EditPosts) {
        let message = "Sorry, you are not allowed to manage terms in this taxonomy.";
        return Err(call.refuse("rest_cannot_view", message));
    }
    Ok(())
}

pub fn run(verb: Verb, call: &Call) -> Result<Answer, HttpError> {
    let kinds = &call.table.term_kinds;
    if verb == Verb::List {
        let of_type = call.text("type");
        let used =
            |kind: &&Arc<TermKind>| of_type.is_none_or(|wanted| kind.post_types.iter().any(|name| name == wanted));
        let shown: Map<String, Value> =
            kinds.iter().filter(used).map(|kind| (kind.taxonomy.name().to_owned(), view(call, kind))).collect();
        return Ok(Answer::ok(shown.into()));
    }
    let slug = call.url_text("taxonomy");
    let found = kinds.iter().find(|kind| kind.taxonomy.name() == slug);
    let kind = found.ok_or_else(|| HttpError::not_found("rest_taxonomy_invalid", "Invalid taxonomy."))?;
    if call.context == Context::Edit && !may_assign(call, kind) {
        let message = "Sorry, you are not allowed to manage terms in this taxonomy.";
        return Err(call.refuse("rest_forbidden_context", message));
    }
    Ok(Answer::ok(view(call, kind)))
}

fn view(call: &Call, kind: &TermKind) -> Value {
    let (plural, singular) = (kind.label.as_str(), kind.singular());
    let mut links = Links::default();
    links.add("collection", call.href("taxonomies"));
    links.add("wp:items", call.href(&kind.rest_base));
    let verb = |verb: &str| match kind.taxonomy.name() {
        "category" => format!("{verb}_categories"),
        "nav_menu" => "edit_theme_options".to_owned(),
        _ => format!("{verb}_post_tags"),
    };
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("labels", labels(kind, plural, &singular));
    put("name", plural.into());
    put("slug", kind.taxonomy.name().into());
    put(
        "capabilities",
        json!({
            "manage_terms": verb("manage"), "edit_terms": verb("edit"),
            "delete_terms": verb("delete"), "assign_terms": verb("assign"),
        }),
    );
    put("description", "".into());
    put("types", kind.post_types.clone().into());
    put("show_cloud", kind.viewable.into());
    put("hierarchical", kind.hierarchical.into());
    put("rest_base", kind.rest_base.clone().into());
    put("rest_namespace", "wp/v2".into());
    put(
        "visibility",
        json!({
            "public": kind.viewable, "publicly_queryable": kind.viewable, "show_admin_column": kind.viewable,
            "show_in_nav_menus": kind.viewable, "show_in_quick_edit": kind.viewable, "show_ui": kind.viewable,
        }),
    );
    put("_links", links.finish());
    call.present(item)
}

/// What screens call it: made of the two names.
fn labels(kind: &TermKind, plural: &str, singular: &str) -> Value {
    let (many, one) = (plural.to_lowercase(), singular.to_lowercase());
    let tree = |text: String| if kind.hierarchical { json!(text) } else { Value::Null };
    let flat = |text: String| if kind.hierarchical { Value::Null } else { json!(text) };
    let mut labels = json!({
        "name": plural,
        "singular_name": singular,
        "search_items": format!("Search {plural}"),
        "popular_items": flat(format!("Popular {plural}")),
        "all_items": format!("All {plural}"),
        "parent_item": tree(format!("Parent {singular}")),
        "parent_item_colon": tree(format!("Parent {singular}:")),
        "name_field_description": "What readers see.",
        "slug_field_description": "What stands in addresses: lower-case letters, digits and hyphens.",
        "parent_field_description": tree(format!("The {one} this one is part of.")),
        "desc_field_description": "Shown by themes that have room for it.",
        "edit_item": format!("Edit {singular}"),
        "view_item": format!("View {singular}"),
        "update_item": format!("Update {singular}"),
        "add_new_item": format!("Add New {singular}"),
        "new_item_name": format!("New {singular} Name"),
        "separate_items_with_commas": flat(format!("Separate {many} with commas")),
        "add_or_remove_items": flat(format!("Add or remove {many}")),
        "choose_from_most_used": flat(format!("Choose from the most used {many}")),
        "not_found": format!("No {many} found."),
        "no_terms": format!("No {many}"),
        "filter_by_item": tree(format!("Filter by {one}")),
        "items_list_navigation": format!("{plural} list navigation"),
        "items_list": format!("{plural} list"),
        "most_used": "Most Used",
        "back_to_items": format!("Back to {plural}"),
        "item_link": format!("{singular} Link"),
        "item_link_description": format!("A link to a {one}."),
        "menu_name": plural,
        "name_admin_bar": if kind.is_menu() { singular } else { kind.taxonomy.name() },
    });
    if let (Value::Object(members), true) = (&mut labels, kind.is_menu()) {
        members.insert("archives".to_owned(), plural.into());
    }
    labels
}
