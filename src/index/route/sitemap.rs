//! Sitemap addresses: `/wp-sitemap.xml`, `/wp-sitemap-posts-page-1.xml`, …

use jiff::Timestamp;

use super::{Site, SitemapPart};
use crate::{
    content::{PostType, Taxonomy, Term, User, settings::Front},
    index::PostQuery,
};

/// Addresses in one file of the sitemap, as WordPress has it.
pub const SITEMAP_URLS_MAX: usize = 2000;

pub(super) fn part(path: &str) -> Option<SitemapPart> {
    let name = path.strip_prefix("/wp-sitemap")?.strip_suffix(".xml")?;
    if name.is_empty() {
        return Some(SitemapPart::Index);
    }
    let (name, page) = name.strip_prefix('-')?.rsplit_once('-')?;
    let page = page.parse().ok().filter(|page| *page > 0)?;
    if name == "users" {
        return Some(SitemapPart::Users { page });
    }
    let (kind, subtype) = name.split_once('-')?;
    match kind {
        "posts" => Some(SitemapPart::Posts { post_type: subtype.to_owned(), page }),
        "taxonomies" => Some(SitemapPart::Terms { taxonomy: subtype.to_owned(), page }),
        _ => None,
    }
}

impl Site {
    /// The files of the sitemap, in order; none when search engines are to stay away.
    pub fn sitemap_parts(&self, now: Timestamp) -> Vec<SitemapPart> {
        if !self.settings.search_engines_welcome {
            return Vec::new();
        }
        let types = self.settings.types.types().filter(|info| info.public && info.name != "attachment");
        let posts = types.flat_map(|info| {
            pages(self.sitemap_posts(&info.name, now))
                .map(|page| SitemapPart::Posts { post_type: info.name.clone(), page })
        });
        let taxonomies = self.settings.types.taxonomies().filter(|info| info.public);
        let terms = taxonomies.flat_map(|info| {
            pages(self.sitemap_terms(&Taxonomy::new(&info.name), now).len())
                .map(|page| SitemapPart::Terms { taxonomy: info.name.clone(), page })
        });
        let users = pages(self.sitemap_users(now).len()).map(|page| SitemapPart::Users { page });
        posts.chain(terms).chain(users).collect()
    }

    /// True for the index of a site that welcomes search engines, and for each of its files.
    pub fn has_sitemap(&self, part: &SitemapPart, now: Timestamp) -> bool {
        if !self.settings.search_engines_welcome {
            return false;
        }
        let (addresses, page) = match part {
            SitemapPart::Index => return true,
            SitemapPart::Posts { post_type, page } => {
                let listed = self.settings.types.post_type(post_type).is_some_and(|info| info.public);
                if !listed || post_type == "attachment" {
                    return false;
                }
                (self.sitemap_posts(post_type, now), *page)
            }
            SitemapPart::Terms { taxonomy, page } => {
                if !self.settings.types.taxonomy(taxonomy).is_some_and(|info| info.public) {
                    return false;
                }
                (self.sitemap_terms(&Taxonomy::new(taxonomy), now).len(), *page)
            }
            SitemapPart::Users { page } => (self.sitemap_users(now).len(), *page),
        };
        pages(addresses).contains(&page)
    }

    fn sitemap_posts(&self, post_type: &str, now: Timestamp) -> usize {
        let post_type = PostType::from_name(post_type);
        let at_least = usize::from(self.sitemap_has_home(&post_type));
        let types = vec![post_type];
        self.posts(&PostQuery { types, limit: 1, ..PostQuery::default() }, now).total.max(at_least)
    }

    /// True for the type whose first file begins with the front page: pages, where no page is the front page.
    pub fn sitemap_has_home(&self, post_type: &PostType) -> bool {
        *post_type == PostType::Page && self.settings.front == Front::Posts
    }

    /// Terms with public posts, by id.
    pub fn sitemap_terms(&self, taxonomy: &Taxonomy, now: Timestamp) -> Vec<Term> {
        let mut terms = self.terms(taxonomy);
        terms.retain(|term| self.term_count(term.id, now) > 0);
        terms
    }

    /// Users with public posts, by id.
    pub fn sitemap_users(&self, now: Timestamp) -> Vec<User> {
        let mut users = self.users();
        users.retain(|user| self.author_count(user.id, now) > 0);
        users
    }
}

fn pages(addresses: usize) -> std::ops::RangeInclusive<u32> {
    1..=u32::try_from(addresses.div_ceil(SITEMAP_URLS_MAX)).unwrap_or(u32::MAX)
}
