//! What makes two requests ask for the same page.

use super::PageRequest;
use crate::{content::Settings, index::Target};

/// Query variables that choose what is shown; all others (`utm_source`, `fbclid`, …) are ignored.
const RELEVANT: [&str; 26] = [
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
    "embed",
    "sitemap",
    "robots",
];
/// A longer value cannot be the name of anything; it is cut, so that keys stay small.
const VALUE_CHARS_MAX: usize = 400;
const PAIRS_MAX: usize = 16;

/// Pages a loop has at most.
pub const LOOP_PAGE_MAX: usize = 1000;

/// Which page of a loop within the post is asked for: `query-7-page=2`, or `query-page` for a loop without a number.
/// One at a time, so that a post with two long loops is not as many pages as there are pairs; the first page is the
/// post itself.
pub fn loop_page(query: &[(String, String)]) -> Option<(&str, usize)> {
    query.iter().find_map(|(name, value)| {
        let number = name.strip_prefix("query-")?.strip_suffix("page")?;
        let number = number.strip_suffix('-').unwrap_or(number);
        let named = number.len() <= 6 && number.bytes().all(|byte| byte.is_ascii_digit());
        let plain = !value.starts_with(['0', '+']);
        let page = value.parse().ok().filter(|page| plain && (2..=LOOP_PAGE_MAX).contains(page))?;
        named.then_some((name.as_str(), page))
    })
}

/// The cache key of a request: its path and the relevant part of its query, sorted. The host is not part: one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageKey {
    text: String,
    query: Vec<(String, String)>,
}

impl PageKey {
    pub fn of(request: &PageRequest, settings: &Settings) -> Self {
        let of_loop = loop_page(&request.query).map(|(name, _)| name);
        let mut query: Vec<(String, String)> = request
            .query
            .iter()
            .filter(|(name, _)| is_relevant(name, settings))
            .chain(request.query.iter().filter(|(name, _)| of_loop == Some(name.as_str())).take(1))
            .take(PAIRS_MAX)
            .map(|(name, value)| (name.clone(), kept(name, value)))
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
            Target::Embed { post: None } => "404 in a frame",
            _ => &self.text,
        }
    }
}

fn kept(name: &str, value: &str) -> String {
    match name {
        // any value asks for the same
        "embed" if !value.is_empty() => "true".to_owned(),
        _ => value.chars().take(VALUE_CHARS_MAX).collect(),
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
    fn one_page_of_one_loop_is_part_of_the_key() {
        assert_eq!(key("/a/", &[("query-7-page", "2")]), "/a/?query-7-page=2");
        assert_eq!(key("/a/", &[("query-page", "3"), ("x", "y")]), "/a/?query-page=3");
        assert_eq!(key("/a/", &[("query-7-page", "2"), ("query-8-page", "3")]), "/a/?query-7-page=2");
        for value in ["1", "0", "-2", "02", "+2", "2x", "1001", "", "99999999999999999999999"] {
            assert_eq!(key("/a/", &[("query-7-page", value)]), "/a/", "{value}");
        }
        for name in ["query-x-page", "query-1234567-page", "query-7", "query--7-page", "myquery-7-page", "query-7page9"]
        {
            assert_eq!(key("/a/", &[(name, "2")]), "/a/", "{name}");
        }
    }

    #[test]
    fn order_and_foreign_variables_do_not_matter() {
        assert_eq!(key("/", &[("utm_source", "x")]), "/");
        assert_eq!(key("/", &[("s", "a"), ("paged", "2")]), key("/", &[("paged", "2"), ("fbclid", "y"), ("s", "a")]));
        assert_ne!(key("/", &[("s", "a")]), key("/", &[("s", "b")]));
        assert_ne!(key("/", &[("s", "a&paged=2")]), key("/", &[("s", "a"), ("paged", "2")]));
        assert_eq!(key("/", &[("p", "5"), ("embed", "1")]), "/?embed=true&p=5");
        assert!(key("/", &[("s", &"x".repeat(100_000))]).len() < 500);
    }
}
