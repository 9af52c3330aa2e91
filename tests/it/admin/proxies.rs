//! Behind HAProxy: what a proxy says of a client counts if the proxy is trusted, and from nobody else.

use std::{
    net::{IpAddr, TcpListener},
    sync::Arc,
    time::{Duration, Instant},
};

use bucketpress::{config::Network, store::memory::MemoryObjects};
use reqwest::Client;
use serde_json::{Value, json};

use super::sign_in;
use crate::{
    site::{post, save},
    support::{self, ADMIN_PASSWORD, Server, haproxy::Haproxy},
};

/// Where the proxy calls from.
const PROXY: &str = "127.0.0.3";

fn from(address: &str) -> Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).cookie_store(true);
    client.local_address(address.parse::<IpAddr>().unwrap()).build().unwrap()
}

struct Proxied {
    server: Server,
    _proxy: Haproxy,
    _folder: tempfile::TempDir,
    /// Said by TLS to have come, and said nothing of.
    secure: String,
    plain: String,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn proxied(prepared: bool) -> Option<Proxied> {
    let mut config = support::config();
    config.server.trusted_proxies = vec![Network { address: PROXY.parse().unwrap(), prefix_bits: 32 }];
    let server = Server::unprepared(Arc::new(MemoryObjects::new()), config).await;
    let server = if prepared { server.set_up().await } else { server };
    let (secure, plain, folder) = (free_port(), free_port(), tempfile::tempdir().unwrap());
    let behind = server.base.strip_prefix("http://").unwrap();
    let sections = format!(
        "  option forwardfor\n\
         frontend secure\n  bind 127.0.0.1:{secure}\n  http-request set-header X-Forwarded-Proto https\n  \
         http-request set-header X-Forwarded-Host news.example.org\n  default_backend site\n\
         frontend plain\n  bind 127.0.0.1:{plain}\n  http-request set-header X-Forwarded-Proto http\n  \
         default_backend site\n\
         backend site\n  source {PROXY}\n  server one {behind}\n"
    );
    let proxy = Haproxy::start(folder.path(), &sections)?;
    let deadline = Instant::now() + Duration::from_secs(30);
    while reqwest::get(format!("http://127.0.0.1:{plain}/readyz")).await.is_err() {
        assert!(Instant::now() < deadline, "{:?}", std::fs::read_to_string(folder.path().join("haproxy.log")));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let address = |port: u16| format!("http://127.0.0.1:{port}");
    Some(Proxied { server, _proxy: proxy, _folder: folder, secure: address(secure), plain: address(plain) })
}

async fn cookie_of(client: &Client, base: &str, headers: &[(&str, &str)]) -> (String, bool) {
    let request = headers.iter().fold(client.get(format!("{base}/wp-login.php")), |r, (n, v)| r.header(*n, *v));
    let answer = request.send().await.unwrap();
    let told = answer.headers().contains_key("strict-transport-security");
    (answer.headers()["set-cookie"].to_str().unwrap().to_owned(), told)
}

#[tokio::test]
async fn cookies_are_secure_for_who_came_by_tls_as_the_proxy_says() {
    let Some(site) = proxied(true).await else { return };
    let forged = [("X-Forwarded-Proto", "https"), ("CloudFront-Forwarded-Proto", "https")];
    for (base, headers, secure) in [
        (&site.secure, &[][..], true),
        (&site.plain, &[][..], false),
        (&site.plain, &forged[..1], false),
        // CloudFront before the proxy says it in a header of its own
        (&site.plain, &forged[1..], true),
        (&site.server.base, &forged[..], false),
    ] {
        let (cookie, told) = cookie_of(&from("127.0.0.9"), base, headers).await;
        assert_eq!((cookie.contains("; Secure"), told), (secure, secure), "{base} {headers:?}: {cookie}");
    }
}

#[tokio::test]
async fn the_client_is_who_the_proxy_saw() {
    let Some(site) = proxied(true).await else { return };
    let id = save(&site.server, post("A quiet harbour", "x")).await;
    let secret = site.server.app_password(site.server.admin).await;
    let said = async |base: &str, text: &str| {
        let request = from("127.0.0.9").post(format!("{base}/wp-json/wp/v2/comments"));
        let request = request.basic_auth(support::ADMIN, Some(&secret)).header("X-Forwarded-For", "6.6.6.6");
        let answer = request.json(&json!({ "post": id.0, "content": text })).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["author_ip"].clone()
    };
    assert_eq!(said(&site.plain, "Through the proxy.").await, "127.0.0.9", "not what the client says itself");
    assert_eq!(said(&site.server.base, "Past it.").await, "127.0.0.9");
}

#[tokio::test]
async fn guesses_are_counted_for_the_client_not_for_the_proxy() {
    let Some(mut site) = proxied(true).await else { return };
    // the helper signs in where the server says it is
    let direct = std::mem::replace(&mut site.server.base, site.plain.clone());
    let guesser = from("127.0.0.9");
    for _ in 0..5 {
        assert_eq!(sign_in(&site.server, &guesser, "guess", "").await.status(), 401);
    }
    assert_eq!(sign_in(&site.server, &guesser, ADMIN_PASSWORD, "").await.status(), 429);
    assert_eq!(sign_in(&site.server, &from("127.0.0.10"), ADMIN_PASSWORD, "").await.status(), 303, "others go on");
    site.server.base = direct;
    assert_eq!(sign_in(&site.server, &from("127.0.0.9"), ADMIN_PASSWORD, "").await.status(), 429, "past the proxy too");
}

#[tokio::test]
async fn a_new_site_is_offered_the_address_the_proxy_knows() {
    let Some(site) = proxied(false).await else { return };
    let offered = async |base: &str| {
        let request = from("127.0.0.9").get(format!("{base}/wp-admin/install.php"));
        request.header("X-Forwarded-Host", "evil.example").send().await.unwrap().text().await.unwrap()
    };
    let page = offered(&site.secure).await;
    assert!(page.contains("https://news.example.org") && !page.contains("evil.example"), "{page}");
    let page = offered(&site.server.base).await;
    assert!(page.contains(&site.server.base) && !page.contains("evil.example"), "{page}");
}
