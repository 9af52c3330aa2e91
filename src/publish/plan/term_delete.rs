//! `DeleteTerm`: children move up, posts that lose their last category get the default one.

use super::{
    Changes, Context, Planned, ROWS_PER_COMMIT_MAX,
    permit::{forbidden, not_found},
    term,
};
use crate::{
    content::{Post, PostType, Term, TermId},
    publish::{Outcome, PublishError},
    store::Table,
};

pub(super) fn plan(context: &Context<'_>, id: TermId) -> Result<Planned, PublishError> {
    let site = context.site;
    let doomed = site.term(id).ok_or_else(|| not_found("rest_term_invalid", "there is no such term"))?;
    context.require(term::managing(&doomed.taxonomy), "rest_cannot_delete", "you may not delete this term")?;
    if id == site.settings().default_category {
        return Err(forbidden("rest_cannot_delete", "the default category cannot be deleted"));
    }
    let mut changes = Changes::new(site);
    for post in site.posts_in_term(id, ROWS_PER_COMMIT_MAX) {
        let Some(post) = site.post(post) else { continue };
        if doomed.taxonomy.name() == "nav_menu" {
            changes.delete(Table::Posts, post.id.0.into());
            changes.delete(Table::Revisions, post.id.0.into());
        } else {
            changes.put_post(&without(context, post, &doomed));
        }
        if changes.is_full() {
            return Ok(changes.part());
        }
    }
    for child in site.term_children(id) {
        if let Some(child) = site.term(child) {
            changes.put_term(&Term { parent: doomed.parent, ..child });
        }
        if changes.is_full() {
            return Ok(changes.part());
        }
    }
    changes.delete(Table::Terms, id.0.into());
    Ok(changes.finish(Outcome::Term { id, created: false }))
}

fn without(context: &Context<'_>, mut post: Post, doomed: &Term) -> Post {
    let site = context.site;
    post.terms.retain(|id| *id != doomed.id);
    let in_taxonomy = |id: &TermId| site.term(*id).is_some_and(|term| term.taxonomy == doomed.taxonomy);
    let default = site.settings().default_category;
    let needs_category = doomed.taxonomy.name() == "category" && post.post_type == PostType::Post;
    if needs_category && !post.terms.iter().any(in_taxonomy) && site.term(default).is_some() {
        post.terms.insert(0, default);
    }
    post
}
