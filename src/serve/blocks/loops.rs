//! Query loops: the blocks of a template, once for each post found.

use serde_json::{Value, json};

use super::{Scene, discussion::Template, facts, patterns, with_attribute};
use crate::{
    cache::{LoadError, Tag},
    content::{ContentFormat, Post, PostId, PostType, Revision, Taxonomy, TermId, UserId},
    index::{OrderBy, PostQuery, TermFilter, TermOperator},
    render::{
        content::{
            blocks::{self, Delimiter, Kind},
            dynamic::{self, Attributes, Paged},
        },
        escape,
        view::Pagination,
    },
    serve::{context::Depends, key, select},
};

/// Loops in one post's content; what follows is shown without posts.
const LOOPS_MAX: usize = 20;
const POSTS_MAX: u64 = 100;
/// More are not linked to, nor shown.
const PAGES_MAX: usize = key::LOOP_PAGE_MAX;

/// `content` with its loops unrolled. A loop within a loop shows nothing.
pub async fn expand(scene: &Scene<'_>, content: &str, depends: &mut Depends) -> String {
    if !content.contains("wp:query ") && !content.contains("wp:core/query ") {
        return content.to_owned();
    }
    let all: Vec<Delimiter<'_>> = blocks::delimiters(content).collect();
    let mut out = String::with_capacity(content.len() * 2);
    let mut from = 0;
    let mut at = 0;
    let mut loops = 0;
    while let Some(block) = all.get(at) {
        at += 1;
        if block.kind != Kind::Open || dynamic::short_name(block) != "query" || loops == LOOPS_MAX {
            continue;
        }
        let Some(end) = closer(&all, at) else { break };
        loops += 1;
        let found = Found::of(scene, block, depends).await;
        let inside = all.get(at..end).unwrap_or_default();
        out.push_str(content.get(from..block.end).unwrap_or_default());
        from = all.get(end).map_or(content.len(), |close| close.start);
        unroll(scene, content, inside, (block.end, from), &found, &mut out, depends);
        at = end;
    }
    out.push_str(content.get(from..).unwrap_or_default());
    out
}

