//! What `<head>` and `<body>` need to know about the page, derived from what it shows.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::json;

use super::{Card, Image, List, ListKind, Post, Site};

/// Longest description, in characters; search engines cut there.
const DESCRIPTION_CHARS_MAX: usize = 200;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Page {
    /// For `<title>`: page and site.
    pub title: String,
    /// Without the site's name, for Open Graph.
    pub short_title: String,
    /// Absolute; empty where there is none (not found, search).
    pub canonical: String,
    pub description: String,
    /// `article` or `website`
    pub og_type: String,
    pub image: Option<Image>,
    pub robots: Robots,
    /// Feeds of this page beside the site's own.
    pub feeds: Vec<FeedLink>,
    pub previous_url: Option<String>,
    pub next_url: Option<String>,
    /// Classes of `<body>`, WordPress's names.
    pub body_class: String,
    /// Where others ask how to show this page in theirs (oEmbed, as JSON; with `&format=xml` as XML); empty where they
    /// cannot.
    pub oembed_url: String,
    /// JSON-LD, safe inside a script element; empty when there is none.
    pub json_ld: String,
}

/// What search engines are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Robots {
    pub index: bool,
    pub follow: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct FeedLink {
    pub title: String,
    pub url: String,
    /// Media type.
    pub kind: String,
}

impl Page {
    pub(super) fn singular(site: &Site, canonical: String, post: &Post) -> Self {
        let short_title = if post.title.is_empty() { post.published.text.clone() } else { post.title.clone() };
        let part = post.parts.as_ref().map_or(1, |parts| parts.current);
        let hidden = post.private || post.password_required;
        let mut class = vec![
            if post.post_type == "page" { "page".to_owned() } else { "single".to_owned() },
            format!("single-{}", post.post_type),
            format!("postid-{}", post.id),
        ];
        if !post.format.is_empty() {
            class.push(format!("single-format-{}", post.format));
        }
        let image = post.thumbnail.clone().or_else(|| post.attachment.as_ref().and_then(|file| file.image.clone()));
        let mut feeds = Vec::new();
        if post.comments.open || post.comments.count > 0 {
            feeds.push(FeedLink {
                title: format!("{} » {} Comments Feed", site.title, short_title),
                url: format!("{}feed/", with_slash(&post.permalink)),
                kind: "application/rss+xml".to_owned(),
            });
        }
        let mut page = Self {
            title: title(&[&short_title, &part_label(part), &site.title]),
            short_title,
            description: clip(if hidden { "" } else { &post.summary }),
            og_type: "article".to_owned(),
            image,
            robots: Robots { index: site.search_engines_welcome && !post.private, follow: true },
            feeds: if hidden { Vec::new() } else { feeds },
            previous_url: post.parts.as_ref().and_then(|parts| parts.previous_url.clone()),
            next_url: post.parts.as_ref().and_then(|parts| parts.next_url.clone()),
            body_class: class.join(" "),
            oembed_url: if post.private { String::new() } else { oembed(&site.api_url, &post.permalink) },
            canonical,
            json_ld: String::new(),
        };
        if post.post_type == "post" && !hidden {
            page.json_ld = article(site, post, &page);
        }
        page
    }

    pub(super) fn list(site: &Site, canonical: String, list: &List) -> Self {
        let current = list.pagination.current.max(1);
        let search = list.kind == ListKind::Search;
        let short_title = match list.kind {
            ListKind::Home if list.title.is_empty() => site.title.clone(),
            ListKind::Search => format!("Search results for “{}”", list.query),
            _ => list.title.clone(),
        };
        let title = if list.kind == ListKind::Home && list.title.is_empty() {
            title(&[&site.title, &part_label(current), &site.tagline])
        } else {
            title(&[&short_title, &part_label(current), &site.title])
        };
        let description = match (&list.term, &list.author) {
            (Some(term), _) => crate::render::excerpt::text(&term.description_html),
            (None, Some(author)) => author.description.clone(),
            (None, None) => site.tagline.clone(),
        };
        let feeds = list.rss_url.iter().map(|url| FeedLink {
            title: format!("{} » {} Feed", site.title, short_title),
            url: url.clone(),
            kind: "application/rss+xml".to_owned(),
        });
        let mut page = Self {
            title,
            feeds: feeds.collect(),
            description: clip(&description),
            og_type: "website".to_owned(),
            image: site.logo.clone().or_else(|| site.icon.clone()),
            robots: Robots { index: site.search_engines_welcome && !search, follow: true },
            previous_url: list.pagination.previous_url.clone(),
            next_url: list.pagination.next_url.clone(),
            body_class: list_class(list, current),
            canonical: if search { String::new() } else { canonical },
            short_title,
            oembed_url: String::new(),
            json_ld: String::new(),
        };
        if list.kind == ListKind::Home && current == 1 {
            page.json_ld = website(site);
        }
        page
    }

