//! Rows of the `terms` table.

use serde::{Deserialize, Serialize};

use super::{MetaPairs, corrupt, fields, meta_entries, meta_pairs};
use crate::{
    content::{Taxonomy, Term, TermId},
    store::{Row, log::Corrupt},
};

const FIELDS: [&str; 7] = ["id", "taxonomy", "slug", "name", "description", "parent", "meta"];

#[derive(Serialize, Deserialize)]
struct TermRow {
    id: u64,
    taxonomy: String,
    slug: String,
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    meta: MetaPairs,
}

/// The row of `term`, with what `old` has beyond this version's fields.
pub fn encode(term: &Term, old: Option<&[u8]>) -> Row {
    let row = TermRow {
        id: term.id.0,
        taxonomy: term.taxonomy.name().to_owned(),
        slug: term.slug.clone(),
        name: term.name.clone(),
        description: term.description.clone(),
        parent: term.parent.map(|id| id.0),
        meta: meta_pairs(&term.meta),
    };
    fields::merge(&row, old, &FIELDS)
}

/// # Errors
/// `Corrupt` when a field is missing or is not what it must be.
pub fn decode(row: &[u8]) -> Result<Term, Corrupt> {
    let row: TermRow = serde_json::from_slice(row).map_err(|error| corrupt("term row", error))?;
    Ok(Term {
        id: TermId(row.id),
        taxonomy: Taxonomy(row.taxonomy.into()),
        slug: row.slug,
        name: row.name,
        description: row.description,
        parent: row.parent.map(TermId),
        meta: meta_entries(row.meta),
    })
}
