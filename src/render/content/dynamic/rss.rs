//! `core/rss`: what another site's feed says.

use quick_xml::{Reader, events::Event};

use super::Attributes;
use crate::render::{date::Date, escape, excerpt};

const COLUMNS_MAX: u64 = 6;
const WORDS_MAX: u64 = 100;
/// Entries read of a feed; blocks show fewer.
const ENTRIES_MAX: usize = 100;
/// Bytes kept of one text of an entry.
const TEXT_BYTES_MAX: usize = 64 << 10;

/// An entry of a feed, its texts as they stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedEntry {
    /// May hold HTML.
    pub title: String,
    pub link: String,
    pub author: String,
    /// RFC 2822 or RFC 3339.
    pub date: String,
    /// May hold HTML.
    pub text: String,
}

/// The entries of an RSS, RDF or Atom feed in its order; `None` for what is no feed.
pub fn read_feed(xml: &str) -> Option<Vec<FeedEntry>> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_dangling_amp = true;
    let mut feed = Feed::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let name = local(start.name().as_ref()).to_owned();
                feed.link(&name, &attribute(&start, "href"), &attribute(&start, "rel"));
                feed.open(name);
            }
            Ok(Event::Empty(start)) => {
                let name = start.name();
                feed.link(local(name.as_ref()), &attribute(&start, "href"), &attribute(&start, "rel"));
            }
            Ok(Event::End(_)) => feed.close(),
            Ok(Event::Text(text)) => feed.text(&text.xml10_content()),
            Ok(Event::CData(text)) => feed.text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                let whole = format!("&{};", &*reference);
                feed.text(&quick_xml::escape::unescape(&whole).map_or(whole.clone(), |text| text.into_owned()));
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            // What was whole before the error counts.
            Err(_) => break,
        }
        if feed.done.len() == ENTRIES_MAX {
            break;
        }
    }
    feed.is_feed.then_some(feed.done)
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn attribute(start: &quick_xml::events::BytesStart<'_>, name: &str) -> String {
    let found = start.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name);
    let value = found.map(|attribute| attribute.value.into_owned()).unwrap_or_default();
    quick_xml::escape::unescape(&value).map_or(value.clone(), |text| text.into_owned())
}

#[derive(Default)]
struct Feed {
    is_feed: bool,
    open: Vec<String>,
    /// How deep the entry lies.
    entry: Option<(usize, FeedEntry)>,
    done: Vec<FeedEntry>,
}

impl Feed {
    fn open(&mut self, name: String) {
        self.is_feed |= matches!(name.as_str(), "rss" | "RDF" | "feed");
        if self.entry.is_none() && matches!(name.as_str(), "item" | "entry") {
            self.entry = Some((self.open.len(), FeedEntry::default()));
        }
        self.open.push(name);
    }

    fn close(&mut self) {
        self.open.pop();
        if let Some((_, entry)) = self.entry.take_if(|(depth, _)| *depth == self.open.len()) {
            self.done.push(entry);
        }
    }

    /// Atom's links are attributes.
    fn link(&mut self, name: &str, href: &str, rel: &str) {
        if let Some((depth, entry)) = &mut self.entry
            && name == "link"
            && self.open.len() == *depth + 1
            && !href.is_empty()
            && (rel == "alternate" || rel.is_empty() || entry.link.is_empty())
        {
            href.clone_into(&mut entry.link);
        }
    }

    fn text(&mut self, text: &str) {
        let Some((depth, entry)) = &mut self.entry else { return };
        let inside: Vec<&str> = self.open.iter().skip(*depth + 1).map(String::as_str).collect();
        let field = match inside.as_slice() {
            ["title", ..] => &mut entry.title,
            ["link"] => &mut entry.link,
            ["creator"] | ["author"] | ["author", "name"] => &mut entry.author,
            ["pubDate" | "date" | "published"] => &mut entry.date,
            ["updated"] if entry.date.is_empty() => &mut entry.date,
            ["description" | "summary", ..] => &mut entry.text,
            // The whole text is only a stand-in for a missing summary.
            ["content" | "encoded", ..] if entry.text.len() < TEXT_BYTES_MAX => &mut entry.text,
            _ => return,
        };
        if field.len() + text.len() <= TEXT_BYTES_MAX {
            field.push_str(text);
        }
    }
}

