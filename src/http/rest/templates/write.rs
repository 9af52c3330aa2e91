//! Storing, changing and deleting templates.

use super::{find, is_part, view};
use crate::{
    content::{Edit, PostId, PostStatus, Taxonomy, UserId, edit::SavePost},
    http::{
        error::HttpError,
        rest::{
            call::{Answer, Call},
            posts::{edit_context, kind::PostKind, named_term, raw_text, saved},
            themes,
        },
    },
};

pub async fn create(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let mut save = fields(kind, &mut call).await?;
    save.post_type = Some(kind.post_type.clone());
    save.title = save.title.filter(|title| !title.is_empty()).or_else(|| save.slug.clone());
    let theme = call.text("theme").unwrap_or_else(|| themes::name(&call)).to_owned();
    let theme_taxonomy = Taxonomy::new("wp_theme");
    let term = named_term(&mut call, &theme_taxonomy, &theme).await?;
    save.terms.push((theme_taxonomy, term.into_iter().collect()));
    let commit = call.commit(Edit::SavePost(Box::new(save))).await?;
    let id = saved(&commit)?;
    let answer = show(kind, call, id).await?;
    Ok(Answer { status: actix_web::http::StatusCode::CREATED, ..answer }.acknowledging(&commit))
}

pub async fn update(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let post = find(kind, &call)?;
    let mut save = fields(kind, &mut call).await?;
    save.id = Some(post.id);
    save.base = call.base;
    let commit = call.commit(Edit::SavePost(Box::new(save))).await?;
    Ok(show(kind, call, post.id).await?.acknowledging(&commit))
}

pub async fn delete(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let post = find(kind, &call)?;
    edit_context(&mut call);
    if call.flag("force") == Some(true) {
        let previous = view::item(&call, kind, &post).await?;
        let commit = call.commit(Edit::DeletePost { id: post.id }).await?;
        return Ok(Answer::deleted(previous).acknowledging(&commit));
    }
    let commit = call.commit(Edit::TrashPost { id: post.id, base: call.base }).await?;
    Ok(show(kind, call, post.id).await?.acknowledging(&commit))
}

async fn show(kind: &PostKind, mut call: Call, id: PostId) -> Result<Answer, HttpError> {
    edit_context(&mut call);
    let post = call.site().post(id);
    let post =
        post.ok_or_else(|| HttpError::not_found("rest_template_not_found", "No templates exist with that id."))?;
    Ok(Answer::ok(view::item(&call, kind, &post).await?))
}

async fn fields(kind: &PostKind, call: &mut Call) -> Result<SavePost, HttpError> {
    let text = |name: &str| call.text(name).map(str::to_owned);
    let author = call.integer("author").and_then(|id| u64::try_from(id).ok()).filter(|id| *id != 0);
    let mut save = SavePost {
        title: raw_text(&call.args, "title"),
        content: raw_text(&call.args, "content"),
        excerpt: text("description"),
        slug: text("slug"),
        status: text("status").map(|status| PostStatus::from_name(&status)),
        author: author.map(UserId),
        ..SavePost::default()
    };
    if let Some(area) = text("area").filter(|area| is_part(kind) && !area.is_empty()) {
        let taxonomy = Taxonomy::new("wp_template_part_area");
        let term = named_term(call, &taxonomy, &area).await?;
        save.terms.push((taxonomy, term.into_iter().collect()));
    }
    Ok(save)
}
