//! WordPress's capabilities and what each role may do.

use super::{PostType, Role};

macro_rules! capabilities {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// A primitive capability under WordPress's name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Capability {
            $($variant),*
        }

        impl Capability {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),*
                }
            }
        }
    };
}

capabilities! {
    ActivatePlugins "activate_plugins",
    CreateUsers "create_users",
    DeleteOthersPages "delete_others_pages",
    DeleteOthersPosts "delete_others_posts",
    DeletePages "delete_pages",
    DeletePlugins "delete_plugins",
    DeletePosts "delete_posts",
    DeletePrivatePages "delete_private_pages",
    DeletePrivatePosts "delete_private_posts",
    DeletePublishedPages "delete_published_pages",
    DeletePublishedPosts "delete_published_posts",
    DeleteThemes "delete_themes",
    DeleteUsers "delete_users",
    EditDashboard "edit_dashboard",
    EditFiles "edit_files",
    EditOthersPages "edit_others_pages",
    EditOthersPosts "edit_others_posts",
    EditPages "edit_pages",
    EditPlugins "edit_plugins",
    EditPosts "edit_posts",
    EditPrivatePages "edit_private_pages",
    EditPrivatePosts "edit_private_posts",
    EditPublishedPages "edit_published_pages",
    EditPublishedPosts "edit_published_posts",
    EditThemeOptions "edit_theme_options",
    EditThemes "edit_themes",
    EditUsers "edit_users",
    Export "export",
    Import "import",
    InstallPlugins "install_plugins",
    InstallThemes "install_themes",
    ListUsers "list_users",
    ManageCategories "manage_categories",
    ManageLinks "manage_links",
    ManageOptions "manage_options",
    ModerateComments "moderate_comments",
    PromoteUsers "promote_users",
    PublishPages "publish_pages",
    PublishPosts "publish_posts",
    Read "read",
    ReadPrivatePages "read_private_pages",
    ReadPrivatePosts "read_private_posts",
    RemoveUsers "remove_users",
    SwitchThemes "switch_themes",
    UnfilteredHtml "unfiltered_html",
    UnfilteredUpload "unfiltered_upload",
    UpdateCore "update_core",
    UpdatePlugins "update_plugins",
    UpdateThemes "update_themes",
    UploadFiles "upload_files",
}

const EDITOR: &[Capability] = {
    use Capability as C;
    &[
        C::DeleteOthersPages,
        C::DeleteOthersPosts,
        C::DeletePages,
        C::DeletePosts,
        C::DeletePrivatePages,
        C::DeletePrivatePosts,
        C::DeletePublishedPages,
        C::DeletePublishedPosts,
        C::EditOthersPages,
        C::EditOthersPosts,
        C::EditPages,
        C::EditPosts,
        C::EditPrivatePages,
        C::EditPrivatePosts,
        C::EditPublishedPages,
        C::EditPublishedPosts,
        C::ManageCategories,
        C::ManageLinks,
        C::ModerateComments,
        C::PublishPages,
        C::PublishPosts,
        C::Read,
        C::ReadPrivatePages,
        C::ReadPrivatePosts,
        C::UnfilteredHtml,
        C::UploadFiles,
    ]
};

const AUTHOR: &[Capability] = {
    use Capability as C;
    &[
        C::DeletePosts,
        C::DeletePublishedPosts,
        C::EditPosts,
        C::EditPublishedPosts,
        C::PublishPosts,
        C::Read,
        C::UploadFiles,
    ]
};

impl Role {
    /// What the role may do, as a new WordPress has it.
    pub fn capabilities(&self) -> &'static [Capability] {
        match self {
            Self::Administrator => Capability::ALL,
            Self::Editor => EDITOR,
            Self::Author => AUTHOR,
            Self::Contributor => &[Capability::DeletePosts, Capability::EditPosts, Capability::Read],
            Self::Subscriber | Self::Custom(_) => &[Capability::Read],
        }
    }
}

/// The capabilities that rule one post type: WordPress's `capability_type` is `page` for pages and `post` for
/// all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeCapabilities {
    pub edit: Capability,
    pub edit_others: Capability,
    pub edit_published: Capability,
    pub edit_private: Capability,
    pub publish: Capability,
    pub delete: Capability,
    pub delete_others: Capability,
    pub delete_published: Capability,
    pub delete_private: Capability,
    pub read_private: Capability,
    /// `create_posts`: attachments are made by uploading.
    pub create: Capability,
}

impl TypeCapabilities {
    pub fn of(post_type: &PostType) -> Self {
        use Capability as C;
        let posts = Self {
            edit: C::EditPosts,
            edit_others: C::EditOthersPosts,
            edit_published: C::EditPublishedPosts,
            edit_private: C::EditPrivatePosts,
            publish: C::PublishPosts,
            delete: C::DeletePosts,
            delete_others: C::DeleteOthersPosts,
            delete_published: C::DeletePublishedPosts,
            delete_private: C::DeletePrivatePosts,
            read_private: C::ReadPrivatePosts,
            create: C::EditPosts,
        };
        match post_type {
            PostType::Page => Self {
                edit: C::EditPages,
                edit_others: C::EditOthersPages,
                edit_published: C::EditPublishedPages,
                edit_private: C::EditPrivatePages,
                publish: C::PublishPages,
                delete: C::DeletePages,
                delete_others: C::DeleteOthersPages,
                delete_published: C::DeletePublishedPages,
                delete_private: C::DeletePrivatePages,
                read_private: C::ReadPrivatePages,
                create: C::EditPages,
            },
            PostType::Attachment => Self { create: C::UploadFiles, ..posts },
            // synced patterns are made by who may publish
            PostType::Custom(name) if **name == *"wp_block" => Self { create: C::PublishPosts, ..posts },
            // menus, templates and styles belong to the theme's options
            post_type if is_theme_option(post_type) => Self {
                edit: C::EditThemeOptions,
                edit_others: C::EditThemeOptions,
                edit_published: C::EditThemeOptions,
                edit_private: C::EditThemeOptions,
                publish: C::EditThemeOptions,
                delete: C::EditThemeOptions,
                delete_others: C::EditThemeOptions,
                delete_published: C::EditThemeOptions,
                delete_private: C::EditThemeOptions,
                read_private: C::EditThemeOptions,
                create: C::EditThemeOptions,
            },
            PostType::Post | PostType::NavMenuItem | PostType::Custom(_) => posts,
        }
    }
}

/// True for the types ruled by `edit_theme_options` alone.
fn is_theme_option(post_type: &PostType) -> bool {
    let named = ["nav_menu_item", "wp_template", "wp_template_part", "wp_global_styles", "wp_navigation"];
    named.contains(&post_type.name())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn roles_may_do_what_they_may_in_wordpress() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/wordpress/functions/user_roles.jsonl");
        let Ok(text) = std::fs::read_to_string(path) else {
            eprintln!("skipped: no {path}");
            return;
        };
        let recorded: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        for (role, facts) in recorded["out"].as_object().unwrap() {
            let theirs: BTreeSet<&str> = facts["capabilities"]
                .as_object()
                .unwrap()
                .iter()
                .filter(|(name, granted)| granted.as_bool() == Some(true) && !name.starts_with("level_"))
                .map(|(name, _)| name.as_str())
                .collect();
            let ours = Role::from_name(role).capabilities().iter().map(|capability| capability.name()).collect();
            assert_eq!(theirs, ours, "{role}");
        }
    }

    #[test]
    fn unknown_roles_may_only_read() {
        assert_eq!(Role::from_name("shop_manager").capabilities(), [Capability::Read]);
    }
}
