//! The sets and maps over `posts` rows, kept in step row by row.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::{
    key::{DateKey, Instant, Kind, Kinds, NameKey, Shelf},
    standing::{Standing, standing},
};
use crate::{
    content::{PostId, PostStatus, TermId, UserId},
    store::{
        Effect, Row, RowKey, Table, Tables,
        codec::post::{PostRow, view},
        log::Corrupt,
    },
};

/// Posts in the orders lists ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filed {
    pub by_date: OrdSet<DateKey>,
    pub by_modified: OrdSet<DateKey>,
}

/// Posts of one type that share a term or an author, by date.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Group {
    pub public: OrdSet<DateKey>,
    /// All others, scheduled ones included whether due or not.
    pub hidden: OrdSet<DateKey>,
}

impl Group {
    pub fn contains(&self, key: &DateKey) -> bool {
        self.public.contains(key) || self.hidden.contains(key)
    }

    fn side(&mut self, standing: Standing) -> &mut OrdSet<DateKey> {
        if standing == Standing::Public { &mut self.public } else { &mut self.hidden }
    }
}

/// Everything known about posts beside their rows. Holds keys only: rows are decoded when asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Posts {
    pub kinds: Kinds,
    pub shelves: OrdMap<(Kind, Shelf), Filed>,
    pub by_term: OrdMap<(TermId, Kind), Group>,
    pub by_author: OrdMap<(UserId, Kind), Group>,
    /// Posts that become public by time alone, by that time (UTC), with the attachments that go with them.
    pub scheduled: OrdSet<DateKey>,
    /// Public posts of type `post` per month.
    pub months: OrdMap<(i16, i8), u64>,
    pub slugs: OrdSet<NameKey>,
    pub old_slugs: OrdSet<NameKey>,
    pub uploads: OrdSet<NameKey>,
    /// Attachments per original, by SHA-256.
    pub media: OrdMap<Arc<str>, u64>,
    /// (parent, type, menu order, post)
    pub children: OrdSet<(PostId, Kind, i64, PostId)>,
    pub sticky: OrdSet<PostId>,
}

/// What a set needs to know of a row.
struct Facts<'r> {
    row: PostRow<'r>,
    kind: Kind,
    key: DateKey,
    standing: Standing,
}

impl Posts {
    /// Files a row that is not filed yet; `tables` holds it already.
    pub fn insert(&mut self, tables: &Tables, key: &RowKey, row: &[u8]) -> Result<(), Corrupt> {
        let row = view(row)?;
        own(key, &row)?;
        let standing = standing(tables, &row);
        self.file(row, standing);
        Ok(())
    }

    /// Applies a put or delete of post `id` to `tables` and to the sets.
    ///
    /// Attachments under it are filed anew when they become public or hidden with it.
    ///
    /// # Errors
    /// `Corrupt`, before anything is applied, when the row does not decode or is under another post's key.
    pub fn change(&mut self, tables: &mut Tables, effect: &Effect) -> Result<(), Corrupt> {
        let (Effect::Put { key, .. } | Effect::Delete { key, .. }) = effect;
        if let Effect::Put { row, .. } = effect {
            own(key, &view(row)?)?;
        }
        let RowKey::Number(id) = key else {
            tables.apply(effect);
            return Ok(());
        };
        let id = PostId(*id);
        let attached = self.attached_below(id);
        let mut affected = Vec::with_capacity(1 + attached.len());
        for id in std::iter::once(id).chain(attached) {
            let row = tables.in_place(Table::Posts, &RowKey::Number(id.0)).map(Row::from);
            let before = row.as_ref().map(|row| view(row).map(|row| standing(tables, &row))).transpose()?;
            affected.push((id, row, before));
        }
        tables.apply(effect);
        for (index, (id, old, before)) in affected.into_iter().enumerate() {
            let new = tables.in_place(Table::Posts, &RowKey::Number(id.0)).map(Row::from);
            let after = new.as_ref().map(|row| view(row).map(|row| standing(tables, &row))).transpose()?;
            if index > 0 && before == after {
                continue;
            }
            self.refile(old.zip(before).as_ref(), new.zip(after).as_ref())?;
        }
        Ok(())
    }

    fn refile(&mut self, old: Option<&(Row, Standing)>, new: Option<&(Row, Standing)>) -> Result<(), Corrupt> {
        if let Some((row, standing)) = old {
            self.unfile(view(row)?, *standing);
        }
        if let Some((row, standing)) = new {
            self.file(view(row)?, *standing);
        }
        Ok(())
    }

    /// Attachments whose publicness may hang on this post, however deep [`standing`] looks.
    fn attached_below(&self, id: PostId) -> Vec<PostId> {
        let mut found = Vec::new();
        let mut level = vec![id];
        for _ in 0..super::standing::DEPTH_MAX {
            let below = level.iter().flat_map(|parent| self.children_of(*parent, Kind::ATTACHMENT));
            level = below.filter(|child| *child != id && !found.contains(child)).collect();
            if level.is_empty() {
                break;
            }
            found.extend(&level);
        }
        found
    }

