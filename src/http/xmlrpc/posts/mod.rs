//! Posts of every type: `wp.getPost` and its kin.

pub mod meta;
pub mod save;
pub mod term_sets;
pub mod view;

use std::sync::Arc;

use futures_util::FutureExt;

use self::view::Wanted;
use super::{
    call::{Call, Fields},
    fault::Fault,
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, method, optional, param},
    value::Value,
};
use crate::{
    content::{
        Capability, Edit, Post, PostId, PostStatus, PostType, Revision, RevisionId, capability::TypeCapabilities,
    },
    index::{OrderBy, PostQuery},
    serve,
};

const ID: super::table::Param = param("post_id", Kind::Id);
const FIELDS: super::table::Param = optional("fields", Kind::List);
/// Texts of the posts of one list.
const TEXTS_BYTES_MAX: usize = 64 << 20;
const SIGNED: Needs = Needs::SignIn;

pub const METHODS: &[Method] = &[
    method("wp.getUsersBlogs", SIGNED, &[LOGIN, PASSWORD], |call| async move { Ok(blogs(call)) }.boxed()),
    method("wp.newPost", SIGNED, &[BLOG, LOGIN, PASSWORD, param("content", Kind::Struct)], |call| new(call).boxed()),
    method("wp.editPost", SIGNED, &[BLOG, LOGIN, PASSWORD, ID, param("content", Kind::Struct)], |call| {
        edit(call).boxed()
    }),
    method("wp.deletePost", SIGNED, &[BLOG, LOGIN, PASSWORD, ID], |call| delete_named(call).boxed()),
    method("wp.getPost", SIGNED, &[BLOG, LOGIN, PASSWORD, ID, FIELDS], |call| get(call).boxed()),
    method("wp.getPosts", SIGNED, &[BLOG, LOGIN, PASSWORD, optional("filter", Kind::Struct), FIELDS], |call| {
        list(call).boxed()
    }),
];

/// The sites of the caller: this one.
pub fn blogs(call: &Call) -> Value {
    Value::List(vec![Value::members([
        ("isAdmin", Value::Bool(call.can(Capability::ManageOptions))),
        ("url", Value::text(call.url("/"))),
        ("blogid", Value::text("1")),
        ("blogName", Value::text(&call.site().settings().title)),
        ("xmlrpc", Value::text(call.url(super::PATH))),
    ])])
}

/// # Errors
/// 404 for a post there is not.
pub fn find(call: &Call, id: u64) -> Result<Post, Fault> {
    call.site().post(PostId(id)).ok_or_else(|| Fault::not_found("There is no post with this id."))
}

/// A post the caller may edit.
///
/// # Errors
/// 404, and 401 for one of others.
pub fn editable(call: &Call, id: u64) -> Result<Post, Fault> {
    let post = find(call, id)?;
    if call.powers.can_edit(&post) {
        Ok(post)
    } else {
        Err(Fault::unauthorized("Your account may not edit this post."))
    }
}

/// # Errors
/// 403 for a type nobody registered.
pub fn known_type(call: &Call, name: &str) -> Result<PostType, Fault> {
    match call.site().settings().types.post_type(name) {
        Some(info) => Ok(PostType::from_name(&info.name)),
        None => Err(Fault::forbidden(format!("There is no post type {name:.40}."))),
    }
}

async fn new(call: &mut Call) -> Answer {
    let content = call.fields("content");
    let name = content.filled("post_type").unwrap_or_else(|| "post".to_owned());
    let post_type = known_type(call, &name)?;
    if !call.powers.can_create(&post_type) {
        return Err(Fault::unauthorized("Your account may not write posts of this type."));
    }
    let save = save::of_fields(call, &content, &post_type, None).await?;
    Ok(Value::id(call.save_post(save).await?))
}

async fn edit(call: &mut Call) -> Answer {
    let content = call.fields("content");
    let post = editable(call, call.id("post_id"))?;
    let mut save = save::of_fields(call, &content, &post.post_type.clone(), Some(&post)).await?;
    save.base = unmodified_since(&content, &post)?;
    call.save_post(save).await?;
    Ok(Value::Bool(true))
}

/// The revision a save is based on, where the client says since when it knows the post: then nothing saved meanwhile
/// is overwritten, not even while this call is on its way. Without it the save goes on top, as in WordPress.
///
/// WordPress reads the date as UTC, whatever it says.
fn unmodified_since(content: &Fields, post: &Post) -> Result<Option<RevisionId>, Fault> {
    let Some(since) = content.moment("if_not_modified_since")? else { return Ok(None) };
    if post.modified_gmt > since.at { Err(Fault::conflict()) } else { Ok(Some(post.revision)) }
}

