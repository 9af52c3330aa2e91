//! Terms: categories, tags and custom taxonomies, one resource described by [`TermKind`].

mod view;
mod write;

use std::{cmp::Ordering, sync::Arc};

use serde_json::{Value, json};

pub use self::view::item;
use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe, menus,
    posts::params,
    schema::{ALL, Context, Fields, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
};
use crate::{
    content::{
        Capability, PostId, Taxonomy, Term, TermId,
        types::{TaxonomyInfo, Types},
    },
    http::error::HttpError,
};

/// One taxonomy's part of the API.
#[derive(Clone, Debug)]
pub struct TermKind {
    pub taxonomy: Taxonomy,
    pub rest_base: String,
    pub hierarchical: bool,
    pub label: String,
    /// Readers have addresses for its terms.
    pub viewable: bool,
    /// Names of the post types that use it.
    pub post_types: Vec<String>,
}

impl TermKind {
    fn new(info: &TaxonomyInfo, types: &Types) -> Self {
        let mut post_types = info.types.clone();
        let naming = types.types().filter(|post_type| post_type.taxonomies.contains(&info.name));
        for post_type in naming {
            if !post_types.contains(&post_type.name) {
                post_types.push(post_type.name.clone());
            }
        }
        Self {
            taxonomy: Taxonomy::new(&info.name),
            rest_base: if info.rest_base.is_empty() { info.name.clone() } else { info.rest_base.clone() },
            hierarchical: info.hierarchical,
            label: if info.label.is_empty() { info.name.clone() } else { info.label.clone() },
            viewable: info.public,
            post_types,
        }
    }

    /// What one term is called.
    pub fn singular(&self) -> String {
        match self.taxonomy.name() {
            "category" => "Category",
            "post_tag" => "Tag",
            "nav_menu" => "Navigation Menu",
            "wp_pattern_category" => "Pattern Category",
            _ => self.label.as_str(),
        }
        .to_owned()
    }

    /// Whether the desk has a list of its terms.
    pub fn is_listed(&self) -> bool {
        self.viewable && !matches!(self.taxonomy.name(), "nav_menu" | "post_format")
    }

    /// Menus are terms too: of the theme's options, with their places.
    pub fn is_menu(&self) -> bool {
        self.taxonomy.name() == "nav_menu"
    }

    /// `manage_terms`, `edit_terms` and `delete_terms`.
    pub fn manage(&self) -> Capability {
        if self.is_menu() { Capability::EditThemeOptions } else { Capability::ManageCategories }
    }
}

/// The taxonomies of the API: WordPress's own and the site's.
pub fn all(types: &Types) -> Vec<TermKind> {
    types.taxonomies().filter(|info| info.show_in_rest).map(|info| TermKind::new(info, types)).collect()
}

pub fn routes(kind: &Arc<TermKind>) -> Vec<Route> {
    let item = Arc::new(schema(kind));
    let base = kind.rest_base.as_str();
    let action = |verb| Action::Terms(verb, kind.clone());
    vec![
        Route::under(base, "*")
            .on(table::GET, action(Verb::List), list_args(kind))
            .on(table::POST, action(Verb::Create), params::create(&item.fields))
            .batched(true)
            .item(&item),
        Route::under(base, "*/<id:number>")
            .on(table::GET, action(Verb::Get), vec![params::id(), describe::context()])
            .on(table::EDIT, action(Verb::Update), params::update(&item.fields))
            .on(table::DELETE, action(Verb::Delete), params::delete())
            .batched(true)
            .item(&item),
    ]
}

