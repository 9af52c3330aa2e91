//! Readers' comments: committed at once, or kept outside the log while it is overloaded and folded in later.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream};
use ulid::Ulid;

use super::{
    Commit, PublishError, accepts,
    commit::{self, Attempt, Manner, Match},
    insist,
    plan::{self, Planned, comment_rules},
    prepare,
};
use crate::{
    app::{App, overflow},
    cache::LoadError,
    content::{Actor, Arrival, Capability, Comment, Edit, HeldComment, Powers, edit::SaveComment},
    store::{Effect, ObjectError, Table, codec, log::Condition},
};

/// A comment that is not committed within this time is kept for later.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Comments folded in together.
const WAVE: usize = 64;

/// What became of a reader's comment.
#[derive(Clone, Debug, PartialEq)]
pub enum Posted {
    Committed(Commit),
    /// It is durable and will be in the log, once that keeps up; until then it has no number.
    Held(Box<HeldComment>),
}

/// Commits a new comment; one that the log does not take in time, though the store is well, is kept for later.
///
/// # Errors
/// As [`super::apply`]. Nobody was told anything of a comment that comes to an error.
pub async fn comment(app: &App, actor: &Actor, save: SaveComment) -> Result<Posted, PublishError> {
    accepts(app).await?;
    let arrival = Arrival::new(app.ids.ulid(&app.clock));
    let edit = Arc::new(Edit::SaveComment(Box::new(SaveComment { arrival: Some(arrival), ..save })));
    let key = key_of(arrival.id);
    let prepared = prepare::prepare(app, actor, &edit).await?;
    let manner = Manner { idempotency_key: Some(&key), matching: Match::Exact, patience: Some(PATIENCE) };
    let sent = match commit::attempt(app, prepared.clone(), manner).await? {
        Attempt::Done { commit, .. } => return Ok(Posted::Committed(commit)),
        Attempt::Late { sent } => Some(sent),
        Attempt::Stale => None,
    };
    // What this server would refuse waits on: only the log may refuse, against a confirmed state.
    let planned = sent.and_then(|_| plan::plan(&app.log.current().state, &prepared).ok());
    if let (Some(sent), Some(comment)) = (sent, planned.as_ref().and_then(row)) {
        let held = Box::new(HeldComment::of(arrival.id, comment));
        return hold(app, actor, &held, sent).await.map(|()| Posted::Held(held));
    }
    match insist(app, actor, &edit, Some(&key)).await {
        Ok(commit) => Ok(Posted::Committed(commit)),
        Err(PublishError::Busy(_)) if sent == Some(true) => Err(PublishError::Unknown),
        Err(error) => Err(error),
    }
}

/// The comment a plan makes.
fn row(planned: &Planned) -> Option<Comment> {
    planned.effects.iter().find_map(|effect| match effect {
        Effect::Put { table: Table::Comments, row, .. } => codec::comment::decode(row).ok(),
        _ => None,
    })
}

/// `sent`: the log may have it already.
async fn hold(app: &App, actor: &Actor, held: &HeldComment, sent: bool) -> Result<(), PublishError> {
    if let Some(reason) = ailing(app) {
        return Err(if sent { PublishError::Unknown } else { PublishError::Busy(reason) });
    }
    let within = Duration::from_secs(comment_rules::FLOOD_SECONDS.unsigned_abs());
    if !sent && app.overflow.is_flood(held, within) && !moderates(app, actor) {
        return Err(comment_rules::flood());
    }
    match overflow::hold(app, held).await {
        // What is durable may have to wait for ever if the log was found damaged meanwhile.
        Ok(()) if ailing(app).is_some() => Err(PublishError::Unknown),
        Ok(()) => Ok(()),
        Err(overflow::HoldError::Unknown(reason)) => {
            tracing::warn!(%reason, "a comment may not have been kept");
            Err(PublishError::Unknown)
        }
        Err(_) if sent => Err(PublishError::Unknown),
        Err(error) => Err(PublishError::Busy(error.to_string())),
    }
}

fn ailing(app: &App) -> Option<String> {
    match app.log.health() {
        Condition::Healthy => None,
        Condition::BrowseOnly { reason } | Condition::Corrupt { reason } => Some(reason),
    }
}

fn moderates(app: &App, actor: &Actor) -> bool {
    let user = actor.user().and_then(|id| app.log.current().state.user(id));
    Powers::of(actor, user.as_ref()).can(Capability::ModerateComments)
}

/// No client's key looks like this one.
fn key_of(id: u128) -> String {
    format!("comment {}", Ulid(id))
}

/// Commits some of the comments that wait for this server, oldest first, and removes what waited. Several servers may do
/// it at once, and it may be broken off anywhere: each comment gets into the log once.
///
/// Gives how many still wait for this server.
///
/// # Errors
/// When the store does not answer, or is not trusted to keep what is written.
pub async fn fold(app: &App) -> Result<usize, PublishError> {
    if let Some(reason) = ailing(app) {
        return Err(PublishError::Busy(reason));
    }
    let busy = |error: ObjectError| PublishError::Busy(error.to_string());
    let waiting = overflow::waiting(app).await.map_err(busy)?;
    let wave = waiting.iter().take(WAVE).copied();
    let settled: Vec<_> = stream::iter(wave.map(|id| settle(app, id))).buffered(WAVE).collect().await;
    let mut done = Vec::new();
    let (mut broken, mut failure) = (0, None);
    for (id, result) in waiting.iter().zip(settled) {
        match result {
            Ok(true) => done.push(*id),
            Ok(false) => broken += 1,
            Err(error) => failure = Some(error),
        }
    }
    overflow::remove(app, &done).await.map_err(busy)?;
    failure.map_or(Ok(waiting.len() - done.len() - broken), Err)
}

/// Whether the object has nothing more to say: its comment is in the log, or can have no place there.
async fn settle(app: &App, id: u128) -> Result<bool, PublishError> {
    let broken = |reason: String| {
        tracing::error!(id = %Ulid(id), reason, "a comment held for later cannot be folded in");
        app.overflow.note_broken(id);
        Ok(false)
    };
    let held = match overflow::read(app, id).await {
        Ok(Some(held)) => held,
        Ok(None) => return Ok(true),
        Err(LoadError::Corrupt { reason, .. }) => return broken(reason),
        Err(LoadError::Unavailable(reason)) => return Err(PublishError::Busy(reason)),
    };
    let account = held.user.filter(|user| app.log.current().state.user(*user).is_some());
    let actor = match account {
        Some(user) => Actor::User(user),
        None => Actor::Anonymous { ip: held.author_ip.clone() },
    };
    let edit = Arc::new(Edit::SaveComment(Box::new(held.folding(app.clock.now()))));
    match insist(app, &actor, &edit, Some(&key_of(id))).await {
        Ok(_) => app.overflow.note_folded(),
        Err(PublishError::Forbidden { code: comment_rules::NO_POST, .. }) => {
            // it would have gone with the post, had it been in time
            tracing::warn!(id = %Ulid(id), post = %held.post, "a comment held for later is dropped: its post was deleted");
            app.overflow.note_dropped();
        }
        Err(error @ (PublishError::Busy(_) | PublishError::Unknown)) => return Err(error),
        Err(error) => return broken(error.to_string()),
    }
    Ok(true)
}
