//! Who may comment, what waits for a moderator, what is too much.

use super::{
    Context,
    permit::{forbidden, invalid},
};
use crate::{
    content::{
        Actor, Capability, Comment, CommentId, CommentStatus, Post, PostStatus, User, UserId, edit::SaveComment,
    },
    publish::PublishError,
};

/// One reader writes at most one comment in this time.
pub(in crate::publish) const FLOOD_SECONDS: i64 = 15;
/// The code of a refusal for want of a post.
pub(in crate::publish) const NO_POST: &str = "rest_comment_invalid_post_id";
/// Newest comments of the site looked at for floods, and of the post for doubles.
const RECENT_MAX: usize = 200;
/// Levels of replies where threads are switched off: none.
const DEPTH_LIMIT: usize = 10;

pub(super) fn may_comment(
    context: &Context<'_>,
    post: &Post,
    moderates: bool,
    is_ping: bool,
) -> Result<(), PublishError> {
    match post.status {
        PostStatus::Trash => return Err(forbidden("rest_comment_trash_post", "the post is in the trash")),
        PostStatus::Draft | PostStatus::Pending | PostStatus::AutoDraft => {
            return Err(forbidden("rest_comment_draft_post", "the post is not published"));
        }
        _ => {}
    }
    if moderates {
        return Ok(());
    }
    let public = context.site.is_public(post, context.prepared.now);
    if !context.powers.can_read(post, public) || post.password.is_some() {
        return Err(forbidden("rest_cannot_read_post", "you may not read this post"));
    }
    if is_ping {
        let closed = || forbidden("pings_closed", "this post takes no pings");
        return if post.pings_open { Ok(()) } else { Err(closed()) };
    }
    if !post.comments_open {
        return Err(forbidden("rest_comment_closed", "comments are closed here"));
    }
    if context.site.settings().comment_registration && context.powers.user().is_none() {
        return Err(forbidden("rest_comment_login_required", "only signed-in users may comment"));
    }
    Ok(())
}

/// The account a comment is written from: one's own; moderators may name another, or none.
pub(super) fn account(
    context: &Context<'_>,
    save: &SaveComment,
    moderates: bool,
) -> Result<Option<User>, PublishError> {
    if save.user == Some(UserId(0)) && moderates {
        return Ok(None);
    }
    let own = context.powers.user();
    let named = save.user.filter(|user| user.0 != 0);
    if named.is_some() && named != own && !(moderates && context.powers.can(Capability::ModerateComments)) {
        return Err(forbidden("rest_comment_invalid_author", "you may not write comments in another user's name"));
    }
    let found = |id: UserId| context.site.user(id);
    match named.or(own) {
        None => Ok(None),
        Some(id) => {
            let missing = || invalid("rest_comment_author_invalid", "author", format!("there is no user {id}"));
            found(id).map(Some).ok_or_else(missing)
        }
    }
}

pub(super) fn complete(context: &Context<'_>, comment: &Comment, is_ping: bool) -> Result<(), PublishError> {
    if comment.content.trim().is_empty() {
        return Err(invalid("rest_comment_content_invalid", "content", "a comment needs a text"));
    }
    let unknown = comment.user.is_none() && !is_ping && !matches!(context.prepared.actor, Actor::System(_));
    let needs_author = unknown && context.site.settings().comments_need_name_email;
    if needs_author && (comment.author_name.is_empty() || comment.author_email.is_empty()) {
        let message = "a comment needs a name and an e-mail address";
        return Err(invalid("rest_comment_author_data_required", "author_email", message));
    }
    Ok(())
}

/// The comment replied to: one of the same post. Below the deepest level allowed replies join that level.
pub(super) fn parent(
    context: &Context<'_>,
    save: &SaveComment,
    post: &Post,
) -> Result<Option<CommentId>, PublishError> {
    let Some(parent) = save.parent.flatten().filter(|id| id.0 != 0) else { return Ok(None) };
    let found = context.site.comment(parent).filter(|found| found.post == post.id);
    if found.is_none() {
        return Err(invalid("rest_comment_invalid_parent", "parent", format!("comment {parent} is not on this post")));
    }
    let settings = context.site.settings();
    if !settings.thread_comments {
        return Ok(None);
    }
    let depth_max = usize::from(settings.thread_comments_depth).clamp(1, DEPTH_LIMIT);
    // from the parent up to the top
    let mut chain = vec![parent];
    let mut above = found.and_then(|found| found.parent);
    while let Some(id) = above.filter(|id| !chain.contains(id)) {
        chain.push(id);
        above = context.site.comment(id).and_then(|comment| comment.parent);
    }
    let excess = (chain.len() + 1).saturating_sub(depth_max);
    Ok(chain.get(excess).copied())
}

pub(super) fn not_below_itself(context: &Context<'_>, id: CommentId, parent: CommentId) -> Result<(), PublishError> {
    let mut above = Some(parent);
    let mut seen = Vec::new();
    while let Some(current) = above.filter(|current| !seen.contains(current)) {
        if current == id {
            return Err(invalid("rest_comment_invalid_parent", "parent", "a comment cannot reply to itself"));
        }
        seen.push(current);
        above = context.site.comment(current).and_then(|comment| comment.parent);
    }
    Ok(())
}

