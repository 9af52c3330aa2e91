//! The fields of a post, each with its rule.

use super::{
    Context,
    permit::{forbidden, invalid},
    slugs,
};
use crate::{
    content::{
        Capability, MetaEntry, Post, PostId, PostStatus, PostType, Revision, TermId, edit::SavePost,
        names::strip_controls,
    },
    index::Site,
    publish::PublishError,
};

/// Longest content of one post, in bytes.
pub const CONTENT_BYTES_MAX: usize = 8 << 20;
/// Longest title and excerpt, in bytes: they are in memory.
const TITLE_BYTES_MAX: usize = 4 << 10;
const EXCERPT_BYTES_MAX: usize = 64 << 10;
/// Meta entries of one post, and the longest value and key in bytes.
const META_ENTRIES_MAX: usize = 1000;
const META_VALUE_BYTES_MAX: usize = 1 << 20;
const META_KEY_BYTES_MAX: usize = 255;
/// Terms of one post.
const TERMS_MAX: usize = 500;
/// Longest password of a post, as WordPress's column has it.
const PASSWORD_BYTES_MAX: usize = 255;
/// Levels of pages.
const DEPTH_MAX: usize = slugs::TERM_DEPTH_MAX;

pub(super) fn check_type(site: &Site, post_type: &PostType) -> Result<(), PublishError> {
    let name = post_type.name();
    if site.settings().types.post_type(name).is_some() {
        return Ok(());
    }
    Err(invalid("rest_invalid_param", "type", format!("no post type {name:?} is registered")))
}

pub(super) fn author(context: &Context<'_>, save: &SavePost, post: &mut Post) -> Result<(), PublishError> {
    let Some(author) = save.author else { return Ok(()) };
    if author == post.author {
        return Ok(());
    }
    if context.powers.user() != Some(author) && !context.powers.can_edit_others(&post.post_type) {
        return Err(forbidden("rest_cannot_edit_others", "you may not save posts in another user's name"));
    }
    if context.site.user(author).is_none() {
        return Err(invalid("rest_invalid_author", "author", format!("there is no user {author}")));
    }
    post.author = author;
    Ok(())
}

pub(super) fn status(context: &Context<'_>, save: &SavePost, post: &mut Post) -> Result<(), PublishError> {
    let Some(status) = &save.status else { return Ok(()) };
    if *status == post.status {
        return Ok(());
    }
    let attachment = post.post_type == PostType::Attachment;
    match status {
        PostStatus::Draft | PostStatus::Pending | PostStatus::AutoDraft if !attachment => {}
        PostStatus::Publish if attachment => {
            // attachments are as public as their parent
            return Ok(());
        }
        PostStatus::Private | PostStatus::Publish | PostStatus::Future => {
            if !context.powers.can_publish(&post.post_type) {
                return Err(forbidden("rest_cannot_publish", "you may not publish posts of this type"));
            }
        }
        PostStatus::Inherit if attachment => {}
        PostStatus::Draft
        | PostStatus::Pending
        | PostStatus::AutoDraft
        | PostStatus::Inherit
        | PostStatus::Trash
        | PostStatus::Custom(_) => {
            let message = format!("a {} cannot be saved as {:?}", post.post_type.name(), status.name());
            return Err(invalid("rest_invalid_param", "status", message));
        }
    }
    post.status = status.clone();
    Ok(())
}

pub(super) fn texts(save: &SavePost, post: &mut Post, body: &mut Revision) -> Result<(), PublishError> {
    if let Some(title) = &save.title {
        post.title = bounded(title, TITLE_BYTES_MAX, "title")?;
    }
    if let Some(excerpt) = &save.excerpt {
        post.excerpt = bounded(excerpt, EXCERPT_BYTES_MAX, "excerpt")?;
    }
    if let Some(content) = &save.content {
        body.content = bounded(content, CONTENT_BYTES_MAX, "content")?;
    }
    if let Some(format) = save.format {
        body.format = format;
    }
    if let Some(guid) = &save.guid {
        post.guid = bounded(guid, TITLE_BYTES_MAX, "guid")?;
    }
    if let Some(mime_type) = &save.mime_type {
        post.mime_type = bounded(mime_type, META_KEY_BYTES_MAX, "mime_type")?;
    }
    if let Some(template) = &save.template {
        post.template = bounded(template, META_KEY_BYTES_MAX, "template")?;
    }
    Ok(())
}

fn bounded(text: &str, bytes_max: usize, field: &'static str) -> Result<String, PublishError> {
    if text.len() > bytes_max {
        return Err(invalid("rest_invalid_param", field, format!("{field} is longer than {bytes_max} bytes")));
    }
    Ok(strip_controls(text))
}