/// `core/rss`: `entries` with their dates; `None` when the feed cannot be had.
pub fn rss(attributes: Attributes<'_>, entries: Option<&[(FeedEntry, Option<Date>)]>) -> String {
    let Some(entries) = entries else {
        return format!("<p{}>This feed cannot be shown.</p>", attributes.outer("rss", &[]));
    };
    let mut own = Vec::new();
    if attributes.text("blockLayout") == "grid" {
        let columns = attributes.number("columns").unwrap_or(2).clamp(1, COLUMNS_MAX);
        own.extend(["is-grid".to_owned(), format!("columns-{columns}")]);
    }
    for (flag, class) in
        [("displayDate", "has-dates"), ("displayAuthor", "has-authors"), ("displayExcerpt", "has-excerpts")]
    {
        own.extend(attributes.flag(flag, false).then(|| class.to_owned()));
    }
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let items: String = entries.iter().map(|(entry, date)| item(attributes, entry, date.as_ref())).collect();
    format!("<ul{}>{items}</ul>", attributes.outer("rss", &own))
}

fn item(attributes: Attributes<'_>, entry: &FeedEntry, date: Option<&Date>) -> String {
    let title = excerpt::text(&entry.title);
    let title = escape::html(if title.is_empty() { "(no title)" } else { &title });
    // Only pages of the web: what a feed says is nobody's we know.
    let link = entry.link.trim();
    let title = match link.starts_with("https://") || link.starts_with("http://") {
        true => format!("<a href=\"{}\">{title}</a>", escape::url(link)),
        false => title,
    };
    let mut out = format!("<li class=\"wp-block-rss__item\"><div class=\"wp-block-rss__item-title\">{title}</div>");
    if let Some(date) = date.filter(|_| attributes.flag("displayDate", false)) {
        out.push_str(&format!(
            "<time datetime=\"{}\" class=\"wp-block-rss__item-publish-date\">{}</time> ",
            escape::html(&date.iso),
            escape::html(&date.text)
        ));
    }
    let author = excerpt::text(&entry.author);
    if attributes.flag("displayAuthor", false) && !author.is_empty() {
        out.push_str(&format!("<span class=\"wp-block-rss__item-author\">by {}</span>", escape::html(&author)));
    }
    if attributes.flag("displayExcerpt", false) {
        let words = attributes.number("excerptLength").unwrap_or(55).clamp(1, WORDS_MAX);
        let short = excerpt::trim_words(&entry.text, usize::try_from(words).unwrap_or(0), " […]");
        let short = escape::html(&short);
        out.push_str(&format!("<div class=\"wp-block-rss__item-excerpt\">{short}</div>"));
    }
    out.push_str("</li>");
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const RSS: &str = "<?xml version=\"1.0\"?><rss><channel><title>Far</title><link>https://far.example/</link>\
        <item><title>Tide &amp; time</title><link>https://far.example/1</link><pubDate>Mon, 02 Nov 2026 08:00:00 +0000</pubDate>\
        <dc:creator><![CDATA[Bo]]></dc:creator><description><![CDATA[<p>High <script>x</script>water</p>]]></description></item>\
        <item><title><![CDATA[<b>Bold</b>]]></title><link>javascript:alert(1)</link></item></channel></rss>";
    const ATOM: &str = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Far</title><link href=\"https://far.example/\"/>\
        <entry><title>One</title><link rel=\"self\" href=\"https://far.example/a.xml\"/><link rel=\"alternate\" href=\"https://far.example/a\"/>\
        <updated>2026-11-02T08:00:00Z</updated><author><name>Bo</name></author><summary>Short</summary></entry></feed>";

    #[test]
    fn reads_rss_and_atom() {
        let items = read_feed(RSS).unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!((items[0].title.as_str(), items[0].author.as_str()), ("Tide & time", "Bo"));
        assert_eq!(
            (items[0].link.as_str(), items[0].date.as_str()),
            ("https://far.example/1", "Mon, 02 Nov 2026 08:00:00 +0000")
        );
        let items = read_feed(ATOM).unwrap();
        let one = &items[0];
        assert_eq!(
            (one.link.as_str(), one.author.as_str(), one.text.as_str()),
            ("https://far.example/a", "Bo", "Short")
        );
        assert_eq!(one.date, "2026-11-02T08:00:00Z");
        assert_eq!(read_feed("<html><body>no feed</body></html>"), None);
        assert_eq!(read_feed("<rss><channel><item><title>cut"), Some(Vec::new()));
    }

    #[test]
    fn nothing_of_a_feed_is_html() {
        let items: Vec<_> = read_feed(RSS).unwrap().into_iter().map(|entry| (entry, None)).collect();
        let html = rss(Attributes(&json!({ "displayExcerpt": true, "displayAuthor": true })), Some(&items));
        assert!(html.starts_with("<ul class=\"has-authors has-excerpts wp-block-rss\">"), "{html}");
        assert!(html.contains("<a href=\"https://far.example/1\">Tide &amp; time</a>"), "{html}");
        assert!(!html.contains("<script") && !html.contains("javascript:") && !html.contains("<b>"), "{html}");
        assert!(html.contains("<div class=\"wp-block-rss__item-title\">Bold</div>"), "{html}");
    }
}
