//! Signing in, set-up, the desk and the editor, over HTTP.

mod authorize;
mod closed;
mod desk;
mod letters;
mod proxies;
mod sessions;
mod uploads;

use std::sync::Arc;

use bucketpress::{http::admin::editor::bundle::parts, index::PostQuery, store::memory::MemoryObjects};

use crate::{
    site::{post, save},
    support::{self, ADMIN, ADMIN_PASSWORD, Server, client, form, hidden_field},
};

async fn sign_in(server: &Server, browser: &reqwest::Client, password: &str, to: &str) -> reqwest::Response {
    let page = browser.get(server.url("/wp-login.php")).send().await.unwrap().text().await.unwrap();
    let nonce = hidden_field(&page, "nonce");
    let fields = [("nonce", nonce.as_str()), ("log", ADMIN), ("pwd", password), ("redirect_to", to)];
    form(browser.post(server.url("/wp-login.php")), &fields).send().await.unwrap()
}

#[tokio::test]
async fn signing_in_and_out() {
    let server = Server::start().await;
    let browser = client();
    let closed = browser.get(server.url("/wp-admin/")).send().await.unwrap();
    assert_eq!(closed.status(), 303);
    assert!(closed.headers()["location"].to_str().unwrap().starts_with("/wp-login.php?redirect_to="));

    let refused = sign_in(&server, &browser, "wrong", "").await;
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.headers()["cache-control"], "no-store");
    let accepted = sign_in(&server, &browser, ADMIN_PASSWORD, "//evil.example/").await;
    assert_eq!(accepted.status(), 303);
    assert_eq!(accepted.headers()["location"], "/wp-admin/");
    let cookie = accepted.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"));

    let desk = browser.get(server.url("/wp-admin/")).send().await.unwrap();
    assert_eq!(desk.status(), 200);
    let policy = desk.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    let desk = desk.text().await.unwrap();
    // without scripts too there is a way out
    let sign_out =
        |nonce: String| form(browser.post(server.url("/wp-login.php?action=logout")), &[("nonce", nonce)]).send();
    assert_eq!(sign_out("forged".to_owned()).await.unwrap().headers()["location"], "/wp-login.php?action=logout");
    assert_eq!(browser.get(server.url("/wp-admin/")).send().await.unwrap().status(), 200, "a forged form does nothing");
    sign_out(hidden_field(&desk, "nonce")).await.unwrap();
    assert_eq!(browser.get(server.url("/wp-admin/")).send().await.unwrap().status(), 303);
}

#[tokio::test]
async fn behind_tls_the_session_cookie_is_secure() {
    let server = Server::start().await;
    let page = server.get("/wp-login.php").await;
    let form_cookie = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let nonce = hidden_field(&page.text().await.unwrap(), "nonce");
    let fields = [("nonce", nonce.as_str()), ("log", ADMIN), ("pwd", ADMIN_PASSWORD), ("rememberme", "forever")];
    let request = client().post(server.url("/wp-login.php")).header("Cookie", form_cookie);
    let answer = form(request.header("X-Forwarded-Proto", "https"), &fields).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("Secure") && cookie.contains("Max-Age="), "{cookie}");
    // By this name browsers take it from this host alone.
    assert!(cookie.starts_with("__Host-bp_session=") && cookie.contains("Path=/"), "{cookie}");
    assert!(!cookie.contains("Domain"), "{cookie}");
    let signed = cookie.split(';').next().unwrap().to_owned();
    let value = signed.split_once('=').unwrap().1;
    let ask = |method, path: &str, cookies: String| {
        let request = client().request(method, server.url(path)).header("X-Forwarded-Proto", "https");
        request.header("Cookie", cookies)
    };
    let desk = async |cookies: String| {
        ask(reqwest::Method::GET, "/wp-admin/profile.php", cookies).send().await.unwrap().status().as_u16()
    };
    assert_eq!(desk(signed.clone()).await, 200);
    assert_eq!(desk(format!("bp_session=planted; {signed}")).await, 200, "what a neighbour plants is not looked at");
    assert_eq!(desk(format!("bp_session={value}; __Host-bp_session=planted")).await, 303);
    assert_eq!(desk(format!("bp_session={value}")).await, 200, "sessions from before the name was another go on");
    let page = ask(reqwest::Method::GET, "/wp-login.php?action=logout", signed.clone()).send().await.unwrap();
    let nonce = hidden_field(&page.text().await.unwrap(), "nonce");
    let leave = ask(reqwest::Method::POST, "/wp-login.php?action=logout", signed.clone());
    let left = form(leave, &[("nonce", nonce.as_str())]).send().await.unwrap();
    let mut ended: Vec<_> = left.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    ended.retain(|cookie| cookie.contains("Max-Age=0"));
    ended.sort_unstable();
    assert!(ended.len() == 2 && ended[0].starts_with("__Host-bp_session=;"), "{ended:?}");
    assert!(ended[1].starts_with("bp_session=;"), "{ended:?}");
    assert_eq!(desk(signed).await, 303);
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let server = Server::start().await;
    let browser = client();
    for _ in 0..5 {
        assert_eq!(sign_in(&server, &browser, "guess", "").await.status(), 401);
    }
    let shut = sign_in(&server, &browser, ADMIN_PASSWORD, "").await;
    assert_eq!(shut.status(), 429, "even with the right password");
    assert!(shut.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let server = Server::start().await;
    let fields = [("nonce", "0000"), ("log", ADMIN), ("pwd", ADMIN_PASSWORD)];
    let answer = form(client().post(server.url("/wp-login.php")), &fields).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert!(
        !answer.headers().get_all("set-cookie").iter().any(|cookie| cookie.to_str().unwrap().contains("bp_session"))
    );
}