pub(super) fn relations(context: &Context<'_>, save: &SavePost, post: &mut Post) -> Result<(), PublishError> {
    if let Some(parent) = save.parent {
        let parent = parent.filter(|id| id.0 != 0);
        if let Some(parent) = parent {
            check_parent(context.site, post.id, parent)?;
        }
        post.parent = parent;
    }
    if let Some(order) = save.menu_order {
        post.menu_order = order;
    }
    if let Some(thumbnail) = save.thumbnail {
        let is_attachment =
            |id: &PostId| context.site.post(*id).is_some_and(|post| post.post_type == PostType::Attachment);
        post.thumbnail = thumbnail.filter(is_attachment);
    }
    Ok(())
}

/// The parent must exist and must not lie below the post.
fn check_parent(site: &Site, id: PostId, parent: PostId) -> Result<(), PublishError> {
    let invalid_parent = |message: String| Err(invalid("rest_post_invalid_id", "parent", message));
    let mut above = Some(parent);
    for _ in 0..DEPTH_MAX {
        let Some(current) = above else { return Ok(()) };
        if current == id {
            return invalid_parent(format!("post {parent} lies below this post and cannot be its parent"));
        }
        match site.post(current) {
            Some(post) => above = post.parent,
            None if current == parent => return invalid_parent(format!("there is no post {parent}")),
            None => return Ok(()),
        }
    }
    invalid_parent(format!("posts are nested deeper than {DEPTH_MAX} levels"))
}

/// Replaces the terms of the taxonomies named; unknown terms are left out, as WordPress does.
pub(super) fn terms(context: &Context<'_>, save: &SavePost, post: &mut Post) -> Result<(), PublishError> {
    for (taxonomy, ids) in &save.terms {
        let known = |id: &TermId| context.site.term(*id).is_some_and(|term| term.taxonomy == *taxonomy);
        let mut chosen: Vec<TermId> = Vec::new();
        for id in ids.iter().filter(|id| known(id)) {
            if !chosen.contains(id) {
                chosen.push(*id);
            }
        }
        if slugs::taxonomy_is_hierarchical(context.site, taxonomy).is_none() {
            let message = format!("no taxonomy {:?} is registered", taxonomy.name());
            return Err(invalid("rest_invalid_param", "terms", message));
        }
        let assign = if taxonomy.name() == "nav_menu" { Capability::EditThemeOptions } else { Capability::EditPosts };
        context.require(assign, "rest_cannot_assign_term", "you may not assign these terms")?;
        post.terms.retain(|id| context.site.term(*id).is_some_and(|term| term.taxonomy != *taxonomy));
        post.terms.extend(chosen);
    }
    if post.terms.len() > TERMS_MAX {
        return Err(invalid("rest_invalid_param", "terms", format!("more than {TERMS_MAX} terms")));
    }
    let is_category = |id: &TermId| context.site.term(*id).is_some_and(|term| term.taxonomy.name() == "category");
    if post.post_type == PostType::Post && post.status != PostStatus::AutoDraft && !post.terms.iter().any(is_category) {
        let default = context.site.settings().default_category;
        if context.site.term(default).is_some() {
            post.terms.insert(0, default);
        }
    }
    Ok(())
}

pub(super) fn flags(context: &Context<'_>, save: &SavePost, post: &mut Post) -> Result<(), PublishError> {
    if let Some(open) = save.comments_open {
        post.comments_open = open;
    }
    if let Some(open) = save.pings_open {
        post.pings_open = open;
    }
    if let Some(password) = &save.password {
        let password = password.as_deref().map(strip_controls).filter(|password| !password.is_empty());
        if password.as_ref().is_some_and(|password| password.len() > PASSWORD_BYTES_MAX) {
            let message = format!("the password is longer than {PASSWORD_BYTES_MAX} bytes");
            return Err(invalid("rest_invalid_param", "password", message));
        }
        if password != post.password && !context.powers.can_publish(&post.post_type) {
            return Err(forbidden("rest_cannot_publish", "you may not protect posts of this type"));
        }
        post.password = password;
    }
    if let Some(sticky) = save.sticky.filter(|sticky| *sticky != post.sticky) {
        let may = context.powers.can_edit_others(&post.post_type) && context.powers.can_publish(&post.post_type);
        if !may {
            return Err(forbidden("rest_cannot_assign_sticky", "you may not make posts sticky"));
        }
        post.sticky = sticky;
    }
    if post.sticky && post.password.is_some() {
        let field = if save.sticky == Some(true) { "sticky" } else { "password" };
        return Err(invalid("rest_invalid_field", field, "a sticky post cannot have a password"));
    }
    Ok(())
}

