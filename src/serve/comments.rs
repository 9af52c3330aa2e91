//! The discussion below a post.

use super::{PageRequest, context::Depends};
use crate::{
    cache::Tag,
    content::{Comment, CommentId, CommentStatus, Post, UserId},
    index::{Site, Target},
    render::{content, date::Dates, escape, view},
};

/// Comments on one page where the settings do not divide them.
const SHOWN_MAX: usize = 1000;

/// Where a discussion is shown.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub site: &'a Site,
    pub dates: &'a Dates,
    /// The site's address without a slash at its end.
    pub home: &'a str,
    /// What the page was asked for with; `None` where there is no page.
    pub request: Option<&'a PageRequest>,
}

impl<'a> Place<'a> {
    fn asked(&self, name: &str) -> Option<&'a str> {
        let mut pairs = self.request?.query.iter();
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The page of the discussion that is asked for, by `/comment-page-2/` or `cpage=2`; `None` for the newest.
    fn page(&self) -> Option<usize> {
        let last = self.request?.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        last.strip_prefix("comment-page-").or_else(|| self.asked("cpage")).and_then(|number| number.parse().ok())
    }

    fn own_comment(&self) -> Option<CommentId> {
        let request = self.request?;
        request.own_comment.or_else(|| Some(request.own_waiting.as_ref()?.id))
    }
}

pub fn view(cx: &Place<'_>, post: &Post, permalink: &str, depends: &mut Depends) -> view::Comments {
    depends.on(Tag::Comments(post.id));
    let settings = cx.site.settings();
    let mut listed: Vec<Comment> = cx
        .site
        .comments(post.id)
        .into_iter()
        .filter_map(|id| cx.site.comment(id))
        .filter(|comment| comment.status == CommentStatus::Approved || waits_for(cx, comment))
        .collect();
    let waiting = cx.request.and_then(|request| request.own_waiting.clone());
    listed.extend(waiting.filter(|comment| comment.post == post.id));
    let count = cx.site.comment_count(post.id);
    if !settings.comment_order_ascending {
        listed.reverse();
    }
    let own = cx.own_comment().and_then(|own| listed.iter().position(|comment| comment.id == own));
    let pages = Pages::of(cx, listed.len(), own);
    let shown = listed.into_iter().skip(pages.skip).take(pages.take);
    let flat = shown.map(|comment| flat(cx, post, permalink, comment)).collect();
    let depth = if settings.thread_comments { usize::from(settings.thread_comments_depth) } else { 1 };
    let open = post.comments_open;
    view::Comments {
        count,
        open,
        items: view::Comments::tree(flat, depth),
        form: open.then(|| form(cx, post)),
        pagination: (pages.total > 1).then(|| {
            view::Pagination::new(pages.current, pages.total, |number| format!("{permalink}comment-page-{number}/"))
        }),
        in_content: false,
    }
}

/// Where a page of a discussion that is not there, or the form for an answer to no comment, leads: to the post itself. So only
/// those that exist are kept.
pub fn post_instead(site: &Site, path: &str, query: &[(String, String)], target: &Target) -> Option<Target> {
    let (Target::Singular { id, .. } | Target::FrontPage { id }) = target else { return None };
    let asked = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    // each in one spelling
    let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0 && number.to_string() == text);
    let whole = site.target_path(target)?;
    let last =
        path.trim_end_matches('/').strip_prefix(whole.trim_end_matches('/')).and_then(|rest| rest.rsplit('/').next());
    let pages = [last.and_then(|last| last.strip_prefix("comment-page-")), asked("cpage")];
    let page_is_there = |text: &str| {
        let approved = || {
            let all = site.comments(*id).into_iter().filter_map(|comment| site.comment(comment));
            all.filter(|comment| comment.status == CommentStatus::Approved).count()
        };
        number(text).is_some_and(|page| page == 1 || page <= pages_of(site, approved()) as u64)
    };
    let is_answered = |text: &str| {
        let comment = number(text).and_then(|id| site.comment(CommentId(id)));
        comment.is_some_and(|comment| comment.post == *id && comment.status == CommentStatus::Approved)
    };
    let all_there = pages.into_iter().flatten().all(page_is_there) && asked("replytocom").is_none_or(is_answered);
    (!all_there).then_some(Target::Redirect { to: whole, permanent: false })
}

/// Into how many pages the settings divide so many comments.
fn pages_of(site: &Site, comments: usize) -> usize {
    let settings = site.settings();
    if settings.page_comments { comments.div_ceil(settings.comments_per_page.clamp(1, SHOWN_MAX)).max(1) } else { 1 }
}

/// A comment nobody has approved yet, of the very reader who asks.
fn waits_for(cx: &Place<'_>, comment: &Comment) -> bool {
    let is_own = cx.own_comment() == Some(comment.id)
        || comment.user.is_some()
            && comment.user == cx.request.and_then(|request| request.viewer)
            && comment.user != Some(UserId(0));
    comment.status == CommentStatus::Hold && is_own
}

/// Which comments the asked-for page shows.
struct Pages {
    current: usize,
    total: usize,
    skip: usize,
    take: usize,
}

impl Pages {
    /// `own` is the place of a comment that is to be on the page.
    fn of(cx: &Place<'_>, count: usize, own: Option<usize>) -> Self {
        let settings = cx.site.settings();
        let per_page = settings.comments_per_page.clamp(1, SHOWN_MAX);
        let total = pages_of(cx.site, count);
        if total == 1 {
            return Self { current: 1, total: 1, skip: 0, take: SHOWN_MAX };
        }
        let has_own = own.map(|place| place / per_page + 1);
        let current = has_own.or_else(|| cx.page()).unwrap_or(total).clamp(1, total);
        Self { current, total, skip: (current - 1) * per_page, take: per_page }
    }
}

fn flat(cx: &Place<'_>, post: &Post, permalink: &str, comment: Comment) -> view::FlatComment {
    let id = comment.id.0;
    let separator = if permalink.contains('?') { '&' } else { '?' };
    let held = comment.status == CommentStatus::Hold;
    let reply_url = (post.comments_open && !held).then(|| format!("{permalink}{separator}replytocom={id}#respond"));
    view::FlatComment {
        parent: comment.parent.map(|parent| parent.0),
        comment: view::Comment {
            id,
            // as WordPress stores it: with entities
            author: match escape::decode(&comment.author_name) {
                name if name.trim().is_empty() => "Anonymous".to_owned(),
                name => name.into_owned(),
            },
            author_url: comment.author_url,
            date: cx.dates.from_local(comment.date),
            permalink: format!("{permalink}#comment-{id}"),
            content_html: content::comment_html(&comment.content),
            by_post_author: comment.user == Some(post.author),
            kind: comment.kind,
            held,
            depth: 1,
            reply_url,
            children: Vec::new(),
        },
    }
}

fn form(cx: &Place<'_>, post: &Post) -> view::CommentForm {
    let settings = cx.site.settings();
    view::CommentForm {
        action: format!("{}/wp-comments-post.php", cx.home),
        post_id: post.id.0,
        need_name_email: settings.comments_need_name_email,
        login_url: settings.comment_registration.then(|| format!("{}/wp-login.php", cx.home)),
        reply_to: cx.asked("replytocom").and_then(|value| value.parse().ok()),
    }
}
