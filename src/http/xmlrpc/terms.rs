//! Terms of any taxonomy: `wp.getTerm` and its kin.

use futures_util::FutureExt;

use super::{
    call::{Call, Fields},
    fault::Fault,
    posts::meta,
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, method, optional, param},
    value::Value,
};
use crate::{
    content::{Capability, Edit, Taxonomy, Term, TermId, edit::SaveTerm, types::TaxonomyInfo},
    http::error::HttpError,
    publish::Outcome,
};

const ID: super::table::Param = param("term_id", Kind::Id);
const TAXONOMY: super::table::Param = param("taxonomy", Kind::Text);
const CONTENT: super::table::Param = param("content", Kind::Struct);

pub const METHODS: &[Method] = &[
    method("wp.newTerm", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, CONTENT], |call| new(call).boxed()),
    method("wp.editTerm", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, ID, CONTENT], |call| edit(call).boxed()),
    method("wp.deleteTerm", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, TAXONOMY, ID], |call| delete(call).boxed()),
    method("wp.getTerm", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, TAXONOMY, ID], |call| {
        async move { get(call) }.boxed()
    }),
    method(
        "wp.getTerms",
        Needs::SignIn,
        &[BLOG, LOGIN, PASSWORD, TAXONOMY, optional("filter", Kind::Struct)],
        |call| async move { list(call) }.boxed(),
    ),
];

pub fn view(call: &Call, term: &Term) -> Value {
    Value::members([
        ("term_id", Value::id(term.id)),
        ("name", Value::text(&term.name)),
        ("slug", Value::text(&term.slug)),
        ("term_group", Value::text("0")),
        ("term_taxonomy_id", Value::id(term.id)),
        ("taxonomy", Value::text(term.taxonomy.name())),
        ("description", Value::text(&term.description)),
        ("parent", Value::id(term.parent.unwrap_or_default())),
        ("count", Value::number(call.site().term_count(term.id, call.now))),
        ("filter", Value::text("raw")),
        ("custom_fields", meta::view(&term.meta)),
    ])
}

/// `edit_terms`, `manage_terms` and `delete_terms`
pub fn manages(info: &TaxonomyInfo) -> Capability {
    if info.name == "nav_menu" { Capability::EditThemeOptions } else { Capability::ManageCategories }
}

/// `assign_terms`
pub fn assigns(info: &TaxonomyInfo) -> Capability {
    if info.name == "nav_menu" { Capability::EditThemeOptions } else { Capability::EditPosts }
}

/// # Errors
/// 403 for a taxonomy nobody registered.
pub fn taxonomy(call: &Call, name: &str) -> Result<TaxonomyInfo, Fault> {
    let known = call.site().settings().types.taxonomy(name).cloned();
    known.ok_or_else(|| Fault::forbidden(format!("There is no taxonomy {name:.40}.")))
}

/// # Errors
/// 404 for a term that is not of this taxonomy.
pub fn find(call: &Call, taxonomy: &str, id: u64) -> Result<Term, Fault> {
    let term = call.site().term(TermId(id)).filter(|term| term.taxonomy.name() == taxonomy);
    term.ok_or_else(|| Fault::not_found(format!("There is no term {id} in {taxonomy:.40}.")))
}

fn require(call: &Call, capability: Capability) -> Result<(), Fault> {
    if call.can(capability) {
        Ok(())
    } else {
        Err(Fault::unauthorized("Your account may not do this with terms of this taxonomy."))
    }
}

/// Names and parents are checked here, for the numbers of the faults.
fn fields(call: &Call, info: &TaxonomyInfo, content: &Fields) -> Result<SaveTerm, Fault> {
    let name = content.text("name").map(|name| name.trim().to_owned());
    if name.as_ref().is_some_and(String::is_empty) {
        return Err(Fault::forbidden("A term needs a name."));
    }
    let parent = content.id("parent");
    if parent.is_some_and(|id| id != 0) && !info.hierarchical {
        return Err(Fault::forbidden("Terms of this taxonomy have no parents."));
    }
    if let Some(parent) = parent.filter(|id| *id != 0)
        && find(call, &info.name, parent).is_err()
    {
        return Err(Fault::forbidden("The parent is no term of this taxonomy."));
    }
    Ok(SaveTerm {
        name,
        slug: content.text("slug"),
        description: content.text("description"),
        parent: parent.filter(|_| info.hierarchical).map(|id| (id != 0).then_some(TermId(id))),
        ..SaveTerm::default()
    })
}

