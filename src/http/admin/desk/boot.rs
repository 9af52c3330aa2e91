//! What a page of the desk brings along: who, where, and the first answers of the API.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    content::{Capability, PostType},
    http::{
        admin::{install::PASSWORD_CHARS_MIN, login::LOGOUT, shown::Visit},
        error::HttpError,
        nonce,
        rest::PostKind,
    },
};

/// What each list asks for first, as `admin/src/desk` does.
const FIRST_LIST: &str = "page=1&per_page=20&orderby=date&order=desc";
const FIRST_COMMENTS: &str = "page=1&per_page=20&orderby=date_gmt&order=desc&status=all";
const FIRST_TERMS: &str = "context=edit&page=1&per_page=50&orderby=name&order=asc";
const LISTED: &str = "publish,future,draft,pending,private";
const MEDIA_FIELDS: &str = "id,date,slug,status,title,author,alt_text,caption,description,media_type,mime_type,media_details,post,source_url,link";

/// Types of the site's own that the menu has room for.
const OWN_TYPES_MAX: usize = 12;

/// One screen of one visit.
pub(super) struct Boot<'a> {
    pub visit: &'a Visit,
    /// `posts`, `terms`, `comments`, `media` or `profile`.
    pub screen: &'static str,
    pub post_type: &'a str,
}

impl Boot<'_> {
    /// The list as the address asks for it, if it asks for a status at most.
    pub async fn with_list(&self, base: &str, status: &str, query: &str) -> Result<Value, HttpError> {
        let known = |name: &str| matches!(name, "post_type" | "post_status");
        let plain = url::form_urlencoded::parse(query.as_bytes()).all(|(name, _)| known(&name));
        let mut first = vec![
            format!("/bucketpress/v1/desk/{base}/counts"),
            "/wp/v2/users?who=authors&per_page=100&_fields=id,name".to_owned(),
            "/wp/v2/categories?per_page=100&orderby=count&order=desc&_fields=id,name,parent,count".to_owned(),
        ];
        if plain {
            let single = ["publish", "future", "draft", "pending", "private", "trash"].contains(&status);
            let statuses = if single { status } else { LISTED };
            first.push(format!("/bucketpress/v1/desk/{base}?{FIRST_LIST}&status={statuses}"));
        }
        self.of(&first).await
    }

    /// The newest files, if the address asks for nothing else.
    pub async fn with_media(&self, query: &str) -> Result<Value, HttpError> {
        let plain = url::form_urlencoded::parse(query.as_bytes()).all(|(name, _)| name == "mode" || name == "item");
        let mut first = vec!["/bucketpress/v1/desk/media/counts".to_owned()];
        if plain {
            first.push(format!(
                "/wp/v2/media?page=1&per_page=40&orderby=date&order=desc&context=edit&_fields={MEDIA_FIELDS}"
            ));
        }
        self.of(&first).await
    }

    /// The newest comments, if the address asks for nothing else.
    pub async fn with_comments(&self, query: &str) -> Result<Value, HttpError> {
        let plain = url::form_urlencoded::parse(query.as_bytes()).next().is_none();
        let mut first = vec!["/bucketpress/v1/desk/comments/counts".to_owned()];
        if plain {
            first.push(format!("/bucketpress/v1/desk/comments?{FIRST_COMMENTS}"));
        }
        self.of(&first).await
    }

    /// The first terms by name, if the address asks for nothing else.
    pub async fn with_terms(&self, base: &str, query: &str) -> Result<Value, HttpError> {
        let plain = url::form_urlencoded::parse(query.as_bytes()).all(|(name, _)| name == "taxonomy");
        let first = plain.then(|| format!("/wp/v2/{base}?{FIRST_TERMS}"));
        self.of(first.as_slice()).await
    }

    pub async fn with_account(&self) -> Result<Value, HttpError> {
        let account = ["/wp/v2/users/me?context=edit", "/wp/v2/users/me/application-passwords?context=edit"];
        self.of(&account.map(str::to_owned)).await
    }

    async fn of(&self, first: &[String]) -> Result<Value, HttpError> {
        let Visit { app, user, inside, .. } = self.visit;
        let shown = |kind: &PostKind| {
            let may = &kind.capabilities;
            let bases: Vec<&str> = kind.taxonomies.iter().map(|used| used.rest_base.as_str()).collect();
            json!({
                "name": kind.post_type.name(),
                "base": kind.rest_base,
                "label": kind.label,
                "singular": kind.singular(),
                "hierarchical": kind.hierarchical,
                "comments": kind.supports("comments"),
                "taxonomies": bases,
                "viewable": kind.viewable,
                "may": {
                    "edit": user.can(may.edit),
                    "create": user.can(may.create),
                    "publish": user.can(may.publish),
                    "editOthers": user.can(may.edit_others),
                },
            })
        };
        let types: Vec<Value> = self.types().map(|kind| shown(kind)).collect();
        let own = json!({
            "screen": self.screen,
            "postType": self.post_type,
            "logoutNonce": nonce::create(app, LOGOUT, user),
            "may": {
                "upload": user.can(Capability::UploadFiles),
                "editOthers": user.can(Capability::EditOthersPosts),
                "categories": user.can(Capability::ManageCategories),
            },
            "types": types,
            "taxonomies": self.taxonomies(),
            "comments": user.can(Capability::EditPosts).then(|| json!({
                "held": user.can(Capability::ModerateComments).then(|| inside.site().held_comments()),
            })),
            "passwordCharsMin": PASSWORD_CHARS_MIN,
            "preload": inside.preload(first, &[]).await,
        });
        self.visit.boot(own).await
    }

    /// Those whose terms the visitor may manage.
    fn taxonomies(&self) -> Vec<Value> {
        let Visit { user, inside, .. } = self.visit;
        let managed = inside.taxonomies().filter(|kind| kind.is_listed() && user.can(kind.manage()));
        let shown = managed.take(OWN_TYPES_MAX).map(|kind| {
            json!({
                "name": kind.taxonomy.name(),
                "base": kind.rest_base,
                "label": kind.label,
                "singular": kind.singular(),
                "hierarchical": kind.hierarchical,
                "types": kind.post_types,
            })
        });
        shown.collect()
    }

    /// Posts, pages, the types of the site's own, patterns.
    fn types(&self) -> impl Iterator<Item = &Arc<PostKind>> {
        let inside = &self.visit.inside;
        let built_in = ["post", "page"].into_iter().filter_map(|name| inside.kind(name));
        let is_own = |kind: &&Arc<PostKind>| kind.is_listed() && matches!(kind.post_type, PostType::Custom(_));
        let asked = |kind: &&Arc<PostKind>| kind.post_type.name() == self.post_type;
        let (patterns, own): (Vec<_>, Vec<_>) = inside.kinds().filter(is_own).partition(|kind| !kind.viewable);
        let beyond: Vec<_> = own.iter().copied().skip(OWN_TYPES_MAX).filter(asked).collect();
        built_in.chain(own.into_iter().take(OWN_TYPES_MAX)).chain(beyond).chain(patterns)
    }
}
