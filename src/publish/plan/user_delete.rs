//! `DeleteUser`: what they wrote goes to somebody else, or to the trash.

use std::collections::HashSet;

use super::{
    Changes, Context, Planned, ROWS_PER_COMMIT_MAX,
    permit::{forbidden, invalid, not_found},
    post_life, user,
};
use crate::{
    content::{Capability, PostStatus, UserId},
    publish::{Outcome, PublishError},
    store::Table,
};

pub(super) fn plan(context: &Context<'_>, id: UserId, reassign: Option<UserId>) -> Result<Planned, PublishError> {
    let site = context.site;
    if site.user(id).is_none() {
        return Err(not_found("rest_user_invalid_id", "there is no user with this id"));
    }
    context.require(Capability::DeleteUsers, "rest_user_cannot_delete", "you may not delete users")?;
    if reassign.is_some_and(|to| to == id || site.user(to).is_none()) {
        return Err(invalid("rest_user_invalid_reassign", "reassign", "posts cannot be given to that user"));
    }
    if context.powers.user() == Some(id) {
        return Err(forbidden("rest_user_cannot_delete", "you cannot delete yourself"));
    }
    user::keep_an_administrator(context, id)?;

    let mut changes = Changes::new(site);
    let mut taken = HashSet::new();
    // who gets what nobody is named for: trashed posts must have an author too
    let heir = reassign.or_else(|| site.users().iter().map(|user| user.id).find(|heir| *heir != id));
    let heir = heir.ok_or_else(|| forbidden("rest_user_cannot_delete", "the last user must remain"))?;
    for post in site.posts_by_author(id, ROWS_PER_COMMIT_MAX) {
        let Some(mut post) = site.post(post) else { continue };
        post.author = heir;
        if reassign.is_none() && post.status != PostStatus::Trash {
            post_life::to_trash(context, &mut post, &mut taken);
        }
        changes.put_post(&post);
        if changes.is_full() {
            return Ok(changes.part());
        }
    }
    for password in site.app_passwords(id) {
        changes.delete_app_password(id, &password.uuid);
    }
    changes.delete(Table::Users, id.0.into());
    Ok(changes.finish(Outcome::User { id, created: false }))
}
