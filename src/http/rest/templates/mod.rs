//! `/wp/v2/templates` and `/wp/v2/template-parts`: block templates that were stored. The themes here bring none.

mod view;
mod write;

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    action::{Action, Verb},
    autosaves,
    call::{Answer, Call},
    describe,
    menus::edits_something,
    posts::{kind::PostKind, params},
    revisions,
    schema::{ALL, EDIT, Fields, Kind, NAMELIKE, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
};
use crate::{
    content::{Capability, Post, Taxonomy},
    http::error::HttpError,
    index::PostQuery,
};

/// Templates of one kind that are looked at.
const TEMPLATES_MAX: usize = 1000;

pub fn routes(kind: &Arc<PostKind>) -> Vec<Route> {
    let item = Arc::new(ItemSchema { title: kind.post_type.name().to_owned(), fields: fields(kind), actions: vec![] });
    let action = |verb| Action::Templates(verb, kind.clone());
    let base = kind.rest_base.as_str();
    let id = || ("id".into(), Schema::string("Its id: theme, two slashes, slug."));
    let list = vec![
        describe::context(),
        ("wp_id".into(), Schema::integer("Only the one with this post id.")),
        ("area".into(), Schema::string("Only parts for this area.")),
        ("post_type".into(), Schema::string("Only templates for this post type.")),
    ];
    let lookup = vec![
        ("slug".into(), Schema::string("The slug looked up.").required()),
        ("is_custom".into(), Schema::boolean("Whether it is of the site, not of the theme.")),
        ("template_prefix".into(), Schema::string("What the slug begins with for all of a kind.")),
    ];
    let change = |given: Fields| -> Fields { std::iter::once(id()).chain(given.into_iter().skip(1)).collect() };
    let mut routes = vec![
        Route::under(base, "*")
            .on(table::GET, action(Verb::List), list)
            .on(table::POST, action(Verb::Create), params::create(&item.fields))
            .item(&item),
        Route::under(base, "*/lookup").on(table::GET, Action::TemplateLookup(kind.clone()), lookup),
    ];
    routes.extend(revisions::routes(kind));
    routes.extend(autosaves::routes(kind, &item.fields));
    routes.push(
        Route::under(base, "*/<id:template>")
            .on(table::GET, action(Verb::Get), vec![id(), describe::context()])
            .on(table::EDIT, action(Verb::Update), change(params::update(&item.fields)))
            .on(table::DELETE, action(Verb::Delete), vec![id(), params::force()])
            .item(&item),
    );
    routes
}

fn is_part(kind: &PostKind) -> bool {
    kind.post_type.name() == "wp_template_part"
}

fn fields(kind: &PostKind) -> Fields {
    let text = |what: &'static str| Schema::string(what).within(ALL);
    let flag = |what: &'static str| Schema::boolean(what).within(ALL).readonly();
    let or_text = |properties: Fields, what: &'static str| {
        let schema = Schema::object(properties, what).or(Kind::String).default_to("");
        schema.within(ALL)
    };
    let content = vec![
        ("raw".into(), Schema::string("As stored.").within(VIEW_EDIT)),
        ("block_version".into(), Schema::integer("Version of the block format.").within(EDIT).readonly()),
    ];
    let title = vec![
        ("raw".into(), Schema::string("As stored.").within(ALL)),
        ("rendered".into(), Schema::string("As HTML.").within(ALL).readonly()),
    ];
    let statuses = ["publish", "future", "draft", "pending", "private"];
    let mut fields: Fields = vec![
        ("id".into(), text("Its id: theme, two slashes, slug.").readonly()),
        ("slug".into(), text("Its slug.").long_at_least(1).like(&NAMELIKE).required()),
        ("theme".into(), text("The theme it belongs to.")),
        ("type".into(), text("What kind of template it is.")),
        ("source".into(), text("Where it comes from.").readonly()),
        ("origin".into(), text("Where it came from before it was changed.").null_when_absent().readonly()),
        ("content".into(), or_text(content, "Its blocks.")),
        ("title".into(), or_text(title, "Its title.")),
        ("description".into(), text("What it is for.").default_to("")),
        ("status".into(), text("Where it is in its life.").choices(statuses).default_to("publish")),
        ("wp_id".into(), Schema::integer("Id of its post.").within(ALL).readonly()),
        ("has_theme_file".into(), flag("Whether the theme has a file for it.")),
        ("author".into(), Schema::integer("Id of its author.").within(ALL)),
        ("modified".into(), Schema::date("When it was last changed.").within(VIEW_EDIT).readonly()),
    ];
    fields.push(if is_part(kind) {
        ("area".into(), text("Where on a page it goes."))
    } else {
        ("is_custom".into(), flag("Whether it is of the site, not of the theme."))
    });
    fields
}

