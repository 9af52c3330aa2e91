//! What every part of a page is built from, and what the page turns out to depend on.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;

use super::{PageRequest, site};
use crate::{
    app::App,
    cache::Tag,
    content::{Post, Settings, Taxonomy, Term, UserId},
    index::Site,
    render::{date::Dates, view},
    store::log::Snapshot,
};

/// One render: the state it shows, the moment it is for, and who it is for.
#[derive(Debug)]
pub struct Context<'a> {
    pub app: &'a App,
    pub site: &'a Site,
    pub now: Timestamp,
    pub request: &'a PageRequest,
    pub dates: Dates,
    pub shown: Arc<view::Site>,
}

/// What a page shows, collected while it is built.
#[derive(Debug, Default)]
pub struct Depends {
    tags: BTreeSet<Tag>,
    /// Something on the page is behind a post password.
    pub by_password: bool,
    /// When the page shows something that may be different though nothing here changed.
    pub fresh_until: Option<Timestamp>,
}

impl Depends {
    pub fn on(&mut self, tag: Tag) {
        self.tags.insert(tag);
    }

    /// What is shown counts for this long.
    pub fn until(&mut self, now: Timestamp, kept_for: std::time::Duration) {
        let Ok(until) = now.checked_add(kept_for) else { return };
        self.fresh_until = Some(self.fresh_until.map_or(until, |earlier| earlier.min(until)));
    }

    /// All tags; every page depends on the site's settings.
    pub fn into_tags(mut self) -> Vec<Tag> {
        self.tags.insert(Tag::Site);
        self.tags.into_iter().collect()
    }
}

impl<'a> Context<'a> {
    pub fn new(app: &'a App, at: &'a Snapshot<Site>, request: &'a PageRequest, depends: &mut Depends) -> Self {
        let site = &at.state;
        let now = app.clock.now();
        let (shown, tags) = app.shown.get(at.seq, now, || {
            let mut depends = Depends::default();
            let shown = site::view(site, now, app.config.server.xmlrpc, &mut depends);
            (shown, depends.into_tags(), site.next_scheduled(now))
        });
        tags.iter().for_each(|tag| depends.on(tag.clone()));
        Self { app, site, now, request, dates: Dates::new(site.settings()), shown }
    }

    pub fn settings(&self) -> &'a Settings {
        self.site.settings()
    }

    /// An absolute URL of a path (or path and query) of this site.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.shown.home)
    }

    pub fn author(&self, id: UserId, depends: &mut Depends) -> Option<view::Author> {
        depends.on(Tag::Author(id.0));
        let user = self.site.user(id)?;
        Some(view::Author {
            name: user.display_name.clone(),
            url: self.url(&self.site.author_path(&user)),
            slug: user.slug,
            description: user.description,
            website: user.url,
        })
    }

    /// A term as themes see it. Its count is part of pages about terms only: elsewhere it is 0, so that one new
    /// post does not make every page that names its category stale.
    pub fn term(&self, term: &Term, count: u64) -> view::Term {
        view::Term {
            id: term.id.0,
            taxonomy: term.taxonomy.name().to_owned(),
            name: term.name.clone(),
            slug: term.slug.clone(),
            url: self.url(&self.site.term_path(term)),
            count,
            description_html: crate::render::content::excerpt_html(&term.description),
        }
    }

    /// The terms of a post, by taxonomy.
    pub fn terms(&self, post: &Post, depends: &mut Depends) -> Terms {
        let mut terms = Terms::default();
        for term in post.terms.iter().filter_map(|id| self.site.term(*id)) {
            depends.on(Tag::Term(term.id.0));
            match term.taxonomy.name() {
                "category" => terms.categories.push(self.term(&term, 0)),
                "post_tag" => terms.tags.push(self.term(&term, 0)),
                "post_format" => {
                    terms.format = term.slug.strip_prefix("post-format-").unwrap_or(&term.slug).to_owned();
                }
                "nav_menu" => {}
                _ if self.is_public_taxonomy(&term.taxonomy) => terms.others.push(self.term(&term, 0)),
                _ => {}
            }
        }
        terms
    }

    fn is_public_taxonomy(&self, taxonomy: &Taxonomy) -> bool {
        let custom = &self.settings().types.custom_taxonomies;
        custom.iter().any(|known| known.public && known.name == taxonomy.name())
    }

    /// The reader must give a password before seeing this post's content.
    pub fn is_locked(&self, post: &Post, depends: &mut Depends) -> bool {
        let Some(password) = &post.password else { return false };
        depends.by_password = true;
        self.request.post_password.as_deref() != Some(password.as_str())
    }
}

/// The terms of one post as themes see them.
#[derive(Debug, Default)]
pub struct Terms {
    pub categories: Vec<view::Term>,
    pub tags: Vec<view::Term>,
    pub others: Vec<view::Term>,
    /// Empty is standard.
    pub format: String,
}