/// One page pings a post once, whatever became of it.
pub(super) fn not_the_same_ping(context: &Context<'_>, ping: &Comment) -> Result<(), PublishError> {
    let on_post = context.site.comments(ping.post).into_iter().filter_map(|id| context.site.comment(id));
    match on_post.filter(|other| other.kind == ping.kind).find(|other| other.author_url == ping.author_url) {
        None => Ok(()),
        Some(known) => Err(PublishError::Exists {
            code: "comment_duplicate",
            message: "this page has pinged this post already".to_owned(),
            existing: Some(known.id.0),
        }),
    }
}

/// The comment that is this one, committed when it arrived though its writer was not told: equal in all that was given, at
/// the same second. What others wrote at that second differs.
pub(super) fn arrived(context: &Context<'_>, comment: &Comment) -> Option<CommentId> {
    let is_it = |other: &Comment| {
        let of = |comment: &Comment| (comment.date_gmt, comment.kind.clone(), comment.content.clone());
        let by = |comment: &Comment| (comment.author_name.clone(), comment.author_email.clone());
        let from = |comment: &Comment| (comment.author_ip.clone(), comment.agent.clone());
        of(other) == of(comment) && by(other) == by(comment) && from(other) == from(comment)
    };
    let on_post = context.site.comments(comment.post).into_iter().rev().filter_map(|id| context.site.comment(id));
    on_post.take_while(|other| other.date >= comment.date).find(is_it).map(|known| known.id)
}

/// Neither the same text twice nor one reader's comments in rapid succession.
pub(super) fn not_again(context: &Context<'_>, comment: &Comment, moderates: bool) -> Result<(), PublishError> {
    let site = context.site;
    let same_author = |other: &Comment| match comment.user {
        Some(user) => other.user == Some(user),
        None => {
            other.author_name == comment.author_name
                || (!comment.author_email.is_empty() && other.author_email == comment.author_email)
        }
    };
    let on_post = site.comments(comment.post);
    let newest_here = on_post.iter().rev().take(RECENT_MAX).filter_map(|id| site.comment(*id));
    let is_double = newest_here
        .filter(|other| other.status != CommentStatus::Trash && other.parent == comment.parent)
        .any(|other| other.content == comment.content && same_author(&other));
    if is_double {
        return Err(PublishError::Exists {
            code: "comment_duplicate",
            message: "you have said that already".to_owned(),
            existing: None,
        });
    }
    if moderates {
        return Ok(());
    }
    let from_here =
        |other: &Comment| same_author(other) || (!comment.author_ip.is_empty() && other.author_ip == comment.author_ip);
    let now = context.time.now_gmt();
    let is_recent =
        |other: &Comment| other.date_gmt <= now && context.time.seconds_until(other.date_gmt) > -FLOOD_SECONDS;
    let newest = site.newest_comments(RECENT_MAX).into_iter().filter_map(|id| site.comment(id));
    if newest.take_while(|other| other.date_gmt > now || is_recent(other)).any(|other| from_here(&other)) {
        return Err(flood());
    }
    Ok(())
}

pub(in crate::publish) fn flood() -> PublishError {
    invalid("comment_flood", "content", "you are commenting too quickly: wait a little")
}

/// Approved at once, or held for a moderator, by the site's options.
pub(super) fn first_status(context: &Context<'_>, comment: &Comment, post: &Post, moderates: bool) -> CommentStatus {
    let is_post_author = comment.user.is_some() && comment.user == Some(post.author);
    if moderates || is_post_author {
        return CommentStatus::Approved;
    }
    let text = format!(
        "{}\n{}\n{}\n{}\n{}\n{}",
        comment.author_name,
        comment.author_email,
        comment.author_url,
        comment.content,
        comment.author_ip,
        comment.agent
    )
    .to_lowercase();
    if mentions(context, "disallowed_keys", &text) {
        return CommentStatus::Trash;
    }
    let links = comment.content.to_lowercase().matches("href=").count()
        + comment
            .content
            .to_lowercase()
            .matches("http")
            .count()
            .saturating_sub(comment.content.to_lowercase().matches("href=").count());
    let links_max = number(context, "comment_max_links", 2);
    let held = context.site.settings().comment_moderation
        || (links_max > 0 && links as u64 >= links_max)
        || mentions(context, "moderation_keys", &text)
        || (number(context, "comment_previously_approved", 1) == 1 && !known(context, comment));
    if held { CommentStatus::Hold } else { CommentStatus::Approved }
}

/// The author has an approved comment already, among the newest of the site.
fn known(context: &Context<'_>, comment: &Comment) -> bool {
    const LOOKED_AT_MAX: usize = 5000;
    let site = context.site;
    let newest = site.newest_comments(LOOKED_AT_MAX).into_iter().filter_map(|id| site.comment(id));
    newest.filter(|other| other.status == CommentStatus::Approved).any(|other| match comment.user {
        Some(user) => other.user == Some(user),
        None => {
            !comment.author_email.is_empty()
                && other.author_email == comment.author_email
                && other.author_name == comment.author_name
        }
    })
}

/// A line of the option occurs in the text.
fn mentions(context: &Context<'_>, option: &str, text: &str) -> bool {
    let value = context.site.option(option);
    let lines = value.as_ref().and_then(|value| value.as_str()).unwrap_or_default();
    lines.lines().map(|line| line.trim().to_lowercase()).any(|line| !line.is_empty() && text.contains(&line))
}

fn number(context: &Context<'_>, option: &str, default: u64) -> u64 {
    let value = context.site.option(option);
    let parsed = value.and_then(|value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()));
    parsed.unwrap_or(default)
}
