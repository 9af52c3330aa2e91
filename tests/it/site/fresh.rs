use std::{sync::Arc, time::Duration};

use bucketpress::{clock::Clock, store::memory::MemoryObjects};
use serde_json::json;

use super::{path, post, save};
use crate::support::{self, Server};

#[tokio::test]
async fn a_second_server_shows_a_write_within_a_second() {
    let objects = Arc::new(MemoryObjects::new());
    let first = Server::on(objects.clone()).await;
    let second = Server::on(objects).await;
    assert_eq!(second.get("/").await.status(), 200);
    let id = save(&first, post("Breaking", "It happened.")).await;
    let acknowledged = Clock::System.monotonic();
    let path = path(&first, id);
    // What is asked a second after the acknowledgement must show it; what is asked before may.
    loop {
        let asked = Clock::System.monotonic() - acknowledged;
        let home = second.get("/").await.text().await.unwrap();
        if asked >= Duration::from_secs(1) {
            assert!(home.contains("Breaking"), "asked after {asked:?}");
            break;
        }
        if home.contains("Breaking") {
            break;
        }
    }
    assert_eq!(second.get(&path).await.status(), 200);
}

#[tokio::test]
async fn who_wrote_sees_the_write_on_every_server_at_once() {
    let objects = Arc::new(MemoryObjects::new());
    let first = Server::without_jobs(objects.clone()).await;
    let second = Server::without_jobs(objects).await;
    let secret = first.app_password(first.admin).await;
    for _ in 0..5 {
        second.get("/").await;
        let cookie = write(&first, &secret).await;
        let answer = support::client().get(second.url("/")).header("Cookie", cookie).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "private, no-cache", "shared caches are passed by");
        assert!(answer.text().await.unwrap().contains("Mine"));
        assert!(second.app.log.current().seq >= first.app.log.current().seq);
    }
}

/// Saves a post over REST and gives the cookie of its acknowledgement.
async fn write(server: &Server, secret: &str) -> String {
    let request = support::client().post(server.url("/wp-json/wp/v2/posts")).basic_auth(support::ADMIN, Some(secret));
    let post = json!({ "title": "Mine", "content": "My words.", "status": "publish" });
    let answer = request.json(&post).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let cookies = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let seen = cookies.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.starts_with("bp_seq="));
    seen.unwrap().to_owned()
}

/// A site restored elsewhere, or founded anew under the same key, numbers its entries for itself.
#[tokio::test]
async fn the_cookie_of_another_log_is_ignored() {
    let one = Server::without_jobs(Arc::new(MemoryObjects::new())).await;
    let secret = one.app_password(one.admin).await;
    let mut cookie = String::new();
    for _ in 0..3 {
        cookie = write(&one, &secret).await;
    }
    let other = Server::without_jobs(Arc::new(MemoryObjects::new())).await;
    assert!(other.app.log.current().seq < one.app.log.current().seq);
    let answer = support::client().get(other.url("/")).header("Cookie", cookie).send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "public, max-age=0, must-revalidate", "as without");
}
