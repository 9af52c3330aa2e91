//! The types and taxonomies every site has.

use std::sync::LazyLock;

use super::{TaxonomyInfo, TypeInfo};

static TYPES: LazyLock<[TypeInfo; 9]> = LazyLock::new(|| {
    let post = ["title", "editor", "author", "thumbnail", "excerpt", "trackbacks", "custom-fields", "comments"];
    let page = ["title", "editor", "author", "thumbnail", "page-attributes", "custom-fields", "comments", "revisions"];
    let template = ["title", "slug", "excerpt", "editor", "revisions", "author"];
    let texts = ["title", "editor", "revisions"];
    [
        TypeInfo {
            has_archive: false,
            supports: names(&[&post[..], &["revisions", "post-formats"]].concat()),
            taxonomies: names(&["category", "post_tag", "post_format"]),
            ..post_type("post", "Posts", "posts", true)
        },
        TypeInfo { hierarchical: true, supports: names(&page), ..post_type("page", "Pages", "pages", true) },
        TypeInfo {
            supports: names(&["title", "author", "comments"]),
            ..post_type("attachment", "Media", "media", true)
        },
        TypeInfo {
            supports: names(&["title", "editor"]),
            taxonomies: names(&["nav_menu"]),
            ..post_type("nav_menu_item", "Navigation Menu Items", "menu-items", false)
        },
        TypeInfo {
            supports: names(&["title", "excerpt", "editor", "revisions", "custom-fields"]),
            taxonomies: names(&["wp_pattern_category"]),
            ..post_type("wp_block", "Patterns", "blocks", false)
        },
        TypeInfo { supports: names(&template), ..post_type("wp_template", "Templates", "templates", false) },
        TypeInfo {
            supports: names(&template),
            ..post_type("wp_template_part", "Template Parts", "template-parts", false)
        },
        TypeInfo { supports: names(&texts), ..post_type("wp_global_styles", "Global Styles", "global-styles", false) },
        TypeInfo { supports: names(&texts), ..post_type("wp_navigation", "Navigation Menus", "navigation", false) },
    ]
});

static TAXONOMIES: LazyLock<[TaxonomyInfo; 7]> = LazyLock::new(|| {
    let hidden = |name, label, types: &[&str]| TaxonomyInfo {
        public: false,
        show_in_rest: false,
        ..taxonomy(name, label, name, types)
    };
    [
        TaxonomyInfo { hierarchical: true, ..taxonomy("category", "Categories", "categories", &["post"]) },
        TaxonomyInfo { rewrite_slug: "tag".to_owned(), ..taxonomy("post_tag", "Tags", "tags", &["post"]) },
        TaxonomyInfo { public: false, ..taxonomy("nav_menu", "Navigation Menus", "menus", &["nav_menu_item"]) },
        TaxonomyInfo {
            public: false,
            ..taxonomy("wp_pattern_category", "Pattern Categories", "wp_pattern_category", &["wp_block"])
        },
        TaxonomyInfo {
            rewrite_slug: "type".to_owned(),
            show_in_rest: false,
            ..taxonomy("post_format", "Formats", "post_format", &["post"])
        },
        hidden("wp_theme", "Themes", &["wp_template", "wp_template_part", "wp_global_styles"]),
        hidden("wp_template_part_area", "Template Part Areas", &["wp_template_part"]),
    ]
});

pub(super) fn types() -> &'static [TypeInfo] {
    &*TYPES
}

pub(super) fn taxonomies() -> &'static [TaxonomyInfo] {
    &*TAXONOMIES
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|&name| name.to_owned()).collect()
}

fn post_type(name: &str, label: &str, rest_base: &str, public: bool) -> TypeInfo {
    TypeInfo {
        name: name.to_owned(),
        label: label.to_owned(),
        public,
        rest_base: rest_base.to_owned(),
        show_in_rest: true,
        ..TypeInfo::default()
    }
}

fn taxonomy(name: &str, label: &str, rest_base: &str, types: &[&str]) -> TaxonomyInfo {
    TaxonomyInfo {
        name: name.to_owned(),
        label: label.to_owned(),
        public: true,
        hierarchical: false,
        rewrite_slug: String::new(),
        rest_base: rest_base.to_owned(),
        show_in_rest: true,
        types: names(types),
    }
}
