//! `SaveComment` and `DeleteComment`.

use jiff::SignedDuration;

use super::{
    Changes, Context, Planned, comment_rules,
    permit::{forbidden, invalid, not_found},
    post_fields::set_meta,
    user::web_address,
};
use crate::{
    content::{
        Comment, CommentId, CommentStatus, Post,
        edit::{IdKind, SaveComment},
        names::{is_email, sanitize_text_field, strip_controls},
    },
    publish::{Outcome, PublishError},
    store::Table,
};

/// Longest parts of a comment, as WordPress's columns have them.
const CONTENT_BYTES_MAX: usize = 65_525;
const AUTHOR_BYTES_MAX: usize = 245;
const EMAIL_BYTES_MAX: usize = 100;
const AGENT_CHARS_MAX: usize = 254;
const IP_BYTES_MAX: usize = 100;
const KIND_BYTES_MAX: usize = 20;
/// A comment folded in later than this waits for a moderator, whatever the rules say: the log may have forgotten that it
/// was there once, and was deleted.
const OLD: SignedDuration = SignedDuration::from_hours(20);
/// What other sites leave, without anybody having written it here.
const PINGS: [&str; 2] = ["pingback", "trackback"];

pub(super) fn save(context: &Context<'_>, save: &SaveComment) -> Result<Planned, PublishError> {
    match save.id {
        None => create(context, save),
        Some(id) => update(context, save, id),
    }
}

fn create(context: &Context<'_>, save: &SaveComment) -> Result<Planned, PublishError> {
    let post = save.post.and_then(|id| context.site.post(id));
    let missing = || forbidden(comment_rules::NO_POST, "there is no such post to comment on");
    let post = post.ok_or_else(missing)?;
    let moderates = context.powers.can_edit_comment(Some(&post));
    let is_ping = save.kind.as_deref().is_some_and(|kind| PINGS.contains(&kind));
    let rules = Rules::of(save);
    let mut waits = rules.ask(comment_rules::may_comment(context, &post, moderates, is_ping))?;

    let account = comment_rules::account(context, save, moderates)?;
    let now = (context.time.now_local(), context.time.now_gmt());
    let (date, date_gmt) = save.date.filter(|_| moderates).and_then(|change| context.time.pair(change)).unwrap_or(now);
    let mut comment = Comment {
        id: CommentId(0),
        post: post.id,
        parent: None,
        user: account.as_ref().map(|user| user.id),
        author_name: account.as_ref().map(|user| user.display_name.clone()).unwrap_or_default(),
        author_email: account.as_ref().map(|user| user.email.clone()).unwrap_or_default(),
        author_url: account.as_ref().map(|user| user.url.clone()).unwrap_or_default(),
        author_ip: String::new(),
        agent: String::new(),
        date,
        date_gmt,
        content: String::new(),
        status: CommentStatus::Hold,
        kind: "comment".to_owned(),
        karma: 0,
        meta: Vec::new(),
    };
    set(save, &mut comment)?;
    if let crate::content::Actor::Anonymous { ip } = &context.prepared.actor {
        // what the connection says, not what the form says
        comment.author_ip = ip.chars().take(IP_BYTES_MAX).collect();
    }
    if let Some(known) = save.folded_at().and_then(|_| comment_rules::arrived(context, &comment)) {
        return Ok(Changes::new(context.site).finish(Outcome::Comment { id: known, created: true }));
    }
    waits |= rules.ask(comment_rules::complete(context, &comment, is_ping))?;
    comment.parent = match comment_rules::parent(context, save, &post) {
        // what it replied to was deleted meanwhile
        Err(_) if save.folded_at().is_some() => None,
        parent => parent?,
    };
    if is_ping {
        comment_rules::not_the_same_ping(context, &comment)?;
    } else {
        waits |= rules.ask(comment_rules::not_again(context, &comment, moderates))?;
    }
    comment.status = match &save.status {
        Some(status) if moderates => status.clone(),
        _ => comment_rules::first_status(context, &comment, &post, moderates),
    };
    waits |= save.folded_at().is_some_and(|now| now.duration_since(context.prepared.now) > OLD);
    if waits && comment.status == CommentStatus::Approved {
        comment.status = CommentStatus::Hold;
    }
    let mut changes = Changes::new(context.site);
    comment.id = CommentId(changes.take_id(IdKind::Comment));
    changes.put_comment(&comment);
    Ok(changes.finish(Outcome::Comment { id: comment.id, created: true }))
}

/// What a broken rule means: a new comment is refused; one whose writer was told that it is kept waits for a moderator.
struct Rules {
    is_kept: bool,
}

impl Rules {
    fn of(save: &SaveComment) -> Self {
        Self { is_kept: save.folded_at().is_some() }
    }

    /// Whether the comment must wait for a moderator.
    fn ask(&self, verdict: Result<(), PublishError>) -> Result<bool, PublishError> {
        match verdict {
            Ok(()) => Ok(false),
            Err(_) if self.is_kept => Ok(true),
            Err(error) => Err(error),
        }
    }
}

