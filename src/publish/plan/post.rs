//! `SavePost`: creates a post or changes what the edit names.

use super::{
    Changes, Context, Planned, Reject,
    permit::{forbidden, not_found},
    post_date, post_fields,
    slugs::{self, Wanted},
};
use crate::{
    content::{
        Post, PostId, PostStatus, PostType, Revision, RevisionId, SavedSettings, UserId, edit::SavePost,
        slug::sanitize_title,
    },
    publish::{Outcome, PublishError},
};

pub(super) fn plan(context: &Context<'_>, save: &SavePost) -> Result<Planned, Reject> {
    match save.id {
        None => create(context, save),
        Some(id) => update(context, save, id),
    }
}

fn create(context: &Context<'_>, save: &SavePost) -> Result<Planned, Reject> {
    let post_type = save.post_type.clone().unwrap_or(PostType::Post);
    if !context.powers.can_create(&post_type) {
        return Err(forbidden("rest_cannot_create", "you may not create posts of this type").into());
    }
    post_fields::check_type(context.site, &post_type)?;
    let (id, revision) = *context.prepared.bodies.first().ok_or(Reject::Stale)?;
    if context.site.post(id).is_some() || id.0 < context.site.posts_promised_below() {
        // an import took the reserved number, or is going to
        return Err(Reject::Stale);
    }
    let mut post = blank(context, id, revision, post_type);
    let mut body = blank_body(&post, context.prepared.actor.user().unwrap_or(post.author));
    change(context, save, &mut post, &mut body, None)?;
    let mut changes = Changes::new(context.site);
    finish(context, &mut changes, post, body, None);
    Ok(changes.finish(Outcome::Post { id, revision, created: true }))
}

fn update(context: &Context<'_>, save: &SavePost, id: PostId) -> Result<Planned, Reject> {
    let Some(old) = context.site.post(id) else {
        return Err(not_found("rest_post_invalid_id", "there is no post with this id").into());
    };
    if save.post_type.as_ref().is_some_and(|post_type| *post_type != old.post_type) {
        return Err(not_found("rest_post_invalid_id", "there is no post of this type with this id").into());
    }
    if !context.powers.can_edit(&old) {
        return Err(forbidden("rest_cannot_edit", "you may not edit this post").into());
    }
    if let Some(base) = save.base
        && base != old.revision
    {
        return Err(PublishError::Conflict { current: old.revision }.into());
    }
    // the body the change is merged into must be the current one
    let current = context.prepared.base.as_deref().filter(|body| body.id == old.revision).ok_or(Reject::Stale)?;
    let (_, revision) = *context.prepared.bodies.first().ok_or(Reject::Stale)?;
    let mut post = Post { revision, ..old.clone() };
    let mut body = Revision {
        id: revision,
        previous: Some(current.id),
        saved_by: context.prepared.actor.user().unwrap_or(old.author),
        ..current.clone()
    };
    leave_trash(save, &mut post);
    change(context, save, &mut post, &mut body, Some(&old))?;
    let mut changes = Changes::new(context.site);
    finish(context, &mut changes, post, body, Some(current));
    Ok(changes.finish(Outcome::Post { id, revision, created: false }))
}

/// A new status brings a post back from the trash, under its former slug if that is still free.
fn leave_trash(save: &SavePost, post: &mut Post) {
    let stays = save.status.as_ref().is_none_or(|status| *status == PostStatus::Trash);
    if post.status == PostStatus::Trash
        && !stays
        && let Some((_, slug)) = post.trashed_from.take()
    {
        post.slug = slug;
    }
}

