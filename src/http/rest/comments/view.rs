//! A comment as the API shows it.

use serde_json::{Map, Value, json};

use super::kind_of;
use crate::{
    content::{Comment, CommentStatus, Post},
    http::rest::{call::Call, links::Links, time, users},
    render,
};

pub fn status_name(status: &CommentStatus) -> &str {
    match status {
        CommentStatus::Approved => "approved",
        CommentStatus::Hold => "hold",
        CommentStatus::Spam => "spam",
        CommentStatus::Trash => "trash",
        CommentStatus::PostTrashed => "post-trashed",
        CommentStatus::Custom(name) => name,
    }
}

pub fn view(call: &Call, comment: &Comment) -> Value {
    let post = call.site().post(comment.post);
    let link = post.as_ref().map(|post| format!("{}#comment-{}", call.site().permalink(post), comment.id));
    let kind = if comment.kind.is_empty() { "comment" } else { &comment.kind };
    let rendered = render::content::comment_html(&comment.content);
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("id", comment.id.0.into());
    put("post", comment.post.0.into());
    put("parent", comment.parent.map_or(0, |id| id.0).into());
    put("author", comment.user.map_or(0, |id| id.0).into());
    put("author_name", comment.author_name.clone().into());
    put("author_email", comment.author_email.clone().into());
    put("author_url", comment.author_url.clone().into());
    put("author_ip", comment.author_ip.clone().into());
    put("author_user_agent", comment.agent.clone().into());
    put("date", time::text(comment.date).into());
    put("date_gmt", time::text(comment.date_gmt).into());
    put("content", json!({ "rendered": rendered, "raw": comment.content }));
    put("link", link.unwrap_or_default().into());
    put("status", status_name(&comment.status).into());
    put("type", kind.into());
    // Sites that ping have no picture.
    let has_picture = kind == "comment";
    let avatars = if has_picture { users::view::avatars(&comment.author_email) } else { users::view::no_avatars() };
    put("author_avatar_urls", avatars);
    put("meta", json!([]));
    if call.wanted.wants("_links") {
        put("_links", links(call, comment, post.as_ref()));
    }
    call.present(item)
}

fn links(call: &Call, comment: &Comment, post: Option<&Post>) -> Value {
    let mut links = Links::default();
    links.add("self", call.href(&format!("comments/{}", comment.id)));
    links.add("collection", call.href("comments"));
    if let Some(user) = comment.user {
        links.embeddable("author", call.href(&format!("users/{user}")));
    }
    if let Some((post, kind)) = post.and_then(|post| Some((post, kind_of(call, post)?))) {
        let href = call.href(&format!("{}/{}", kind.rest_base, post.id));
        links.push("up", json!({ "embeddable": true, "post_type": post.post_type.name(), "href": href }));
    }
    if let Some(parent) = comment.parent {
        links.embeddable("in-reply-to", call.href(&format!("comments/{parent}")));
    }
    let answered = call.site().comments(comment.post);
    if answered.iter().any(|id| call.site().comment(*id).is_some_and(|other| other.parent == Some(comment.id))) {
        links.embeddable("children", call.href(&format!("comments?parent={}", comment.id)));
    }
    links.finish()
}
