//! The desk: lists of posts and pages, the library of media, the user's own account.
//!
//! The server makes a page that says which screen and who; `admin/src/desk` (built into the program like the editor)
//! does the rest through the REST API. WordPress's paths lead to the screens.

mod boot;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;
use serde_json::Value;
use tera::Context;

use self::boot::Boot;
use super::{
    editor::bundle,
    login::LOGOUT,
    page::{self, see_other},
    shown::{Screen, Visit},
};
use crate::{
    app::App,
    content::Capability,
    http::{error::HttpError, front::Front, nonce, rest::Tables, session},
};

pub const POSTS: &str = "/wp-admin/edit.php";
pub const PROFILE: &str = "/wp-admin/profile.php";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    post_type: String,
    post_status: String,
}

/// `/wp-admin/`: the posts, or the own account of who writes none.
pub async fn home(
    front: Data<Front>,
    app: Data<App>,
    tables: Data<Tables>,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, HttpError> {
    let user = session::identify(&app, &app.log.current().state, &request);
    if asked.post_type.is_empty() && user.is_some_and(|user| !user.can(Capability::EditPosts)) {
        return Ok(see_other(PROFILE));
    }
    posts(front, app, tables, request, asked).await
}

/// `/wp-admin/edit.php`: the posts of a type.
pub async fn posts(
    front: Data<Front>,
    app: Data<App>,
    tables: Data<Tables>,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, HttpError> {
    let Some(visit) = Visit::open(front, app, &tables, &request) else { return Ok(page::to_sign_in(&request)) };
    let post_type = if asked.post_type.is_empty() { "post" } else { &asked.post_type };
    let Some(kind) = visit.inside.kind(post_type).filter(|kind| kind.viewable && !kind.is_media()) else {
        let error = HttpError::bad_request("invalid_post_type", "there is no list of posts of this type");
        return Ok(page::error(&visit.front, &error, "Not a list", (POSTS, "Back to your posts")));
    };
    if !visit.user.can(kind.capabilities.edit) {
        let text = "Your account can read the site, but it cannot write here. An administrator can change that.";
        return refuse(&visit, text);
    }
    let boot = Boot { visit: &visit, screen: "posts", post_type };
    let boot = boot.with_list(&kind.rest_base, &asked.post_status, request.query_string()).await?;
    show(&visit, &request, &kind.label, &boot).await
}

/// `/wp-admin/upload.php`: the library of media.
pub async fn media(
    front: Data<Front>,
    app: Data<App>,
    tables: Data<Tables>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let Some(visit) = Visit::open(front, app, &tables, &request) else { return Ok(page::to_sign_in(&request)) };
    if !visit.user.can(Capability::UploadFiles) {
        return refuse(&visit, "Your account may not upload files. An administrator can change that.");
    }
    let boot =
        Boot { visit: &visit, screen: "media", post_type: "attachment" }.with_media(request.query_string()).await?;
    show(&visit, &request, "Media", &boot).await
}

/// `/wp-admin/media-new.php`: uploading is part of the library.
pub async fn to_media() -> HttpResponse {
    see_other("/wp-admin/upload.php")
}

/// `/wp-admin/profile.php`: the user's own account.
pub async fn profile(
    front: Data<Front>,
    app: Data<App>,
    tables: Data<Tables>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let Some(visit) = Visit::open(front, app, &tables, &request) else { return Ok(page::to_sign_in(&request)) };
    let boot = Boot { visit: &visit, screen: "profile", post_type: "" }.with_account().await?;
    show(&visit, &request, "Profile", &boot).await
}

fn refuse(visit: &Visit, text: &str) -> Result<HttpResponse, HttpError> {
    let mut context = Context::new();
    context.insert("heading", "Nothing to do here yet");
    context.insert("text", text);
    message(visit, StatusCode::FORBIDDEN, context, (PROFILE, "Your profile"))
}

/// A page that says something, and lets the visitor sign out.
fn message(
    visit: &Visit,
    status: StatusCode,
    mut context: Context,
    (back_url, back_text): (&str, &str),
) -> Result<HttpResponse, HttpError> {
    context.insert("action", "/wp-login.php?action=logout");
    context.insert("button", "Sign out");
    context.insert("nonce", &nonce::create(&visit.app, LOGOUT, &visit.user));
    context.insert("back_url", back_url);
    context.insert("back_text", back_text);
    page::page(&visit.front, status, "message.html", context)
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
