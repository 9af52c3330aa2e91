//! The element names WXR knows, in one spelling whatever prefix and version a file uses.

use quick_xml::name::ResolveResult;

/// `prefix:local` in the usual spelling; `None` for elements that are not WXR's.
pub(super) fn known(namespace: &ResolveResult<'_>, local: &str) -> Option<&'static str> {
    let list: &[&'static str] = match vocabulary(namespace)? {
        Vocabulary::Rss => RSS,
        Vocabulary::Wp => WP,
        Vocabulary::Content => return (local == "encoded").then_some("content:encoded"),
        Vocabulary::Excerpt => return (local == "encoded").then_some("excerpt:encoded"),
        Vocabulary::Dc => return (local == "creator").then_some("dc:creator"),
    };
    list.iter().copied().find(|name| name.strip_prefix("wp:").unwrap_or(name) == local)
}

enum Vocabulary {
    Rss,
    Wp,
    Content,
    Excerpt,
    Dc,
}

fn vocabulary(namespace: &ResolveResult<'_>) -> Option<Vocabulary> {
    let uri = match namespace {
        ResolveResult::Unbound => return Some(Vocabulary::Rss),
        ResolveResult::Bound(uri) => uri.0,
        // Hand-edited files lose their declarations; the usual prefixes still say what is meant.
        ResolveResult::Unknown(prefix) => {
            return match prefix.as_str() {
                "wp" => Some(Vocabulary::Wp),
                "content" => Some(Vocabulary::Content),
                "excerpt" => Some(Vocabulary::Excerpt),
                "dc" => Some(Vocabulary::Dc),
                _ => None,
            };
        }
    };
    let address = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://")).unwrap_or(uri);
    match address.trim_end_matches('/') {
        "purl.org/rss/1.0/modules/content" => Some(Vocabulary::Content),
        "purl.org/dc/elements/1.1" => Some(Vocabulary::Dc),
        wordpress => {
            let rest = wordpress.strip_prefix("wordpress.org/export/")?;
            Some(if rest.ends_with("/excerpt") { Vocabulary::Excerpt } else { Vocabulary::Wp })
        }
    }
}

const RSS: &[&str] =
    &["rss", "channel", "item", "title", "link", "pubDate", "guid", "description", "category", "language", "generator"];

const WP: &[&str] = &[
    "wp:wxr_version",
    "wp:base_site_url",
    "wp:base_blog_url",
    "wp:author",
    "wp:author_id",
    "wp:author_login",
    "wp:author_email",
    "wp:author_display_name",
    "wp:author_first_name",
    "wp:author_last_name",
    "wp:author_description",
    "wp:category",
    "wp:category_nicename",
    "wp:category_parent",
    "wp:cat_name",
    "wp:category_description",
    "wp:tag",
    "wp:tag_slug",
    "wp:tag_name",
    "wp:tag_description",
    "wp:term",
    "wp:term_id",
    "wp:term_taxonomy",
    "wp:term_slug",
    "wp:term_parent",
    "wp:term_name",
    "wp:term_description",
    "wp:termmeta",
    "wp:meta_key",
    "wp:meta_value",
    "wp:post_id",
    "wp:post_date",
    "wp:post_date_gmt",
    "wp:post_modified",
    "wp:post_modified_gmt",
    "wp:comment_status",
    "wp:ping_status",
    "wp:post_name",
    "wp:status",
    "wp:post_parent",
    "wp:menu_order",
    "wp:post_type",
    "wp:post_password",
    "wp:is_sticky",
    "wp:attachment_url",
    "wp:postmeta",
    "wp:comment",
    "wp:comment_id",
    "wp:comment_author",
    "wp:comment_author_email",
    "wp:comment_author_url",
    "wp:comment_author_IP",
    "wp:comment_date",
    "wp:comment_date_gmt",
    "wp:comment_content",
    "wp:comment_approved",
    "wp:comment_type",
    "wp:comment_parent",
    "wp:comment_user_id",
    "wp:commentmeta",
];
