//! Search over posts of all types, or over terms.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    action::Action,
    call::{Answer, Call},
    links::Links,
    posts::{self, fields::FORMATS, params},
    schema::{Context, Contexts, Kind, Schema},
    table::{self, ItemSchema, Route},
};
use crate::{
    content::{Post, PostId, Taxonomy, Term},
    index::{OrderBy, PostQuery},
    render, serve,
};

const SHOWN: Contexts = &[Context::View, Context::Embed];

pub fn routes() -> Vec<Route> {
    let text = |what: &'static str| Schema::string(what).within(SHOWN).readonly();
    let fields = vec![
        ("id".into(), Schema::of(&[Kind::Integer, Kind::String], "Id of what was found.").within(SHOWN).readonly()),
        ("title".into(), text("Its title.")),
        ("url".into(), Schema::uri("Its address.").within(SHOWN).readonly()),
        ("type".into(), text("What it is.").choices(["post", "term", "post-format"])),
        ("subtype".into(), text("Its post type or taxonomy.").choices(["post", "page", "category", "post_tag"])),
    ];
    let item = Arc::new(ItemSchema { title: "search-result".to_owned(), fields, actions: Vec::new() });
    let mut args = params::paging();
    if let Some((_, context)) = args.first_mut() {
        context.choices = vec!["view".into(), "embed".into()];
    }
    let kinds = ["post", "term", "post-format"];
    let subtypes = ["post", "page", "category", "post_tag", "any"];
    let subtype = Schema::list(Schema::string("").choices(subtypes), "Only these post types or taxonomies.");
    args.extend([
        ("type".into(), Schema::string("What to search for.").default_to("post").choices(kinds)),
        ("subtype".into(), subtype.default_to("any")),
        ("exclude".into(), params::ids("Without these ids.")),
        ("include".into(), params::ids("Only these ids.")),
    ]);
    vec![Route::new("wp/v2", "search").on(table::GET, Action::Search, args).item(&item)]
}

pub async fn run(call: &Call) -> Answer {
    match call.text("type") {
        Some("term") => search_terms(call),
        Some("post-format") => search_formats(call),
        _ => search_posts(call).await,
    }
}

fn subtypes(call: &Call) -> Vec<&str> {
    let asked = call.texts("subtype");
    if asked.contains(&"any") { Vec::new() } else { asked }
}

async fn search_posts(call: &Call) -> Answer {
    let asked = subtypes(call);
    let mut types = posts::list::public_types(call);
    types.retain(|post_type| asked.is_empty() || asked.contains(&post_type.name()));
    if types.is_empty() {
        return Answer::page(call, Vec::new(), 0);
    }
    let (offset, limit) = call.window();
    let search = call.text("search").filter(|text| !text.is_empty()).map(str::to_owned);
    let ids = |name: &str| -> Vec<PostId> { call.ids(name).into_iter().map(PostId).collect() };
    let query = PostQuery {
        types,
        include: ids("include"),
        exclude: ids("exclude"),
        order_by: if search.is_some() { OrderBy::Relevance } else { OrderBy::Date },
        search,
        offset,
        limit,
        ..PostQuery::default()
    };
    let found = serve::posts(call.site(), &query, call.now).await;
    let items = found.ids.iter().filter_map(|id| call.site().post(*id)).map(|post| post_item(call, &post));
    Answer::page(call, items.collect(), found.total)
}

fn post_item(call: &Call, post: &Post) -> Value {
    let mut links = Links::default();
    if let Some(kind) = call.table.post_kinds.iter().find(|kind| kind.post_type == post.post_type) {
        links.embeddable("self", call.href(&format!("{}/{}", kind.rest_base, post.id)));
    }
    links.add("about", call.href(&format!("types/{}", post.post_type.name())));
    links.add("collection", call.href("search"));
    let mut item = Map::new();
    item.insert("id".to_owned(), post.id.0.into());
    item.insert("title".to_owned(), render::title::text(&post.title).into());
    item.insert("url".to_owned(), call.site().permalink(post).into());
    item.insert("type".to_owned(), json!("post"));
    item.insert("subtype".to_owned(), post.post_type.name().into());
    item.insert("_links".to_owned(), links.finish());
    call.present(item)
}

fn search_terms(call: &Call) -> Answer {
    let asked = subtypes(call);
    let text = call.text("search").unwrap_or_default().to_lowercase();
    let (include, exclude) = (call.ids("include"), call.ids("exclude"));
    let mut found = Vec::new();
    for kind in call.table.term_kinds.iter().filter(|kind| kind.viewable) {
        if !asked.is_empty() && !asked.contains(&kind.taxonomy.name()) {
            continue;
        }
        let terms = call.site().terms(&kind.taxonomy).into_iter().filter(|term| {
            (term.name.to_lowercase().contains(&text) || term.slug.contains(&text))
                && (include.is_empty() || include.contains(&term.id.0))
                && !exclude.contains(&term.id.0)
        });
        found.extend(terms.map(|term| (kind.rest_base.clone(), term)));
    }
    found.sort_by_key(|(_, term)| (term.name.to_lowercase(), term.id));
    let (offset, limit) = call.window();
    let total = found.len();
    let items = found.iter().skip(offset).take(limit).map(|(base, term)| term_item(call, base, term));
    Answer::page(call, items.collect(), total)
}

/// Formats that posts here have, by name.
fn search_formats(call: &Call) -> Answer {
    let text = call.text("search").unwrap_or_default().to_lowercase();
    let taxonomy = Taxonomy::new("post_format");
    let (include, exclude) = (call.texts("include"), call.texts("exclude"));
    let found: Vec<(&str, Term)> = FORMATS
        .iter()
        .filter(|name| {
            name.contains(&text) && !exclude.contains(name) && (include.is_empty() || include.contains(name))
        })
        .filter_map(|name| {
            let id = call.site().term_by_slug(&taxonomy, &format!("post-format-{name}"))?;
            Some((*name, call.site().term(id)?))
        })
        .collect();
    let (offset, limit) = call.window();
    let items = found.iter().skip(offset).take(limit).map(|(name, term)| {
        let mut links = Links::default();
        links.add("collection", call.href("search"));
        let url = format!("{}{}", call.site().settings().home, call.site().term_path(term));
        let title = name.split_at_checked(1).map(|(first, rest)| first.to_uppercase() + rest);
        let members = json!({
            "id": name, "title": title, "url": url, "type": "post-format", "_links": links.finish(),
        });
        call.present(members.as_object().cloned().unwrap_or_default())
    });
    Answer::page(call, items.collect(), found.len())
}

fn term_item(call: &Call, base: &str, term: &Term) -> Value {
    let mut links = Links::default();
    links.embeddable("self", call.href(&format!("{base}/{}", term.id)));
    links.add("about", call.href(&format!("taxonomies/{}", term.taxonomy.name())));
    links.add("collection", call.href("search"));
    let mut item = Map::new();
    item.insert("id".to_owned(), term.id.0.into());
    item.insert("title".to_owned(), term.name.clone().into());
    item.insert("url".to_owned(), format!("{}{}", call.site().settings().home, call.site().term_path(term)).into());
    item.insert("type".to_owned(), json!("term"));
    item.insert("subtype".to_owned(), term.taxonomy.name().into());
    item.insert("_links".to_owned(), links.finish());
    call.present(item)
}