/// A new post before the edit's fields: WordPress's defaults.
fn blank(context: &Context<'_>, id: PostId, revision: RevisionId, post_type: PostType) -> Post {
    let settings = context.site.settings();
    let discusses = matches!(post_type, PostType::Post | PostType::Attachment);
    let first_admin = || context.site.users().first().map_or(UserId(0), |user| user.id);
    let now = context.time.now_local();
    let status = if post_type == PostType::Attachment { PostStatus::Inherit } else { PostStatus::Draft };
    Post {
        id,
        status,
        slug: String::new(),
        title: String::new(),
        excerpt: String::new(),
        author: context.powers.user().unwrap_or_else(first_admin),
        date: now,
        date_gmt: None,
        modified: now,
        modified_gmt: context.time.now_gmt(),
        parent: None,
        menu_order: 0,
        password: None,
        comments_open: discusses && settings.default_comments_open,
        pings_open: discusses && settings.default_pings_open,
        sticky: false,
        terms: Vec::new(),
        thumbnail: None,
        template: String::new(),
        mime_type: String::new(),
        guid: String::new(),
        old_slugs: Vec::new(),
        trashed_from: None,
        revision,
        meta: Vec::new(),
        file: None,
        post_type,
    }
}

fn blank_body(post: &Post, saved_by: UserId) -> Revision {
    Revision {
        id: post.revision,
        post: post.id,
        previous: None,
        saved_by,
        saved_at: post.modified_gmt,
        post_type: post.post_type.clone(),
        status: post.status.clone(),
        slug: String::new(),
        title: String::new(),
        content: String::new(),
        excerpt: String::new(),
        format: crate::content::ContentFormat::Html,
        author: post.author,
        date: post.date,
        terms: Vec::new(),
        meta: Vec::new(),
        settings: None,
    }
}

/// Applies the edit to `post` and `body`. `old` is the post before, if there was one.
fn change(
    context: &Context<'_>,
    save: &SavePost,
    post: &mut Post,
    body: &mut Revision,
    old: Option<&Post>,
) -> Result<(), Reject> {
    post_fields::author(context, save, post)?;
    post_fields::status(context, save, post)?;
    post_fields::texts(save, post, body)?;
    post_fields::relations(context, save, post)?;
    post_fields::terms(context, save, post)?;
    post_fields::flags(context, save, post)?;
    post_fields::meta(save, post, body)?;
    post_fields::file(context, save, post)?;
    post_date::set(context, save, post, old)?;
    set_slug(context, save, post, old);
    post_fields::check_not_empty(post, body)?;
    Ok(())
}

fn set_slug(context: &Context<'_>, save: &SavePost, post: &mut Post, old: Option<&Post>) {
    if let Some(slug) = &save.slug {
        post.slug = sanitize_title(slug);
    }
    let unfinished = matches!(post.status, PostStatus::Draft | PostStatus::Pending | PostStatus::AutoDraft);
    if post.status == PostStatus::Pending && !context.powers.can_publish(&post.post_type) {
        // who may not publish may not choose the address either
        post.slug = String::new();
    }
    if post.slug.is_empty() && !unfinished {
        post.slug = sanitize_title(&post.title);
        if post.slug.is_empty() {
            post.slug = post.id.to_string();
        }
    }
    post.slug = slugs::unique(context.site, &post.slug, &Wanted::of(post), |_| false);
    if let Some(old) = old {
        remember_slug(post, old);
    }
}

/// A public post that moves keeps its former slugs, which then redirect; one that comes back loses it from the list.
fn remember_slug(post: &mut Post, old: &Post) {
    let was_public = old.status == PostStatus::Publish
        || (old.post_type == PostType::Attachment && old.status == PostStatus::Inherit);
    if was_public && !old.slug.is_empty() && old.slug != post.slug && !post.old_slugs.contains(&old.slug) {
        post.old_slugs.push(old.slug.clone());
    }
    let slug = post.slug.clone();
    post.old_slugs.retain(|former| *former != slug);
}

/// Writes the rows, and what the body repeats of the post.
fn finish(
    context: &Context<'_>,
    changes: &mut Changes<'_>,
    mut post: Post,
    mut body: Revision,
    replaces: Option<&Revision>,
) {
    if post.guid.is_empty() {
        post.guid = post_fields::default_guid(context.site, &post);
    }
    body.saved_at = context.time.now_gmt();
    body.status = post.status.clone();
    body.slug = post.slug.clone();
    body.title = post.title.clone();
    body.excerpt = post.excerpt.clone();
    body.author = post.author;
    body.date = post.date;
    body.terms = post.terms.clone();
    body.settings = Some(SavedSettings::of(&post));
    post_fields::keep_resident_meta(&mut post, &body);
    changes.put_post(&post);
    changes.add_revision(body, replaces);
}
