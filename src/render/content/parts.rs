//! `<!--more-->` and `<!--nextpage-->`.

use super::scan::{slice, tail};

const NEXT_PAGE: &str = "<!--nextpage-->";

/// Number of parts `<!--nextpage-->` makes; at least 1.
pub fn count(content: &str) -> usize {
    pages(content).len()
}

/// One part, from 1; 0 is the whole with the marks taken out. A number too large gives the last part.
pub(super) fn part(content: &str, number: usize) -> String {
    let pages = pages(content);
    match number {
        0 => pages.join("\n\n"),
        number => pages.get(number - 1).or(pages.last()).copied().unwrap_or("").to_owned(),
    }
}

/// The block comments around the mark belong to it; a mark at the very start makes no empty part.
fn pages(content: &str) -> Vec<&str> {
    let content = match content.trim_start().strip_prefix(NEXT_PAGE) {
        Some(rest) => rest,
        None => content,
    };
    let mut pages: Vec<&str> = content.split(NEXT_PAGE).collect();
    let last = pages.len().saturating_sub(1);
    for (number, page) in pages.iter_mut().enumerate() {
        if number < last {
            let trimmed = page.trim_end();
            if let Some(front) = trimmed.strip_suffix("<!-- wp:nextpage -->") {
                *page = front;
            }
        }
        if number > 0 {
            let trimmed = page.trim_start();
            if let Some(rest) = trimmed.strip_prefix("<!-- /wp:nextpage -->") {
                *page = rest;
            }
        }
    }
    pages
}

/// Content split at its first `<!--more-->`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct More<'a> {
    pub before: &'a str,
    pub after: &'a str,
    /// The author's words for the link.
    pub label: Option<&'a str>,
    /// `<!--noteaser-->`: the whole shows only what follows.
    pub no_teaser: bool,
}

pub(super) fn more(content: &str) -> Option<More<'_>> {
    let start = content.find("<!--more")?;
    let end = start + tail(content, start).find("-->")?;
    let label = slice(content, start + "<!--more".len(), end).trim();
    Some(More {
        before: slice(content, 0, start),
        after: tail(content, end + 3),
        label: (!label.is_empty()).then_some(label),
        no_teaser: content.contains("<!--noteaser-->"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_next_page_marks() {
        assert_eq!(count("a"), 1);
        assert_eq!(count("a<!--nextpage-->b<!--nextpage-->c"), 3);
        assert_eq!(part("a<!--nextpage-->b", 2), "b");
        assert_eq!(part("a<!--nextpage-->b", 9), "b");
        assert_eq!(part("<!--nextpage-->b", 1), "b");
        let blocks = "<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->";
        assert_eq!(part(&format!("x\n{blocks}\ny"), 1), "x\n");
        assert_eq!(part(&format!("x\n{blocks}\ny"), 2), "\ny");
    }

    #[test]
    fn reads_the_label_of_more() {
        let more = more("a<!--more Read on-->b").unwrap();
        assert_eq!((more.before, more.after, more.label), ("a", "b", Some("Read on")));
        assert_eq!(super::more("a <!--more b"), None);
    }
}
