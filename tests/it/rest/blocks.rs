//! Dynamic blocks rendered for the editor.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::Api;

#[actix_web::test]
async fn the_editor_sees_a_block_as_readers_do() {
    let api = Api::start().await;
    let made = api.post("posts", json!({ "title": "Ferries", "status": "publish" })).await;
    let link = made.body["link"].as_str().unwrap();
    let path = "block-renderer/core/latest-posts?context=edit&attributes[postsToShow]=1";
    let answer = api.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let html = answer.body["rendered"].as_str().unwrap();
    assert_eq!(
        html,
        format!(
            "<ul class=\"wp-block-latest-posts__list wp-block-latest-posts\"><li><a class=\"wp-block-latest-posts__post-title\" href=\"{link}\">Ferries</a></li>\n</ul>"
        )
    );
    let attributes = json!({ "context": "edit", "attributes": { "label": "a --> b <!-- /wp:x" } });
    let posted = api.post("block-renderer/core/search", attributes).await;
    assert_eq!(posted.status, StatusCode::OK, "{}", posted.body);
    let html = posted.body["rendered"].as_str().unwrap();
    assert!(html.starts_with("<form role=\"search\"") && html.ends_with("</form>"), "{html}");

    let draft = api.post("posts", json!({ "title": "Not yet" })).await;
    let path = format!("block-renderer/core/post-title?context=edit&post_id={}", draft.body["id"]);
    assert_eq!(api.get(&path).await.body["rendered"], "<h2 class=\"wp-block-post-title\">Not yet</h2>");
}

#[actix_web::test]
async fn previews_of_blocks_are_for_those_who_write() {
    let api = Api::start().await;
    let stranger = api.stranger("block-renderer/core/archives?context=edit").await;
    assert_eq!((stranger.status, &stranger.body["code"]), (StatusCode::UNAUTHORIZED, &json!("block_cannot_read")));
    for (path, status, code) in [
        ("block-renderer/core/paragraph?context=edit", StatusCode::NOT_FOUND, "block_invalid"),
        ("block-renderer/my/own?context=edit", StatusCode::NOT_FOUND, "block_invalid"),
        ("block-renderer/core/archives?context=view", StatusCode::BAD_REQUEST, "rest_invalid_param"),
        ("block-renderer/core/archives?context=edit&post_id=999", StatusCode::FORBIDDEN, "block_cannot_read"),
        ("block-renderer/core", StatusCode::NOT_FOUND, "rest_no_route"),
    ] {
        let answer = api.get(path).await;
        assert_eq!((answer.status, &answer.body["code"]), (status, &json!(code)), "{path}");
    }
    let options = Api::send(api.request(Method::OPTIONS, "block-renderer/core/archives")).await;
    assert_eq!(options.body["schema"]["title"], "rendered-block", "{}", options.body);
    let routes = &api.get("").await.body["routes"];
    assert!(routes.get("/wp/v2/block-renderer/(?P<name>[a-z0-9-]+/[a-z0-9-]+)").is_some(), "{routes}");
}

#[actix_web::test]
async fn the_way_to_the_posts_before_and_after() {
    let api = Api::start().await;
    let link = "<!-- wp:post-navigation-link {\"type\":\"previous\",\"showTitle\":true} /-->\
                <!-- wp:post-navigation-link {\"label\":\"Go on\",\"arrow\":\"arrow\"} /-->";
    let post = |title: &str, day: u8| json!({ "title": title, "content": link, "status": "publish", "date": format!("2026-01-0{day}T08:00:00") });
    let first = api.post("posts", post("One & only", 1)).await;
    let second = api.post("posts", post("Two", 2)).await;
    let rendered = |answer: &super::Answer| answer.body["content"]["rendered"].as_str().unwrap().trim().to_owned();
    let url = |answer: &super::Answer| answer.body["link"].as_str().unwrap().to_owned();
    let last = api.post("posts", post("Three", 3)).await;
    let middle = api.get(&format!("posts/{}", second.body["id"])).await;
    assert_eq!(
        rendered(&middle),
        format!(
            "<div class=\"post-navigation-link-previous wp-block-post-navigation-link\"><span class=\"post-navigation-link__label\">Previous:</span> <a href=\"{}\" rel=\"prev\"><span class=\"post-navigation-link__title\">One &#038; only</span></a></div>\
             <div class=\"post-navigation-link-next wp-block-post-navigation-link\"><a href=\"{}\" rel=\"next\">Go on</a><span class=\"wp-block-post-navigation-link__arrow-next is-arrow-arrow\" aria-hidden=\"true\">→</span></div>",
            url(&first),
            url(&last)
        )
    );
}
