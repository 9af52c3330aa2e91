//! oEmbed and link previews, with other sites played by this test.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{Answer, Api};

/// Another site, on the one loopback address servers of tests may ask.
struct Site {
    base: String,
    asked: Arc<AtomicUsize>,
}

impl Site {
    /// Answers each path that begins so with this type and body, all others with 404. `BASE` stands for its address.
    async fn with(pages: &'static [(&'static str, &'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (own, asked) = (base.clone(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let mut request = vec![0; 8192];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let line = String::from_utf8_lossy(&request[..read]).into_owned();
                let path = line.split(' ').nth(1).unwrap_or("/").to_owned();
                let page = pages.iter().find(|(begins, ..)| path.starts_with(begins));
                let (status, kind, body) = match page {
                    Some((_, kind, body)) => ("200 OK", *kind, body.replace("BASE", &own)),
                    None => ("404 Not Found", "text/html", String::new()),
                };
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { base, asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn escaped(url: &str) -> String {
    url::form_urlencoded::byte_serialize(url.as_bytes()).collect()
}

/// A mebibyte of zeros behind a kibibyte, and so on: as small as gzip makes it.
fn zipped(bytes: usize) -> Vec<u8> {
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    zip.write_all(&vec![b' '; bytes]).unwrap();
    zip.finish().unwrap()
}

async fn ask(api: &Api, route: &str, url: &str) -> Answer {
    Api::send(api.request(Method::GET, &format!("../../{route}?url={}", escaped(url)))).await
}

const PROXY: &str = "oembed/1.0/proxy";
const DETAILS: &str = "wp-block-editor/v1/url-details";

#[actix_web::test]
async fn public_posts_can_be_embedded_elsewhere() {
    let api = Api::start().await;
    let made = api.post("posts", json!({ "title": "Ferries & tides", "status": "publish" })).await;
    let link = made.body["link"].as_str().unwrap();
    for url in [link.to_owned(), format!("{}/?p={}", api.server.base, made.body["id"])] {
        let path = format!("../../oembed/1.0/embed?maxwidth=300&url={}", escaped(&url));
        let answer = api.stranger(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.body["title"], "Ferries & tides");
        assert_eq!(answer.body["provider_name"], "The Test Gazette");
        assert_eq!((&answer.body["width"], &answer.body["height"]), (&json!(300), &json!(200)));
        let html = answer.body["html"].as_str().unwrap();
        assert!(html.starts_with("<iframe class=\"wp-embedded-content\" sandbox=\"allow-scripts "), "{html}");
        assert!(html.contains(&format!("src=\"{link}embed/\"")) && html.contains("width=\"300\""), "{html}");
    }
    let xml = api.client.get(api.url(&format!("../../oembed/1.0/embed?format=xml&url={}", escaped(link))));
    let xml = xml.send().await.unwrap();
    assert_eq!(xml.headers()["content-type"], "text/xml; charset=UTF-8");
    let text = xml.text().await.unwrap();
    assert!(text.contains("<title>Ferries &amp; tides</title>") && text.contains("<html>&lt;iframe"), "{text}");

    let draft = api.post("posts", json!({ "title": "Not yet" })).await;
    for url in [
        format!("{}/?p={}", api.server.base, draft.body["id"]),
        format!("{}/not-there/", api.server.base),
        link.replace("127.0.0.1", "127.0.0.3"),
    ] {
        let answer = api.stranger(&format!("../../oembed/1.0/embed?url={}", escaped(&url))).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (StatusCode::NOT_FOUND, &json!("oembed_invalid_url")),
            "{url}"
        );
    }
    let none = api.stranger("../../oembed/1.0/embed").await;
    assert_eq!(none.body["code"], "rest_missing_callback_param");
}

#[actix_web::test]
async fn embeds_of_other_sites_are_found_cut_down_and_kept() {
    let api = Api::start().await;
    let site = Site::with(&[
        ("/oembed", "application/json", r#"{"version":"1.0","type":"rich","title":"Quay","html":"<script>x</script><iframe src=\"BASE/f\"></iframe>","evil":{}}"#),
        ("/quay", "text/html", "<head><link rel=alternate type='application/json+oembed' href='/oembed?of=quay'></head>"),
        ("/plain", "text/html", "<head><title>Plain</title></head>"),
    ])
    .await;
    let answer = ask(&api, PROXY, &format!("{}/quay", site.base)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let html = answer.body["html"].as_str().unwrap();
    assert!(html.contains("sandbox=\"allow-scripts\"") && !html.contains("script>"), "{html}");
    assert!(answer.body.get("evil").is_none());
    assert_eq!(site.asked(), 2);
    assert_eq!(ask(&api, PROXY, &format!("{}/quay", site.base)).await.body, answer.body);
    assert_eq!(site.asked(), 2, "kept for a day");
    for (url, why) in [
        (format!("{}/plain", site.base), "offers nothing"),
        (format!("{}/gone", site.base), "is not there"),
        (api.server.base.replace("127.0.0.1", "127.0.0.3"), "is within"),
        ("ftp://example.org/".to_owned(), "is not of the web"),
    ] {
        let answer = ask(&api, PROXY, &url).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (StatusCode::NOT_FOUND, &json!("oembed_invalid_url")),
            "{why}"
        );
    }
    let stranger = api.stranger(&format!("../../{PROXY}?url={}", escaped(&site.base))).await;
    assert_eq!((stranger.status, &stranger.body["code"]), (StatusCode::UNAUTHORIZED, &json!("rest_forbidden")));
    let own = api.post("posts", json!({ "title": "Ours", "status": "publish" })).await;
    let answer = ask(&api, PROXY, own.body["link"].as_str().unwrap()).await;
    assert_eq!(answer.body["title"], "Ours", "{}", answer.body);
}

#[actix_web::test]
async fn links_are_previewed_for_those_who_write() {
    let api = Api::start().await;
    let site = Site::with(&[
        (
            "/page",
            "text/html",
            "<head><title>Quay &amp; pier</title><meta name=description content='All boats'>\
            <meta property=og:image content='/p.png'><link rel='shortcut icon' href='i.ico'></head>",
        ),
        ("/empty", "text/html", ""),
    ])
    .await;
    let answer = ask(&api, DETAILS, &format!("{}/page", site.base)).await;
    let expected = json!({
        "title": "Quay & pier", "icon": format!("{}/i.ico", site.base), "description": "All boats",
        "image": format!("{}/p.png", site.base),
    });
    assert_eq!(answer.body, expected);
    for (url, code) in [
        (format!("{}/empty", site.base), "no_content"),
        (format!("{}/gone", site.base), "no_response"),
        (api.server.base.clone(), "no_response"),
        ("file:///etc/passwd".to_owned(), "rest_invalid_url"),
    ] {
        let answer = ask(&api, DETAILS, &url).await;
        assert_eq!((answer.status, &answer.body["code"]), (StatusCode::NOT_FOUND, &json!(code)), "{url}");
    }
    let stranger = api.stranger(&format!("../../{DETAILS}?url={}", escaped(&site.base))).await;
    assert_eq!(stranger.body["code"], "rest_cannot_view_url_details");
}

const FEED: &str = "<rss version=\"2.0\"><channel><title>Far</title>\
    <item><title>Low &amp; high</title><link>BASE/one</link><pubDate>Mon, 02 Nov 2026 08:00:00 +0000</pubDate>\
    <description>&lt;p&gt;Of &lt;script&gt;alert(1)&lt;/script&gt;tides&lt;/p&gt;</description></item>\
    <item><title>Older</title><link>BASE/two</link></item></channel></rss>";

#[actix_web::test]
async fn feeds_of_other_sites_are_shown_and_asked_for_once() {
    let api = Api::start().await;
    let far = Site::with(&[("/feed", "application/rss+xml", FEED)]).await;
    let block =
        |url: &str| format!("<!-- wp:rss {{\"feedURL\":\"{url}\",\"itemsToShow\":1,\"displayExcerpt\":true}} /-->");
    let content = block(&format!("{}/feed", far.base));
    let made = api.post("posts", json!({ "title": "Elsewhere", "status": "publish", "content": content })).await;
    let html = made.body["content"]["rendered"].as_str().unwrap();
    assert!(html.contains(&format!("<a href=\"{}/one\">Low &amp; high</a>", far.base)), "{html}");
    assert!(html.contains("Of tides") && !html.contains("<script") && !html.contains("Older"), "{html}");
    let page = api.client.get(made.body["link"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Low &amp; high"), "{page}");
    assert_eq!(far.asked(), 1, "one answer for all who look within the hour");

    // This server itself is in a private network, which a feed must not be a way into.
    let own = Api::send(api.request(
        Method::GET,
        &format!("block-renderer/core/rss?context=edit&attributes[feedURL]={}", escaped(&api.server.url("/feed/"))),
    ))
    .await;
    assert_eq!(own.body["rendered"], "<p class=\"wp-block-rss\">This feed cannot be shown.</p>", "{}", own.body);
    let none = api.get("block-renderer/core/rss?context=edit").await;
    assert_eq!(none.body["rendered"], "");
}

/// Answers everybody with a redirect; counts who asks.
async fn redirect_to(address: &str, to: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((address, 0)).await.unwrap();
    let (base, asked) = (format!("http://{}", listener.local_addr().unwrap()), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 8192];
            let _ = stream.read(&mut request).await;
            let head =
                format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    (base, asked)
}

#[actix_web::test]
async fn neither_redirects_nor_names_lead_into_the_network_of_the_server() {
    let api = Api::start().await;
    // 127.0.0.1 is private here, and so is what `localhost` stands for; only 127.0.0.2 may be asked.
    let (secret, asked) = redirect_to("127.0.0.1", "/".to_owned()).await;
    let port = secret.rsplit(':').next().unwrap();
    let name = format!("http://localhost:{port}/");
    for inner in [secret.clone(), name] {
        let (outer, redirected) = redirect_to("127.0.0.2", inner.clone()).await;
        for route in [PROXY, DETAILS] {
            for url in [&inner, &outer] {
                let answer = ask(&api, route, url).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{route} {url}: {}", answer.body);
                assert!(!answer.body.to_string().contains("private"), "says nothing of it: {}", answer.body);
            }
        }
        assert_eq!(redirected.load(Ordering::SeqCst), 2);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

/// Nothing is unpacked: neither what other sites send nor what callers do, however small it comes.
#[actix_web::test]
async fn what_comes_packed_stays_packed() {
    let api = Api::start().await;
    let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let page = [b"<head><title>".as_slice(), &[b' '; 100]].concat();
    let served = tokio::spawn(async move {
        let mut asked = String::new();
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 8192];
            let read = stream.read(&mut request).await.unwrap();
            asked.push_str(&String::from_utf8_lossy(&request[..read]).to_lowercase());
            let body = [zipped(64 << 20), page.clone()].concat();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&body).await;
            let _ = stream.shutdown().await;
        }
        asked
    });
    let details = ask(&api, DETAILS, &format!("{base}/a")).await;
    assert_eq!((details.status, &details.body["title"]), (StatusCode::OK, &json!("")), "nothing could be read");
    assert_eq!(ask(&api, PROXY, &format!("{base}/b")).await.status, StatusCode::NOT_FOUND);
    assert!(!served.await.unwrap().contains("accept-encoding"), "nobody was asked to pack anything");

    for encoding in ["gzip", "deflate", "br"] {
        let request = api.request(Method::POST, "posts").header("Content-Type", "application/json");
        let answer = Api::send(request.header("Content-Encoding", encoding).body(zipped(64 << 20))).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{encoding}: {}", answer.body);
        assert!(answer.body["message"].as_str().unwrap().contains(encoding), "{}", answer.body);
    }
}
