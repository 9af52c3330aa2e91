//! Sitemaps, from memory alone. Which files there are, the index says (`Site::sitemap_parts`).

use super::{
    context::{Context, Depends},
    load::Body,
};
use crate::{
    cache::Tag,
    content::{PostType, Taxonomy},
    index::{OrderBy, PostQuery, SITEMAP_URLS_MAX, SitemapPart, Target},
    render::sitemap::{self, CONTENT_TYPE, Entry},
};

/// `None` for a file that would be empty, or where search engines are not welcome.
pub fn body(cx: &Context<'_>, part: &SitemapPart, depends: &mut Depends) -> Option<Body> {
    depends.on(Tag::AnyPost);
    if !cx.site.has_sitemap(part, cx.now) {
        return None;
    }
    let style = cx.url("/wp-sitemap.css");
    let text = match part {
        SitemapPart::Index => sitemap::index(&files(cx), &style),
        SitemapPart::Posts { post_type, page } => {
            sitemap::urls(&posts(cx, &PostType::from_name(post_type), *page), &style)
        }
        SitemapPart::Terms { taxonomy, page } => {
            let terms = cx.site.sitemap_terms(&Taxonomy::new(taxonomy), cx.now);
            sitemap::urls(&plain(cx, terms.iter().map(|term| cx.site.term_path(term)), *page), &style)
        }
        SitemapPart::Users { page } => {
            let users = cx.site.sitemap_users(cx.now);
            sitemap::urls(&plain(cx, users.iter().map(|user| cx.site.author_path(user)), *page), &style)
        }
    };
    Some(Body { status: 200, content_type: CONTENT_TYPE, text })
}

fn files(cx: &Context<'_>) -> Vec<Entry> {
    let paths = cx.site.sitemap_parts(cx.now).into_iter().map(Target::Sitemap);
    let paths = paths.filter_map(|file| cx.site.target_path(&file));
    paths.map(|path| Entry { url: cx.url(&path), modified: None }).collect()
}

fn posts(cx: &Context<'_>, post_type: &PostType, page: u32) -> Vec<Entry> {
    let query = PostQuery {
        types: vec![post_type.clone()],
        order_by: OrderBy::Id,
        ascending: true,
        offset: offset(page),
        limit: SITEMAP_URLS_MAX,
        ..PostQuery::default()
    };
    let posts = cx.site.posts(&query, cx.now).ids.into_iter().filter_map(|id| cx.site.post(id));
    let entries = posts
        .map(|post| Entry { url: cx.site.permalink(&post), modified: Some(cx.dates.from_utc(post.modified_gmt).iso) });
    let home = (page <= 1 && cx.site.sitemap_has_home(post_type)).then(|| Entry { url: cx.url("/"), modified: None });
    home.into_iter().chain(entries).collect()
}

/// One file's share of some addresses.
fn plain(cx: &Context<'_>, paths: impl Iterator<Item = String>, page: u32) -> Vec<Entry> {
    let paths = paths.skip(offset(page)).take(SITEMAP_URLS_MAX);
    paths.map(|path| Entry { url: cx.url(&path), modified: None }).collect()
}

fn offset(page: u32) -> usize {
    (page.max(1) as usize - 1) * SITEMAP_URLS_MAX
}
