use std::io::Read as _;

use bucketpress::content::edit::SavePost;

use super::{path, post, save};
use crate::support::{self, Server};

async fn encoded(server: &Server, path: &str, accept: &str) -> reqwest::Response {
    support::client().get(server.url(path)).header("Accept-Encoding", accept).send().await.unwrap()
}

#[tokio::test]
async fn pages_are_compressed_and_revalidated() {
    let server = Server::start().await;
    let long = "<p>Every word of this paragraph is here to be squeezed.</p>".repeat(60);
    let path = path(&server, save(&server, post("Long read", &long)).await);
    let plain = server.get(&path).await;
    assert_eq!(plain.headers()["cache-control"], "public, max-age=0, must-revalidate");
    assert_eq!(plain.headers()["x-content-type-options"], "nosniff");
    assert_eq!(plain.headers()["vary"], "Accept-Encoding");
    let etag = plain.headers()["etag"].to_str().unwrap().to_owned();
    let body = plain.bytes().await.unwrap();

    let gzip = encoded(&server, &path, "gzip").await;
    assert_eq!(gzip.headers()["content-encoding"], "gzip");
    assert_ne!(gzip.headers()["etag"].to_str().unwrap(), etag);
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(gzip.bytes().await.unwrap().as_ref()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, body);
    for (accept, chosen) in [("gzip, deflate, br, zstd", "br"), ("zstd", "zstd")] {
        let answer = encoded(&server, &path, accept).await;
        assert_eq!(answer.headers()["content-encoding"], chosen);
        assert!(answer.bytes().await.unwrap().len() < body.len());
    }

    let conditional = |tag: String| support::client().get(server.url(&path)).header("If-None-Match", tag).send();
    let held = conditional(etag.clone()).await.unwrap();
    assert_eq!(held.status(), 304);
    assert_eq!(held.headers()["etag"].to_str().unwrap(), etag);
    assert!(held.bytes().await.unwrap().is_empty());
    assert_eq!(conditional("\"other\"".to_owned()).await.unwrap().status(), 200);

    let head = support::client().head(server.url(&path)).send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert_eq!(head.headers()["content-length"], body.len().to_string().as_str());
    assert!(head.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_edit_shows_at_once_and_leaves_other_pages_alone() {
    let server = Server::start().await;
    let edited = save(&server, post("Draft one", "First words.")).await;
    let other = save(&server, post("Unrelated", "Something else.")).await;
    let (edited_path, other_path) = (path(&server, edited), path(&server, other));
    for path in ["/", &edited_path, &other_path, "/feed/"] {
        assert_eq!(server.get(path).await.status(), 200);
    }
    let before = server.app.pages.counts();
    let change = SavePost { id: Some(edited), content: Some("Second words.".to_owned()), ..SavePost::default() };
    save(&server, change).await;
    let shown = server.get(&edited_path).await.text().await.unwrap();
    assert!(shown.contains("Second words.") && !shown.contains("First words."));
    let feed = server.get("/feed/").await.text().await.unwrap();
    assert!(feed.contains("Second words."));
    assert_eq!(server.app.pages.counts().renders - before.renders, 2);
    // The tail may be confirmed meanwhile; the pages stay.
    assert_eq!(server.get("/?utm_source=mail").await.status(), 200);
}

#[tokio::test]
async fn wrong_addresses_share_one_page() {
    let server = Server::start().await;
    let before = server.app.pages.counts().renders;
    for n in 0..20 {
        let answer = server.get(&format!("/wrong-{n}/")).await;
        assert_eq!(answer.status(), 404);
        assert!(answer.headers().get("etag").is_none());
    }
    assert_eq!(server.app.pages.counts().renders - before, 1);
}

#[tokio::test]
async fn theme_files_are_kept_for_ever_under_their_content() {
    let server = Server::start().await;
    let home = server.get("/").await.text().await.unwrap();
    let at = home.find("/wp-content/themes/").expect("the theme links its style sheet");
    let asset: String = home[at..].chars().take_while(|letter| !"\"'> ".contains(*letter)).collect();
    let answer = encoded(&server, &asset, "br").await;
    assert_eq!(answer.status(), 200, "{asset}");
    assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(answer.headers()["content-encoding"], "br");
    assert_eq!(server.get("/wp-content/themes/broadsheet/../../etc/passwd").await.status(), 404);
    assert_eq!(server.get("/favicon.ico").await.status(), 200);
}
