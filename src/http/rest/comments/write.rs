//! Writing, moderating and deleting comments: fields of the request → one edit.

use actix_web::http::StatusCode;
use serde_json::Value;

use super::{find, permit, view::view};
use crate::{
    content::{Comment, CommentId, CommentStatus, Edit, PostId, UserId, edit::SaveComment},
    http::{
        error::HttpError,
        rest::{
            call::{Answer, Call},
            posts, time,
        },
    },
    publish::{Commit, Outcome},
};

pub async fn create(mut call: Call) -> Result<Answer, HttpError> {
    let mut save = fields(&call)?;
    save.content.get_or_insert_default();
    if save.user.is_none() && names_someone(&save) {
        // In another's name: not from the caller's account, where they may do that.
        save.user = Some(UserId(0));
    }
    save.author_ip.get_or_insert_with(|| call.identity.ip.clone());
    save.agent.get_or_insert_with(|| call.agent.clone());
    save.status = status(&call, None)?;
    let commit = call.commit(Edit::SaveComment(Box::new(save))).await?;
    let Outcome::Comment { id, .. } = commit.outcome else {
        return Err(HttpError::internal(&format_args!("saving a comment gave {:?}", commit.outcome)));
    };
    if permit::moderates(&call) {
        posts::edit_context(&mut call);
    }
    let location = call.href(&format!("comments/{id}"));
    Ok(show(&call, id, &commit)?.created(location))
}

fn names_someone(save: &SaveComment) -> bool {
    let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    given(&save.author_name) || given(&save.author_email) || given(&save.author_url)
}

pub async fn update(mut call: Call) -> Result<Answer, HttpError> {
    let comment = find(&call)?;
    let mut save = fields(&call)?;
    save.id = Some(comment.id);
    save.status = status(&call, Some(&comment))?;
    let commit = call.commit(Edit::SaveComment(Box::new(save))).await?;
    posts::edit_context(&mut call);
    show(&call, comment.id, &commit)
}

pub async fn delete(mut call: Call) -> Result<Answer, HttpError> {
    let comment = find(&call)?;
    let force = call.flag("force") == Some(true);
    posts::edit_context(&mut call);
    if force {
        let previous = view(&call, &comment);
        let commit = call.commit(Edit::DeleteComment { id: comment.id }).await?;
        return Ok(Answer::deleted(previous).acknowledging(&commit));
    }
    if comment.status == CommentStatus::Trash {
        let message = "The comment has already been trashed.";
        return Err(HttpError::new(StatusCode::GONE, "rest_already_trashed", message));
    }
    let trash = SaveComment { id: Some(comment.id), status: Some(CommentStatus::Trash), ..SaveComment::default() };
    let commit = call.commit(Edit::SaveComment(Box::new(trash))).await?;
    show(&call, comment.id, &commit)
}

fn show(call: &Call, id: CommentId, commit: &Commit) -> Result<Answer, HttpError> {
    // Gone again before it could be shown: someone else was quicker.
    let comment = call.site().comment(id).ok_or_else(super::invalid_id)?;
    Ok(Answer::ok(view(call, &comment)).acknowledging(commit))
}

/// The fields sent, the status aside.
fn fields(call: &Call) -> Result<SaveComment, HttpError> {
    let text = |name: &str| call.text(name).map(str::to_owned);
    let id = |name: &str| call.integer(name).map(|id| u64::try_from(id).unwrap_or(0));
    let user = id("author").map(UserId);
    if user.is_some_and(|user| call.site().user(user).is_none()) {
        return Err(HttpError::bad_request("rest_comment_author_invalid", "Invalid comment author ID."));
    }
    let content = call.args.get("content");
    let content = content.and_then(|value| value.as_str().or_else(|| value.get("raw").and_then(Value::as_str)));
    Ok(SaveComment {
        post: id("post").map(PostId),
        parent: id("parent").map(|id| (id != 0).then_some(CommentId(id))),
        user,
        author_name: text("author_name"),
        author_email: text("author_email"),
        author_url: text("author_url"),
        author_ip: text("author_ip"),
        agent: text("author_user_agent"),
        date: time::change(call.args.get("date"), call.args.get("date_gmt")),
        content: content.map(str::to_owned),
        ..SaveComment::default()
    })
}

/// The status asked for. `unspam` and `untrash` lead back to what the comment was.
fn status(call: &Call, comment: Option<&Comment>) -> Result<Option<CommentStatus>, HttpError> {
    let former = || {
        let noted = comment?.meta.iter().find(|entry| entry.key == Comment::FORMER_STATUS_KEY)?;
        Some(CommentStatus::from_stored(&noted.value))
    };
    Ok(Some(match call.text("status") {
        None => return Ok(None),
        Some("approve" | "approved" | "1") => CommentStatus::Approved,
        Some("hold" | "0") => CommentStatus::Hold,
        Some("spam") => CommentStatus::Spam,
        Some("trash") => CommentStatus::Trash,
        Some("unspam" | "untrash") if comment.is_some() => former().unwrap_or(CommentStatus::Hold),
        Some(_) => return Err(HttpError::bad_request("rest_comment_failed_edit", "Updating comment status failed.")),
    }))
}
