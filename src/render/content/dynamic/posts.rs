//! Lists of the newest posts and comments.

use super::{Attributes, PostFacts};
use crate::render::{content::images, escape, excerpt, image::Picture};

const COLUMNS_MAX: u64 = 6;
/// Words of an excerpt, as far as the editor lets one choose.
const WORDS_MAX: u64 = 100;

/// `core/latest-posts`
pub fn latest_posts(attributes: Attributes<'_>, posts: &[PostFacts]) -> String {
    let mut own = vec!["wp-block-latest-posts__list".to_owned()];
    if attributes.text("postLayout") == "grid" {
        let columns = attributes.number("columns").unwrap_or(3).clamp(1, COLUMNS_MAX);
        own.extend(["is-grid".to_owned(), format!("columns-{columns}")]);
    }
    own.extend(attributes.flag("displayPostDate", false).then(|| "has-dates".to_owned()));
    own.extend(attributes.flag("displayAuthor", false).then(|| "has-author".to_owned()));
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let items = posts.iter().map(|post| format!("<li>{}</li>\n", latest_post(attributes, post)));
    format!("<ul{}>{}</ul>", attributes.outer("latest-posts", &own), items.collect::<String>())
}

fn latest_post(attributes: Attributes<'_>, post: &PostFacts) -> String {
    let mut out = String::new();
    let url = escape::url(&post.url);
    let title = if post.title_html.is_empty() { "(no title)" } else { &post.title_html };
    if attributes.flag("displayFeaturedImage", false)
        && let Some(picture) = &post.thumbnail
    {
        out.push_str(&featured(attributes, picture, &url));
    }
    out.push_str(&format!("<a class=\"wp-block-latest-posts__post-title\" href=\"{url}\">{title}</a>"));
    if attributes.flag("displayAuthor", false) && !post.author.is_empty() {
        let author = escape::html(&post.author);
        out.push_str(&format!("<div class=\"wp-block-latest-posts__post-author\">by {author}</div>"));
    }
    if attributes.flag("displayPostDate", false) {
        out.push_str(&format!(
            "<time datetime=\"{}\" class=\"wp-block-latest-posts__post-date\">{}</time>",
            escape::html(&post.date.iso),
            escape::html(&post.date.text)
        ));
    }
    if attributes.flag("displayPostContent", false) {
        out.push_str(&shown_content(attributes, post, &url));
    }
    out
}

fn featured(attributes: Attributes<'_>, picture: &Picture, url: &str) -> String {
    let size = match attributes.text("featuredImageSizeSlug") {
        "" => "thumbnail",
        size => size,
    };
    let class: String = size.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
    let image = images::tag(picture, size, &format!("attachment-{class} size-{class} wp-post-image"), false);
    let image = match attributes.flag("addLinkToFeaturedImage", false) {
        true => format!("<a href=\"{url}\">{image}</a>"),
        false => image,
    };
    let align = match attributes.text("featuredImageAlign") {
        align @ ("left" | "center" | "right") => format!(" align{align}"),
        _ => String::new(),
    };
    format!("<div class=\"wp-block-latest-posts__featured-image{align}\">{image}</div>")
}

fn shown_content(attributes: Attributes<'_>, post: &PostFacts, url: &str) -> String {
    if post.locked {
        let note = "This content is password protected.";
        return format!("<div class=\"wp-block-latest-posts__post-excerpt\">{note}</div>");
    }
    if attributes.text("displayPostContentRadio") == "full_post" {
        return format!("<div class=\"wp-block-latest-posts__post-full-content\">{}</div>", post.content_html);
    }
    let words = attributes.number("excerptLength").unwrap_or(55).clamp(1, WORDS_MAX);
    let short = excerpt::trim_words(&escape::html(&post.summary), usize::try_from(words).unwrap_or(0), "");
    let whole = short.split_whitespace().count() == post.summary.split_whitespace().count();
    let more = match whole {
        true => String::new(),
        false => format!(
            "… <a class=\"wp-block-latest-posts__read-more\" href=\"{url}\" rel=\"noopener noreferrer\">Read more\
             <span class=\"screen-reader-text\">: {}</span></a>",
            post.title_html
        ),
    };
    format!("<div class=\"wp-block-latest-posts__post-excerpt\">{}{more}</div>", escape::html(&short))
}

/// A comment as the list of the newest shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentFacts {
    /// Plain.
    pub author: String,
    /// May be empty.
    pub author_url: String,
    pub post_title_html: String,
    /// With the comment's anchor.
    pub url: String,
    pub date_iso: String,
    pub date: String,
    /// Plain text; empty where readers need a password.
    pub summary: String,
}

/// `core/latest-comments`. Without pictures of the authors: readers are not sent to a third party for them.
pub fn latest_comments(attributes: Attributes<'_>, comments: &[CommentFacts]) -> String {
    let dates = attributes.flag("displayDate", true);
    let excerpts = attributes.flag("displayExcerpt", true);
    let mut own = Vec::new();
    own.extend(dates.then_some("has-dates"));
    own.extend(excerpts.then_some("has-excerpts"));
    if comments.is_empty() {
        own.push("no-comments");
        return format!("<div{}>No comments to show.</div>", attributes.outer("latest-comments", &own));
    }
    let items = comments.iter().map(|comment| {
        let author = escape::html(&comment.author);
        let author = match escape::url(&comment.author_url) {
            url if url.is_empty() => format!("<span class=\"wp-block-latest-comments__comment-author\">{author}</span>"),
            url => format!("<a class=\"wp-block-latest-comments__comment-author\" href=\"{url}\">{author}</a>"),
        };
        let date = format!(
            "<time datetime=\"{}\" class=\"wp-block-latest-comments__comment-date\">{}</time>",
            escape::html(&comment.date_iso),
            escape::html(&comment.date)
        );
        let summary = format!(
            "<div class=\"wp-block-latest-comments__comment-excerpt\"><p>{}</p>\n</div>",
            escape::html(&comment.summary)
        );
        format!(
            "<li class=\"wp-block-latest-comments__comment\"><article><footer class=\"wp-block-latest-comments__comment-meta\">{author} on \
             <a class=\"wp-block-latest-comments__comment-link\" href=\"{}\">{}</a>{}</footer>{}</article></li>",
            escape::url(&comment.url),
            comment.post_title_html,
            if dates { date } else { String::new() },
            if excerpts { summary } else { String::new() },
        )
    });
    format!("<ol{}>{}</ol>", attributes.outer("latest-comments", &own), items.collect::<String>())
}
