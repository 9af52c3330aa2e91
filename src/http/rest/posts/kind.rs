//! Post types as the API has them: what each supports decides its fields, parameters and links.

use crate::content::{
    PostType, Taxonomy,
    capability::TypeCapabilities,
    types::{TypeInfo, Types},
};

/// A taxonomy of a post type.
#[derive(Clone, Debug, PartialEq)]
pub struct TaxonomyUse {
    pub taxonomy: Taxonomy,
    pub rest_base: String,
    pub hierarchical: bool,
}

/// One post type's part of the API.
#[derive(Clone, Debug)]
pub struct PostKind {
    pub post_type: PostType,
    pub rest_base: String,
    pub hierarchical: bool,
    pub supports: Vec<String>,
    pub taxonomies: Vec<TaxonomyUse>,
    pub capabilities: TypeCapabilities,
}

impl PostKind {
    fn new(post_type: PostType, rest_base: &str, hierarchical: bool, supports: &[&str]) -> Self {
        Self {
            capabilities: TypeCapabilities::of(&post_type),
            post_type,
            rest_base: rest_base.to_owned(),
            hierarchical,
            supports: supports.iter().map(|name| (*name).to_owned()).collect(),
            taxonomies: Vec::new(),
        }
    }

    fn custom(info: &TypeInfo) -> Self {
        let supports: Vec<&str> = info.supports.iter().map(String::as_str).collect();
        let base = if info.rest_base.is_empty() { &info.name } else { &info.rest_base };
        Self::new(PostType::from_name(&info.name), base, info.hierarchical, &supports)
    }

    pub fn supports(&self, name: &str) -> bool {
        self.supports.iter().any(|supported| supported == name)
    }

    pub fn is_media(&self) -> bool {
        self.post_type == PostType::Attachment
    }

    /// WordPress's default of the `status` parameter.
    pub fn default_status(&self) -> &'static str {
        if self.is_media() { "inherit" } else { "publish" }
    }
}

/// The post types of the API: WordPress's own and the site's.
pub fn all(types: &Types) -> Vec<PostKind> {
    let post =
        ["title", "editor", "author", "thumbnail", "excerpt", "comments", "revisions", "post-formats", "custom-fields"];
    let page = [
        "title",
        "editor",
        "author",
        "thumbnail",
        "page-attributes",
        "excerpt",
        "comments",
        "revisions",
        "custom-fields",
    ];
    let mut kinds = vec![
        PostKind::new(PostType::Post, "posts", false, &post),
        PostKind::new(PostType::Page, "pages", true, &page),
        PostKind::new(PostType::Attachment, "media", false, &["title", "author", "comments"]),
    ];
    let custom = types.custom_types.iter().filter(|info| info.show_in_rest);
    kinds.extend(custom.map(PostKind::custom));
    for kind in &mut kinds {
        kind.taxonomies = taxonomies_of(kind.post_type.name(), types);
    }
    kinds
}

/// The taxonomies of a post type that the API shows.
fn taxonomies_of(post_type: &str, types: &Types) -> Vec<TaxonomyUse> {
    let shown = super::super::terms::all(types);
    let of_type = shown.into_iter().filter(|kind| kind.post_types.iter().any(|name| name == post_type));
    of_type
        .map(|kind| TaxonomyUse { taxonomy: kind.taxonomy, rest_base: kind.rest_base, hierarchical: kind.hierarchical })
        .collect()
}
