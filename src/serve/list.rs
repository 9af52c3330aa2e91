//! Lists of posts: home, archives, search results.

use super::{
    card,
    context::{Context, Depends},
    load::{self, Body},
};
use crate::{
    cache::{PageError, Tag},
    content::{Post, PostType, Taxonomy, Term, TermId, UserId, settings::Front},
    index::{PostQuery, Selection, Target, TermFilter, TermOperator},
    render::{date::month_name, hierarchy::Kind, view},
};

/// Months listed at the foot of the home page.
const MONTHS: usize = 12;
/// A list never shows more, whatever the settings say.
const PER_PAGE_MAX: usize = 100;

/// What a list is of, before its posts are fetched.
#[derive(Debug)]
pub struct Plan {
    pub kind: Kind,
    /// Path of its first page.
    pub base: String,
    pub query: PostQuery,
    pub page: usize,
    pub list: view::List,
}

/// Builds the list `target` names; at most one object per entry is read, in parallel. An absent page is not found.
pub async fn page(cx: &Context<'_>, target: &Target, depends: &mut Depends) -> Result<Option<Body>, PageError> {
    let Some(plan) = plan(cx, target, depends) else { return Ok(None) };
    let per_page = cx.settings().posts_per_page.clamp(1, PER_PAGE_MAX);
    let query = PostQuery { limit: per_page, offset: (plan.page - 1) * per_page, ..plan.query };
    let Selection { ids, total } = cx.site.posts(&query, cx.now);
    let pages = total.div_ceil(per_page).max(1);
    if plan.page > pages {
        return Ok(None);
    }
    let posts: Vec<Post> = ids.into_iter().filter_map(|id| cx.site.post(id)).collect();
    let bodies = load::revisions(cx.app, &posts, card::needs_body).await?;
    let entries = posts.iter().zip(&bodies).map(|(post, body)| card::card(cx, post, body.as_ref(), depends)).collect();
    let pagination = view::Pagination::new(plan.page, pages, |number| cx.page_url(&plan.base, number));
    let list = view::List { entries, total, pagination, ..plan.list };
    let canonical = cx.page_url(&plan.base, plan.page);
    load::themed(cx, &plan.kind, &view::View::list(cx.shown.clone(), canonical, list), 200).map(Some)
}

/// `None` for what is not a list, or names nothing.
pub fn plan(cx: &Context<'_>, target: &Target, depends: &mut Depends) -> Option<Plan> {
    match target {
        Target::Home { page } => Some(home(cx, *page as usize, depends)),
        Target::Term { taxonomy, term, page } => term_list(cx, taxonomy, *term, *page as usize, depends),
        Target::Author { user, page } => author(cx, *user, *page as usize, depends),
        Target::Date { year, month, day, page } => Some(date(cx, (*year, *month, *day), *page as usize, depends)),
        Target::TypeArchive { post_type, page } => type_archive(cx, post_type, *page as usize, depends),
        Target::Search { text, page } => Some(search(cx, text, *page as usize, depends)),
        Target::FrontPage { .. }
        | Target::Singular { .. }
        | Target::Feed { .. }
        | Target::CommentsFeed { .. }
        | Target::Sitemap(_)
        | Target::Robots
        | Target::Redirect { .. }
        | Target::NotFound => None,
    }
}

fn home(cx: &Context<'_>, page: usize, depends: &mut Depends) -> Plan {
    depends.on(Tag::Posts("post".to_owned()));
    let posts_url = cx.shown.posts_url.clone();
    let base = posts_url.strip_prefix(&cx.shown.home).unwrap_or("/").to_owned();
    let months = cx.site.archive_months(cx.now).into_iter().take(MONTHS).map(|(year, month, count)| view::Archive {
        title: format!("{} {year}", month_name(month)),
        url: cx.url(&cx.date_path(year, Some(month), None)),
        count,
    });
    let front = base == "/";
    let title = match cx.settings().front {
        Front::Page { posts: Some(id), .. } if !front => {
            depends.on(Tag::Post(id));
            cx.site.post(id).map(|post| crate::render::title::text(&post.title)).unwrap_or_default()
        }
        _ => String::new(),
    };
    Plan {
        kind: Kind::Home { front },
        query: PostQuery { sticky_first: cx.settings().sticky_posts_on_front && page <= 1, ..PostQuery::default() },
        page: page.max(1),
        list: view::List { title, months: months.collect(), ..view::List::default() },
        base,
    }
}

