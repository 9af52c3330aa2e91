//! What the page of revisions brings along: the list, and the two versions it shows first.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::{
    app::App,
    content::{ContentFormat, Post, PostId, PostStatus},
    http::{
        admin::editor::{self, bundle::RevisionsParts},
        error::HttpError,
    },
    index::{RevisionEntry, Site},
};

/// Versions a page lists; the newest, where there are more.
const LISTED_MAX: usize = 5000;

/// The version of this number.
pub fn entry(site: &Site, post: &Post, number: &str) -> Option<RevisionEntry> {
    let number = PostId(number.parse().ok()?);
    site.revisions(post.id).into_iter().find(|entry| entry.number == number)
}

/// The texts of one version.
///
/// # Errors
/// 404 when the post has no such version; else when it cannot be read.
pub async fn body(app: &App, site: &Site, post: &Post, number: &str) -> Result<Value, HttpError> {
    let entry = entry(site, post, number).ok_or_else(super::missing)?;
    read(app, post, &entry).await
}

async fn read(app: &App, post: &Post, entry: &RevisionEntry) -> Result<Value, HttpError> {
    let body = app.revisions.get(post.id, entry.revision).await?;
    let format = match body.format {
        ContentFormat::Html => "html",
        ContentFormat::Markdown => "markdown",
    };
    Ok(json!({
        "title": body.title, "content": body.content, "excerpt": body.excerpt,
        "status": body.status.name(), "slug": body.slug, "format": format,
    }))
}

pub struct Boot<'a> {
    pub app: &'a App,
    pub site: &'a Site,
    pub parts: RevisionsParts,
    /// The nonce with which this user may restore; `None` where nobody may.
    pub restore: Option<String>,
}

impl Boot<'_> {
    /// # Errors
    /// 404 for a number the post does not have; else when a version that is to be shown cannot be read.
    pub async fn of(&self, post: &Post, to: &str, from: &str) -> Result<Value, HttpError> {
        let mut saved = self.site.revisions(post.id);
        let hidden = saved.len().saturating_sub(LISTED_MAX);
        saved.drain(..hidden);
        let of_site = self.site.settings();
        let place = |number: &str| {
            let number = number.parse().ok().map(PostId)?;
            saved.iter().position(|entry| entry.number == number)
        };
        let to = if to.is_empty() { saved.len().checked_sub(1) } else { place(to) };
        let to = to.ok_or_else(super::missing)?;
        let from = place(from).or_else(|| to.checked_sub(1));
        let mut bodies = Map::new();
        for entry in from.into_iter().chain([to]).filter_map(|at| saved.get(at)) {
            bodies.insert(entry.number.to_string(), read(self.app, post, entry).await?);
        }
        let users: BTreeMap<u64, String> = saved
            .iter()
            .map(|entry| entry.author)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter_map(|id| Some((id.0, self.site.user(id)?.display_name)))
            .collect();
        let theme_style = ["editor-style.css", "style.css"].iter().find_map(|path| self.app.theme.asset_url(path));
        Ok(json!({
            "post": {
                "id": post.id.0, "title": post.title, "revision": post.revision.to_string(),
                "isPublic": post.status == PostStatus::Publish,
            },
            "entries": saved.iter().map(in_list).collect::<Vec<_>>(),
            "hidden": hidden,
            "users": users,
            "bodies": bodies,
            "zone": of_site.time_zone,
            "editUrl": editor::edit_url(post.id),
            "restoreNonce": self.restore,
            "contentStyle": format!("/wp-admin/assets/{}", self.parts.content),
            "themeStyles": theme_style.into_iter().collect::<Vec<_>>(),
        }))
    }
}

/// Number, user, seconds since 1970.
fn in_list(entry: &RevisionEntry) -> Value {
    let at = jiff::tz::Offset::UTC.to_timestamp(entry.saved_at).map_or(0, |at| at.as_second());
    json!([entry.number.0, entry.author.0, at])
}
