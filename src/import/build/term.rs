//! Terms of an export → rows, parents before children.

use std::collections::HashMap;

use super::meta_entry;
use crate::{
    content::{Taxonomy, Term, TermId},
    import::survey::{Source, TermFacts},
};

/// The terms to create, parents first, and messages about parents that are not there.
pub(in crate::import) fn build_terms(source: &Source, warnings: &mut Vec<String>) -> Vec<(usize, Term)> {
    let by_name: HashMap<(&str, &str), usize> = source
        .terms
        .iter()
        .enumerate()
        .map(|(index, facts)| ((facts.term.taxonomy.as_str(), facts.term.name.as_str()), index))
        .collect();
    let parents: Vec<Option<usize>> = source
        .terms
        .iter()
        .map(|facts| {
            let parent = facts.term.parent.as_str();
            if parent.is_empty() || parent == "0" {
                return None;
            }
            let found = source
                .terms_by_slug
                .get(&facts.term.taxonomy)
                .and_then(|slugs| {
                    slugs.get(parent).or_else(|| slugs.get(&super::super::survey::normal_slug(parent, "")))
                })
                .or_else(|| by_name.get(&(facts.term.taxonomy.as_str(), parent)))
                .copied();
            if found.is_none() && !facts.exists {
                warnings.push(format!("{}: its parent {parent:?} is not in the file", describe(facts)));
            }
            found
        })
        .collect();
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (index, facts) in source.terms.iter().enumerate().filter(|(_, facts)| !facts.exists) {
        match depth(index, &parents) {
            Some(depth) => order.push((depth, index)),
            None => {
                warnings.push(format!("{}: it is its own ancestor; its parent was dropped", describe(facts)));
                order.push((0, index));
            }
        }
    }
    order.sort_unstable();
    let build = |(_, index): (usize, usize)| {
        let facts = source.terms.get(index)?;
        let parent = parents.get(index).copied().flatten().filter(|_| depth(index, &parents).is_some());
        let parent = parent.and_then(|parent| source.terms.get(parent)).map(|parent| TermId(parent.new));
        let name = if facts.term.name.is_empty() { &facts.term.slug } else { &facts.term.name };
        let term = Term {
            id: TermId(facts.new),
            taxonomy: Taxonomy::new(&facts.term.taxonomy),
            slug: facts.term.slug.clone(),
            name: name.clone(),
            description: facts.term.description.clone(),
            parent,
            meta: facts.term.meta.iter().map(meta_entry).collect(),
        };
        Some((index, term))
    };
    order.into_iter().filter_map(build).collect()
}

fn describe(facts: &TermFacts) -> String {
    format!("term {:?} of {}", facts.term.name, facts.term.taxonomy)
}

/// Ancestors above a term; `None` when they go round in a circle.
fn depth(index: usize, parents: &[Option<usize>]) -> Option<usize> {
    let mut at = index;
    for depth in 0..=parents.len().min(200) {
        match parents.get(at).copied().flatten() {
            None => return Some(depth),
            Some(parent) => at = parent,
        }
    }
    None
}
