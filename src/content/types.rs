//! Registered post types and taxonomies: WordPress's own and the site's.

/// The registry. Cheap to ask; built from settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Types {
    /// Beside the built-in ones.
    pub custom_types: Vec<TypeInfo>,
    pub custom_taxonomies: Vec<TaxonomyInfo>,
}

/// What a post type can do; fields as in WordPress's `register_post_type`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeInfo {
    pub name: String,
    pub label: String,
    pub public: bool,
    pub hierarchical: bool,
    pub has_archive: bool,
    /// First segment of its permalinks; empty: the name.
    pub rewrite_slug: String,
    pub rest_base: String,
    pub show_in_rest: bool,
    pub supports: Vec<String>,
    pub taxonomies: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TaxonomyInfo {
    pub name: String,
    pub label: String,
    pub public: bool,
    pub hierarchical: bool,
    pub rewrite_slug: String,
    pub rest_base: String,
    pub show_in_rest: bool,
    pub types: Vec<String>,
}
