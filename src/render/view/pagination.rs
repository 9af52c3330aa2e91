//! Numbered pages of a list, of comments or of a post.

use serde::Serialize;

/// Pages shown on each side of the current one.
const AROUND: usize = 2;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Pagination {
    /// From 1.
    pub current: usize,
    /// At least 1.
    pub total: usize,
    /// Towards page 1.
    pub previous_url: Option<String>,
    pub next_url: Option<String>,
    /// First, last and those around the current one; a missing stretch is one entry with `gap`.
    pub pages: Vec<PageLink>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PageLink {
    pub number: usize,
    pub url: String,
    pub current: bool,
    /// Stands for pages left out; has no number or URL.
    pub gap: bool,
}

impl Pagination {
    /// `url` gives the address of page `n`, counted from 1.
    pub fn new(current: usize, total: usize, url: impl Fn(usize) -> String) -> Self {
        let total = total.max(1);
        let current = current.clamp(1, total);
        let mut pages = Vec::new();
        let first = current.saturating_sub(AROUND).max(1);
        let last = (current + AROUND).min(total);
        let mut push = |number: usize| {
            pages.push(PageLink { number, url: url(number), current: number == current, gap: false });
        };
        let mut shown: Vec<usize> = Vec::new();
        if first > 1 {
            shown.push(1);
        }
        shown.extend(first..=last);
        if last < total {
            shown.push(total);
        }
        let gap_before = first > 2;
        let gap_after = last + 1 < total;
        for number in shown {
            push(number);
        }
        if gap_after && !pages.is_empty() {
            let at = pages.len() - 1;
            pages.insert(at, PageLink { gap: true, ..PageLink::default() });
        }
        if gap_before && !pages.is_empty() {
            pages.insert(1, PageLink { gap: true, ..PageLink::default() });
        }
        Self {
            current,
            total,
            previous_url: (current > 1).then(|| url(current - 1)),
            next_url: (current < total).then(|| url(current + 1)),
            pages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(current: usize, total: usize) -> String {
        let pagination = Pagination::new(current, total, |n| format!("/page/{n}/"));
        let words: Vec<String> = pagination
            .pages
            .iter()
            .map(|page| match (page.gap, page.current) {
                (true, _) => "…".to_owned(),
                (_, true) => format!("[{}]", page.number),
                _ => page.number.to_string(),
            })
            .collect();
        words.join(" ")
    }

    #[test]
    fn leaves_out_what_is_far_from_the_current_page() {
        assert_eq!(shown(1, 1), "[1]");
        assert_eq!(shown(1, 3), "[1] 2 3");
        assert_eq!(shown(1, 9), "[1] 2 3 … 9");
        assert_eq!(shown(5, 9), "1 … 3 4 [5] 6 7 … 9");
        assert_eq!(shown(4, 9), "1 2 3 [4] 5 6 … 9");
        assert_eq!(shown(9, 9), "1 … 7 8 [9]");
        assert_eq!(shown(99, 3), "1 2 [3]");
        assert_eq!(shown(0, 0), "[1]");
    }

    #[test]
    fn ends_have_no_neighbour() {
        let pagination = Pagination::new(1, 2, |n| format!("/{n}"));
        assert_eq!((pagination.previous_url, pagination.next_url), (None, Some("/2".to_owned())));
    }
}
