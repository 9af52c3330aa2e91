//! Blocks of which only attributes are stored: their HTML is made from what the site holds when it is shown.
//!
//! Each function takes a block's attributes and facts looked up before, and gives finished HTML with WordPress's
//! element and class names. What is looked up, and for whom, is `serve`'s business.

mod archives;
mod attributes;
mod comments;
mod navigation;
mod paging;
mod post;
mod posts;
mod rss;
mod site;
mod terms;

pub(super) use self::attributes::css_value;
pub use self::{
    archives::{Month, Period, archives, calendar},
    attributes::Attributes,
    comments::{DISCUSSION, comment_item, comments_form, comments_title, of_comment},
    navigation::{Place, close as navigation_close, item as navigation_item, open as navigation_open, page_list},
    paging::{Paged, query_total},
    post::{PostFacts, navigation_link as post_navigation_link, of_post},
    posts::{CommentFacts, latest_comments, latest_posts},
    rss::{FeedEntry, read_feed, rss},
    site::{SiteFacts, of_site, search},
    terms::{TermFacts, categories, tag_cloud},
};
use super::blocks::{Delimiter, delimiters};

/// The dynamic blocks there are, without `core/`: what the editor may ask to have rendered.
pub const NAMES: [&str; 35] = [
    "archives",
    "block",
    "calendar",
    "categories",
    "comments",
    "home-link",
    "latest-comments",
    "latest-posts",
    "loginout",
    "navigation",
    "navigation-link",
    "navigation-submenu",
    "page-list",
    "pattern",
    "post-author",
    "post-author-biography",
    "post-author-name",
    "post-comments",
    "post-content",
    "post-date",
    "post-excerpt",
    "post-featured-image",
    "post-navigation-link",
    "post-template",
    "post-terms",
    "post-title",
    "query",
    "read-more",
    "rss",
    "search",
    "site-logo",
    "site-tagline",
    "site-title",
    "tag-cloud",
    "footnotes",
];

/// Whether `content` has blocks whose HTML depends on more than itself. Footnotes are not among them: they come
/// with the post.
pub fn is_dynamic(content: &str) -> bool {
    content.contains("<!-- wp:") && delimiters(content).any(|block| needs_facts(&block))
}

/// Whether the comment is one of a dynamic block.
pub fn needs_facts(block: &Delimiter<'_>) -> bool {
    let name = short_name(block);
    name != "footnotes" && NAMES.contains(&name)
}

/// Its name without `core/`.
pub fn short_name<'a>(block: &Delimiter<'a>) -> &'a str {
    block.name.strip_prefix("core/").unwrap_or(block.name)
}

#[cfg(test)]
mod tests;
