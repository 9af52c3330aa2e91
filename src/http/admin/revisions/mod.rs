//! `/wp-admin/revision.php`: the versions of a post side by side, and the way back to one of them.
//!
//! The list is in memory; only the bodies that are looked at are read. `admin/src/revisions` shows them.

mod boot;
mod details;

use actix_web::{
    Error, HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Form, Query},
};
use serde::Deserialize;
use tera::Context;

use super::{
    editor,
    page::{self, see_other},
    permit::{Ask, Desk, refused},
    shown::{Screen, Visit},
};
use crate::{
    content::{Actor, Edit, Post, PostId, PostStatus, Powers, edit::SavePost},
    http::{acknowledge, caching::CachePolicy, error::HttpError, front::Front, nonce, security},
    publish::{self, PublishError},
};

/// `revision` as in WordPress. `post` spares the search for the post it is of; `as=json` asks for its texts alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    revision: String,
    from: String,
    post: String,
    #[serde(rename = "as")]
    form: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Restore {
    post: String,
    revision: String,
    base: String,
    #[serde(rename = "_wpnonce")]
    nonce: String,
}

impl Asked {
    fn is_for_script(&self) -> bool {
        self.form == "json"
    }
}

/// What the nonce is made for that restores a version of `post`.
fn restore_action(post: PostId) -> String {
    format!("restore-post_{post}")
}

pub fn url(post: PostId, number: PostId) -> String {
    format!("/wp-admin/revision.php?revision={number}&post={post}")
}

/// May edit the post whose versions are asked for.
#[derive(Debug)]
pub struct EditVersioned {
    post: Post,
    said: Asked,
}

impl Ask for EditVersioned {
    type Said = Query<Asked>;

    async fn permit(visit: &Visit, _: &HttpRequest, said: Query<Asked>) -> Result<Self, Error> {
        let said = said.into_inner();
        match find(visit, &said).await {
            Ok(post) => Ok(Self { post, said }),
            Err(error) if said.is_for_script() => Err(error.into()),
            Err(error) => Err(refused(desk_error(&visit.front, &error, None))),
        }
    }

    fn signed_out(_: &Front, request: &HttpRequest, said: &Query<Asked>) -> Error {
        match said.is_for_script() {
            true => HttpError::new(StatusCode::UNAUTHORIZED, "not_signed_in", "you are signed out").into(),
            false => refused(page::to_sign_in(request)),
        }
    }
}

/// May edit the post of which a version is to be restored.
#[derive(Debug)]
pub struct EditRestored {
    post: Post,
    said: Restore,
}

impl Ask for EditRestored {
    type Said = Form<Restore>;

    async fn permit(visit: &Visit, _: &HttpRequest, said: Form<Restore>) -> Result<Self, Error> {
        let said = said.into_inner();
        let named = Asked { revision: said.revision.clone(), post: said.post.clone(), ..Asked::default() };
        match find(visit, &named).await {
            Ok(post) => Ok(Self { post, said }),
            Err(error) => Err(refused(desk_error(&visit.front, &error, None))),
        }
    }
}

/// Shows two versions of a post beside each other.
pub async fn show(desk: Desk<EditVersioned>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let Desk { visit, asked: EditVersioned { post, said } } = desk;
    if said.is_for_script() {
        let body = boot::body(&visit, &post, &said.revision).await?;
        let response = HttpResponse::Ok().content_type("application/json; charset=UTF-8").body(body.to_string());
        return Ok(CachePolicy::NoStore.on(response));
    }
    let shown = whole(&visit, &request, &post, &said).await;
    shown.or_else(|error| Ok(desk_error(&visit.front, &error, None)))
}

/// Saves the texts of an earlier version as a new one, unless somebody has saved since the page was made.
pub async fn restore(desk: Desk<EditRestored>) -> Result<HttpResponse, HttpError> {
    let Desk { visit, asked: EditRestored { post, said: asked } } = desk;
    let Visit { app, front, user, .. } = &visit;
    let refused = |error: &HttpError| Ok(desk_error(front, error, Some(post.id)));
    if !nonce::verify(app, &restore_action(post.id), user, &asked.nonce) {
        let error = HttpError::forbidden(true, "invalid_nonce", "this page is too old: open it again, and repeat");
        return refused(&error);
    }
    let Ok(base) = asked.base.parse() else {
        return refused(&HttpError::bad_request(
            "invalid_base",
            "the form does not say which version is the current one",
        ));
    };
    let Some(entry) = boot::entry(visit.inside.site(), &post, &asked.revision) else { return refused(&missing()) };
    let body = app.revisions.get(post.id, entry.revision).await?;
    let save = SavePost {
        id: Some(post.id),
        base: Some(base),
        title: Some(body.title.clone()),
        content: Some(body.content.clone()),
        excerpt: Some(body.excerpt.clone()),
        format: Some(body.format),
        ..SavePost::default()
    };
    match publish::apply(app, &Actor::User(user.user.id), Edit::SavePost(Box::new(save)), None).await {
        Ok(commit) => {
            let to = format!("{}&restored={}", editor::edit_url(post.id), entry.number);
            Ok(acknowledge(see_other(&to), &commit))
        }
        Err(PublishError::Conflict { .. }) => {
            let message = "somebody has saved this since you opened the list of its versions. Nothing was restored: look \
                           at what is there now, and repeat";
            refused(&HttpError::new(StatusCode::CONFLICT, "rest_revision_conflict", message))
        }
        Err(error) => refused(&error.into()),
    }
}

/// The post whose version is named, if the user may edit it.
async fn find(visit: &Visit, asked: &Asked) -> Result<Post, HttpError> {
    let (at, user) = (visit.inside.at(), &visit.user);
    let number = |text: &str| text.parse().ok().map(PostId);
    let id = match (number(&asked.post), number(&asked.revision)) {
        (Some(post), _) => Some(post),
        (None, Some(revision)) => {
            // Visits every list of revisions: milliseconds, but not for a thread that serves others meanwhile.
            let at = at.clone();
            let search = tokio::task::spawn_blocking(move || at.state.post_of_revision(revision));
            search.await.map_err(|error| HttpError::internal(&error))?
        }
        (None, None) => None,
    };
    let post = id.and_then(|id| at.state.post(id)).ok_or_else(missing)?;
    if !Powers::of(&Actor::User(user.user.id), Some(&user.user)).can_edit(&post) {
        return Err(HttpError::forbidden(true, "rest_cannot_edit", "your account may not edit this"));
    }
    Ok(post)
}

fn missing() -> HttpError {
    HttpError::not_found("rest_post_invalid_id", "there is no such version (any more)")
}

fn desk_error(front: &Front, error: &HttpError, post: Option<PostId>) -> HttpResponse {
    let back = post.map_or_else(|| "/wp-admin/".to_owned(), |post| format!("/wp-admin/revision.php?post={post}"));
    let text = if post.is_some() { "Back to its versions" } else { "Back to the list" };
    page::error(front, error, "The versions of this post", (&back, text))
}

async fn whole(visit: &Visit, request: &HttpRequest, post: &Post, asked: &Asked) -> Result<HttpResponse, HttpError> {
    let may_restore = post.status != PostStatus::Trash;
    let restore = may_restore.then(|| nonce::create(&visit.app, &restore_action(post.id), &visit.user));
    let boot = boot::boot(visit, post, (&asked.revision, &asked.from), restore).await?;
    let policy = security::App::new(&visit.inside.site().settings().home);
    let screen = Screen { name: "revisions", heading: "Revisions", policy };
    visit.show(request, screen, &boot, Context::new()).await
}
