//! Slugs nobody else has, by WordPress's rules.

use crate::{
    content::{
        Post, PostId, PostStatus, PostType, Taxonomy, Term, TermId,
        slug::{is_reserved, looks_like_page_number, with_suffix},
    },
    index::Site,
};

/// Whose slug is wanted.
pub(super) struct Wanted<'a> {
    pub id: PostId,
    pub post_type: &'a PostType,
    pub status: &'a PostStatus,
    pub parent: Option<PostId>,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(post: &'a Post) -> Self {
        Self { id: post.id, post_type: &post.post_type, status: &post.status, parent: post.parent }
    }
}

/// `slug`, or the first of `slug-2`, `slug-3`, … that is free.
///
/// Drafts and menu items keep what they have: they are not reached by slug. Attachments differ from everything;
/// hierarchical types from their siblings of any hierarchical type; others from their own type. `also_taken`
/// adds what the same edit takes.
pub(super) fn unique(site: &Site, slug: &str, wanted: &Wanted<'_>, also_taken: impl Fn(&str) -> bool) -> String {
    let keeps = matches!(wanted.status, PostStatus::Draft | PostStatus::Pending | PostStatus::AutoDraft);
    if slug.is_empty() || keeps || *wanted.post_type == PostType::NavMenuItem {
        return slug.to_owned();
    }
    let is_free = |candidate: &str| is_free(site, candidate, wanted) && !also_taken(candidate);
    first_free(slug, is_free)
}

fn first_free(slug: &str, is_free: impl Fn(&str) -> bool) -> String {
    if is_free(slug) {
        return slug.to_owned();
    }
    let mut n = 2;
    loop {
        let candidate = with_suffix(slug, n);
        if is_free(&candidate) {
            return candidate;
        }
        n += 1;
    }
}

fn is_free(site: &Site, slug: &str, wanted: &Wanted<'_>) -> bool {
    if is_reserved(slug) {
        return false;
    }
    let others = |post_type: &PostType| {
        site.posts_by_slug(post_type, slug).into_iter().filter(|id| *id != wanted.id).collect::<Vec<_>>()
    };
    if *wanted.post_type == PostType::Attachment {
        return all_types(site).all(|post_type| others(post_type).is_empty());
    }
    if is_hierarchical(site, wanted.post_type) {
        let is_sibling = |id: PostId| site.post(id).is_some_and(|post| post.parent == wanted.parent);
        let mut siblings = all_types(site)
            .filter(|post_type| **post_type == PostType::Attachment || is_hierarchical(site, post_type))
            .flat_map(others);
        return !looks_like_page_number(slug) && !siblings.any(is_sibling);
    }
    let as_date = *wanted.post_type == PostType::Post && reads_as_date(&site.settings().permalink_structure, slug);
    !as_date && others(wanted.post_type).is_empty()
}

/// A numeric post name that the permalink structure would take for a year, month or day.
fn reads_as_date(structure: &str, slug: &str) -> bool {
    let Ok(number) = slug.parse::<u64>() else { return false };
    if number == 0 || !slug.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let parts: Vec<&str> = structure.split('/').filter(|part| !part.is_empty()).collect();
    let Some(at) = parts.iter().position(|part| *part == "%postname%") else { return false };
    match at.checked_sub(1).and_then(|before| parts.get(before)) {
        None => true,
        Some(&"%year%") => number < 13,
        Some(&"%monthnum%") => number < 32,
        Some(_) => false,
    }
}

/// Post types whose posts have slugs of their own.
fn all_types(site: &Site) -> impl Iterator<Item = &PostType> {
    site.types_in_use().iter().filter(|post_type| **post_type != PostType::NavMenuItem)
}

pub(super) fn is_hierarchical(site: &Site, post_type: &PostType) -> bool {
    site.settings().types.post_type(post_type.name()).is_some_and(|info| info.hierarchical)
}

/// `None` for a taxonomy nobody registered.
pub(super) fn taxonomy_is_hierarchical(site: &Site, taxonomy: &Taxonomy) -> Option<bool> {
    site.settings().types.taxonomy(taxonomy.name()).map(|info| info.hierarchical)
}

/// A term's slug free in its taxonomy: below a parent the parents' slugs are tried as suffixes before numbers.
pub(super) fn unique_term(site: &Site, slug: &str, term: &Term) -> String {
    let is_free = |candidate: &str| site.term_by_slug(&term.taxonomy, candidate).is_none_or(|id| id == term.id);
    if is_free(slug) {
        return slug.to_owned();
    }
    let mut named = slug.to_owned();
    let mut above = term.parent;
    // a chain of parents has no loop, but a limit costs nothing
    for _ in 0..TERM_DEPTH_MAX {
        let Some(parent) = above.and_then(|id: TermId| site.term(id)) else { break };
        named =
            crate::content::slug::truncate(&format!("{named}-{}", parent.slug), crate::content::slug::SLUG_BYTES_MAX);
        if is_free(&named) {
            return named;
        }
        above = parent.parent;
    }
    first_free(&named, is_free)
}

/// The slug of an imported term, numbered when it is taken.
pub(super) fn unique_imported_term(site: &Site, term: &Term, also_taken: impl Fn(&str) -> bool) -> String {
    first_free(&term.slug, |slug| {
        site.term_by_slug(&term.taxonomy, slug).is_none_or(|id| id == term.id) && !also_taken(slug)
    })
}

/// Levels of terms or pages that are looked at when walking up.
pub(super) const TERM_DEPTH_MAX: usize = 100;

/// `name` cut for a user's slug, then made unique among users.
pub(super) fn unique_user(site: &Site, slug: &str, id: crate::content::UserId) -> String {
    first_free(slug, |candidate| site.user_by_slug(candidate).is_none_or(|user| user.id == id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_would_be_read_as_dates() {
        let day = "/%year%/%monthnum%/%day%/%postname%/";
        assert!(!reads_as_date(day, "2013"), "a day stands before the name: no conflict");
        assert!(reads_as_date("/%postname%/", "2013"));
        assert!(reads_as_date("/%year%/%postname%/", "12"));
        assert!(!reads_as_date("/%year%/%postname%/", "13"));
        assert!(reads_as_date("/%year%/%monthnum%/%postname%/", "31"));
        assert!(!reads_as_date("/%year%/%monthnum%/%postname%/", "32"));
        assert!(!reads_as_date("/archives/%post_id%", "5"));
        assert!(!reads_as_date("/%postname%/", "+5"));
    }

    #[test]
    fn the_first_free_number_is_taken() {
        let taken = ["a", "a-2", "a-4"];
        assert_eq!(first_free("a", |slug| !taken.contains(&slug)), "a-3");
        assert_eq!(first_free("b", |slug| !taken.contains(&slug)), "b");
    }
}
