//! Comments: read, written, moderated.

mod desk;
mod fields;
mod list;
mod permit;
mod view;
mod write;

pub use self::{
    desk::{counts as desk_counts, list as desk_list, may_list as permit_desk, routes as desk_routes},
    permit::permit,
};

use std::sync::Arc;

use self::view::view;
use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    posts::{kind::PostKind, params},
    schema::Schema,
    table::{self, ItemSchema, Route},
};
use crate::{
    content::{Comment, CommentId, Post},
    http::error::HttpError,
};

pub fn routes() -> Vec<Route> {
    let item = Arc::new(ItemSchema { title: "comment".to_owned(), fields: fields::item(), actions: Vec::new() });
    let password = || ("password".into(), Schema::string("The post's password, if it has one."));
    vec![
        Route::new("wp/v2", "comments")
            .on(table::GET, Action::Comments(Verb::List), fields::list_args())
            .on(table::POST, Action::Comments(Verb::Create), params::create(&item.fields))
            .item(&item),
        Route::new("wp/v2", "comments/<id:number>")
            .on(table::GET, Action::Comments(Verb::Get), vec![params::id(), describe::context(), password()])
            .on(table::EDIT, Action::Comments(Verb::Update), params::update(&item.fields))
            .on(table::DELETE, Action::Comments(Verb::Delete), vec![params::id(), params::force(), password()])
            .item(&item),
    ]
}

fn kind_of<'a>(call: &'a Call, post: &Post) -> Option<&'a Arc<PostKind>> {
    call.table.post_kinds.iter().find(|kind| kind.post_type == post.post_type)
}

fn find(call: &Call) -> Result<Comment, HttpError> {
    let comment = call.site().comment(CommentId(call.url_id("id")));
    comment.ok_or_else(invalid_id)
}

fn invalid_id() -> HttpError {
    HttpError::not_found("rest_comment_invalid_id", "Invalid comment ID.")
}

pub async fn run(verb: Verb, call: Call) -> Result<Answer, HttpError> {
    match verb {
        Verb::List => list::run(call).await,
        Verb::Get => Ok(Answer::ok(view(&call, &find(&call)?))),
        Verb::Create => write::create(call).await,
        Verb::Update => write::update(call).await,
        Verb::Delete => write::delete(call).await,
    }
}
