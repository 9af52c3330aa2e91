use std::sync::Arc;

use bucketpress::{
    content::{Actor, Edit, PostId},
    publish,
    store::memory::MemoryObjects,
};

use super::{post, save};
use crate::support::{self, Server};

#[tokio::test]
async fn readiness_fails_while_draining_and_pages_are_still_answered() {
    let server = Server::start().await;
    assert_eq!(server.get("/healthz").await.status(), 200);
    assert_eq!(server.get("/readyz").await.status(), 200);
    server.front.drain();
    assert_eq!(server.get("/readyz").await.status(), 503);
    assert_eq!(server.get("/healthz").await.status(), 200);
    let page = server.get("/").await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["connection"], "close");
}

#[tokio::test]
async fn metrics_count_what_happened_and_stay_at_home() {
    let server = Server::start().await;
    server.get("/").await;
    server.get("/").await;
    server.get("/nothing-here/").await;
    let text = server.get("/metrics").await.text().await.unwrap();
    for line in [
        "bucketpress_http_requests_total{class=\"Page\",status=\"200\"} 2",
        "bucketpress_http_requests_total{class=\"Page\",status=\"404\"} 1",
        "bucketpress_page_cache_hits 1",
        "bucketpress_page_renders 2",
        "bucketpress_store_calls{method=\"create\"}",
        "bucketpress_store_healthy 1",
        "bucketpress_writes_accepted 1",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let request = support::client().get(server.url("/metrics")).header("X-Forwarded-For", "203.0.113.9");
    assert_eq!(request.send().await.unwrap().status(), 404, "not for readers behind the proxy");
}

#[tokio::test]
async fn metrics_say_what_became_of_commits() {
    let server = Server::without_jobs(Arc::new(MemoryObjects::new())).await;
    save(&server, post("One", "Words.")).await;
    let refused = Edit::TrashPost { id: PostId(9999), base: None };
    publish::apply(&server.app, &Actor::System("test"), refused, None).await.unwrap_err();
    let text = server.get("/metrics").await.text().await.unwrap();
    let value = |name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("bucketpress_{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
    };
    let committed = value("commits_total{outcome=\"committed\"}");
    // Set-up and the post, each with ids reserved first.
    assert!(committed >= 2.0, "{text}");
    assert_eq!(value("commits_total{outcome=\"refused\"}"), 1.0);
    assert_eq!(value("commits_total{outcome=\"unknown\"}"), 0.0);
    assert_eq!(value("commit_seconds_count"), committed);
    assert_eq!(value("commit_seconds_bucket{le=\"+Inf\"}"), committed);
    assert!(value("commit_seconds_sum") > 0.0);
    assert_eq!(value("commit_edits_sum"), committed, "every edit stands in one entry");
    assert_eq!(value("commit_edits_count"), value("log_seq"));
}

#[tokio::test]
async fn answers_carry_a_request_id_and_a_proxy_may_give_one() {
    let server = Server::start().await;
    let first = server.get("/healthz").await.headers()["x-request-id"].clone();
    let second = server.get("/healthz").await.headers()["x-request-id"].clone();
    assert_ne!(first, second);
    let given = support::client().get(server.url("/healthz")).header("X-Request-Id", "lb-7").send().await.unwrap();
    assert_eq!(given.headers()["x-request-id"], "lb-7");
    let odd = support::client().get(server.url("/healthz")).header("X-Request-Id", "a b").send().await.unwrap();
    assert_ne!(odd.headers()["x-request-id"], "a b");
}
