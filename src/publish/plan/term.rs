//! `SaveTerm`: creates a term or changes what the edit names.

use super::{
    Changes, Context, Planned,
    permit::{invalid, not_found},
    post_fields::set_meta,
    slugs,
};
use crate::{
    content::{
        Capability, Taxonomy, Term, TermId,
        edit::{IdKind, SaveTerm},
        names::{sanitize_text_field, strip_controls},
        slug::sanitize_title,
    },
    index::Site,
    publish::{Outcome, PublishError},
};

/// Longest name, as WordPress's column has it, and longest description, in bytes.
const NAME_CHARS_MAX: usize = 200;
const DESCRIPTION_BYTES_MAX: usize = 64 << 10;
/// Longest taxonomy name.
const TAXONOMY_BYTES_MAX: usize = 32;

pub(super) fn plan(context: &Context<'_>, save: &SaveTerm) -> Result<Planned, PublishError> {
    match save.id {
        None => create(context, save),
        Some(id) => update(context, save, id),
    }
}

fn create(context: &Context<'_>, save: &SaveTerm) -> Result<Planned, PublishError> {
    let taxonomy = save.taxonomy.clone().unwrap_or_else(|| Taxonomy::new("category"));
    let hierarchical = known(context.site, &taxonomy)?;
    // tags may be made by whoever may assign them, as in WordPress
    let needs = match taxonomy.name() {
        "nav_menu" => Capability::EditThemeOptions,
        _ if hierarchical => Capability::ManageCategories,
        _ => Capability::EditPosts,
    };
    context.require(needs, "rest_cannot_create", "you may not create terms in this taxonomy")?;
    let mut changes = Changes::new(context.site);
    let mut term = Term {
        id: TermId(0),
        taxonomy,
        slug: String::new(),
        name: name(save.name.as_deref().unwrap_or_default())?,
        description: String::new(),
        parent: None,
        meta: Vec::new(),
    };
    set(context, save, &mut term, hierarchical)?;
    let asked = save.slug.as_deref().map(sanitize_title).unwrap_or_default();
    let slug = if asked.is_empty() { slug_of_name(&term.name) } else { asked.clone() };
    refuse_same_name(context.site, &term, &slug, asked.is_empty(), hierarchical)?;
    term.slug = slugs::unique_term(context.site, &slug, &term);
    term.id = TermId(changes.take_id(IdKind::Term));
    changes.put_term(&term);
    Ok(changes.finish(Outcome::Term { id: term.id, created: true }))
}

fn update(context: &Context<'_>, save: &SaveTerm, id: TermId) -> Result<Planned, PublishError> {
    let missing = || not_found("rest_term_invalid", "there is no such term");
    let mut term = context.site.term(id).ok_or_else(missing)?;
    if save.taxonomy.as_ref().is_some_and(|taxonomy| *taxonomy != term.taxonomy) {
        return Err(missing());
    }
    let hierarchical = known(context.site, &term.taxonomy)?;
    context.require(managing(&term.taxonomy), "rest_cannot_update", "you may not edit this term")?;
    if let Some(new) = &save.name {
        term.name = name(new)?;
    }
    set(context, save, &mut term, hierarchical)?;
    if let Some(asked) = &save.slug {
        let slug = Some(sanitize_title(asked)).filter(|slug| !slug.is_empty());
        let slug = slug.unwrap_or_else(|| slug_of_name(&term.name));
        let owner = context.site.term_by_slug(&term.taxonomy, &slug).filter(|owner| *owner != id);
        if let Some(owner) = owner {
            let message = format!("the slug {slug:?} is another term's");
            return Err(PublishError::Exists { code: "duplicate_term_slug", message, existing: Some(owner.0) });
        }
        term.slug = slug;
    }
    let mut changes = Changes::new(context.site);
    changes.put_term(&term);
    Ok(changes.finish(Outcome::Term { id, created: false }))
}

/// Whether the taxonomy is hierarchical.
fn known(site: &Site, taxonomy: &Taxonomy) -> Result<bool, PublishError> {
    let registered =
        slugs::taxonomy_is_hierarchical(site, taxonomy).filter(|_| taxonomy.name().len() <= TAXONOMY_BYTES_MAX);
    let message = || format!("no taxonomy {:?} is registered", taxonomy.name());
    registered.ok_or_else(|| invalid("invalid_taxonomy", "taxonomy", message()))
}