fn update(context: &Context<'_>, save: &SaveComment, id: CommentId) -> Result<Planned, PublishError> {
    let (mut comment, post) = editable(context, id, "rest_cannot_edit", "you may not edit this comment")?;
    set(save, &mut comment)?;
    if let Some(user) = save.user {
        comment.user = Some(user).filter(|user| context.site.user(*user).is_some());
    }
    if let Some((date, date_gmt)) = save.date.and_then(|change| context.time.pair(change)) {
        comment.date = date;
        comment.date_gmt = date_gmt;
    }
    if let Some(post) = save.post {
        if context.site.post(post).is_none() {
            return Err(forbidden(comment_rules::NO_POST, "there is no such post to comment on"));
        }
        comment.post = post;
    }
    if let (Some(Some(parent)), Some(post)) = (save.parent, &post) {
        comment_rules::not_below_itself(context, id, parent)?;
        comment.parent = comment_rules::parent(context, save, post)?;
    } else if save.parent == Some(None) {
        comment.parent = None;
    }
    if let Some(status) = &save.status {
        set_status(context, &mut comment, status)?;
    }
    if comment.content.trim().is_empty() {
        return Err(invalid("rest_comment_content_invalid", "content", "a comment needs a text"));
    }
    let mut changes = Changes::new(context.site);
    changes.put_comment(&comment);
    Ok(changes.finish(Outcome::Comment { id, created: false }))
}

/// Replies move up to what the comment replied to.
pub(super) fn delete(context: &Context<'_>, id: CommentId) -> Result<Planned, PublishError> {
    let (comment, _) = editable(context, id, "rest_cannot_delete", "you may not delete this comment")?;
    let mut changes = Changes::new(context.site);
    for reply in context.site.comments(comment.post).into_iter().filter_map(|reply| context.site.comment(reply)) {
        if reply.parent == Some(id) {
            changes.put_comment(&Comment { parent: comment.parent, ..reply });
        }
        if changes.is_full() {
            return Ok(changes.part());
        }
    }
    changes.delete(Table::Comments, id.0.into());
    Ok(changes.finish(Outcome::Comment { id, created: false }))
}

fn editable(
    context: &Context<'_>,
    id: CommentId,
    code: &'static str,
    message: &'static str,
) -> Result<(Comment, Option<Post>), PublishError> {
    let missing = || not_found("rest_comment_invalid_id", "there is no comment with this id");
    let comment = context.site.comment(id).ok_or_else(missing)?;
    let post = context.site.post(comment.post);
    if context.powers.can_edit_comment(post.as_ref()) { Ok((comment, post)) } else { Err(forbidden(code, message)) }
}

/// What goes to spam or the trash notes what it was and since when it is there, as in WordPress.
fn set_status(context: &Context<'_>, comment: &mut Comment, status: &CommentStatus) -> Result<(), PublishError> {
    if comment.status == *status {
        return Ok(());
    }
    let noted = |value: String| if status.is_aside() { vec![value] } else { Vec::new() };
    let former = noted(comment.status.stored().to_owned());
    let since = noted(context.prepared.now.as_second().to_string());
    set_meta(&mut comment.meta, Comment::FORMER_STATUS_KEY, &former)?;
    set_meta(&mut comment.meta, Comment::SET_ASIDE_KEY, &since)?;
    comment.status = status.clone();
    Ok(())
}

fn set(save: &SaveComment, comment: &mut Comment) -> Result<(), PublishError> {
    if let Some(content) = &save.content {
        comment.content = strip_controls(content).trim().to_owned();
        if comment.content.len() > CONTENT_BYTES_MAX {
            let message = format!("a comment has at most {CONTENT_BYTES_MAX} bytes");
            return Err(invalid("comment_content_column_length", "content", message));
        }
    }
    if let Some(name) = &save.author_name {
        comment.author_name = sanitize_text_field(&strip_controls(name));
        if comment.author_name.len() > AUTHOR_BYTES_MAX {
            let message = format!("a name has at most {AUTHOR_BYTES_MAX} bytes");
            return Err(invalid("comment_author_column_length", "author_name", message));
        }
    }
    if let Some(email) = &save.author_email {
        comment.author_email = email.trim().to_owned();
        let valid = comment.author_email.is_empty() || is_email(&comment.author_email);
        if !valid || comment.author_email.len() > EMAIL_BYTES_MAX {
            return Err(invalid("rest_invalid_param", "author_email", "this is not an e-mail address"));
        }
    }
    if let Some(url) = &save.author_url {
        // readers mistype their address more often than they mean harm: what is none is dropped
        comment.author_url = web_address(url).unwrap_or_default();
    }
    if let Some(ip) = &save.author_ip {
        comment.author_ip = strip_controls(ip).chars().take(IP_BYTES_MAX).collect();
    }
    if let Some(agent) = &save.agent {
        comment.agent = strip_controls(agent).chars().take(AGENT_CHARS_MAX).collect();
    }
    if let Some(kind) = &save.kind {
        if kind.is_empty() || kind.len() > KIND_BYTES_MAX || *kind != crate::content::names::sanitize_key(kind) {
            return Err(invalid("rest_invalid_comment_type", "type", format!("{kind:?} is no comment type")));
        }
        comment.kind.clone_from(kind);
    }
    for (key, values) in &save.meta {
        set_meta(&mut comment.meta, key, values)?;
    }
    Ok(())
}
