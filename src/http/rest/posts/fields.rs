//! What posts of a type look like, field by field.

use serde_json::json;

use super::kind::{Controller, PostKind};
pub use crate::http::post_format::FORMATS;
use crate::http::rest::{
    schema::{ALL, EDIT, Fields, Schema, VIEW_EDIT},
    table::{ActionLink, ItemSchema},
};

const STATUSES: [&str; 5] = ["publish", "future", "draft", "pending", "private"];

/// How the content is written. Not WordPress's: there it is HTML.
pub const CONTENT_FORMAT: &str = "content_format";

/// Meta of synced patterns.
pub const PATTERN_SYNC: &str = "wp_pattern_sync_status";
/// Meta of what the block editor writes: the notes of its footnotes, as JSON text.
pub const FOOTNOTES: &str = "footnotes";

/// A text with its stored and its shown form.
pub fn text(description: &'static str, stored: &'static str, shown: &'static str) -> Schema {
    let properties = vec![
        ("raw".into(), Schema::string(stored).within(EDIT)),
        ("rendered".into(), Schema::string(shown).within(ALL).readonly()),
    ];
    Schema::object(properties, description).within(ALL)
}

fn with_protected(mut schema: Schema) -> Schema {
    let protected = Schema::boolean("True if a password is needed to read this.").within(ALL).readonly();
    schema.properties.get_or_insert_default().push(("protected".into(), protected));
    schema
}

fn content() -> Schema {
    let properties = vec![
        ("raw".into(), Schema::string("The content as stored.").within(EDIT)),
        ("rendered".into(), Schema::string("The content as HTML.").within(VIEW_EDIT).readonly()),
        (
            "block_version".into(),
            Schema::integer("Version of the block format, 0 without blocks.").within(EDIT).readonly(),
        ),
    ];
    with_protected(Schema::object(properties, "The content.").within(VIEW_EDIT))
}

/// Shown raw in every context, never as HTML: what is put into other texts.
fn as_stored(mut schema: Schema) -> Schema {
    if let Some(properties) = &mut schema.properties {
        properties.retain(|(name, _)| name != "rendered");
        for (_, schema) in properties.iter_mut().filter(|(name, _)| name == "raw") {
            schema.contexts = Some(VIEW_EDIT);
        }
    }
    schema
}

/// Meta keys registered for the API.
fn meta(kind: &PostKind) -> Fields {
    match kind.controller {
        Controller::Blocks => {
            let status = Schema::string("Whether the pattern stays the same wherever it is put.");
            vec![(PATTERN_SYNC.into(), status.choices(["", "partial", "unsynced"]).within(VIEW_EDIT))]
        }
        // WordPress shows it to everyone, of posts with a password too.
        _ if kind.has_footnotes() => vec![(FOOTNOTES.into(), Schema::string("The notes, as JSON.").within(EDIT))],
        _ => Vec::new(),
    }
}

fn guid() -> Schema {
    let properties = vec![
        ("raw".into(), Schema::string("The identifier as stored.").within(EDIT).readonly()),
        ("rendered".into(), Schema::string("The identifier as shown.").within(VIEW_EDIT).readonly()),
    ];
    Schema::object(properties, "Identifies the post among all sites.").within(VIEW_EDIT).readonly()
}

/// The description of a post type's items.
pub fn item(kind: &PostKind) -> ItemSchema {
    let mut fields = common();
    let absent = |name: &str| match name {
        "password" => kind.is_media(),
        "permalink_template" | "generated_slug" => !kind.viewable,
        _ => false,
    };
    fields.retain(|(name, _)| !absent(name));
    let stored = kind.controller == Controller::Blocks;
    let supported = |name: &str| kind.supports(name);
    let mut add = |name: &'static str, schema: Schema| fields.push((name.into(), schema));
    if kind.hierarchical {
        add("parent", Schema::integer("Id of the parent.").within(VIEW_EDIT));
    }
    if supported("title") {
        let title = text("The title.", "The title as stored.", "The title as HTML.");
        add("title", if stored { as_stored(title) } else { title });
    }
    if supported("editor") {
        add("content", if stored { as_stored(content()) } else { content() });
    }
    if supported("editor") && !stored && !kind.is_media() {
        let format = Schema::string("How the content is written: as blocks or HTML, or as Markdown.");
        add(CONTENT_FORMAT, format.choices(["html", "markdown"]).within(EDIT));
    }
    if supported("author") {
        add("author", Schema::integer("Id of the author.").within(ALL));
    }
    if supported("excerpt") {
        add("excerpt", with_protected(text("The excerpt.", "The excerpt as stored.", "The excerpt as HTML.")));
    }
    if supported("thumbnail") {
        add("featured_media", Schema::integer("Id of the featured image, 0 for none.").within(ALL));
    }
    if supported("comments") {
        let open = |what: &'static str| Schema::string(what).choices(["open", "closed"]).within(VIEW_EDIT);
        add("comment_status", open("Whether readers may comment."));
        add("ping_status", open("Whether other sites may send pings."));
    }
    if supported("page-attributes") {
        add("menu_order", Schema::integer("Place among its siblings.").within(VIEW_EDIT));
    }
    if supported("post-formats") {
        add("format", Schema::string("The post format.").choices(FORMATS).within(VIEW_EDIT));
    }
    if supported("custom-fields") {
        add("meta", Schema::object(meta(kind), "Meta fields.").within(VIEW_EDIT));
    }
    if stored {
        let status = Schema::string("`unsynced` for a pattern that is copied where it is put; else empty.");
        add(PATTERN_SYNC, status.within(ALL).readonly());
    }
    if kind.post_type.name() == "post" {
        add("sticky", Schema::boolean("Kept at the top of the list of posts.").within(VIEW_EDIT));
    }
    add("template", Schema::string("The template that shows it; empty for the usual one.").within(VIEW_EDIT));
    for used in &kind.taxonomies {
        let schema = Schema::integers(format!("Ids of its terms in {}.", used.taxonomy.name())).within(VIEW_EDIT);
        fields.push((used.rest_base.clone().into(), schema));
    }
    if kind.is_media() {
        fields.extend(media());
    }
    ItemSchema { title: kind.post_type.name().to_owned(), fields, actions: actions(kind) }
}

