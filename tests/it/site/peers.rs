//! Servers of one site tell each other what they wrote; nothing rests on it.

use std::sync::Arc;

use bucketpress::{
    app::peers,
    config::{Config, PeerAddress},
    jobs,
    store::{Objects, keys::Key, memory::MemoryObjects},
};

use super::{post, save};
use crate::support::{self, Server, until};

/// A server that looks at the log only when it is told to, and tells others.
async fn quiet(objects: &Arc<MemoryObjects>) -> (Server, tokio::task::JoinHandle<()>) {
    let server = Server::without_jobs(Arc::<MemoryObjects>::clone(objects)).await;
    let listen = server.base.strip_prefix("http://").unwrap().parse().unwrap();
    let job = tokio::spawn(jobs::peers::run(server.app.clone(), listen));
    (server, job)
}

#[tokio::test]
async fn what_one_server_writes_another_reads_without_being_asked() {
    let objects = Arc::new(MemoryObjects::new());
    let (writer, writing) = quiet(&objects).await;
    let (reader, reading) = quiet(&objects).await;
    // The reader found the writer's record and told it of itself.
    until("servers that know each other", || {
        let peers = [&writer, &reader].map(|server| server.app.peers.counts().peers);
        async move { peers == [1, 1] }
    })
    .await;
    let id = save(&writer, post("News", "Words.")).await;
    until("the entry on the other server", || {
        let there = reader.app.log.current().state.post(id).is_some();
        async move { there }
    })
    .await;
    // The answer to a hint may come after the entry it is of.
    until("a hint sent and heard", || {
        let done = reader.app.peers.counts().heard > 0 && writer.app.peers.counts().sent > 0;
        async move { done }
    })
    .await;

    let metrics = writer.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("bucketpress_peers 1"), "{metrics}");
    peers::leave(&reader.app).await.unwrap();
    peers::look(&writer.app).await.unwrap();
    assert_eq!(writer.app.peers.counts().peers, 0, "who has left is told nothing");
    writing.abort();
    reading.abort();
}

#[tokio::test]
async fn only_servers_of_the_site_are_believed() {
    let server = Server::without_jobs(Arc::new(MemoryObjects::new())).await;
    let other = Server::without_jobs(Arc::new(MemoryObjects::new())).await;
    let calls = || server.app.calls.counts().reads();
    let before = calls();
    let hint = |body: Vec<u8>| support::client().post(server.url(peers::HINT_PATH)).body(body).send();
    for body in ["", "{}", r#"{"lineage":"x","seq":99,"from":"y","mac":"00"}"#] {
        assert_eq!(hint(body.as_bytes().to_vec()).await.unwrap().status(), 403, "{body}");
    }
    // Of another site under the same key.
    assert_eq!(hint(peers::hint(&other.app, 99)).await.unwrap().status(), 403);
    assert_eq!(hint(vec![b'x'; 5000]).await.unwrap().status(), 413);
    assert_eq!(server.get(peers::HINT_PATH).await.status(), 405);
    assert_eq!(calls(), before, "strangers cost no request to the store");
    assert_eq!(hint(peers::hint(&server.app, 1)).await.unwrap().status(), 204, "known already");
    assert_eq!(calls(), before);
    assert_eq!(hint(peers::hint(&server.app, 99)).await.unwrap().status(), 204);
    assert!(calls() > before, "an entry that is not here is looked for");
}

#[tokio::test]
async fn records_of_strangers_and_of_the_dead_are_not_used() {
    let objects = Arc::new(MemoryObjects::new());
    let server = Server::without_jobs(Arc::<MemoryObjects>::clone(&objects)).await;
    let other = Server::without_jobs(Arc::<MemoryObjects>::clone(&objects)).await;
    peers::announce(&other.app, Some("127.0.0.1:9"), other.app.clock.now()).await.unwrap();
    let key = Key::Server(other.app.log.writer());
    let authentic = objects.get(&key.path(), None).await.unwrap().body;
    let forged = String::from_utf8(authentic.to_vec()).unwrap().replace("127.0.0.1:9", "127.0.0.1:8");
    let put =
        async |key: Key<'_>, body: Vec<u8>| objects.put(&key.path(), body.into(), &key.attributes()).await.unwrap();
    put(key, forged.into_bytes()).await;
    put(Key::Server("another-name"), authentic.to_vec()).await;
    assert!(!peers::look(&server.app).await.unwrap());
    put(key, authentic.to_vec()).await;
    assert!(peers::look(&server.app).await.unwrap());
    assert_eq!(server.app.peers.counts().peers, 1);
    // Nobody listens there: after three hints it gets none.
    for seq in 1..=3 {
        peers::tell(&server.app, seq).await;
    }
    assert_eq!(server.app.peers.counts().peers, 0);

    let record = |hours: i64| {
        let at = server.app.clock.now() - jiff::SignedDuration::from_hours(hours);
        peers::record(&other.app, Some("127.0.0.1:9"), at, at)
    };
    put(key, record(2)).await;
    peers::look(&server.app).await.unwrap();
    assert_eq!(server.app.peers.counts().peers, 0);
    assert!(objects.get(&key.path(), None).await.is_ok(), "a day for people to see that it ended without a word");
    put(key, record(30)).await;
    peers::look(&server.app).await.unwrap();
    assert!(objects.get(&key.path(), None).await.is_err(), "swept");
}

#[tokio::test]
async fn a_server_may_be_reached_nowhere() {
    let config = Config {
        server: bucketpress::config::ServerConfig { peer_address: PeerAddress::Nowhere, ..support::config().server },
        ..support::config()
    };
    let objects = Arc::new(MemoryObjects::new());
    let hidden = Server::prepared(Arc::<MemoryObjects>::clone(&objects), config).await;
    let other = Server::without_jobs(Arc::<MemoryObjects>::clone(&objects)).await;
    let key = Key::Server(hidden.app.log.writer()).path();
    until("its record", || async { objects.get(&key, None).await.is_ok() }).await;
    peers::look(&other.app).await.unwrap();
    assert_eq!(other.app.peers.counts().peers, 0);
}
