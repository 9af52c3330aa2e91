//! What a signed-in reader may see beyond what is public.

use jiff::Timestamp;

use crate::{
    content::{Capability, Post, PostId, PostStatus, PostType, User, capability::TypeCapabilities},
    index::{Site, Target},
};

/// The post a signed-in reader means with a URL that names nothing public: a preview (`?p=7`), or the permalink of
/// a private post.
pub fn resolve(site: &Site, viewer: &User, path: &str, query: &[(String, String)], now: Timestamp) -> Option<Target> {
    let post = named_by_number(site, query).or_else(|| named_by_path(site, path))?;
    may_read(site, viewer, &post, now).then_some(Target::Singular { id: post.id, page: 1 })
}

fn named_by_number(site: &Site, query: &[(String, String)]) -> Option<Post> {
    let names = ["p", "page_id", "preview_id", "attachment_id"];
    let (_, value) = query.iter().find(|(name, _)| names.contains(&name.as_str()))?;
    site.post(PostId(value.parse().ok()?))
}

/// Only posts whose permalink is exactly this path: private ones keep theirs.
fn named_by_path(site: &Site, path: &str) -> Option<Post> {
    let slug = path.trim_matches('/').rsplit('/').next().filter(|slug| !slug.is_empty())?;
    let types = [PostType::Post, PostType::Page];
    let candidates = types.iter().flat_map(|post_type| site.posts_by_slug(post_type, slug));
    let same = |post: &Post| site.post_path(post).trim_end_matches('/') == path.trim_end_matches('/');
    candidates.filter_map(|id| site.post(id)).find(same)
}

/// A file is as readable as the post it was put into.
fn reads_parent(site: &Site, viewer: &User, post: &Post, now: Timestamp) -> bool {
    let parent = post.parent.and_then(|id| site.post(id)).filter(|parent| parent.status != PostStatus::Inherit);
    parent.is_some_and(|parent| may_read(site, viewer, &parent, now))
}

/// Public posts; private ones for who may read them or wrote them; all others for who may edit them.
pub fn may_read(site: &Site, viewer: &User, post: &Post, now: Timestamp) -> bool {
    if matches!(post.post_type, PostType::NavMenuItem) || post.status == PostStatus::Trash {
        return false;
    }
    if site.is_public(post, now) {
        return true;
    }
    let can = |capability: Capability| viewer.roles.iter().any(|role| role.capabilities().contains(&capability));
    let needed = TypeCapabilities::of(&post.post_type);
    match post.status {
        PostStatus::Private => post.author == viewer.id || can(needed.read_private),
        PostStatus::Inherit => {
            post.author == viewer.id || can(needed.edit_others) || reads_parent(site, viewer, post, now)
        }
        _ if post.author == viewer.id => can(needed.edit),
        _ => can(needed.edit_others),
    }
}