/// Where the block that was opened before `at` is closed.
pub(super) fn closer(all: &[Delimiter<'_>], at: usize) -> Option<usize> {
    let name = dynamic::short_name(all.get(at.checked_sub(1)?)?);
    let mut depth = 1_usize;
    for (place, block) in all.iter().enumerate().skip(at) {
        match block.kind {
            Kind::Open if dynamic::short_name(block) == name => depth += 1,
            Kind::Close if dynamic::short_name(block) == name => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(place);
        }
    }
    None
}

/// What stands between a query's comments: templates once for each post, the note for no results only without any.
fn unroll(
    scene: &Scene<'_>,
    content: &str,
    inside: &[Delimiter<'_>],
    (mut from, end): (usize, usize),
    found: &Found,
    out: &mut String,
    depends: &mut Depends,
) {
    let posts = found.posts.as_slice();
    let mut at = 0;
    while let Some(block) = inside.get(at) {
        at += 1;
        let name = dynamic::short_name(block);
        if block.kind == Kind::Void && name == "query-total" {
            out.push_str(content.get(from..block.start).unwrap_or_default());
            out.push_str(&dynamic::query_total(Attributes(&block.value()), found.total, found.range()));
            from = block.end;
            continue;
        }
        if block.kind != Kind::Open
            || !matches!(name, "post-template" | "query-no-results" | "query-pagination" | "query")
        {
            continue;
        }
        let Some(close) = closer(inside, at) else { break };
        let Some(closed) = inside.get(close) else { break };
        out.push_str(content.get(from..block.start).unwrap_or_default());
        let inner = content.get(block.end..closed.start).unwrap_or_default();
        match name {
            "post-template" if !posts.is_empty() => {
                // its comment stays for the classes of its layout
                out.push_str(content.get(block.start..block.end).unwrap_or_default());
                out.push_str(&template(scene, block, inner, posts, depends));
                out.push_str(content.get(closed.start..closed.end).unwrap_or_default());
            }
            "query-pagination" if found.pages.total > 1 => out.push_str(&found.links(&block.value(), inner)),
            "query-no-results" if posts.is_empty() => out.push_str(inner),
            _ => {}
        }
        from = closed.end;
        at = close + 1;
    }
    out.push_str(content.get(from..end).unwrap_or_default());
}

fn template(scene: &Scene<'_>, block: &Delimiter<'_>, inner: &str, posts: &[Post], depends: &mut Depends) -> String {
    let value = block.value();
    let items = posts.iter().map(|post| {
        let classes = escape::html(&facts::of(scene, post, None, depends).classes);
        format!("<li class=\"wp-block-post {classes}\">{}</li>", bound_to(inner, post.id))
    });
    let items: String = items.collect();
    format!("<ul{}>{items}</ul>", Attributes(&value).outer("post-template", &[]))
}

/// A template whose blocks show this post.
fn bound_to(template: &str, post: PostId) -> String {
    let mut out = String::with_capacity(template.len() * 2);
    let mut from = 0;
    for block in blocks::delimiters(template).filter(|block| block.kind == Kind::Void) {
        let name = dynamic::short_name(&block);
        if name.starts_with("post-") || name == "read-more" {
            out.push_str(template.get(from..block.start).unwrap_or_default());
            out.push_str(&with_attribute(&block, "postId", post.0));
            from = block.end;
        }
    }
    out.push_str(template.get(from..).unwrap_or_default());
    out
}

/// Whether `content` has a loop whose pages are asked for by `name`, and that has a page `page`.
///
/// # Errors
/// When content that blocks name cannot be had.
pub async fn page_exists(scene: &Scene<'_>, revision: &Revision, name: &str, page: usize) -> Result<bool, LoadError> {
    if revision.format != ContentFormat::Html {
        return Ok(false);
    }
    let content = patterns::expand(scene, &revision.content, &mut Depends::default()).await?;
    let loops = blocks::delimiters(&content)
        .filter(|block| block.kind == Kind::Open && dynamic::short_name(block) == "query")
        .take(LOOPS_MAX);
    for block in loops {
        let value = block.value();
        if parameter(&value) == name {
            let found = Found::page(scene, &value, page, &mut Depends::default()).await;
            return Ok(found.pages.current == page && !found.posts.is_empty());
        }
    }
    Ok(false)
}

/// The query variable that turns the pages of a loop.
fn parameter(attributes: &Value) -> String {
    match Attributes(attributes).number("queryId") {
        Some(number) => format!("query-{number}-page"),
        None => "query-page".to_owned(),
    }
}

/// What a loop shows.
struct Found {
    posts: Vec<Post>,
    /// Of all pages.
    total: usize,
    per_page: usize,
    pages: Pagination,
}

impl Found {
    async fn of(scene: &Scene<'_>, block: &Delimiter<'_>, depends: &mut Depends) -> Self {
        let value = block.value();
        let parameter = parameter(&value);
        let asked = scene.asked.request.and_then(|request| key::loop_page(&request.query));
        let asked = asked.filter(|(name, _)| *name == parameter);
        Self::page(scene, &value, asked.map_or(1, |(_, page)| page), depends).await
    }

    async fn page(scene: &Scene<'_>, attributes: &Value, page: usize, depends: &mut Depends) -> Self {
        let asked = attributes.get("query").cloned().unwrap_or_else(|| json!({ "inherit": true }));
        if Attributes(&asked).flag("inherit", false) {
            return Self::main(scene, depends);
        }
        let mut query = query(scene, Attributes(&asked), depends);
        let skipped = query.offset;
        query.offset = (page - 1).saturating_mul(query.limit).saturating_add(skipped);
        let found = select::posts(scene.site, &query, scene.now).await;
        let posts = found.ids.into_iter().filter_map(|id| scene.site.post(id)).collect();
        let total = found.total.saturating_sub(skipped);
        let most = Attributes(&asked).number("pages").filter(|pages| *pages > 0);
        let pages = total.div_ceil(query.limit.max(1)).min(PAGES_MAX);
        let pages = most.and_then(|most| usize::try_from(most).ok()).map_or(pages, |most| pages.min(most));
        let own = scene.post.map(|post| scene.site.permalink(post)).unwrap_or_default();
        let own = scene.asked.url.clone().unwrap_or(own);
        let (parameter, mark) = (parameter(attributes), if own.contains('?') { '&' } else { '?' });
        let url = |number: usize| match number {
            1 => own.clone(),
            number => format!("{own}{mark}{parameter}={number}"),
        };
        Self { posts, total, per_page: query.limit, pages: Pagination::new(page, pages, url) }
    }

    /// What the page lists itself. Its pages, if it has any, are turned by its own links.
    fn main(scene: &Scene<'_>, depends: &mut Depends) -> Self {
        let posts: Vec<Post> = scene.main_list().into_iter().filter_map(|id| scene.site.post(id)).collect();
        for post in &posts {
            depends.on(Tag::Post(post.id));
        }
        let total = posts.len();
        Self { posts, total, per_page: total, pages: Pagination::new(1, 1, |_| String::new()) }
    }

    /// Places of the first and the last post that is shown, counted from 1.
    fn range(&self) -> (usize, usize) {
        let before = (self.pages.current - 1) * self.per_page;
        (before + 1, before + self.posts.len())
    }

    /// The block `query-pagination` with what is in it.
    fn links(&self, outer: &Value, inner: &str) -> String {
        let outer = Attributes(outer);
        let link = |name: &str, own: &Value| Paged::Loop.link(name, Attributes(own), outer, &self.pages);
        Paged::Loop.around(outer, &Template::read(inner).filled(link))
    }
}

fn query(scene: &Scene<'_>, asked: Attributes<'_>, depends: &mut Depends) -> PostQuery {
    let types = &scene.site.settings().types;
    let named = Some(asked.text("postType")).filter(|name| types.post_type(name).is_some_and(|info| info.public));
    let post_type = PostType::from_name(named.unwrap_or("post"));
    depends.on(Tag::Posts(post_type.name().to_owned()));
    let search = Some(asked.text("search")).filter(|text| !text.is_empty()).map(str::to_owned);
    let per_page = scene.site.settings().posts_per_page;
    let limit = match asked.number("perPage") {
        Some(number) => usize::try_from(number.clamp(1, POSTS_MAX)).unwrap_or(per_page),
        None => per_page,
    };
    PostQuery {
        types: vec![post_type],
        authors: numbers(asked.get("author")).into_iter().map(UserId).collect(),
        exclude: numbers(asked.get("exclude")).into_iter().map(PostId).collect(),
        parents: numbers(asked.get("parents")).into_iter().map(PostId).collect(),
        terms: term_filters(asked),
        sticky: match asked.text("sticky") {
            "only" => Some(true),
            "exclude" => Some(false),
            _ => None,
        },
        order_by: match (asked.text("orderBy"), &search) {
            ("title", _) => OrderBy::Title,
            ("modified", _) => OrderBy::Modified,
            ("menu_order", _) => OrderBy::MenuOrder,
            (_, Some(_)) => OrderBy::Relevance,
            _ => OrderBy::Date,
        },
        ascending: asked.text("order").eq_ignore_ascii_case("asc"),
        search,
        offset: usize::try_from(asked.number("offset").unwrap_or(0)).unwrap_or(0),
        limit,
        ..PostQuery::default()
    }
}

/// A number, a list of them, or text with commas between them.
fn numbers(value: Option<&Value>) -> Vec<u64> {
    match value {
        Some(Value::Array(items)) => items.iter().flat_map(|item| numbers(Some(item))).collect(),
        Some(Value::String(text)) => text.split(',').filter_map(|part| part.trim().parse().ok()).collect(),
        Some(number) => number.as_u64().into_iter().collect(),
        None => Vec::new(),
    }
}

/// `taxQuery`, and the two older attributes for categories and tags.
fn term_filters(asked: Attributes<'_>) -> Vec<TermFilter> {
    let mut wanted: Vec<(String, Vec<u64>)> = Vec::new();
    for (attribute, taxonomy) in [("categoryIds", "category"), ("tagIds", "post_tag")] {
        wanted.push((taxonomy.to_owned(), numbers(asked.get(attribute))));
    }
    let queries = asked.get("taxQuery").map(|query| query.get("include").unwrap_or(query));
    for (taxonomy, ids) in queries.and_then(Value::as_object).into_iter().flatten() {
        wanted.push((taxonomy.clone(), numbers(Some(ids))));
    }
    let filter = |(taxonomy, ids): (String, Vec<u64>)| TermFilter {
        taxonomy: Taxonomy::new(&taxonomy),
        terms: ids.into_iter().map(TermId).collect(),
        with_children: true,
        operator: TermOperator::Any,
    };
    wanted.into_iter().filter(|(_, ids)| !ids.is_empty()).map(filter).collect()
}
