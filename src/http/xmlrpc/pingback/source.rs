//! The page that is said to link here: does it, and what does it say there?

use url::Url;

use crate::{
    http::rest::PageHead,
    render::{content::parse_shortcode_attributes, escape, excerpt},
};

/// Links looked at on one page.
const LINKS_MAX: usize = 2000;
/// Characters shown of the text around the link, on each side.
const AROUND_CHARS: usize = 100;
const TITLE_CHARS_MAX: usize = 80;
/// Stands for the link while its surroundings become text.
const MARK: char = '\u{e000}';

/// An address of the web as it is kept and compared: without fragment.
pub fn address(text: &str) -> Option<String> {
    let mut url = Url::parse(text.trim()).ok()?;
    url.set_fragment(None);
    let plain = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && plain).then(|| url.to_string())
}

#[derive(Debug, PartialEq, Eq)]
pub struct Mention {
    pub title: String,
    /// Text around the link, as HTML.
    pub excerpt: String,
}

impl Mention {
    /// Looks for a link that leads to what `is_target` knows. Comments, scripts and styles have none.
    pub fn find(html: &str, base: &Url, is_target: impl Fn(&str) -> bool) -> Option<Self> {
        let html = without(&html.replace(MARK, ""), &[("<!--", "-->"), ("<script", "</script"), ("<style", "</style")]);
        let links = links(&html);
        let leads = |href: &String| base.join(&escape::decode(href)).is_ok_and(|url| is_target(url.as_str()));
        let (start, end, _) = links.into_iter().find(|(.., href)| leads(href))?;
        let title = PageHead::read(&html).title;
        let title = if title.is_empty() { base.host_str().unwrap_or_default().to_owned() } else { title };
        let (before, link, after) = (html.get(..start)?, html.get(start..end)?, html.get(end..)?);
        let body = before.rfind("<body").map_or(before, |at| before.get(at..).unwrap_or(before));
        let text = excerpt::text(&format!("{body}{MARK}{link}{after}"));
        Some(Self { title: title.chars().take(TITLE_CHARS_MAX).collect(), excerpt: around(&text) })
    }
}

/// The text near the mark, from word to word, as `[…] text […]`.
fn around(text: &str) -> String {
    let (before, after) = text.split_once(MARK).unwrap_or(("", text));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (before, after) = (words(before), words(after));
    let near: String = before.chars().rev().take(AROUND_CHARS).collect::<Vec<_>>().into_iter().rev().collect();
    let near = if near.len() < before.len() { near.split_once(' ').map_or("", |(_, rest)| rest) } else { &near };
    let next: String = after.chars().take(AROUND_CHARS).collect();
    let next =
        if next.len() < after.len() { next.rsplit_once(' ').map_or(next.as_str(), |(first, _)| first) } else { &next };
    format!("[…] {} […]", escape::html(format!("{near} {next}").trim()))
}

/// The text without all that stands from each opener to its end.
fn without(html: &str, pairs: &[(&str, &str)]) -> String {
    let mut text = html.to_owned();
    for (open, close) in pairs {
        let lower = text.to_ascii_lowercase();
        let mut kept = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(start) = lower.get(at..).and_then(|rest| rest.find(open)).map(|found| at + found) {
            kept.push_str(text.get(at..start).unwrap_or_default());
            let end = lower.get(start..).and_then(|rest| rest.find(close)).map(|found| start + found + close.len());
            // an end tag may have white space before its `>`
            let end = end.and_then(|end| match close.ends_with('>') {
                true => Some(end),
                false => lower.get(end..)?.find('>').map(|found| end + found + 1),
            });
            at = end.unwrap_or(lower.len());
        }
        kept.push_str(text.get(at..).unwrap_or_default());
        text = kept;
    }
    text
}

/// Where each `<a href>` begins, where its tag ends, and what it leads to.
fn links(html: &str) -> Vec<(usize, usize, String)> {
    let lower = html.to_ascii_lowercase();
    let mut links = Vec::new();
    let mut at = 0;
    while let Some(start) = lower.get(at..).and_then(|rest| rest.find("<a")).map(|found| at + found) {
        let end = lower.get(start..).and_then(|rest| rest.find('>')).map_or(lower.len(), |found| start + found + 1);
        at = end;
        let inside = html.get(start + 2..end.saturating_sub(1)).unwrap_or_default();
        if !inside.starts_with(|letter: char| letter.is_ascii_whitespace()) {
            continue;
        }
        if let Some(href) = parse_shortcode_attributes(inside).get("href") {
            links.push((start, end, href.to_owned()));
        }
        if links.len() == LINKS_MAX {
            break;
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(html: &str) -> Option<Mention> {
        let base = Url::parse("https://other.example/blog/").unwrap();
        Mention::find(html, &base, |url| url == "https://ours.example/post/")
    }

    #[test]
    fn the_text_around_the_link_is_shown() {
        let html = "<html><head><title>A &amp; B</title></head><body><p>I read \
            <a class=x href='https://ours.example/post/'>this &lt;post&gt;</a> today.</p></body></html>";
        let mention = find(html).unwrap();
        assert_eq!(mention.title, "A & B");
        assert_eq!(mention.excerpt, "[…] I read this &lt;post&gt; today. […]");
    }

    #[test]
    fn long_texts_are_cut_between_words() {
        let words = "word ".repeat(200);
        let html = format!("<body>{words}<a href=\"https://ours.example/post/\">é</a>{words}");
        let excerpt = find(&html).unwrap().excerpt;
        assert!(excerpt.starts_with("[…] word word") && excerpt.ends_with("word […]"), "{excerpt}");
        assert!(excerpt.chars().count() < 2 * AROUND_CHARS + 20, "{excerpt}");
    }

    #[test]
    fn what_is_no_link_does_not_count() {
        for html in [
            "https://ours.example/post/",
            "<!-- <a href='https://ours.example/post/'>x</a> -->",
            "<script>'<a href=\"https://ours.example/post/\">'</script>",
            "<abbr href='https://ours.example/post/'>",
            "<a href='https://ours.example/post/other'>",
            "<a",
            "<a href",
            "<",
            "",
        ] {
            assert_eq!(find(html), None, "{html}");
        }
        assert!(find("<A HREF=https://ours.example/post/>").is_some());
    }

    #[test]
    fn addresses_of_the_web_only() {
        assert_eq!(address(" https://a.example/x#y ").as_deref(), Some("https://a.example/x"));
        for none in ["ftp://a.example", "https://user:secret@a.example/", "/x", ""] {
            assert_eq!(address(none), None, "{none}");
        }
    }
}
