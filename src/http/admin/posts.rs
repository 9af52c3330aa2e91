//! `/wp-admin/`: the posts of the site, or of a writer who may not edit others'.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tera::Context;

use super::{editor, login::LOGOUT, page};
use crate::{
    content::{Actor, Post, PostStatus, PostType, Powers, capability::TypeCapabilities},
    http::{error::HttpError, front::Front, nonce, session, session::SessionUser},
    index::{OrderBy, PostQuery, Selection, Site},
    render::{date::Dates, title},
};

const PER_PAGE: usize = 20;
const SEARCH_CHARS_MAX: usize = 200;

/// Tabs above the list: name in the URL, label, statuses shown.
const TABS: [(&str, &str, &[PostStatus]); 7] = [
    (
        "",
        "All",
        &[PostStatus::Publish, PostStatus::Future, PostStatus::Draft, PostStatus::Pending, PostStatus::Private],
    ),
    ("publish", "Published", &[PostStatus::Publish]),
    ("future", "Scheduled", &[PostStatus::Future]),
    ("draft", "Drafts", &[PostStatus::Draft]),
    ("pending", "Pending", &[PostStatus::Pending]),
    ("private", "Private", &[PostStatus::Private]),
    ("trash", "Trash", &[PostStatus::Trash]),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    s: String,
    post_status: String,
    post_type: String,
    paged: String,
}

/// The list, for whoever is signed in and may write.
pub async fn show(front: Data<Front>, request: HttpRequest, asked: Query<Asked>) -> Result<HttpResponse, HttpError> {
    let snapshot = front.app.log.current();
    let Some(user) = session::identify(&front.app, &snapshot.state, &request) else {
        return Ok(page::to_sign_in(&request));
    };
    let list = List::new(&snapshot.state, &user, &asked, front.app.clock.now());
    if !user.can(list.needed.edit) {
        return refused(&front, &user);
    }
    let mut context = list.context();
    context.insert("user_name", &user.user.display_name);
    context.insert("user_login", &user.user.login);
    context.insert("logout_nonce", &nonce::create(&front.app, LOGOUT, &user));
    page::page(&front, StatusCode::OK, "posts.html", context)
}

fn refused(front: &Front, user: &SessionUser) -> Result<HttpResponse, HttpError> {
    let mut context = Context::new();
    context.insert("heading", "Nothing to do here yet");
    context
        .insert("text", "Your account can read the site, but it cannot write posts. An administrator can change that.");
    context.insert("action", "/wp-login.php?action=logout");
    context.insert("button", "Sign out");
    context.insert("nonce", &nonce::create(&front.app, LOGOUT, user));
    context.insert("back_url", "/");
    context.insert("back_text", "Back to the site");
    page::page(front, StatusCode::FORBIDDEN, "message.html", context)
}

/// One view of the list.
struct List<'a> {
    site: &'a Site,
    now: Timestamp,
    dates: Dates,
    post_type: PostType,
    needed: TypeCapabilities,
    powers: Powers,
    /// Limits the list to the user's own posts.
    own: Option<crate::content::UserId>,
    tab: usize,
    search: String,
    page: usize,
}

#[derive(Serialize)]
struct Tab {
    label: &'static str,
    url: String,
    count: usize,
    current: bool,
}

#[derive(Serialize)]
struct Row {
    /// `None` for what the user may not edit.
    edit_url: Option<String>,
    url: String,
    view_label: &'static str,
    title: String,
    /// What else there is to know: sticky, protected.
    note: String,
    terms: String,
    status: String,
    status_label: String,
    author: String,
    date: String,
    date_full: String,
    iso: String,
}

impl<'a> List<'a> {
    fn new(site: &'a Site, user: &SessionUser, asked: &Asked, now: Timestamp) -> Self {
        let post_type = if asked.post_type == "page" { PostType::Page } else { PostType::Post };
        let needed = TypeCapabilities::of(&post_type);
        Self {
            site,
            now,
            dates: Dates::new(site.settings()),
            powers: Powers::of(&Actor::User(user.user.id), Some(&user.user)),
            own: (!user.can(needed.edit_others)).then_some(user.user.id),
            tab: TABS.iter().position(|(name, ..)| *name == asked.post_status).unwrap_or(0),
            search: asked.s.trim().chars().take(SEARCH_CHARS_MAX).collect(),
            page: asked.paged.parse().unwrap_or(1).max(1),
            post_type,
            needed,
        }
    }

    fn query(&self, statuses: &[PostStatus]) -> PostQuery {
        PostQuery {
            types: vec![self.post_type.clone()],
            statuses: statuses.to_vec(),
            authors: self.own.into_iter().collect(),
            search: (!self.search.is_empty()).then(|| self.search.clone()),
            order_by: OrderBy::Date,
            ..PostQuery::default()
        }
    }

