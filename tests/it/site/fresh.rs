use std::{sync::Arc, time::Duration};

use bucketpress::{
    clock::Clock,
    content::{Actor, Edit},
    publish,
    store::memory::MemoryObjects,
};

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
    for _ in 0..5 {
        second.get("/").await;
        let edit = Edit::SavePost(Box::new(post("Mine", "My words.")));
        let commit = publish::apply(&first.app, &Actor::User(first.admin), edit, None).await.unwrap();
        // As the acknowledgement of a form would set it.
        let cookie = format!("bp_seq={}", first.app.key.sign("seen", &commit.seq.to_string()));
        let answer = support::client().get(second.url("/")).header("Cookie", cookie).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "private, no-cache", "shared caches are passed by");
        assert!(answer.text().await.unwrap().contains("Mine"));
        assert!(second.app.log.current().seq >= commit.seq);
    }
}
