//! Embeds of other sites, asked for in the editor's stead.

use std::collections::HashSet;

use serde_json::{Map, Value};
use url::Url;

use super::{not_found, own, pixels, providers};
use crate::{
    content::Capability,
    http::{
        error::HttpError,
        rest::{
            call::{Answer, Call},
            page_head::PageHead,
        },
    },
};

/// As much of a page as holds its head.
const PAGE_BYTES_MAX: usize = 150 << 10;
const ANSWER_BYTES_MAX: usize = 512 << 10;

/// What an answer may have; all else is dropped.
const MEMBERS: [&str; 15] = [
    "version",
    "type",
    "title",
    "author_name",
    "author_url",
    "provider_name",
    "provider_url",
    "cache_age",
    "thumbnail_url",
    "thumbnail_width",
    "thumbnail_height",
    "url",
    "html",
    "width",
    "height",
];

pub fn permit(call: &Call) -> Result<(), HttpError> {
    if call.can(Capability::EditPosts) {
        return Ok(());
    }
    Err(call.refuse("rest_forbidden", "Sorry, you are not allowed to make proxied oEmbed requests."))
}

pub async fn run(call: &Call) -> Result<Answer, HttpError> {
    let url = call.text("url").unwrap_or_default();
    if own::is_own(call, url) {
        let data = own::data(call, url, pixels(call, "maxwidth")).ok_or_else(not_found)?;
        return Ok(Answer::ok(data.into()));
    }
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(not_found)?;
    let data = match providers::endpoint(&url) {
        Some(endpoint) => {
            let mut asked = Url::parse(endpoint).ok().ok_or_else(not_found)?;
            asked.query_pairs_mut().append_pair("url", url.as_str()).append_pair("dnt", "1");
            answer(call, asked).await
        }
        None if call.flag("discover").unwrap_or(true) => discover(call, &url).await,
        None => None,
    };
    data.map(|data| Answer::ok(data.into())).ok_or_else(not_found)
}

/// By the link in the page's own head. Nobody vouches for such a site: its HTML is cut down.
async fn discover(call: &Call, url: &Url) -> Option<Map<String, Value>> {
    let page = call.app.fetcher.kept_page(url.as_str(), "text/html", PAGE_BYTES_MAX).await;
    let page = page.inspect_err(|error| tracing::debug!(%error, "no page to embed")).ok()?;
    if !page.is_success() {
        return None;
    }
    let head = PageHead::read(&page.text());
    let kinds = ["application/json+oembed", "text/json+oembed"];
    let endpoint = kinds.iter().find_map(|kind| head.link("alternate", Some(kind), &page.url))?;
    let mut data = answer(call, endpoint).await?;
    if let Some(html) = data.get("html").and_then(Value::as_str) {
        let html = sandboxed(html);
        if html.is_empty() {
            return None;
        }
        data.insert("html".to_owned(), html.into());
    }
    Some(data)
}

async fn answer(call: &Call, mut endpoint: Url) -> Option<Map<String, Value>> {
    for name in ["maxwidth", "maxheight"] {
        if let Some(pixels) = pixels(call, name) {
            endpoint.query_pairs_mut().append_pair(name, &pixels.to_string());
        }
    }
    if !endpoint.query_pairs().any(|(name, _)| name == "format") {
        endpoint.query_pairs_mut().append_pair("format", "json");
    }
    let page = call.app.fetcher.kept_page(endpoint.as_str(), "application/json", ANSWER_BYTES_MAX).await;
    let page = page.inspect_err(|error| tracing::debug!(%error, "no embed")).ok()?;
    if !page.is_success() || page.truncated {
        return None;
    }
    let Ok(Value::Object(mut data)) = serde_json::from_slice::<Value>(&page.body) else { return None };
    data.retain(|name, value| MEMBERS.contains(&name.as_str()) && (value.is_string() || value.is_number()));
    let text = |name: &str| data.get(name).and_then(Value::as_str).unwrap_or_default();
    let shows = match text("type") {
        "rich" | "video" => !text("html").is_empty(),
        "photo" => !text("url").is_empty(),
        "link" => true,
        _ => false,
    };
    shows.then_some(data)
}

/// Quotes, links and frames without any rights; empty where there is no frame.
fn sandboxed(html: &str) -> String {
    let frame: HashSet<&str> =
        ["src", "width", "height", "frameborder", "marginwidth", "marginheight", "scrolling", "title"].into();
    let clean = ammonia::Builder::empty()
        .tags(["a", "blockquote", "iframe"].into())
        .clean_content_tags(["script", "style"].into())
        .tag_attributes([("a", ["href"].into()), ("iframe", frame)].into())
        .set_tag_attribute_value("iframe", "sandbox", "allow-scripts")
        .url_schemes(["http", "https"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("nofollow"))
        .clean(html)
        .to_string();
    if clean.contains("<iframe") { clean } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::sandboxed;

    #[test]
    fn only_frames_without_rights_come_from_strangers() {
        let html = sandboxed(
            "<p onclick=x>a</p><script>1</script><iframe src=\"https://e.org/f\" sandbox=\"allow-same-origin\" onload=x></iframe>",
        );
        assert!(html.contains("src=\"https://e.org/f\"") && html.contains("sandbox=\"allow-scripts\""), "{html}");
        assert!(!html.contains("same-origin") && !html.contains("script>") && !html.contains("onload"), "{html}");
        assert!(!sandboxed("<iframe src=\"javascript:x\"></iframe>").contains("javascript"));
        assert_eq!(sandboxed("<b>only text</b>"), "");
    }
}
