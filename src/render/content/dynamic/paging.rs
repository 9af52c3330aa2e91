//! Links between the pages of a loop, and of a discussion.

use super::Attributes;
use crate::render::{escape, sanitize, view::Pagination};

/// The two blocks that hold such links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paged {
    /// `core/query-pagination`
    Loop,
    /// `core/comments-pagination`
    Comments,
}

impl Paged {
    pub fn block(self) -> &'static str {
        match self {
            Self::Loop => "query-pagination",
            Self::Comments => "comments-pagination",
        }
    }

    fn labels(self) -> (&'static str, &'static str) {
        match self {
            Self::Loop => ("Previous Page", "Next Page"),
            Self::Comments => ("Older Comments", "Newer Comments"),
        }
    }

    /// Around the links. `outer` are the attributes of the block that holds them.
    pub fn around(self, outer: Attributes<'_>, links: &str) -> String {
        let label = match self {
            Self::Loop => "Pagination",
            Self::Comments => "Comments pagination",
        };
        format!("<nav{} aria-label=\"{label}\">{links}</nav>", outer.outer(self.block(), &["is-layout-flex"]))
    }

    /// The HTML of `name`, a block among the links; empty where it leads nowhere, `None` for other blocks.
    pub fn link(self, name: &str, own: Attributes<'_>, outer: Attributes<'_>, pages: &Pagination) -> Option<String> {
        let (previous, next) = self.labels();
        match name.strip_prefix(self.block())? {
            "-previous" => Some(self.step("previous", previous, own, outer, pages.previous_url.as_deref())),
            "-next" => Some(self.step("next", next, own, outer, pages.next_url.as_deref())),
            "-numbers" => Some(self.numbers(own, pages)),
            _ => None,
        }
    }

    fn step(
        self,
        direction: &str,
        usual: &str,
        own: Attributes<'_>,
        outer: Attributes<'_>,
        url: Option<&str>,
    ) -> String {
        let Some(url) = url else { return String::new() };
        let label = match sanitize::clean_comment(own.text("label")) {
            label if label.is_empty() => usual.to_owned(),
            label => label,
        };
        let sign = match (outer.text("paginationArrow"), direction) {
            ("arrow", "next") => "→",
            ("arrow", _) => "←",
            ("chevron", "next") => "»",
            ("chevron", _) => "«",
            _ => "",
        };
        let block = format!("{}-{direction}", self.block());
        let arrow = match sign {
            "" => String::new(),
            sign => format!(
                "<span class=\"wp-block-{block}-arrow is-arrow-{}\" aria-hidden=\"true\">{sign}</span>",
                outer.text("paginationArrow")
            ),
        };
        // an arrow alone says nothing to who cannot see it
        let (name, label) = match outer.flag("showLabel", true) || arrow.is_empty() {
            true => (String::new(), label),
            false => (format!(" aria-label=\"{}\"", escape::html(usual)), String::new()),
        };
        let inner = if direction == "next" { format!("{label}{arrow}") } else { format!("{arrow}{label}") };
        format!("<a href=\"{}\"{}{name}>{inner}</a>", escape::url(url), own.outer(&block, &[]))
    }

    fn numbers(self, own: Attributes<'_>, pages: &Pagination) -> String {
        let links = pages.pages.iter().map(|page| match (page.gap, page.current) {
            (true, _) => "<span class=\"page-numbers dots\">&hellip;</span>".to_owned(),
            (_, true) => {
                format!("<span aria-current=\"page\" class=\"page-numbers current\">{}</span>", page.number)
            }
            _ => format!("<a class=\"page-numbers\" href=\"{}\">{}</a>", escape::url(&page.url), page.number),
        });
        let links: Vec<String> = links.collect();
        format!("<div{}>{}</div>", own.outer(&format!("{}-numbers", self.block()), &[]), links.join("\n"))
    }
}

/// `core/query-total`: how many posts there are, or which of them are shown, counted from 1.
pub fn query_total(own: Attributes<'_>, total: usize, shown: (usize, usize)) -> String {
    let text = match (own.text("displayType"), total, shown) {
        ("range-display", 1.., (first, last)) if first == last => format!("Displaying {first} of {total}"),
        ("range-display", 1.., (first, last)) => format!("Displaying {first} – {last} of {total}"),
        (_, 1, _) => "1 result found".to_owned(),
        _ => format!("{total} results found"),
    };
    format!("<div{}>{text}</div>", own.outer("query-total", &[]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn links_are_wordpress_s() {
        let (none, chevron) = (json!({}), json!({ "paginationArrow": "chevron", "showLabel": false }));
        let (none, chevron) = (Attributes(&none), Attributes(&chevron));
        let pages = Pagination::new(1, 6, |number| format!("?query-page={number}"));
        let link = |name: &str, outer| Paged::Loop.link(name, none, outer, &pages).unwrap();
        assert_eq!(
            link("query-pagination-next", none),
            "<a href=\"?query-page=2\" class=\"wp-block-query-pagination-next\">Next Page</a>"
        );
        assert_eq!(
            link("query-pagination-numbers", none),
            "<div class=\"wp-block-query-pagination-numbers\"><span aria-current=\"page\" class=\"page-numbers current\">1</span>\n\
             <a class=\"page-numbers\" href=\"?query-page=2\">2</a>\n<a class=\"page-numbers\" href=\"?query-page=3\">3</a>\n\
             <span class=\"page-numbers dots\">&hellip;</span>\n<a class=\"page-numbers\" href=\"?query-page=6\">6</a></div>"
        );
        assert_eq!(link("query-pagination-previous", none), "", "there is no page before the first");
        let alone = link("query-pagination-next", chevron);
        assert!(alone.contains(" aria-label=\"Next Page\">") && alone.contains("is-arrow-chevron"), "{alone}");
        assert!(Paged::Loop.link("comments-pagination-next", none, none, &pages).is_none());
    }

    #[test]
    fn totals_are_said_as_asked() {
        let range = json!({ "displayType": "range-display" });
        assert!(query_total(Attributes(&json!({})), 1, (1, 1)).contains(">1 result found<"));
        assert!(query_total(Attributes(&range), 12, (11, 12)).contains(">Displaying 11 – 12 of 12<"));
        assert!(query_total(Attributes(&range), 0, (0, 0)).contains(">0 results found<"));
    }
}
