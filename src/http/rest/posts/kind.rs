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

/// Which resource shows the items of a type: WordPress's `rest_controller_class`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controller {
    Posts,
    /// Posts whose texts are shown as they are stored: synced patterns.
    Blocks,
    MenuItems,
    Templates,
    GlobalStyles,
}

/// One post type's part of the API.
#[derive(Clone, Debug)]
pub struct PostKind {
    pub post_type: PostType,
    pub label: String,
    /// Readers have addresses for its items.
    pub viewable: bool,
    pub rest_base: String,
    pub hierarchical: bool,
    pub has_archive: bool,
    /// What its items have in the API.
    pub supports: Vec<String>,
    /// What it is registered with.
    pub registered_supports: Vec<String>,
    pub taxonomies: Vec<TaxonomyUse>,
    pub capabilities: TypeCapabilities,
    pub controller: Controller,
}

impl PostKind {
    fn new(info: &TypeInfo, types: &Types) -> Self {
        let post_type = PostType::from_name(&info.name);
        Self {
            capabilities: TypeCapabilities::of(&post_type),
            label: if info.label.is_empty() { info.name.clone() } else { info.label.clone() },
            viewable: info.public,
            rest_base: if info.rest_base.is_empty() { info.name.clone() } else { info.rest_base.clone() },
            hierarchical: info.hierarchical,
            has_archive: info.has_archive,
            supports: fields_of(info),
            registered_supports: info.supports.clone(),
            taxonomies: taxonomies_of(&info.name, types),
            controller: controller(&info.name),
            post_type,
        }
    }

    pub fn supports(&self, name: &str) -> bool {
        self.supports.iter().any(|supported| supported == name)
    }

    /// What one item is called.
    pub fn singular(&self) -> String {
        match self.post_type.name() {
            "post" => "Post",
            "page" => "Page",
            "nav_menu_item" => "Navigation Menu Item",
            "wp_block" => "Pattern",
            "wp_template" => "Template",
            "wp_template_part" => "Template Part",
            "wp_navigation" => "Navigation Menu",
            _ => self.label.as_str(),
        }
        .to_owned()
    }

    pub fn is_media(&self) -> bool {
        self.post_type == PostType::Attachment
    }

    /// Whether the desk has a list of them.
    pub fn is_listed(&self) -> bool {
        let written = match self.controller {
            Controller::Posts => self.viewable,
            Controller::Blocks => true,
            Controller::MenuItems | Controller::Templates | Controller::GlobalStyles => false,
        };
        written && !self.is_media()
    }

    /// Whether the block editor may put footnotes into its items.
    pub fn has_footnotes(&self) -> bool {
        self.controller == Controller::Posts
            && ["editor", "custom-fields", "revisions"].iter().all(|needed| self.supports(needed))
    }

    /// WordPress's default of the `status` parameter.
    pub fn default_status(&self) -> &'static str {
        if self.is_media() { "inherit" } else { "publish" }
    }
}

/// The post types of the API: WordPress's own and the site's.
pub fn all(types: &Types) -> Vec<PostKind> {
    types.types().filter(|info| info.show_in_rest).map(|info| PostKind::new(info, types)).collect()
}

/// Posts, pages and media have fixed fields, whatever they are registered with.
fn fields_of(info: &TypeInfo) -> Vec<String> {
    let more: &[&str] = match info.name.as_str() {
        "page" => &["excerpt"],
        "attachment" => &["custom-fields"],
        // an excerpt is stored, and not part of the API
        "wp_block" => return info.supports.iter().filter(|name| *name != "excerpt").cloned().collect(),
        _ => &[],
    };
    info.supports.iter().cloned().chain(more.iter().map(|name| (*name).to_owned())).collect()
}

fn controller(post_type: &str) -> Controller {
    match post_type {
        "wp_block" => Controller::Blocks,
        "nav_menu_item" => Controller::MenuItems,
        "wp_template" | "wp_template_part" => Controller::Templates,
        "wp_global_styles" => Controller::GlobalStyles,
        _ => Controller::Posts,
    }
}

/// The taxonomies of a post type that the API shows.
fn taxonomies_of(post_type: &str, types: &Types) -> Vec<TaxonomyUse> {
    let shown = super::super::terms::all(types);
    let of_type = shown.into_iter().filter(|kind| kind.post_types.iter().any(|name| name == post_type));
    of_type
        .map(|kind| TaxonomyUse { taxonomy: kind.taxonomy, rest_base: kind.rest_base, hierarchical: kind.hierarchical })
        .collect()
}
