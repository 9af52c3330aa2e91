//! Chooses the id of everything in the files before anything is written.
//!
//! An id of the export is kept where it is free here. What was made by an earlier run keeps what it was made
//! as. All others are numbered from blocks reserved in the log, and for posts that choice is committed first
//! (`planned:<id>`), so that an interrupted import goes on with the same numbers: references to an item may be
//! written before the item is.

use std::collections::HashSet;

use super::survey::{ItemState, Source, Survey};
use crate::{
    content::{CommentId, PostId, Taxonomy, TermId, edit::IdKind},
    index::Site,
};

/// Numbers above this are kept by nobody: JavaScript must be able to hold them, with room to count on.
const ID_MAX: u64 = 1 << 50;
const PLANNED: &str = "planned:";

/// What the counters have to give, and which numbers they must not.
#[derive(Debug, Default)]
pub(super) struct Needed {
    /// Numbers to be reserved.
    pub new: u64,
    /// Numbers this import keeps or has planned: not to be given to anything else.
    pub taken: HashSet<u64>,
}

#[derive(Debug, Default)]
pub(super) struct AllNeeded {
    pub posts: Needed,
    pub comments: Needed,
    pub terms: Needed,
}

/// Marks what is done, keeps what is free, leaves 0 in `new` where a number has to be reserved. Posts that are
/// `leaving` give their numbers free.
pub(super) fn keep_ids(survey: &mut Survey, site: &Site, leaving: &[PostId]) -> AllNeeded {
    let mut needed = AllNeeded::default();
    // Earlier choices first: nobody else may take them.
    for source in &mut survey.sources {
        recognise(source, site, &mut needed.posts.taken);
    }
    for source in &mut survey.sources {
        keep_posts(source, site, leaving, &mut needed.posts);
        keep_comments(source, site, &mut needed.comments);
        keep_terms(source, site, &mut needed.terms);
    }
    needed
}

fn recognise(source: &mut Source, site: &Site, taken: &mut HashSet<u64>) {
    for index in 0..source.items.len() {
        let Some(key) = source.items.get(index).map(super::survey::ItemFacts::key) else { continue };
        let row = site.imported(&source.identity("post", &key));
        let Some(item) = source.items.get_mut(index) else { continue };
        match row.as_deref().map(|row| (row.strip_prefix(PLANNED), row)) {
            // A plan holds as long as nobody else got the number.
            Some((Some(planned), _)) => item.new = free_number(planned, site),
            Some((None, made)) => {
                item.new = made.parse().unwrap_or(0);
                item.state = ItemState::Done;
            }
            None => {}
        }
        if item.new != 0 {
            taken.insert(item.new);
        }
    }
    for index in 0..source.comments.len() {
        let Some(key) = source.comments.get(index).map(super::survey::CommentFacts::key) else { continue };
        let row = site.imported(&source.identity("comment", &key));
        let (Some(comment), Some(made)) = (source.comments.get_mut(index), row) else { continue };
        comment.new = made.parse().unwrap_or(0);
        comment.done = true;
    }
}

fn free_number(planned: &str, site: &Site) -> u64 {
    planned.parse().ok().filter(|id| site.post(PostId(*id)).is_none()).unwrap_or(0)
}

fn keep_posts(source: &mut Source, site: &Site, leaving: &[PostId], needed: &mut Needed) {
    for item in &mut source.items {
        if item.state != ItemState::Todo || item.new != 0 {
            continue;
        }
        let is_free = |id: PostId| leaving.contains(&id) || site.post(id).is_none();
        let free = item.old.filter(|old| item.key.is_none() && *old <= ID_MAX && is_free(PostId(*old)));
        match free.filter(|old| needed.taken.insert(*old)) {
            Some(old) => item.new = old,
            None => needed.new += 1,
        }
    }
}

fn keep_comments(source: &mut Source, site: &Site, needed: &mut Needed) {
    for comment in &mut source.comments {
        if comment.done {
            continue;
        }
        let free = comment.old.filter(|old| *old <= ID_MAX && site.comment(CommentId(*old)).is_none());
        match free.filter(|old| needed.taken.insert(*old)) {
            Some(old) => comment.new = old,
            None => needed.new += 1,
        }
    }
}

