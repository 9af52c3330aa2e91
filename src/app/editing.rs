//! Who is writing in which post, told to all servers through the store.
//!
//! One small object for each post that is open, overwritten by its editor and removed when that is closed. It is no
//! part of the state and no lock: two who open a post in the same moment may both believe to hold it, until the
//! next time either asks. What keeps one save from overwriting another is the revision it is based on.

use futures_util::future::join_all;
use jiff::Timestamp;

use super::App;
use crate::{
    cache::LoadError,
    content::{Editing, PostId, UserId},
    store::{ObjectError, codec, keys, keys::Key},
};

/// Posts asked about at a time: a page of a list.
pub const ASKED_MAX: usize = 100;
/// Open posts known of at a time; further ones show as free in lists.
const LISTED_MAX: usize = 1000;

/// What became of the wish to write in a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    Own(Editing),
    /// Somebody else is at it.
    By(Editing),
}

/// Who is writing in `post` now.
///
/// # Errors
/// `Unavailable` when the store does not answer.
pub async fn holder(app: &App, post: PostId) -> Result<Option<Editing>, LoadError> {
    let key = Key::Editing(post).path();
    let object = match app.objects.get(&key, None).await {
        Ok(object) => object,
        Err(ObjectError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(unavailable(&error)),
    };
    let found = match codec::editing::decode(&object.body) {
        Ok(found) => found,
        Err(error) => {
            // Advisory and soon written anew: not worth refusing anybody their post.
            tracing::warn!(key, %error, "a note of who is writing cannot be read");
            return Ok(None);
        }
    };
    Ok((found.post == post && !found.is_over(app.clock.now())).then_some(found))
}

/// Says that `user` opens `post`, whoever had it before when `takes_over`.
///
/// # Errors
/// As [`holder`].
pub async fn open(app: &App, post: PostId, user: UserId, takes_over: bool) -> Result<Hold, LoadError> {
    if !takes_over && let Some(other) = holder(app, post).await?.filter(|held| held.user != user) {
        return Ok(Hold::By(other));
    }
    note(app, Editing { post, user, since: now(app), seen_at: now(app) }).await
}

/// Says that `user` still has `post` open. What is free by now becomes theirs again.
///
/// # Errors
/// As [`holder`].
pub async fn keep(app: &App, post: PostId, user: UserId) -> Result<Hold, LoadError> {
    match holder(app, post).await? {
        Some(held) if held.user != user => Ok(Hold::By(held)),
        Some(held) if !held.is_stale_note(now(app)) => Ok(Hold::Own(held)),
        Some(held) => note(app, Editing { seen_at: now(app), ..held }).await,
        None => note(app, Editing { post, user, since: now(app), seen_at: now(app) }).await,
    }
}

/// Says that the editor with this `lock` is closed. Another editor's is left alone, of the same user too.
///
/// # Errors
/// As [`holder`].
pub async fn close(app: &App, post: PostId, lock: &str) -> Result<(), LoadError> {
    if holder(app, post).await?.is_some_and(|held| held.lock() == lock) {
        app.objects.delete(&[Key::Editing(post).path()]).await.map_err(|error| unavailable(&error))?;
    }
    Ok(())
}

/// Which of these posts are being written in, by whom. Costs one listing, and one read for each that is open.
///
/// # Errors
/// As [`holder`].
pub async fn of_posts(app: &App, posts: &[PostId]) -> Result<Vec<Editing>, LoadError> {
    let listed = app.objects.list(keys::EDITING_PREFIX, None, LISTED_MAX).await;
    let listed = listed.map_err(|error| unavailable(&error))?;
    let open = listed.entries.iter().filter_map(|entry| keys::editing(&entry.key));
    let open = open.filter(|post| posts.contains(post)).take(ASKED_MAX);
    let found = join_all(open.map(|post| holder(app, post))).await;
    found.into_iter().filter_map(Result::transpose).collect()
}

/// Removes the notes of editors that fell silent. Run now and then, by any server.
///
/// # Errors
/// As [`holder`].
pub async fn tidy(app: &App) -> Result<usize, LoadError> {
    let listed = app.objects.list(keys::EDITING_PREFIX, None, LISTED_MAX).await;
    let listed = listed.map_err(|error| unavailable(&error))?;
    let mut silent = Vec::new();
    for post in listed.entries.iter().filter_map(|entry| keys::editing(&entry.key)) {
        if holder(app, post).await?.is_none() {
            silent.push(Key::Editing(post).path());
        }
    }
    if !silent.is_empty() {
        app.objects.delete(&silent).await.map_err(|error| unavailable(&error))?;
    }
    Ok(silent.len())
}

async fn note(app: &App, editing: Editing) -> Result<Hold, LoadError> {
    let key = Key::Editing(editing.post);
    let written = app.objects.put(&key.path(), codec::editing::encode(&editing).into(), &key.attributes()).await;
    written.map_err(|error| unavailable(&error))?;
    Ok(Hold::Own(editing))
}

/// Whole seconds: what is written is what is read.
fn now(app: &App) -> Timestamp {
    let now = app.clock.now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

fn unavailable(error: &ObjectError) -> LoadError {
    LoadError::Unavailable(error.to_string())
}
