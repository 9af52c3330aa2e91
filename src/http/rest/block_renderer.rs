//! Dynamic blocks as readers would see them, for the editor's previews.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    action::Action,
    call::{Answer, Call},
    posts::permit,
    schema::{EDIT, Schema},
    table::{self, ItemSchema, Route},
};
use crate::{
    content::{Capability, Post, PostId},
    http::error::HttpError,
    serve,
};

pub fn routes() -> Vec<Route> {
    let rendered = Schema::string("The block's HTML.").required().within(EDIT);
    let fields = vec![("rendered".into(), rendered)];
    let item = Arc::new(ItemSchema { title: "rendered-block".to_owned(), fields, actions: Vec::new() });
    let context = Schema::string("For what the answer is meant.").choices(["edit"]).default_to("view");
    let args = vec![
        ("name".into(), Schema::string("The block's registered name.")),
        ("context".into(), context),
        ("attributes".into(), Schema::map("The block's attributes.").default_to(json!([]))),
        ("post_id".into(), Schema::integer("The post the block stands in.")),
    ];
    let route = Route::new("wp/v2", "block-renderer/<name:block>");
    vec![route.on(table::GET_POST, Action::RenderBlock, args).item(&item)]
}

fn post(call: &Call) -> Option<Result<Post, HttpError>> {
    let id = call.integer("post_id").and_then(|id| u64::try_from(id).ok()).filter(|id| *id > 0)?;
    let refused = || call.refuse("block_cannot_read", "Sorry, you are not allowed to read blocks of this post.");
    let found = call.site().post(PostId(id)).filter(|post| {
        let kind = call.table.post_kinds.iter().find(|kind| kind.post_type == post.post_type);
        kind.is_some_and(|kind| permit::may_edit(call, kind, post))
    });
    Some(found.ok_or_else(refused))
}

pub fn permit(call: &Call) -> Result<(), HttpError> {
    match post(call) {
        Some(found) => found.map(drop),
        None if call.can(Capability::EditPosts) => Ok(()),
        None => Err(call.refuse("block_cannot_read", "Sorry, you are not allowed to read blocks as this user.")),
    }
}

pub async fn run(call: &Call) -> Result<Answer, HttpError> {
    let post = post(call).transpose()?;
    let scene = serve::BlockScene::new(&call.app, call.site(), call.now, post.as_ref());
    let none = json!({});
    let attributes = call.args.get("attributes").filter(|value| value.is_object()).unwrap_or(&none);
    let html = serve::dynamic_block(&scene, call.url_text("name"), attributes).await?;
    match html {
        Some(html) => Ok(Answer::ok(Value::Object([("rendered".to_owned(), html.into())].into_iter().collect()))),
        None => Err(HttpError::not_found("block_invalid", "Invalid block.")),
    }
}
