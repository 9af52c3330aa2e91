//! The address of a target, for links, pages and redirects.

use super::{FeedKind, Site, SitemapPart, Target, path::EMBED};
use crate::content::PostId;

impl Site {
    /// Path and query of a target; `None` for what has no address of its own.
    pub fn target_path(&self, target: &Target) -> Option<String> {
        match target {
            Target::FrontPage { .. } => Some("/".to_owned()),
            Target::Home { page } => Some(self.list_page(&self.home_path(), *page)),
            Target::Singular { id, page } => {
                let path = self.post_path(&self.post(*id)?);
                Some(match page {
                    1 => path,
                    page if path.contains('?') => format!("{path}&page={page}"),
                    page => self.slashed(format!("{}/{page}", path.trim_matches('/')).trim_matches('/')),
                })
            }
            Target::Embed { post } => self.embed_path((*post)?),
            Target::Term { term, page, .. } => Some(self.list_page(&self.term_path_by_id(*term)?, *page)),
            Target::Author { user, page } => Some(self.list_page(&self.author_path(&self.user(*user)?), *page)),
            Target::TypeArchive { post_type, page } => Some(self.list_page(&self.type_archive_path(post_type), *page)),
            Target::Date { year, month, day, page } => {
                Some(self.list_page(&self.date_path(*year, *month, *day), *page))
            }
            Target::Search { text, page } => Some(self.list_page(&self.search_path(text), *page)),
            Target::Feed { of, kind } => {
                let at_first = of.as_ref().clone().at_page(1)?;
                let path =
                    if matches!(at_first, Target::Home { .. }) { "/".to_owned() } else { self.target_path(&at_first)? };
                let feed = self.feed_path(&path, *kind);
                Some(match of.page() {
                    1 => feed,
                    page if feed.contains('?') => format!("{feed}&paged={page}"),
                    page => format!("{feed}?paged={page}"),
                })
            }
            Target::CommentsFeed { post: None, kind } if self.permalinks.is_plain() => {
                Some(format!("/?feed=comments-{}", name(*kind)))
            }
            Target::CommentsFeed { post: None, kind } => Some(self.feed_path("/comments/", *kind)),
            Target::CommentsFeed { post: Some(id), kind } => {
                Some(self.feed_path(&self.post_path(&self.post(*id)?), *kind))
            }
            Target::Sitemap(SitemapPart::Index) => Some("/wp-sitemap.xml".to_owned()),
            Target::Sitemap(SitemapPart::Posts { post_type, page }) => {
                Some(format!("/wp-sitemap-posts-{post_type}-{page}.xml"))
            }
            Target::Sitemap(SitemapPart::Terms { taxonomy, page }) => {
                Some(format!("/wp-sitemap-taxonomies-{taxonomy}-{page}.xml"))
            }
            Target::Sitemap(SitemapPart::Users { page }) => Some(format!("/wp-sitemap-users-{page}.xml")),
            Target::Robots => Some("/robots.txt".to_owned()),
            Target::Redirect { to, .. } => Some(to.clone()),
            Target::NotFound => None,
        }
    }

    fn embed_path(&self, id: PostId) -> Option<String> {
        let path = match self.shown_as(Target::Singular { id, page: 1 }) {
            Target::FrontPage { .. } => "/".to_owned(),
            _ => self.post_path(&self.post(id)?),
        };
        Some(match path {
            path if path.contains('?') => format!("{path}&{EMBED}=true"),
            path if self.permalinks.is_plain() => format!("{path}?{EMBED}=true"),
            path => self.slashed(format!("{}/{EMBED}", path.trim_matches('/')).trim_matches('/')),
        })
    }

    /// Where the posts list is: `/`, or the page set for it.
    fn home_path(&self) -> String {
        use crate::content::settings::Front;
        let page = match self.settings.front {
            Front::Page { front: Some(_), posts } => posts.and_then(|id| self.post(id)),
            Front::Page { front: None, .. } | Front::Posts => None,
        };
        page.map_or_else(|| "/".to_owned(), |page| self.post_path(&page))
    }

    fn list_page(&self, path: &str, page: u32) -> String {
        match page {
            1 => path.to_owned(),
            page if path.contains('?') => format!("{path}&paged={page}"),
            page if self.permalinks.is_plain() => format!("{path}?paged={page}"),
            page => self.slashed(format!("{}/page/{page}", path.trim_matches('/')).trim_matches('/')),
        }
    }

    fn feed_path(&self, path: &str, kind: FeedKind) -> String {
        if path.contains('?') {
            return format!("{path}&feed={}", name(kind));
        }
        if self.permalinks.is_plain() {
            return format!("{path}?feed={}", name(kind));
        }
        let kind = if kind == FeedKind::Atom { "/atom" } else { "" };
        self.slashed(format!("{}/feed{kind}", path.trim_matches('/')).trim_matches('/'))
    }
}

fn name(kind: FeedKind) -> &'static str {
    match kind {
        FeedKind::Rss2 => "rss2",
        FeedKind::Atom => "atom",
    }
}
