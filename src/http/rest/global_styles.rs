//! `/wp/v2/global-styles`: colours and type chosen for a theme, kept as posts of type `wp_global_styles`.
//!
//! WordPress makes the post when somebody first reads. Here the theme's name stands for it until somebody chooses:
//! reading writes nothing.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    links::Links,
    menus::edits_something,
    posts::{edit_context, fields, kind::PostKind, named_term, permit as posts, raw_text},
    schema::{ALL, Fields, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
    themes,
};
use crate::{
    content::{Capability, Edit, Post, PostId, PostStatus, Taxonomy, edit::SavePost},
    http::error::HttpError,
    index::PostQuery,
    render,
};

/// Posts looked at for the one of the theme in use.
const LOOKED_AT_MAX: usize = 100;
/// WordPress's.
const TITLE: &str = "Custom Styles";

pub fn routes(kind: &Arc<PostKind>) -> Vec<Route> {
    let fields: Fields = vec![
        ("id".into(), Schema::string("Its id.").within(ALL).readonly()),
        ("styles".into(), Schema::map("Styles.").listed().within(VIEW_EDIT)),
        ("settings".into(), Schema::map("Settings.").listed().within(VIEW_EDIT)),
        ("title".into(), fields::text("The title.", "The title as stored.", "The title as HTML.")),
    ];
    let item = Arc::new(ItemSchema { title: "wp_global_styles".to_owned(), fields, actions: Vec::new() });
    let stylesheet = || ("stylesheet".into(), Schema::string("The theme's name."));
    let id = ("id".into(), Schema::string("Its id."));
    let changes = super::posts::params::create(&item.fields);
    vec![
        Route::new("wp/v2", "global-styles/themes/<stylesheet:styled>/variations").on(
            table::GET,
            Action::ThemeStyles(Verb::List),
            vec![stylesheet()],
        ),
        Route::new("wp/v2", "global-styles/themes/<stylesheet:theme>").on(
            table::GET,
            Action::ThemeStyles(Verb::Get),
            vec![stylesheet()],
        ),
        Route::new("wp/v2", "global-styles/<id:ids>")
            .on(table::GET, Action::GlobalStyles(Verb::Get, kind.clone()), vec![id])
            .on(table::EDIT, Action::GlobalStyles(Verb::Update, kind.clone()), changes)
            .item(&item),
    ]
}

/// The stored styles of a theme.
pub fn of_theme(call: &Call, theme: &str) -> Option<PostId> {
    let site = call.site();
    let term = site.term_by_slug(&Taxonomy::new("wp_theme"), theme)?;
    let types = vec![crate::content::PostType::from_name("wp_global_styles")];
    let query = PostQuery { types, limit: LOOKED_AT_MAX, ..PostQuery::default() };
    let stored = site.posts(&query, call.now).ids.into_iter().filter_map(|id| site.post(id));
    stored.filter(|post| post.terms.contains(&term)).map(|post| post.id).next()
}

pub fn permit_theme(call: &Call) -> Result<(), HttpError> {
    if edits_something(call) {
        return Ok(());
    }
    let message = "Sorry, you are not allowed to access the global styles on this site.";
    Err(call.refuse("rest_cannot_read_global_styles", message))
}

/// A theme's own styles: ours are in its style sheet, none in words of the editor's.
pub fn run_theme(verb: Verb, call: &Call) -> Result<Answer, HttpError> {
    let name = call.url_text("stylesheet");
    if name != themes::name(call) {
        return Err(themes::not_found());
    }
    if verb == Verb::List {
        return Ok(Answer::ok(json!([])));
    }
    let mut links = Links::default();
    links.add("self", call.href(&format!("global-styles/themes/{name}")));
    Ok(Answer::ok(json!({ "settings": {}, "styles": {}, "_links": links.finish() })))
}

