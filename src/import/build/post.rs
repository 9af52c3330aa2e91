//! An item of an export → the post's row and its revision.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::DateTime};

use super::{UserChoice, comment::user, meta_entry};
use crate::{
    content::{
        ContentFormat, MetaEntry, Post, PostId, PostStatus, PostType, Revision, RevisionId, SavedSettings, TermId,
        UserId, slug::sanitize_title,
    },
    import::{
        dates::{self, Zone},
        rewrite::Rewriter,
        survey::{ItemFacts, Source, login},
        wxr::{Item, Meta},
    },
    index::Site,
};

/// Longest name of a post type or status; WordPress's column has no more.
const NAME_MAX: usize = 20;

/// What every item of one source is built with.
#[derive(Debug)]
pub(in crate::import) struct PostContext<'a> {
    pub source: &'a Source,
    pub site: &'a Site,
    pub zone: &'a Zone,
    pub now: Timestamp,
    pub users: &'a BTreeMap<String, UserChoice>,
    pub rewriter: &'a Rewriter,
}

/// A post to be, and what could not be kept of it.
#[derive(Debug)]
pub(in crate::import) struct Built {
    pub post: Post,
    pub revision: Revision,
    pub notes: Vec<String>,
}

/// Builds the rows of `item`, as `facts` decided. `Err` says why it has to be left out.
pub(in crate::import) fn build_post(
    context: &PostContext<'_>,
    item: Item,
    facts: &ItemFacts,
    revision: RevisionId,
) -> Result<Built, String> {
    let mut notes = Vec::new();
    let post_type = post_type(&item)?;
    let parent = parent(context, facts, &mut notes);
    let times = Times::of(context, &item);
    let in_doubt = facts.parent.is_some() && parent.is_none() && !context.source.shows(facts);
    let status = status(&item, &post_type, &times, in_doubt, context.now, &mut notes);
    let author = context.users.get(&login(&item.creator)).map_or(UserId(0), UserChoice::id);
    let id = PostId(facts.new);
    let terms = terms(context, &item, &post_type, &status);
    let sorted = SortedMeta::of(context, &item, &post_type, facts, &mut notes);
    let file = facts.attachment.and_then(|at| context.source.attachments.get(at as usize)?.file.clone());
    let mime_type = match (&file, &post_type) {
        (Some(file), _) => file.mime_type.clone(),
        (None, PostType::Attachment) => mime_type_by_name(&item).to_owned(),
        (None, _) => String::new(),
    };
    let slug = slug(&item, &status, id);
    let (title, excerpt) = (item.title, context.rewriter.text(item.excerpt));
    let content = context.rewriter.text(item.content);
    let resident = matches!(post_type, PostType::Attachment | PostType::NavMenuItem);
    let saved_at = context.zone.now(context.now).1;
    let revision = Revision {
        id: revision,
        post: id,
        previous: None,
        saved_by: author,
        saved_at,
        post_type: post_type.clone(),
        status: status.clone(),
        slug: slug.clone(),
        title: title.clone(),
        content,
        excerpt: excerpt.clone(),
        format: ContentFormat::Html,
        author,
        date: times.date,
        terms: terms.clone(),
        meta: sorted.meta.clone(),
        settings: None,
    };
    let post = Post {
        id,
        post_type,
        status,
        slug,
        title,
        excerpt,
        author,
        date: times.date,
        date_gmt: times.date_gmt,
        modified: times.modified,
        modified_gmt: times.modified_gmt,
        parent,
        menu_order: item.menu_order,
        password: Some(item.password).filter(|password| !password.is_empty()),
        comments_open: item.comment_status == "open",
        pings_open: item.ping_status == "open",
        sticky: item.sticky,
        terms,
        thumbnail: sorted.thumbnail,
        template: sorted.template,
        mime_type,
        guid: item.guid,
        old_slugs: sorted.old_slugs,
        trashed_from: sorted.trashed_from,
        revision: revision.id,
        meta: if resident { sorted.meta } else { Vec::new() },
        file,
    };
    Ok(Built { revision: Revision { settings: Some(SavedSettings::of(&post)), ..revision }, post, notes })
}

fn post_type(item: &Item) -> Result<PostType, String> {
    let name = item.post_type.as_str();
    if name.is_empty() {
        return Ok(PostType::Post);
    }
    if name == "revision" {
        return Err("an old revision; exports keep them without the post's history".to_owned());
    }
    if !is_type_name(name) {
        return Err(format!("{name:.40?} cannot be the name of a post type"));
    }
    Ok(PostType::from_name(name))
}

/// Whether WordPress could have registered a type under this name.
pub(in crate::import) fn is_type_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    !name.is_empty() && name.len() <= NAME_MAX && name.bytes().all(plain)
}

