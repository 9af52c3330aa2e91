//! Into the trash, back from it, and away for good.

use std::collections::HashSet;

use super::{
    Changes, Context, Planned, ROWS_PER_COMMIT_MAX,
    permit::{forbidden, invalid, not_found},
    slugs::{self, Wanted},
};
use crate::{
    content::{
        Post, PostId, PostStatus, PostType, RevisionId,
        slug::{SLUG_BYTES_MAX, truncate},
    },
    publish::{Outcome, PublishError},
    store::Table,
};

/// Frees the slug of a trashed post for others.
const TRASHED: &str = "__trashed";

pub(super) fn trash(context: &Context<'_>, id: PostId, base: Option<RevisionId>) -> Result<Planned, PublishError> {
    let mut post = deletable(context, id)?;
    if base.is_some_and(|base| base != post.revision) {
        return Err(PublishError::Conflict { current: post.revision });
    }
    if post.status == PostStatus::Trash {
        return Err(invalid("rest_already_trashed", "id", "the post is in the trash already"));
    }
    to_trash(context, &mut post, &mut HashSet::new());
    let mut changes = Changes::new(context.site);
    changes.put_post(&post);
    Ok(changes.finish(touched(&post)))
}

/// Remembers status and slug, and gives the slug up. `taken` are the slugs this edit has handed out.
pub(super) fn to_trash(context: &Context<'_>, post: &mut Post, taken: &mut HashSet<String>) {
    post.trashed_from = Some((post.status.clone(), post.slug.clone()));
    post.status = PostStatus::Trash;
    if !post.slug.is_empty() {
        let slug = format!("{}{TRASHED}", truncate(&post.slug, SLUG_BYTES_MAX - TRASHED.len()));
        post.slug = slugs::unique(context.site, &slug, &Wanted::of(post), |slug| taken.contains(slug));
        taken.insert(post.slug.clone());
    }
    modified_now(context, post);
}

/// Back as a draft, whatever it was, as WordPress does: nothing becomes public by taking it out of the trash.
/// Attachments go back to their parent.
pub(super) fn untrash(context: &Context<'_>, id: PostId) -> Result<Planned, PublishError> {
    let mut post = deletable(context, id)?;
    if post.status != PostStatus::Trash {
        return Err(invalid("rest_not_trashed", "id", "the post is not in the trash"));
    }
    if let Some((_, slug)) = post.trashed_from.take() {
        post.slug = slug;
    }
    post.status = if post.post_type == PostType::Attachment { PostStatus::Inherit } else { PostStatus::Draft };
    post.slug = slugs::unique(context.site, &post.slug, &Wanted::of(&post), |_| false);
    modified_now(context, &mut post);
    let mut changes = Changes::new(context.site);
    changes.put_post(&post);
    Ok(changes.finish(touched(&post)))
}

/// Children move up to the post's parent, menu items that point to it go with it, and so do its comments.
pub(super) fn delete(context: &Context<'_>, id: PostId) -> Result<Planned, PublishError> {
    let post = deletable(context, id)?;
    let mut changes = Changes::new(context.site);
    let mut taken = HashSet::new();
    for child in context.site.posts_below(id, ROWS_PER_COMMIT_MAX) {
        if let Some(mut child) = context.site.post(child) {
            child.parent = post.parent.filter(|parent| *parent != child.id);
            if child.status != PostStatus::Trash {
                let is_taken = |slug: &str| taken.contains(slug);
                child.slug = slugs::unique(context.site, &child.slug, &Wanted::of(&child), is_taken);
                taken.insert(child.slug.clone());
            }
            changes.put_post(&child);
        }
        if changes.is_full() {
            return Ok(changes.part());
        }
    }
    for comment in context.site.comments(id) {
        changes.delete(Table::Comments, comment.0.into());
        if changes.is_full() {
            return Ok(changes.part());
        }
    }
    for item in menu_items_of(context, id) {
        delete_rows(&mut changes, item);
    }
    delete_rows(&mut changes, id);
    for name in ["page_on_front", "page_for_posts"] {
        if context.site.option(name).and_then(|value| as_id(&value)) == Some(id.0) {
            changes.put_option(name, &serde_json::json!(0));
        }
    }
    Ok(changes.finish(touched(&post)))
}

fn delete_rows(changes: &mut Changes<'_>, id: PostId) {
    changes.delete(Table::Posts, id.0.into());
    changes.delete(Table::Revisions, id.0.into());
}

fn as_id(value: &serde_json::Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Menu items that show this post.
fn menu_items_of(context: &Context<'_>, id: PostId) -> Vec<PostId> {
    let site = context.site;
    let menus = site.terms(&crate::content::Taxonomy::new("nav_menu"));
    let items = menus.iter().flat_map(|menu| site.posts_in_term(menu.id, ROWS_PER_COMMIT_MAX));
    let mut found: Vec<PostId> = items
        .filter(|item| {
            site.post(*item).is_some_and(|item| {
                meta_value(&item, "_menu_item_type") == Some("post_type")
                    && meta_value(&item, "_menu_item_object_id") == Some(id.to_string().as_str())
            })
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn meta_value<'a>(post: &'a Post, key: &str) -> Option<&'a str> {
    post.meta.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
}

pub(super) fn deletable(context: &Context<'_>, id: PostId) -> Result<Post, PublishError> {
    let missing = || not_found("rest_post_invalid_id", "there is no post with this id");
    let post = context.site.post(id).ok_or_else(missing)?;
    if !context.powers.can_delete(&post) {
        return Err(forbidden("rest_cannot_delete", "you may not delete this post"));
    }
    Ok(post)
}

fn modified_now(context: &Context<'_>, post: &mut Post) {
    post.modified = context.time.now_local();
    post.modified_gmt = context.time.now_gmt();
}

fn touched(post: &Post) -> Outcome {
    Outcome::Post { id: post.id, revision: post.revision, created: false }
}
