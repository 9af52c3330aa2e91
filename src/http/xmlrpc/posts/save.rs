//! What a client sends of a post, as one edit.

use super::{meta, term_sets};
use crate::{
    content::{MetaEntry, Post, PostId, PostStatus, PostType, Taxonomy, TermId, UserId, edit::SavePost},
    http::{
        post_format,
        xmlrpc::{
            call::{Call, Fields, change},
            fault::Fault,
            value::Value,
        },
    },
};

/// The members of `wp.newPost` and `wp.editPost`. May make terms first.
///
/// # Errors
/// As WordPress refuses: 401, 403, 404; 400 for dates that are none.
pub async fn of_fields(
    call: &mut Call,
    content: &Fields,
    post_type: &PostType,
    post: Option<&Post>,
) -> Result<SavePost, Fault> {
    if post.is_some() && content.filled("post_type").is_some_and(|name| name != post_type.name()) {
        return Err(Fault::unauthorized("The type of a post cannot be changed."));
    }
    let status = content.text("post_status").filter(|_| content.get("post_status").is_some());
    let mut save = SavePost {
        id: post.map(|post| post.id),
        post_type: post.is_none().then(|| post_type.clone()),
        title: content.text("post_title"),
        content: content.text("post_content"),
        excerpt: content.text("post_excerpt"),
        status: new_status(call, post_type, post, status.as_deref())?,
        slug: content.text("post_name"),
        author: author(call, post_type, post, content.id("post_author"))?,
        parent: content.id("post_parent").map(|id| (id != 0).then_some(PostId(id))),
        menu_order: content.get("menu_order").and_then(Value::as_number),
        password: password(call, post_type, post, content.text("post_password"))?,
        comments_open: open(content, "comment_status"),
        pings_open: open(content, "ping_status"),
        sticky: content.flag("sticky").filter(|sticky| post.map_or(*sticky, |post| post.sticky != *sticky)),
        thumbnail: thumbnail(call, content.get("post_thumbnail"))?,
        template: content.text("page_template"),
        ..SavePost::default()
    };
    save.date = match content.moment("post_date_gmt")? {
        Some(moment) => Some(change(moment, true)),
        None => content.moment("post_date")?.map(|moment| change(moment, false)),
    };
    let before = before(call, post).await?;
    add_meta(&mut save, &before, content);
    save.terms = term_sets::of_fields(call, content, post_type).await?;
    if let Some(format) = content.filled("post_format") {
        save.terms.push(formatted(call, &format).await?);
    }
    Ok(save)
}

/// The meta a post has.
pub async fn before(call: &Call, post: Option<&Post>) -> Result<Vec<MetaEntry>, Fault> {
    match post {
        Some(post) => Ok(call.body(post).await?.meta.clone()),
        None => Ok(Vec::new()),
    }
}

pub fn add_meta(save: &mut SavePost, before: &[MetaEntry], content: &Fields) {
    if let Some(given) = content.get("custom_fields") {
        save.meta.extend(meta::changes(before, given));
    }
    if let Some(given) = content.get("enclosure") {
        save.meta.extend(meta::add_enclosure(before, given));
    }
}

/// The status asked for, where the caller may give it. Unknown ones make a draft, as in WordPress, and change nothing.
pub fn new_status(
    call: &Call,
    post_type: &PostType,
    post: Option<&Post>,
    asked: Option<&str>,
) -> Result<Option<PostStatus>, Fault> {
    let Some(asked) = asked else { return Ok(None) };
    let status = match asked {
        "publish" | "future" => PostStatus::Publish,
        "private" => PostStatus::Private,
        "pending" => PostStatus::Pending,
        "draft" => PostStatus::Draft,
        same if post.is_some_and(|post| post.status.name() == same) => return Ok(None),
        _ if post.is_none() => PostStatus::Draft,
        other => return Err(Fault::arguments(format!("A post cannot be made {other:.40} here."))),
    };
    let stays = post.is_some_and(|post| {
        post.status == status || (post.status == PostStatus::Future && status == PostStatus::Publish)
    });
    if stays {
        return Ok(None);
    }
    let publishes = matches!(status, PostStatus::Publish | PostStatus::Private);
    if publishes && !call.powers.can_publish(post_type) {
        return Err(Fault::unauthorized("Your account may not publish posts of this type."));
    }
    Ok(Some(status))
}

/// # Errors
/// 401 for another's name where the caller may not, 404 for nobody's.
pub fn author(
    call: &Call,
    post_type: &PostType,
    post: Option<&Post>,
    asked: Option<u64>,
) -> Result<Option<UserId>, Fault> {
    let Some(asked) = asked.filter(|id| *id != 0).map(UserId) else { return Ok(None) };
    let current = post.map_or_else(|| call.user_id(), |post| post.author);
    if asked == current {
        return Ok(post.is_none().then_some(asked));
    }
    if !call.powers.can_edit_others(post_type) {
        return Err(Fault::unauthorized("Your account may not save posts in another's name."));
    }
    if call.site().user(asked).is_none() {
        return Err(Fault::not_found("There is no author with this id."));
    }
    Ok(Some(asked))
}

/// # Errors
/// 401 for a new password of who may not publish.
pub fn password(
    call: &Call,
    post_type: &PostType,
    post: Option<&Post>,
    asked: Option<String>,
) -> Result<Option<Option<String>>, Fault> {
    let Some(asked) = asked else { return Ok(None) };
    let asked = Some(asked).filter(|password| !password.is_empty());
    if post.map_or(asked.is_none(), |post| post.password == asked) {
        return Ok(None);
    }
    if asked.is_some() && !call.powers.can_publish(post_type) {
        return Err(Fault::unauthorized("Your account may not protect posts of this type with a password."));
    }
    Ok(Some(asked))
}

fn open(content: &Fields, name: &str) -> Option<bool> {
    match content.filled(name)?.as_str() {
        "open" | "1" => Some(true),
        _ => Some(false),
    }
}

/// By id, or as the item that an answer showed. Empty takes the image away.
pub fn thumbnail(call: &Call, given: Option<&Value>) -> Result<Option<Option<PostId>>, Fault> {
    let Some(given) = given else { return Ok(None) };
    let id = given.get("attachment_id").unwrap_or(given);
    if id.is_empty() {
        return Ok(Some(None));
    }
    let id = PostId(id.as_id());
    if call.site().post(id).is_none() {
        return Err(Fault::not_found("There is no attachment with this id."));
    }
    Ok(Some(Some(id)))
}

/// The term of a post format, made where there is none.
pub async fn formatted(call: &mut Call, format: &str) -> Result<(Taxonomy, Vec<TermId>), Fault> {
    let (set, commit) = post_format::set(&call.front.app, call.site(), format).await?;
    if let Some(commit) = commit {
        call.reach(&commit).await;
    }
    Ok(set)
}
