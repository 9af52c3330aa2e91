//! What browsers are told they may do, on every kind of answer.

use std::sync::Arc;

use bucketpress::store::memory::MemoryObjects;

use super::{path, post, save};
use crate::support::{self, Server, client};

const SITE: &str = "base-uri 'self'; frame-ancestors 'self'; object-src 'self'";

fn header<'a>(answer: &'a reqwest::Response, name: &str) -> &'a str {
    answer.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

fn assert_site(what: &str, answer: &reqwest::Response) {
    assert_eq!(header(answer, "content-security-policy"), SITE, "{what}");
    assert_eq!(header(answer, "x-frame-options"), "SAMEORIGIN", "{what}");
    assert_eq!(header(answer, "referrer-policy"), "strict-origin-when-cross-origin", "{what}");
    assert!(header(answer, "permissions-policy").contains("camera=()"), "{what}");
}

fn assert_desk(what: &str, answer: &reqwest::Response) {
    let policy = header(answer, "content-security-policy");
    assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    let scripts = policy.split("script-src").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or_default();
    assert!(!scripts.contains("unsafe") && !policy.contains('*'), "{what}: {policy}");
    assert_eq!(header(answer, "x-frame-options"), "DENY", "{what}");
    assert_eq!(header(answer, "referrer-policy"), "same-origin", "{what}");
    assert_eq!(header(answer, "cross-origin-opener-policy"), "same-origin", "{what}");
    assert!(header(answer, "permissions-policy").contains("payment=()"), "{what}");
}

#[tokio::test]
async fn every_kind_of_page_states_its_policies() {
    let server = Server::start().await;
    let id = save(&server, post("A quiet harbour", "<p>Boats.</p>")).await;
    let at = path(&server, id);
    // twice: rendered, and from memory
    for address in [at.as_str(), at.as_str(), "/", "/?s=boats", "/nowhere/", "/feed/", "/wp-sitemap.xml", "/robots.txt"]
    {
        assert_site(address, &server.get(address).await);
    }
    let browser = server.signed_in().await;
    assert_site("signed in", &browser.get(server.url(&at)).send().await.unwrap());
    let editor = format!("/wp-admin/post.php?post={id}&action=edit");
    let revisions = format!("/wp-admin/revision.php?post={id}");
    let desk = [
        "/wp-login.php",
        "/wp-login.php?action=lostpassword",
        "/wp-login.php?action=logout",
        "/wp-login.php?action=rp&key=1.2.3",
        "/wp-admin/edit.php",
        "/wp-admin/edit.php?post_type=nothing",
        "/wp-admin/upload.php",
        "/wp-admin/profile.php",
        "/wp-admin/authorize-application.php?app_name=A",
        "/wp-admin/authorize-application.php?app_id=1",
        editor.as_str(),
        revisions.as_str(),
        "/wp-admin/install.php",
    ];
    for address in desk {
        assert_desk(address, &browser.get(server.url(address)).send().await.unwrap());
        assert_desk(address, &server.get(address).await);
    }
    let api = ["/wp-json/", "/wp-json/wp/v2/posts", "/wp-json/wp/v2/posts/9999", "/xmlrpc.php", "/healthz"];
    for address in api {
        let answer = server.get(address).await;
        assert_eq!(
            header(&answer, "content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'",
            "{address}"
        );
    }
    for address in [&[at.as_str(), "/wp-content/uploads/none.jpg"][..], &desk, &api].concat() {
        assert_eq!(header(&server.get(address).await, "x-content-type-options"), "nosniff", "{address}");
    }
}

#[tokio::test]
async fn only_who_comes_by_tls_is_told_to_stay_with_it() {
    let server = Server::start().await;
    let id = save(&server, post("A quiet harbour", "<p>Boats.</p>")).await;
    let at = path(&server, id);
    for address in [at.as_str(), at.as_str(), "/wp-login.php", "/wp-json/"] {
        let plain = server.get(address).await;
        assert_eq!(header(&plain, "strict-transport-security"), "", "{address}");
        let request = client().get(server.url(address)).header("X-Forwarded-Proto", "https");
        assert_eq!(
            header(&request.send().await.unwrap(), "strict-transport-security"),
            "max-age=15552000",
            "{address}"
        );
    }
}

#[tokio::test]
async fn operators_have_their_own_policies_for_the_site() {
    let mut config = support::config();
    config.security.content_policy = "default-src 'self'; frame-ancestors https://partner.example".to_owned();
    config.security.permissions_policy = String::new();
    config.security.transport_security = std::time::Duration::ZERO;
    let server = Server::prepared(Arc::new(MemoryObjects::new()), config).await;
    let request = client().get(server.url("/")).header("X-Forwarded-Proto", "https");
    let answer = request.send().await.unwrap();
    assert_eq!(
        header(&answer, "content-security-policy"),
        "default-src 'self'; frame-ancestors https://partner.example"
    );
    for absent in ["permissions-policy", "strict-transport-security", "x-frame-options"] {
        assert_eq!(header(&answer, absent), "", "{absent}");
    }
    assert_desk("the desk's stay", &server.get("/wp-login.php").await);
}
