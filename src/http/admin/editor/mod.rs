//! The block editor: `/wp-admin/post-new.php` and `/wp-admin/post.php`.
//!
//! The server makes a page that says what to edit; `admin/src` (built into the program, see [`bundle`]) does the rest
//! through the REST API.

mod boot;
pub mod bundle;
mod lock;
mod markdown;
mod settings;
mod unsaved;

use std::sync::Arc;

use actix_web::{
    Error, HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Query},
};
use serde::Deserialize;
use tera::Context;

use super::{
    desk,
    page::{self, see_other},
    permit::{Ask, Desk, refused},
    shown::{Screen, Visit, not_built},
};
use crate::{
    app::editing,
    content::{Actor, ContentFormat, Edit, Post, PostId, PostStatus, PostType, Powers, edit::SavePost},
    http::{
        acknowledge,
        caching::CachePolicy,
        error::HttpError,
        front::Front,
        nonce,
        rest::{PostKind, Tables},
        site,
    },
    publish,
};

/// What WordPress calls a post nobody has saved yet; the editor shows none.
const UNSAVED_TITLE: &str = "Auto Draft";
/// The canvas is a frame made by script. These are the hashes of its inline scripts: one tells the editor that the
/// frame is there, the other removes what was only for loading styles.
const CANVAS_SCRIPTS: &str = "'sha256-Ab4XY87C+5uFAaNDtQ+4UTgs8t6MTnQmMtSsZCvmoiw=' \
                              'sha256-ehBD9wGNfnN0flaZIjbVClW1//FJFsATigcdVB4VdMQ='";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedNew {
    post_type: String,
    /// `markdown`, or nothing for blocks.
    format: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedEdit {
    post: String,
    /// To take the post over from who is writing in it; needs the nonce the editor was given for that.
    #[serde(rename = "get-post-lock")]
    take_over: String,
    #[serde(rename = "_wpnonce")]
    nonce: String,
    /// `blocks` opens a post that is Markdown in the editor of blocks; it stays Markdown until it is saved there.
    convert: String,
}

/// Where a new post of this type is begun.
pub fn new_url(post_type: &PostType) -> String {
    format!("/wp-admin/post-new.php?post_type={}", post_type.name())
}

pub fn edit_url(id: PostId) -> String {
    format!("/wp-admin/post.php?post={id}&action=edit")
}

/// The style sheet of the canvas.
pub fn content_url() -> String {
    bundle::content().map_or_else(String::new, |name| format!("/wp-admin/assets/{name}"))
}

/// May create posts of the type asked for.
#[derive(Debug)]
pub struct CreatePost {
    kind: Arc<PostKind>,
    format: Option<ContentFormat>,
}

impl Ask for CreatePost {
    type Said = Query<AskedNew>;

    async fn permit(visit: &Visit, _: &HttpRequest, said: Query<AskedNew>) -> Result<Self, Error> {
        let post_type = if said.post_type.is_empty() { "post" } else { &said.post_type };
        let no = |error: &HttpError| Err(refused(desk_error(&visit.front, error, post_type)));
        if bundle::parts("editor").is_none() {
            return no(&not_built());
        }
        let Some(kind) = visit.inside.kind(post_type).filter(|kind| !kind.is_media() && kind.supports("editor")) else {
            return no(&HttpError::bad_request("invalid_post_type", "there is nothing of this kind to write"));
        };
        if !visit.user.can(kind.capabilities.create) {
            let message = "your account may not write this: an administrator can change that";
            return no(&HttpError::forbidden(true, "rest_cannot_create", message));
        }
        let format = (said.format == "markdown").then_some(ContentFormat::Markdown);
        Ok(Self { kind: kind.clone(), format })
    }
}

/// May edit the post asked for, which is one for the editor.
#[derive(Debug)]
pub struct EditPost {
    post: Post,
    said: AskedEdit,
}

impl Ask for EditPost {
    type Said = Query<AskedEdit>;

    async fn permit(visit: &Visit, _: &HttpRequest, said: Query<AskedEdit>) -> Result<Self, Error> {
        let no = |error: &HttpError, of: &str| Err(refused(desk_error(&visit.front, error, of)));
        let Some(post) = said.post.parse().ok().and_then(|id| visit.inside.site().post(PostId(id))) else {
            let error = HttpError::not_found("rest_post_invalid_id", "there is nothing under this number (any more)");
            return no(&error, "post");
        };
        match openable(visit, &post) {
            Ok(()) => Ok(Self { post, said: said.into_inner() }),
            Err(error) => no(&error, post.post_type.name()),
        }
    }
}

/// Makes an empty post that nobody sees until it is saved, and opens it.
pub async fn add(
    desk: Desk<CreatePost>,
    tables: Data<Tables>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let Desk { mut visit, asked: CreatePost { kind, format } } = desk;
    // The browser sends the session along when another site leads here: that site must not make posts.
    if request.headers().get("Sec-Fetch-Site").is_some_and(|from| from == "cross-site") {
        return Ok(see_other(&list_url(kind.post_type.name())));
    }
    let save = SavePost {
        post_type: Some(kind.post_type.clone()),
        status: Some(PostStatus::AutoDraft),
        title: Some(UNSAVED_TITLE.to_owned()),
        format,
        ..SavePost::default()
    };
    let actor = Actor::User(visit.user.user.id);
    let commit = publish::apply(&visit.app, &actor, Edit::SavePost(Box::new(save)), None).await?;
    let at = visit.app.log.reach(commit.seq).await;
    let publish::Outcome::Post { id, .. } = commit.outcome else {
        return Err(HttpError::internal(&format_args!("a new post gave {:?}", commit.outcome)));
    };
    let post = at.state.post(id).ok_or_else(|| HttpError::internal(&"a new post is gone"))?;
    visit.move_to(&tables, at);
    Ok(acknowledge(show(&visit, &request, &post, false).await?, &commit))
}

/// Opens a post.
pub async fn edit(desk: Desk<EditPost>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let Desk { visit, asked: EditPost { post, said } } = desk;
    if !said.take_over.is_empty() {
        if !nonce::verify(&visit.app, &lock::take_over_action(post.id), &visit.user, &said.nonce) {
            let error = HttpError::forbidden(true, "invalid_nonce", "this link is too old: open the post again");
            return Ok(desk_error(&visit.front, &error, post.post_type.name()));
        }
        editing::open(&visit.app, post.id, visit.user.user.id, true).await?;
        // Not again each time the page is reloaded. The editor looks for what the other was just writing.
        return Ok(see_other(&format!("{}&taken-over=1", edit_url(post.id))));
    }
    show(&visit, &request, &post, said.convert == "blocks").await
}

fn openable(visit: &Visit, post: &Post) -> Result<(), HttpError> {
    if bundle::parts("editor").is_none() {
        return Err(not_built());
    }
    let kind = visit.inside.kind(post.post_type.name());
    if kind.is_none_or(|kind| kind.is_media() || !kind.supports("editor")) {
        return Err(HttpError::bad_request("invalid_post_type", "this cannot be opened in the editor"));
    }
    if !Powers::of(&Actor::User(visit.user.user.id), Some(&visit.user.user)).can_edit(post) {
        return Err(HttpError::forbidden(true, "rest_cannot_edit", "your account may not edit this"));
    }
    if post.status == PostStatus::Trash {
        let message = "this is in the trash: restore it to edit it";
        return Err(HttpError::new(StatusCode::CONFLICT, "rest_trashed", message));
    }
    Ok(())
}

fn list_url(post_type: &str) -> String {
    match post_type {
        "" | "post" => desk::POSTS.to_owned(),
        other => format!("{}?post_type={other}", desk::POSTS),
    }
}

fn desk_error(front: &Front, error: &HttpError, post_type: &str) -> HttpResponse {
    page::error(front, error, "The editor does not open", (&list_url(post_type), "Back to the list"))
}

/// `converting`: in blocks, also if it is Markdown.
async fn show(visit: &Visit, request: &HttpRequest, post: &Post, converting: bool) -> Result<HttpResponse, HttpError> {
    let is_markdown = markdown::is(visit, post).await?;
    let in_source = is_markdown && !converting;
    let mut boot = if in_source { markdown::whole(visit, post).await? } else { boot::boot(visit, post).await? };
    boot["convert"] = (is_markdown && converting).into();
    let mut context = Context::new();
    context.insert("theme_styles", &boot["themeStyles"]);
    let heading = if post.status == PostStatus::AutoDraft { "New" } else { "Edit" };
    let heading = format!("{heading} {}", post.post_type.name());
    let screen = if in_source {
        Screen { name: "markdown", heading: &heading, policy: visit.framing() }
    } else {
        Screen { name: "editor", heading: &heading, policy: visit.framing().with_scripts(CANVAS_SCRIPTS) }
    };
    visit.show(request, screen, &boot, context).await
}

/// A file of the built editor.
pub fn asset(request: &HttpRequest, name: &str) -> Option<HttpResponse> {
    let wanted = site::encoding(request.headers());
    let (encoding, bytes) = bundle::file(name, wanted)?;
    let mut response = HttpResponse::Ok();
    response.content_type(bundle::content_type(name)).insert_header((header::VARY, "Accept-Encoding"));
    if encoding != crate::cache::Encoding::Identity {
        response.insert_header((header::CONTENT_ENCODING, encoding.token()));
    }
    Some(CachePolicy::Immutable.on(response.body(bytes)))
}
