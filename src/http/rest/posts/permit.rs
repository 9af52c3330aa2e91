//! Who may do what with a post, as WordPress's meta capabilities decide it.
//!
//! The write flow decides again, against the state the edit lands on; here the caller learns it in WordPress's words.

use serde_json::Value;

use super::kind::{Controller, PostKind};
use crate::{
    content::{Capability, Post, PostId, PostStatus},
    http::{
        error::HttpError,
        rest::{action::Verb, call::Call, schema::Context},
    },
};

pub fn permit(verb: Verb, kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    match verb {
        Verb::List => {
            if call.context == Context::Edit && !call.can(kind.capabilities.edit) {
                let message = "Sorry, you are not allowed to edit posts in this post type.";
                return Err(call.refuse("rest_forbidden_context", message));
            }
            Ok(())
        }
        Verb::Get => get(kind, call),
        Verb::Create => create(kind, call),
        Verb::Update => {
            let post = find(kind, call)?;
            if !may_edit(call, kind, &post) {
                return Err(call.refuse("rest_cannot_edit", "Sorry, you are not allowed to edit this post."));
            }
            fields(kind, call, post.author.0, "Sorry, you are not allowed to update posts as this user.")
        }
        Verb::Delete => {
            let post = find(kind, call)?;
            if !may_delete(call, kind, &post) {
                return Err(call.refuse("rest_cannot_delete", "Sorry, you are not allowed to delete this post."));
            }
            Ok(())
        }
    }
}

/// The post the path names, of this type.
///
/// # Errors
/// 404 `rest_post_invalid_id`.
pub fn find(kind: &PostKind, call: &Call) -> Result<Post, HttpError> {
    let id = call.url.get("id").or_else(|| call.url.get("parent")).and_then(Value::as_str);
    let id = PostId(id.and_then(|id| id.parse().ok()).unwrap_or(0));
    let post = call.site().post(id).filter(|post| post.post_type == kind.post_type);
    post.ok_or_else(|| HttpError::not_found("rest_post_invalid_id", "Invalid post ID."))
}

fn get(kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    let post = find(kind, call)?;
    if call.context == Context::Edit && !may_edit(call, kind, &post) {
        return Err(call.refuse("rest_forbidden_context", "Sorry, you are not allowed to edit this post."));
    }
    if let Some(given) = call.text("password")
        && !password_fits(&post, given)
    {
        let status = actix_web::http::StatusCode::FORBIDDEN;
        return Err(HttpError::new(status, "rest_post_incorrect_password", "Incorrect post password."));
    }
    if !may_read(call, kind, &post) {
        return Err(call.refuse("rest_forbidden", "Sorry, you are not allowed to do that."));
    }
    Ok(())
}

fn create(kind: &PostKind, call: &Call) -> Result<(), HttpError> {
    let message = "Sorry, you are not allowed to create posts as this user.";
    let caller = call.identity.user_id().map_or(0, |id| id.0);
    fields(kind, call, caller, message)?;
    if call.can(kind.capabilities.create) { Ok(()) } else { Err(call.refuse("rest_cannot_create", message)) }
}

/// Fields that need more than the post itself.
fn fields(kind: &PostKind, call: &Call, author: u64, not_as: &'static str) -> Result<(), HttpError> {
    let wants_author = call.integer("author").and_then(|id| u64::try_from(id).ok());
    if wants_author.is_some_and(|wanted| wanted != author) && !call.can(kind.capabilities.edit_others) {
        return Err(call.refuse("rest_cannot_edit_others", not_as));
    }
    let may_stick = call.can(kind.capabilities.edit_others) && call.can(kind.capabilities.publish);
    if call.flag("sticky") == Some(true) && !may_stick {
        return Err(call.refuse("rest_cannot_assign_sticky", "Sorry, you are not allowed to make posts sticky."));
    }
    Ok(())
}

/// True if `given` opens the post; a post without a password needs none.
pub fn password_fits(post: &Post, given: &str) -> bool {
    use subtle::ConstantTimeEq;
    let needed = post.password.as_deref().unwrap_or_default();
    needed.is_empty() || bool::from(needed.as_bytes().ct_eq(given.as_bytes()))
}

/// Whether anything of the type may be shown to the caller.
pub fn may_read_any(call: &Call, kind: &PostKind) -> bool {
    kind.controller == Controller::Posts || call.can(kind.capabilities.edit)
}

/// `read_post`
pub fn may_read(call: &Call, kind: &PostKind, post: &Post) -> bool {
    if !may_read_any(call, kind) {
        return false;
    }
    if call.site().is_public(post, call.now) {
        return true;
    }
    if !call.signed_in() {
        return false;
    }
    if is_author(call, post) {
        return call.can(Capability::Read);
    }
    if post.status == PostStatus::Private {
        return call.can(kind.capabilities.read_private);
    }
    may_edit(call, kind, post)
}

fn is_author(call: &Call, post: &Post) -> bool {
    call.identity.user_id() == Some(post.author)
}

/// The status that counts: for what is in the trash, the one from before.
fn living_status(post: &Post) -> &PostStatus {
    match (&post.status, &post.trashed_from) {
        (PostStatus::Trash, Some((status, _))) => status,
        (status, _) => status,
    }
}

/// `edit_post`
pub fn may_edit(call: &Call, kind: &PostKind, post: &Post) -> bool {
    let needed = &kind.capabilities;
    allowed(call, post, needed.edit, needed.edit_others, needed.edit_published, needed.edit_private)
}

/// `delete_post`
pub fn may_delete(call: &Call, kind: &PostKind, post: &Post) -> bool {
    let needed = &kind.capabilities;
    allowed(call, post, needed.delete, needed.delete_others, needed.delete_published, needed.delete_private)
}

fn allowed(
    call: &Call,
    post: &Post,
    own: Capability,
    others: Capability,
    published: Capability,
    private: Capability,
) -> bool {
    let status = living_status(post);
    let is_published = matches!(status, PostStatus::Publish | PostStatus::Future);
    if is_author(call, post) {
        return call.can(if is_published { published } else { own });
    }
    call.can(others) && (!is_published || call.can(published)) && (*status != PostStatus::Private || call.can(private))
}