fn schema(kind: &TermKind) -> ItemSchema {
    let name = kind.taxonomy.name();
    let mut fields: Fields = vec![
        ("id".into(), Schema::integer("Its id.").within(ALL).readonly()),
        ("count".into(), Schema::integer("Public posts that have it.").within(VIEW_EDIT).readonly()),
        ("description".into(), Schema::string("Its description, HTML.").within(VIEW_EDIT)),
        ("link".into(), Schema::uri("Its address.").within(ALL).readonly()),
        ("name".into(), Schema::string("Its name, HTML.").within(ALL).required()),
        ("slug".into(), Schema::string("Its name in addresses, unique in the taxonomy.").within(ALL)),
        ("taxonomy".into(), Schema::string("Its taxonomy.").choices([name.to_owned()]).within(ALL).readonly()),
    ];
    if kind.is_menu() {
        fields.retain(|(name, _)| !matches!(name.as_ref(), "count" | "link" | "taxonomy"));
        fields.extend(menus::term_fields());
    }
    if kind.hierarchical {
        fields.push(("parent".into(), Schema::integer("Id of the parent.").within(VIEW_EDIT)));
    }
    fields.push(("meta".into(), Schema::object(Vec::new(), "Meta fields.").within(VIEW_EDIT)));
    let title = if name == "post_tag" { "tag" } else { name };
    ItemSchema { title: title.to_owned(), fields, actions: Vec::new() }
}

fn list_args(kind: &TermKind) -> Fields {
    let orders = ["id", "include", "name", "slug", "include_slugs", "term_group", "description", "count"];
    let mut args = params::paging();
    let mut add = |name: &'static str, schema: Schema| args.push((name.into(), schema));
    add("exclude", params::ids("Without these ids."));
    add("include", params::ids("Only these ids."));
    if !kind.hierarchical {
        add("offset", Schema::integer("Items to pass over, in place of a page.").at_least(0));
    }
    add("order", params::order("asc"));
    add("orderby", Schema::string("What to sort by.").default_to("name").choices(orders));
    add("hide_empty", Schema::boolean("Without those no public post has.").default_to(false));
    if kind.hierarchical {
        add("parent", Schema::integer("Only directly below this one; 0: only at the top."));
    }
    add("post", Schema::integer("Only those this post has.").default_to(json!(null)));
    add("slug", Schema::strings("Only with these slugs."));
    args
}

fn find(kind: &TermKind, call: &Call) -> Result<Term, HttpError> {
    let term = call.site().term(TermId(call.url_id("id"))).filter(|term| term.taxonomy == kind.taxonomy);
    term.ok_or_else(|| HttpError::not_found("rest_term_invalid", "Term does not exist."))
}

/// Terms of hierarchical taxonomies are made by editors, others by whoever writes posts.
fn may_create(kind: &TermKind, call: &Call) -> bool {
    if kind.is_menu() {
        return call.can(kind.manage());
    }
    call.can(if kind.hierarchical { Capability::ManageCategories } else { Capability::EditPosts })
}

pub fn permit(verb: Verb, kind: &TermKind, call: &Call) -> Result<(), HttpError> {
    let may_edit = call.can(kind.manage());
    match verb {
        Verb::List | Verb::Get => {
            if verb == Verb::Get {
                find(kind, call)?;
            }
            if call.context == Context::Edit && !may_edit {
                let message = match verb {
                    Verb::List => "Sorry, you are not allowed to edit terms in this taxonomy.",
                    _ => "Sorry, you are not allowed to edit this term.",
                };
                return Err(call.refuse("rest_forbidden_context", message));
            }
            if kind.is_menu() {
                menus::permit_reading(call, "Sorry, you are not allowed to view menus.")?;
            }
            if verb == Verb::List { permit_post(call) } else { Ok(()) }
        }
        Verb::Create if !may_create(kind, call) => {
            Err(call.refuse("rest_cannot_create", "Sorry, you are not allowed to create terms in this taxonomy."))
        }
        Verb::Update if !may_edit => {
            find(kind, call)?;
            Err(call.refuse("rest_cannot_update", "Sorry, you are not allowed to edit this term."))
        }
        Verb::Delete if !may_edit => {
            find(kind, call)?;
            Err(call.refuse("rest_cannot_delete", "Sorry, you are not allowed to delete this term."))
        }
        Verb::Update | Verb::Delete => find(kind, call).map(drop),
        Verb::Create => Ok(()),
    }
}

