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
use tera::Context;

use self::boot::Boot;
use super::{
    editor::bundle,
    login::LOGOUT,
    page::{self, see_other},
    shown,
};
use crate::{
    app::App,
    content::Capability,
    http::{
        error::HttpError,
        front::Front,
        nonce,
        rest::{Inside, Tables},
        security,
        session::{self, SessionUser},
    },
};

pub const POSTS: &str = "/wp-admin/edit.php";
pub const PROFILE: &str = "/wp-admin/profile.php";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    post_type: String,
    post_status: String,
}

/// Who asks for a screen, and the API as they may use it.
struct Visit {
    app: Data<App>,
    front: Data<Front>,
    user: SessionUser,
    inside: Inside,
}

/// `None`: nobody is signed in.
fn visit(front: Data<Front>, app: Data<App>, tables: &Tables, request: &HttpRequest) -> Option<Visit> {
    let at = app.log.current();
    let user = session::identify(&app, &at.state, request)?;
    let inside = Inside::new(&app, tables, at, shown::identity(&front, &user, request));
    Some(Visit { app, front, user, inside })
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
    let Some(visit) = visit(front, app, &tables, &request) else { return Ok(page::to_sign_in(&request)) };
    let post_type = if asked.post_type.is_empty() { "post" } else { &asked.post_type };
    let Some(kind) = visit.inside.kind(post_type).filter(|kind| kind.viewable && !kind.is_media()) else {
        let error = HttpError::bad_request("invalid_post_type", "there is no list of posts of this type");
        return Ok(page::error(&visit.front, &error, "Not a list", (POSTS, "Back to your posts")));
    };
    if !visit.user.can(kind.capabilities.edit) {
        return visit
            .refuse("Your account can read the site, but it cannot write here. An administrator can change that.");
    }
    let boot = Boot { visit: &visit, screen: "posts", post_type };
    let boot = boot.with_list(&kind.rest_base, &asked.post_status, request.query_string()).await;
    visit.show(&request, &kind.label, boot).await
}

/// `/wp-admin/upload.php`: the library of media.
pub async fn media(
    front: Data<Front>,
    app: Data<App>,
    tables: Data<Tables>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let Some(visit) = visit(front, app, &tables, &request) else { return Ok(page::to_sign_in(&request)) };
    if !visit.user.can(Capability::UploadFiles) {
        return visit.refuse("Your account may not upload files. An administrator can change that.");
    }
    let boot =
        Boot { visit: &visit, screen: "media", post_type: "attachment" }.with_media(request.query_string()).await;
    visit.show(&request, "Media", boot).await
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
    let Some(visit) = visit(front, app, &tables, &request) else { return Ok(page::to_sign_in(&request)) };
    let boot = Boot { visit: &visit, screen: "profile", post_type: "" }.with_account().await;
    visit.show(&request, "Profile", boot).await
}

impl Visit {
    fn refuse(&self, text: &str) -> Result<HttpResponse, HttpError> {
        let mut context = Context::new();
        context.insert("heading", "Nothing to do here yet");
        context.insert("text", text);
        context.insert("action", "/wp-login.php?action=logout");
        context.insert("button", "Sign out");
        context.insert("nonce", &nonce::create(&self.app, LOGOUT, &self.user));
        context.insert("back_url", PROFILE);
        context.insert("back_text", "Your profile");
        page::page(&self.front, StatusCode::FORBIDDEN, "message.html", context)
    }

    async fn show(
        &self,
        request: &HttpRequest,
        heading: &str,
        boot: serde_json::Value,
    ) -> Result<HttpResponse, HttpError> {
        let mut context = Context::new();
        context.insert("heading", heading);
        context.insert("nonce", &nonce::create(&self.app, LOGOUT, &self.user));
        let Some(parts) = bundle::desk_parts() else {
            context.insert(
                "text",
                "The screens of the desk are not in this program: it was built without them. `make` builds both.",
            );
            context.insert("action", "/wp-login.php?action=logout");
            context.insert("button", "Sign out");
            context.insert("back_url", "/");
            context.insert("back_text", "Back to the site");
            return page::page(&self.front, StatusCode::OK, "message.html", context);
        };
        let site = self.inside.site().settings();
        context.insert("site_title", if site.title.is_empty() { "Bucketpress" } else { &site.title });
        context.insert("scheme", &boot["scheme"]);
        for (name, value) in [("script", parts.script), ("style", parts.style), ("licenses", parts.licenses)] {
            context.insert(name, value);
        }
        context.insert("editor", &parts.editor);
        context.insert("boot", &shown::for_script(&boot));
        let policy = security::App::new(&site.home).with_frames();
        shown::page(&self.front, request, "desk.html", &context, policy).await
    }
}
