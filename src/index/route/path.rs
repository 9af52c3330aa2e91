//! Addresses by path. What comes first wins: files, lists under their bases, dates, then posts and pages.

use jiff::Timestamp;

use super::{
    FeedKind, Site, Target,
    query::value,
    sitemap,
    tail::{OfPost, Tail},
};
use crate::{
    content::{PostId, PostType, Taxonomy, slug::sanitize_title},
    index::permalink::{Match, Tag},
};

impl Site {
    /// `None` when nothing has this path.
    pub(super) fn resolve_path(&self, path: &str, query: &[(String, String)], now: Timestamp) -> Option<Target> {
        match path {
            "/robots.txt" => return Some(Target::Robots),
            "/sitemap.xml" => return Some(Target::Redirect { to: "/wp-sitemap.xml".to_owned(), permanent: false }),
            _ => {}
        }
        if let Some(part) = sitemap::part(path) {
            return Some(Target::Sitemap(part));
        }
        let all: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let (segments, tail) = Tail::split(&all);
        if let (["comments"], Some(kind)) = (segments, tail.feed) {
            return Some(Target::CommentsFeed { post: None, kind });
        }
        let target = if segments.is_empty() { Some(self.root(now)) } else { self.named_by_path(segments, now) };
        match target {
            Some(target) => self.with_tail(self.shown_as(target), tail, query),
            None if segments == [EMBED] => self.root(now).embedded(),
            None => None,
        }
    }

    fn with_tail(&self, target: Target, tail: Tail, query: &[(String, String)]) -> Option<Target> {
        if let Some(kind) = tail.feed.or_else(|| feed_by_query(query)) {
            return target.feed_at(kind, query);
        }
        match tail.of_post {
            Some(OfPost::CommentPage) => return matches!(target, Target::Singular { .. }).then_some(target),
            Some(OfPost::Embed) => return target.embedded(),
            Some(OfPost::Trackback) => {
                let Target::Singular { id, .. } = target else { return None };
                let to = self.post_path(&self.post(id)?);
                return Some(Target::Redirect { to, permanent: false });
            }
            None => {}
        }
        if is_embed(query)
            && let Some(card) = target.clone().embedded()
        {
            return Some(card);
        }
        if let Some(page) = tail.page {
            // parts of a post are numbered without the word
            let list = !matches!(target, Target::Singular { .. } | Target::FrontPage { .. });
            return if list || page == 1 { target.at_page(page) } else { None };
        }
        let part = if matches!(target, Target::Singular { .. }) { "page" } else { "paged" };
        match value(query, part).and_then(|page| page.parse().ok()) {
            Some(page) if page > 1 => target.at_page(page),
            _ => Some(target),
        }
    }

    fn named_by_path(&self, segments: &[&str], now: Timestamp) -> Option<Target> {
        if self.permalinks.is_plain() {
            return None;
        }
        if let ["search", text @ ..] = segments
            && !text.is_empty()
        {
            return Some(Target::Search { text: text.join("/"), page: 1 });
        }
        if let Some(found) = self.list_by_path(segments) {
            return Some(found);
        }
        let singular = |id: PostId, page: u32| Target::Singular { id, page };
        if let Some(id) = self.singular_by_path(segments, now) {
            return Some(singular(id, 1));
        }
        // a part of a post: its path and a number
        let (last, above) = segments.split_last()?;
        let part = last.parse().ok().filter(|part| *part > 0 && !above.is_empty())?;
        self.singular_by_path(above, now).map(|id| singular(id, part))
    }

    /// Terms, authors, custom types' archives and dates.
    fn list_by_path(&self, segments: &[&str]) -> Option<Target> {
        let settings = &self.settings;
        for (base, taxonomy) in [(&settings.category_base, "category"), (&settings.tag_base, "post_tag")] {
            let base: Vec<&str> = base.split('/').filter(|segment| !segment.is_empty()).collect();
            if let (false, Some(path)) = (base.is_empty(), segments.strip_prefix(base.as_slice())) {
                return self.term_by_path(taxonomy, path);
            }
        }
        let front: Vec<&str> = self.permalinks.front.iter().map(String::as_str).collect();
        let below = segments.strip_prefix(front.as_slice())?;
        if let ["author", slug] = below {
            return self.user_by_slug(&sanitize_title(slug)).map(|user| Target::Author { user: user.id, page: 1 });
        }
        if let Some((base, path)) = below.split_first() {
            let based = |name: &str| match name {
                "category" => settings.category_base.is_empty(),
                "post_tag" => settings.tag_base.is_empty(),
                _ => true,
            };
            let mut taxonomies = settings.types.taxonomies().filter(|info| info.public && based(&info.name));
            if let (Some(info), false) = (taxonomies.find(|info| info.slug() == *base), path.is_empty()) {
                return self.term_by_path(&info.name, path);
            }
            let custom = settings.types.types().filter(|info| !is_built_in(&info.name));
            let archive =
                custom.filter(|info| path.is_empty() && info.slug() == *base).find_map(|t| self.type_archive(&t.name));
            if archive.is_some() {
                return archive;
            }
        }
        let date = if self.permalinks.date_base { below.strip_prefix(&["date"][..])? } else { below };
        date_by_path(date)
    }

