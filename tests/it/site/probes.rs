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
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let request = support::client().get(server.url("/metrics")).header("X-Forwarded-For", "203.0.113.9");
    assert_eq!(request.send().await.unwrap().status(), 404, "not for readers behind the proxy");
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
