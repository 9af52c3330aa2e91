//! `Last-Modified` and `If-Modified-Since`.

use std::time::{Duration, Instant};

use bucketpress::content::{Edit, edit::SavePost};

use super::{path, post, save};
use crate::support::{self, Server};

/// Asks until the answer is old enough to have a date.
pub async fn last_modified(server: &Server, path: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = server.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        if let Some(date) = answer.headers().get("last-modified") {
            return date.to_str().unwrap().to_owned();
        }
        assert!(Instant::now() < deadline, "{path} never had a date");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn ask(server: &Server, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let request = support::client().get(server.url(path));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

#[tokio::test]
async fn feeds_and_sitemaps_are_revalidated_by_date() {
    let server = Server::start().await;
    let id = save(&server, post("News", "<p>First words.</p>")).await;
    for path in ["/feed/", "/comments/feed/", "/feed/atom/", "/wp-sitemap-posts-post-1.xml"] {
        let date = last_modified(&server, path).await;
        let held = ask(&server, path, &[("If-Modified-Since", &date)]).await;
        assert_eq!(held.status(), 304, "{path}");
        assert!(held.headers().contains_key("etag"), "{path}");
        let other = ask(&server, path, &[("If-Modified-Since", &date), ("If-None-Match", "\"other\"")]).await;
        assert_eq!(other.status(), 200, "{path}: the tag decides");
    }
    let page = server.get(&path(&server, id)).await;
    assert!(page.headers().get("last-modified").is_none(), "pages have tags alone");

    let date = last_modified(&server, "/feed/").await;
    let words = |content: &str| SavePost { id: Some(id), content: Some(content.to_owned()), ..SavePost::default() };
    // Twice, most likely within one second.
    for content in ["<p>Second words.</p>", "<p>Third words.</p>"] {
        save(&server, words(content)).await;
        let changed = ask(&server, "/feed/", &[("If-Modified-Since", &date)]).await;
        assert_eq!(changed.status(), 200);
        assert!(changed.headers().get("last-modified").is_none(), "it may change again within the second");
        assert!(changed.text().await.unwrap().contains(content.trim_start_matches("<p>").trim_end_matches("</p>")));
    }
    let date = last_modified(&server, "/feed/").await;
    server.apply(Edit::TrashPost { id, base: None }).await;
    let without = ask(&server, "/feed/", &[("If-Modified-Since", &date)]).await;
    assert_eq!(without.status(), 200, "what is newest now is older");
    assert!(!without.text().await.unwrap().contains("Third words."));
}