    fn context(&self) -> Context {
        let (status, _, statuses) = TABS[self.tab];
        let offset = (self.page - 1).saturating_mul(PER_PAGE);
        let query = PostQuery { offset, limit: PER_PAGE, ..self.query(statuses) };
        let Selection { ids, total } = self.site.posts(&query, self.now);
        let rows: Vec<Row> = ids.into_iter().filter_map(|id| self.site.post(id)).map(|post| self.row(&post)).collect();
        let pages = total.div_ceil(PER_PAGE).max(1);
        let page_url = |page: usize| self.url(status, &self.search, page);
        let mut context = Context::new();
        context.insert("type_label", if self.post_type == PostType::Page { "Pages" } else { "Posts" });
        context.insert("post_type", self.post_type.name());
        let may_add = self.powers.can_create(&self.post_type);
        context.insert("new_url", &may_add.then(|| editor::new_url(&self.post_type)));
        context.insert("status", status);
        context.insert("search", &self.search);
        context.insert("clear_url", &self.url(status, "", 1));
        context.insert("tabs", &self.tabs());
        context.insert("rows", &rows);
        context.insert("total_text", &if total == 1 { "1 match".to_owned() } else { format!("{total} matches") });
        context.insert("page", &self.page);
        context.insert("pages", &pages);
        context.insert("previous_url", &(self.page > 1).then(|| page_url((self.page - 1).min(pages))));
        context.insert("next_url", &(self.page < pages).then(|| page_url(self.page + 1)));
        let (title, text) = self.empty();
        context.insert("empty_title", title);
        context.insert("empty_text", text);
        context
    }

    /// Tabs with something in them, and the current one.
    fn tabs(&self) -> Vec<Tab> {
        let tabs = TABS.iter().enumerate().map(|(at, (name, label, statuses))| {
            let query = PostQuery { limit: 1, ..self.query(statuses) };
            let count = self.site.posts(&query, self.now).total;
            Tab { label, url: self.url(name, &self.search, 1), count, current: at == self.tab }
        });
        tabs.enumerate().filter(|(at, tab)| *at == 0 || tab.current || tab.count > 0).map(|(_, tab)| tab).collect()
    }

    fn url(&self, status: &str, search: &str, page: usize) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let post_type = if self.post_type == PostType::Page { "page" } else { "" };
        let pairs = [("post_type", post_type), ("post_status", status), ("s", search), ("paged", &page)];
        let used = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(used).finish();
        if query.is_empty() { "/wp-admin/".to_owned() } else { format!("/wp-admin/?{query}") }
    }

    fn row(&self, post: &Post) -> Row {
        let public = self.site.is_public(post, self.now);
        let status = if post.status == PostStatus::Future && public { &PostStatus::Publish } else { &post.status };
        let url = match public {
            true => self.site.post_path(post),
            false => format!("/?p={}&preview=true", post.id),
        };
        let name = title::text(&post.title);
        let date = self.dates.from_local(post.date);
        let mut notes = Vec::new();
        if post.sticky {
            notes.push("Sticky");
        }
        if post.password.is_some() {
            notes.push("Password");
        }
        let author = self.site.user(post.author).map(|user| user.display_name);
        let editable = self.powers.can_edit(post) && post.status != PostStatus::Trash;
        Row {
            edit_url: editable.then(|| editor::edit_url(post.id)),
            url,
            view_label: if public { "View" } else { "Preview" },
            title: if name.trim().is_empty() { "(no title)".to_owned() } else { name },
            note: notes.join(" · "),
            terms: self.categories(post),
            status_label: label(status).to_owned(),
            status: status.name().to_owned(),
            author: author.unwrap_or_else(|| "—".to_owned()),
            date_full: format!("{} {}", date.text, date.time),
            date: date.text,
            iso: date.iso,
        }
    }

    fn categories(&self, post: &Post) -> String {
        let terms = post.terms.iter().filter_map(|id| self.site.term(*id));
        let names = terms.filter(|term| term.taxonomy.name() == "category").map(|term| title::text(&term.name));
        names.take(4).collect::<Vec<_>>().join(", ")
    }

    fn empty(&self) -> (&'static str, &'static str) {
        match (self.search.is_empty(), self.tab, &self.post_type) {
            (false, ..) => ("Nothing matches", "Try fewer or other words, or another status."),
            (true, 0, PostType::Page) => ("No pages yet", "Write one: “Add new” opens the editor."),
            (true, 0, _) => ("No posts yet", "Write one: “Add new” opens the editor."),
            (true, ..) => ("Nothing here", "No posts have this status."),
        }
    }
}

fn label(status: &PostStatus) -> &str {
    match status {
        PostStatus::Publish => "Published",
        PostStatus::Future => "Scheduled",
        PostStatus::Draft => "Draft",
        PostStatus::Pending => "Pending",
        PostStatus::Private => "Private",
        PostStatus::Trash => "Trash",
        PostStatus::AutoDraft => "New",
        PostStatus::Inherit => "Attached",
        PostStatus::Custom(name) => name,
    }
}