async fn delete_named(call: &mut Call) -> Answer {
    let post = find(call, call.id("post_id"))?;
    delete(call, &post).await
}

/// Into the trash; out of it, and attachments, for good.
pub async fn delete(call: &mut Call, post: &Post) -> Answer {
    if !call.powers.can_delete(post) {
        return Err(Fault::unauthorized("Your account may not delete this post."));
    }
    let for_good = post.post_type == PostType::Attachment || post.status == PostStatus::Trash;
    let edit = if for_good { Edit::DeletePost { id: post.id } } else { Edit::TrashPost { id: post.id, base: None } };
    call.commit(edit).await?;
    Ok(Value::Bool(true))
}

async fn get(call: &mut Call) -> Answer {
    let post = editable(call, call.id("post_id"))?;
    let body = call.body(&post).await?;
    Ok(view::post(call, &post, &body, &Wanted::of(call.arg("fields"))))
}

async fn list(call: &mut Call) -> Answer {
    const DEFAULT: usize = 10;
    let filter = call.fields("filter");
    let name = filter.filled("post_type").unwrap_or_else(|| "post".to_owned());
    let post_type = known_type(call, &name)?;
    let needs = TypeCapabilities::of(&post_type);
    if !call.can(needs.edit) {
        return Err(Fault::unauthorized("Your account may not edit posts of this type."));
    }
    let query = PostQuery {
        statuses: statuses(&filter),
        search: filter.filled("s"),
        order_by: order(filter.text("orderby").as_deref().unwrap_or_default()),
        ascending: filter.text("order").is_some_and(|order| order.eq_ignore_ascii_case("asc")),
        offset: filter.offset(),
        limit: filter.limit("number", DEFAULT),
        ..own_or_all(call, post_type)
    };
    let wanted = Wanted::of(call.arg("fields"));
    let posts = select(call, &query).await?;
    Ok(Value::List(posts.iter().map(|(post, body)| view::post(call, post, body, &wanted)).collect()))
}

/// Posts of one type the caller may edit: who may not edit others' is asked for their own only.
pub fn own_or_all(call: &Call, post_type: PostType) -> PostQuery {
    let others = call.powers.can_edit_others(&post_type);
    PostQuery {
        authors: if others { Vec::new() } else { vec![call.user_id()] },
        types: vec![post_type],
        statuses: editing_statuses(),
        ..PostQuery::default()
    }
}

/// What is listed for editing where nothing else is asked for.
pub fn editing_statuses() -> Vec<PostStatus> {
    use PostStatus as S;
    vec![S::Publish, S::Future, S::Draft, S::Pending, S::Private]
}

/// The posts a query finds, those the caller may edit, with their bodies.
pub async fn select(call: &Call, query: &PostQuery) -> Result<Vec<(Post, Arc<Revision>)>, Fault> {
    let found = serve::posts(call.site(), query, call.now).await;
    let mut posts = call.bodies(&found.ids).await?;
    posts.retain(|(post, _)| call.powers.can_edit(post));
    if posts.iter().map(|(_, body)| body.content.len()).sum::<usize>() > TEXTS_BYTES_MAX {
        return Err(Fault::new(413, "These posts are too long for one answer: ask for fewer."));
    }
    Ok(posts)
}

fn statuses(filter: &Fields) -> Vec<PostStatus> {
    let Some(given) = filter.get("post_status") else { return editing_statuses() };
    let named: Vec<String> = match given {
        Value::List(items) => items.iter().filter_map(Value::as_text).collect(),
        other => other.as_text().unwrap_or_default().split(',').map(|name| name.trim().to_owned()).collect(),
    };
    let named: Vec<String> = named.into_iter().filter(|name| !name.is_empty()).collect();
    if named.is_empty() || named.iter().any(|name| name == "any") {
        let mut all = editing_statuses();
        all.push(PostStatus::Inherit);
        return all;
    }
    named.iter().map(|name| PostStatus::from_name(name)).collect()
}

fn order(name: &str) -> OrderBy {
    match name.trim_start_matches("post_") {
        "modified" => OrderBy::Modified,
        "title" => OrderBy::Title,
        "name" => OrderBy::Slug,
        "ID" | "id" => OrderBy::Id,
        "author" => OrderBy::Author,
        "parent" => OrderBy::Parent,
        "menu_order" => OrderBy::MenuOrder,
        _ => OrderBy::Date,
    }
}