fn parent(context: &PostContext<'_>, facts: &ItemFacts, notes: &mut Vec<String>) -> Option<PostId> {
    let old = facts.parent?;
    let found = context.source.post_seen_by(facts, old, context.site).filter(|parent| parent.0 != facts.new);
    if found.is_none() {
        notes.push(format!("its parent {old} is not in the file"));
    }
    found
}

struct Times {
    date: DateTime,
    date_gmt: Option<DateTime>,
    modified: DateTime,
    modified_gmt: DateTime,
    /// The file gives a date.
    known: bool,
}

impl Times {
    fn of(context: &PostContext<'_>, item: &Item) -> Self {
        let known = context.zone.of_item(item);
        let (date, gmt) = known.unwrap_or_else(|| context.zone.now(context.now));
        let unpublished = matches!(item.status.as_str(), "draft" | "pending" | "auto-draft");
        let floats = known.is_none() || (unpublished && dates::parse(&item.date_gmt).is_none());
        let (modified, modified_gmt) = context.zone.pair(&item.modified, &item.modified_gmt).unwrap_or((date, gmt));
        Self { date, date_gmt: (!floats).then_some(gmt), modified, modified_gmt, known: known.is_some() }
    }
}

/// The status here. Whatever leaves doubt whether readers may see the item becomes one they cannot.
fn status(
    item: &Item,
    post_type: &PostType,
    times: &Times,
    in_doubt: bool,
    now: Timestamp,
    notes: &mut Vec<String>,
) -> PostStatus {
    let mut close = |to: PostStatus, why: &str| {
        notes.push(format!("imported as {}: {why}", to.name()));
        to
    };
    match PostStatus::from_name(&item.status) {
        _ if item.status.is_empty() => close(PostStatus::Draft, "the file gives no status"),
        _ if item.post_type.is_empty() => close(PostStatus::Draft, "the file gives no type"),
        PostStatus::Publish | PostStatus::Future if !times.known => {
            close(PostStatus::Draft, "the file gives no date that can be read")
        }
        PostStatus::Publish if times.date_gmt.is_some_and(|gmt| dates::is_future(gmt, now)) => PostStatus::Future,
        PostStatus::Inherit if *post_type != PostType::Attachment => {
            close(PostStatus::Draft, "only attachments take their status from a parent")
        }
        PostStatus::Inherit if in_doubt => {
            close(PostStatus::Private, "what it belongs to is not in the file and may not be public")
        }
        PostStatus::Custom(name) if name.len() > NAME_MAX => close(PostStatus::Draft, "its status has too long a name"),
        known => known,
    }
}

fn slug(item: &Item, status: &PostStatus, id: PostId) -> String {
    let given = sanitize_title(&item.slug);
    let unpublished = matches!(status, PostStatus::Draft | PostStatus::Pending | PostStatus::AutoDraft);
    if !given.is_empty() || unpublished {
        return given;
    }
    let made = sanitize_title(&item.title);
    if made.is_empty() { id.to_string() } else { made }
}

fn terms(context: &PostContext<'_>, item: &Item, post_type: &PostType, status: &PostStatus) -> Vec<TermId> {
    let mut ids: Vec<TermId> = Vec::with_capacity(item.terms.len());
    for term in &item.terms {
        let facts = context.source.term(term).and_then(|index| context.source.terms.get(index));
        let id = facts.map(|facts| TermId(facts.new));
        ids.extend(id.filter(|id| !ids.contains(id)));
    }
    let categorised = item.terms.iter().any(|term| term.taxonomy == "category");
    if *post_type == PostType::Post && !categorised && *status != PostStatus::AutoDraft {
        // As in WordPress: a post is never without a category.
        let default = context.site.settings().default_category;
        ids.extend(context.site.term(default).map(|term| term.id));
    }
    ids
}

/// Meta with meaning taken out of the list, the rest as it is.
#[derive(Default)]
struct SortedMeta {
    meta: Vec<MetaEntry>,
    thumbnail: Option<PostId>,
    template: String,
    old_slugs: Vec<String>,
    trashed_from: Option<(PostStatus, String)>,
}