pub fn permit(verb: Verb, kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    let may = match (find(kind, call)?, verb) {
        (Some(post), Verb::Get) => posts::may_read(call, kind, &post),
        (Some(post), _) => posts::may_edit(call, kind, &post),
        (None, Verb::Get) => edits_something(call),
        (None, _) => call.can(Capability::EditThemeOptions),
    };
    match verb {
        _ if may => Ok(()),
        Verb::Get => Err(call.refuse("rest_cannot_view", "Sorry, you are not allowed to view this global style.")),
        _ => Err(call.refuse("rest_cannot_edit", "Sorry, you are not allowed to edit this global style.")),
    }
}

/// The stored styles that the address names; `None` for those of the theme in use while nobody has chosen any.
///
/// # Errors
/// 404 `rest_global_styles_not_found`.
fn find(kind: &PostKind, call: &Call) -> Result<Option<Post>, HttpError> {
    let theme = themes::name(call);
    if call.url_text("id") == theme {
        return Ok(of_theme(call, theme).and_then(|id| call.site().post(id)));
    }
    posts::find(kind, call).map(Some).map_err(|_missing| {
        HttpError::not_found("rest_global_styles_not_found", "No global styles config exist with that id.")
    })
}

pub async fn run(verb: Verb, kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let post = find(kind, &call)?;
    if verb == Verb::Get {
        return Ok(Answer::ok(view(&call, post.as_ref()).await?));
    }
    let mut stored = config(&call, post.as_ref()).await?;
    for part in ["styles", "settings"] {
        if let Some(given) = call.args.get(part) {
            stored.insert(part.to_owned(), given.clone());
        }
    }
    stored.insert("isGlobalStylesUserThemeJSON".to_owned(), true.into());
    let mut save = match &post {
        Some(post) => SavePost { id: Some(post.id), base: call.base, ..SavePost::default() },
        None => first(kind, &mut call).await?,
    };
    save.title = raw_text(&call.args, "title").or(save.title);
    save.content = Some(Value::Object(stored).to_string());
    let commit = call.commit(Edit::SavePost(Box::new(save))).await?;
    edit_context(&mut call);
    let post = find(kind, &call)?;
    Ok(Answer::ok(view(&call, post.as_ref()).await?).acknowledging(&commit))
}

/// The post that keeps what is chosen first for the theme in use.
async fn first(kind: &PostKind, call: &mut Call) -> Result<SavePost, HttpError> {
    let (theme, taxonomy) = (themes::name(call).to_owned(), Taxonomy::new("wp_theme"));
    let term = named_term(call, &taxonomy, &theme).await?;
    Ok(SavePost {
        post_type: Some(kind.post_type.clone()),
        status: Some(PostStatus::Publish),
        title: Some(TITLE.to_owned()),
        slug: Some(format!("wp-global-styles-{theme}")),
        terms: vec![(taxonomy, term.into_iter().collect())],
        ..SavePost::default()
    })
}

/// What is stored, as JSON; empty when it is something else.
async fn config(call: &Call, post: Option<&Post>) -> Result<Map<String, Value>, HttpError> {
    let Some(post) = post else { return Ok(Map::new()) };
    let body = call.app.revisions.get(post.id, post.revision).await?;
    Ok(serde_json::from_str(&body.content).unwrap_or_default())
}

async fn view(call: &Call, post: Option<&Post>) -> Result<Value, HttpError> {
    let mut stored = config(call, post).await?;
    let mut part = |name: &str| stored.remove(name).filter(Value::is_object).unwrap_or_else(|| json!({}));
    let mut links = Links::default();
    let id = post.map_or_else(|| themes::name(call).into(), |post| Value::from(post.id.0));
    let path = post.map_or_else(|| themes::name(call).to_owned(), |post| post.id.to_string());
    let title = post.map_or(TITLE, |post| &post.title);
    links.add("self", call.href(&format!("global-styles/{path}")));
    links.add("about", call.href("types/wp_global_styles"));
    let mut item = Map::new();
    item.insert("id".to_owned(), id);
    item.insert("title".to_owned(), json!({ "raw": title, "rendered": render::title::html(title) }));
    item.insert("settings".to_owned(), part("settings"));
    item.insert("styles".to_owned(), part("styles"));
    item.insert("_links".to_owned(), links.finish());
    Ok(call.present(item))
}
