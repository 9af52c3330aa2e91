//! What the editor should tell its user when it opens: texts of theirs that were not saved, those of others, and what
//! others saved since.

use serde_json::{Value, json};

use crate::{
    app::autosaves,
    content::{Autosave, Post, Revision, UserId},
    http::{admin::shown::Visit, error::HttpError},
    index::Site,
};

/// `autosave` is null or the user's own texts, where they differ from the post's; `others` are those that others wrote
/// since it was last saved, newest first, without the texts; `changedBy` is null or who saved the post after the user had.
///
/// # Errors
/// When the post's own texts cannot be had.
pub async fn settings(visit: &Visit, post: &Post) -> Result<Value, HttpError> {
    let (site, user) = (visit.inside.site(), visit.user.user.id);
    let body = visit.app.revisions.get(post.id, post.revision).await?;
    // The post opens all the same: autosaves stay where they are, and are offered next time.
    let found = autosaves::of_post(&visit.app, post).await.unwrap_or_else(|error| {
        tracing::warn!(post = %post.id, %error, "autosaves not read");
        Vec::new()
    });
    let found: Vec<Autosave> = found.into_iter().filter(|one| differs(one, &body)).collect();
    let own = found.iter().find(|one| one.user == user).map(|own| {
        json!({
            "id": own.number.0, "base": own.base.to_string(), "date_gmt": own.saved_at.to_string(),
            "title": own.title, "content": own.content, "excerpt": own.excerpt,
        })
    });
    // An older one is of a text that somebody has replaced; its own user is still offered it.
    let newer = |one: &&Autosave| one.user != user && one.saved_at >= body.saved_at;
    let others: Vec<Value> = found.iter().filter(newer).map(|one| in_list(site, one)).collect();
    Ok(json!({
        "revision": post.revision.to_string(), "autosave": own, "others": others,
        "changedBy": changed_by(site, user, post),
    }))
}

fn in_list(site: &Site, one: &Autosave) -> Value {
    json!({ "id": one.number.0, "name": name(site, one.user), "date_gmt": one.saved_at.to_string() })
}

fn differs(own: &Autosave, body: &Revision) -> bool {
    (&own.title, &own.content, &own.excerpt) != (&body.title, &body.content, &body.excerpt)
}

fn name(site: &Site, user: UserId) -> String {
    site.user(user).map_or_else(|| "Somebody".to_owned(), |user| user.display_name)
}

/// Who saved the version that is there now, and which was the user's own last one before it.
fn changed_by(site: &Site, user: UserId, post: &Post) -> Value {
    let saved = site.revisions(post.id);
    let Some(newest) = saved.last().filter(|entry| entry.author != user && entry.revision == post.revision) else {
        return Value::Null;
    };
    let Some(own) = saved.iter().rev().find(|entry| entry.author == user) else { return Value::Null };
    json!({
        "name": name(site, newest.author), "date_gmt": newest.saved_at.to_string(),
        "own": own.number.0, "newest": newest.number.0, "revision": newest.revision.to_string(),
    })
}