    pub fn children_of(&self, parent: PostId, kind: Kind) -> impl Iterator<Item = PostId> + '_ {
        let from = (parent, kind, i64::MIN, PostId(0));
        let to = (parent, kind, i64::MAX, PostId(u64::MAX));
        self.children.range(from..=to).map(|(.., id)| *id)
    }

    fn file(&mut self, row: PostRow<'_>, standing: Standing) {
        let facts = self.facts(row, standing);
        let Facts { row, kind, key, standing } = &facts;
        let modified = DateKey { at: Instant::of(row.modified()), id: key.id };
        let filed = self.shelves.entry((*kind, shelf(row, *standing))).or_default();
        filed.by_date.insert(*key);
        filed.by_modified.insert(modified);
        for term in &row.terms {
            self.by_term.entry((TermId(*term), *kind)).or_default().side(*standing).insert(*key);
        }
        self.by_author.entry((UserId(row.author), *kind)).or_default().side(*standing).insert(*key);
        match standing {
            Standing::From(at) => drop(self.scheduled.insert(DateKey { at: *at, id: key.id })),
            Standing::Public if *kind == Kind::POST => *self.months.entry(key.at.year_month()).or_default() += 1,
            Standing::Public | Standing::Hidden => {}
        }
        for (set, name) in names(row) {
            self.named(set).insert(NameKey { name: name.into(), kind: *kind, id: key.id });
        }
        if let Some(sha256) = row.file_sha256() {
            *self.media.entry(sha256.into()).or_default() += 1;
        }
        if let Some(parent) = row.parent {
            self.children.insert((PostId(parent), *kind, row.menu_order, key.id));
        }
        if row.sticky {
            self.sticky.insert(key.id);
        }
    }

    fn unfile(&mut self, row: PostRow<'_>, standing: Standing) {
        let facts = self.facts(row, standing);
        let Facts { row, kind, key, standing } = &facts;
        let modified = DateKey { at: Instant::of(row.modified()), id: key.id };
        let shelf = (*kind, shelf(row, *standing));
        if let Some(filed) = self.shelves.get_mut(&shelf) {
            filed.by_date.remove(key);
            filed.by_modified.remove(&modified);
            if filed.by_date.is_empty() {
                self.shelves.remove(&shelf);
            }
        }
        for term in &row.terms {
            leave(&mut self.by_term, &(TermId(*term), *kind), *standing, key);
        }
        leave(&mut self.by_author, &(UserId(row.author), *kind), *standing, key);
        match standing {
            Standing::From(at) => drop(self.scheduled.remove(&DateKey { at: *at, id: key.id })),
            Standing::Public if *kind == Kind::POST => subtract(&mut self.months, &key.at.year_month()),
            Standing::Public | Standing::Hidden => {}
        }
        for (set, name) in names(row) {
            self.named(set).remove(&NameKey { name: name.into(), kind: *kind, id: key.id });
        }
        if let Some(sha256) = row.file_sha256() {
            subtract(&mut self.media, &Arc::from(sha256));
        }
        if let Some(parent) = row.parent {
            self.children.remove(&(PostId(parent), *kind, row.menu_order, key.id));
        }
        if row.sticky {
            self.sticky.remove(&key.id);
        }
    }

    fn facts<'r>(&mut self, row: PostRow<'r>, standing: Standing) -> Facts<'r> {
        let kind = self.kinds.intern(&row.post_type);
        let key = DateKey { at: Instant::of(row.date), id: PostId(row.id) };
        Facts { row, kind, key, standing }
    }

    fn named(&mut self, set: NameSet) -> &mut OrdSet<NameKey> {
        match set {
            NameSet::Slug => &mut self.slugs,
            NameSet::OldSlug => &mut self.old_slugs,
            NameSet::Upload => &mut self.uploads,
        }
    }
}

/// A row must be filed under its own number.
fn own(key: &RowKey, row: &PostRow<'_>) -> Result<(), Corrupt> {
    if *key == RowKey::Number(row.id) {
        return Ok(());
    }
    Err(Corrupt { what: format!("posts row {key:?}"), reason: format!("is of post {}", row.id) })
}

#[derive(Clone, Copy)]
enum NameSet {
    Slug,
    OldSlug,
    Upload,
}

fn names<'r>(row: &'r PostRow<'_>) -> impl Iterator<Item = (NameSet, &'r str)> {
    let slug = Some(row.slug.as_ref()).filter(|slug| !slug.is_empty()).map(|slug| (NameSet::Slug, slug));
    let old = row.old_slugs.iter().map(|slug| (NameSet::OldSlug, slug.as_str()));
    let upload = row.upload_path().map(|path| (NameSet::Upload, path));
    slug.into_iter().chain(old).chain(upload)
}

fn shelf(row: &PostRow<'_>, standing: Standing) -> Shelf {
    match standing {
        Standing::Public => Shelf::Public,
        Standing::From(_) | Standing::Hidden => Shelf::Status(PostStatus::from_name(&row.status)),
    }
}

/// Takes a post out of its group, and the group away with its last post.
fn leave<K: Ord + Clone>(groups: &mut OrdMap<(K, Kind), Group>, group: &(K, Kind), standing: Standing, key: &DateKey) {
    if let Some(members) = groups.get_mut(group) {
        members.side(standing).remove(key);
        if members.public.is_empty() && members.hidden.is_empty() {
            groups.remove(group);
        }
    }
}

pub(super) fn subtract<K: Ord + Clone>(counts: &mut OrdMap<K, u64>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}
