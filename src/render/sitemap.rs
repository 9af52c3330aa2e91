//! XML sitemaps under WordPress's names: `/wp-sitemap.xml`, `/wp-sitemap-posts-post-1.xml`, ….

use super::escape;

pub const CONTENT_TYPE: &str = "application/xml; charset=UTF-8";

/// One address of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub url: String,
    /// RFC 3339.
    pub modified: Option<String>,
}

/// `/wp-sitemap.xml`: the list of sitemap files. `style` is the address of the style sheet that makes it readable
/// for people: in CSS, since browsers warn of XSLT, which they are about to drop
/// (<https://developer.chrome.com/docs/web-platform/deprecating-xslt>).
pub fn index(files: &[Entry], style: &str) -> String {
    document("sitemapindex", "sitemap", files, style)
}

/// One file of addresses.
pub fn urls(entries: &[Entry], style: &str) -> String {
    document("urlset", "url", entries, style)
}

fn document(root: &str, item: &str, entries: &[Entry], style: &str) -> String {
    let mut out = String::with_capacity(128 + entries.len() * 120);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!("<?xml-stylesheet type=\"text/css\" href=\"{}\" ?>\n", escape::xml(style)));
    out.push_str(&format!("<{root} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"));
    for entry in entries {
        out.push_str(&format!("<{item}><loc>{}</loc>", escape::xml(&entry.url)));
        if let Some(modified) = &entry.modified {
            out.push_str(&format!("<lastmod>{}</lastmod>", escape::xml(modified)));
        }
        out.push_str(&format!("</{item}>"));
    }
    out.push_str(&format!("</{root}>\n"));
    out
}
