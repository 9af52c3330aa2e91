//! The site's name, addresses and menus as every page shows them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{context::Depends, menu, picture};
use crate::{
    cache::Tag,
    content::{PostId, Settings, settings::Front},
    index::Site,
    render::view,
};

/// Languages written from right to left, by their two or three letters.
const RIGHT_TO_LEFT: [&str; 10] = ["ar", "ary", "azb", "ckb", "fa", "he", "ps", "sd", "ug", "ur"];

/// The location themes show in their header.
const MAIN_MENU: &str = "primary";

/// `xmlrpc`: whether `/xmlrpc.php` answers.
pub fn view(site: &Site, now: Timestamp, xmlrpc: bool, depends: &mut Depends) -> view::Site {
    let settings = site.settings();
    let home = settings.home.trim_end_matches('/').to_owned();
    let address = |pretty: &str, plain: &str| {
        let path = if settings.permalink_structure.is_empty() { plain } else { pretty };
        format!("{home}{path}")
    };
    let language = language(settings);
    let primary = language.split('-').next().unwrap_or_default();
    let mut image = |id: Option<PostId>, size: &str| {
        let picture = picture::of(site, id?)?;
        depends.on(Tag::Post(PostId(picture.id)));
        Some(picture.image(size))
    };
    view::Site {
        title: settings.title.clone(),
        tagline: settings.tagline.clone(),
        base_path: base_path(&home),
        direction: if RIGHT_TO_LEFT.contains(&primary) { "rtl" } else { "ltr" }.to_owned(),
        rss_url: address("/feed/", "/?feed=rss2"),
        atom_url: address("/feed/atom/", "/?feed=atom"),
        comments_feed_url: address("/comments/feed/", "/?feed=comments-rss2"),
        api_url: address("/wp-json/", "/?rest_route=/"),
        xmlrpc_url: if xmlrpc { format!("{home}/xmlrpc.php") } else { String::new() },
        search_url: format!("{home}/"),
        posts_url: posts_url(site, &home),
        search_engines_welcome: settings.search_engines_welcome,
        logo: image(settings.site_logo, "full"),
        icon: image(settings.site_icon, "thumbnail"),
        menus: menus(site, &home, now, depends),
        year: year(site, now),
        language,
        home,
    }
}

fn menus(site: &Site, home: &str, now: Timestamp, depends: &mut Depends) -> BTreeMap<String, view::Menu> {
    let locations = &site.settings().menu_locations;
    let named = locations.iter().filter_map(|(location, term)| {
        let term = site.term(*term)?;
        let items = menu::items(site, term.id, home, now, depends);
        Some((location.clone(), view::Menu { name: term.name, items }))
    });
    let mut menus: BTreeMap<String, view::Menu> = named.collect();
    // As WordPress: a theme whose main menu nobody has chosen shows the pages.
    if !menus.contains_key(MAIN_MENU) {
        let items = menu::top_pages(site, now, depends);
        menus.insert(MAIN_MENU.to_owned(), view::Menu { name: "Pages".to_owned(), items });
    }
    menus
}

/// Of the newest public post, so that the page depends on no clock; 0 on an empty site.
fn year(site: &Site, now: Timestamp) -> i16 {
    site.archive_months(now).first().map_or(0, |(year, ..)| *year)
}

fn posts_url(site: &Site, home: &str) -> String {
    let page = match site.settings().front {
        Front::Page { posts: Some(id), .. } => site.post(id),
        Front::Page { posts: None, .. } | Front::Posts => None,
    };
    page.map_or_else(|| format!("{home}/"), |page| site.permalink(&page))
}

fn language(settings: &Settings) -> String {
    match settings.locale.as_str() {
        "" => "en-US".to_owned(),
        locale => locale.split('_').take(2).collect::<Vec<_>>().join("-"),
    }
}

/// `https://example.org/blog` → `/blog`
fn base_path(home: &str) -> String {
    let after_scheme = home.split_once("://").map_or(home, |(_, rest)| rest);
    after_scheme.split_once('/').map_or_else(String::new, |(_, path)| format!("/{}", path.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_languages() {
        assert_eq!(base_path("https://example.org"), "");
        assert_eq!(base_path("https://example.org/a/b"), "/a/b");
        let with = |locale: &str| language(&Settings { locale: locale.to_owned(), ..Settings::default() });
        assert_eq!([with(""), with("de_DE_formal"), with("ckb")], ["en-US", "de-DE", "ckb"]);
    }
}
