//! Autosaves in the store. They are no part of the state: no commit names them, each is overwritten by its user.

use futures_util::future::try_join_all;

use super::App;
use crate::{
    cache::LoadError,
    content::{Autosave, Post, PostId, RevisionEntry, UserId},
    store::{ObjectError, codec, keys, keys::Key},
};

/// Autosaves of one post that are looked at; each is by another user.
const PER_POST_MAX: usize = 100;

/// What `user` has written into `post` and not saved since. It counts until they save the post themselves, whoever else
/// saves it meanwhile.
///
/// # Errors
/// `Corrupt` for an object that is no autosave of this post and user; `Unavailable` when the store does not answer.
pub async fn of_user(app: &App, post: &Post, user: UserId) -> Result<Option<Autosave>, LoadError> {
    let stored = stored(app, post.id, user).await?;
    Ok(stored.filter(|autosave| counts(app, post, autosave)))
}

fn counts(app: &App, post: &Post, autosave: &Autosave) -> bool {
    autosave.base == post.revision || {
        let revisions = app.log.current().state.revisions(post.id);
        let saved_since = |entry: &RevisionEntry| {
            entry.author == autosave.user && entry.revision > autosave.base && entry.saved_at >= autosave.saved_at
        };
        !revisions.iter().any(saved_since)
    }
}

/// All autosaves of `post` that count, newest first. Costs one listing, and one read for each.
///
/// # Errors
/// As [`of_user`].
pub async fn of_post(app: &App, post: &Post) -> Result<Vec<Autosave>, LoadError> {
    let listed = app
        .objects
        .list(&keys::drafts_prefix(post.id), None, PER_POST_MAX)
        .await
        .map_err(|error| unavailable(&error))?;
    let users = listed.entries.iter().filter_map(|entry| keys::draft(&entry.key)).map(|(_, user)| user);
    let found = try_join_all(users.map(|user| of_user(app, post, user))).await?;
    let mut found: Vec<Autosave> = found.into_iter().flatten().collect();
    found.sort_by_key(|autosave| std::cmp::Reverse((autosave.saved_at, autosave.number)));
    Ok(found)
}

/// The object as it is, out of date or not.
///
/// # Errors
/// As [`of_user`].
pub async fn stored(app: &App, post: PostId, user: UserId) -> Result<Option<Autosave>, LoadError> {
    let key = Key::Draft { post, user }.path();
    let object = match app.objects.get(&key, None).await {
        Ok(object) => object,
        Err(ObjectError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(unavailable(&error)),
    };
    let corrupt = |reason: String| LoadError::Corrupt { key: key.clone(), reason };
    let found = codec::autosave::decode(&object.body).map_err(|error| corrupt(error.to_string()))?;
    if (found.post, found.user) != (post, user) {
        return Err(corrupt(format!("holds an autosave of post {} by user {}", found.post, found.user)));
    }
    Ok(Some(found))
}

/// Writes `autosave` over its user's earlier one of that post.
///
/// # Errors
/// Of the store.
pub async fn write(app: &App, autosave: &Autosave) -> Result<(), ObjectError> {
    let key = Key::Draft { post: autosave.post, user: autosave.user };
    app.objects.put(&key.path(), codec::autosave::encode(autosave).into(), &key.attributes()).await
}

/// Removes the autosave of `user`; absent is no error.
///
/// # Errors
/// Of the store.
pub async fn remove(app: &App, post: PostId, user: UserId) -> Result<(), ObjectError> {
    app.objects.delete(&[Key::Draft { post, user }.path()]).await
}

/// Removes all autosaves of a post that is gone. When the store fails they stay, named by nothing.
pub async fn forget(app: &App, post: PostId) {
    let removed = async {
        let listed = app.objects.list(&keys::drafts_prefix(post), None, PER_POST_MAX).await?;
        let found: Vec<String> = listed.entries.into_iter().map(|entry| entry.key).collect();
        if found.is_empty() { Ok(()) } else { app.objects.delete(&found).await }
    };
    if let Err(error) = removed.await {
        tracing::warn!(%post, %error, "autosaves of a deleted post stay");
    }
}

fn unavailable(error: &ObjectError) -> LoadError {
    LoadError::Unavailable(error.to_string())
}
