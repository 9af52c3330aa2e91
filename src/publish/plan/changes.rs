//! Collects the rows and bodies of one planned edit.

use std::collections::BTreeMap;

use crate::{
    content::{AppPassword, Comment, Post, PostId, Revision, RevisionEntry, Term, User, UserId, edit::IdKind},
    index::Site,
    publish::Outcome,
    store::{Effect, Row, RowKey, Table, codec, log::Machine},
};

/// Rows and bytes of them one commit changes at most; edits that touch more commit several times.
pub(in crate::publish) const ROWS_PER_COMMIT_MAX: usize = 500;
const BYTES_PER_COMMIT_MAX: usize = 512 << 10;

/// What an edit comes to in one state.
#[derive(Clone, Debug)]
pub(in crate::publish) struct Planned {
    pub effects: Vec<Effect>,
    /// Revisions the rows name: their objects must be written before the commit.
    pub bodies: Vec<Revision>,
    pub outcome: Outcome,
    /// The edit touches more rows than one commit takes: this is a part, commit it and plan again.
    pub more: bool,
}

#[derive(Debug)]
pub(in crate::publish) struct Changes<'a> {
    site: &'a Site,
    effects: Vec<Effect>,
    bodies: Vec<Revision>,
    bytes: usize,
    /// Counters this edit moved.
    next: BTreeMap<IdKind, u64>,
}

impl<'a> Changes<'a> {
    pub(in crate::publish) fn new(site: &'a Site) -> Self {
        Self { site, effects: Vec::new(), bodies: Vec::new(), bytes: 0, next: BTreeMap::new() }
    }

    /// The next number of a kind, taken for good.
    pub(in crate::publish) fn take_id(&mut self, kind: IdKind) -> u64 {
        self.take_ids(kind, 1)
    }

    /// The first of `count` numbers taken.
    pub(in crate::publish) fn take_ids(&mut self, kind: IdKind, count: u64) -> u64 {
        let site = self.site;
        let next = self.next.entry(kind).or_insert_with(|| site.next_id(kind));
        let first = *next;
        *next = first.saturating_add(count);
        first
    }

    /// Makes sure that numbers handed out later are above `id`.
    pub(in crate::publish) fn move_past(&mut self, kind: IdKind, id: u64) {
        let site = self.site;
        let next = self.next.entry(kind).or_insert_with(|| site.next_id(kind));
        *next = (*next).max(id.saturating_add(1));
    }

    /// Makes sure that nothing else is given a number up to `id`, not even out of a reserved block.
    pub(in crate::publish) fn promise(&mut self, kind: IdKind, id: u64) {
        self.move_past(kind, id);
        if let (IdKind::Post, Some(next)) = (kind, self.next.get(&kind).copied()) {
            self.put(Table::Counters, codec::counter::promised_posts_key(), |old| codec::counter::encode(next, old));
        }
    }

    pub(in crate::publish) fn put_post(&mut self, post: &Post) {
        self.put(Table::Posts, post.id.0.into(), |old| codec::post::encode(post, old));
    }

    pub(in crate::publish) fn put_term(&mut self, term: &Term) {
        self.put(Table::Terms, term.id.0.into(), |old| codec::term::encode(term, old));
    }

    pub(in crate::publish) fn put_user(&mut self, user: &User) {
        self.put(Table::Users, user.id.0.into(), |old| codec::user::encode(user, old));
    }

    pub(in crate::publish) fn put_comment(&mut self, comment: &Comment) {
        self.put(Table::Comments, comment.id.0.into(), |old| codec::comment::encode(comment, old));
    }

    pub(in crate::publish) fn put_app_password(&mut self, password: &AppPassword) {
        let key = codec::app_password::key(password.user, &password.uuid);
        self.put(Table::AppPasswords, key, |old| codec::app_password::encode(password, old));
    }

    pub(in crate::publish) fn put_option(&mut self, name: &str, value: &serde_json::Value) {
        self.put(Table::Options, name.into(), |_| codec::option::encode(value));
    }

    pub(in crate::publish) fn put_imported(&mut self, identity: &str, became: &str) {
        self.put(Table::Imported, identity.into(), |old| codec::imported::encode(became, old));
    }

    /// Adds `revision` to the post's list and to what must be written. `replaces` is the revision current
    /// until now: imports do not list theirs, so it is listed here when it is not yet.
    pub(in crate::publish) fn add_revision(&mut self, revision: Revision, replaces: Option<&Revision>) {
        let mut list = self.site.revisions(revision.post);
        if let Some(old) = replaces.filter(|old| list.iter().all(|entry| entry.revision != old.id)) {
            let entry = self.revision_entry(old);
            list.push(entry);
        }
        let entry = self.revision_entry(&revision);
        list.push(entry);
        self.put_revisions(revision.post, &list);
        self.bodies.push(revision);
    }

    /// The list of a post's revisions, oldest first.
    pub(in crate::publish) fn put_revisions(&mut self, post: PostId, list: &[RevisionEntry]) {
        self.put(Table::Revisions, post.0.into(), |old| codec::revisions::encode(list, old));
    }

    fn revision_entry(&mut self, revision: &Revision) -> RevisionEntry {
        RevisionEntry {
            number: PostId(self.take_id(IdKind::Post)),
            revision: revision.id,
            author: revision.saved_by,
            saved_at: revision.saved_at,
        }
    }

    /// A body that is not listed: the first revision of an imported post.
    pub(in crate::publish) fn add_body(&mut self, revision: Revision) {
        self.bodies.push(revision);
    }

    pub(in crate::publish) fn delete(&mut self, table: Table, key: RowKey) {
        self.effects.push(Effect::Delete { table, key });
    }

    pub(in crate::publish) fn delete_app_password(&mut self, user: UserId, uuid: &str) {
        self.delete(Table::AppPasswords, codec::app_password::key(user, uuid));
    }

    /// As many rows or bytes as one commit should take.
    pub(in crate::publish) fn is_full(&self) -> bool {
        self.effects.len() >= ROWS_PER_COMMIT_MAX || self.bytes >= BYTES_PER_COMMIT_MAX
    }

    pub(in crate::publish) fn finish(mut self, outcome: Outcome) -> Planned {
        for (kind, next) in std::mem::take(&mut self.next) {
            self.put(Table::Counters, codec::counter::key(kind), |old| codec::counter::encode(next, old));
        }
        Planned { effects: self.effects, bodies: self.bodies, outcome, more: false }
    }

    /// Rows enough for one commit: the edit goes on with the next.
    pub(in crate::publish) fn part(self) -> Planned {
        Planned { more: true, ..self.finish(Outcome::Done) }
    }

    fn put(&mut self, table: Table, key: RowKey, encode: impl FnOnce(Option<&[u8]>) -> Row) {
        let old = self.site.tables().get(table, &key);
        let row = encode(old.as_deref());
        self.bytes += row.len();
        self.effects.push(Effect::Put { table, key, row });
    }
}
