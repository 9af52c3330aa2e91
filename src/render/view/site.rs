//! The site as every page shows it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Image;

/// The same for all pages of one state of the site: build once per state, share.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Site {
    pub title: String,
    pub tagline: String,
    /// Absolute, without a trailing slash.
    pub home: String,
    /// Path of `home` without a trailing slash: empty, or `/blog`. Theme assets are below it.
    pub base_path: String,
    /// BCP 47: `en-US`.
    pub language: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// Absolute URLs.
    pub rss_url: String,
    pub atom_url: String,
    pub comments_feed_url: String,
    /// REST API root, `https://…/wp-json/`.
    pub api_url: String,
    /// `https://…/xmlrpc.php`; empty where it is turned off.
    pub xmlrpc_url: String,
    /// Target of search forms; the field is `s`.
    pub search_url: String,
    /// The page that lists posts; equal to `home` + `/` unless a static front page is set.
    pub posts_url: String,
    /// `blog_public`
    pub search_engines_welcome: bool,
    pub logo: Option<Image>,
    pub icon: Option<Image>,
    /// By theme location: `primary`, `footer`, `social`.
    pub menus: BTreeMap<String, Menu>,
    /// Year of the render state's newest post, for the colophon.
    pub year: i16,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Menu {
    pub name: String,
    pub items: Vec<MenuItem>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct MenuItem {
    pub title: String,
    /// Absolute, or as the editor typed it.
    pub url: String,
    /// `_blank` or empty.
    pub target: String,
    /// The title attribute; may be empty.
    pub hint: String,
    pub description: String,
    /// Extra CSS classes, separated by spaces.
    pub classes: String,
    pub children: Vec<MenuItem>,
}