/// `manage_terms`, `edit_terms` and `delete_terms` of a taxonomy.
pub(super) fn managing(taxonomy: &Taxonomy) -> Capability {
    match taxonomy.name() {
        "nav_menu" => Capability::EditThemeOptions,
        _ => Capability::ManageCategories,
    }
}

fn set(context: &Context<'_>, save: &SaveTerm, term: &mut Term, hierarchical: bool) -> Result<(), PublishError> {
    if let Some(description) = &save.description {
        if description.len() > DESCRIPTION_BYTES_MAX {
            let message = format!("the description is longer than {DESCRIPTION_BYTES_MAX} bytes");
            return Err(invalid("rest_invalid_param", "description", message));
        }
        term.description = strip_controls(description);
    }
    if let Some(parent) = save.parent {
        let parent = parent.filter(|id| id.0 != 0);
        if let Some(parent) = parent {
            if !hierarchical {
                let message = "terms of this taxonomy have no parents";
                return Err(invalid("rest_taxonomy_not_hierarchical", "parent", message));
            }
            check_parent(context.site, term, parent)?;
        }
        term.parent = parent;
    }
    for (key, values) in &save.meta {
        set_meta(&mut term.meta, key, values)?;
    }
    Ok(())
}

fn check_parent(site: &Site, term: &Term, parent: TermId) -> Result<(), PublishError> {
    let mut above = Some(parent);
    for _ in 0..slugs::TERM_DEPTH_MAX {
        let Some(id) = above else { return Ok(()) };
        if id == term.id {
            return Err(invalid("rest_term_invalid", "parent", format!("term {parent} lies below this term")));
        }
        match site.term(id).filter(|found| found.taxonomy == term.taxonomy) {
            Some(found) => above = found.parent,
            None if id == parent => {
                return Err(invalid(
                    "rest_term_invalid",
                    "parent",
                    format!("there is no term {parent} in this taxonomy"),
                ));
            }
            None => return Ok(()),
        }
    }
    Err(invalid("rest_term_invalid", "parent", "terms are nested too deeply"))
}

fn name(text: &str) -> Result<String, PublishError> {
    let name = sanitize_text_field(&strip_controls(text));
    if name.is_empty() {
        return Err(invalid("empty_term_name", "name", "a term needs a name"));
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(invalid(
            "rest_invalid_param",
            "name",
            format!("a term's name has at most {NAME_CHARS_MAX} characters"),
        ));
    }
    Ok(name)
}

/// Of a name without a letter fit for a slug, its hash: a term must be reachable.
fn slug_of_name(name: &str) -> String {
    let slug = sanitize_title(name);
    if slug.is_empty() {
        format!("term-{}", &blake3::hash(name.as_bytes()).to_hex().chars().take(8).collect::<String>())
    } else {
        slug
    }
}

/// Two terms with one name are told apart by their slugs or, in hierarchies, their parents.
fn refuse_same_name(
    site: &Site,
    term: &Term,
    slug: &str,
    slug_from_name: bool,
    hierarchical: bool,
) -> Result<(), PublishError> {
    let same_place = |other: &Term| !hierarchical || other.parent == term.parent;
    let by_slug = site.term_by_slug(&term.taxonomy, slug).and_then(|id| site.term(id));
    // a term made without a slug has its name's; only then must all names be compared
    let twin = match by_slug.filter(same_place) {
        Some(other) if same_name(&other, term) => Some(other),
        _ if slug_from_name => {
            site.terms(&term.taxonomy).into_iter().find(|other| same_name(other, term) && same_place(other))
        }
        _ => None,
    };
    match twin {
        None => Ok(()),
        Some(other) => Err(PublishError::Exists {
            code: "term_exists",
            message: format!("there is a term named {:?} already", other.name),
            existing: Some(other.id.0),
        }),
    }
}

fn same_name(a: &Term, b: &Term) -> bool {
    a.name.to_lowercase() == b.name.to_lowercase()
}
