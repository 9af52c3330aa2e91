//! `core/comments`: the discussion of the post the block stands in.

use jiff::Timestamp;
use serde_json::Value;

use super::{Scene, loops::closer};
use crate::{
    render::{
        content::{
            blocks::{self, Delimiter, Kind},
            dynamic::{self, Attributes, Paged},
        },
        date, title,
        view::{Comment, Comments},
    },
    serve::{comments, context::Depends},
};

/// A list of comments is cut off when its HTML is larger.
const LIST_BYTES_MAX: usize = 16 << 20;

/// Whether the content shows the discussion itself, so that the theme need not.
pub fn is_in(content: &str) -> bool {
    content.contains("comments") && blocks::delimiters(content).any(|block| begins(&block))
}

fn begins(block: &Delimiter<'_>) -> bool {
    match dynamic::short_name(block) {
        "comments" => block.kind != Kind::Close,
        "post-comments" => block.kind == Kind::Void,
        _ => false,
    }
}

/// `content` with its first discussion in place; others, and all in a feed, are left out.
pub fn expand(scene: &Scene<'_>, content: &str, depends: &mut Depends) -> String {
    if !is_in(content) {
        return content.to_owned();
    }
    let all: Vec<Delimiter<'_>> = blocks::delimiters(content).collect();
    let mut out = String::with_capacity(content.len() * 2);
    let (mut from, mut at, mut shown) = (0, 0, scene.feed.is_some());
    while let Some(block) = all.get(at) {
        at += 1;
        if !begins(block) {
            continue;
        }
        out.push_str(content.get(from..block.start).unwrap_or_default());
        let stored = match block.kind {
            Kind::Open => {
                let Some(close) = closer(&all, at) else {
                    from = block.end;
                    continue;
                };
                let end = all.get(close).map_or((content.len(), content.len()), |closing| (closing.start, closing.end));
                at = close + 1;
                from = end.1;
                content.get(block.end..end.0).unwrap_or_default()
            }
            _ => {
                from = block.end;
                dynamic::DISCUSSION
            }
        };
        if !std::mem::replace(&mut shown, true)
            && let Some(html) = Discussion::of(scene, depends).and_then(|discussion| discussion.html(stored))
        {
            let opening = block.attributes.map(|attributes| format!("{attributes} ")).unwrap_or_default();
            out.push_str(&format!("<!-- wp:comments {opening}-->{html}<!-- /wp:comments -->"));
        }
    }
    out.push_str(content.get(from..).unwrap_or_default());
    out
}

struct Discussion<'a> {
    scene: &'a Scene<'a>,
    comments: Comments,
    title_html: String,
    permalink: String,
}

impl<'a> Discussion<'a> {
    fn of(scene: &'a Scene<'a>, depends: &mut Depends) -> Option<Self> {
        let post = scene.post?;
        let permalink = scene.site.permalink(post);
        let request = scene.asked.request;
        let place = comments::Place { site: scene.site, dates: &scene.dates, home: scene.home, request };
        let comments = comments::view(&place, post, &permalink, depends);
        Some(Self { scene, comments, title_html: title::html(&post.title), permalink })
    }

    /// What is stored in the block with all that is said in its place. `None` where there is nothing to say and nobody
    /// may.
    fn html(&self, stored: &str) -> Option<String> {
        if self.comments.count == 0 && self.comments.form.is_none() {
            return None;
        }
        let all: Vec<Delimiter<'_>> = blocks::delimiters(stored).collect();
        let mut out = String::with_capacity(stored.len() * 4);
        let (mut from, mut at) = (0, 0);
        while let Some(block) = all.get(at) {
            at += 1;
            let name = dynamic::short_name(block);
            let holds = block.kind == Kind::Open && matches!(name, "comment-template" | "comments-pagination");
            let (html, end) = if holds {
                let Some(close) = closer(&all, at) else { break };
                let Some(closing) = all.get(close) else { break };
                at = close + 1;
                let inner = stored.get(block.end..closing.start).unwrap_or_default();
                (self.holder(name, Attributes(&block.value()), inner), closing.end)
            } else if let Some(html) = self.part(block) {
                (html, block.end)
            } else {
                continue;
            };
            out.push_str(stored.get(from..block.start).unwrap_or_default());
            // what others wrote must not be run as shortcodes of this post
            out.push_str(&html.replace('[', "&#91;"));
            from = end;
        }
        out.push_str(stored.get(from..).unwrap_or_default());
        Some(out)
    }

