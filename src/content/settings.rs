//! The options every part of the site reads, typed; WordPress's names and defaults.
//! Options not listed here are kept and served raw by `Site::option`.

mod options;

use std::collections::BTreeMap;

use super::TermId;

#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `blogname`
    pub title: String,
    /// `blogdescription`
    pub tagline: String,
    /// `home`: the site's public URL without a trailing slash.
    pub home: String,
    /// `siteurl`; the same as `home` here.
    pub site_url: String,
    pub admin_email: String,
    /// `WPLANG`: `en_US` when empty.
    pub locale: String,
    /// `timezone_string`; empty means `gmt_offset` rules.
    pub time_zone: String,
    /// `gmt_offset`, in minutes.
    pub gmt_offset_minutes: i32,
    /// PHP date formats.
    pub date_format: String,
    pub time_format: String,
    /// 0 is Sunday.
    pub start_of_week: u8,
    pub posts_per_page: usize,
    pub posts_per_rss: usize,
    pub rss_use_excerpt: bool,
    /// `/%year%/%monthnum%/%day%/%postname%/`; empty: plain `?p=` links.
    pub permalink_structure: String,
    pub category_base: String,
    pub tag_base: String,
    pub front: Front,
    pub default_category: TermId,
    pub default_post_format: String,
    pub default_comments_open: bool,
    pub default_pings_open: bool,
    pub comment_moderation: bool,
    pub comments_need_name_email: bool,
    pub comment_registration: bool,
    pub thread_comments: bool,
    pub thread_comments_depth: u8,
    pub page_comments: bool,
    pub comments_per_page: usize,
    pub comment_order_ascending: bool,
    pub use_smilies: bool,
    /// `blog_public`: false asks search engines to stay away.
    pub search_engines_welcome: bool,
    pub users_can_register: bool,
    pub default_role: String,
    pub show_avatars: bool,
    pub uploads_by_month: bool,
    pub image_sizes: ImageSizes,
    pub site_icon: Option<super::PostId>,
    pub site_logo: Option<super::PostId>,
    /// `nav_menu_locations`: theme location → menu term.
    pub menu_locations: BTreeMap<String, TermId>,
    /// `stylesheet`: the theme's name.
    pub theme: String,
    pub sticky_posts_on_front: bool,
    /// Custom post types and taxonomies (option `bucketpress_types`), as `content::types` reads them.
    pub types: super::types::Types,
}

/// `show_on_front`, `page_on_front`, `page_for_posts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    Posts,
    Page { front: Option<super::PostId>, posts: Option<super::PostId> },
}

/// Pixels; 0 does not limit that side. The built-in 1536 and 2048 sizes are not settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageSizes {
    pub thumbnail: (u32, u32),
    pub thumbnail_crop: bool,
    pub medium: (u32, u32),
    pub medium_large: (u32, u32),
    pub large: (u32, u32),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            title: String::new(),
            tagline: String::new(),
            home: "http://127.0.0.1:8080".to_owned(),
            site_url: "http://127.0.0.1:8080".to_owned(),
            admin_email: String::new(),
            locale: String::new(),
            time_zone: String::new(),
            gmt_offset_minutes: 0,
            date_format: "F j, Y".to_owned(),
            time_format: "g:i a".to_owned(),
            start_of_week: 1,
            posts_per_page: 10,
            posts_per_rss: 10,
            rss_use_excerpt: false,
            permalink_structure: "/%year%/%monthnum%/%day%/%postname%/".to_owned(),
            category_base: String::new(),
            tag_base: String::new(),
            front: Front::Posts,
            default_category: TermId(1),
            default_post_format: String::new(),
            default_comments_open: true,
            default_pings_open: true,
            comment_moderation: false,
            comments_need_name_email: true,
            comment_registration: false,
            thread_comments: true,
            thread_comments_depth: 5,
            page_comments: false,
            comments_per_page: 50,
            comment_order_ascending: true,
            use_smilies: true,
            search_engines_welcome: true,
            users_can_register: false,
            default_role: "subscriber".to_owned(),
            show_avatars: true,
            uploads_by_month: true,
            image_sizes: ImageSizes {
                thumbnail: (150, 150),
                thumbnail_crop: true,
                medium: (300, 300),
                medium_large: (768, 0),
                large: (1024, 1024),
            },
            site_icon: None,
            site_logo: None,
            menu_locations: BTreeMap::new(),
            theme: "broadsheet".to_owned(),
            sticky_posts_on_front: true,
            types: super::types::Types::default(),
        }
    }
}
