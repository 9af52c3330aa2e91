//! Whether there is something public to show at a target, and which posts a list shows.

use jiff::Timestamp;

use super::{Site, Target};
use crate::{
    content::{PostType, Taxonomy, TermId},
    index::{PostQuery, TermFilter, TermOperator},
};

impl Site {
    /// The query of the list at a target: its posts, newest first, without page and length. `None` for what is no
    /// list. The one place that says what is on an archive, for pages, feeds and 404s alike.
    pub fn list_query(&self, target: &Target) -> Option<PostQuery> {
        match target {
            Target::Home { .. } => Some(PostQuery::default()),
            Target::Term { taxonomy, term, .. } => Some(self.term_query(taxonomy, *term)),
            Target::Author { user, .. } => Some(PostQuery { authors: vec![*user], ..PostQuery::default() }),
            Target::TypeArchive { post_type, .. } => {
                Some(PostQuery { types: vec![post_type.clone()], ..PostQuery::default() })
            }
            Target::Date { year, month, day, .. } => {
                Some(PostQuery { year: Some(*year), month: *month, day: *day, ..PostQuery::default() })
            }
            Target::Search { text, .. } => Some(self.search_query(text)),
            Target::FrontPage { .. }
            | Target::Singular { .. }
            | Target::Embed { .. }
            | Target::Feed { .. }
            | Target::CommentsFeed { .. }
            | Target::Sitemap(_)
            | Target::Robots
            | Target::Redirect { .. }
            | Target::NotFound => None,
        }
    }

    fn term_query(&self, taxonomy: &Taxonomy, term: TermId) -> PostQuery {
        let info = self.settings.types.taxonomy(taxonomy.name());
        let types =
            info.map_or_else(Vec::new, |info| info.types.iter().map(|name| PostType::from_name(name)).collect());
        let with_children = info.is_some_and(|info| info.hierarchical);
        let filter =
            TermFilter { taxonomy: taxonomy.clone(), terms: vec![term], with_children, operator: TermOperator::Any };
        PostQuery { types, terms: vec![filter], ..PostQuery::default() }
    }

    /// All public types but attachments, by relevance.
    fn search_query(&self, text: &str) -> PostQuery {
        let types = self.settings.types.types().filter(|info| info.public && info.name != "attachment");
        PostQuery {
            types: types.map(|info| PostType::from_name(&info.name)).collect(),
            search: Some(text.to_owned()),
            order_by: crate::index::OrderBy::Relevance,
            ..PostQuery::default()
        }
    }

    /// Beyond the first page only what has posts exists; a date without posts does not exist at all.
    pub(super) fn exists(&self, target: &Target, now: Timestamp) -> bool {
        match target {
            Target::Singular { id, .. }
            | Target::FrontPage { id }
            | Target::Embed { post: Some(id) }
            | Target::CommentsFeed { post: Some(id), .. } => {
                self.view(*id)
                    .is_some_and(|row| self.settings.types.post_type(&row.post_type).is_some_and(|info| info.public))
                    && self.is_public_id(*id, now)
            }
            Target::Term { taxonomy, .. }
                if self.settings.types.taxonomy(taxonomy.name()).is_none_or(|info| !info.public) =>
            {
                false
            }
            // Who has an account is nobody's business; who publishes is.
            Target::Author { user, .. } if self.user(*user).is_none() || self.author_count(*user, now) == 0 => false,
            Target::Date { year, month, day, .. } if !is_date(*year, *month, *day) => false,
            Target::Date { .. } => self.has_page(target, self.settings.posts_per_page, now),
            Target::Feed { of, .. } if of.page() > 1 => {
                let first = of.as_ref().clone().at_page(1);
                first.is_some_and(|first| self.exists(&first, now))
                    && self.has_page(of, self.settings.posts_per_rss, now)
            }
            Target::Feed { of, .. } => self.exists(of, now),
            Target::Sitemap(part) => self.has_sitemap(part, now),
            Target::Home { page }
            | Target::Search { page, .. }
            | Target::Term { page, .. }
            | Target::Author { page, .. }
            | Target::TypeArchive { page, .. } => {
                *page == 1 || self.has_page(target, self.settings.posts_per_page, now)
            }
            Target::CommentsFeed { post: None, .. } | Target::Robots | Target::Redirect { .. } => true,
            Target::Embed { post: None } | Target::NotFound => false,
        }
    }

    /// Lists of `length` posts reach as far as the page of `target`.
    fn has_page(&self, target: &Target, length: usize, now: Timestamp) -> bool {
        let Some(query) = self.list_query(target) else { return false };
        let before = usize::try_from(target.page() - 1).unwrap_or(usize::MAX).saturating_mul(length);
        // the order is of no concern: the cheapest
        let query = PostQuery { limit: 1, order_by: crate::index::OrderBy::Date, ..query };
        self.posts(&query, now).total > before
    }
}

pub(super) fn is_date(year: i16, month: Option<i8>, day: Option<i8>) -> bool {
    jiff::civil::Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).is_ok()
}