pub(super) fn meta(save: &SavePost, post: &Post, body: &mut Revision) -> Result<(), PublishError> {
    for (key, values) in &save.meta {
        if key.is_empty() || key.len() > META_KEY_BYTES_MAX {
            let message = format!("a meta key has 1 to {META_KEY_BYTES_MAX} bytes");
            return Err(invalid("rest_invalid_param", "meta", message));
        }
        set_meta(&mut body.meta, key, values)?;
    }
    if body.meta.len() > META_ENTRIES_MAX {
        let message = format!("post {} would have more than {META_ENTRIES_MAX} meta entries", post.id);
        return Err(invalid("rest_invalid_param", "meta", message));
    }
    Ok(())
}

/// Puts `values` where the key first stood, or at the end.
pub(super) fn set_meta(meta: &mut Vec<MetaEntry>, key: &str, values: &[String]) -> Result<(), PublishError> {
    if let Some(value) = values.iter().find(|value| value.len() > META_VALUE_BYTES_MAX) {
        let message =
            format!("the value of {key:?} has {} bytes, at most {META_VALUE_BYTES_MAX} are kept", value.len());
        return Err(invalid("rest_invalid_param", "meta", message));
    }
    let at = meta.iter().position(|entry| entry.key == key).unwrap_or(meta.len());
    meta.retain(|entry| entry.key != key);
    let entry = |value: &String| MetaEntry { key: key.to_owned(), value: strip_controls(value) };
    let at = at.min(meta.len());
    meta.splice(at..at, values.iter().map(entry));
    Ok(())
}

pub(super) fn file(context: &Context<'_>, save: &SavePost, post: &mut Post) -> Result<(), PublishError> {
    let Some(file) = &save.file else { return Ok(()) };
    if post.post_type != PostType::Attachment {
        return Err(invalid("rest_invalid_param", "file", "only attachments have a file"));
    }
    context.require(Capability::UploadFiles, "rest_cannot_create", "you may not upload files")?;
    let mut file = file.clone();
    file.upload_path = free_upload_path(context.site, &file.upload_path, post.id, |_| false);
    post.mime_type.clone_from(&file.mime_type);
    post.file = Some(file);
    Ok(())
}

/// `2026/11/name.jpg`, or `name-1.jpg`, `name-2.jpg`, … where that is another attachment's.
pub(super) fn free_upload_path(site: &Site, path: &str, id: PostId, also_taken: impl Fn(&str) -> bool) -> String {
    let owned = |path: &str| site.attachment_by_upload_path(path).is_some_and(|owner| owner != id);
    let is_free = |path: &str| !owned(path) && !also_taken(path);
    if is_free(path) {
        return path.to_owned();
    }
    let (stem, extension) = match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => (stem, format!(".{extension}")),
        _ => (path, String::new()),
    };
    let mut n = 1_u64;
    loop {
        let candidate = format!("{stem}-{n}{extension}");
        if is_free(&candidate) {
            return candidate;
        }
        n += 1;
    }
}

pub(super) fn check_not_empty(post: &Post, body: &Revision) -> Result<(), PublishError> {
    // pages may be empty: they have no excerpt in WordPress; attachments and menu items stand for something else
    let must_say_something = matches!(post.post_type, PostType::Post);
    if must_say_something && post.title.is_empty() && post.excerpt.is_empty() && body.content.is_empty() {
        return Err(invalid("empty_content", "content", "title, content and excerpt are all empty"));
    }
    Ok(())
}

/// Lists of attachments and menu items need their meta; see [`Post::meta`].
pub(super) fn keep_resident_meta(post: &mut Post, body: &Revision) {
    post.meta = match post.post_type {
        PostType::Attachment | PostType::NavMenuItem => body.meta.clone(),
        PostType::Post | PostType::Page | PostType::Custom(_) => Vec::new(),
    };
}

/// An address that never changes, whatever becomes of permalinks.
pub(super) fn default_guid(site: &Site, post: &Post) -> String {
    let home = site.settings().home.trim_end_matches('/');
    match (&post.post_type, &post.file) {
        (PostType::Attachment, Some(file)) => format!("{home}/wp-content/uploads/{}", file.upload_path),
        (PostType::Attachment, None) => format!("{home}/?attachment_id={}", post.id),
        (PostType::Page, _) => format!("{home}/?page_id={}", post.id),
        (PostType::Custom(name), _) => format!("{home}/?post_type={name}&p={}", post.id),
        (PostType::Post | PostType::NavMenuItem, _) => format!("{home}/?p={}", post.id),
    }
}
