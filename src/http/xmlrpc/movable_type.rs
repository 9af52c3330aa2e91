//! `mt.*`

use futures_util::FutureExt;

use super::{
    call::{Call, Fields},
    categories::by_name,
    posts::{
        self,
        save::new_status,
        view::{date_gmt, status, terms_in},
    },
    table::{self, Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, Param, method, optional, param},
    value::Value,
    weblog,
};
use crate::content::{Capability, CommentStatus, Post, Taxonomy, Term, TermId, edit::SavePost};

const ID: Param = param("post_id", Kind::Id);
const WRITERS: Needs = Needs::Can(Capability::EditPosts);

pub const METHODS: &[Method] = &[
    method("mt.getCategoryList", WRITERS, &[BLOG, LOGIN, PASSWORD], |call| async move { Ok(categories(call)) }.boxed()),
    method("mt.getRecentPostTitles", WRITERS, &[BLOG, LOGIN, PASSWORD, optional("number", Kind::Number)], |call| {
        titles(call).boxed()
    }),
    method("mt.getPostCategories", Needs::SignIn, &[ID, LOGIN, PASSWORD], |call| {
        async move { post_categories(call) }.boxed()
    }),
    method("mt.setPostCategories", Needs::SignIn, &[ID, LOGIN, PASSWORD, param("categories", Kind::List)], |call| {
        set_categories(call).boxed()
    }),
    method("mt.supportedMethods", Needs::Nothing, &[], |_| {
        async move { Ok(Value::texts(table::all().map(|method| method.name).filter(|name| !name.starts_with("system.")))) }
            .boxed()
    }),
    method("mt.supportedTextFilters", Needs::Nothing, &[], |_| async move { Ok(Value::List(Vec::new())) }.boxed()),
    method("mt.getTrackbackPings", Needs::Nothing, &[ID], |call| async move { trackbacks(call) }.boxed()),
    method("mt.publishPost", Needs::SignIn, &[ID, LOGIN, PASSWORD], |call| publish(call).boxed()),
];

fn categories(call: &Call) -> Value {
    let one = |term: Term| {
        Value::members([("categoryId", Value::number(term.id.0)), ("categoryName", Value::text(term.name))])
    };
    Value::List(by_name(call, "category").into_iter().map(one).collect())
}

/// Titles are in memory: no body is read.
async fn titles(call: &mut Call) -> Answer {
    let found = crate::serve::posts(call.site(), &weblog::recent_posts(call), call.now).await;
    let posts = found.ids.iter().filter_map(|id| call.site().post(*id)).filter(|post| call.powers.can_edit(post));
    let one = |post: Post| {
        Value::members([
            ("dateCreated", Value::date(post.date)),
            ("userid", Value::id(post.author)),
            ("postid", Value::id(post.id)),
            ("title", Value::text(&post.title)),
            ("post_status", Value::text(status(&post))),
            ("date_created_gmt", Value::date(date_gmt(call, &post))),
        ])
    };
    Ok(Value::List(posts.map(one).collect()))
}

fn post_categories(call: &Call) -> Answer {
    let post = posts::editable(call, call.id("post_id"))?;
    let one = |(at, term): (usize, Term)| {
        Value::members([
            ("categoryName", Value::text(term.name)),
            ("categoryId", Value::id(term.id)),
            ("isPrimary", Value::Bool(at == 0)),
        ])
    };
    Ok(Value::List(terms_in(call, &post, "category").into_iter().enumerate().map(one).collect()))
}

/// The first of a post is its primary one.
async fn set_categories(call: &mut Call) -> Answer {
    let post = posts::editable(call, call.id("post_id"))?;
    let given = call.arg("categories").cloned().unwrap_or(Value::Nil);
    let mut chosen: Vec<(bool, TermId)> = Vec::new();
    for entry in given.items() {
        let entry = Fields(entry.clone());
        let id = TermId(entry.id("categoryId").unwrap_or(0));
        super::terms::find(call, "category", id.0)?;
        chosen.push((entry.flag("isPrimary") != Some(true), id));
    }
    chosen.sort_by_key(|(later, _)| *later);
    let ids = chosen.into_iter().map(|(_, id)| id).collect();
    let terms = vec![(Taxonomy::new("category"), ids)];
    call.save_post(SavePost { id: Some(post.id), terms, ..SavePost::default() }).await?;
    Ok(Value::Bool(true))
}

/// Approved trackbacks of a public post.
fn trackbacks(call: &Call) -> Answer {
    let post = posts::find(call, call.id("post_id"))?;
    let public = call.site().is_public(&post, call.now);
    let ids = if public { call.site().comments(post.id) } else { Vec::new() };
    let comments = ids.into_iter().filter_map(|id| call.site().comment(id));
    let shown = comments.filter(|comment| comment.kind == "trackback" && comment.status == CommentStatus::Approved);
    let one = |comment: crate::content::Comment| {
        Value::members([
            ("pingTitle", Value::text(comment.author_name)),
            ("pingURL", Value::text(comment.author_url)),
            // whose address it was is not for everybody
            ("pingIP", Value::text("")),
        ])
    };
    Ok(Value::List(shown.map(one).collect()))
}

async fn publish(call: &mut Call) -> Answer {
    let post = posts::editable(call, call.id("post_id"))?;
    let status = new_status(call, &post.post_type, Some(&post), Some("publish"))?;
    if status.is_some() {
        call.save_post(SavePost { id: Some(post.id), status, ..SavePost::default() }).await?;
    }
    Ok(Value::number(post.id.0))
}