pub fn permit(verb: Verb, call: &Call) -> Result<(), HttpError> {
    let reading = matches!(verb, Verb::List | Verb::Get);
    if call.can(Capability::EditThemeOptions) || (reading && edits_something(call)) {
        return Ok(());
    }
    let message = "Sorry, you are not allowed to access the templates on this site.";
    Err(call.refuse("rest_cannot_manage_templates", message))
}

pub async fn run(verb: Verb, kind: &PostKind, call: Call) -> Result<Answer, HttpError> {
    match verb {
        Verb::List => list(kind, &call).await,
        Verb::Get => Ok(Answer::ok(view::item(&call, kind, &find(kind, &call)?).await?)),
        Verb::Create => write::create(kind, call).await,
        Verb::Update => write::update(kind, call).await,
        Verb::Delete => write::delete(kind, call).await,
    }
}

/// The stored template a post of the theme would fall back to: none, since the themes here have no block templates.
pub async fn lookup(kind: &PostKind, call: &Call) -> Result<Answer, HttpError> {
    let slug = call.text("slug").unwrap_or_default();
    let theme = super::themes::name(call);
    let found = stored(kind, call).find(|post| post.slug == slug && view::theme(call, post) == theme);
    match found {
        Some(post) => Ok(Answer::ok(view::item(call, kind, &post).await?)),
        None => Ok(Answer::ok(json!({}))),
    }
}

fn stored<'c>(kind: &PostKind, call: &'c Call) -> impl Iterator<Item = Post> + 'c {
    let query = PostQuery { types: vec![kind.post_type.clone()], limit: TEMPLATES_MAX, ..PostQuery::default() };
    call.site().posts(&query, call.now).ids.into_iter().filter_map(|id| call.site().post(id))
}

async fn list(kind: &PostKind, call: &Call) -> Result<Answer, HttpError> {
    let (wp_id, area) = (call.integer("wp_id"), call.text("area"));
    let mut items: Vec<Value> = Vec::new();
    for post in stored(kind, call) {
        let wanted = wp_id.is_none_or(|id| u64::try_from(id).is_ok_and(|id| id == post.id.0));
        if wanted && area.is_none_or(|area| view::area(call, &post) == area) {
            items.push(view::item(call, kind, &post).await?);
        }
    }
    Ok(Answer::ok(items.into()))
}

/// The template the path names, as `theme//slug` or by the id of its post.
///
/// # Errors
/// 404 `rest_template_not_found`.
fn find(kind: &PostKind, call: &Call) -> Result<Post, HttpError> {
    let id = call.url_text("id");
    let found = match id.rsplit_once('/') {
        Some((theme, slug)) => stored(kind, call).find(|post| post.slug == slug && view::theme(call, post) == theme),
        None => stored(kind, call).find(|post| post.id.to_string() == id),
    };
    found.ok_or_else(|| HttpError::not_found("rest_template_not_found", "No templates exist with that id."))
}

/// The slug of a post's term of one taxonomy.
fn term_slug(call: &Call, post: &Post, taxonomy: &Taxonomy) -> Option<String> {
    let terms = post.terms.iter().filter_map(|id| call.site().term(*id));
    terms.into_iter().find(|term| term.taxonomy == *taxonomy).map(|term| term.slug)
}
