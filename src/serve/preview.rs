//! Previews of what their reader has written and not saved.

use std::sync::Arc;

use super::context::Context;
use crate::{
    app::autosaves,
    cache::LoadError,
    content::{Post, Revision},
};

/// `post` with the viewer's own unsaved texts, where the request is for their preview
/// (`?preview=true&preview_id=7`); otherwise as it is.
pub async fn unsaved(
    cx: &Context<'_>,
    post: &Post,
    revision: Arc<Revision>,
) -> Result<(Post, Arc<Revision>), LoadError> {
    let own = match cx.request.viewer.filter(|_| asked(cx, post)) {
        Some(viewer) => autosaves::of_user(cx.app, post, viewer).await?,
        None => None,
    };
    let Some(own) = own else { return Ok((post.clone(), revision)) };
    let shown = Post { title: own.title.clone(), excerpt: own.excerpt.clone(), ..post.clone() };
    let body = Revision { title: own.title, content: own.content, excerpt: own.excerpt, ..(*revision).clone() };
    Ok((shown, Arc::new(body)))
}

fn asked(cx: &Context<'_>, post: &Post) -> bool {
    let has = |name: &str, value: &str| cx.request.query.iter().any(|(key, given)| key == name && given == value);
    has("preview", "true") && has("preview_id", &post.id.to_string())
}
