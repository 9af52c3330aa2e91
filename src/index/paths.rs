//! Public addresses of posts, terms, authors and archives. Slugs are stored percent-encoded: paths need no escaping.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Site, lookup::ANCESTORS_MAX, permalink::Tag};
use crate::content::{Post, PostId, PostStatus, PostType, Taxonomy, Term, TermId, User, settings::Front};

/// What search text keeps as it is in a path or query.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Site {
    /// Path and query of a post's permalink, by the permalink structure (`/?p=5` for drafts).
    ///
    /// A scheduled post has the path it will be public under.
    pub fn post_path(&self, post: &Post) -> String {
        let unfinished =
            matches!(post.status, PostStatus::Draft | PostStatus::Pending | PostStatus::AutoDraft | PostStatus::Trash);
        if self.front_page() == Some(post.id) {
            return "/".to_owned();
        }
        if self.permalinks.is_plain() || unfinished {
            return plain_path(post);
        }
        let path = match &post.post_type {
            PostType::Post => self.structured(post),
            PostType::Page => self.hierarchical_path(post),
            PostType::Attachment => self.attachment_path(post),
            PostType::NavMenuItem => None,
            PostType::Custom(name) => self.custom_path(name, post),
        };
        path.map_or_else(|| plain_path(post), |path| self.slashed(&path))
    }

    /// Absolute permalink: `home` + [`Site::post_path`].
    pub fn permalink(&self, post: &Post) -> String {
        format!("{}{}", self.settings.home, self.post_path(post))
    }

    /// The page shown at `/`, when it exists and one is set.
    pub(super) fn front_page(&self) -> Option<PostId> {
        match self.settings.front {
            Front::Page { front, .. } => front.filter(|id| self.view(*id).is_some()),
            Front::Posts => None,
        }
    }

    /// `/` + path + `/`, the last as the structure has it.
    pub(super) fn slashed(&self, path: &str) -> String {
        let end = if self.permalinks.trailing_slash && !path.is_empty() { "/" } else { "" };
        format!("/{path}{end}")
    }

    /// `path` below the structure's front.
    fn fronted(&self, path: &str) -> String {
        let segments = self.permalinks.front.iter().map(String::as_str).chain([path]);
        self.slashed(&segments.collect::<Vec<_>>().join("/"))
    }

    fn structured(&self, post: &Post) -> Option<String> {
        if post.slug.is_empty() && self.permalinks.has(Tag::PostName) {
            return None;
        }
        Some(self.permalinks.build(|tag| match tag {
            Tag::Year => format!("{:04}", post.date.year()),
            Tag::Month => format!("{:02}", post.date.month()),
            Tag::Day => format!("{:02}", post.date.day()),
            Tag::Hour => format!("{:02}", post.date.hour()),
            Tag::Minute => format!("{:02}", post.date.minute()),
            Tag::Second => format!("{:02}", post.date.second()),
            Tag::PostId => post.id.to_string(),
            Tag::PostName => post.slug.clone(),
            Tag::Category => self.category_of(post),
            Tag::Author => self.user(post.author).map(|user| user.slug).unwrap_or_default(),
        }))
    }

    /// The path of the category in a post's permalink: that of the lowest number, else the default one.
    fn category_of(&self, post: &Post) -> String {
        let mut ids = post.terms.clone();
        ids.sort_unstable();
        let category = Taxonomy::new("category");
        let mut terms = ids.into_iter().filter_map(|id| self.term(id)).filter(|term| term.taxonomy == category);
        let term = terms.next().or_else(|| self.term(self.settings.default_category));
        term.map_or_else(|| "uncategorized".to_owned(), |term| self.term_slugs(&term))
    }

    /// Slugs from the topmost ancestor down: `about/team`.
    fn hierarchical_path(&self, post: &Post) -> Option<String> {
        if post.slug.is_empty() {
            return None;
        }
        let mut slugs = self.slugs_above(post.parent).unwrap_or_default();
        slugs.insert(0, post.slug.clone());
        slugs.reverse();
        Some(slugs.join("/"))
    }

    fn attachment_path(&self, post: &Post) -> Option<String> {
        if post.slug.is_empty() {
            return None;
        }
        let parent = post.parent.filter(|id| *id != post.id).and_then(|id| self.post(id));
        let viewable = |parent: &Post| self.settings.types.post_type(parent.post_type.name()).is_some_and(|t| t.public);
        let Some(parent) = parent.filter(viewable) else { return Some(post.slug.clone()) };
        // A chain of attachments ends somewhere or is not shown as one.
        if parent.post_type == PostType::Attachment && self.slugs_above(post.parent).is_none() {
            return None;
        }
        let above = self.post_path(&parent);
        if above.contains('?') {
            return None;
        }
        let numeric = post.slug.bytes().all(|byte| byte.is_ascii_digit());
        let between = if numeric || self.permalinks.has(Tag::Category) { "attachment/" } else { "" };
        let above = above.trim_matches('/');
        let joint = if above.is_empty() { "" } else { "/" };
        Some(format!("{above}{joint}{between}{}", post.slug))
    }

    fn custom_path(&self, name: &str, post: &Post) -> Option<String> {
        let info = self.settings.types.post_type(name).filter(|info| info.public)?;
        let path = if info.hierarchical { self.hierarchical_path(post)? } else { post.slug.clone() };
        let segments = self.permalinks.front.iter().map(String::as_str).chain([info.slug(), path.as_str()]);
        (!post.slug.is_empty()).then(|| segments.collect::<Vec<_>>().join("/"))
    }

    /// Slugs from the topmost ancestor down, when the taxonomy has a hierarchy.
    pub(super) fn term_slugs(&self, term: &Term) -> String {
        let mut slugs = vec![term.slug.clone()];
        let mut parent = term.parent;
        while let Some(above) = parent.and_then(|id| self.term(id)) {
            if slugs.len() > ANCESTORS_MAX {
                break;
            }
            slugs.push(above.slug);
            parent = above.parent;
        }
        slugs.reverse();
        slugs.join("/")
    }

    /// `/category/parent/child/`
    pub fn term_path(&self, term: &Term) -> String {
        let taxonomy = self.settings.types.taxonomy(term.taxonomy.name()).filter(|info| info.public);
        let Some(info) = taxonomy.filter(|_| !self.permalinks.is_plain()) else {
            return match term.taxonomy.name() {
                "category" => format!("/?cat={}", term.id),
                "post_tag" => format!("/?tag={}", term.slug),
                name => format!("/?taxonomy={name}&term={}", term.slug),
            };
        };
        match info.name.as_str() {
            "category" => self.based(&self.settings.category_base, info.slug(), &self.term_slugs(term)),
            "post_tag" => self.based(&self.settings.tag_base, info.slug(), &term.slug),
            "post_format" => {
                let format = term.slug.strip_prefix("post-format-").unwrap_or(&term.slug);
                self.fronted(&format!("{}/{format}", info.slug()))
            }
            _ => self.fronted(&format!("{}/{}", info.slug(), term.slug)),
        }
    }

    /// Below the base somebody chose, as it is, or below the front and the usual one.
    fn based(&self, chosen: &str, usual: &str, path: &str) -> String {
        match chosen.trim_matches('/') {
            "" => self.fronted(&format!("{usual}/{path}")),
            base => self.slashed(&format!("{base}/{path}")),
        }
    }

    /// `/author/slug/`
    pub fn author_path(&self, user: &User) -> String {
        if self.permalinks.is_plain() {
            return format!("/?author={}", user.id);
        }
        self.fronted(&format!("author/{}", user.slug))
    }

    /// `/2026/`, `/2026/11/` or `/2026/11/20/`
    pub fn date_path(&self, year: i16, month: Option<i8>, day: Option<i8>) -> String {
        let month_day = month.map(|month| (month, day));
        if self.permalinks.is_plain() {
            let rest =
                month_day.map(|(month, day)| format!("{month:02}{}", day.map_or(String::new(), |d| format!("{d:02}"))));
            return format!("/?m={year:04}{}", rest.unwrap_or_default());
        }
        let base = if self.permalinks.date_base { "date/" } else { "" };
        let rest =
            month_day.map(|(month, day)| format!("/{month:02}{}", day.map_or(String::new(), |d| format!("/{d:02}"))));
        self.fronted(&format!("{base}{year:04}{}", rest.unwrap_or_default()))
    }

    /// `/search/two%20words/`
    pub fn search_path(&self, text: &str) -> String {
        let text = utf8_percent_encode(text, UNRESERVED);
        if self.permalinks.is_plain() { format!("/?s={text}") } else { self.slashed(&format!("search/{text}")) }
    }

    /// The list of a custom type's posts.
    pub fn type_archive_path(&self, post_type: &PostType) -> String {
        let info = self.settings.types.post_type(post_type.name());
        match info.filter(|_| !self.permalinks.is_plain()) {
            Some(info) => self.fronted(info.slug()),
            None => format!("/?post_type={}", post_type.name()),
        }
    }

    pub(super) fn term_path_by_id(&self, id: TermId) -> Option<String> {
        self.term(id).map(|term| self.term_path(&term))
    }
}

/// The address that needs no structure.
fn plain_path(post: &Post) -> String {
    match &post.post_type {
        PostType::Post | PostType::NavMenuItem => format!("/?p={}", post.id),
        PostType::Page => format!("/?page_id={}", post.id),
        PostType::Attachment => format!("/?attachment_id={}", post.id),
        PostType::Custom(name) => format!("/?post_type={name}&p={}", post.id),
    }
}
