//! Comments: read, written, moderated.

use futures_util::FutureExt;

use super::{
    call::{Call, change},
    fault::Fault,
    posts,
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, Param, method, optional, param},
    value::Value,
};
use crate::{
    content::{Capability, Comment, CommentId, CommentStatus, Edit, Post, PostId, UserId, edit::SaveComment},
    http::error::HttpError,
    index::own_address,
    publish::Outcome,
};

/// Comments looked through for one list over the whole site.
const SCANNED_MAX: usize = 100_000;
const ID: Param = param("comment_id", Kind::Id);

pub const METHODS: &[Method] = &[
    method("wp.getCommentCount", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, param("post_id", Kind::Id)], |call| {
        async move { count(call) }.boxed()
    }),
    method("wp.getComment", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, ID], |call| async move { get(call) }.boxed()),
    method("wp.getComments", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, optional("filter", Kind::Struct)], |call| {
        async move { list(call) }.boxed()
    }),
    method("wp.deleteComment", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, ID], |call| delete(call).boxed()),
    method("wp.editComment", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, ID, param("comment", Kind::Struct)], |call| {
        edit(call).boxed()
    }),
    method(
        "wp.newComment",
        Needs::SignIn,
        &[BLOG, LOGIN, PASSWORD, param("post", Kind::Any), param("comment", Kind::Struct)],
        |call| new(call).boxed(),
    ),
    method("wp.getCommentStatusList", Needs::CanOr(Capability::PublishPosts, 403), &[BLOG, LOGIN, PASSWORD], |_| {
        async move { Ok(statuses()) }.boxed()
    }),
];

fn statuses() -> Value {
    let named = [("hold", "Unapproved"), ("approve", "Approved"), ("spam", "Spam"), ("trash", "Trash")];
    Value::members(named.map(|(name, label)| (name, Value::text(label))))
}

fn status(comment: &Comment) -> &str {
    match &comment.status {
        CommentStatus::Approved => "approve",
        CommentStatus::Hold => "hold",
        other => other.stored(),
    }
}

fn view(call: &Call, comment: &Comment) -> Value {
    let post = call.site().post(comment.post);
    let link = post.as_ref().map(|post| format!("{}#comment-{}", call.site().permalink(post), comment.id));
    let kind = if comment.kind.is_empty() { "comment" } else { &comment.kind };
    Value::members([
        ("date_created_gmt", Value::date(comment.date_gmt)),
        ("user_id", Value::id(comment.user.unwrap_or_default())),
        ("comment_id", Value::id(comment.id)),
        ("parent", Value::id(comment.parent.unwrap_or_default())),
        ("status", Value::text(status(comment))),
        ("content", Value::text(&comment.content)),
        ("link", Value::text(link.unwrap_or_default())),
        ("post_id", Value::id(comment.post)),
        ("post_title", Value::text(post.map(|post| post.title).unwrap_or_default())),
        ("author", Value::text(&comment.author_name)),
        ("author_url", Value::text(&comment.author_url)),
        ("author_email", Value::text(&comment.author_email)),
        ("author_ip", Value::text(&comment.author_ip)),
        ("type", Value::text(kind)),
    ])
}

/// A comment the caller may edit.
fn editable(call: &Call) -> Result<Comment, Fault> {
    let comment = call.site().comment(CommentId(call.id("comment_id")));
    let comment = comment.ok_or_else(|| Fault::not_found("There is no comment with this id."))?;
    if call.powers.can_edit_comment(call.site().post(comment.post).as_ref()) {
        return Ok(comment);
    }
    Err(Fault::forbidden("Your account may not moderate or edit this comment."))
}

fn get(call: &Call) -> Answer {
    Ok(view(call, &editable(call)?))
}

fn count(call: &Call) -> Answer {
    let post = posts::editable(call, call.id("post_id")).map_err(|fault| fault.coded(401, 403))?;
    let comments: Vec<Comment> =
        call.site().comments(post.id).into_iter().filter_map(|id| call.site().comment(id)).collect();
    let of = |status: &CommentStatus| comments.iter().filter(|comment| comment.status == *status).count() as u64;
    let (approved, held) = (of(&CommentStatus::Approved), of(&CommentStatus::Hold));
    Ok(Value::members([
        ("approved", Value::number(approved)),
        ("awaiting_moderation", Value::number(held)),
        ("spam", Value::number(of(&CommentStatus::Spam))),
        ("total_comments", Value::number(approved + held)),
    ]))
}

