//! What the editor should tell its user when it opens: texts of theirs that were not saved, and what others saved since.

use serde_json::{Value, json};

use crate::{
    app::{App, autosaves},
    content::{Autosave, Post, Revision, UserId},
    http::error::HttpError,
    index::Site,
};

/// `autosave` is null or the user's own texts, where they differ from the post's; `changedBy` is null or who saved the
/// post after the user had.
///
/// # Errors
/// When the post's own texts cannot be had.
pub async fn settings(app: &App, site: &Site, user: UserId, post: &Post) -> Result<Value, HttpError> {
    let body = app.revisions.get(post.id, post.revision).await?;
    // The post opens all the same: the autosave stays where it is, and is offered next time.
    let own = autosaves::of_user(app, post, user).await.unwrap_or_else(|error| {
        tracing::warn!(post = %post.id, %error, "autosave not read");
        None
    });
    let own = own.filter(|own| differs(own, &body)).map(|own| {
        json!({
            "id": own.number.0, "base": own.base.to_string(), "date_gmt": own.saved_at.to_string(),
            "title": own.title, "content": own.content, "excerpt": own.excerpt,
        })
    });
    Ok(json!({ "revision": post.revision.to_string(), "autosave": own, "changedBy": changed_by(site, user, post) }))
}

fn differs(own: &Autosave, body: &Revision) -> bool {
    (&own.title, &own.content, &own.excerpt) != (&body.title, &body.content, &body.excerpt)
}

/// Who saved the version that is there now, and which was the user's own last one before it.
fn changed_by(site: &Site, user: UserId, post: &Post) -> Value {
    let saved = site.revisions(post.id);
    let Some(newest) = saved.last().filter(|entry| entry.author != user && entry.revision == post.revision) else {
        return Value::Null;
    };
    let Some(own) = saved.iter().rev().find(|entry| entry.author == user) else { return Value::Null };
    let name = site.user(newest.author).map_or_else(|| "Somebody".to_owned(), |user| user.display_name);
    json!({
        "name": name, "date_gmt": newest.saved_at.to_string(),
        "own": own.number.0, "newest": newest.number.0, "revision": newest.revision.to_string(),
    })
}
