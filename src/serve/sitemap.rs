//! Sitemaps, from memory alone.

use super::{
    context::{Context, Depends},
    load::Body,
};
use crate::{
    cache::Tag,
    content::{PostType, Taxonomy, settings::Front},
    index::{OrderBy, PostQuery, SitemapPart},
    render::sitemap::{self, CONTENT_TYPE, Entry, URLS_PER_FILE},
};

/// `None` for a file that would be empty, or where search engines are not welcome.
pub fn body(cx: &Context<'_>, part: &SitemapPart, depends: &mut Depends) -> Option<Body> {
    depends.on(Tag::AnyPost);
    if !cx.settings().search_engines_welcome {
        return None;
    }
    let text = match part {
        SitemapPart::Index => sitemap::index(&files(cx)),
        SitemapPart::Posts { post_type, page } => posts(cx, &PostType::from_name(post_type), *page)?,
        SitemapPart::Terms { taxonomy, page } => terms(cx, &Taxonomy::new(taxonomy), *page)?,
        SitemapPart::Users { page } => users(cx, *page)?,
    };
    Some(Body { status: 200, content_type: CONTENT_TYPE, text })
}

fn files(cx: &Context<'_>) -> Vec<Entry> {
    let mut files = Vec::new();
    let mut add = |name: String, count: usize| {
        let pages = 1..=count.div_ceil(URLS_PER_FILE);
        files
            .extend(pages.map(|page| Entry { url: cx.url(&format!("/wp-sitemap-{name}-{page}.xml")), modified: None }));
    };
    for post_type in post_types(cx) {
        let query = PostQuery { types: vec![post_type.clone()], limit: 1, ..PostQuery::default() };
        add(format!("posts-{}", post_type.name()), cx.site.posts(&query, cx.now).total);
    }
    for taxonomy in taxonomies(cx) {
        add(format!("taxonomies-{}", taxonomy.name()), used_terms(cx, &taxonomy).len());
    }
    add("users".to_owned(), writers(cx).len());
    files
}

fn posts(cx: &Context<'_>, post_type: &PostType, page: u32) -> Option<String> {
    if !post_types(cx).contains(post_type) {
        return None;
    }
    let query = PostQuery {
        types: vec![post_type.clone()],
        order_by: OrderBy::Id,
        ascending: true,
        offset: offset(page),
        limit: URLS_PER_FILE,
        ..PostQuery::default()
    };
    let posts = cx.site.posts(&query, cx.now).ids.into_iter().filter_map(|id| cx.site.post(id));
    let mut entries: Vec<Entry> = posts
        .map(|post| Entry { url: cx.site.permalink(&post), modified: Some(cx.dates.from_utc(post.modified_gmt).iso) })
        .collect();
    if *post_type == PostType::Page && page <= 1 && cx.settings().front == Front::Posts {
        entries.insert(0, Entry { url: cx.url("/"), modified: None });
    }
    (!entries.is_empty()).then(|| sitemap::urls(&entries))
}

fn terms(cx: &Context<'_>, taxonomy: &Taxonomy, page: u32) -> Option<String> {
    let entries: Vec<Entry> = used_terms(cx, taxonomy)
        .into_iter()
        .skip(offset(page))
        .take(URLS_PER_FILE)
        .map(|term| Entry { url: cx.url(&cx.site.term_path(&term)), modified: None })
        .collect();
    let known = taxonomies(cx).contains(taxonomy);
    (known && !entries.is_empty()).then(|| sitemap::urls(&entries))
}

fn users(cx: &Context<'_>, page: u32) -> Option<String> {
    let writers = writers(cx).into_iter().skip(offset(page)).take(URLS_PER_FILE);
    let entries: Vec<Entry> =
        writers.map(|user| Entry { url: cx.url(&cx.site.author_path(&user)), modified: None }).collect();
    (!entries.is_empty()).then(|| sitemap::urls(&entries))
}

fn used_terms(cx: &Context<'_>, taxonomy: &Taxonomy) -> Vec<crate::content::Term> {
    let terms = cx.site.terms(taxonomy).into_iter();
    terms.filter(|term| cx.site.term_count(term.id, cx.now) > 0).collect()
}

fn writers(cx: &Context<'_>) -> Vec<crate::content::User> {
    cx.site.users().into_iter().filter(|user| cx.site.author_count(user.id, cx.now) > 0).collect()
}

fn post_types(cx: &Context<'_>) -> Vec<PostType> {
    let custom = cx.settings().types.custom_types.iter().filter(|info| info.public);
    let custom = custom.map(|info| PostType::Custom(info.name.as_str().into()));
    [PostType::Post, PostType::Page].into_iter().chain(custom).collect()
}

fn taxonomies(cx: &Context<'_>) -> Vec<Taxonomy> {
    let custom = cx.settings().types.custom_taxonomies.iter().filter(|info| info.public);
    let custom = custom.map(|info| Taxonomy::new(&info.name));
    ["category", "post_tag"].map(Taxonomy::new).into_iter().chain(custom).collect()
}

fn offset(page: u32) -> usize {
    (page.max(1) as usize - 1) * URLS_PER_FILE
}
