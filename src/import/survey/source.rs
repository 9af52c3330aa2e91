//! One site that exports came from.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
};

use super::shown::Shown;
use crate::{
    content::{PostId, PostStatus, names::sanitize_user, slug::sanitize_title},
    import::wxr::{self, Channel},
    index::Site,
};

/// All that the files of one site say, numbers and names only.
#[derive(Debug, Default)]
pub(in crate::import) struct Source {
    /// Scopes identities: host and path of the site's address, or what the operator called it.
    pub name: String,
    pub channel: Channel,
    pub authors: BTreeMap<String, AuthorFacts>,
    /// Number in the export → login.
    pub authors_by_old: HashMap<u64, String>,
    pub terms: Vec<TermFacts>,
    /// Taxonomy → slug → index into `terms`.
    pub terms_by_slug: HashMap<String, HashMap<String, usize>>,
    /// Number in the export → index into `terms`.
    pub terms_by_old: HashMap<u64, usize>,
    pub items: Vec<ItemFacts>,
    pub items_by_old: HashMap<u64, usize>,
    /// Items that repeat a number, by it and which repetition they are (from 2).
    pub items_by_repeat: HashMap<(u64, u32), usize>,
    pub comments: Vec<CommentFacts>,
    pub attachments: Vec<AttachmentFacts>,
    /// What public items show.
    pub(super) shown: Shown,
    /// (type, status) → items, as the file has them.
    pub counts: BTreeMap<(String, String), u64>,
    /// Taxonomy names that cannot be one; their terms are left out.
    pub bad_taxonomies: BTreeSet<String>,
    pub custom_types: BTreeMap<String, TypeFacts>,
    /// Custom taxonomy → types of the items that use it.
    pub taxonomy_types: BTreeMap<String, BTreeSet<String>>,
}

/// What items of a custom type tell about it.
#[derive(Debug, Default)]
pub(in crate::import) struct TypeFacts {
    /// Some item has a parent.
    pub hierarchical: bool,
    /// Path before the slug in the items' addresses, when those were pretty.
    pub prefix: String,
    pub taxonomies: BTreeSet<String>,
}

#[derive(Debug, Default)]
pub(in crate::import) struct AuthorFacts {
    pub author: wxr::Author,
    /// Named by items only, not declared.
    pub undeclared: bool,
    pub published: u64,
    pub items: u64,
}

#[derive(Debug, Default)]
pub(in crate::import) struct TermFacts {
    pub term: wxr::Term,
    pub undeclared: bool,
    pub new: u64,
    /// It exists here already, by identity or by taxonomy and slug.
    pub exists: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) enum ItemState {
    /// To be made as `new`.
    Todo,
    /// Made by an earlier run.
    Done,
    /// Not to be made; the reason is in the report.
    Skip,
}

#[derive(Debug)]
pub(in crate::import) struct ItemFacts {
    pub old: Option<u64>,
    /// Identity within the source where the number alone is none.
    pub key: Option<Box<str>>,
    /// 1, or more when it repeats the number of items before.
    pub nth: u32,
    pub parent: Option<u64>,
    /// Index into [`Source::attachments`].
    pub attachment: Option<u32>,
    /// Readers may see it as it stands in the file, so that what hangs on it may come first.
    pub open: bool,
    pub comments: Range<u32>,
    pub new: u64,
    pub state: ItemState,
}

#[derive(Debug)]
pub(in crate::import) struct CommentFacts {
    pub old: Option<u64>,
    /// Identity where there is no number.
    pub key: Option<Box<str>>,
    pub new: u64,
    pub done: bool,
}

#[derive(Debug)]
pub(in crate::import) struct AttachmentFacts {
    pub item: usize,
    pub url: String,
    /// `_wp_attached_file`
    pub path: String,
    /// `2012/06`, of the item's date.
    pub month: String,
    pub file: Option<crate::content::MediaFile>,
}

impl CommentFacts {
    /// Identity within the source.
    pub(in crate::import) fn key(&self) -> String {
        match &self.key {
            Some(key) => key.to_string(),
            None => self.old.unwrap_or(0).to_string(),
        }
    }
}

