//! The sets over `terms` rows.

use std::sync::Arc;

use imbl::OrdSet;

use crate::content::{Taxonomy, Term, TermId};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Terms {
    by_slug: OrdSet<(Taxonomy, Arc<str>, TermId)>,
    by_taxonomy: OrdSet<(Taxonomy, TermId)>,
    children: OrdSet<(TermId, TermId)>,
}

impl Terms {
    pub fn insert(&mut self, term: &Term) {
        self.by_slug.insert((term.taxonomy.clone(), term.slug.as_str().into(), term.id));
        self.by_taxonomy.insert((term.taxonomy.clone(), term.id));
        if let Some(parent) = term.parent {
            self.children.insert((parent, term.id));
        }
    }

    pub fn remove(&mut self, term: &Term) {
        self.by_slug.remove(&(term.taxonomy.clone(), term.slug.as_str().into(), term.id));
        self.by_taxonomy.remove(&(term.taxonomy.clone(), term.id));
        if let Some(parent) = term.parent {
            self.children.remove(&(parent, term.id));
        }
    }

    pub fn by_slug(&self, taxonomy: &Taxonomy, slug: &str) -> Option<TermId> {
        let slug: Arc<str> = slug.into();
        let from = (taxonomy.clone(), slug.clone(), TermId(0));
        let to = (taxonomy.clone(), slug, TermId(u64::MAX));
        self.by_slug.range(from..=to).map(|(.., id)| *id).next()
    }

    pub fn of_taxonomy(&self, taxonomy: &Taxonomy) -> impl Iterator<Item = TermId> + '_ {
        let from = (taxonomy.clone(), TermId(0));
        let to = (taxonomy.clone(), TermId(u64::MAX));
        self.by_taxonomy.range(from..=to).map(|(_, id)| *id)
    }

    pub fn children(&self, parent: TermId) -> impl Iterator<Item = TermId> + '_ {
        self.children.range((parent, TermId(0))..=(parent, TermId(u64::MAX))).map(|(_, id)| *id)
    }
}
