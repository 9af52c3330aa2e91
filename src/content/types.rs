//! Registered post types and taxonomies: WordPress's own and the site's.

mod built_in;
mod option;

/// The registry. Cheap to ask; built from settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Types {
    /// Beside the built-in ones.
    pub custom_types: Vec<TypeInfo>,
    pub custom_taxonomies: Vec<TaxonomyInfo>,
}

/// What a post type can do; fields as in WordPress's `register_post_type`.
#[derive(Clone, Debug, Default, PartialEq)]
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

#[derive(Clone, Debug, Default, PartialEq)]
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

impl Types {
    /// Every registered type, the built-in ones first: their names cannot be taken.
    pub fn types(&self) -> impl Iterator<Item = &TypeInfo> {
        let built_in = built_in::types();
        built_in.iter().chain(self.custom_types.iter().filter(|custom| built_in.iter().all(|b| b.name != custom.name)))
    }

    /// Every registered taxonomy, the built-in ones first.
    pub fn taxonomies(&self) -> impl Iterator<Item = &TaxonomyInfo> {
        let built_in = built_in::taxonomies();
        built_in
            .iter()
            .chain(self.custom_taxonomies.iter().filter(|custom| built_in.iter().all(|b| b.name != custom.name)))
    }

    /// `None` for a type nobody registered: its posts are kept and have no public address.
    pub fn post_type(&self, name: &str) -> Option<&TypeInfo> {
        self.types().find(|info| info.name == name)
    }

    pub fn taxonomy(&self, name: &str) -> Option<&TaxonomyInfo> {
        self.taxonomies().find(|info| info.name == name)
    }
}

impl TypeInfo {
    /// First segment of its permalinks.
    pub fn slug(&self) -> &str {
        if self.rewrite_slug.is_empty() { &self.name } else { &self.rewrite_slug }
    }
}

impl TaxonomyInfo {
    /// First segment of its terms' addresses.
    pub fn slug(&self) -> &str {
        if self.rewrite_slug.is_empty() { &self.name } else { &self.rewrite_slug }
    }
}