impl ItemFacts {
    /// Identity within the source.
    pub(in crate::import) fn key(&self) -> String {
        match (&self.key, self.old) {
            (Some(key), _) => key.to_string(),
            (None, old) => old.unwrap_or(0).to_string(),
        }
    }
}

impl Source {
    pub(in crate::import) fn identity(&self, kind: &str, key: &str) -> String {
        format!("{}|{kind}|{key}", self.name)
    }

    /// What a post of the export is here: in this import, or by an earlier one of the same source.
    pub(in crate::import) fn post(&self, old: u64, site: &Site) -> Option<PostId> {
        if let Some(item) = self.items_by_old.get(&old).and_then(|index| self.items.get(*index)) {
            return (item.state != ItemState::Skip).then_some(PostId(item.new));
        }
        let made: u64 = site.imported(&self.identity("post", &old.to_string()))?.parse().ok()?;
        site.post(PostId(made)).map(|post| post.id)
    }

    /// What `item` means by the number of a post: among items that repeat numbers, the one of its own set.
    /// (Hand-made exports have whole menus twice.)
    pub(in crate::import) fn post_seen_by(&self, item: &ItemFacts, old: u64, site: &Site) -> Option<PostId> {
        let own = self.items_by_repeat.get(&(old, item.nth)).and_then(|index| self.items.get(*index));
        match own.filter(|own| own.state != ItemState::Skip) {
            Some(own) => Some(PostId(own.new)),
            None => self.post(old, site),
        }
    }

    /// The term an item means, by slug or, where the file gives none, by name.
    pub(in crate::import) fn term(&self, term: &wxr::ItemTerm) -> Option<usize> {
        let slugs = self.terms_by_slug.get(&term.taxonomy)?;
        match &term.slug {
            Some(slug) => slugs.get(slug.as_str()).or_else(|| slugs.get(&normal_slug(slug, &term.name))).copied(),
            None => slugs
                .get(&normal_slug("", &term.name))
                .or_else(|| {
                    slugs
                        .values()
                        .find(|index| self.terms.get(**index).is_some_and(|known| known.term.name == term.name))
                })
                .copied(),
        }
    }

    /// Whether a public item of this export shows the attachment, so that it can hang on nothing.
    pub(in crate::import) fn shows(&self, item: &ItemFacts) -> bool {
        let attachment = item.attachment.and_then(|at| self.attachments.get(at as usize));
        let shows = |attachment: &AttachmentFacts| {
            let by = self.items.get(self.shown.by(&attachment.url, item.old.filter(|_| item.nth == 1))?)?;
            Some(by.state != ItemState::Skip)
        };
        attachment.and_then(shows).unwrap_or(false)
    }

    /// Whether an attachment may come before everything else: nothing it hangs on is closed.
    pub(in crate::import) fn hangs_on_open(&self, item: &ItemFacts) -> bool {
        match item.parent {
            None => true,
            Some(parent) => self
                .items_by_old
                .get(&parent)
                .and_then(|index| self.items.get(*index))
                .is_some_and(|parent| parent.open && parent.state != ItemState::Skip),
        }
    }
}

/// A login name as users have it here. Strictly where something is left of it, as in WordPress's importer.
pub(in crate::import) fn login(raw: &str) -> String {
    let strict = sanitize_user(raw, true);
    if strict.is_empty() { sanitize_user(raw, false) } else { strict }
}

/// Whether WordPress could have registered a taxonomy under this name.
pub(in crate::import) fn is_taxonomy_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !name.is_empty() && name.len() <= 32 && name.bytes().all(plain)
}

/// A slug as it is stored; from the name when there is none. Never empty.
pub(in crate::import) fn normal_slug(slug: &str, name: &str) -> String {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    if !slug.is_empty() && slug.bytes().all(plain) {
        return slug.to_owned();
    }
    let made = sanitize_title(if slug.is_empty() { name } else { slug });
    if made.is_empty() {
        let hash = blake3::hash(format!("{slug}\0{name}").as_bytes()).to_hex();
        return format!("term-{}", hash.chars().take(10).collect::<String>());
    }
    made
}

/// Whether readers see an item of this status (a date to come aside).
pub(in crate::import) fn is_open(status: &PostStatus) -> bool {
    *status == PostStatus::Publish
}
