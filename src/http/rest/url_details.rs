//! What a page elsewhere says of itself, for the editor's link previews.

use std::sync::Arc;

use serde_json::json;
use url::Url;

use super::{
    action::Action,
    call::{Answer, Call},
    page_head::PageHead,
    schema::{ALL, Schema},
    table::{self, ItemSchema, Route},
};
use crate::{content::Capability, http::error::HttpError};

/// As much of a page as holds its head.
const PAGE_BYTES_MAX: usize = 150 << 10;

pub fn routes() -> Vec<Route> {
    let text = |what: &'static str| Schema::string(what).within(ALL).readonly();
    let fields = vec![
        ("title".into(), text("The page's title.")),
        ("icon".into(), Schema::uri("Its icon.").within(ALL).readonly()),
        ("description".into(), text("What it says it is about.")),
        ("image".into(), Schema::uri("The picture that stands for it.").within(ALL).readonly()),
    ];
    let item = Arc::new(ItemSchema { title: "url-details".to_owned(), fields, actions: Vec::new() });
    let args = vec![("url".into(), Schema::uri("The page's address.").required())];
    vec![Route::new("wp-block-editor/v1", "url-details").on(table::GET, Action::UrlDetails, args).item(&item)]
}

pub fn permit(call: &Call) -> Result<(), HttpError> {
    if call.can(Capability::EditPosts) {
        return Ok(());
    }
    let message = "Sorry, you are not allowed to process remote URLs.";
    Err(call.refuse("rest_cannot_view_url_details", message))
}

pub async fn run(call: &Call) -> Result<Answer, HttpError> {
    let invalid = || HttpError::not_found("rest_invalid_url", "Invalid URL");
    let url = Url::parse(call.text("url").unwrap_or_default().trim_end_matches('/')).ok().ok_or_else(invalid)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid());
    }
    let missing = || {
        let message = "URL not found. Response returned a non-200 status code for this URL.";
        HttpError::not_found("no_response", message)
    };
    // What exactly went wrong is not told: it would tell what our own network is like.
    let page = call.app.fetcher.kept_page(url.as_str(), "text/html", PAGE_BYTES_MAX).await.map_err(|error| {
        tracing::debug!(%error, "no details of a page");
        missing()
    })?;
    if page.status != 200 {
        return Err(missing());
    }
    if page.body.is_empty() {
        let message = "Unable to retrieve body from response at this URL.";
        return Err(HttpError::not_found("no_content", message));
    }
    let head = PageHead::read(&page.text());
    let absolute = |text: String| match text.as_str() {
        "" => String::new(),
        text => page.url.join(text).map(String::from).unwrap_or_default(),
    };
    Ok(Answer::ok(json!({
        "title": head.title,
        "icon": head.link("icon", None, &page.url).map(String::from).unwrap_or_default(),
        "description": head.meta(&["description", "og:description"]),
        "image": absolute(head.meta(&["og:image", "og:image:url"])),
    })))
}
