//! Markdown: previews, posts that are Markdown as a whole, blocks of it.

use bucketpress::content::Role;
use reqwest::StatusCode;
use serde_json::json;

use super::{Api, caller::Caller};

const ROUTE: &str = "../../bucketpress/v1/markdown";

#[actix_web::test]
async fn previews_show_what_saving_would_make_of_it() {
    let api = Api::start().await;
    let source = "## Tides\n\n*High* <b id=\"x\">at</b> six.\n\n<script>alert(1)</script>\n";
    let whole = api.post(ROUTE, json!({ "source": source })).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.body);
    let html = whole.body["rendered"].as_str().unwrap();
    assert!(html.contains("<h2 id=\"tides\">Tides</h2>") && html.contains("<b id=\"x\">at</b>"), "{html}");
    let block = api.post(ROUTE, json!({ "source": source, "as": "block" })).await;
    let html = block.body["rendered"].as_str().unwrap();
    assert!(html.starts_with("<h2>Tides</h2>") && html.contains("&lt;b id=") && !html.contains("<script"), "{html}");

    let author = Caller::new(&api, "bo", Role::Author).await;
    let filtered = author.post(ROUTE, json!({ "source": source })).await;
    let html = filtered.body["rendered"].as_str().unwrap();
    assert!(html.contains("<em>High</em>") && !html.contains("<b id") && !html.contains("<script"), "{html}");
    let saved = author.post("posts", json!({ "title": "T", "content": source, "content_format": "markdown" })).await;
    assert_eq!(saved.body["content"]["rendered"], html, "the preview was true");

    let reader = Caller::new(&api, "cy", Role::Subscriber).await;
    assert_eq!(reader.post(ROUTE, json!({ "source": source })).await.status, StatusCode::FORBIDDEN);
    let long = "a".repeat((1 << 20) + 1);
    assert_eq!(api.post(ROUTE, json!({ "source": long })).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(api.post(ROUTE, json!({ "source": "a", "as": "page" })).await.status, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn a_post_is_markdown_until_it_is_saved_in_blocks() {
    let api = Api::start().await;
    let text = json!({ "title": "T", "content": "**a**", "content_format": "markdown", "status": "publish" });
    let made = api.post("posts", text).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!((&made.body["content_format"], &made.body["content"]["raw"]), (&json!("markdown"), &json!("**a**")));
    assert_eq!(made.body["content"]["rendered"], "<p><strong>a</strong></p>\n");
    let path = format!("posts/{}", made.body["id"]);
    assert!(api.stranger(&path).await.body.get("content_format").is_none(), "how it is written is its writers' affair");
    let kept = api.post(&path, json!({ "content": "*b*" })).await;
    assert_eq!(kept.body["content_format"], "markdown", "who does not name the format does not change it");
    let html = "<!-- wp:paragraph -->\n<p><em>b</em></p>\n<!-- /wp:paragraph -->";
    let blocks = api.post(&path, json!({ "content": html, "content_format": "html" })).await;
    assert_eq!((&blocks.body["content_format"], &blocks.body["content"]["raw"]), (&json!("html"), &json!(html)));
    let revisions = api.get(&format!("{path}/revisions?context=edit")).await;
    assert_eq!(revisions.body[1]["content"]["raw"], "*b*", "the Markdown stays: {}", revisions.body);
}

#[actix_web::test]
async fn a_block_of_it_is_shown_as_it_was_saved() {
    let api = Api::start().await;
    let block = "<!-- wp:jetpack/markdown {\"source\":\"## Tides\"} -->\n\
                 <div class=\"wp-block-jetpack-markdown\"><h2>Tides</h2></div>\n<!-- /wp:jetpack/markdown -->";
    let author = Caller::new(&api, "bo", Role::Author).await;
    let made = author.post("posts", json!({ "title": "T", "content": block, "status": "publish" })).await;
    assert_eq!(made.body["content"]["raw"], block, "nothing of it is cleaned away");
    let shown = api.stranger(&format!("posts/{}", made.body["id"])).await;
    let html = shown.body["content"]["rendered"].as_str().unwrap();
    assert!(html.contains("<div class=\"wp-block-jetpack-markdown\"><h2>Tides</h2></div>"), "{html}");
}

#[actix_web::test]
async fn notes_of_footnotes_are_kept_for_those_who_edit() {
    let api = Api::start().await;
    let notes = "[{\"id\":\"n1\",\"content\":\"See there.\"}]";
    let content = "<!-- wp:paragraph -->\n<p>A<sup data-fn=\"n1\" class=\"fn\"><a href=\"#n1\" id=\"n1-link\">1</a></sup></p>\n\
                   <!-- /wp:paragraph -->\n\n<!-- wp:footnotes /-->";
    let text = json!({ "title": "T", "content": content, "meta": { "footnotes": notes }, "status": "publish" });
    let made = api.post("posts", text).await;
    assert_eq!(made.body["meta"], json!({ "footnotes": notes }), "{}", made.body);
    let path = format!("posts/{}", made.body["id"]);
    let shown = api.stranger(&path).await.body;
    assert_eq!(shown["meta"], json!([]));
    assert!(shown["content"]["rendered"].as_str().unwrap().contains("<li id=\"n1\">See there."), "{shown}");
    let without = api.post("posts", json!({ "title": "U" })).await;
    assert_eq!(without.body["meta"], json!({ "footnotes": "" }));
    let emptied = api.post(&path, json!({ "meta": { "footnotes": "" } })).await;
    assert_eq!(emptied.body["meta"], json!({ "footnotes": "" }));
}
