//! What a commit makes stale, derived from the rows it changed: for entries of this server and of others alike.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    cache::Tag,
    content::{
        Comment, CommentStatus, Post, PostId, PostStatus, PostType, Taxonomy, Term, TermId, User, settings::Front,
    },
    index::{PostQuery, Site, TermFilter, TermOperator},
    store::{Effect, RowKey, Table, log::Snapshot},
};

/// Posts below a page that are named one by one when its address changes; of more, everything is stale.
const DESCENDANTS_MAX: usize = 1000;
/// Newer posts of a category or tag that may link back to a post: three do, more may share a moment.
const LINKED_BACK: usize = 10;
/// Levels of pages and terms looked at.
const LEVELS_MAX: usize = 64;

/// Tags of everything that may look different in `after` than in `before`.
///
/// Any page whose content changed with these effects depends on one of them. Too many tags cost a render, too
/// few show readers what is no longer so: in doubt a tag is given.
pub fn changed(before: &Snapshot<Site>, after: &Snapshot<Site>, effects: &[Effect]) -> Vec<Tag> {
    let mut stale = Stale { before, after, tags: BTreeSet::new() };
    for effect in effects {
        let (Effect::Put { table, key, .. } | Effect::Delete { table, key }) = effect;
        let number = match key {
            RowKey::Number(number) => *number,
            RowKey::Text(_) => 0,
        };
        match table {
            Table::Posts => stale.post(PostId(number)),
            Table::Terms => stale.term(TermId(number)),
            Table::Users => stale.user(number),
            Table::Comments => stale.comment(number),
            Table::Options => stale.add(Tag::Site),
            Table::Revisions | Table::AppPasswords | Table::Counters | Table::Imported | Table::RecentTx => {}
        }
        if !matches!(table, Table::AppPasswords | Table::Counters | Table::Imported | Table::RecentTx) {
            stale.add(Tag::Anything);
        }
    }
    if stale.tags.contains(&Tag::AnyPost) && newest_year(before) != newest_year(after) {
        // stands at the foot of every page
        stale.add(Tag::Site);
    }
    stale.tags.into_iter().collect()
}

fn newest_year(snapshot: &Snapshot<Site>) -> Option<i16> {
    snapshot.state.archive_months(snapshot.at).first().map(|(year, ..)| *year)
}

struct Stale<'a> {
    before: &'a Snapshot<Site>,
    after: &'a Snapshot<Site>,
    tags: BTreeSet<Tag>,
}

