//! Keeping what somebody has written without saving it.

use super::{PublishError, numbers, plan, prepare};
use crate::{
    app::{App, autosaves},
    content::{Actor, Autosave, PostId, Powers, edit::SavePost},
    store::ObjectError,
};

/// Keeps the texts of `save` beside its post, over the same user's earlier ones. Texts not given are the post's.
///
/// No commit: the post, its revision and its readers' pages stay as they are. The base of `save` is noted, so that what
/// others save meanwhile can be merged with it; without one it is the current revision.
///
/// # Errors
/// `NotFound` and `Forbidden` as for saving the post; `Invalid` with `rest_autosave_no_changes` when the texts are
/// the post's, whose autosave is then gone; `Busy` when the store does not take it.
pub async fn autosave(app: &App, actor: &Actor, id: PostId, mut save: SavePost) -> Result<Autosave, PublishError> {
    super::accepts(app).await?;
    let at = app.log.current();
    let site = &at.state;
    let post = site.post(id).ok_or_else(missing)?;
    let user = actor.user().and_then(|id| site.user(id)).ok_or_else(|| forbidden("you may not edit this post"))?;
    let powers = Powers::of(actor, Some(&user));
    if !powers.can_edit(&post) {
        return Err(forbidden("you may not edit this post"));
    }
    let base = app.revisions.get(post.id, post.revision).await.map_err(prepare::load_error)?;
    if !powers.can(crate::content::Capability::UnfilteredHtml) {
        prepare::filter_post(&mut save, Some(&base));
    }
    let title = save.title.unwrap_or_else(|| base.title.clone());
    let content = save.content.unwrap_or_else(|| base.content.clone());
    let excerpt = save.excerpt.unwrap_or_else(|| base.excerpt.clone());
    if title.len() + content.len() + excerpt.len() > plan::CONTENT_BYTES_MAX {
        let message = format!("at most {} bytes are kept", plan::CONTENT_BYTES_MAX);
        return Err(PublishError::Invalid { code: "rest_invalid_param", message, field: Some("content") });
    }
    if (&title, &content, &excerpt) == (&base.title, &base.content, &base.excerpt) {
        autosaves::remove(app, id, user.id).await.map_err(|error| busy(&error))?;
        let message = "There is nothing to save. The autosave and the post content are the same.".to_owned();
        return Err(PublishError::Invalid { code: "rest_autosave_no_changes", message, field: None });
    }
    let number = match autosaves::stored(app, id, user.id).await {
        Ok(Some(earlier)) => earlier.number,
        // What cannot be read is written anew.
        Ok(None) | Err(crate::cache::LoadError::Corrupt { .. }) => numbers::take_post(app).await?,
        Err(error) => return Err(prepare::load_error(error)),
    };
    let saved_at = jiff::tz::Offset::UTC.to_datetime(app.clock.now());
    let saved_at = saved_at.with().subsec_nanosecond(0).build().unwrap_or(saved_at);
    let (user, base) = (user.id, save.base.unwrap_or(post.revision));
    let autosave = Autosave { number, post: id, user, base, saved_at, title, content, excerpt };
    autosaves::write(app, &autosave).await.map_err(|error| busy(&error))?;
    Ok(autosave)
}

fn missing() -> PublishError {
    PublishError::NotFound { code: "rest_post_invalid_id", message: "there is no post with this id".to_owned() }
}

fn forbidden(message: &str) -> PublishError {
    PublishError::Forbidden { code: "rest_cannot_edit", message: message.to_owned() }
}

fn busy(error: &ObjectError) -> PublishError {
    PublishError::Busy(error.to_string())
}
