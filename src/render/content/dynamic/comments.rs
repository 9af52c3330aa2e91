//! Blocks of a discussion.

use super::{Attributes, site::target};
use crate::render::{
    escape,
    view::{Comment, CommentForm},
};

/// What `core/comments` holds where nothing is stored in it, and what stands for the older `core/post-comments`.
pub const DISCUSSION: &str = "<div class=\"wp-block-comments\"><!-- wp:comments-title /--><!-- wp:comment-template -->\
    <!-- wp:comment-author-name /--><!-- wp:comment-date /--><!-- wp:comment-content /--><!-- wp:comment-reply-link /-->\
    <!-- /wp:comment-template --><!-- wp:comments-pagination --><!-- wp:comments-pagination-previous /-->\
    <!-- wp:comments-pagination-numbers /--><!-- wp:comments-pagination-next /--><!-- /wp:comments-pagination -->\
    <!-- wp:post-comments-form /--></div>";

/// What the writer of a comment reads that nobody has approved yet; nobody else is shown it.
const HELD: &str = "<p class=\"comment-held\" role=\"status\">Thank you. Your comment waits for approval; until then only \
    you see it here.</p>";

/// The HTML of the block `name` about one comment; `None` for other blocks. `formatted` is the date by the format the
/// block asks for.
pub fn of_comment(
    name: &str,
    attributes: Attributes<'_>,
    comment: &Comment,
    formatted: Option<String>,
) -> Option<String> {
    let outer = attributes.outer(name, &[]);
    Some(match name {
        "comment-author-name" => {
            let author = escape::html(&comment.author);
            let linked = match escape::url(&comment.author_url) {
                url if url.is_empty() || !attributes.flag("isLink", true) => author,
                url => format!(
                    "<a rel=\"external nofollow ugc\" href=\"{url}\" target=\"{}\">{author}</a>",
                    target(attributes)
                ),
            };
            format!("<div{outer}>{linked}</div>")
        }
        "comment-date" => {
            let text = formatted.unwrap_or_else(|| format!("{}, {}", comment.date.text, comment.date.time));
            let text = escape::html(&text);
            let inner = match attributes.flag("isLink", true) {
                true => format!("<a href=\"{}\">{text}</a>", escape::url(&comment.permalink)),
                false => text,
            };
            format!("<div{outer}><time datetime=\"{}\">{inner}</time></div>", escape::html(&comment.date.iso))
        }
        "comment-content" => {
            let held = if comment.held { HELD } else { "" };
            format!("<div{outer}>{held}{}</div>", comment.content_html)
        }
        "comment-reply-link" => match &comment.reply_url {
            Some(url) => format!(
                "<div{outer}><a rel=\"nofollow\" class=\"comment-reply-link\" href=\"{}\" aria-label=\"Reply to {}\">Reply</a></div>",
                escape::url(url),
                escape::html(&comment.author)
            ),
            None => String::new(),
        },
        // pages are the same for all readers; pictures of commenters lie on another host
        "comment-edit-link" | "avatar" | "comment-author-avatar" => String::new(),
        _ => return None,
    })
}

/// How many comments there are, and on what; `title` is HTML.
pub fn comments_title(attributes: Attributes<'_>, count: u64, title: &str) -> String {
    let (titled, counted) = (attributes.flag("showPostTitle", true), attributes.flag("showCommentsCount", true));
    let number = if count == 1 { "One response".to_owned() } else { format!("{count} responses") };
    let text = match (titled, counted) {
        (true, true) => format!("{number} to &#8220;{title}&#8221;"),
        (false, true) => number,
        (true, false) if count == 1 => format!("Response to &#8220;{title}&#8221;"),
        (true, false) => format!("Responses to &#8220;{title}&#8221;"),
        (false, false) if count == 1 => "Response".to_owned(),
        (false, false) => "Responses".to_owned(),
    };
    let level = attributes.number("level").unwrap_or(2).clamp(1, 6);
    format!("<h{level} id=\"comments\"{}>{text}</h{level}>", attributes.outer("comments-title", &[]))
}

/// An item of the list; `inner` is its finished template, `children` those of the comments that answer it.
pub fn comment_item(comment: &Comment, place: usize, inner: &str, children: &str) -> String {
    let kind = escape::html(&comment.kind);
    let parity = if place.is_multiple_of(2) { "even" } else { "odd" };
    let by_author = if comment.by_post_author { " bypostauthor" } else { "" };
    let children = if children.is_empty() { String::new() } else { format!("<ol>{children}</ol>") };
    format!(
        "<li id=\"comment-{}\" class=\"{} {parity}{by_author} depth-{}\">{inner}{children}</li>",
        comment.id,
        if kind.is_empty() { "comment" } else { &kind },
        comment.depth,
    )
}

/// The form, as the themes here have it.
pub fn comments_form(attributes: Attributes<'_>, form: &CommentForm, permalink: &str) -> String {
    let outer = attributes.outer("post-comments-form", &["comment-respond"]);
    if let Some(url) = &form.login_url {
        let link = format!("<a href=\"{}\">Sign in</a>", escape::url(url));
        return format!("<div id=\"respond\"{outer}><p class=\"comment-closed\">{link} to write a comment.</p></div>");
    }
    let (heading, cancel) = match form.reply_to {
        Some(_) => {
            let url = escape::url(permalink);
            ("Write a reply", format!("<p class=\"comment-cancel\"><a href=\"{url}#respond\">Cancel reply</a></p>"))
        }
        None => ("Write a comment", String::new()),
    };
    let (needed, name_note, email_note) = match form.need_name_email {
        true => (" required", "", " <small>(not shown)</small>"),
        false => ("", " <small>(optional)</small>", " <small>(optional, not shown)</small>"),
    };
    format!(
        "<div{outer}><form class=\"comment-form\" id=\"respond\" action=\"{action}\" method=\"post\">\
         <h3 class=\"comment-reply-title\">{heading}</h3>{cancel}\
         <p class=\"field\"><label for=\"comment\">Comment</label>\
         <textarea id=\"comment\" name=\"comment\" rows=\"6\" maxlength=\"65525\" required></textarea></p>\
         <div class=\"field-row\"><p class=\"field\"><label for=\"author\">Name{name_note}</label>\
         <input id=\"author\" name=\"author\" type=\"text\" maxlength=\"245\" autocomplete=\"name\"{needed}></p>\
         <p class=\"field\"><label for=\"email\">Email{email_note}</label>\
         <input id=\"email\" name=\"email\" type=\"email\" maxlength=\"100\" autocomplete=\"email\"{needed}></p>\
         <p class=\"field\"><label for=\"url\">Website <small>(optional)</small></label>\
         <input id=\"url\" name=\"url\" type=\"url\" maxlength=\"200\" autocomplete=\"url\"></p></div>\
         <input type=\"hidden\" name=\"comment_post_ID\" value=\"{post}\">\
         <input type=\"hidden\" name=\"comment_parent\" value=\"{parent}\">\
         <p><button type=\"submit\">Post comment</button></p></form></div>",
        action = escape::url(&form.action),
        post = form.post_id,
        parent = form.reply_to.unwrap_or(0),
    )
}