impl SortedMeta {
    fn of(
        context: &PostContext<'_>,
        item: &Item,
        post_type: &PostType,
        facts: &ItemFacts,
        notes: &mut Vec<String>,
    ) -> Self {
        let mut sorted = Self::default();
        let has_file = facts
            .attachment
            .and_then(|at| context.source.attachments.get(at as usize))
            .is_some_and(|attachment| attachment.file.is_some());
        let mut before_trash = None;
        let mut slug_before_trash = String::new();
        let menu_item_type = value(item, "_menu_item_type");
        for meta in &item.meta {
            match meta.key.as_str() {
                "" | "_edit_lock" => {}
                "_thumbnail_id" => sorted.thumbnail = thumbnail(context, facts, meta, notes),
                "_wp_page_template" if meta.value == "default" => {}
                "_wp_page_template" => meta.value.clone_into(&mut sorted.template),
                "_wp_old_slug" => sorted.old_slugs.push(sanitize_title(&meta.value)),
                "_wp_trash_meta_status" => before_trash = Some(PostStatus::from_name(&meta.value)),
                "_wp_desired_post_slug" => slug_before_trash = sanitize_title(&meta.value),
                // They describe files that are made anew here.
                "_wp_attached_file" | "_wp_attachment_metadata" if has_file => {}
                "_edit_last" => {
                    let editor = meta.value.parse().ok().and_then(|old| user(context.source, context.users, old));
                    sorted.push(meta, editor.map(|editor| editor.to_string()));
                }
                "_menu_item_object_id" if *post_type == PostType::NavMenuItem => {
                    sorted.push(meta, Some(menu_object(context, &meta.value, menu_item_type, facts, notes)));
                }
                "_menu_item_menu_item_parent" if *post_type == PostType::NavMenuItem => {
                    let parent =
                        meta.value.parse().ok().and_then(|old| context.source.post_seen_by(facts, old, context.site));
                    sorted.push(meta, Some(parent.map_or(0, |parent| parent.0).to_string()));
                }
                "enclosure" => sorted.push(meta, Some(context.rewriter.urls(meta.value.clone()))),
                _ => sorted.meta.push(meta_entry(meta)),
            }
        }
        sorted.old_slugs.retain(|slug| !slug.is_empty());
        if item.status == "trash" {
            sorted.trashed_from = Some((before_trash.unwrap_or(PostStatus::Draft), slug_before_trash));
        }
        sorted
    }

    fn push(&mut self, meta: &Meta, value: Option<String>) {
        if let Some(value) = value {
            self.meta.push(MetaEntry { key: meta.key.clone(), value });
        }
    }
}

fn value<'a>(item: &'a Item, key: &str) -> &'a str {
    item.meta.iter().find(|meta| meta.key == key).map_or("", |meta| meta.value.as_str())
}

fn thumbnail(context: &PostContext<'_>, facts: &ItemFacts, meta: &Meta, notes: &mut Vec<String>) -> Option<PostId> {
    let old: u64 = meta.value.trim().parse().ok().filter(|old| *old > 0)?;
    let found = context.source.post_seen_by(facts, old, context.site);
    if found.is_none() {
        notes.push(format!("its featured image {old} is not in the file"));
    }
    found
}

/// What a menu item points at, under its number here.
fn menu_object(
    context: &PostContext<'_>,
    value: &str,
    kind: &str,
    facts: &ItemFacts,
    notes: &mut Vec<String>,
) -> String {
    let old: u64 = value.trim().parse().unwrap_or(0);
    let found = match kind {
        "post_type" => context.source.post_seen_by(facts, old, context.site).map(|id| id.0),
        "taxonomy" => {
            let index = context.source.terms_by_old.get(&old);
            index.and_then(|index| context.source.terms.get(*index)).map(|facts| facts.new)
        }
        // A custom link points at itself.
        _ if facts.old == Some(old) => Some(facts.new),
        _ => Some(old),
    };
    if found.is_none() {
        notes.push(format!("the menu item points at {kind} {old}, which is not in the file"));
    }
    found.unwrap_or(0).to_string()
}

/// The type of an attachment whose file is not here, by its name.
fn mime_type_by_name(item: &Item) -> &'static str {
    let name = if item.attachment_url.is_empty() { &item.guid } else { &item.attachment_url };
    let name = name.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "jpg" | "jpeg" | "jpe" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "svg" => "image/svg+xml",
        "tif" | "tiff" => "image/tiff",
        "ico" => "image/x-icon",
        "mp3" | "m4a" | "m4b" => "audio/mpeg",
        "ogg" | "oga" => "audio/ogg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "mp4" | "m4v" => "video/mp4",
        "mov" | "qt" => "video/quicktime",
        "avi" => "video/avi",
        "webm" => "video/webm",
        "ogv" => "video/ogg",
        "wmv" => "video/x-ms-wmv",
        "pdf" => "application/pdf",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "zip" => "application/zip",
        "gz" | "gzip" => "application/x-gzip",
        "txt" | "asc" | "c" | "cc" | "h" | "srt" => "text/plain",
        "csv" => "text/csv",
        "rtf" => "application/rtf",
        _ => "application/octet-stream",
    }
}