/// Those of one post need the right to edit it, those of the site the right to moderate.
fn list(call: &Call) -> Answer {
    const DEFAULT: usize = 10;
    let filter = call.fields("filter");
    let post = filter.id("post_id").filter(|id| *id != 0).map(PostId);
    let may = match post {
        Some(post) => call.powers.can_edit_comment(call.site().post(post).as_ref()),
        None => call.can(Capability::ModerateComments),
    };
    if !may {
        return Err(Fault::unauthorized("Your account may not moderate these comments."));
    }
    let post_type = filter.filled("post_type");
    let wanted = filter.filled("status").map(|name| CommentStatus::from_stored(&name));
    let fits = |comment: &Comment| {
        let status = match &wanted {
            Some(CommentStatus::Custom(all)) if matches!(&**all, "all" | "any") => true,
            Some(wanted) => comment.status == *wanted,
            None => matches!(comment.status, CommentStatus::Approved | CommentStatus::Hold),
        };
        let of_type = |name: &String| call.site().post(comment.post).is_some_and(|post| post.post_type.name() == *name);
        status && post_type.as_ref().is_none_or(of_type)
    };
    let ids = match post {
        Some(post) => call.site().comments(post).into_iter().rev().collect(),
        None => call.site().newest_comments(SCANNED_MAX),
    };
    let found = ids.into_iter().filter_map(|id| call.site().comment(id)).filter(fits);
    let page = found.skip(filter.offset()).take(filter.limit("number", DEFAULT));
    Ok(Value::List(page.map(|comment| view(call, &comment)).collect()))
}

/// Into the trash; out of it for good.
async fn delete(call: &mut Call) -> Answer {
    let comment = editable(call)?;
    let edit = if comment.status.is_aside() {
        Edit::DeleteComment { id: comment.id }
    } else {
        let status = Some(CommentStatus::Trash);
        Edit::SaveComment(Box::new(SaveComment { id: Some(comment.id), status, ..SaveComment::default() }))
    };
    call.commit(edit).await?;
    Ok(Value::Bool(true))
}

async fn edit(call: &mut Call) -> Answer {
    let comment = editable(call)?;
    let given = call.fields("comment");
    let status = match given.filled("status").as_deref() {
        None => None,
        Some(name @ ("hold" | "approve" | "spam" | "trash")) => Some(CommentStatus::from_stored(name)),
        Some(_) => return Err(Fault::unauthorized("There is no such status of comments.")),
    };
    let save = SaveComment {
        id: Some(comment.id),
        status,
        date: given.moment("date_created_gmt")?.map(|moment| change(moment, true)),
        content: given.text("content"),
        author_name: given.text("author"),
        author_url: given.text("author_url"),
        author_email: given.text("author_email"),
        ..SaveComment::default()
    };
    call.commit(Edit::SaveComment(Box::new(save))).await?;
    Ok(Value::Bool(true))
}

/// The post by its id or address.
fn commented(call: &Call) -> Result<Post, Fault> {
    let given = call.arg("post").cloned().unwrap_or(Value::Nil);
    let by_address = || own_address::post_at(call.site(), &given.as_text()?, call.now);
    let post = match given.as_number() {
        Some(_) => call.site().post(PostId(given.as_id())),
        None => by_address(),
    };
    post.ok_or_else(|| Fault::not_found("There is no such post."))
}

async fn new(call: &mut Call) -> Answer {
    let post = commented(call)?;
    let given = call.fields("comment");
    let text = given.text("content").unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Fault::forbidden("A comment needs a text."));
    }
    let named = |name: &str| given.filled(name);
    let someone_else = ["author", "author_email", "author_url"].iter().any(|name| named(name).is_some());
    // In another's name it is from no account; only moderators may do that.
    let other = someone_else && call.powers.can_edit_comment(Some(&post));
    let save = SaveComment {
        post: Some(post.id),
        parent: given.id("comment_parent").filter(|id| *id != 0).map(|id| Some(CommentId(id))),
        user: other.then_some(UserId(0)),
        author_name: named("author").filter(|_| other),
        author_email: named("author_email").filter(|_| other),
        author_url: named("author_url").filter(|_| other),
        author_ip: Some(call.ip.clone()),
        agent: Some(call.agent.clone()),
        content: Some(text),
        ..SaveComment::default()
    };
    let refused = |fault: Fault| fault.coded(401, 403).coded(500, 403);
    let commit = call.commit(Edit::SaveComment(Box::new(save))).await.map_err(refused)?;
    match commit.outcome {
        Outcome::Comment { id, .. } => Ok(Value::number(id.0)),
        other => Err(HttpError::internal(&format_args!("saving a comment gave {other:?}")).into()),
    }
}
