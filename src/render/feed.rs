//! RSS 2.0 and Atom, for posts and for comments.

use super::escape;

pub const RSS2_CONTENT_TYPE: &str = "application/rss+xml; charset=UTF-8";
pub const ATOM_CONTENT_TYPE: &str = "application/atom+xml; charset=UTF-8";

/// A feed of posts or of comments.
#[derive(Clone, Debug, Default)]
pub struct FeedView {
    /// Plain text.
    pub title: String,
    pub description: String,
    /// The page this is the feed of, absolute.
    pub link: String,
    /// This feed's own address.
    pub self_url: String,
    /// The site's home, which is the scheme of its categories.
    pub home: String,
    /// BCP 47.
    pub language: String,
    /// UTC, of the newest entry; `None` for an empty feed.
    pub updated: Option<jiff::civil::DateTime>,
    pub entries: Vec<FeedEntry>,
}

#[derive(Clone, Debug, Default)]
pub struct FeedEntry {
    pub title: String,
    pub link: String,
    /// The post's `guid`, or the comment's.
    pub guid: String,
    pub author: String,
    /// Empty when unknown.
    pub author_url: String,
    /// UTC.
    pub published: jiff::civil::DateTime,
    pub updated: jiff::civil::DateTime,
    /// Names of categories and tags.
    pub categories: Vec<String>,
    /// Plain text.
    pub summary: String,
    /// `None` where `rss_use_excerpt` asks for summaries only.
    pub content_html: Option<String>,
    /// `None` where comments are closed and there are none; entries of comment feeds have none.
    pub comments: Option<FeedComments>,
    /// Entries of comment feeds: the post or comment (guid, URL) this is an answer to.
    pub in_reply_to: Option<(String, String)>,
    pub enclosures: Vec<Enclosure>,
}

#[derive(Clone, Debug, Default)]
pub struct FeedComments {
    pub count: u64,
    /// Without an anchor.
    pub url: String,
    /// Base of the post's comment feed: `…/feed/`.
    pub feed_url: String,
}

/// Audio and the like, from `enclosure` meta.
#[derive(Clone, Debug, Default)]
pub struct Enclosure {
    pub url: String,
    pub length: u64,
    pub mime_type: String,
}

const RSS2_HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom"
	xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
	xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
	>

<channel>
"#;

/// RSS 2.0 with full content.
pub fn rss2(feed: &FeedView) -> String {
    let mut out = String::with_capacity(4096);
    out.push_str(RSS2_HEAD);
    element(&mut out, "title", &feed.title);
    out.push_str(&format!(
        "<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\" />\n",
        escape::xml(&feed.self_url)
    ));
    element(&mut out, "link", &feed.link);
    element(&mut out, "description", &feed.description);
    if let Some(updated) = feed.updated {
        element(&mut out, "lastBuildDate", &rfc822(updated));
    }
    element(&mut out, "language", &feed.language);
    element(&mut out, "sy:updatePeriod", "hourly");
    element(&mut out, "sy:updateFrequency", "1");
    element(&mut out, "generator", "Bucketpress");
    for entry in &feed.entries {
        rss2_item(&mut out, entry);
    }
    out.push_str("</channel>\n</rss>\n");
    out
}

fn rss2_item(out: &mut String, entry: &FeedEntry) {
    out.push_str("<item>\n");
    element(out, "title", &entry.title);
    element(out, "link", &entry.link);
    if let Some(comments) = &entry.comments {
        let anchor = if comments.count == 0 { "#respond" } else { "#comments" };
        element(out, "comments", &format!("{}{anchor}", comments.url));
    }
    cdata(out, "dc:creator", &entry.author);
    element(out, "pubDate", &rfc822(entry.published));
    for category in &entry.categories {
        cdata(out, "category", category);
    }
    out.push_str(&format!("<guid isPermaLink=\"false\">{}</guid>\n", escape::xml(&entry.guid)));
    cdata(out, "description", &entry.summary);
    if let Some(content) = &entry.content_html {
        cdata(out, "content:encoded", content);
    }
    if let Some(comments) = &entry.comments {
        element(out, "wfw:commentRss", &comments.feed_url);
        element(out, "slash:comments", &comments.count.to_string());
    }
    for file in &entry.enclosures {
        out.push_str(&format!(
            "<enclosure url=\"{}\" length=\"{}\" type=\"{}\" />\n",
            escape::xml(&file.url),
            file.length,
            escape::xml(&file.mime_type)
        ));
    }
    out.push_str("</item>\n");
}

