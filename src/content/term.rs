//! Terms and taxonomies.

use super::{TermId, post::MetaEntry};

/// A taxonomy's name: `category`, `post_tag`, `nav_menu`, `post_format` or a custom one (≤ 32 characters).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Taxonomy(pub Box<str>);

impl Taxonomy {
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }
    pub fn name(&self) -> &str {
        &self.0
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub id: TermId,
    pub taxonomy: Taxonomy,
    /// Unique within the taxonomy.
    pub slug: String,
    pub name: String,
    pub description: String,
    /// Only in hierarchical taxonomies.
    pub parent: Option<TermId>,
    pub meta: Vec<MetaEntry>,
}
