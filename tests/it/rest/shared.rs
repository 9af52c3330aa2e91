//! Answers to strangers are kept until something they may show has changed.

use bucketpress::content::{Edit, PostStatus, edit::SavePost};
use reqwest::StatusCode;
use serde_json::json;

use super::{Api, client};

async fn renders(api: &Api) -> u64 {
    api.server.app.pages.counts().renders
}

#[actix_web::test]
async fn a_strangers_answer_is_made_once_and_again_after_a_change() {
    let api = Api::start().await;
    let made = api.post("posts", json!({ "title": "Ferries", "status": "publish" })).await;
    let item = format!("posts/{}", made.body["id"]);
    for path in ["posts?per_page=2&_embed", item.as_str(), "categories", "types"] {
        let first = api.stranger(path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}");
        let made = renders(&api).await;
        let again = api.stranger(path).await;
        assert_eq!(renders(&api).await, made, "{path} was made twice");
        assert_eq!(again.body, first.body);
        for name in ["x-wp-total", "x-wp-totalpages", "link", "allow", "vary", "etag", "x-robots-tag", "cache-control"]
        {
            assert_eq!(again.header(name), first.header(name), "{name} of {path}");
        }
    }
    assert!(api.stranger("posts?per_page=1").await.header("x-wp-total").parse::<u32>().unwrap() >= 2);
    let tag = made.body["revision"].as_str().unwrap();
    assert_eq!(
        api.stranger(&item).await.header("etag"),
        format!("\"{tag}\""),
        "names the revision, as in other answers"
    );

    api.post(&item, json!({ "title": "Trams" })).await;
    assert_eq!(api.stranger(&item).await.body["title"]["rendered"], "Trams");
    assert_eq!(api.stranger("posts?per_page=2&_embed").await.body[0]["title"]["rendered"], "Trams");
}

#[actix_web::test]
async fn nobody_is_shown_what_another_may_see() {
    let api = Api::start().await;
    let draft =
        SavePost { title: Some("Unfinished".to_owned()), status: Some(PostStatus::Private), ..SavePost::default() };
    api.server.apply(Edit::SavePost(Box::new(draft))).await;
    let path = "posts?status=private";
    let refused = api.stranger(path).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let known = api.get(path).await;
    assert_eq!(known.body[0]["title"]["rendered"], "Unfinished", "{}", known.body);
    assert_eq!(known.header("cache-control"), "no-store");
    assert_eq!(api.stranger(path).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(api.stranger("posts?search=Unfinished").await.body, json!([]));
}

#[actix_web::test]
async fn a_held_answer_is_not_sent_again_and_each_origin_is_named() {
    let api = Api::start().await;
    let url = api.url("posts");
    let plain = client().get(&url).send().await.unwrap();
    assert_eq!(plain.headers()["cache-control"], "public, no-cache");
    assert_eq!(plain.headers()["vary"], "Accept-Encoding, Origin");
    assert!(!plain.headers().contains_key("access-control-allow-origin"));
    let tag = plain.headers()["etag"].clone();
    let held = client().get(&url).header("If-None-Match", &tag).send().await.unwrap();
    assert_eq!(held.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(held.headers()["etag"], tag);
    for origin in ["https://one.example", "https://two.example"] {
        let answer = client().get(&url).header("Origin", origin).send().await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], origin);
    }
    let packed = client().get(&url).header("Accept-Encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
}
