//! Who may read, write and moderate comments, asked in WordPress's order.

use std::collections::HashMap;

use actix_web::http::StatusCode;

use super::{find, kind_of};
use crate::{
    content::{Capability, Comment, CommentStatus, Post, PostId, PostStatus, PostType},
    http::{
        error::HttpError,
        rest::{action::Verb, call::Call, posts, schema::Context},
    },
    index::CommentFacts,
};

/// The option that lets strangers comment through the API; off unless set, as the filter of this name in WordPress.
const ANONYMOUS_OPTION: &str = "rest_allow_anonymous_comments";
/// What only moderators may give, with the refusal of each.
const RESERVED: [(&str, &str, &str); 3] = [
    ("author", "rest_comment_invalid_author", "Sorry, you are not allowed to edit 'author' for comments."),
    ("author_ip", "rest_comment_invalid_author_ip", "Sorry, you are not allowed to edit 'author_ip' for comments."),
    ("status", "rest_comment_invalid_status", "Sorry, you are not allowed to edit 'status' for comments."),
];

pub fn permit(verb: Verb, call: &Call) -> Result<(), HttpError> {
    match verb {
        Verb::List => list(call),
        Verb::Get => get(call),
        Verb::Create => create(call),
        Verb::Update => changes(call, "rest_cannot_edit", "Sorry, you are not allowed to edit this comment."),
        Verb::Delete => changes(call, "rest_cannot_delete", "Sorry, you are not allowed to delete this comment."),
    }
}

/// A comment is as readable as its post: never through a password not given.
fn may_read_post(call: &Call, post: &Post) -> bool {
    let Some(kind) = kind_of(call, post) else { return call.site().is_public(post, call.now) };
    let open = posts::permit::password_fits(post, call.text("password").unwrap_or_default());
    posts::permit::may_read(call, kind, post) && (open || posts::permit::may_edit(call, kind, post))
}

pub fn may_read(call: &Call, comment: &Comment) -> bool {
    Reader::new(call).may_read(&CommentFacts::of(comment))
}

/// Whoever asks, and what is known by now of the posts they may read.
pub struct Reader<'c> {
    call: &'c Call,
    moderates: bool,
    posts: HashMap<PostId, bool>,
}

impl<'c> Reader<'c> {
    pub fn new(call: &'c Call) -> Self {
        Self { call, moderates: moderates(call), posts: HashMap::new() }
    }

    pub fn may_read(&mut self, comment: &CommentFacts) -> bool {
        let Self { call, moderates, posts } = self;
        let own = comment.user.is_some() && comment.user == call.identity.user_id();
        let shown = comment.status == CommentStatus::Approved || *moderates || own;
        shown
            && *posts.entry(comment.post).or_insert_with(|| {
                // what everybody reads needs no further question
                is_open(call, comment.post)
                    || call.site().post(comment.post).map_or(*moderates, |post| may_read_post(call, &post))
            })
    }
}

fn is_open(call: &Call, id: PostId) -> bool {
    let kind = |name: &PostType| call.table.post_kinds.iter().find(|kind| kind.post_type == *name);
    let open = call.site().open_type(id, call.now);
    open.is_some_and(|name| kind(&name).is_none_or(|kind| posts::permit::may_read_any(call, kind)))
}

pub fn moderates(call: &Call) -> bool {
    call.can(Capability::ModerateComments)
}

fn get(call: &Call) -> Result<(), HttpError> {
    let comment = find(call)?;
    if call.context == Context::Edit && !moderates(call) {
        return Err(call.refuse("rest_forbidden_context", "Sorry, you are not allowed to edit comments."));
    }
    if !may_read(call, &comment) {
        return Err(call.refuse("rest_cannot_read", "Sorry, you are not allowed to read this comment."));
    }
    Ok(())
}

fn list(call: &Call) -> Result<(), HttpError> {
    for id in call.ids("post") {
        if call.site().post(PostId(id)).is_some_and(|post| !may_read_post(call, &post)) {
            let message = "Sorry, you are not allowed to read the post for this comment.";
            return Err(call.refuse("rest_cannot_read_post", message));
        }
    }
    if moderates(call) {
        return Ok(());
    }
    if call.context == Context::Edit {
        return Err(call.refuse("rest_forbidden_context", "Sorry, you are not allowed to edit comments."));
    }
    let mut forbidden: Vec<&str> =
        ["author", "author_exclude", "author_email"].into_iter().filter(|name| call.args.contains_key(*name)).collect();
    forbidden.extend((call.text("status") != Some("approve")).then_some("status"));
    forbidden.extend((call.text("type") != Some("comment")).then_some("type"));
    if forbidden.is_empty() {
        return Ok(());
    }
    let message = format!("Query parameter not permitted: {}", forbidden.join(", "));
    Err(HttpError::forbidden(call.signed_in(), "rest_forbidden_param", message))
}

fn create(call: &Call) -> Result<(), HttpError> {
    if !call.signed_in() && !strangers_may(call) {
        return Err(call.refuse("rest_comment_login_required", "Sorry, you must be logged in to comment."));
    }
    for (name, code, message) in RESERVED {
        if call.args.contains_key(name) && !moderates(call) && !is_own(call, name) {
            return Err(call.refuse(code, message));
        }
    }
    let refuse = |code, message| Err(HttpError::new(StatusCode::FORBIDDEN, code, message));
    let id = call.integer("post").and_then(|id| u64::try_from(id).ok()).unwrap_or(0);
    let Some(post) = call.site().post(PostId(id)) else {
        let message = "Sorry, you are not allowed to create this comment without a post.";
        return refuse("rest_comment_invalid_post_id", message);
    };
    let not_here = "Sorry, you are not allowed to create a comment on this post.";
    match post.status {
        PostStatus::Draft => return refuse("rest_comment_draft_post", not_here),
        PostStatus::Trash => return refuse("rest_comment_trash_post", not_here),
        _ => {}
    }
    if !may_read_post(call, &post) {
        let message = "Sorry, you are not allowed to read the post for this comment.";
        return Err(call.refuse("rest_cannot_read_post", message));
    }
    if !post.comments_open {
        return refuse("rest_comment_closed", "Sorry, comments are closed for this item.");
    }
    Ok(())
}

/// Strangers comment where the site says so, and nobody must sign in to comment.
fn strangers_may(call: &Call) -> bool {
    let set = call.site().option(ANONYMOUS_OPTION);
    let set = set.is_some_and(|value| value == true || value == 1 || value == "1");
    set && !call.site().settings().comment_registration
}

/// What anyone may say of themselves.
fn is_own(call: &Call, name: &str) -> bool {
    match name {
        "author" => call.signed_in() && call.integer("author") == own_id(call),
        "author_ip" => call.text("author_ip") == Some(call.identity.ip.as_str()),
        _ => false,
    }
}

fn own_id(call: &Call) -> Option<i64> {
    call.identity.user_id().and_then(|id| i64::try_from(id.0).ok())
}

/// Moderators, and those who may edit the post it is on.
fn changes(call: &Call, code: &'static str, message: &'static str) -> Result<(), HttpError> {
    let comment = find(call)?;
    let post = call.site().post(comment.post);
    let edits_post = || {
        let post = post.as_ref()?;
        Some(posts::permit::may_edit(call, kind_of(call, post)?, post))
    };
    let may = moderates(call) || call.signed_in() && edits_post().unwrap_or(false);
    if may { Ok(()) } else { Err(call.refuse(code, message)) }
}
