//! What the head of a foreign page says of it.

use url::Url;

use crate::render::{content::parse_shortcode_attributes, escape, excerpt};

/// Title, links and meta elements, as written.
#[derive(Debug, Default)]
pub struct PageHead {
    pub title: String,
    links: Vec<Element>,
    metas: Vec<Element>,
}

type Element = crate::render::content::ShortcodeAttributes;

impl PageHead {
    /// Reads up to the end of the head, or of what there is.
    pub fn read(html: &str) -> Self {
        let lower = html.to_ascii_lowercase();
        let end = lower.find("</head").or_else(|| lower.find("<body")).unwrap_or(html.len());
        let mut head = Self::default();
        let mut at = 0;
        while let Some(start) = lower.get(at..end).and_then(|rest| rest.find('<')).map(|found| at + found) {
            let close = lower.get(start..end).and_then(|rest| rest.find('>')).map_or(end, |found| start + found);
            at = close.max(start + 1);
            let tag = lower.get(start + 1..close).unwrap_or_default();
            let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
            let inside = html.get(start + 1 + name.len()..close).unwrap_or_default().trim_end_matches('/');
            match name.as_str() {
                "link" => head.links.push(parse_shortcode_attributes(inside)),
                "meta" => head.metas.push(parse_shortcode_attributes(inside)),
                "title" if head.title.is_empty() => {
                    let text = html.get(close + 1..).unwrap_or_default();
                    head.title = excerpt::text(text.split("</").next().unwrap_or_default()).trim().to_owned();
                }
                // what looks like elements there is none
                "script" | "style" | "noscript" => {
                    let closer = format!("</{name}");
                    at = lower.get(at..end).and_then(|rest| rest.find(&closer)).map_or(end, |found| at + found);
                }
                _ => {}
            }
        }
        head
    }

    /// The content of the first meta element of one of these names (or properties), plain.
    pub fn meta(&self, names: &[&str]) -> String {
        let named = |name: &&str| {
            let is = |meta: &&Element| {
                [meta.get("property"), meta.get("name")]
                    .into_iter()
                    .flatten()
                    .any(|known| known.eq_ignore_ascii_case(name))
            };
            self.metas.iter().find(is).and_then(|meta| meta.get("content"))
        };
        let found = names.iter().find_map(named).unwrap_or_default();
        escape::decode(found).trim().to_owned()
    }

    /// Address of the first link with this word in its `rel` and, where given, of this type; absolute.
    pub fn link(&self, rel: &str, kind: Option<&str>, base: &Url) -> Option<Url> {
        let matches = |link: &&Element| {
            let rels = link.get("rel").unwrap_or_default().to_ascii_lowercase();
            rels.split_whitespace().any(|word| word == rel) && kind.is_none_or(|kind| link.get("type") == Some(kind))
        };
        let href = self.links.iter().find(matches)?.get("href")?;
        base.join(&escape::decode(href)).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_titles_links_and_metas() {
        let html = "<html><head><title>Tides &amp; <b>ferries</b></title><script>'<meta name=\"description\" content=\"no\">'\
            </script><META property='og:description' content='High &quot;water&quot;'/><link rel=\"shortcut icon\" href=/i.png>\
            </head><body><meta name=description content=late></body>";
        let head = PageHead::read(html);
        let base = Url::parse("https://example.org/a/b").unwrap();
        assert_eq!(head.title, "Tides & ferries");
        assert_eq!(head.meta(&["description", "og:description"]), "High \"water\"");
        assert_eq!(head.link("icon", None, &base).unwrap().as_str(), "https://example.org/i.png");
        assert!(head.link("alternate", None, &base).is_none());
        for broken in ["", "<", "<meta", "<title>", "<link rel=icon href='data:x'>", "</head><title>x", "<scrïpt"] {
            PageHead::read(broken).link("icon", None, &base);
        }
    }
}
