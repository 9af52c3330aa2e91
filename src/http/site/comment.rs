//! `/wp-comments-post.php`: a reader's comment from the form below a post.
//!
//! The form is on a cached page, so it carries no token. What stands against other sites' forms is the browser's own
//! `Sec-Fetch-Site`, and that a session cookie is not sent along (`SameSite=Lax`); against floods, `plan`'s rules.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Form},
};
use serde::Deserialize;
use tera::Context;

use super::held_comment;
use crate::{
    content::{Actor, CommentId, CommentStatus, PostId, edit::SaveComment},
    http::{
        access::Anyone,
        acknowledge,
        admin::page::{self, origin, see_other},
        error::HttpError,
        front::Front,
        session,
    },
    publish::{self, Commit, Outcome, Posted, PublishError},
};

const BACK: &str = "Back to the post";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    comment: String,
    author: String,
    email: String,
    url: String,
    #[serde(rename = "comment_post_ID")]
    post: u64,
    #[serde(rename = "comment_parent")]
    parent: u64,
}

/// Saves the comment and leads back to it, shown to its writer alone while it waits for approval; otherwise gives the text
/// back.
pub async fn submit(
    _: Anyone,
    front: Data<Front>,
    request: HttpRequest,
    sent: Form<Sent>,
) -> Result<HttpResponse, HttpError> {
    let back = back_url(&front, PostId(sent.post));
    if request.headers().get("Sec-Fetch-Site").is_some_and(|value| value == "cross-site") {
        return message(&front, StatusCode::FORBIDDEN, "Not sent from here", "Open the post and write there.", &back);
    }
    match publish::comment(&front.app, &actor(&front, &request), comment(&request, &sent)).await {
        Ok(Posted::Committed(commit)) => Ok(acknowledge(saved(&front, &commit, &back)?, &commit)),
        Ok(Posted::Held(held)) => {
            let at = front.app.log.current();
            Ok(see_other(&held_comment::link_to_waiting(&front.app, &at.state, &back, *held)))
        }
        Err(error) => {
            let unknown = matches!(error, PublishError::Unknown);
            let mut error = HttpError::from(error);
            let mut heading = "Your comment was not saved";
            if unknown {
                heading = "It is not known yet whether your comment was saved";
                error.message = "Look at the post in a minute before you send it again.".into();
            }
            Ok(page::error_with(
                &front,
                &error,
                heading,
                (&back, BACK),
                ("comment.html", again(&front, &request, &sent)),
            ))
        }
    }
}

/// The form once more with all that was written: it is nowhere else.
fn again(front: &Front, request: &HttpRequest, sent: &Sent) -> Context {
    let mut context = Context::new();
    context.insert("signed_in", &matches!(actor(front, request), Actor::User(_)));
    context.insert("post", &sent.post);
    context.insert("parent", &sent.parent);
    for (name, value) in
        [("comment", &sent.comment), ("author", &sent.author), ("email", &sent.email), ("url", &sent.url)]
    {
        context.insert(name, value);
    }
    context
}

/// Whoever has signed in, where the form was this site's own: a neighbour's under the same domain brings the cookie along.
fn actor(front: &Front, request: &HttpRequest) -> Actor {
    let snapshot = front.app.log.current();
    let neighbours = request.headers().get("Sec-Fetch-Site").is_some_and(|value| value == "same-site");
    match session::identify(&front.app, &snapshot.state, request).filter(|_| !neighbours) {
        Some(session) => Actor::User(session.user.id),
        None => Actor::Anonymous { ip: origin(front, request).ip_text() },
    }
}

fn comment(request: &HttpRequest, sent: &Sent) -> SaveComment {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    SaveComment {
        post: Some(PostId(sent.post)),
        parent: Some((sent.parent > 0).then_some(CommentId(sent.parent))),
        author_name: Some(sent.author.clone()),
        author_email: Some(sent.email.clone()),
        author_url: Some(sent.url.clone()),
        agent: agent.map(str::to_owned),
        content: Some(sent.comment.clone()),
        ..SaveComment::default()
    }
}

fn saved(front: &Front, commit: &Commit, back: &str) -> Result<HttpResponse, HttpError> {
    let Outcome::Comment { id, .. } = commit.outcome else { return Ok(see_other(back)) };
    let comment = front.app.log.current().state.comment(id);
    match comment {
        Some(comment) if comment.status == CommentStatus::Approved => Ok(see_other(&format!("{back}#comment-{id}"))),
        Some(comment) if comment.status == CommentStatus::Hold => {
            Ok(see_other(&held_comment::link(&front.app, back, &comment)))
        }
        _ => set_aside(front, back),
    }
}

/// For spam, and what was deleted since.
fn set_aside(front: &Front, back: &str) -> Result<HttpResponse, HttpError> {
    let text = "It will be shown once somebody has approved it.";
    message(front, StatusCode::OK, "Thank you, your comment is saved", text, back)
}

/// The post's own page as a path; the front page for what is no post.
fn back_url(front: &Front, id: PostId) -> String {
    let snapshot = front.app.log.current();
    let site = &snapshot.state;
    let post = site.post(id).filter(|post| site.is_public(post, front.app.clock.now()));
    post.map_or_else(|| "/".to_owned(), |post| site.post_path(&post))
}

fn message(
    front: &Front,
    status: StatusCode,
    heading: &str,
    text: &str,
    back: &str,
) -> Result<HttpResponse, HttpError> {
    let mut context = Context::new();
    context.insert("heading", heading);
    context.insert("text", text);
    context.insert("back_url", back);
    context.insert("back_text", BACK);
    page::page(front, status, "message.html", context)
}
