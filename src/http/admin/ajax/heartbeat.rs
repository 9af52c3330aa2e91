//! What an open editor or list asks every few seconds: is the post still mine, who else is at work, a fresh nonce.

use serde_json::{Map, Value, json};

use super::{HEARTBEAT_ACTION, writable};
use crate::{
    app::{App, editing},
    content::{Editing, Post, PostId},
    http::{error::HttpError, guard::NONCE_ACTION, nonce, session::SessionUser},
    index::Site,
    store::log::Snapshot,
};

/// Answers what `data` asks for; parts that are not known are not answered, as in WordPress.
pub async fn beat(
    app: &App,
    at: &Snapshot<Site>,
    user: &SessionUser,
    data: &Map<String, Value>,
) -> Result<Value, HttpError> {
    let site = &at.state;
    let mut answer = Map::new();
    let named = |part: &str| data.get(part).and_then(|part| part.get("post_id")).and_then(text_or_number);
    if let Some(number) = named("wp-refresh-post-lock")
        && let Ok(post) = writable(app, user, &number)
    {
        answer.insert("wp-refresh-post-lock".to_owned(), refreshed(app, site, user, &post).await?);
    }
    if let Some(number) = named("bucketpress-revision")
        && let Ok(post) = writable(app, user, &number)
    {
        answer.insert("bucketpress-revision".to_owned(), newest(site, &post));
    }
    if let Some(asked) = data.get("wp-check-locked-posts") {
        answer.insert("wp-check-locked-posts".to_owned(), others(app, site, user, asked).await?);
    }
    answer.insert("rest_nonce".to_owned(), nonce::create(app, NONCE_ACTION, user).into());
    answer.insert("heartbeat_nonce".to_owned(), nonce::create(app, HEARTBEAT_ACTION, user).into());
    answer.insert("wp-auth-check".to_owned(), true.into());
    answer.insert("server_time".to_owned(), app.clock.now().as_second().into());
    Ok(answer.into())
}

fn text_or_number(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|number| number.to_string()))
}

/// The editor's lock, or who has the post instead.
async fn refreshed(app: &App, site: &Site, user: &SessionUser, post: &Post) -> Result<Value, HttpError> {
    Ok(match editing::keep(app, post.id, user.user.id).await? {
        editing::Hold::Own(own) => json!({ "new_lock": own.lock() }),
        editing::Hold::By(other) => {
            let name = name(site, &other);
            let text = format!("{name} has taken over and is currently editing.");
            json!({ "lock_error": { "name": name, "text": text } })
        }
    })
}

/// The revision the post is at, and who saved it: an editor based on another knows before it saves.
fn newest(site: &Site, post: &Post) -> Value {
    let saved = site.revisions(post.id).into_iter().rev().find(|entry| entry.revision == post.revision);
    let by = saved.as_ref().and_then(|entry| site.user(entry.author));
    json!({
        "post_id": post.id.0,
        "revision": post.revision.to_string(),
        "by": by.as_ref().map(|user| user.id.0),
        "name": by.as_ref().map(|user| user.display_name.as_str()),
        "date_gmt": saved.map(|entry| entry.saved_at.to_string()),
        "status": post.status.name(),
    })
}

/// Of the posts named `post-5`, those somebody else is writing in.
async fn others(app: &App, site: &Site, user: &SessionUser, asked: &Value) -> Result<Value, HttpError> {
    let names = asked.as_array().map(Vec::as_slice).unwrap_or_default();
    let posts: Vec<PostId> = names
        .iter()
        .take(editing::ASKED_MAX)
        .filter_map(|name| name.as_str()?.strip_prefix("post-")?.parse().ok().map(PostId))
        .filter(|post| writable(app, user, &post.to_string()).is_ok())
        .collect();
    if posts.is_empty() {
        return Ok(json!({}));
    }
    let mut found = Map::new();
    for held in editing::of_posts(app, &posts).await? {
        if held.user != user.user.id {
            let name = name(site, &held);
            let text = format!("{name} is currently editing");
            found.insert(format!("post-{}", held.post), json!({ "name": name, "text": text }));
        }
    }
    Ok(found.into())
}

pub fn name(site: &Site, held: &Editing) -> String {
    site.user(held.user).map_or_else(|| "Somebody".to_owned(), |user| user.display_name)
}
