//! Addresses that are queries of `/`: `?p=5`, `?cat=3&paged=2`, `?s=words`, `?feed=rss2`.

use jiff::Timestamp;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{Site, Target, path::is_embed, tail::feed_kind};
use crate::content::{PostId, PostType, Taxonomy, TermId, UserId, slug::sanitize_title};

/// What must not be in a query's value as it is.
const VALUE: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'+').add(b'<').add(b'=').add(b'>').add(b'`');

/// The value given last, as PHP has it.
pub(super) fn value<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    query.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
}

fn number<N: std::str::FromStr>(query: &[(String, String)], name: &str) -> Option<N> {
    value(query, name)?.trim().parse().ok()
}

/// `path` with the query as given.
pub(super) fn with_query(path: &str, query: &[(String, String)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, VALUE).to_string();
    let pair = |(key, value): &(String, String)| match value.as_str() {
        "" => encode(key),
        value => format!("{}={}", encode(key), encode(value)),
    };
    let pairs: Vec<_> = query.iter().map(pair).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// Names that make a query of `/` ask for something, and that a redirect to the address proper drops.
const ASKING: [&str; 20] = [
    "p",
    "page_id",
    "attachment_id",
    "name",
    "pagename",
    "attachment",
    "post_type",
    "cat",
    "category_name",
    "tag",
    "tag_id",
    "taxonomy",
    "term",
    "author",
    "author_name",
    "m",
    "year",
    "monthnum",
    "day",
    "paged",
];

/// What of a query goes along with a redirect.
pub(super) fn kept(query: &[(String, String)]) -> Vec<(String, String)> {
    query
        .iter()
        .filter(|(name, _)| !ASKING.contains(&name.as_str()) && !matches!(name.as_str(), "feed" | "embed"))
        .cloned()
        .collect()
}

impl Site {
    /// The post that a plain query names, whatever its status: `?p=5`, `?page_id=5`, `?attachment_id=5`,
    /// `?preview_id=5`. For previews and private posts, which [`Site::resolve`] does not find.
    pub fn asked_post(&self, query: &[(String, String)]) -> Option<PostId> {
        let names = ["preview_id", "p", "page_id", "attachment_id"];
        let id = names.iter().find_map(|name| number(query, name)).map(PostId)?;
        self.view(id).map(|_| id)
    }

    /// The posts list, or the static front page.
    pub(super) fn root(&self, now: Timestamp) -> Target {
        match self.front_page().filter(|id| self.is_public_id(*id, now)) {
            Some(id) => Target::FrontPage { id },
            None => Target::Home { page: 1 },
        }
    }

    /// What a query of `/` asks for; `None` when it names something that does not exist.
    pub(super) fn resolve_query(&self, query: &[(String, String)], now: Timestamp) -> Option<Target> {
        let target = match self.named_by_query(query) {
            Some(target) => target?,
            None => self.root(now),
        };
        if let Some(name) = value(query, "feed") {
            let kind = feed_kind(name.strip_prefix("comments-").unwrap_or(name))?;
            if name.starts_with("comments-") || value(query, "withcomments").is_some() {
                return Some(Target::CommentsFeed { post: None, kind });
            }
            return target.feed_at(kind, query);
        }
        if is_embed(query)
            && let Some(card) = target.clone().embedded()
        {
            return Some(card);
        }
        let part = if matches!(target, Target::Singular { .. }) { "page" } else { "paged" };
        match number(query, part) {
            Some(page) if page > 1 => target.at_page(page),
            _ => Some(target),
        }
    }

    /// `None`: the query names nothing; `Some(None)`: it names what does not exist.
    fn named_by_query(&self, query: &[(String, String)]) -> Option<Option<Target>> {
        let singular = |id: PostId| Target::Singular { id, page: 1 };
        for name in ["p", "page_id", "attachment_id"] {
            if value(query, name).is_some() {
                return Some(number(query, name).map(|id| self.shown_as(singular(PostId(id)))));
            }
        }
        if let Some(text) = value(query, "s") {
            return Some(Some(Target::Search { text: text.to_owned(), page: 1 }));
        }
        if let Some(post) = self.post_by_query(query) {
            return Some(post.map(singular));
        }
        if let Some(term) = self.term_by_query(query) {
            return Some(term.and_then(|id| self.term_target(id)));
        }
        if value(query, "author").is_some() {
            return Some(number(query, "author").map(|id| Target::Author { user: UserId(id), page: 1 }));
        }
        if let Some(slug) = value(query, "author_name") {
            return Some(
                self.user_by_slug(&sanitize_title(slug)).map(|user| Target::Author { user: user.id, page: 1 }),
            );
        }
        if let Some(name) = value(query, "post_type").filter(|name| *name != "post") {
            return Some(self.type_archive(name));
        }
        date_by_query(query)
    }

    /// The page of posts is the posts list; the front page is `/`.
    pub(super) fn shown_as(&self, target: Target) -> Target {
        match (&target, self.settings.front) {
            (Target::Singular { id, page }, crate::content::settings::Front::Page { front, posts }) => {
                if posts == Some(*id) {
                    Target::Home { page: *page }
                } else if front == Some(*id) && *page == 1 {
                    Target::FrontPage { id: *id }
                } else {
                    target
                }
            }
            _ => target,
        }
    }

    fn post_by_query(&self, query: &[(String, String)]) -> Option<Option<PostId>> {
        if let Some(path) = value(query, "pagename") {
            return Some(self.page_by_path(&PostType::Page, path));
        }
        if let Some(slug) = value(query, "attachment") {
            return Some(self.posts_by_slug(&PostType::Attachment, &sanitize_title(slug)).first().copied());
        }
        let slug = sanitize_title(value(query, "name")?);
        let post_type = value(query, "post_type").map_or(PostType::Post, PostType::from_name);
        let wanted = |name, actual: i64| number::<i64>(query, name).is_none_or(|wanted| wanted == actual);
        let on_date = |id: &PostId| {
            self.view(*id).is_some_and(|row| {
                wanted("year", row.date.year().into())
                    && wanted("monthnum", row.date.month().into())
                    && wanted("day", row.date.day().into())
            })
        };
        Some(self.posts_by_slug(&post_type, &slug).into_iter().find(on_date))
    }

    fn term_by_query(&self, query: &[(String, String)]) -> Option<Option<TermId>> {
        let by_slug = |taxonomy: &str, path: &str| {
            let slug = path.trim_end_matches('/').rsplit('/').next().map(sanitize_title).unwrap_or_default();
            self.term_by_slug(&Taxonomy::new(taxonomy), &slug)
        };
        for name in ["cat", "tag_id"] {
            if value(query, name).is_some() {
                return Some(number(query, name).map(TermId));
            }
        }
        for (name, taxonomy) in [("category_name", "category"), ("tag", "post_tag")] {
            if let Some(path) = value(query, name) {
                return Some(by_slug(taxonomy, path));
            }
        }
        if let (Some(taxonomy), Some(slug)) = (value(query, "taxonomy"), value(query, "term")) {
            return Some(by_slug(taxonomy, slug));
        }
        // a custom taxonomy's own name: ?genre=jazz
        let taxonomies = self.settings.types.taxonomies().filter(|info| info.public);
        let named = taxonomies.filter_map(|info| Some((info, value(query, &info.name)?))).next();
        named.map(|(info, slug)| by_slug(&info.name, slug))
    }

    pub(super) fn term_target(&self, id: TermId) -> Option<Target> {
        let term = self.term(id)?;
        Some(Target::Term { taxonomy: term.taxonomy, term: id, page: 1 })
    }

    pub(super) fn type_archive(&self, name: &str) -> Option<Target> {
        let info = self.settings.types.post_type(name).filter(|info| info.public && info.has_archive)?;
        Some(Target::TypeArchive { post_type: PostType::from_name(&info.name), page: 1 })
    }
}

/// `?m=201301`, or `?year=2013&monthnum=1&day=11`.
fn date_by_query(query: &[(String, String)]) -> Option<Option<Target>> {
    if let Some(text) = value(query, "m") {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let part = |from, to| digits.get(from..to).and_then(|part: &str| part.parse().ok());
        let year = digits.get(..4).and_then(|year| year.parse().ok());
        return Some(year.map(|year| Target::Date { year, month: part(4, 6), day: part(6, 8), page: 1 }));
    }
    value(query, "year")?;
    let month: Option<i8> = number(query, "monthnum");
    let day = month.and_then(|_| number(query, "day"));
    Some(number(query, "year").map(|year| Target::Date { year, month, day, page: 1 }))
}
