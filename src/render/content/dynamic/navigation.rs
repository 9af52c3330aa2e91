//! Pages and links in lists: page lists, navigation.

use super::Attributes;
use crate::render::escape;

/// Levels of a tree of pages.
const DEPTH_MAX: usize = 20;

/// A page in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: u64,
    pub parent: Option<u64>,
    /// Finished inline HTML.
    pub title_html: String,
    pub url: String,
    /// The page the block stands on.
    pub current: bool,
    /// The site's front page.
    pub front: bool,
}

/// `core/page-list`: `pages` in the order to show; those under a page that is not among them stand at the top.
/// Within a navigation it is items of that list.
pub fn page_list(attributes: Attributes<'_>, pages: &[Place], in_navigation: bool) -> String {
    let root = attributes.number("parentPageID").filter(|id| *id != 0);
    let items = branch(pages, root, 0);
    if items.is_empty() || in_navigation {
        return items;
    }
    format!("<ul{}>{items}</ul>", attributes.outer("page-list", &[]))
}

fn branch(pages: &[Place], parent: Option<u64>, depth: usize) -> String {
    let mut out = String::new();
    if depth >= DEPTH_MAX {
        return out;
    }
    let listed = |id: u64| pages.iter().any(|page| page.id == id);
    let above = |page: &Place| page.parent.filter(|id| depth > 0 || parent.is_some() || listed(*id));
    for page in pages.iter().filter(|page| above(page) == parent) {
        let inner = branch(pages, Some(page.id), depth + 1);
        let mut classes = "wp-block-pages-list__item".to_owned();
        for (holds, class) in
            [(!inner.is_empty(), "has-child"), (page.current, "current-menu-item"), (page.front, "menu-item-home")]
        {
            if holds {
                classes.push_str(&format!(" {class}"));
            }
        }
        let current = if page.current { " aria-current=\"page\"" } else { "" };
        let title = if page.title_html.is_empty() { "(no title)" } else { &page.title_html };
        let url = escape::url(&page.url);
        out.push_str(&format!(
            "<li class=\"{classes}\"><a class=\"wp-block-pages-list__item__link\" href=\"{url}\"{current}>{title}</a>"
        ));
        if !inner.is_empty() {
            out.push_str(&format!("<ul class=\"wp-block-navigation__submenu-container\">{inner}</ul>"));
        }
        out.push_str("</li>");
    }
    out
}

/// The beginning of `core/navigation`; [`close`] ends it.
pub fn open(attributes: Attributes<'_>) -> String {
    let label = match attributes.text("ariaLabel") {
        "" => "Navigation",
        label => label,
    };
    format!(
        "<nav{} aria-label=\"{}\"><ul class=\"wp-block-navigation__container\">",
        attributes.outer("navigation", &[]),
        escape::html(label)
    )
}

/// The end of a `navigation`, or of a `navigation-submenu`.
pub fn close(name: &str) -> &'static str {
    match name {
        "navigation" => "</ul></nav>",
        "navigation-submenu" => "</ul></li>",
        _ => "",
    }
}

/// `core/navigation-link`, or the beginning of a `navigation-submenu`. A link without an address is left out.
pub fn item(attributes: Attributes<'_>, submenu: bool) -> String {
    let url = attributes.text("url");
    if url.is_empty() && !submenu {
        return String::new();
    }
    let name = if submenu { "navigation-submenu" } else { "navigation-link" };
    let own: &[&str] = if submenu { &["has-child", "wp-block-navigation-item"] } else { &["wp-block-navigation-item"] };
    let target = if attributes.flag("opensInNewTab", false) { " target=\"_blank\"" } else { "" };
    let rel = match attributes.text("rel") {
        "" => String::new(),
        rel => format!(" rel=\"{}\"", escape::html(rel)),
    };
    let label = crate::render::sanitize::clean_comment(attributes.text("label"));
    let link = format!(
        "<li{}><a class=\"wp-block-navigation-item__content\" href=\"{}\"{target}{rel}>\
         <span class=\"wp-block-navigation-item__label\">{label}</span></a>",
        attributes.outer(name, own),
        escape::url(url),
    );
    if submenu {
        format!("{link}<ul class=\"wp-block-navigation__submenu-container\">")
    } else {
        format!("{link}</li>")
    }
}
