//! Lists of posts: home, archives, search results.

use super::{
    card,
    context::{Context, Depends},
    load::{self, Body},
    select,
};
use crate::{
    cache::{PageError, Tag},
    content::{Post, PostType, Taxonomy, Term, TermId, UserId, settings::Front},
    index::{FeedKind, OrderBy, PostQuery, Selection, Target},
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
    pub query: PostQuery,
    pub page: usize,
    /// The page links to a feed of its own.
    pub has_feed: bool,
    pub list: view::List,
}

impl Plan {
    fn new(cx: &Context<'_>, target: &Target, page: u32, kind: Kind, list: view::List) -> Option<Self> {
        let query = cx.site.list_query(target)?;
        Some(Self { kind, query, page: page.max(1) as usize, has_feed: true, list })
    }
}

/// Builds the list `target` names; at most one object per entry is read, in parallel. An absent page is not found.
pub async fn page(cx: &Context<'_>, target: &Target, depends: &mut Depends) -> Result<Option<Body>, PageError> {
    let Some(plan) = plan(cx, target, depends) else { return Ok(None) };
    let first = target.clone().at_page(1).unwrap_or(Target::NotFound);
    let feed = Target::Feed { of: Box::new(first), kind: FeedKind::Rss2 };
    let rss_url = cx.site.target_path(&feed).filter(|_| plan.has_feed).map(|path| cx.url(&path));
    let per_page = cx.settings().posts_per_page.clamp(1, PER_PAGE_MAX);
    let query = PostQuery { limit: per_page, offset: (plan.page - 1) * per_page, ..plan.query };
    let Selection { ids, total } = select::posts(cx.site, &query, cx.now).await;
    let pages = total.div_ceil(per_page).max(1);
    if plan.page > pages {
        return Ok(None);
    }
    let posts: Vec<Post> = ids.into_iter().filter_map(|id| cx.site.post(id)).collect();
    let bodies = load::revisions(cx.app, &posts, card::needs_body).await?;
    let entries = posts.iter().zip(&bodies).map(|(post, body)| card::card(cx, post, body.as_ref(), depends)).collect();
    let pagination = view::Pagination::new(plan.page, pages, |number| page_url(cx, target, number));
    let list = view::List { entries, total, pagination, rss_url, ..plan.list };
    let canonical = page_url(cx, target, plan.page);
    load::themed(cx, &plan.kind, &view::View::list(cx.shown.clone(), canonical, list), 200).map(Some)
}

/// `None` for what is not a list, or names nothing.
pub fn plan(cx: &Context<'_>, target: &Target, depends: &mut Depends) -> Option<Plan> {
    match target {
        Target::Home { page } => home(cx, target, *page, depends),
        Target::Term { taxonomy, term, page } => term_list(cx, target, taxonomy, *term, *page, depends),
        Target::Author { user, page } => author(cx, target, *user, *page, depends),
        Target::Date { year, month, day, page } => date(cx, target, (*year, *month, *day), *page, depends),
        Target::TypeArchive { post_type, page } => type_archive(cx, target, post_type, *page, depends),
        Target::Search { text, page } => search(cx, target, text, *page, depends),
        Target::FrontPage { .. }
        | Target::Singular { .. }
        | Target::Embed { .. }
        | Target::Feed { .. }
        | Target::CommentsFeed { .. }
        | Target::Sitemap(_)
        | Target::Robots
        | Target::Redirect { .. }
        | Target::NotFound => None,
    }
}

/// Address of page `number` of the list.
fn page_url(cx: &Context<'_>, target: &Target, number: usize) -> String {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let page = target.clone().at_page(number);
    cx.url(&page.and_then(|page| cx.site.target_path(&page)).unwrap_or_else(|| "/".to_owned()))
}

fn home(cx: &Context<'_>, target: &Target, page: u32, depends: &mut Depends) -> Option<Plan> {
    depends.on(Tag::Posts("post".to_owned()));
    let months = cx.site.archive_months(cx.now).into_iter().take(MONTHS).map(|(year, month, count)| view::Archive {
        title: format!("{} {year}", month_name(month)),
        url: cx.url(&cx.site.date_path(year, Some(month), None)),
        count,
    });
    let front = cx.settings().front == Front::Posts;
    let title = match cx.settings().front {
        Front::Page { posts: Some(id), .. } if !front => {
            depends.on(Tag::Post(id));
            cx.site.post(id).map(|post| crate::render::title::text(&post.title)).unwrap_or_default()
        }
        _ => String::new(),
    };
    let list = view::List { title, months: months.collect(), ..view::List::default() };
    let plan = Plan::new(cx, target, page, Kind::Home { front }, list)?;
    let sticky_first = cx.settings().sticky_posts_on_front && page <= 1;
    Some(Plan { has_feed: false, query: PostQuery { sticky_first, ..plan.query }, ..plan })
}

fn term_list(
    cx: &Context<'_>,
    target: &Target,
    taxonomy: &Taxonomy,
    id: TermId,
    page: u32,
    depends: &mut Depends,
) -> Option<Plan> {
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
    let list = view::List {
        kind: list_kind,
        title: term.name.clone(),
        description_html: crate::render::content::excerpt_html(&term.description),
        children: children.iter().map(|child| cx.term(child, count(child))).collect(),
        term: Some(cx.term(&term, count(&term))),
        ..view::List::default()
    };
    Plan::new(cx, target, page, kind, list)
}

fn author(cx: &Context<'_>, target: &Target, id: UserId, page: u32, depends: &mut Depends) -> Option<Plan> {
    let user = cx.site.user(id)?;
    depends.on(Tag::AuthorPosts(id.0));
    let author = cx.author(id, depends)?;
    let list = view::List {
        kind: view::ListKind::Author,
        title: author.name.clone(),
        description_html: crate::render::content::excerpt_html(&author.description),
        author: Some(author),
        ..view::List::default()
    };
    let kind = Kind::Author { id: id.0, slug: user.slug };
    Plan::new(cx, target, page, kind, list)
}

fn date(
    cx: &Context<'_>,
    target: &Target,
    (year, month, day): (i16, Option<i8>, Option<i8>),
    page: u32,
    depends: &mut Depends,
) -> Option<Plan> {
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
    let list = view::List { kind, title, ..view::List::default() };
    let plan = Plan::new(cx, target, page, Kind::Date, list)?;
    Some(Plan { has_feed: false, ..plan })
}

fn type_archive(
    cx: &Context<'_>,
    target: &Target,
    post_type: &PostType,
    page: u32,
    depends: &mut Depends,
) -> Option<Plan> {
    let info = cx.settings().types.post_type(post_type.name())?;
    depends.on(Tag::Posts(info.name.clone()));
    let list = view::List { kind: view::ListKind::PostType, title: info.label.clone(), ..view::List::default() };
    Plan::new(cx, target, page, Kind::PostTypeArchive { post_type: info.name.clone() }, list)
}

fn search(cx: &Context<'_>, target: &Target, text: &str, page: u32, depends: &mut Depends) -> Option<Plan> {
    depends.on(Tag::AnyPost);
    let list = view::List {
        kind: view::ListKind::Search,
        title: text.to_owned(),
        query: text.to_owned(),
        ..view::List::default()
    };
    let plan = Plan::new(cx, target, page, Kind::Search, list)?;
    Some(Plan { has_feed: false, query: PostQuery { order_by: OrderBy::Relevance, ..plan.query }, ..plan })
}
