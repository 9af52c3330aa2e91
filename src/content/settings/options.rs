//! Settings from options. WordPress keeps numbers and flags as text and so do imports: both forms are read.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Front, ImageSizes, Settings};
use crate::content::{PostId, TermId, types::Types};

/// Options as `read` has them, over the defaults.
struct Options<F>(F);

impl Settings {
    /// The settings that the options say; an option that is absent or no use has its default.
    pub fn from_options(read: impl Fn(&str) -> Option<Value>) -> Self {
        let default = Self::default();
        let options = Options(read);
        let home = options.url("home").or_else(|| options.url("siteurl")).unwrap_or(default.home);
        Self {
            title: options.text("blogname", default.title),
            tagline: options.text("blogdescription", default.tagline),
            site_url: options.url("siteurl").unwrap_or_else(|| home.clone()),
            home,
            admin_email: options.text("admin_email", default.admin_email),
            locale: options.text("WPLANG", default.locale),
            time_zone: options.text("timezone_string", default.time_zone),
            gmt_offset_minutes: options.offset("gmt_offset").unwrap_or(default.gmt_offset_minutes),
            date_format: options.text("date_format", default.date_format),
            time_format: options.text("time_format", default.time_format),
            start_of_week: options.number("start_of_week", default.start_of_week),
            posts_per_page: options.count("posts_per_page", default.posts_per_page),
            posts_per_rss: options.count("posts_per_rss", default.posts_per_rss),
            rss_use_excerpt: options.flag("rss_use_excerpt", default.rss_use_excerpt),
            permalink_structure: options.text("permalink_structure", default.permalink_structure),
            category_base: options.text("category_base", default.category_base),
            tag_base: options.text("tag_base", default.tag_base),
            front: options.front(),
            default_category: options.id("default_category").map_or(default.default_category, TermId),
            default_post_format: options.format("default_post_format"),
            default_comments_open: options.open("default_comment_status", default.default_comments_open),
            default_pings_open: options.open("default_ping_status", default.default_pings_open),
            comment_moderation: options.flag("comment_moderation", default.comment_moderation),
            comments_need_name_email: options.flag("require_name_email", default.comments_need_name_email),
            comment_registration: options.flag("comment_registration", default.comment_registration),
            thread_comments: options.flag("thread_comments", default.thread_comments),
            thread_comments_depth: options.number("thread_comments_depth", default.thread_comments_depth),
            page_comments: options.flag("page_comments", default.page_comments),
            comments_per_page: options.count("comments_per_page", default.comments_per_page),
            comment_order_ascending: options.text("comment_order", String::new()) != "desc",
            use_smilies: options.flag("use_smilies", default.use_smilies),
            search_engines_welcome: options.flag("blog_public", default.search_engines_welcome),
            users_can_register: options.flag("users_can_register", default.users_can_register),
            default_role: options.text("default_role", default.default_role),
            show_avatars: options.flag("show_avatars", default.show_avatars),
            uploads_by_month: options.flag("uploads_use_yearmonth_folders", default.uploads_by_month),
            image_sizes: options.image_sizes(default.image_sizes),
            site_icon: options.id("site_icon").map(PostId),
            site_logo: options.id("site_logo").map(PostId),
            menu_locations: options.menu_locations(),
            theme: options.text("stylesheet", default.theme),
            sticky_posts_on_front: options.flag("sticky_posts_on_front", default.sticky_posts_on_front),
            types: options.raw("bucketpress_types").map_or_else(Types::default, |value| Types::from_option(&value)),
        }
    }
}

impl<F: Fn(&str) -> Option<Value>> Options<F> {
    fn raw(&self, name: &str) -> Option<Value> {
        (self.0)(name)
    }

