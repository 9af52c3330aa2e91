//! The other posts that a post's page leads to: before and after it, above and below it, and like it.

use super::LINKS_MAX;
use crate::{
    cache::Tag,
    content::{Post, PostId, PostType, Taxonomy, Term, TermId},
    index::{OrderBy, PostQuery, TermFilter, TermOperator},
    render::{title, view},
    serve::{
        card,
        context::{Context, Depends},
    },
};

const RELATED: usize = 3;

pub(super) fn neighbours(
    cx: &Context<'_>,
    post: &Post,
    depends: &mut Depends,
) -> (Option<view::Neighbour>, Option<view::Neighbour>) {
    if matches!(post.post_type, PostType::Page | PostType::Attachment) {
        return (None, None);
    }
    depends.on(Tag::Near(post.id));
    let (previous, next) = cx.site.adjacent(post, cx.now);
    (previous.and_then(|id| neighbour(cx, id, depends)), next.and_then(|id| neighbour(cx, id, depends)))
}

fn neighbour(cx: &Context<'_>, id: PostId, depends: &mut Depends) -> Option<view::Neighbour> {
    depends.on(Tag::Post(id));
    let post = cx.site.post(id).filter(|post| cx.site.is_public(post, cx.now))?;
    Some(view::Neighbour {
        title_html: title::html(&post.title),
        url: cx.site.permalink(&post),
        thumbnail: card::thumbnail(cx, &post, "thumbnail", depends),
    })
}

/// Outermost first.
pub(super) fn ancestors(cx: &Context<'_>, post: &Post, depends: &mut Depends) -> Vec<view::Neighbour> {
    let mut line = Vec::new();
    let mut next = post.parent;
    while let Some(id) = next.filter(|_| line.len() < LINKS_MAX) {
        line.extend(neighbour(cx, id, depends));
        next = cx.site.post(id).and_then(|post| post.parent).filter(|parent| *parent != post.id);
    }
    line.reverse();
    line
}

pub(super) fn children(cx: &Context<'_>, post: &Post, depends: &mut Depends) -> Vec<view::Neighbour> {
    if post.post_type != PostType::Page {
        return Vec::new();
    }
    depends.on(Tag::Posts(PostType::Page.name().to_owned()));
    let ids = cx.site.children(post.id, &PostType::Page);
    let mut below: Vec<Post> = ids.into_iter().take(LINKS_MAX).filter_map(|id| cx.site.post(id)).collect();
    below.sort_by(|a, b| (a.menu_order, &a.title, a.id).cmp(&(b.menu_order, &b.title, b.id)));
    below.iter().filter_map(|child| neighbour(cx, child.id, depends)).collect()
}

/// The posts before this one that share a tag with it, then those that share a category, newest first: what is
/// published later does not change them. The category of posts without one says nothing.
pub(super) fn related(cx: &Context<'_>, post: &Post, depends: &mut Depends) -> Vec<view::Card> {
    if post.post_type != PostType::Post {
        return Vec::new();
    }
    depends.on(Tag::Near(post.id));
    let own: Vec<Term> = post.terms.iter().filter_map(|id| cx.site.term(*id)).collect();
    let mut found: Vec<PostId> = Vec::new();
    for taxonomy in ["post_tag", "category"].map(Taxonomy::new) {
        let shared = own.iter().filter(|term| term.taxonomy == taxonomy && term.id != cx.settings().default_category);
        let terms: Vec<TermId> = shared.map(|term| term.id).collect();
        if terms.is_empty() || found.len() == RELATED {
            continue;
        }
        let filter = TermFilter { taxonomy, terms, with_children: false, operator: TermOperator::Any };
        let query = PostQuery {
            terms: vec![filter],
            exclude: found.iter().copied().chain([post.id]).collect(),
            before: Some(post.date),
            order_by: OrderBy::Date,
            limit: RELATED - found.len(),
            ..PostQuery::default()
        };
        found.extend(cx.site.posts(&query, cx.now).ids);
    }
    found.into_iter().filter_map(|id| cx.site.post(id)).map(|other| card::card(cx, &other, None, depends)).collect()
}
