use std::{io::Read as _, sync::Arc};

use bucketpress::{
    config::Config,
    content::{
        CommentStatus, Edit,
        edit::{SaveComment, SavePost},
    },
    publish::Outcome,
    store::memory::MemoryObjects,
};
use serde_json::json;

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

#[tokio::test]
async fn pages_of_discussions_that_are_not_there_are_not_kept() {
    let server = Server::start().await;
    let id = save(&server, SavePost { comments_open: Some(true), ..post("Talk", "x") }).await;
    let shown = path(&server, id);
    let mut comments = Vec::new();
    for text in ["One", "Two", "Three"] {
        let save = SaveComment {
            post: Some(id),
            content: Some(text.to_owned()),
            status: Some(CommentStatus::Approved),
            ..SaveComment::default()
        };
        let Outcome::Comment { id, .. } = server.apply(Edit::SaveComment(Box::new(save))).await else { panic!() };
        comments.push(id);
    }
    let one_page = server.get(&format!("{shown}comment-page-2/")).await;
    assert_eq!((one_page.status().as_u16(), one_page.headers()["location"].to_str().unwrap()), (302, &*shown));
    assert_eq!(server.get(&format!("{shown}comment-page-1/")).await.status(), 200, "as in WordPress");
    let options = [("page_comments", json!(true)), ("comments_per_page", json!(2))];
    server.apply(Edit::SetOptions(options.map(|(name, value)| (name.to_owned(), value)).to_vec())).await;
    let answers = format!("?replytocom={}", comments[0]);
    for there in ["comment-page-1/", "comment-page-2/", "?cpage=1", "?cpage=2", &answers] {
        assert_eq!(server.get(&format!("{shown}{there}")).await.status(), 200, "{there}");
    }
    let before = server.app.pages.counts().renders;
    for n in 3..20 {
        for wrong in ["comment-page-{}/", "?cpage={}", "?cpage=x{}", "?replytocom=9{}", "?replytocom=x{}", "?cpage=-{}"]
        {
            let wrong = wrong.replace("{}", &n.to_string());
            let answer = server.get(&format!("{shown}{wrong}")).await;
            let to = answer.headers()["location"].to_str().unwrap();
            assert_eq!((answer.status().as_u16(), to), (302, &*shown), "{wrong}");
        }
        let padded = format!("{shown}comment-page-{}1/", "0".repeat(n));
        assert_eq!(server.get(&padded).await.status(), 302, "{padded}");
    }
    assert_eq!(server.app.pages.counts().renders, before, "nothing was rendered for any of them");
}

/// What a reader gets, and caches keep.
async fn whole(request: reqwest::RequestBuilder) -> (u16, Vec<String>, String) {
    let answer = request.send().await.unwrap();
    let kept = ["content-type", "etag", "link", "cache-control", "vary", "location", "set-cookie", "content-encoding"];
    let header = |name: &&str| format!("{name}: {:?}", answer.headers().get_all(*name).iter().collect::<Vec<_>>());
    let headers = kept.iter().map(header).collect();
    (answer.status().as_u16(), headers, answer.text().await.unwrap())
}

/// Whatever somebody asks first, the next reader gets what a server gives that was never asked anything else.
async fn is_not_poisoned(config: Config) {
    let objects = Arc::new(MemoryObjects::new());
    let asked = Server::prepared(objects.clone(), config).await;
    let untouched = Server::on(objects).await;
    let untouched = async |path: &str| {
        untouched.app.log.reach(asked.app.log.current().seq).await;
        whole(support::client().get(untouched.url(path))).await
    };
    let headers = [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("CloudFront-Forwarded-Proto", "https"),
        ("X-Forwarded-For", "192.0.2.66"),
        ("X-Original-URL", "/wp-admin/"),
        ("X-Rewrite-URL", "/wp-admin/"),
        ("Host", "evil.example"),
        ("Host", "evil.example:666"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("Cookie", "bp_session=x; bp_seq=y; bp_form=z; wp-postpass=p; wordpress_logged_in_1=a"),
        ("Accept", "application/json"),
        ("Accept-Language", "de"),
        ("Range", "bytes=0-3"),
        ("If-None-Match", "*"),
        ("Authorization", "Basic ZXZpbDpldmls"),
        ("Origin", "https://evil.example"),
        ("X-WP-Nonce", "x"),
    ];
    for (at, (name, value)) in headers.into_iter().enumerate() {
        let path = path(&asked, save(&asked, post(&format!("Post {at}"), "<p>Of the harbour</p>")).await);
        let (_, told, text) = whole(support::client().get(asked.url(&path)).header(name, value)).await;
        assert!(!text.contains("evil.example") && !told.concat().contains("evil.example"), "{name}: {told:?}");
        let public = told.iter().any(|header| header.contains("public"));
        assert!(!public || told.contains(&"set-cookie: []".to_owned()), "{name}: {told:?}");
        let next = whole(support::client().get(asked.url(&path))).await;
        assert!(next.0 == 200 && next.2.contains("Of the harbour"), "{name}");
        assert_eq!(next, untouched(&path).await, "{name}: {value}");
    }
    let addresses =
        ["?utm_source=evil", "?evil.example", ";evil", "%3Bevil", "%2e%2e/", "?p=999999", "?s=evil", "%00", "?embed=1"];
    for (at, end) in addresses.into_iter().enumerate() {
        let path = path(&asked, save(&asked, post(&format!("Address {at}"), "<p>Of the harbour</p>")).await);
        let encoded = path.replacen("address", "%61ddress", 1);
        for odd in [format!("{path}{end}"), format!("/{path}"), encoded, format!("/{end}")] {
            whole(support::client().get(asked.url(&odd))).await;
        }
        let next = whole(support::client().get(asked.url(&path))).await;
        assert!(next.0 == 200 && next.2.contains("Of the harbour"), "{end}");
        assert_eq!(next, untouched(&path).await, "{end}");
        let front = whole(support::client().get(asked.url("/"))).await;
        assert_eq!(front, untouched("/").await, "{end}");
    }
    let path = path(&asked, save(&asked, post("For the desk", "<p>Of the harbour</p>")).await);
    let (_, told, _) = whole(asked.signed_in().await.get(asked.url(&path))).await;
    assert!(told.iter().any(|header| header.contains("no-store")), "{told:?}");
    let next = whole(support::client().get(asked.url(&path))).await;
    assert_eq!(next, untouched(&path).await, "nothing of who is signed in");
}

#[tokio::test]
async fn nobody_chooses_what_the_next_reader_gets() {
    is_not_poisoned(support::config()).await;
}

#[tokio::test]
async fn nobody_who_is_no_trusted_proxy_chooses_what_the_next_reader_gets() {
    let mut config = support::config();
    config.server.trusted_proxies.clear();
    is_not_poisoned(config).await;
}