    /// By the last slug of the path; those above are the canonical address's concern.
    fn term_by_path(&self, taxonomy: &str, path: &[&str]) -> Option<Target> {
        let (last, above) = path.split_last()?;
        let hierarchical = self.settings.types.taxonomy(taxonomy).is_some_and(|info| info.hierarchical);
        if !above.is_empty() && !hierarchical {
            return None;
        }
        let slug = sanitize_title(last);
        let slug = if taxonomy == "post_format" { format!("post-format-{slug}") } else { slug };
        self.term_target(self.term_by_slug(&Taxonomy::new(taxonomy), &slug)?)
    }

    /// The public post of any type that has this path.
    fn singular_by_path(&self, segments: &[&str], now: Timestamp) -> Option<PostId> {
        let path = segments.join("/");
        let public = |id: &PostId| self.is_public_id(*id, now);
        if let Some(id) = self.page_by_path(&PostType::Page, &path).filter(public) {
            return Some(id);
        }
        let post = self.permalinks.matches(&path).and_then(|found| self.post_by_match(&found, now));
        post.or_else(|| self.custom_by_path(segments).filter(public)).or_else(|| self.attachment_by_path(segments, now))
    }

    fn post_by_match(&self, found: &Match, now: Timestamp) -> Option<PostId> {
        let ids = match (found.number(Tag::PostId), found.text(Tag::PostName)) {
            (Some(id), _) => vec![PostId(id)],
            (None, Some(slug)) => self.posts_by_slug(&PostType::Post, &sanitize_title(slug)),
            (None, None) => return None,
        };
        let says = |tag, actual: i64| found.number::<i64>(tag).is_none_or(|said| said == actual);
        let fits = |id: &PostId| {
            let Some(row) = self.view(*id).filter(|row| row.post_type == "post") else { return false };
            let date = row.date;
            let named = found.text(Tag::PostName).is_none_or(|slug| sanitize_title(slug) == row.slug);
            let author = found.text(Tag::Author).is_none_or(|slug| {
                self.user(crate::content::UserId(row.author)).is_some_and(|user| user.slug == sanitize_title(slug))
            });
            let day = says(Tag::Year, date.year().into())
                && says(Tag::Month, date.month().into())
                && says(Tag::Day, date.day().into());
            let time = says(Tag::Hour, date.hour().into())
                && says(Tag::Minute, date.minute().into())
                && says(Tag::Second, date.second().into());
            named && author && day && time && self.is_public_id(*id, now)
        };
        ids.into_iter().find(fits)
    }

    fn custom_by_path(&self, segments: &[&str]) -> Option<PostId> {
        let front: Vec<&str> = self.permalinks.front.iter().map(String::as_str).collect();
        let (base, path) = segments.strip_prefix(front.as_slice())?.split_first()?;
        let mut custom = self.settings.types.types().filter(|info| info.public && !is_built_in(&info.name));
        let info = custom.find(|info| info.slug() == *base)?;
        let post_type = PostType::from_name(&info.name);
        if info.hierarchical {
            return self.page_by_path(&post_type, &path.join("/"));
        }
        let [slug] = path else { return None };
        self.posts_by_slug(&post_type, &sanitize_title(slug)).first().copied()
    }

    /// Below its parent's path, with or without `attachment/` between; without a parent by its slug alone.
    fn attachment_by_path(&self, segments: &[&str], now: Timestamp) -> Option<PostId> {
        let (slug, above) = segments.split_last()?;
        let above = above.strip_suffix(&["attachment"][..]).unwrap_or(above);
        let parent = if above.is_empty() { None } else { Some(self.singular_by_path(above, now)?) };
        let mut found = self.posts_by_slug(&PostType::Attachment, &sanitize_title(slug));
        found.retain(|id| self.view(*id).is_some_and(|row| row.parent.map(PostId) == parent));
        found.into_iter().find(|id| self.is_public_id(*id, now))
    }
}

/// What follows the address of a post to ask for its card.
pub(super) const EMBED: &str = "embed";

/// `?embed=true`, whatever its value.
pub(super) fn is_embed(query: &[(String, String)]) -> bool {
    value(query, EMBED).is_some()
}

/// What is at an address with nothing public: whoever asks for a card shows what comes in a frame.
pub(super) fn nothing(path: &str, query: &[(String, String)]) -> Target {
    let asked = path.trim_end_matches('/').ends_with("/embed") || is_embed(query);
    if asked { Target::Embed { post: None } } else { Target::NotFound }
}

fn feed_by_query(query: &[(String, String)]) -> Option<FeedKind> {
    super::tail::feed_kind(value(query, "feed")?)
}

pub(super) fn is_built_in(name: &str) -> bool {
    matches!(name, "post" | "page" | "attachment" | "nav_menu_item")
}

/// Digits only: four, then one or two, then one or two. Whether there is such a day is asked later.
fn date_by_path(segments: &[&str]) -> Option<Target> {
    let digits =
        |text: &str, most: usize| text.len() <= most && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (year, rest) = segments.split_first()?;
    let well_formed = year.len() == 4 && digits(year, 4) && rest.len() <= 2 && rest.iter().all(|part| digits(part, 2));
    if !well_formed {
        return None;
    }
    let part = |index: usize| rest.get(index).and_then(|text| text.parse().ok());
    Some(Target::Date { year: year.parse().ok()?, month: part(0), day: part(1), page: 1 })
}
