//! Lists and clouds of terms.

use super::Attributes;
use crate::render::escape;

/// Levels of a tree of categories.
const DEPTH_MAX: usize = 20;

/// A term as these blocks show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermFacts {
    pub id: u64,
    pub parent: Option<u64>,
    pub name: String,
    pub url: String,
    /// Public posts in it.
    pub count: u64,
}

/// `core/categories`: `terms` in the order to show; `home` is the site's address without a slash at its end.
pub fn categories(attributes: Attributes<'_>, terms: &[TermFacts], home: &str, number: usize) -> String {
    let tree = attributes.flag("showHierarchy", false);
    let counts = attributes.flag("showPostCounts", false);
    if attributes.flag("displayAsDropdown", false) {
        let outer = attributes.outer("categories", &["wp-block-categories-dropdown"]);
        let mut options = String::new();
        walk(terms, tree, &mut |term, depth| {
            let indent = "&nbsp;".repeat(depth * 3);
            let count = if counts { format!("&nbsp;&nbsp;({})", term.count) } else { String::new() };
            let (id, name) = (term.id, escape::html(&term.name));
            options.push_str(&format!(
                "\t<option class=\"level-{depth}\" value=\"{id}\">{indent}{name}{count}</option>\n"
            ));
        });
        let (id, home) = (format!("wp-block-categories-{number}"), escape::url(home));
        return format!(
            "<div{outer}><label class=\"screen-reader-text\" for=\"{id}\">Categories</label>\
             <select name=\"cat\" id=\"{id}\" class=\"postform\" \
             onchange=\"if(this.value>0)document.location.href='{home}/?cat='+this.value\">\n\
             \t<option value=\"-1\">Select Category</option>\n{options}</select>\n</div>"
        );
    }
    let outer = attributes.outer("categories", &["wp-block-categories-list"]);
    if terms.is_empty() {
        return format!("<ul{outer}><li class=\"cat-item-none\">No categories</li></ul>");
    }
    let items = if tree { branch(terms, None, counts, 0) } else { flat(terms, counts) };
    format!("<ul{outer}>{items}</ul>")
}

/// Terms with their depth, parents before children. What has a parent that is not shown stands at the top.
fn walk(terms: &[TermFacts], tree: bool, show: &mut dyn FnMut(&TermFacts, usize)) {
    if !tree {
        terms.iter().for_each(|term| show(term, 0));
        return;
    }
    below(terms, None, 0, show);
}

fn below(terms: &[TermFacts], parent: Option<u64>, depth: usize, show: &mut dyn FnMut(&TermFacts, usize)) {
    if depth < DEPTH_MAX {
        for term in children(terms, parent) {
            show(term, depth);
            below(terms, Some(term.id), depth + 1, show);
        }
    }
}

fn children(terms: &[TermFacts], parent: Option<u64>) -> impl Iterator<Item = &TermFacts> {
    let shown = move |id: u64| terms.iter().any(|term| term.id == id);
    terms.iter().filter(move |term| term.parent.filter(|id| shown(*id)) == parent)
}

fn flat(terms: &[TermFacts], counts: bool) -> String {
    terms.iter().map(|term| format!("{}\n</li>\n", item(term, counts))).collect()
}

fn branch(terms: &[TermFacts], parent: Option<u64>, counts: bool, depth: usize) -> String {
    let mut out = String::new();
    if depth >= DEPTH_MAX {
        return out;
    }
    for term in children(terms, parent) {
        out.push_str(&item(term, counts));
        let inner = branch(terms, Some(term.id), counts, depth + 1);
        if !inner.is_empty() {
            out.push_str(&format!("\n<ul class='children'>\n{inner}</ul>"));
        }
        out.push_str("\n</li>\n");
    }
    out
}

fn item(term: &TermFacts, counts: bool) -> String {
    let (id, url, name) = (term.id, escape::url(&term.url), escape::html(&term.name));
    let count = if counts { format!(" ({})", term.count) } else { String::new() };
    format!("\t<li class=\"cat-item cat-item-{id}\"><a href=\"{url}\">{name}</a>{count}")
}

/// `core/tag-cloud`: `terms` in the order to show. Sizes grow with the logarithm of the count.
pub fn tag_cloud(attributes: Attributes<'_>, terms: &[TermFacts]) -> String {
    let outer = attributes.outer("tag-cloud", &[]);
    if terms.is_empty() {
        return format!("<p{outer}>There are no tags to show.</p>");
    }
    let (smallest, unit) = size(attributes.text("smallestFontSize"), (8.0, "pt"));
    let (largest, _) = size(attributes.text("largestFontSize"), (22.0, "pt"));
    let weight = |term: &TermFacts| {
        let count = f64::from(u32::try_from(term.count).unwrap_or(u32::MAX));
        ((count + 1.0).log10() * 100.0).round()
    };
    let least = terms.iter().map(weight).fold(f64::INFINITY, f64::min);
    let most = terms.iter().map(weight).fold(0.0, f64::max);
    let step = (largest - smallest) / (most - least).max(1.0);
    let counts = attributes.flag("showTagCounts", false);
    let links: Vec<String> = terms
        .iter()
        .enumerate()
        .map(|(at, term)| {
            let size = plain_number(smallest + (weight(term) - least) * step);
            let (url, name, id) = (escape::url(&term.url), escape::html(&term.name), term.id);
            let items = if term.count == 1 { "item" } else { "items" };
            let (count, position) = (term.count, at + 1);
            let shown =
                if counts { format!("<span class=\"tag-link-count\"> ({count})</span>") } else { String::new() };
            format!(
                "<a href=\"{url}\" class=\"tag-cloud-link tag-link-{id} tag-link-position-{position}\" \
                 style=\"font-size: {size}{unit};\" aria-label=\"{name} ({count} {items})\">{name}{shown}</a>"
            )
        })
        .collect();
    format!("<p{outer}>{}</p>", links.join("\n"))
}

/// `16px` → 16 and `px`; what is no size of a font gives `otherwise`.
fn size<'a>(text: &'a str, otherwise: (f64, &'a str)) -> (f64, &'a str) {
    let digits = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let Some((number, unit)) = text.split_at_checked(digits) else { return otherwise };
    match (number.parse(), unit) {
        (Ok(number), "pt" | "px" | "em" | "rem" | "%" | "vw" | "vh") => (number, unit),
        _ => otherwise,
    }
}

/// As PHP writes it: fourteen digits, no zeros at the end.
fn plain_number(number: f64) -> String {
    let whole = format!("{number:.0}").len();
    let text = format!("{number:.*}", 14_usize.saturating_sub(whole));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
