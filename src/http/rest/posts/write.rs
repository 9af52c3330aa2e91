//! Creating, changing, trashing and deleting posts: fields of the request → one edit.

use actix_web::http::StatusCode;
use serde_json::{Map, Value};

use super::{
    fields::{CONTENT_FORMAT, FOOTNOTES, PATTERN_SYNC},
    kind::PostKind,
    permit, view,
};
use crate::{
    content::{ContentFormat, Edit, PostId, PostStatus, Taxonomy, TermId, UserId, edit::SavePost},
    http::{
        error::HttpError,
        rest::{
            call::{Answer, Call, ids_of},
            schema::Context,
            shape::Wanted,
            time,
        },
    },
    publish::{Commit, Outcome},
};

pub async fn create(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let mut save = fields(kind, &mut call).await?;
    save.post_type = Some(kind.post_type.clone());
    may_become(kind, &call, None, save.status.as_ref())?;
    let commit = call.commit(Edit::SavePost(Box::new(save))).await?;
    let id = saved(&commit)?;
    let location = call.href(&format!("{}/{id}", kind.rest_base));
    Ok(show(kind, call, id, &commit).await?.created(location))
}

pub async fn update(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let post = permit::find(kind, &call)?;
    let mut save = fields(kind, &mut call).await?;
    save.id = Some(post.id);
    save.base = call.base;
    may_become(kind, &call, Some(&post.status), save.status.as_ref())?;
    let blind = call.base.is_none();
    let commit = call.commit(Edit::SavePost(Box::new(save))).await?;
    let replaced = if blind { replaced(kind, &call, &commit) } else { None };
    let mut answer = show(kind, call, post.id, &commit).await?;
    answer.links.extend(replaced);
    Ok(answer)
}

