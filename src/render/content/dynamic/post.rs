//! Blocks that show one post: the one they stand in, or the one of a query's loop.

use super::{Attributes, site::target};
use crate::render::{content::images, date::Date, escape, image::Picture, sanitize};

/// What these blocks show of a post.
#[derive(Clone, Debug, Default)]
pub struct PostFacts {
    pub id: u64,
    /// Finished inline HTML.
    pub title_html: String,
    pub url: String,
    pub date: Date,
    pub modified: Date,
    /// The date by the format the block asks for.
    pub formatted: Option<String>,
    /// Plain.
    pub author: String,
    pub author_url: String,
    pub author_description_html: String,
    /// Plain text: the excerpt typed by hand, or the beginning of the content.
    pub summary: String,
    /// Finished HTML, where the block shows it.
    pub content_html: String,
    pub thumbnail: Option<Picture>,
    /// Taxonomy, name and address of each of its terms.
    pub terms: Vec<(String, String, String)>,
    /// Readers must give a password first.
    pub locked: bool,
    /// `post-7 post type-post status-publish …`
    pub classes: String,
}

/// The HTML of the block `name` (without `core/`) if it is one that shows a post.
pub fn of_post(name: &str, attributes: Attributes<'_>, post: &PostFacts) -> Option<String> {
    let linked = |inner: String| match attributes.flag("isLink", false) {
        true => format!("<a href=\"{}\" target=\"{}\">{inner}</a>", escape::url(&post.url), target(attributes)),
        false => inner,
    };
    Some(match name {
        "post-title" if post.title_html.is_empty() => String::new(),
        "post-title" => {
            let level = attributes.number("level").unwrap_or(2);
            let tag = if level == 0 { "p".to_owned() } else { format!("h{}", level.clamp(1, 6)) };
            format!("<{tag}{}>{}</{tag}>", attributes.outer("post-title", &[]), linked(post.title_html.clone()))
        }
        "post-date" => date(attributes, post),
        "post-excerpt" => summary(attributes, post),
        "post-featured-image" => {
            post.thumbnail.as_ref().map(|picture| featured(attributes, picture, linked)).unwrap_or_default()
        }
        "post-author" if post.author.is_empty() => String::new(),
        "post-author" => author(attributes, post),
        "post-author-name" if post.author.is_empty() => String::new(),
        "post-author-name" => {
            let name = escape::html(&post.author);
            let inner = match attributes.flag("isLink", false) {
                true => format!(
                    "<a href=\"{}\" target=\"{}\" class=\"wp-block-post-author-name__link\">{name}</a>",
                    escape::url(&post.author_url),
                    target(attributes)
                ),
                false => name,
            };
            format!("<div{}>{inner}</div>", attributes.outer("post-author-name", &[]))
        }
        "post-author-biography" if post.author_description_html.is_empty() => String::new(),
        "post-author-biography" => {
            format!("<div{}>{}</div>", attributes.outer("post-author-biography", &[]), post.author_description_html)
        }
        "post-terms" => terms(attributes, post),
        "post-content" if post.content_html.is_empty() => String::new(),
        "post-content" => {
            format!("<div{}>{}</div>", attributes.outer("post-content", &["entry-content"]), post.content_html)
        }
        "read-more" => {
            let label = match attributes.text("content") {
                "" => "Read more".to_owned(),
                label => sanitize::clean_comment(label),
            };
            format!(
                "<a{} href=\"{}\" target=\"{}\">{label}</a>",
                attributes.outer("read-more", &[]),
                escape::url(&post.url),
                target(attributes)
            )
        }
        _ => return None,
    })
}

/// `core/post-featured-image`. Where a height or shape is asked for, the picture fills it.
fn featured(attributes: Attributes<'_>, picture: &Picture, linked: impl Fn(String) -> String) -> String {
    let size = match attributes.text("sizeSlug") {
        "" => "large",
        size => size,
    };
    let shape = attributes.declaration("aspectRatio", "aspect-ratio");
    let height = attributes.declaration("height", "height");
    let fit = match (shape.is_empty() && height.is_empty(), attributes.text("scale")) {
        (true, _) => String::new(),
        (false, "") => "width:100%;height:100%;object-fit:cover;".to_owned(),
        (false, _) => format!("width:100%;height:100%;{}", attributes.declaration("scale", "object-fit")),
    };
    let image = images::tag_styled(picture, size, "attachment-post-thumbnail wp-post-image", &fit);
    let declarations = format!("{}{height}{shape}", attributes.declaration("width", "width"));
    format!("<figure{}>{}</figure>", attributes.outer_styled("post-featured-image", &[], &declarations), linked(image))
}

