//! Categories and tags, in the shapes of before taxonomies.

use futures_util::FutureExt;

use super::{
    call::Call,
    fault::Fault,
    posts::term_sets::of_name,
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, Param, method, optional, param},
    terms::save_term,
    value::Value,
};
use crate::content::{Capability, Edit, Taxonomy, Term, TermId, edit::SaveTerm};

const SIGN_IN: &[Param] = &[BLOG, LOGIN, PASSWORD];
const WRITERS: Needs = Needs::Can(Capability::EditPosts);
const MANAGERS: Needs = Needs::Can(Capability::ManageCategories);

pub const METHODS: &[Method] = &[
    method("wp.getCategories", WRITERS, SIGN_IN, |call| async move { Ok(list(call)) }.boxed()),
    method("metaWeblog.getCategories", WRITERS, SIGN_IN, |call| async move { Ok(list(call)) }.boxed()),
    method("wp.getTags", WRITERS, SIGN_IN, |call| async move { Ok(tags(call)) }.boxed()),
    method("wp.newCategory", MANAGERS, &[BLOG, LOGIN, PASSWORD, param("category", Kind::Struct)], |call| {
        new(call).boxed()
    }),
    method("wp.deleteCategory", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, param("category_id", Kind::Id)], |call| {
        delete(call).boxed()
    }),
    method(
        "wp.suggestCategories",
        WRITERS,
        &[BLOG, LOGIN, PASSWORD, param("category", Kind::Text), optional("max_results", Kind::Number)],
        |call| async move { Ok(suggest(call)) }.boxed(),
    ),
];

/// A taxonomy's terms by name.
pub fn by_name(call: &Call, taxonomy: &str) -> Vec<Term> {
    let mut terms = call.site().terms(&Taxonomy::new(taxonomy));
    terms.sort_by_cached_key(|term| (term.name.to_lowercase(), term.id));
    terms
}

fn list(call: &Call) -> Value {
    let one = |term: &Term| {
        let url = call.url(&call.site().term_path(term));
        Value::members([
            ("categoryId", Value::number(term.id.0)),
            ("parentId", Value::number(term.parent.unwrap_or_default().0)),
            ("description", Value::text(&term.name)),
            ("categoryDescription", Value::text(&term.description)),
            ("categoryName", Value::text(&term.name)),
            ("rssUrl", Value::text(feed(&url))),
            ("htmlUrl", Value::text(url)),
        ])
    };
    Value::List(by_name(call, "category").iter().map(one).collect())
}

fn tags(call: &Call) -> Value {
    let one = |term: &Term| {
        let url = call.url(&call.site().term_path(term));
        Value::members([
            ("tag_id", Value::number(term.id.0)),
            ("name", Value::text(&term.name)),
            ("count", Value::number(call.site().term_count(term.id, call.now))),
            ("slug", Value::text(&term.slug)),
            ("rss_url", Value::text(feed(&url))),
            ("html_url", Value::text(url)),
        ])
    };
    Value::List(by_name(call, "post_tag").iter().map(one).collect())
}

fn feed(url: &str) -> String {
    if url.contains('?') { format!("{url}&feed=rss2") } else { format!("{}/feed/", url.trim_end_matches('/')) }
}

/// The new category, or the one of that name there is already.
async fn new(call: &mut Call) -> Answer {
    let given = call.fields("category");
    let name = given.filled("name").ok_or_else(|| Fault::new(500, "A category needs a name."))?;
    let parent = given.id("parent_id").filter(|id| *id != 0).map(TermId);
    let category = Taxonomy::new("category");
    let same = of_name(call, &category, &name).into_iter().find(|term| term.parent == parent);
    if let Some(same) = same {
        return Ok(Value::number(same.id.0));
    }
    let save = SaveTerm {
        taxonomy: Some(category),
        name: Some(name),
        slug: given.text("slug"),
        description: given.text("description"),
        parent: Some(parent),
        ..SaveTerm::default()
    };
    Ok(Value::number(save_term(call, save).await?.0))
}

/// # Errors
/// 401, also for a category there is not: as WordPress.
async fn delete(call: &mut Call) -> Answer {
    let term = call.site().term(TermId(call.id("category_id"))).filter(|term| term.taxonomy.name() == "category");
    let term = term.filter(|_| call.can(Capability::ManageCategories));
    let term = term.ok_or_else(|| Fault::unauthorized("Your account may not delete this category."))?;
    call.commit(Edit::DeleteTerm { id: term.id }).await?;
    Ok(Value::Bool(true))
}

/// Categories with this in their name.
fn suggest(call: &Call) -> Value {
    let part = call.text("category").to_lowercase();
    let limit = call.limit("max_results", super::call::LIST_MAX);
    let found = by_name(call, "category").into_iter().filter(|term| term.name.to_lowercase().contains(&part));
    let one = |term: Term| {
        Value::members([("category_id", Value::number(term.id.0)), ("category_name", Value::text(term.name))])
    };
    Value::List(found.take(limit).map(one).collect())
}
