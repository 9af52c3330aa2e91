//! What the editor's page brings along: addresses, nonce, settings, and the first answers of the API.

use actix_web::web::Data;
use serde_json::{Value, json};

use super::{bundle::Parts, lock, settings, unsaved};
use crate::{
    app::App,
    content::{Post, PostStatus},
    http::{admin::ajax, error::HttpError, guard::NONCE_ACTION, nonce, rest::Inside, session::SessionUser},
};

/// The fields of the API's index the editor asks for.
const INDEX_FIELDS: &str = "description,gmt_offset,home,name,site_icon,site_icon_url,site_logo,timezone_string,url,\
                            page_for_posts,page_on_front,show_on_front";

pub struct Boot<'a> {
    pub app: &'a Data<App>,
    pub user: &'a SessionUser,
    pub inside: &'a Inside,
    pub parts: Parts,
}

impl Boot<'_> {
    /// # Errors
    /// When the API refuses what the editor cannot do without: the post itself.
    pub async fn of(&self, post: &Post) -> Result<Value, HttpError> {
        let site = self.inside.site();
        let of_site = site.settings();
        let (get, options) = self.first_requests(post);
        let preferences = self.inside.get("/wp/v2/users/me?context=edit&_fields=meta").await?;
        let preferences = &preferences["meta"]["persisted_preferences"];
        let content_css = format!("/wp-admin/assets/{}", self.parts.content);
        let theme_style = ["editor-style.css", "style.css"].iter().find_map(|path| self.app.theme.asset_url(path));
        let mut editor_settings = settings::settings(self.app, of_site, post, &content_css);
        if let (Some(all), Value::Object(of_lock)) =
            (editor_settings.as_object_mut(), lock::settings(self.app, site, self.user, post).await)
        {
            all.extend(of_lock);
        }
        Ok(json!({
            "root": "/wp-json/",
            "nonce": nonce::create(self.app, NONCE_ACTION, self.user),
            "nonceEndpoint": "/wp-admin/admin-ajax.php?action=rest-nonce",
            "preload": self.inside.preload(&get, &options).await,
            "preferences": if preferences.is_object() { preferences.clone() } else { json!({}) },
            "userId": self.user.user.id.0,
            "postType": post.post_type.name(),
            "postId": post.id.0,
            "isNew": post.status == PostStatus::AutoDraft,
            "contentStyle": content_css,
            "themeStyles": theme_style.into_iter().collect::<Vec<_>>(),
            "formats": {
                "date": of_site.date_format,
                "time": of_site.time_format,
                "datetime": format!("{} {}", of_site.date_format, of_site.time_format),
                "datetimeAbbreviated": format!("M j, Y {}", of_site.time_format),
            },
            "timezone": {
                "string": of_site.time_zone,
                "offset": f64::from(of_site.gmt_offset_minutes) / 60.0,
                "offsetFormatted": format!("{}", f64::from(of_site.gmt_offset_minutes) / 60.0),
                "abbr": "",
            },
            "settings": editor_settings,
            "unsaved": unsaved::settings(self.app, site, self.user.user.id, post).await?,
            "heartbeat": {
                "url": "/wp-admin/admin-ajax.php",
                "nonce": nonce::create(self.app, ajax::HEARTBEAT_ACTION, self.user),
            },
            "restBase": self.inside.kind(post.post_type.name()).map_or("posts", |kind| &kind.rest_base),
            "canRevise": self.inside.kind(post.post_type.name()).is_some_and(|kind| kind.supports("revisions")),
        }))
    }

    /// What the editor asks for while it starts, as paths for `GET` and for `OPTIONS`.
    fn first_requests(&self, post: &Post) -> (Vec<String>, Vec<String>) {
        let post_type = post.post_type.name();
        let base = self.inside.kind(post_type).map_or("posts", |kind| &kind.rest_base);
        let (id, author) = (post.id, post.author);
        let theme = &self.inside.site().settings().theme;
        let template = if post_type == "page" { "page".to_owned() } else { format!("single-{post_type}") };
        let get = [
            "/wp/v2/types?context=view".to_owned(),
            format!("/wp/v2/types/{post_type}?context=edit"),
            format!("/?_fields={INDEX_FIELDS}"),
            format!("/wp/v2/{base}/{id}?context=edit"),
            format!("/wp/v2/{base}/{id}/autosaves?context=edit"),
            "/wp/v2/themes?context=edit&status=active".to_owned(),
            format!("/wp/v2/global-styles/themes/{theme}?context=view"),
            "/wp/v2/templates/lookup?slug=front-page".to_owned(),
            format!("/wp/v2/templates/lookup?slug={template}"),
            "/wp/v2/templates?context=edit&per_page=100".to_owned(),
            "/wp/v2/block-patterns/categories".to_owned(),
            "/wp/v2/block-patterns/patterns".to_owned(),
            "/wp/v2/wp_pattern_category?context=view&per_page=100&_fields=id,name,description,slug".to_owned(),
            "/wp/v2/blocks?context=edit&per_page=100&page=1".to_owned(),
            "/wp/v2/users/me".to_owned(),
            "/wp/v2/users?context=view&who=authors&per_page=100&_fields=id,name".to_owned(),
            format!("/wp/v2/users/{author}?context=view&_fields=id,name"),
            "/wp/v2/taxonomies?context=view".to_owned(),
            "/wp/v2/taxonomies?context=edit&per_page=100".to_owned(),
            "/wp/v2/settings".to_owned(),
        ];
        let options = ["settings", "media", "pages", "posts", "templates", "blocks"];
        (get.to_vec(), options.map(|name| format!("/wp/v2/{name}")).to_vec())
    }
}