    /// For the reader the page is the post's: nothing to find here.
    pub(super) fn embed(site: &Site, card: Option<&Card>) -> Self {
        let Some(card) = card else { return Self { body_class: "embed error404".to_owned(), ..Self::not_found(site) } };
        let short_title = if card.title.is_empty() { card.published.text.clone() } else { card.title.clone() };
        Self {
            title: title(&[&short_title, &site.title]),
            short_title,
            canonical: card.permalink.clone(),
            og_type: "article".to_owned(),
            image: card.thumbnail.clone(),
            robots: Robots { index: false, follow: true },
            body_class: format!("embed embed-{} postid-{}", card.post_type, card.id),
            ..Self::default()
        }
    }

    pub(super) fn not_found(site: &Site) -> Self {
        Self {
            title: title(&["Page not found", &site.title]),
            short_title: "Page not found".to_owned(),
            og_type: "website".to_owned(),
            robots: Robots { index: false, follow: true },
            body_class: "error404".to_owned(),
            ..Self::default()
        }
    }
}

fn oembed(api: &str, permalink: &str) -> String {
    let separator = if api.contains('?') { '&' } else { '?' };
    format!("{api}oembed/1.0/embed{separator}url={}", utf8_percent_encode(permalink, NON_ALPHANUMERIC))
}

fn list_class(list: &List, current: usize) -> String {
    let kind = match list.kind {
        ListKind::Home => "home blog",
        ListKind::Category => "archive category",
        ListKind::Tag => "archive tag",
        ListKind::Taxonomy => "archive tax",
        ListKind::Author => "archive author",
        ListKind::Year | ListKind::Month | ListKind::Day => "archive date",
        ListKind::PostType => "archive post-type-archive",
        ListKind::Search if list.entries.is_empty() => "search search-no-results",
        ListKind::Search => "search search-results",
    };
    if current > 1 { format!("{kind} paged paged-{current}") } else { kind.to_owned() }
}

fn title(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(" – ")
}

fn part_label(number: usize) -> String {
    if number > 1 { format!("Page {number}") } else { String::new() }
}

fn with_slash(url: &str) -> String {
    if url.ends_with('/') { url.to_owned() } else { format!("{url}/") }
}

/// Cut at a word's end.
fn clip(text: &str) -> String {
    let mut taken = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count() + usize::from(count > 0);
        if count + length > DESCRIPTION_CHARS_MAX {
            if count == 0 {
                return word.chars().take(DESCRIPTION_CHARS_MAX).collect();
            }
            taken.push('…');
            break;
        }
        if count > 0 {
            taken.push(' ');
        }
        taken.push_str(word);
        count += length;
    }
    taken
}

fn article(site: &Site, post: &Post, page: &Page) -> String {
    let mut article = json!({
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": page.short_title,
        "url": page.canonical,
        "mainEntityOfPage": page.canonical,
        "datePublished": post.published.iso,
        "dateModified": post.modified.iso,
        "description": page.description,
        "publisher": { "@type": "Organization", "name": site.title, "url": site.home },
    });
    if let Some(fields) = article.as_object_mut() {
        if let Some(author) = &post.author {
            fields.insert("author".to_owned(), json!({ "@type": "Person", "name": author.name, "url": author.url }));
        }
        if let Some(image) = &page.image {
            fields.insert("image".to_owned(), json!(image.src));
        }
        if let Some(category) = post.categories.first() {
            fields.insert("articleSection".to_owned(), json!(category.name));
        }
        if post.comments.count > 0 {
            fields.insert("commentCount".to_owned(), json!(post.comments.count));
        }
    }
    in_script(&article)
}

fn website(site: &Site) -> String {
    in_script(&json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": site.title,
        "description": site.tagline,
        "url": format!("{}/", site.home),
        "potentialAction": {
            "@type": "SearchAction",
            "target": { "@type": "EntryPoint", "urlTemplate": format!("{}?s={{search_term_string}}", site.search_url) },
            "query-input": "required name=search_term_string",
        },
    }))
}

/// JSON that cannot end a script element, open a comment in it, or be read as markup.
fn in_script(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
