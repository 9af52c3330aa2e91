//! What makes two requests ask for the same page.

use super::PageRequest;
use crate::{content::Settings, index::Target};

/// Query variables that choose what is shown; all others (`utm_source`, `fbclid`, …) are ignored.
const RELEVANT: [&str; 25] = [
    "p",
    "page_id",
    "attachment_id",
    "name",
    "pagename",
    "post_type",
    "cat",
    "category_name",
    "tag",
    "tag_id",
    "author",
    "author_name",
    "m",
    "year",
    "monthnum",
    "day",
    "s",
    "paged",
    "page",
    "cpage",
    "feed",
    "withcomments",
    "replytocom",
    "sitemap",
    "robots",
];
/// A longer value cannot be the name of anything; it is cut, so that keys stay small.
const VALUE_CHARS_MAX: usize = 400;
const PAIRS_MAX: usize = 16;

/// The cache key of a request: its path and the relevant part of its query, sorted. The host is not part: one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageKey {
    text: String,
    query: Vec<(String, String)>,
}

impl PageKey {
    pub fn of(request: &PageRequest, settings: &Settings) -> Self {
        let mut query: Vec<(String, String)> = request
            .query
            .iter()
            .filter(|(name, _)| is_relevant(name, settings))
            .take(PAIRS_MAX)
            .map(|(name, value)| (name.clone(), value.chars().take(VALUE_CHARS_MAX).collect()))
            .collect();
        query.sort();
        let mut text = request.path.clone();
        for (at, (name, value)) in query.iter().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            // The separators of this key, not of URLs: what matters is that two queries never look alike.
            text.push_str(&value.replace('%', "%25").replace('&', "%26"));
        }
        Self { text, query }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The relevant pairs.
    pub fn query(&self) -> &[(String, String)] {
        &self.query
    }

    /// Where nothing is found, all requests share one page: wrong URLs are without number.
    pub(super) fn for_target(&self, target: &Target) -> &str {
        match target {
            Target::NotFound => "404",
            _ => &self.text,
        }
    }
}

fn is_relevant(name: &str, settings: &Settings) -> bool {
    RELEVANT.contains(&name)
        || settings.types.custom_types.iter().any(|custom| custom.name == name)
        || settings.types.custom_taxonomies.iter().any(|custom| custom.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &str, query: &[(&str, &str)]) -> String {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let request = PageRequest { path: path.to_owned(), query, ..PageRequest::default() };
        PageKey::of(&request, &Settings::default()).text().to_owned()
    }

    #[test]
    fn order_and_foreign_variables_do_not_matter() {
        assert_eq!(key("/", &[("utm_source", "x")]), "/");
        assert_eq!(key("/", &[("s", "a"), ("paged", "2")]), key("/", &[("paged", "2"), ("fbclid", "y"), ("s", "a")]));
        assert_ne!(key("/", &[("s", "a")]), key("/", &[("s", "b")]));
        assert_ne!(key("/", &[("s", "a&paged=2")]), key("/", &[("s", "a"), ("paged", "2")]));
        assert!(key("/", &[("s", &"x".repeat(100_000))]).len() < 500);
    }
}