fn keep_terms(source: &mut Source, site: &Site, needed: &mut Needed) {
    let name = source.name.clone();
    for facts in &mut source.terms {
        let taxonomy = Taxonomy::new(&facts.term.taxonomy);
        let identity = format!("{name}|term|{}|{}", facts.term.taxonomy, facts.term.slug);
        let made = site.imported(&identity).and_then(|made| made.parse().ok()).map(TermId);
        let known = made.filter(|id| site.term(*id).is_some());
        if let Some(id) = known.or_else(|| site.term_by_slug(&taxonomy, &facts.term.slug)) {
            facts.new = id.0;
            facts.exists = true;
            continue;
        }
        let free = facts.term.id.filter(|old| *old <= ID_MAX && site.term(TermId(*old)).is_none());
        match free.filter(|old| needed.taken.insert(*old)) {
            Some(old) => facts.new = old,
            None => needed.new += 1,
        }
    }
}

/// The highest number of each kind that is kept and that somebody else could still be given.
pub(super) fn to_promise(survey: &Survey, site: &Site) -> Vec<(IdKind, u64)> {
    let sources = || survey.sources.iter();
    let posts = sources().flat_map(|source| &source.items).filter(|item| item.state == ItemState::Todo);
    let comments = sources().flat_map(|source| &source.comments).filter(|comment| !comment.done);
    let terms = sources().flat_map(|source| &source.terms).filter(|term| !term.exists);
    let highest = [
        (IdKind::Post, posts.map(|item| item.new).max(), site.posts_promised_below()),
        (IdKind::Comment, comments.map(|comment| comment.new).max(), site.next_id(IdKind::Comment)),
        (IdKind::Term, terms.map(|term| term.new).max(), site.next_id(IdKind::Term)),
    ];
    let open =
        |(kind, highest, next): (IdKind, Option<u64>, u64)| Some((kind, highest.filter(|id| *id >= next.max(1))?));
    highest.into_iter().filter_map(open).collect()
}

/// Takes back numbers that were found free and are taken by now; what had them needs another.
pub(super) fn give_up_taken(survey: &mut Survey, site: &Site, needed: &mut AllNeeded) {
    for source in &mut survey.sources {
        for item in source.items.iter_mut().filter(|item| item.state == ItemState::Todo && item.new != 0) {
            if site.post(PostId(item.new)).is_some() {
                item.new = 0;
                needed.posts.new += 1;
            }
        }
        for comment in source.comments.iter_mut().filter(|comment| !comment.done && comment.new != 0) {
            if site.comment(CommentId(comment.new)).is_some() {
                comment.new = 0;
                needed.comments.new += 1;
            }
        }
        for facts in source.terms.iter_mut().filter(|facts| !facts.exists) {
            let taxonomy = Taxonomy::new(&facts.term.taxonomy);
            if let Some(id) = site.term_by_slug(&taxonomy, &facts.term.slug) {
                needed.terms.new -= u64::from(facts.new == 0);
                facts.new = id.0;
                facts.exists = true;
            } else if facts.new != 0 && site.term(TermId(facts.new)).is_some() {
                facts.new = 0;
                needed.terms.new += 1;
            }
        }
    }
}

/// Gives the reserved numbers to what has none yet. Returns the identities of posts so numbered, to be
/// committed before anything refers to them.
pub(super) fn number_posts(survey: &mut Survey, numbers: Vec<u64>) -> Vec<(String, String)> {
    let mut numbers = numbers.into_iter();
    let mut planned = Vec::new();
    for source in &mut survey.sources {
        let mut keys = Vec::new();
        let bare = source.items.iter_mut().filter(|item| item.state == ItemState::Todo && item.new == 0);
        for (item, number) in bare.zip(&mut numbers) {
            item.new = number;
            keys.push((item.key(), number));
        }
        planned.extend(keys.into_iter().map(|(key, id)| (source.identity("post", &key), format!("{PLANNED}{id}"))));
    }
    planned
}

pub(super) fn number_comments(survey: &mut Survey, numbers: Vec<u64>) {
    let comments = survey.sources.iter_mut().flat_map(|source| &mut source.comments);
    for (comment, number) in comments.filter(|comment| !comment.done && comment.new == 0).zip(numbers) {
        comment.new = number;
    }
}

pub(super) fn number_terms(survey: &mut Survey, numbers: Vec<u64>) {
    let terms = survey.sources.iter_mut().flat_map(|source| &mut source.terms);
    for (term, number) in terms.filter(|term| term.new == 0).zip(numbers) {
        term.new = number;
    }
}