#[tokio::test]
async fn a_new_site_is_set_up_in_the_browser_once() {
    let server = Server::unprepared(Arc::new(MemoryObjects::new()), support::config()).await;
    for path in ["/", "/wp-login.php", "/wp-admin/", "/2026/01/01/x/"] {
        let answer = server.get(path).await;
        assert_eq!(answer.status(), 303, "{path}");
        assert_eq!(answer.headers()["location"], "/wp-admin/install.php");
    }
    assert_eq!(server.get("/readyz").await.status(), 200);
    let browser = client();
    let page = browser.get(server.url("/wp-admin/install.php")).send().await.unwrap().text().await.unwrap();
    let nonce = hidden_field(&page, "nonce");
    let send = |password: &'static str| {
        let fields = [
            ("nonce", nonce.clone()),
            ("title", "Harbour News".to_owned()),
            ("url", server.base.clone()),
            ("time_zone", "Europe/Vienna".to_owned()),
            ("login", "ann".to_owned()),
            ("email", "ann@example.org".to_owned()),
            ("password", password.to_owned()),
        ];
        form(browser.post(server.url("/wp-admin/install.php")), &fields).send()
    };
    let short = send("short").await.unwrap();
    assert_eq!(short.status(), 400);
    let short = short.text().await.unwrap();
    assert!(short.contains("too short") && short.contains("Harbour News") && !short.contains("value=\"short\""));
    let done = send("a fine long password").await.unwrap();
    assert_eq!(done.status(), 303);
    assert_eq!(done.headers()["location"], "/wp-admin/");
    assert_eq!(browser.get(server.url("/wp-admin/")).send().await.unwrap().status(), 200, "signed in by it");
    assert_eq!(server.get("/").await.status(), 200);
    assert_eq!(send("another password").await.unwrap().headers()["location"], "/wp-login.php");
}

#[tokio::test]
async fn set_up_from_another_machine_needs_the_token() {
    let server = Server::unprepared(Arc::new(MemoryObjects::new()), support::config()).await;
    let browser = client();
    let from_afar = |request: reqwest::RequestBuilder| request.header("X-Forwarded-For", "203.0.113.7");
    let page = from_afar(browser.get(server.url("/wp-admin/install.php"))).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("name=\"token\""));
    let nonce = hidden_field(&page, "nonce");
    let send = |token: String| {
        let fields = [
            ("nonce", nonce.clone()),
            ("title", "T".to_owned()),
            ("url", "https://news.example.org".to_owned()),
            ("time_zone", "UTC".to_owned()),
            ("login", "ann".to_owned()),
            ("email", "ann@example.org".to_owned()),
            ("password", "a fine long password".to_owned()),
            ("token", token),
        ];
        form(from_afar(browser.post(server.url("/wp-admin/install.php"))), &fields).send()
    };
    assert_eq!(send(String::new()).await.unwrap().status(), 403);
    assert!(server.app.log.current().state.is_new());
    let token = bucketpress::http::admin::install::token(&server.app);
    assert_eq!(send(token).await.unwrap().status(), 303);
    assert!(!server.app.log.current().state.is_new());
}