/// Atom 1.0.
pub fn atom(feed: &FeedView) -> String {
    let mut out = String::with_capacity(4096);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?><feed\n\txmlns=\"http://www.w3.org/2005/Atom\"\n\txmlns:thr=\"http://purl.org/syndication/thread/1.0\"");
    out.push_str(&format!("\n\txml:lang=\"{}\"\n\t>\n", escape::xml(&feed.language)));
    text_element(&mut out, "title", "text", &feed.title);
    text_element(&mut out, "subtitle", "text", &feed.description);
    // `updated` is mandatory: an empty feed has the epoch.
    element(&mut out, "updated", &rfc3339(feed.updated.unwrap_or_default()));
    atom_link(&mut out, "alternate", "text/html", &feed.link);
    element(&mut out, "id", &feed.self_url);
    atom_link(&mut out, "self", "application/atom+xml", &feed.self_url);
    element(&mut out, "generator", "Bucketpress");
    for entry in &feed.entries {
        atom_entry(&mut out, entry, &feed.home);
    }
    out.push_str("</feed>\n");
    out
}

fn atom_entry(out: &mut String, entry: &FeedEntry, home: &str) {
    out.push_str("<entry>\n<author>\n");
    element(out, "name", &entry.author);
    if !entry.author_url.is_empty() {
        element(out, "uri", &entry.author_url);
    }
    out.push_str("</author>\n");
    text_element(out, "title", "html", &escape::html(&entry.title));
    atom_link(out, "alternate", "text/html", &entry.link);
    element(out, "id", &entry.guid);
    element(out, "updated", &rfc3339(entry.updated));
    element(out, "published", &rfc3339(entry.published));
    for category in &entry.categories {
        let (home, category) = (escape::xml(home), escape::xml(category));
        out.push_str(&format!("<category scheme=\"{home}\" term=\"{category}\" />\n"));
    }
    // a comment is its own summary
    if !entry.summary.is_empty() && entry.in_reply_to.is_none() {
        text_element(out, "summary", "html", &escape::html(&entry.summary));
    }
    if let Some(content) = &entry.content_html {
        out.push_str(&format!("<content type=\"html\" xml:base=\"{}\">", escape::xml(&entry.link)));
        push_cdata(out, content);
        out.push_str("</content>\n");
    }
    if let Some((guid, url)) = &entry.in_reply_to {
        let (guid, url) = (escape::xml(guid), escape::xml(url));
        out.push_str(&format!("<thr:in-reply-to ref=\"{guid}\" href=\"{url}\" type=\"text/html\" />\n"));
    }
    if let Some(comments) = &entry.comments {
        let (url, count) = (escape::xml(&comments.url), comments.count);
        out.push_str(&format!(
            "<link rel=\"replies\" type=\"text/html\" href=\"{url}#comments\" thr:count=\"{count}\" />\n"
        ));
        let feed_url = escape::xml(&comments.feed_url);
        out.push_str(&format!("<link rel=\"replies\" type=\"application/atom+xml\" href=\"{feed_url}atom/\" thr:count=\"{count}\" />\n<thr:total>{count}</thr:total>\n"));
    }
    for file in &entry.enclosures {
        let (url, kind) = (escape::xml(&file.url), escape::xml(&file.mime_type));
        out.push_str(&format!(
            "<link rel=\"enclosure\" href=\"{url}\" length=\"{}\" type=\"{kind}\" />\n",
            file.length
        ));
    }
    out.push_str("</entry>\n");
}

fn atom_link(out: &mut String, rel: &str, kind: &str, url: &str) {
    out.push_str(&format!("<link rel=\"{rel}\" type=\"{kind}\" href=\"{}\" />\n", escape::xml(url)));
}

fn element(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("<{name}>{}</{name}>\n", escape::xml(text)));
}

fn text_element(out: &mut String, name: &str, kind: &str, text: &str) {
    out.push_str(&format!("<{name} type=\"{kind}\">{}</{name}>\n", escape::xml(text)));
}

fn cdata(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("<{name}>"));
    push_cdata(out, text);
    out.push_str(&format!("</{name}>\n"));
}

fn push_cdata(out: &mut String, text: &str) {
    out.push_str("<![CDATA[");
    out.push_str(&escape::xml_chars(text).replace("]]>", "]]]]><![CDATA[>"));
    out.push_str("]]>");
}

fn rfc822(utc: jiff::civil::DateTime) -> String {
    utc.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn rfc3339(utc: jiff::civil::DateTime) -> String {
    utc.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
