//! Pages, in the shapes of before post types.

use futures_util::FutureExt;

use super::{
    call::Call,
    fault::Fault,
    posts::{
        self, meta,
        view::{date_gmt, status},
    },
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, Param, method, optional, param},
    value::Value,
    weblog::{
        self,
        view::{author_name, extended, names},
    },
};
use crate::{
    content::{Capability, Post, PostId, PostType, Revision},
    index::PostQuery,
};

const ID: Param = param("page_id", Kind::Id);
const CONTENT: Param = param("content", Kind::Struct);
const PUBLISH: Param = optional("publish", Kind::Flag);
const EDITORS: Needs = Needs::Can(Capability::EditPages);

pub const METHODS: &[Method] = &[
    method("wp.getPage", Needs::SignIn, &[BLOG, ID, LOGIN, PASSWORD], |call| get(call).boxed()),
    method("wp.getPages", EDITORS, &[BLOG, LOGIN, PASSWORD, optional("number", Kind::Number)], |call| {
        list(call).boxed()
    }),
    method("wp.newPage", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, CONTENT, PUBLISH], |call| new(call).boxed()),
    method("wp.deletePage", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, ID], |call| delete(call).boxed()),
    method("wp.editPage", Needs::SignIn, &[BLOG, ID, LOGIN, PASSWORD, CONTENT, PUBLISH], |call| edit(call).boxed()),
    method("wp.getPageList", EDITORS, &[BLOG, LOGIN, PASSWORD], |call| titles(call).boxed()),
];

fn find(call: &Call) -> Result<Post, Fault> {
    let page = call.site().post(PostId(call.id("page_id"))).filter(|post| post.post_type == PostType::Page);
    page.ok_or_else(|| Fault::not_found("There is no such page."))
}

fn editable(call: &Call) -> Result<Post, Fault> {
    let page = find(call)?;
    if call.powers.can_edit(&page) {
        Ok(page)
    } else {
        Err(Fault::unauthorized("Your account may not edit this page."))
    }
}

async fn get(call: &mut Call) -> Answer {
    let page = editable(call)?;
    let body = call.body(&page).await?;
    Ok(view(call, &page, &body))
}

fn all(call: &Call) -> PostQuery {
    posts::own_or_all(call, PostType::Page)
}

async fn list(call: &mut Call) -> Answer {
    const DEFAULT: usize = 10;
    let query = PostQuery { limit: call.limit("number", DEFAULT), ..all(call) };
    let found = posts::select(call, &query).await?;
    Ok(Value::List(found.iter().map(|(page, body)| view(call, page, body)).collect()))
}

/// Every page with its place and dates. Titles are in memory: no body is read.
async fn titles(call: &mut Call) -> Answer {
    const PAGES_MAX: usize = 10_000;
    let query = PostQuery { limit: PAGES_MAX, ascending: true, order_by: crate::index::OrderBy::Id, ..all(call) };
    let found = crate::serve::posts(call.site(), &query, call.now).await;
    let pages = found.ids.iter().filter_map(|id| call.site().post(*id));
    let one = |page: Post| {
        Value::members([
            ("page_id", Value::id(page.id)),
            ("page_parent_id", Value::id(page.parent.unwrap_or_default())),
            ("dateCreated", Value::date(page.date)),
            ("date_created_gmt", Value::date(date_gmt(call, &page))),
            ("page_title", Value::text(page.title)),
        ])
    };
    Ok(Value::List(pages.map(one).collect()))
}

async fn new(call: &mut Call) -> Answer {
    let published = call.flag("publish");
    weblog::create(call, &PostType::Page, published).await
}

async fn edit(call: &mut Call) -> Answer {
    let page = editable(call)?;
    let published = call.flag("publish");
    weblog::change(call, &page, published).await
}

async fn delete(call: &mut Call) -> Answer {
    let page = find(call)?;
    posts::delete(call, &page).await
}

fn view(call: &Call, page: &Post, body: &Revision) -> Value {
    let parts = extended(&body.content);
    let link = call.site().permalink(page);
    let number = |flag: bool| Value::Int(i64::from(flag));
    let author = author_name(call, page);
    let parent = page.parent.and_then(|id| call.site().post(id));
    let template = if page.template.is_empty() { "default" } else { &page.template };
    Value::members([
        ("dateCreated", Value::date(page.date)),
        ("userid", Value::id(page.author)),
        ("page_id", Value::number(page.id.0)),
        ("page_status", Value::text(status(page))),
        ("description", Value::text(parts.main)),
        ("title", Value::text(&body.title)),
        ("link", Value::text(&link)),
        ("permaLink", Value::text(link)),
        ("categories", Value::texts(names(call, page, "category"))),
        ("excerpt", Value::text(&body.excerpt)),
        ("text_more", Value::text(parts.more)),
        ("mt_allow_comments", number(page.comments_open)),
        ("mt_allow_pings", number(page.pings_open)),
        ("wp_slug", Value::text(&page.slug)),
        ("wp_password", Value::text(page.password.clone().unwrap_or_default())),
        ("wp_author", Value::text(&author)),
        ("wp_page_parent_id", Value::number(page.parent.unwrap_or_default().0)),
        ("wp_page_parent_title", Value::text(parent.map(|parent| parent.title).unwrap_or_default())),
        ("wp_page_order", Value::Int(page.menu_order)),
        ("wp_author_id", Value::id(page.author)),
        ("wp_author_display_name", Value::text(author)),
        ("date_created_gmt", Value::date(date_gmt(call, page))),
        ("custom_fields", meta::view(&body.meta)),
        ("wp_page_template", Value::text(template)),
    ])
}
