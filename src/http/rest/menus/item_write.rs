//! Creating, changing and deleting menu items.

use actix_web::http::StatusCode;

use super::{item_view, meta};
use crate::{
    content::{Edit, Post, PostId, PostStatus, Taxonomy, TermId, edit::SavePost},
    http::{
        error::HttpError,
        rest::{
            call::{Answer, Call},
            posts::{edit_context, kind::PostKind, permit, raw_text, saved},
        },
    },
};

pub async fn create(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let mut save = fields(&call, None)?;
    save.post_type = Some(kind.post_type.clone());
    let commit = call.commit(Edit::SavePost(Box::new(save))).await?;
    let id = saved(&commit)?;
    let location = call.href(&format!("{}/{id}", kind.rest_base));
    Ok(show(call, id).await?.created(location).acknowledging(&commit))
}

pub async fn update(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let post = permit::find(kind, &call)?;
    let mut save = fields(&call, Some(&post))?;
    save.id = Some(post.id);
    save.base = call.base;
    let commit = call.commit(Edit::SavePost(Box::new(save))).await?;
    Ok(show(call, post.id).await?.acknowledging(&commit))
}

pub async fn delete(kind: &PostKind, mut call: Call) -> Result<Answer, HttpError> {
    let post = permit::find(kind, &call)?;
    if call.flag("force") != Some(true) {
        let message = "Menu items do not support trashing. Set 'force=true' to delete.";
        return Err(HttpError::new(StatusCode::NOT_IMPLEMENTED, "rest_trash_not_supported", message));
    }
    edit_context(&mut call);
    let previous = item_view::item(&call, &post).await?;
    let commit = call.commit(Edit::DeletePost { id: post.id }).await?;
    Ok(Answer::deleted(previous).acknowledging(&commit))
}

async fn show(mut call: Call, id: PostId) -> Result<Answer, HttpError> {
    edit_context(&mut call);
    let post = call.site().post(id);
    let post = post.ok_or_else(|| HttpError::not_found("rest_post_invalid_id", "Invalid post ID."))?;
    Ok(Answer::ok(item_view::item(&call, &post).await?))
}

/// The fields sent as an edit; `old` is the item changed.
fn fields(call: &Call, old: Option<&Post>) -> Result<SavePost, HttpError> {
    let text = |name: &str| call.text(name).map(str::to_owned);
    let mut save = SavePost {
        title: raw_text(&call.args, "title"),
        content: text("description"),
        excerpt: text("attr_title"),
        status: text("status").map(|status| PostStatus::from_name(&status)),
        menu_order: call.integer("menu_order"),
        ..SavePost::default()
    };
    if let Some(menu) = call.integer("menus") {
        let ids = u64::try_from(menu).ok().filter(|id| *id != 0).map(TermId);
        save.terms.push((Taxonomy::new("nav_menu"), ids.into_iter().collect()));
    }
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            save.meta.push((format!("_menu_item_{name}"), vec![value]));
        }
    };
    let kind = call.text("type").or_else(|| old.map(|old| meta(old, "type"))).unwrap_or("custom");
    put("type", text("type"));
    put("object", if kind == "custom" { Some("custom".to_owned()) } else { text("object") });
    put("object_id", call.integer("object_id").map(|id| id.to_string()));
    put("menu_item_parent", call.integer("parent").map(|id| id.to_string()));
    put("target", text("target"));
    put("url", text("url"));
    put("classes", call.args.get("classes").map(|_| serialised(&call.texts("classes"))));
    put("xfn", call.args.get("xfn").map(|_| call.texts("xfn").join(" ")));
    check(call, kind, old)?;
    Ok(save)
}

/// What the item points at must be there, and a link must lead somewhere.
fn check(call: &Call, kind: &str, old: Option<&Post>) -> Result<(), HttpError> {
    let id = call.integer("object_id").and_then(|id| u64::try_from(id).ok());
    match kind {
        "custom" => {
            let url = call.text("url").or_else(|| old.map(|old| meta(old, "url"))).unwrap_or_default();
            if url.is_empty() {
                let message = "The url is required when using a custom menu item type.";
                return Err(HttpError::bad_request("rest_url_required", message));
            }
            Ok(())
        }
        "post_type" if id.is_some_and(|id| call.site().post(PostId(id)).is_none()) => {
            Err(HttpError::bad_request("rest_post_invalid_id", "Invalid post ID."))
        }
        "taxonomy" if id.is_some_and(|id| call.site().term(TermId(id)).is_none()) => {
            Err(HttpError::bad_request("rest_term_invalid_id", "Invalid term ID."))
        }
        _ => Ok(()),
    }
}

/// A list of strings as WordPress keeps it, PHP-serialised. Quotes cannot be in class names and are left out.
fn serialised(classes: &[&str]) -> String {
    let entries = classes.iter().enumerate().map(|(at, class)| {
        let class = class.replace('"', "");
        format!("i:{at};s:{}:\"{class}\";", class.len())
    });
    format!("a:{}:{{{}}}", classes.len(), entries.collect::<String>())
}
