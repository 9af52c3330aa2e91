//! Navigation menus: posts of type `nav_menu_item` in a menu's term, as a tree.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use super::context::Depends;
use crate::{
    cache::Tag,
    content::{Post, PostId, PostType, TermId, settings::Front},
    index::{OrderBy, PostQuery, Site},
    render::{title, view},
};

/// Items of one menu, and levels of it; more are left out.
const ITEMS_MAX: usize = 500;
const DEPTH_MAX: usize = 10;
/// Pages in place of a menu: as many as a line of a header holds, of the first that are looked at.
const TOP_PAGES_MAX: usize = 7;
const TOP_PAGES_LOOKED_AT_MAX: usize = 200;

/// The items of `menu` under their parents, in menu order. Items that lead nowhere (any more) are left out with
/// all below them.
pub fn items(site: &Site, menu: TermId, home: &str, now: Timestamp, depends: &mut Depends) -> Vec<view::MenuItem> {
    depends.on(Tag::Term(menu.0));
    let posts: Vec<Post> = site.menu_items(menu).into_iter().take(ITEMS_MAX).collect();
    let known: HashSet<u64> = posts.iter().map(|post| post.id.0).collect();
    let mut below: BTreeMap<u64, Vec<&Post>> = BTreeMap::new();
    for post in &posts {
        let parent = number(post, "_menu_item_menu_item_parent").filter(|id| known.contains(id));
        below.entry(parent.unwrap_or(0)).or_default().push(post);
    }
    branch(site, &below, 0, 0, home, now, depends)
}

/// Public pages without a parent, in menu order, the static front page left out.
pub fn top_pages(site: &Site, now: Timestamp, depends: &mut Depends) -> Vec<view::MenuItem> {
    depends.on(Tag::Posts("page".to_owned()));
    let front = match site.settings().front {
        Front::Page { front, .. } => front,
        Front::Posts => None,
    };
    let query = PostQuery {
        types: vec![PostType::Page],
        order_by: OrderBy::MenuOrder,
        ascending: true,
        limit: TOP_PAGES_LOOKED_AT_MAX,
        ..PostQuery::default()
    };
    let pages = site.posts(&query, now).ids.into_iter().filter_map(|id| site.post(id));
    let top = pages.filter(|page| page.parent.is_none() && front != Some(page.id) && page.password.is_none());
    top.filter(|page| !page.title.trim().is_empty())
        .take(TOP_PAGES_MAX)
        .map(|page| view::MenuItem {
            title: title::text(&page.title),
            url: site.permalink(&page),
            target: String::new(),
            hint: String::new(),
            description: String::new(),
            classes: String::new(),
            children: Vec::new(),
        })
        .collect()
}

fn branch(
    site: &Site,
    below: &BTreeMap<u64, Vec<&Post>>,
    parent: u64,
    depth: usize,
    home: &str,
    now: Timestamp,
    depends: &mut Depends,
) -> Vec<view::MenuItem> {
    if depth >= DEPTH_MAX {
        return Vec::new();
    }
    let posts = below.get(&parent).map(Vec::as_slice).unwrap_or_default();
    let mut items = Vec::new();
    for post in posts {
        let Some((url, own_title)) = destination(site, post, home, now, depends) else { continue };
        let typed = title::text(&post.title);
        items.push(view::MenuItem {
            title: if typed.trim().is_empty() { own_title } else { typed },
            url,
            target: meta(post, "_menu_item_target").to_owned(),
            hint: post.excerpt.clone(),
            description: String::new(),
            classes: classes(meta(post, "_menu_item_classes")),
            children: branch(site, below, post.id.0, depth + 1, home, now, depends),
        });
    }
    items
}

/// Address and own title of what an item points at; `None` when that is gone or not public.
fn destination(
    site: &Site,
    item: &Post,
    home: &str,
    now: Timestamp,
    depends: &mut Depends,
) -> Option<(String, String)> {
    let object = number(item, "_menu_item_object_id");
    match meta(item, "_menu_item_type") {
        "post_type" => {
            let id = PostId(object?);
            depends.on(Tag::Post(id));
            let post = site.post(id).filter(|post| site.is_public(post, now))?;
            Some((site.permalink(&post), title::text(&post.title)))
        }
        "taxonomy" => {
            let id = TermId(object?);
            depends.on(Tag::Term(id.0));
            let term = site.term(id)?;
            Some((format!("{home}{}", site.term_path(&term)), term.name))
        }
        "post_type_archive" => {
            let name = meta(item, "_menu_item_object");
            let info = site.settings().types.custom_types.iter().find(|info| info.name == name && info.has_archive)?;
            let slug = if info.rewrite_slug.is_empty() { &info.name } else { &info.rewrite_slug };
            Some((format!("{home}/{slug}/"), info.label.clone()))
        }
        _ => {
            let url = meta(item, "_menu_item_url");
            (!url.is_empty()).then(|| (url.to_owned(), url.to_owned()))
        }
    }
}

fn meta<'a>(post: &'a Post, key: &str) -> &'a str {
    post.meta.iter().find(|entry| entry.key == key).map_or("", |entry| entry.value.as_str())
}

fn number(post: &Post, key: &str) -> Option<u64> {
    meta(post, key).parse().ok().filter(|number| *number != 0)
}

/// Class names out of a PHP-serialised list of strings: `a:1:{i:0;s:3:"big";}`.
fn classes(serialised: &str) -> String {
    let quoted = serialised.split('"').skip(1).step_by(2);
    let sane = |name: &&str| {
        !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
    };
    quoted.flat_map(str::split_whitespace).filter(sane).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::classes;

    #[test]
    fn class_names_come_out_of_php() {
        assert_eq!(classes("a:2:{i:0;s:3:\"big\";i:1;s:4:\"re-d\";}"), "big re-d");
        assert_eq!(classes("a:1:{i:0;s:0:\"\";}"), "");
        assert_eq!(classes("a:1:{i:0;s:9:\"x'><b a=b\";}"), "");
    }
}
