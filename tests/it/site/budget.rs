use std::sync::Arc;

use bucketpress::{
    serve::{self, PageRequest},
    store::{counting::Counts, memory::MemoryObjects},
};

use super::{path, post, save};
use crate::support::Server;

/// Reads of the store that answering `path` costs, the shared confirmation of the log's tail apart.
async fn reads(server: &Server, path: &str) -> u64 {
    let request = PageRequest { path: path.to_owned(), ..PageRequest::default() };
    // Confirmed just now: within the next second no answer confirms the tail again.
    server.app.log.fresh(std::time::Duration::ZERO).await.unwrap();
    let before: Counts = server.app.calls.counts();
    let confirmed = server.app.clock.monotonic();
    serve::page(&server.app, &request).await.unwrap();
    let reads = server.app.calls.counts().since(&before).reads();
    let took = server.app.clock.monotonic() - confirmed;
    assert!(took < std::time::Duration::from_millis(700), "too slow to count: {took:?}");
    reads
}

/// A site of `count` posts as a server sees it that has just been started: no body in memory.
async fn site(count: usize) -> (Server, Vec<String>) {
    let objects = Arc::new(MemoryObjects::new());
    let first = Server::without_jobs(objects.clone()).await;
    let mut paths = Vec::new();
    for n in 0..count {
        paths.push(path(&first, save(&first, post(&format!("Post {n}"), &format!("<p>Words of {n}.</p>"))).await));
    }
    drop(first);
    (Server::without_jobs(objects).await, paths)
}

#[tokio::test]
async fn cold_pages_read_a_fixed_number_of_objects_and_warm_ones_none() {
    let mut costs = Vec::new();
    for count in [12, 60] {
        let (server, paths) = site(count).await;
        let last = paths.last().unwrap();
        let single = reads(&server, last).await;
        let home = reads(&server, "/").await;
        let feed = reads(&server, "/feed/").await;
        let sitemap = reads(&server, "/wp-sitemap-posts-post-1.xml").await;
        for path in ["/", last, "/feed/", "/wp-sitemap-posts-post-1.xml"] {
            assert_eq!(reads(&server, path).await, 0, "{path} is warm");
        }
        costs.push((single, home, feed, sitemap));
    }
    assert_eq!(costs[0], costs[1], "whatever the size of the site");
    let (single, home, feed, sitemap) = costs[0];
    assert_eq!(single, 1);
    assert!(home <= 10, "one object per entry: {home}");
    assert!(feed <= 10, "{feed}");
    assert_eq!(sitemap, 0);
}