async fn new(call: &mut Call) -> Answer {
    let content = call.fields("content");
    let info = taxonomy(call, &content.text("taxonomy").unwrap_or_default())?;
    require(call, manages(&info))?;
    let mut save = fields(call, &info, &content)?;
    if save.name.is_none() {
        return Err(Fault::forbidden("A term needs a name."));
    }
    save.taxonomy = Some(Taxonomy::new(&info.name));
    if let Some(given) = content.get("custom_fields") {
        save.meta = meta::changes(&[], given);
    }
    Ok(Value::id(save_term(call, save).await?))
}

/// Saves a term and gives its id.
pub async fn save_term(call: &mut Call, save: SaveTerm) -> Result<TermId, Fault> {
    match call.commit(Edit::SaveTerm(Box::new(save))).await?.outcome {
        Outcome::Term { id, .. } => Ok(id),
        other => Err(HttpError::internal(&format_args!("saving a term gave {other:?}")).into()),
    }
}

async fn edit(call: &mut Call) -> Answer {
    let content = call.fields("content");
    let info = taxonomy(call, &content.text("taxonomy").unwrap_or_default())?;
    let term = find(call, &info.name, call.id("term_id"))?;
    require(call, manages(&info))?;
    let mut save = fields(call, &info, &content)?;
    save.id = Some(term.id);
    if let Some(given) = content.get("custom_fields") {
        save.meta = meta::changes(&term.meta, given);
    }
    save_term(call, save).await?;
    Ok(Value::Bool(true))
}

async fn delete(call: &mut Call) -> Answer {
    let info = taxonomy(call, &call.text("taxonomy"))?;
    let term = find(call, &info.name, call.id("term_id"))?;
    require(call, manages(&info))?;
    call.commit(Edit::DeleteTerm { id: term.id }).await?;
    Ok(Value::Bool(true))
}

fn get(call: &Call) -> Answer {
    let info = taxonomy(call, &call.text("taxonomy"))?;
    require(call, assigns(&info))?;
    Ok(view(call, &find(call, &info.name, call.id("term_id"))?))
}

fn list(call: &Call) -> Answer {
    let info = taxonomy(call, &call.text("taxonomy"))?;
    require(call, assigns(&info))?;
    let filter = call.fields("filter");
    let search = filter.filled("search").map(|text| text.to_lowercase());
    let hide_empty = filter.flag("hide_empty") == Some(true);
    let count = |term: &Term| call.site().term_count(term.id, call.now);
    let mut terms = call.site().terms(&Taxonomy::new(&info.name));
    terms.retain(|term| {
        let found = |text: &String| term.name.to_lowercase().contains(text) || term.slug.contains(text);
        search.as_ref().is_none_or(found) && !(hide_empty && count(term) == 0)
    });
    match filter.text("orderby").as_deref() {
        Some("id" | "term_id") => terms.sort_by_key(|term| term.id),
        Some("slug") => terms.sort_by(|a, b| a.slug.cmp(&b.slug)),
        Some("count") => terms.sort_by_key(|term| (count(term), term.id)),
        _ => terms.sort_by_cached_key(|term| (term.name.to_lowercase(), term.id)),
    }
    if filter.text("order").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
        terms.reverse();
    }
    let number = filter.get("number").and_then(Value::as_number).and_then(|number| usize::try_from(number).ok());
    let number = number.filter(|number| *number > 0).unwrap_or(usize::MAX);
    Ok(Value::List(terms.iter().skip(filter.offset()).take(number).map(|term| view(call, term)).collect()))
}
