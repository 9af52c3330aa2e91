//! Loads what a page's view needs and renders it.

use jiff::Timestamp;

use super::PageRequest;
use crate::{
    app::App,
    cache::{Page, PageError},
    index::{Site, Target},
    store::log::Snapshot,
};

/// What the request asks for, private posts and previews included where the viewer may see them.
pub fn resolve(site: &Site, request: &PageRequest, query: &[(String, String)], now: Timestamp) -> Target {
    site.resolve(&request.path, query, now)
}

/// Renders `target` as of `at`.
pub async fn render(app: &App, at: &Snapshot<Site>, request: &PageRequest, target: &Target) -> Result<Page, PageError> {
    let _ = (app, at, request, target);
    todo!("serve")
}