/// The terms of a post are as public as the post.
fn permit_post(call: &Call) -> Result<(), HttpError> {
    let Some(id) = call.integer("post").and_then(|id| u64::try_from(id).ok()) else { return Ok(()) };
    let Some(post) = call.site().post(PostId(id)) else { return Ok(()) };
    let kind = call.table.post_kinds.iter().find(|kind| kind.post_type == post.post_type);
    if kind.is_some_and(|kind| super::posts::permit::may_read(call, kind, &post)) {
        return Ok(());
    }
    Err(call.refuse("rest_forbidden_context", "Sorry, you are not allowed to view terms for this post."))
}

pub async fn run(verb: Verb, kind: &TermKind, call: Call) -> Result<Answer, HttpError> {
    match verb {
        Verb::List => Ok(list(kind, &call)),
        Verb::Get => Ok(Answer::ok(item(kind, &call, &find(kind, &call)?))),
        Verb::Create => write::create(kind, call).await,
        Verb::Update => write::update(kind, call).await,
        Verb::Delete => write::delete(kind, call).await,
    }
}

fn list(kind: &TermKind, call: &Call) -> Answer {
    let site = call.site();
    let (include, exclude) = (call.ids("include"), call.ids("exclude"));
    let slugs: Vec<String> = call.texts("slug").into_iter().map(crate::content::slug::sanitize_title).collect();
    let search = call.text("search").map(str::to_lowercase).filter(|text| !text.is_empty());
    let parent = call.integer("parent").map(|id| u64::try_from(id).unwrap_or(0));
    let of_post = call
        .integer("post")
        .map(|id| site.post(PostId(u64::try_from(id).unwrap_or(0))).map(|post| post.terms).unwrap_or_default());
    let hide_empty = call.flag("hide_empty") == Some(true);
    let mut terms = site.terms(&kind.taxonomy);
    terms.retain(|term| {
        let matches = |text: &String| term.name.to_lowercase().contains(text) || term.slug.contains(text);
        (include.is_empty() || include.contains(&term.id.0))
            && !exclude.contains(&term.id.0)
            && (slugs.is_empty() || slugs.contains(&term.slug))
            && search.as_ref().is_none_or(matches)
            && parent.is_none_or(|parent| term.parent.map_or(0, |id| id.0) == parent)
            && of_post.as_ref().is_none_or(|terms| terms.contains(&term.id))
            && !(hide_empty && site.term_count(term.id, call.now) == 0)
    });
    sort(call, &mut terms, &include, &slugs);
    let total = terms.len();
    let (offset, limit) = call.window();
    let page: Vec<Value> = terms.iter().skip(offset).take(limit).map(|term| item(kind, call, term)).collect();
    Answer::page(call, page, total)
}

fn sort(call: &Call, terms: &mut [Term], include: &[u64], slugs: &[String]) {
    let place = |place: Option<usize>| place.unwrap_or(usize::MAX);
    let by_name = |a: &Term, b: &Term| a.name.to_lowercase().cmp(&b.name.to_lowercase());
    let order = call.text("orderby").unwrap_or("name");
    terms.sort_by(|a, b| -> Ordering {
        match order {
            "id" | "term_group" => a.id.cmp(&b.id),
            "slug" => a.slug.cmp(&b.slug),
            "description" => a.description.cmp(&b.description),
            "count" => call.site().term_count(a.id, call.now).cmp(&call.site().term_count(b.id, call.now)),
            "include" => {
                let at = |term: &Term| place(include.iter().position(|id| *id == term.id.0));
                at(a).cmp(&at(b))
            }
            "include_slugs" => {
                let at = |term: &Term| place(slugs.iter().position(|slug| *slug == term.slug));
                at(a).cmp(&at(b))
            }
            _ => by_name(a, b),
        }
        .then_with(|| by_name(a, b))
        .then_with(|| a.id.cmp(&b.id))
    });
    if call.text("order") == Some("desc") {
        terms.reverse();
    }
}
