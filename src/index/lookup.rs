//! Posts and terms by what they are called and where they are.

use jiff::Timestamp;

use super::{
    RevisionEntry, Site,
    columns::Columns,
    key::{DateKey, Instant, Kind, NameKey, Shelf},
    standing::{self, Standing},
};
use crate::{
    content::{Post, PostId, PostStatus, PostType, Taxonomy, Term, TermId, slug::sanitize_title},
    store::{
        RowKey, Table,
        codec::{self, post::PostRow},
    },
};

/// More levels than any page tree has; guards against parents in a circle.
pub(super) const ANCESTORS_MAX: usize = 64;

impl Site {
    pub fn post(&self, id: PostId) -> Option<Post> {
        self.row(Table::Posts, id.0, codec::post::decode)
    }

    /// A post's row, read in place.
    pub(super) fn view(&self, id: PostId) -> Option<PostRow<'_>> {
        codec::post::view(self.tables.in_place(Table::Posts, &RowKey::Number(id.0))?).ok()
    }

    /// What lists scan of the posts.
    pub(super) fn columns(&self) -> Columns {
        self.post_columns.of(self.tables.table(Table::Posts))
    }

    /// True once searches and orders no longer have to read the rows of all posts first.
    pub fn is_prepared(&self) -> bool {
        self.post_columns.are_made()
    }

    /// Reads the rows of all posts for the searches to come, on a blocking thread, please.
    pub fn prepare(&self) {
        self.columns();
    }

    /// The same of a few posts.
    pub(super) fn columns_of(&self, ids: impl Iterator<Item = PostId>) -> Columns {
        let mut ids: Vec<_> = ids.map(|id| id.0).collect();
        ids.sort_unstable();
        Columns::of_few(
            ids.into_iter().filter_map(|id| Some((id, self.tables.in_place(Table::Posts, &RowKey::Number(id))?))),
        )
    }

    /// Public now, to anyone: published (or scheduled and due, or an attachment of such, or of nothing).
    /// A password does not matter here: it hides the content, not the post.
    pub fn is_public(&self, post: &Post, now: Timestamp) -> bool {
        let inherits = post.status == PostStatus::Inherit && post.post_type == PostType::Attachment;
        let standing = if inherits {
            standing::inherited(&self.tables, post.parent.map(|id| id.0))
        } else {
            Standing::of_status(&post.status, post.date_gmt)
        };
        standing.is_public(now)
    }

    /// The type of a post that is public now, without a password: everybody reads all of it.
    pub fn open_type(&self, id: PostId, now: Timestamp) -> Option<PostType> {
        let row = self.view(id).filter(|row| !row.has_password())?;
        standing::standing(&self.tables, &row).is_public(now).then(|| PostType::from_name(&row.post_type))
    }

    pub(super) fn is_public_id(&self, id: PostId, now: Timestamp) -> bool {
        self.view(id).is_some_and(|row| standing::standing(&self.tables, &row).is_public(now))
    }

    /// Scheduled posts of a type whose time has come, by date: public, though not on the public shelf.
    pub(super) fn due(&self, kind: Kind, now: Timestamp) -> Vec<DateKey> {
        let due = self.posts.scheduled.range(..=DateKey::last(Instant::of_timestamp(now)));
        let name = self.posts.kinds.name(kind);
        let of_kind = due.filter_map(|key| self.view(key.id)).filter(|row| row.post_type == name);
        let mut keys: Vec<_> = of_kind.map(|row| DateKey { at: Instant::of(row.date), id: PostId(row.id) }).collect();
        keys.sort_unstable();
        keys
    }

    /// The public posts before and after this one among its type, by date.
    pub fn adjacent(&self, post: &Post, now: Timestamp) -> (Option<PostId>, Option<PostId>) {
        let Some(kind) = self.posts.kinds.get(post.post_type.name()) else { return (None, None) };
        let key = DateKey { at: Instant::of(post.date), id: post.id };
        let due = self.due(kind, now);
        let filed = self.posts.shelves.get(&(kind, Shelf::Public));
        let before = filed.and_then(|filed| filed.by_date.range(..key).next_back().copied());
        let before = before.max(due.iter().rfind(|other| **other < key).copied());
        let beyond = DateKey { at: key.at, id: PostId(key.id.0.saturating_add(1)) };
        let after = filed.and_then(|filed| filed.by_date.range(beyond..).next().copied());
        let after = after.into_iter().chain(due.iter().find(|other| **other > key).copied()).min();
        (before.map(|key| key.id), after.map(|key| key.id))
    }

    /// The earliest date after `now` at which a scheduled post becomes public.
    pub fn next_scheduled(&self, now: Timestamp) -> Option<Timestamp> {
        let now = DateKey::last(Instant::of_timestamp(now));
        self.posts.scheduled.range(now..).next()?.at.timestamp()
    }

    /// Posts of a type right below `parent`, any status, by menu order then id.
    pub fn children(&self, parent: PostId, post_type: &PostType) -> Vec<PostId> {
        let kind = self.posts.kinds.get(post_type.name());
        kind.map_or_else(Vec::new, |kind| self.posts.children_of(parent, kind).collect())
    }

    /// A page (or other hierarchical type) by its path: `about/team`. Any status; a public one goes before others.
    pub fn page_by_path(&self, post_type: &PostType, path: &str) -> Option<PostId> {
        let segments: Vec<String> = path.split('/').filter(|segment| !segment.is_empty()).map(sanitize_title).collect();
        let (last, above) = segments.split_last()?;
        let mut found = self.posts_by_slug(post_type, last);
        let below = |id: &PostId| self.slugs_above(self.view(*id)?.parent.map(PostId));
        found.retain(|id| below(id).is_some_and(|slugs| slugs.iter().eq(above.iter().rev())));
        let is_published = |id: &PostId| self.view(*id).is_some_and(|row| row.status == "publish");
        found.iter().copied().find(is_published).or_else(|| found.first().copied())
    }

    /// Slugs from this post up, nearest first; `None` when they go in a circle.
    pub(super) fn slugs_above(&self, mut parent: Option<PostId>) -> Option<Vec<String>> {
        let mut slugs = Vec::new();
        while let Some(row) = parent.and_then(|id| self.view(id)) {
            if slugs.len() == ANCESTORS_MAX {
                return None;
            }
            slugs.push(row.slug.to_string());
            parent = row.parent.map(PostId);
        }
        Some(slugs)
    }

    /// Posts of any status under this slug, of this type.
    pub fn posts_by_slug(&self, post_type: &PostType, slug: &str) -> Vec<PostId> {
        let Some(kind) = self.posts.kinds.get(post_type.name()) else { return Vec::new() };
        named(&self.posts.slugs, slug).filter(|key| key.kind == kind).map(|key| key.id).collect()
    }

    /// The post that was once public under this slug: the newest when there are several.
    pub fn post_by_old_slug(&self, slug: &str) -> Option<PostId> {
        named(&self.posts.old_slugs, slug).map(|key| key.id).max()
    }

    /// An attachment by `2026/11/name.jpg`, its path below `wp-content/uploads/`.
    pub fn attachment_by_upload_path(&self, path: &str) -> Option<PostId> {
        named(&self.posts.uploads, path).map(|key| key.id).next()
    }

    /// True while some attachment refers to this original.
    pub fn has_media(&self, sha256: &str) -> bool {
        self.posts.media.contains_key(sha256)
    }

    /// What a stored revision list says: oldest first.
    pub fn revisions(&self, post: PostId) -> Vec<RevisionEntry> {
        self.row(Table::Revisions, post.0, codec::revisions::decode).unwrap_or_default()
    }

    /// The post that has a revision of this number. Visits the lists of all posts, some ten milliseconds for a hundred
    /// thousand.
    pub fn post_of_revision(&self, number: PostId) -> Option<PostId> {
        let written = [format!("\"n\":{number},"), format!("\"n\":{number}}}")];
        let mut rows = self.tables.table(Table::Revisions).iter();
        let (key, _) = rows.find(|(_, row)| {
            std::str::from_utf8(row).is_ok_and(|row| written.iter().any(|number| row.contains(number.as_str())))
        })?;
        match key {
            RowKey::Number(post) => Some(PostId(post)),
            RowKey::Text(_) => None,
        }
    }

    pub fn term(&self, id: TermId) -> Option<Term> {
        self.row(Table::Terms, id.0, codec::term::decode)
    }

    pub fn term_by_slug(&self, taxonomy: &Taxonomy, slug: &str) -> Option<TermId> {
        self.terms.by_slug(taxonomy, slug)
    }

    /// All terms of a taxonomy, by id.
    pub fn terms(&self, taxonomy: &Taxonomy) -> Vec<Term> {
        self.terms.of_taxonomy(taxonomy).filter_map(|id| self.term(id)).collect()
    }

    /// Terms right below, by id.
    pub fn term_children(&self, id: TermId) -> Vec<TermId> {
        self.terms.children(id).collect()
    }

    /// The term and everything below it, each once.
    pub fn term_with_descendants(&self, id: TermId) -> Vec<TermId> {
        let mut found = vec![id];
        let mut next = 0;
        while let Some(parent) = found.get(next).copied() {
            next += 1;
            let below: Vec<_> = self.terms.children(parent).filter(|child| !found.contains(child)).collect();
            found.extend(below);
        }
        found
    }

    /// Published items of a menu in their order, with their meta (`_menu_item_type`, `_menu_item_object_id`, …).
    pub fn menu_items(&self, menu: TermId) -> Vec<Post> {
        let Some(group) = self.posts.by_term.get(&(menu, Kind::NAV_MENU_ITEM)) else { return Vec::new() };
        let mut items: Vec<_> = group.public.iter().filter_map(|key| self.post(key.id)).collect();
        items.sort_by_key(|item| (item.menu_order, item.id));
        items
    }
}

/// Keys under exactly this name.
pub(super) fn named<'s>(set: &'s imbl::OrdSet<NameKey>, name: &str) -> impl Iterator<Item = &'s NameKey> {
    let name: std::sync::Arc<str> = name.into();
    let first = NameKey { name: name.clone(), kind: Kind::POST, id: PostId(0) };
    set.range(first..).take_while(move |key| key.name == name)
}
