//! `metaWeblog.*`: posts with their text in two parts, categories by name, tags in one text.

pub mod save;
pub mod view;

use futures_util::FutureExt;

use super::{
    call::Call,
    fault::Fault,
    posts,
    table::{APP_KEY, Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, Param, method, optional, param},
    value::Value,
};
use crate::{
    content::{Capability, PostType, edit::SavePost},
    index::PostQuery,
};

const ID: Param = param("post_id", Kind::Id);
const CONTENT: Param = param("content", Kind::Struct);
const PUBLISH: Param = optional("publish", Kind::Flag);

pub const METHODS: &[Method] = &[
    method("metaWeblog.newPost", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, CONTENT, PUBLISH], |call| new(call).boxed()),
    method("metaWeblog.editPost", Needs::SignIn, &[ID, LOGIN, PASSWORD, CONTENT, PUBLISH], |call| edit(call).boxed()),
    method("metaWeblog.getPost", Needs::SignIn, &[ID, LOGIN, PASSWORD], |call| get(call).boxed()),
    method(
        "metaWeblog.getRecentPosts",
        Needs::Can(Capability::EditPosts),
        &[BLOG, LOGIN, PASSWORD, optional("number", Kind::Number)],
        |call| recent(call).boxed(),
    ),
    method("metaWeblog.deletePost", Needs::SignIn, &[APP_KEY, ID, LOGIN, PASSWORD, PUBLISH], |call| {
        super::blogger::delete(call).boxed()
    }),
    method("metaWeblog.getUsersBlogs", Needs::SignIn, &[APP_KEY, LOGIN, PASSWORD], |call| {
        async move { Ok(posts::blogs(call)) }.boxed()
    }),
];

async fn new(call: &mut Call) -> Answer {
    let content = call.fields("content");
    let name = content.filled("post_type").unwrap_or_else(|| "post".to_owned());
    if !matches!(name.as_str(), "post" | "page") {
        return Err(Fault::unauthorized("Only posts and pages are written this way."));
    }
    let published = call.flag("publish");
    create(call, &PostType::from_name(&name), published).await
}

/// # Errors
/// 401 for who may not write posts of the type, and as the save.
pub async fn create(call: &mut Call, post_type: &PostType, published: bool) -> Answer {
    if !call.powers.can_create(post_type) {
        return Err(Fault::unauthorized("Your account may not write posts of this type."));
    }
    let content = call.fields("content");
    let save = save::of_fields(call, &content, post_type, None, published).await?;
    Ok(Value::id(call.save_post(save).await?))
}

async fn edit(call: &mut Call) -> Answer {
    let post = posts::editable(call, call.id("post_id"))?;
    let published = call.flag("publish");
    change(call, &post, published).await
}

pub async fn change(call: &mut Call, post: &crate::content::Post, published: bool) -> Answer {
    let content = call.fields("content");
    let save: SavePost = save::of_fields(call, &content, &post.post_type, Some(post), published).await?;
    call.save_post(save).await?;
    Ok(Value::Bool(true))
}

async fn get(call: &mut Call) -> Answer {
    let post = posts::editable(call, call.id("post_id"))?;
    let body = call.body(&post).await?;
    Ok(view::post(call, &post, &body, true))
}

/// Posts as they are listed for editing, newest first.
pub fn recent_posts(call: &Call) -> PostQuery {
    const DEFAULT: usize = 10;
    PostQuery { limit: call.limit("number", DEFAULT), ..posts::own_or_all(call, PostType::Post) }
}

async fn recent(call: &mut Call) -> Answer {
    let found = posts::select(call, &recent_posts(call)).await?;
    Ok(Value::List(found.iter().map(|(post, body)| view::post(call, post, body, false)).collect()))
}