impl Stale<'_> {
    fn add(&mut self, tag: Tag) {
        self.tags.insert(tag);
    }

    fn post(&mut self, id: PostId) {
        let old = self.before.state.post(id);
        let new = self.after.state.post(id);
        self.add(Tag::Post(id));
        self.add(Tag::Comments(id));
        for (snapshot, post) in [(self.before, &old), (self.after, &new)] {
            if let Some(post) = post {
                self.one_post(snapshot, post);
            }
        }
        let is_front = |snapshot: &Snapshot<Site>| match snapshot.state.settings().front {
            Front::Page { front, posts } => [front, posts].contains(&Some(id)),
            Front::Posts => false,
        };
        if is_front(self.before) || is_front(self.after) {
            // every page links to it
            self.add(Tag::Site);
        }
        let place =
            |post: &Option<Post>| post.as_ref().map(|post| (post.slug.clone(), post.parent, post.status.clone()));
        if place(&old) != place(&new) {
            self.descendants(id);
        }
    }

    /// Where the post shows, in one of the two states.
    fn one_post(&mut self, snapshot: &Snapshot<Site>, post: &Post) {
        let site = &snapshot.state;
        if post.post_type == PostType::NavMenuItem {
            post.terms.iter().for_each(|term| self.add(Tag::Term(term.0)));
            return;
        }
        if !may_show(post) {
            return;
        }
        self.add(Tag::AnyPost);
        self.add(Tag::Posts(post.post_type.name().to_owned()));
        self.add(Tag::AuthorPosts(post.author.0));
        for term in &post.terms {
            for id in upwards(site, *term) {
                self.add(Tag::TermPosts(id.0));
            }
        }
        let (year, month, day) = (post.date.year(), post.date.month(), post.date.day());
        self.add(Tag::Date(format!("{year:04}")));
        self.add(Tag::Date(format!("{year:04}-{month:02}")));
        self.add(Tag::Date(format!("{year:04}-{month:02}-{day:02}")));
        self.near(snapshot, post);
        if let Some(parent) = post.parent {
            self.add(Tag::Post(parent));
        }
    }

    /// The posts this one stands between: they link to it.
    fn near(&mut self, snapshot: &Snapshot<Site>, post: &Post) {
        self.add(Tag::Near(post.id));
        // a scheduled post joins the row when its time comes: its neighbours then are these
        let moment = Timestamp::MAX;
        for moment in [snapshot.at, moment] {
            let (previous, next) = snapshot.state.adjacent(post, moment);
            previous.into_iter().chain(next).for_each(|id| self.add(Tag::Near(id)));
            for term in &post.terms {
                self.newer_in(&snapshot.state, *term, post, moment);
            }
        }
    }

    /// The next posts of a category or tag after this one: they may link back to it as related.
    fn newer_in(&mut self, site: &Site, id: TermId, post: &Post, moment: Timestamp) {
        let Some(term) = site.term(id).filter(|term| links_back(&term.taxonomy)) else { return };
        let filter =
            TermFilter { taxonomy: term.taxonomy, terms: vec![id], with_children: false, operator: TermOperator::Any };
        let query = PostQuery {
            terms: vec![filter],
            after: Some(post.date),
            ascending: true,
            limit: LINKED_BACK,
            ..PostQuery::default()
        };
        site.posts(&query, moment).ids.into_iter().for_each(|id| self.add(Tag::Near(id)));
    }

    /// Everything below a post that moved has another address, or is hidden with it.
    fn descendants(&mut self, id: PostId) {
        let mut level = vec![id];
        let mut seen = BTreeSet::from([id]);
        for _ in 0..LEVELS_MAX {
            let mut below = Vec::new();
            for parent in &level {
                for site in [&self.before.state, &self.after.state] {
                    below.extend(site.posts_below(*parent, DESCENDANTS_MAX));
                }
            }
            below.retain(|child| seen.insert(*child));
            if below.is_empty() {
                return;
            }
            if seen.len() > DESCENDANTS_MAX {
                self.add(Tag::Site);
                return;
            }
            for child in &below {
                self.add(Tag::Post(*child));
                if let Some(post) = self.after.state.post(*child) {
                    self.one_post(self.after, &post);
                }
            }
            level = below;
        }
    }

    fn term(&mut self, id: TermId) {
        let old = self.before.state.term(id);
        let new = self.after.state.term(id);
        self.add(Tag::Term(id.0));
        // an address that was nobody's, or is nobody's now
        self.add(Tag::AnyPost);
        let address = |term: &Option<Term>| term.as_ref().map(|term| (term.slug.clone(), term.parent));
        let moved = address(&old) != address(&new);
        for (snapshot, term) in [(self.before, &old), (self.after, &new)] {
            let Some(term) = term else { continue };
            for above in upwards(&snapshot.state, id) {
                self.add(Tag::Term(above.0));
                self.add(Tag::TermPosts(above.0));
            }
            for below in snapshot.state.term_with_descendants(id).into_iter().filter(|_| moved) {
                self.add(Tag::Term(below.0));
            }
            let structure = &snapshot.state.settings().permalink_structure;
            if moved && term.taxonomy.name() == "category" && structure.contains("%category%") {
                self.add(Tag::Site);
            }
        }
    }

    fn user(&mut self, id: u64) {
        let id = crate::content::UserId(id);
        let shown = |site: &Site| site.user(id).map(what_pages_show);
        if shown(&self.before.state) == shown(&self.after.state) {
            return;
        }
        let slug = |site: &Site| site.user(id).map(|user: User| user.slug);
        self.add(Tag::Author(id.0));
        if slug(&self.before.state) == slug(&self.after.state) {
            return;
        }
        self.add(Tag::AnyPost);
        if self.after.state.settings().permalink_structure.contains("%author%") {
            self.add(Tag::Site);
        }
    }

    fn comment(&mut self, id: u64) {
        let id = crate::content::CommentId(id);
        let shows = |comment: &Comment| comment.status == CommentStatus::Approved;
        for snapshot in [self.before, self.after] {
            if let Some(comment) = snapshot.state.comment(id).filter(shows) {
                self.add(Tag::Comments(comment.post));
                self.add(Tag::AnyComment);
            }
        }
    }
}

/// Users change each time they sign out or move a panel of the editor: no page knows of that.
fn what_pages_show(user: User) -> User {
    let mut meta = user.meta;
    meta.retain(|entry| !entry.key.ends_with("persisted_preferences"));
    User { password_sealed: None, session_epoch: 0, ended_sessions: Vec::new(), meta, ..user }
}

/// Public, or so without another commit: scheduled, or an attachment that goes with its parent.
fn may_show(post: &Post) -> bool {
    matches!(post.status, PostStatus::Publish | PostStatus::Future | PostStatus::Inherit)
}

/// Posts that share a term of this taxonomy are offered as related.
fn links_back(taxonomy: &Taxonomy) -> bool {
    matches!(taxonomy.name(), "category" | "post_tag")
}

/// The term and those above it, whose archives show its posts too.
fn upwards(site: &Site, id: TermId) -> Vec<TermId> {
    let mut chain = vec![id];
    let mut above = site.term(id).and_then(|term| term.parent);
    while let Some(next) = above.filter(|next| chain.len() < LEVELS_MAX && !chain.contains(next)) {
        chain.push(next);
        above = site.term(next).and_then(|term| term.parent);
    }
    chain
}
