//! The desk: lists of posts and pages, the library of media, the user's own account.
//!
//! The server makes a page that says which screen and who; `admin/src/desk` (built into the program like the editor)
//! does the rest through the REST API. WordPress's paths lead to the screens.

mod boot;
pub mod terms;

use std::sync::Arc;

use actix_web::{Error, HttpRequest, HttpResponse, http::StatusCode, web::Query};
use serde::Deserialize;
use serde_json::Value;
use tera::Context;

use self::boot::Boot;
use super::{
    editor::bundle,
    login::LOGOUT,
    page::{self, see_other},
    permit::{Ask, Desk, message, not_for_you, refused},
    shown::{Screen, Visit},
};
use crate::{
    content::Capability,
    http::{
        access::Anyone,
        error::HttpError,
        guard::{EditPosts, Requirement as _, SignedIn, UploadFiles},
        nonce,
        rest::PostKind,
    },
};

pub const POSTS: &str = "/wp-admin/edit.php";
const PATTERNS: &str = "/wp-admin/edit.php?post_type=wp_block";
pub const PROFILE: &str = "/wp-admin/profile.php";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    post_type: String,
    post_status: String,
}

/// May edit posts of the type asked for.
#[derive(Debug)]
pub struct EditListed {
    kind: Arc<PostKind>,
    status: String,
}

impl Ask for EditListed {
    type Said = Query<Asked>;

    async fn permit(visit: &Visit, _: &HttpRequest, said: Query<Asked>) -> Result<Self, Error> {
        let Asked { post_type, post_status: status } = said.into_inner();
        let post_type = if post_type.is_empty() { "post" } else { &post_type };
        let Some(kind) = visit.inside.kind(post_type).filter(|kind| kind.is_listed()) else {
            let error = HttpError::bad_request("invalid_post_type", "there is no list of posts of this type");
            return Err(refused(page::error(&visit.front, &error, "Not a list", (POSTS, "Back to your posts"))));
        };
        if !visit.user.can(kind.capabilities.edit) {
            let text = "Your account can read the site, but it cannot write here. An administrator can change that.";
            return Err(not_for_you(visit, text));
        }
        Ok(Self { kind: kind.clone(), status })
    }
}

/// The same; who writes nothing is led to their own account.
#[derive(Debug)]
pub struct EditListedAtHome(EditListed);

impl Ask for EditListedAtHome {
    type Said = Query<Asked>;

    async fn permit(visit: &Visit, request: &HttpRequest, said: Query<Asked>) -> Result<Self, Error> {
        if said.post_type.is_empty() && !visit.user.can(Capability::EditPosts) {
            return Err(refused(see_other(PROFILE)));
        }
        EditListed::permit(visit, request, said).await.map(Self)
    }
}

impl Ask for UploadFiles {
    type Said = ();

    async fn permit(visit: &Visit, _: &HttpRequest, (): ()) -> Result<Self, Error> {
        match visit.user.can(Self::CAPABILITY) {
            true => Ok(Self),
            false => Err(not_for_you(visit, "Your account may not upload files. An administrator can change that.")),
        }
    }
}

/// `/wp-admin/`: the posts, or the own account of who writes none.
pub async fn home(desk: Desk<EditListedAtHome>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    list(&desk.visit, &desk.asked.0, &request).await
}

/// `/wp-admin/edit.php`: the posts of a type.
pub async fn posts(desk: Desk<EditListed>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    list(&desk.visit, &desk.asked, &request).await
}

async fn list(visit: &Visit, asked: &EditListed, request: &HttpRequest) -> Result<HttpResponse, HttpError> {
    let EditListed { kind, status } = asked;
    let boot = Boot { visit, screen: "posts", post_type: kind.post_type.name() };
    let boot = boot.with_list(&kind.rest_base, status, request.query_string()).await?;
    show(visit, request, &kind.label, &boot).await
}

/// `/wp-admin/site-editor.php`: the block editor leads there to its patterns. Of what else there is in WordPress, themes
/// here have nothing to edit.
pub async fn site_editor(_: Anyone, said: Query<Place>) -> HttpResponse {
    let Place { path, p } = said.into_inner();
    let patterns = [path, p].iter().any(|place| place.starts_with("/pattern") || place.starts_with("/wp_block"));
    see_other(if patterns { PATTERNS } else { POSTS })
}

/// Where in the site editor: of older and of newer versions.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Place {
    path: String,
    p: String,
}

impl Ask for EditPosts {
    type Said = ();

    async fn permit(visit: &Visit, _: &HttpRequest, (): ()) -> Result<Self, Error> {
        match visit.user.can(Self::CAPABILITY) {
            true => Ok(Self),
            false => {
                Err(not_for_you(visit, "Your account may not moderate comments. An administrator can change that."))
            }
        }
    }
}

/// `/wp-admin/edit-comments.php`: what readers wrote.
pub async fn comments(desk: Desk<EditPosts>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let boot = Boot { visit: &desk.visit, screen: "comments", post_type: "" };
    let boot = boot.with_comments(request.query_string()).await?;
    show(&desk.visit, &request, "Comments", &boot).await
}

/// `/wp-admin/upload.php`: the library of media.
pub async fn media(desk: Desk<UploadFiles>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let boot = Boot { visit: &desk.visit, screen: "media", post_type: "attachment" };
    let boot = boot.with_media(request.query_string()).await?;
    show(&desk.visit, &request, "Media", &boot).await
}

/// `/wp-admin/media-new.php`: uploading is part of the library.
pub async fn to_media(_: Anyone) -> HttpResponse {
    see_other("/wp-admin/upload.php")
}

/// `/wp-admin/profile.php`: the user's own account.
pub async fn profile(desk: Desk<SignedIn>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let boot = Boot { visit: &desk.visit, screen: "profile", post_type: "" }.with_account().await?;
    show(&desk.visit, &request, "Profile", &boot).await
}

async fn show(visit: &Visit, request: &HttpRequest, heading: &str, boot: &Value) -> Result<HttpResponse, HttpError> {
    let mut context = Context::new();
    let (Some(_), Some(editor)) = (bundle::parts("desk"), bundle::parts("editor")) else {
        context.insert("heading", heading);
        let text = "The screens of the desk are not in this program: it was built without them. `make` builds both.";
        context.insert("text", text);
        return message(visit, StatusCode::OK, context, ("/", "Back to the site"));
    };
    context.insert("nonce", &nonce::create(&visit.app, LOGOUT, &visit.user));
    // Likely to be next.
    context.insert("editor", editor.script);
    visit.show(request, Screen { name: "desk", heading, policy: visit.framing() }, boot, context).await
}