/// `core/post-navigation-link`: the way to the post before or after; `title` is HTML.
pub fn navigation_link(attributes: Attributes<'_>, title: &str, url: &str) -> String {
    let previous = attributes.text("type") == "previous";
    let (rel, usual, titled) = if previous { ("prev", "Previous", "Previous:") } else { ("next", "Next", "Next:") };
    let direction = if previous { "previous" } else { "next" };
    let given = sanitize::clean_comment(attributes.text("label"));
    let label = |otherwise: &str| if given.is_empty() { otherwise.to_owned() } else { given.clone() };
    let link = |inner: &str| format!("<a href=\"{}\" rel=\"{rel}\">{inner}</a>", escape::url(url));
    let title = format!("<span class=\"post-navigation-link__title\">{title}</span>");
    let text = match (attributes.flag("showTitle", false), attributes.flag("linkLabel", false)) {
        (false, _) => link(&label(usual)),
        (true, true) => link(&format!("<span class=\"post-navigation-link__label\">{}</span> {title}", label(titled))),
        (true, false) => {
            format!("<span class=\"post-navigation-link__label\">{}</span> {}", label(titled), link(&title))
        }
    };
    let arrow = match (attributes.text("arrow"), previous) {
        ("arrow", true) => "←",
        ("arrow", false) => "→",
        ("chevron", true) => "«",
        ("chevron", false) => "»",
        _ => "",
    };
    let arrow = match arrow {
        "" => String::new(),
        sign => format!(
            "<span class=\"wp-block-post-navigation-link__arrow-{direction} is-arrow-{}\" aria-hidden=\"true\">{sign}</span>",
            attributes.text("arrow")
        ),
    };
    let inner = if previous { format!("{arrow}{text}") } else { format!("{text}{arrow}") };
    let class = format!("post-navigation-link-{direction}");
    format!("<div{}>{inner}</div>", attributes.outer("post-navigation-link", &[&class]))
}

fn date(attributes: Attributes<'_>, post: &PostFacts) -> String {
    let date = if attributes.text("displayType") == "modified" { &post.modified } else { &post.date };
    let text = escape::html(post.formatted.as_ref().unwrap_or(&date.text));
    let inner = match attributes.flag("isLink", false) {
        true => format!("<a href=\"{}\">{text}</a>", escape::url(&post.url)),
        false => text,
    };
    let outer = attributes.outer("post-date", &[]);
    format!("<div{outer}><time datetime=\"{}\">{inner}</time></div>", escape::html(&date.iso))
}

fn summary(attributes: Attributes<'_>, post: &PostFacts) -> String {
    let outer = attributes.outer("post-excerpt", &[]);
    let text = if post.locked { "There is no excerpt because this is a protected post." } else { &post.summary };
    let text = escape::html(text);
    if text.is_empty() {
        return String::new();
    }
    let link = match attributes.text("moreText") {
        "" => String::new(),
        more => format!(
            "<a class=\"wp-block-post-excerpt__more-link\" href=\"{}\">{}</a>",
            escape::url(&post.url),
            sanitize::clean_comment(more)
        ),
    };
    if attributes.flag("showMoreOnNewLine", true) && !link.is_empty() {
        return format!(
            "<div{outer}><p class=\"wp-block-post-excerpt__excerpt\">{text}</p>\
             <p class=\"wp-block-post-excerpt__more-text\">{link}</p></div>"
        );
    }
    format!("<div{outer}><p class=\"wp-block-post-excerpt__excerpt\">{text} {link}</p></div>")
}

fn author(attributes: Attributes<'_>, post: &PostFacts) -> String {
    let name = escape::html(&post.author);
    let name = match attributes.flag("isLink", false) {
        true => format!("<a href=\"{}\" target=\"{}\">{name}</a>", escape::url(&post.author_url), target(attributes)),
        false => name,
    };
    let byline = match attributes.text("byline") {
        "" => String::new(),
        byline => format!("<p class=\"wp-block-post-author__byline\">{}</p>", sanitize::clean_comment(byline)),
    };
    let biography = match attributes.flag("showBio", false) {
        true => format!("<p class=\"wp-block-post-author__bio\">{}</p>", post.author_description_html),
        false => String::new(),
    };
    format!(
        "<div{}><div class=\"wp-block-post-author__content\">{byline}<p class=\"wp-block-post-author__name\">{name}</p>{biography}</div></div>",
        attributes.outer("post-author", &[])
    )
}

fn terms(attributes: Attributes<'_>, post: &PostFacts) -> String {
    let taxonomy = attributes.text("term");
    let links: Vec<String> = post
        .terms
        .iter()
        .filter(|(of, ..)| of == taxonomy)
        .map(|(_, name, url)| format!("<a href=\"{}\" rel=\"tag\">{}</a>", escape::url(url), escape::html(name)))
        .collect();
    if links.is_empty() {
        return String::new();
    }
    let part = |kind: &str, html: &str| match html {
        "" => String::new(),
        html => format!("<span class=\"wp-block-post-terms__{kind}\">{}</span>", sanitize::clean_comment(html)),
    };
    let separator = match attributes.get("separator") {
        Some(_) => attributes.text("separator"),
        None => ", ",
    };
    let class = format!("taxonomy-{taxonomy}");
    format!(
        "<div{}>{}{}{}</div>",
        attributes.outer("post-terms", &[&class]),
        part("prefix", attributes.text("prefix")),
        links.join(&part("separator", separator)),
        part("suffix", attributes.text("suffix")),
    )
}
