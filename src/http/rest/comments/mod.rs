//! Comments: read, written, moderated.

mod fields;
mod permit;
mod view;
mod write;

pub use self::permit::permit;

use std::sync::Arc;

use serde_json::Value;

use self::{permit::may_read, view::view};
use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    posts::{kind::PostKind, params},
    schema::Schema,
    table::{self, ItemSchema, Route},
    time,
};
use crate::{
    content::{Comment, CommentId, CommentStatus, Post, PostId},
    http::error::HttpError,
};

/// Comments looked through for one list over the whole site.
const SCANNED_MAX: usize = 100_000;

pub fn routes() -> Vec<Route> {
    let item = Arc::new(ItemSchema { title: "comment".to_owned(), fields: fields::item(), actions: Vec::new() });
    let password = || ("password".into(), Schema::string("The post's password, if it has one."));
    vec![
        Route::new("wp/v2", "comments")
            .on(table::GET, Action::Comments(Verb::List), fields::list_args())
            .on(table::POST, Action::Comments(Verb::Create), params::create(&item.fields))
            .item(&item),
        Route::new("wp/v2", "comments/<id:number>")
            .on(table::GET, Action::Comments(Verb::Get), vec![params::id(), describe::context(), password()])
            .on(table::EDIT, Action::Comments(Verb::Update), params::update(&item.fields))
            .on(table::DELETE, Action::Comments(Verb::Delete), vec![params::id(), params::force(), password()])
            .item(&item),
    ]
}

fn kind_of<'a>(call: &'a Call, post: &Post) -> Option<&'a Arc<PostKind>> {
    call.table.post_kinds.iter().find(|kind| kind.post_type == post.post_type)
}

fn find(call: &Call) -> Result<Comment, HttpError> {
    let comment = call.site().comment(CommentId(call.url_id("id")));
    comment.ok_or_else(invalid_id)
}

fn invalid_id() -> HttpError {
    HttpError::not_found("rest_comment_invalid_id", "Invalid comment ID.")
}

pub async fn run(verb: Verb, call: Call) -> Result<Answer, HttpError> {
    match verb {
        Verb::List => Ok(list(&call)),
        Verb::Get => Ok(Answer::ok(view(&call, &find(&call)?))),
        Verb::Create => write::create(call).await,
        Verb::Update => write::update(call).await,
        Verb::Delete => write::delete(call).await,
    }
}

fn list(call: &Call) -> Answer {
    let site = call.site();
    let (of_posts, include, exclude) = (call.ids("post"), call.ids("include"), call.ids("exclude"));
    let (parents, parents_not) = (call.ids("parent"), call.ids("parent_exclude"));
    let all_parents = call.args.get("parent").and_then(Value::as_array).is_none_or(Vec::is_empty);
    let (authors, authors_not) = (call.ids("author"), call.ids("author_exclude"));
    let ids = if of_posts.is_empty() {
        site.newest_comments(SCANNED_MAX)
    } else {
        of_posts.iter().flat_map(|id| site.comments(PostId(*id))).collect()
    };
    let settings = site.settings();
    let date = |name: &str| call.text(name).and_then(|text| time::local(settings, text));
    let (after, before) = (date("after"), date("before"));
    let search = call.text("search").map(str::to_lowercase).filter(|text| !text.is_empty());
    let status = call.text("status").unwrap_or("approve");
    let wanted_type = call.text("type").unwrap_or("comment");
    let author = |comment: &Comment| comment.user.map_or(0, |id| id.0);
    let mut comments: Vec<Comment> = ids.into_iter().filter_map(|id| site.comment(id)).collect();
    comments.retain(|comment| {
        let parent = comment.parent.map_or(0, |id| id.0);
        let matches = |text: &String| {
            [&comment.content, &comment.author_name, &comment.author_email, &comment.author_url]
                .iter()
                .any(|field| field.to_lowercase().contains(text))
        };
        (include.is_empty() || include.contains(&comment.id.0))
            && !exclude.contains(&comment.id.0)
            && (all_parents || parents.contains(&parent))
            && !parents_not.contains(&parent)
            && (authors.is_empty() || authors.contains(&author(comment)))
            && !authors_not.contains(&author(comment))
            && call.text("author_email").is_none_or(|email| comment.author_email.eq_ignore_ascii_case(email))
            && after.is_none_or(|after| comment.date > after)
            && before.is_none_or(|before| comment.date < before)
            && has_status(comment, status)
            && has_type(comment, wanted_type)
            && search.as_ref().is_none_or(matches)
            && may_read(call, comment)
    });
    sort(call, &mut comments, &include);
    let total = comments.len();
    let (offset, limit) = call.window();
    let page = comments.iter().skip(offset).take(limit).map(|comment| view(call, comment)).collect();
    Answer::page(call, page, total)
}

fn sort(call: &Call, comments: &mut [Comment], include: &[u64]) {
    let place = |comment: &Comment| include.iter().position(|id| *id == comment.id.0);
    match call.text("orderby").unwrap_or("date_gmt") {
        "id" => comments.sort_by_key(|comment| comment.id),
        "include" => comments.sort_by_key(place),
        "post" => comments.sort_by_key(|comment| (comment.post, comment.id)),
        "parent" => comments.sort_by_key(|comment| (comment.parent, comment.id)),
        "type" => comments.sort_by(|a, b| (&a.kind, a.id).cmp(&(&b.kind, b.id))),
        "date" => comments.sort_by_key(|comment| (comment.date, comment.id)),
        _ => comments.sort_by_key(|comment| (comment.date_gmt, comment.id)),
    }
    if call.text("order") != Some("asc") {
        comments.reverse();
    }
}

fn has_status(comment: &Comment, wanted: &str) -> bool {
    match wanted {
        "all" => matches!(comment.status, CommentStatus::Approved | CommentStatus::Hold),
        "any" => true,
        wanted => comment.status == CommentStatus::from_stored(wanted),
    }
}

fn has_type(comment: &Comment, wanted: &str) -> bool {
    let kind = if comment.kind.is_empty() { "comment" } else { &comment.kind };
    match wanted {
        "all" | "any" => true,
        "pings" => matches!(kind, "pingback" | "trackback"),
        wanted => kind == wanted,
    }
}