/// A link to the version of somebody else that this save took the place of, without having named it.
fn replaced(kind: &PostKind, call: &Call, commit: &Commit) -> Option<String> {
    let Outcome::Post { id, revision, .. } = commit.outcome else { return None };
    let saved = call.site().revisions(id);
    let at = saved.iter().position(|entry| entry.revision == revision)?;
    let before = saved.get(at.checked_sub(1)?)?;
    let others = Some(before.author) != call.identity.user_id();
    let href = call.href(&format!("{}/{id}/revisions/{}", kind.rest_base, before.number));
    others.then(|| format!(r#"<{href}>; rel="predecessor-version""#))
}

pub async fn delete(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let post = permit::find(kind, &call)?;
    edit_context(&mut call);
    if call.flag("force") == Some(true) {
        let previous = view::item(&call, kind, &post).await?;
        let commit = call.commit(Edit::DeletePost { id: post.id }).await?;
        return Ok(Answer::deleted(previous).acknowledging(&commit));
    }
    if kind.is_media() {
        let message = "The post does not support trashing. Set 'force=true' to delete.";
        return Err(HttpError::new(StatusCode::NOT_IMPLEMENTED, "rest_trash_not_supported", message));
    }
    if post.status == PostStatus::Trash {
        let message = "The post has already been deleted.";
        return Err(HttpError::new(StatusCode::GONE, "rest_already_trashed", message));
    }
    let edit = Edit::TrashPost { id: post.id, base: call.base };
    let commit = call.commit(edit).await?;
    show(kind, call, post.id, &commit).await
}

/// Writers get their item back whole.
pub fn edit_context(call: &mut Call) {
    call.context = Context::Edit;
    call.wanted = Wanted::new(Context::Edit, None);
}

/// The post a commit saved.
pub fn saved(commit: &Commit) -> Result<PostId, HttpError> {
    match commit.outcome {
        Outcome::Post { id, .. } => Ok(id),
        ref other => Err(HttpError::internal(&format_args!("saving a post gave {other:?}"))),
    }
}

/// The post after a commit, as its writer sees it.
pub async fn show(kind: &PostKind, mut call: Call, id: PostId, commit: &Commit) -> Result<Answer, HttpError> {
    edit_context(&mut call);
    let post = call.site().post(id);
    // Gone again before it could be shown: someone else was quicker.
    let post = post.ok_or_else(|| HttpError::not_found("rest_post_invalid_id", "Invalid post ID."))?;
    let item = view::item(&call, kind, &post).await?;
    Ok(view::answer(&call, &post, item).acknowledging(commit))
}

/// Refuses statuses the caller may not give.
fn may_become(
    kind: &PostKind,
    call: &Call,
    from: Option<&PostStatus>,
    to: Option<&PostStatus>,
) -> Result<(), HttpError> {
    let changes = to.filter(|to| from != Some(*to));
    let message = match changes {
        Some(PostStatus::Private) => "Sorry, you are not allowed to create private posts in this post type.",
        Some(PostStatus::Publish | PostStatus::Future) => {
            "Sorry, you are not allowed to publish posts in this post type."
        }
        _ => return Ok(()),
    };
    if call.can(kind.capabilities.publish) { Ok(()) } else { Err(call.refuse("rest_cannot_publish", message)) }
}

/// The fields sent, as an edit. May make the term of a post format first.
pub async fn fields(kind: &PostKind, call: &mut Call) -> Result<SavePost, HttpError> {
    let args = call.args.clone();
    let text = |name: &str| args.get(name).and_then(Value::as_str).map(str::to_owned);
    let open = |name: &str| text(name).map(|value| value == "open");
    let id = |name: &str| args.get(name).and_then(Value::as_i64).map(|id| u64::try_from(id).unwrap_or(0));
    let mut save = SavePost {
        title: raw_text(&args, "title"),
        content: raw_text(&args, if kind.is_media() { "description" } else { "content" }),
        excerpt: raw_text(&args, if kind.is_media() { "caption" } else { "excerpt" }),
        format: text(CONTENT_FORMAT).map(|format| match format.as_str() {
            "markdown" => ContentFormat::Markdown,
            _ => ContentFormat::Html,
        }),
        status: text("status").map(|status| PostStatus::from_name(&status)),
        slug: text("slug"),
        author: id("author").filter(|id| *id != 0).map(UserId),
        date: time::change(args.get("date"), args.get("date_gmt")),
        parent: id(if kind.is_media() { "post" } else { "parent" }).map(|id| (id != 0).then_some(PostId(id))),
        menu_order: args.get("menu_order").and_then(Value::as_i64),
        password: text("password").map(|password| Some(password).filter(|password| !password.is_empty())),
        comments_open: open("comment_status"),
        pings_open: open("ping_status"),
        sticky: args.get("sticky").and_then(Value::as_bool),
        thumbnail: id("featured_media").map(|id| (id != 0).then_some(PostId(id))),
        template: text("template"),
        ..SavePost::default()
    };
    if let Some(alt) = text("alt_text") {
        let values = if alt.is_empty() { Vec::new() } else { vec![alt] };
        save.meta.push(("_wp_attachment_image_alt".to_owned(), values));
    }
    for key in [PATTERN_SYNC, FOOTNOTES] {
        if let Some(value) = args.get("meta").and_then(|meta| meta.get(key)).and_then(Value::as_str) {
            let values = if value.is_empty() { Vec::new() } else { vec![value.to_owned()] };
            save.meta.push((key.to_owned(), values));
        }
    }
    for used in &kind.taxonomies {
        if let Some(ids) = args.get(&used.rest_base) {
            save.terms.push((used.taxonomy.clone(), ids_of(ids).into_iter().map(TermId).collect()));
        }
    }
    if let Some(format) = text("format") {
        save.terms.push(post_format(call, &format).await?);
    }
    Ok(save)
}

/// A text given as it is, or as the `raw` member of an object.
pub fn raw_text(args: &Map<String, Value>, name: &str) -> Option<String> {
    let value = args.get(name)?;
    value.as_str().or_else(|| value.get("raw").and_then(Value::as_str)).map(str::to_owned)
}

async fn post_format(call: &mut Call, format: &str) -> Result<(Taxonomy, Vec<TermId>), HttpError> {
    let (set, commit) = crate::http::post_format::set(&call.app, call.site(), format).await?;
    if let Some(commit) = commit {
        call.at = call.app.log.reach(commit.seq).await;
    }
    Ok(set)
}

/// The term of this slug, made where there is none: for taxonomies whose terms are names of the product.
pub async fn named_term(call: &mut Call, taxonomy: &Taxonomy, slug: &str) -> Result<Option<TermId>, HttpError> {
    let (id, commit) = crate::http::post_format::named_term(&call.app, call.site(), taxonomy, slug).await?;
    if let Some(commit) = commit {
        call.at = call.app.log.reach(commit.seq).await;
    }
    Ok(id)
}