/// What the editor's page brings along.
fn boot(html: &str) -> serde_json::Value {
    let start = html.split_once("id=\"boot\">").expect("a page of the editor").1;
    serde_json::from_str(start.split_once("</script>").unwrap().0).unwrap()
}

#[tokio::test]
async fn the_editor_opens_a_new_post_or_says_that_it_was_not_built() {
    let server = Server::start().await;
    let closed = client().get(server.url("/wp-admin/post-new.php?post_type=page")).send().await.unwrap();
    assert_eq!(closed.status(), 303);
    let to = closed.headers()["location"].to_str().unwrap();
    assert_eq!(to, "/wp-login.php?redirect_to=%2Fwp-admin%2Fpost-new.php%3Fpost_type%3Dpage");

    let browser = server.signed_in().await;
    let answer = browser.get(server.url("/wp-admin/post-new.php")).send().await.unwrap();
    if parts("editor").is_none() {
        eprintln!("skipped: the editor is not built (make admin)");
        assert_eq!(answer.status(), 501);
        assert!(answer.text().await.unwrap().contains("make"));
        return;
    }
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self' 'sha256-"), "{policy}");
    let html = answer.text().await.unwrap();
    let boot = boot(&html);
    assert_eq!((&boot["isNew"], &boot["postType"]), (&true.into(), &"post".into()));
    let own = format!("/wp/v2/posts/{}?context=edit", boot["postId"]);
    assert_eq!(boot["preload"][&own]["body"]["status"], "auto-draft");
    let media = &boot["preload"]["OPTIONS"]["/wp/v2/media"]["headers"]["Allow"];
    assert!(media.as_str().unwrap().contains("POST"), "{media}");

    let script = html.split('"').find(|text| text.starts_with("/wp-admin/assets/") && text.ends_with(".js")).unwrap();
    for (accepted, sent) in [("br, gzip", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
        let file = client().get(server.url(script)).header("Accept-Encoding", accepted).send().await.unwrap();
        assert_eq!(file.headers().get("content-encoding").map(|value| value.to_str().unwrap()), sent);
        assert!(file.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        assert!(file.headers()["content-type"].to_str().unwrap().starts_with("text/javascript"));
    }
}

#[tokio::test]
async fn the_editor_opens_only_what_may_be_edited() {
    let server = Server::start().await;
    let id = save(&server, post("</script><script>alert(1)</script>", "x")).await;
    let browser = server.signed_in().await;
    let get = |path: String| browser.get(server.url(&path)).send();
    assert_eq!(get("/wp-admin/post.php?post=999&action=edit".to_owned()).await.unwrap().status(), 404);
    assert_eq!(get("/wp-admin/post.php?post=x".to_owned()).await.unwrap().status(), 404);
    if parts("editor").is_none() {
        return eprintln!("skipped: the editor is not built (make admin)");
    }
    let html = get(format!("/wp-admin/post.php?post={id}&action=edit")).await.unwrap().text().await.unwrap();
    let boot = boot(&html);
    assert_eq!((&boot["isNew"], boot["postId"].as_u64()), (&false.into(), Some(id.0)));
    assert!(!html.contains("<script>alert"), "a title cannot end the script element");

    let listed = || server.app.log.current().state.posts(&PostQuery::default(), server.app.clock.now()).total;
    let before = listed();
    let new = browser.get(server.url("/wp-admin/post-new.php")).header("Sec-Fetch-Site", "cross-site");
    assert_eq!(new.send().await.unwrap().status(), 303, "another site makes no posts");
    assert_eq!(get("/wp-admin/post-new.php?post_type=attachment".to_owned()).await.unwrap().status(), 400);
    assert_eq!(get("/wp-admin/post-new.php".to_owned()).await.unwrap().status(), 200);
    assert_eq!(before, listed(), "unsaved posts are not listed");
}

#[tokio::test]
async fn a_fresh_nonce_is_given_to_who_is_signed_in() {
    let server = Server::start().await;
    let path = "/wp-admin/admin-ajax.php?action=rest-nonce";
    assert_eq!(client().get(server.url(path)).send().await.unwrap().status(), 400);
    let browser = server.signed_in().await;
    let nonce = browser.get(server.url(path)).send().await.unwrap().text().await.unwrap();
    let me = browser.get(server.url("/wp-json/wp/v2/users/me?context=edit")).header("X-WP-Nonce", nonce);
    assert_eq!(me.send().await.unwrap().status(), 200);
    assert_eq!(browser.get(server.url("/wp-admin/admin-ajax.php?action=x")).send().await.unwrap().status(), 400);
}