    fn holder(&self, name: &str, attributes: Attributes<'_>, inner: &str) -> String {
        if name == "comment-template" {
            let template = Template::read(inner);
            let mut left = LIST_BYTES_MAX;
            let items = self.items(&self.comments.items, &template, &mut left);
            return match items.is_empty() {
                true => String::new(),
                false => format!("<ol{}>{items}</ol>", attributes.outer("comment-template", &[])),
            };
        }
        let Some(pages) = &self.comments.pagination else { return String::new() };
        let link = |name: &str, own: &Value| Paged::Comments.link(name, Attributes(own), attributes, pages);
        Paged::Comments.around(attributes, &Template::read(inner).filled(link))
    }

    /// A block that is all in its comment.
    fn part(&self, block: &Delimiter<'_>) -> Option<String> {
        if block.kind != Kind::Void {
            return None;
        }
        let value = block.value();
        let attributes = Attributes(&value);
        Some(match dynamic::short_name(block) {
            "comments-title" if self.comments.count == 0 => String::new(),
            "comments-title" => dynamic::comments_title(attributes, self.comments.count, &self.title_html),
            "post-comments-form" => match &self.comments.form {
                Some(form) => dynamic::comments_form(attributes, form, &self.permalink),
                None => String::new(),
            },
            _ => return None,
        })
    }

    fn items(&self, comments: &[Comment], template: &Template<'_>, left: &mut usize) -> String {
        let mut out = String::new();
        for (place, comment) in comments.iter().enumerate() {
            let inner = template.filled(|name, own| {
                let pattern = Attributes(own).text("format");
                let wants = name == "comment-date" && !pattern.is_empty();
                let formatted = wants.then(|| self.formatted(&comment.date.iso, pattern)).flatten();
                dynamic::of_comment(name, Attributes(own), comment, formatted)
            });
            *left = left.saturating_sub(inner.len());
            if *left == 0 {
                break;
            }
            let children = self.items(&comment.children, template, left);
            out.push_str(&dynamic::comment_item(comment, place, &inner, &children));
        }
        out
    }

    fn formatted(&self, iso: &str, pattern: &str) -> Option<String> {
        let at: Timestamp = iso.parse().ok()?;
        Some(date::format(pattern, &at.to_zoned(self.scene.dates.zone().clone())))
    }
}

/// Content cut at the blocks that are all in their comment.
pub(super) struct Template<'t> {
    /// What stands before each of them, its name and its attributes.
    parts: Vec<(&'t str, &'t str, Value)>,
    end: &'t str,
}

impl<'t> Template<'t> {
    pub(super) fn read(text: &'t str) -> Self {
        let (mut parts, mut from) = (Vec::new(), 0);
        for block in blocks::delimiters(text).filter(|block| block.kind == Kind::Void) {
            let before = text.get(from..block.start).unwrap_or_default();
            parts.push((before, block.name.strip_prefix("core/").unwrap_or(block.name), block.value()));
            from = block.end;
        }
        Self { parts, end: text.get(from..).unwrap_or_default() }
    }

    /// With what `html` makes of each; blocks it makes nothing of are left out.
    pub(super) fn filled(&self, html: impl Fn(&str, &Value) -> Option<String>) -> String {
        let mut out = String::new();
        for (before, name, attributes) in &self.parts {
            out.push_str(before);
            out.push_str(&html(name, attributes).unwrap_or_default());
        }
        out.push_str(self.end);
        out
    }
}
