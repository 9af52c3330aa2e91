//! The terms a save names, by id and by name.

use crate::{
    content::{Edit, PostType, Taxonomy, Term, TermId, edit::SaveTerm, types::TaxonomyInfo},
    http::xmlrpc::{
        call::{Call, Fields},
        fault::Fault,
        value::Value,
    },
    publish::Outcome,
};

type Sets = Vec<(Taxonomy, Vec<TermId>)>;

/// `terms` and `terms_names` of a post: taxonomy → ids or names. Names there are not become terms.
///
/// # Errors
/// 401 for taxonomies posts of this type do not have and for names of several terms, 403 for ids of none.
pub async fn of_fields(call: &mut Call, content: &Fields, post_type: &PostType) -> Result<Sets, Fault> {
    let mut sets = Sets::new();
    for (taxonomy, listed) in members(content, "terms") {
        let info = used(call, post_type, &taxonomy)?;
        let mut ids = Vec::new();
        for id in listed.items().into_iter().map(|id| TermId(id.as_id())) {
            let known = call.site().term(id).is_some_and(|term| term.taxonomy.name() == info.name);
            if !known {
                return Err(Fault::forbidden(format!("{taxonomy} has no term {id}.")));
            }
            ids.push(id);
        }
        sets.push((Taxonomy::new(&info.name), ids));
    }
    for (taxonomy, listed) in members(content, "terms_names") {
        let info = used(call, post_type, &taxonomy)?;
        let names: Vec<String> = listed.items().into_iter().filter_map(Value::as_text).collect();
        let ids = named(call, &info, &names).await?;
        match sets.iter_mut().find(|(known, _)| known.name() == info.name) {
            Some((_, known)) => known.extend(ids),
            None => sets.push((Taxonomy::new(&info.name), ids)),
        }
    }
    Ok(sets)
}

fn members(content: &Fields, name: &str) -> Vec<(String, Value)> {
    match content.get(name) {
        Some(Value::Struct(members)) => members.clone(),
        _ => Vec::new(),
    }
}

fn used(call: &Call, post_type: &PostType, taxonomy: &str) -> Result<TaxonomyInfo, Fault> {
    let types = &call.site().settings().types;
    let of_type =
        types.post_type(post_type.name()).is_some_and(|info| info.taxonomies.iter().any(|name| name == taxonomy));
    let info =
        types.taxonomy(taxonomy).filter(|info| of_type || info.types.iter().any(|name| name == post_type.name()));
    let unsupported = || Fault::unauthorized(format!("Posts of this type have no terms of {taxonomy:.40}."));
    info.cloned().ok_or_else(unsupported)
}

/// The terms of these names, made where there are none.
///
/// # Errors
/// 401 where a name stands for several terms, and where the caller may not make terms.
pub async fn named(call: &mut Call, info: &TaxonomyInfo, names: &[String]) -> Result<Vec<TermId>, Fault> {
    let taxonomy = Taxonomy::new(&info.name);
    let mut ids = Vec::new();
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        let found = of_name(call, &taxonomy, name);
        let id = match found.as_slice() {
            [] => make(call, &taxonomy, name).await?,
            [term] => term.id,
            [first, ..] if !info.hierarchical => first.id,
            _ => return Err(Fault::unauthorized(format!("Several terms are called {name:.80}: name one by its id."))),
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Without case, as WordPress's database compares.
pub fn of_name(call: &Call, taxonomy: &Taxonomy, name: &str) -> Vec<Term> {
    let wanted = name.to_lowercase();
    let mut terms = call.site().terms(taxonomy);
    terms.retain(|term| {
        crate::render::escape::decode(&term.name).to_lowercase() == wanted || term.name.to_lowercase() == wanted
    });
    terms
}

async fn make(call: &mut Call, taxonomy: &Taxonomy, name: &str) -> Result<TermId, Fault> {
    let save = SaveTerm { taxonomy: Some(taxonomy.clone()), name: Some(name.to_owned()), ..SaveTerm::default() };
    match call.commit(Edit::SaveTerm(Box::new(save))).await?.outcome {
        Outcome::Term { id, .. } => Ok(id),
        other => Err(crate::http::error::HttpError::internal(&format_args!("saving a term gave {other:?}")).into()),
    }
}