fn common() -> Fields {
    let nullable = |what: &'static str| Schema::date(what).or(crate::http::rest::schema::Kind::Null);
    vec![
        ("date".into(), nullable("When it was published, by the site's clock.").within(ALL)),
        ("date_gmt".into(), nullable("When it was published, in UTC.").within(VIEW_EDIT)),
        ("guid".into(), guid()),
        ("id".into(), Schema::integer("Its id.").within(ALL).readonly()),
        ("link".into(), Schema::uri("Its address.").within(ALL).readonly()),
        (
            "modified".into(),
            Schema::date("When it was last changed, by the site's clock.").within(VIEW_EDIT).readonly(),
        ),
        ("modified_gmt".into(), Schema::date("When it was last changed, in UTC.").within(VIEW_EDIT).readonly()),
        ("slug".into(), Schema::string("Its name in addresses, unique in its type.").within(ALL)),
        ("status".into(), Schema::string("Where it is in its life.").choices(STATUSES).within(VIEW_EDIT)),
        ("type".into(), Schema::string("Its post type.").within(ALL).readonly()),
        ("password".into(), Schema::string("What readers must know to see the content.").within(EDIT)),
        ("permalink_template".into(), Schema::string("Its address with a gap for the slug.").within(EDIT).readonly()),
        ("generated_slug".into(), Schema::string("The slug its title would give.").within(EDIT).readonly()),
        (
            "revision".into(),
            Schema::string("Names what is stored now; send it back with a save to be told if it changed.")
                .within(VIEW_EDIT)
                .readonly(),
        ),
    ]
}

fn media() -> Fields {
    let size = "Details of the file: pixels, bytes, sizes made of it.";
    let description_properties = vec![
        ("raw".into(), Schema::string("The description as stored.").within(EDIT)),
        ("rendered".into(), Schema::string("The description as HTML.").within(VIEW_EDIT).readonly()),
    ];
    vec![
        ("alt_text".into(), Schema::string("What is shown when the file is not.").within(ALL)),
        ("caption".into(), text("The caption.", "The caption as stored.", "The caption as HTML.")),
        ("description".into(), Schema::object(description_properties, "The description.").within(VIEW_EDIT)),
        ("media_type".into(), Schema::string("Kind of file.").choices(["image", "file"]).within(ALL).readonly()),
        ("mime_type".into(), Schema::string("Its MIME type.").within(ALL).readonly()),
        ("media_details".into(), Schema::map(size).within(ALL).readonly()),
        ("post".into(), Schema::integer("Id of the post it belongs to.").null_when_absent().within(VIEW_EDIT)),
        ("source_url".into(), Schema::uri("Address of the file.").within(ALL).readonly()),
        ("missing_image_sizes".into(), Schema::strings("Sizes not made.").within(EDIT).readonly()),
    ]
}

fn actions(kind: &PostKind) -> Vec<ActionLink> {
    let action = |rel: &str, title: &str, target| ActionLink { rel: rel.to_owned(), title: title.to_owned(), target };
    let mut actions = Vec::new();
    if !kind.is_media() {
        let target = json!({ "status": { "type": "string", "enum": ["publish", "future"] } });
        actions.push(action("action-publish", "You may publish this.", target));
    }
    let target = json!({ "content": { "raw": { "type": "string" } } });
    actions.push(action("action-unfiltered-html", "You may write any HTML here.", target));
    if kind.post_type.name() == "post" {
        let target = json!({ "sticky": { "type": "boolean" } });
        actions.push(action("action-sticky", "You may make this sticky.", target));
    }
    if kind.supports("author") {
        let target = json!({ "author": { "type": "integer" } });
        actions.push(action("action-assign-author", "You may change the author.", target));
    }
    for used in &kind.taxonomies {
        let base = &used.rest_base;
        let target = json!({ base.as_str(): { "type": "array", "items": { "type": "integer" } } });
        let name = used.taxonomy.name();
        actions.push(action(
            &format!("action-assign-{base}"),
            &format!("You may choose terms of {name}."),
            target.clone(),
        ));
        actions.push(action(&format!("action-create-{base}"), &format!("You may make terms of {name}."), target));
    }
    actions
}