    /// Text, or a number or flag as WordPress would write it.
    fn read(&self, name: &str) -> Option<String> {
        match self.raw(name)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(if flag { "1" } else { "" }.to_owned()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn text(&self, name: &str, default: String) -> String {
        self.read(name).unwrap_or(default)
    }

    fn url(&self, name: &str) -> Option<String> {
        self.read(name).map(|url| url.trim_end_matches('/').to_owned()).filter(|url| !url.is_empty())
    }

    fn number<N: std::str::FromStr>(&self, name: &str, default: N) -> N {
        self.read(name).and_then(|text| text.trim().parse().ok()).unwrap_or(default)
    }

    /// A page length: at least one.
    fn count(&self, name: &str, default: usize) -> usize {
        Some(self.number(name, default)).filter(|count| *count > 0).unwrap_or(default)
    }

    /// PHP's truth: all but nothing and zero.
    fn flag(&self, name: &str, default: bool) -> bool {
        self.read(name).map_or(default, |text| !matches!(text.trim(), "" | "0" | "false"))
    }

    fn open(&self, name: &str, default: bool) -> bool {
        self.read(name).map_or(default, |text| text == "open")
    }

    /// An id; 0 is none.
    fn id(&self, name: &str) -> Option<u64> {
        self.read(name)?.trim().parse().ok().filter(|id| *id > 0)
    }

    /// WordPress writes `0` for the standard format.
    fn format(&self, name: &str) -> String {
        self.read(name).filter(|format| format != "0" && format != "standard").unwrap_or_default()
    }

    /// Hours, halves and quarters included, in minutes.
    fn offset(&self, name: &str) -> Option<i32> {
        let hours: f64 = self.read(name)?.trim().parse().ok()?;
        let in_range = (-26.0..=26.0).contains(&hours);
        #[expect(clippy::cast_possible_truncation, reason = "at most 1,560 minutes either way")]
        in_range.then(|| (hours * 60.0).round() as i32)
    }

    fn front(&self) -> Front {
        let (front, posts) = (self.id("page_on_front").map(PostId), self.id("page_for_posts").map(PostId));
        if self.read("show_on_front").as_deref() == Some("page") && (front.is_some() || posts.is_some()) {
            Front::Page { front, posts }
        } else {
            Front::Posts
        }
    }

    fn image_sizes(&self, default: ImageSizes) -> ImageSizes {
        let size = |name: &str, default: (u32, u32)| {
            let side = |side, default| self.number(&format!("{name}_size_{side}"), default);
            (side("w", default.0), side("h", default.1))
        };
        ImageSizes {
            thumbnail: size("thumbnail", default.thumbnail),
            thumbnail_crop: self.flag("thumbnail_crop", default.thumbnail_crop),
            medium: size("medium", default.medium),
            medium_large: size("medium_large", default.medium_large),
            large: size("large", default.large),
        }
    }

    fn menu_locations(&self) -> BTreeMap<String, TermId> {
        let Some(Value::Object(locations)) = self.raw("nav_menu_locations") else { return BTreeMap::new() };
        let id = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok()).filter(|id| *id > 0);
        locations.into_iter().filter_map(|(name, value)| Some((name, TermId(id(&value)?)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(options: &Value) -> Settings {
        Settings::from_options(|name| options.get(name).cloned())
    }

    #[test]
    fn nothing_is_the_defaults() {
        assert_eq!(settings(&json!({})), Settings::default());
    }

    #[test]
    fn text_and_json_forms_say_the_same() {
        let text = json!({
            "home": "https://example.org/blog/", "posts_per_page": "5", "blog_public": "0", "gmt_offset": "-9.5",
            "show_on_front": "page", "page_on_front": "7", "page_for_posts": "0", "default_ping_status": "closed",
            "nav_menu_locations": {"primary": "3", "footer": 0}, "default_post_format": "0", "thumbnail_size_w": "64",
        });
        let typed = json!({
            "home": "https://example.org/blog", "posts_per_page": 5, "blog_public": false, "gmt_offset": -9.5,
            "show_on_front": "page", "page_on_front": 7, "page_for_posts": 0, "default_ping_status": "closed",
            "nav_menu_locations": {"primary": 3}, "thumbnail_size_w": 64,
        });
        assert_eq!(settings(&text), settings(&typed));
        let settings = settings(&text);
        assert_eq!(settings.site_url, "https://example.org/blog");
        assert_eq!(settings.posts_per_page, 5);
        assert!(!settings.search_engines_welcome);
        assert_eq!(settings.gmt_offset_minutes, -570);
        assert_eq!(settings.front, Front::Page { front: Some(PostId(7)), posts: None });
        assert_eq!(settings.menu_locations, BTreeMap::from([("primary".to_owned(), TermId(3))]));
        assert_eq!(settings.image_sizes.thumbnail, (64, 150));
        assert_eq!(settings.default_post_format, "");
    }

    #[test]
    fn what_makes_no_sense_is_the_default() {
        let settings =
            settings(&json!({"posts_per_page": "many", "posts_per_rss": "0", "gmt_offset": "1e9", "home": ""}));
        assert_eq!(settings, Settings::default());
    }
}