fn term_list(cx: &Context<'_>, taxonomy: &Taxonomy, id: TermId, page: usize, depends: &mut Depends) -> Option<Plan> {
    let term = cx.site.term(id)?;
    depends.on(Tag::Term(id.0));
    depends.on(Tag::TermPosts(id.0));
    let count = |term: &Term| cx.site.term_count(term.id, cx.now);
    let children: Vec<Term> = cx.site.term_children(id).into_iter().filter_map(|id| cx.site.term(id)).collect();
    for child in &children {
        depends.on(Tag::Term(child.id.0));
        depends.on(Tag::TermPosts(child.id.0));
    }
    let slug = term.slug.clone();
    let (kind, list_kind) = match taxonomy.name() {
        "category" => (Kind::Category { id: id.0, slug }, view::ListKind::Category),
        "post_tag" => (Kind::Tag { id: id.0, slug }, view::ListKind::Tag),
        name => (Kind::Taxonomy { taxonomy: name.to_owned(), slug }, view::ListKind::Taxonomy),
    };
    let filter =
        TermFilter { taxonomy: taxonomy.clone(), terms: vec![id], with_children: true, operator: TermOperator::Any };
    let base = cx.site.term_path(&term);
    let list = view::List {
        kind: list_kind,
        title: term.name.clone(),
        description_html: crate::render::content::excerpt_html(&term.description),
        children: children.iter().map(|child| cx.term(child, count(child))).collect(),
        rss_url: Some(feed_url(cx, &base)),
        term: Some(cx.term(&term, count(&term))),
        ..view::List::default()
    };
    Some(Plan { kind, query: PostQuery { terms: vec![filter], ..types(cx) }, page: page.max(1), list, base })
}

fn author(cx: &Context<'_>, id: UserId, page: usize, depends: &mut Depends) -> Option<Plan> {
    let user = cx.site.user(id)?;
    depends.on(Tag::AuthorPosts(id.0));
    let author = cx.author(id, depends)?;
    let base = cx.site.author_path(&user);
    let list = view::List {
        kind: view::ListKind::Author,
        title: author.name.clone(),
        description_html: crate::render::content::excerpt_html(&author.description),
        rss_url: Some(feed_url(cx, &base)),
        author: Some(author),
        ..view::List::default()
    };
    let kind = Kind::Author { id: id.0, slug: user.slug };
    let query = PostQuery { authors: vec![id], ..PostQuery::default() };
    Some(Plan { kind, query, page: page.max(1), list, base })
}

fn date(
    cx: &Context<'_>,
    (year, month, day): (i16, Option<i8>, Option<i8>),
    page: usize,
    depends: &mut Depends,
) -> Plan {
    let (kind, title, tag) = match (month, day) {
        (None, _) => (view::ListKind::Year, year.to_string(), format!("{year:04}")),
        (Some(month), None) => {
            (view::ListKind::Month, format!("{} {year}", month_name(month)), format!("{year:04}-{month:02}"))
        }
        (Some(month), Some(day)) => (
            view::ListKind::Day,
            format!("{} {day}, {year}", month_name(month)),
            format!("{year:04}-{month:02}-{day:02}"),
        ),
    };
    depends.on(Tag::Date(tag));
    let query = PostQuery { year: Some(year), month, day, ..PostQuery::default() };
    let list = view::List { kind, title, ..view::List::default() };
    Plan { kind: Kind::Date, query, page: page.max(1), list, base: cx.date_path(year, month, day) }
}

fn type_archive(cx: &Context<'_>, post_type: &PostType, page: usize, depends: &mut Depends) -> Option<Plan> {
    let info = cx.settings().types.post_type(post_type.name())?;
    depends.on(Tag::Posts(info.name.clone()));
    let base = cx.site.type_archive_path(post_type);
    let list = view::List {
        kind: view::ListKind::PostType,
        title: info.label.clone(),
        rss_url: Some(feed_url(cx, &base)),
        ..view::List::default()
    };
    let query = PostQuery { types: vec![post_type.clone()], ..PostQuery::default() };
    Some(Plan { kind: Kind::PostTypeArchive { post_type: info.name.clone() }, query, page: page.max(1), list, base })
}

fn search(cx: &Context<'_>, text: &str, page: usize, depends: &mut Depends) -> Plan {
    depends.on(Tag::AnyPost);
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let query = PostQuery {
        search: Some(text.to_owned()),
        order_by: crate::index::OrderBy::Relevance,
        types: public_types(cx),
        ..PostQuery::default()
    };
    let list = view::List {
        kind: view::ListKind::Search,
        title: text.to_owned(),
        query: text.to_owned(),
        ..view::List::default()
    };
    Plan { kind: Kind::Search, query, page: page.max(1), list, base: format!("/?s={encoded}") }
}

/// Term archives list posts and public custom types.
fn types(cx: &Context<'_>) -> PostQuery {
    let types = public_types(cx).into_iter().filter(|kind| !matches!(kind, PostType::Page)).collect();
    PostQuery { types, ..PostQuery::default() }
}

fn public_types(cx: &Context<'_>) -> Vec<PostType> {
    let custom = cx.settings().types.custom_types.iter().filter(|info| info.public);
    let custom = custom.map(|info| PostType::Custom(info.name.as_str().into()));
    [PostType::Post, PostType::Page].into_iter().chain(custom).collect()
}

/// The feed of the list at `base`.
pub fn feed_url(cx: &Context<'_>, base: &str) -> String {
    match base.contains('?') {
        true => cx.url(&format!("{base}&feed=rss2")),
        false => cx.url(&format!("{}/feed/", base.trim_end_matches('/'))),
    }
}
