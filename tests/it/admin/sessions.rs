//! Who is signed in, for how long, and how many guesses there are; over all servers of a site.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bucketpress::store::memory::MemoryObjects;
use serde_json::Value;

use super::sign_in;
use crate::{
    site::{post, save},
    support::{ADMIN, ADMIN_PASSWORD, Server, ceph::gateway, client, form, hidden_field, until},
};

async fn two_servers() -> (Server, Server) {
    let objects = Arc::new(MemoryObjects::new());
    (Server::on(objects.clone()).await, Server::on(objects).await)
}

fn cookie(answer: &reqwest::Response, name: &str) -> String {
    let mut all = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    all.rfind(|cookie| cookie.starts_with(name)).unwrap_or_default().to_owned()
}

/// The answer to a call with these credentials: a fault's number, or 200.
async fn xmlrpc(server: &Server, login: &str, password: &str) -> String {
    let body = format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>wp.getUsersBlogs</methodName><params><param><value>{login}\
         </value></param><param><value>{password}</value></param></params></methodCall>"
    );
    let answer = client().post(server.url("/xmlrpc.php")).header("Content-Type", "text/xml").body(body);
    let text = answer.send().await.unwrap().text().await.unwrap();
    match text.split_once("<name>faultCode</name><value><int>") {
        Some((_, rest)) => rest.split('<').next().unwrap().to_owned(),
        None => "200".to_owned(),
    }
}

async fn basic(server: &Server, secret: &str) -> u16 {
    let request = client().get(server.url("/wp-json/wp/v2/posts")).basic_auth(ADMIN, Some(secret));
    request.send().await.unwrap().status().as_u16()
}

async fn password_checks(server: &Server) -> u64 {
    let text = server.get("/metrics").await.text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("bucketpress_password_checks_total "));
    line.unwrap().parse().unwrap()
}

/// Time tells nobody who has an account: a password is hashed and compared for those who have none too.
#[tokio::test]
async fn as_much_is_done_for_a_login_nobody_has() {
    let server = Server::start().await;
    for login in [ADMIN, "nobody", "nobody@example.org"] {
        let before = password_checks(&server).await;
        let browser = client();
        let page = browser.get(server.url("/wp-login.php")).send().await.unwrap().text().await.unwrap();
        let nonce = hidden_field(&page, "nonce");
        let fields = [("nonce", nonce.as_str()), ("log", login), ("pwd", "a guess")];
        let answer = form(browser.post(server.url("/wp-login.php")), &fields).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), password_checks(&server).await - before),
            (401, 1),
            "{login} by the form"
        );
        assert_eq!(xmlrpc(&server, login, "a guess").await, "403");
        assert_eq!(password_checks(&server).await - before, 2, "{login} by XML-RPC");
        // application passwords are long and random: comparing one takes microseconds, for whomever
        let request = client().get(server.url("/wp-json/wp/v2/users/me")).basic_auth(login, Some("a guess"));
        assert_eq!(request.send().await.unwrap().status(), 401);
        assert_eq!(password_checks(&server).await - before, 2, "{login} by the API");
    }
}

#[tokio::test]
async fn guesses_are_counted_over_all_servers_and_doors() {
    let (one, other) = two_servers().await;
    for server in [&one, &other, &one] {
        assert_eq!(sign_in(server, &client(), "guess", "").await.status(), 401);
    }
    assert_eq!(xmlrpc(&other, ADMIN, "guess").await, "403");
    assert_eq!(xmlrpc(&one, ADMIN, "guess").await, "403");
    for server in [&one, &other] {
        let shut = sign_in(server, &client(), ADMIN_PASSWORD, "").await;
        assert_eq!(shut.status(), 429, "even with the right password");
        let wait: u64 = shut.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=15 * 60).contains(&wait), "{wait}");
        assert_eq!(xmlrpc(server, ADMIN, ADMIN_PASSWORD).await, "429");
        let elsewhere = xmlrpc(server, "somebody-else", "guess").await;
        assert_eq!(elsewhere, "403", "other logins are tried on");
    }
}

#[tokio::test]
async fn who_signs_in_at_last_has_all_guesses_again_on_all_servers() {
    let (one, other) = two_servers().await;
    for _ in 0..3 {
        for server in [&one, &other, &one, &other] {
            assert_eq!(sign_in(server, &client(), "typo", "").await.status(), 401);
        }
        assert_eq!(sign_in(&one, &client(), ADMIN_PASSWORD, "").await.status(), 303);
        assert_eq!(sign_in(&other, &client(), ADMIN_PASSWORD, "").await.status(), 303);
    }
}

#[tokio::test]
async fn a_copied_cookie_is_worth_nothing_once_it_is_signed_out_of() {
    let (one, other) = two_servers().await;
    let browser = client();
    let copied = cookie(&sign_in(&one, &browser, ADMIN_PASSWORD, "").await, "bp_session");
    let elsewhere = cookie(&sign_in(&one, &client(), ADMIN_PASSWORD, "").await, "bp_session");
    let status = async |server: &Server, cookie: &str| {
        let request = client().get(server.url("/wp-admin/profile.php"));
        request.header("Cookie", cookie.split(';').next().unwrap()).send().await.unwrap().status().as_u16()
    };
    assert_eq!(status(&other, &copied).await, 200);
    let page = browser.get(one.url("/wp-login.php?action=logout")).send().await.unwrap().text().await.unwrap();
    let leave = browser.post(one.url("/wp-login.php?action=logout"));
    let left = form(leave, &[("nonce", hidden_field(&page, "nonce"))]).send().await.unwrap();
    assert_eq!(left.headers()["location"], "/wp-login.php?loggedout=true");
    assert_eq!(status(&one, &copied).await, 303);
    until("the other server to know", || async { status(&other, &copied).await == 303 }).await;
    assert_eq!(status(&other, &elsewhere).await, 200, "other sessions go on");
}

#[tokio::test]
async fn many_guesses_at_once_are_no_way_round() {
    let server = Server::start().await;
    let tries = (0..40).map(|_| xmlrpc(&server, ADMIN, "guess"));
    let answers = futures_util::future::join_all(tries).await;
    let tried = answers.iter().filter(|answer| *answer == "403").count();
    assert!(tried <= 5, "{answers:?}");
}

#[tokio::test]
async fn wrong_application_passwords_are_counted_over_all_servers() {
    let (one, other) = two_servers().await;
    let secret = one.app_password(one.admin).await;
    for _ in 0..20 {
        assert_eq!(basic(&one, "wrong").await, 401);
    }
    assert_eq!(basic(&one, &secret).await, 429, "even with the right one");
    // There it is known as soon as one has failed.
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut tries = 0;
    while basic(&other, "wrong").await != 429 {
        tries += 1;
        assert!(tries < 20 && Instant::now() < deadline, "{tries}");
    }
    assert_eq!(basic(&other, &secret).await, 429);
    assert_eq!(sign_in(&other, &client(), ADMIN_PASSWORD, "").await.status(), 303, "people sign in as before");
}

/// A request of the API with wrong credentials, or a right one of `login`.
async fn app_password(server: &Server, login: &str, secret: &str) -> u16 {
    let request = client().get(server.url("/wp-json/wp/v2/posts")).basic_auth(login, Some(secret));
    request.send().await.unwrap().status().as_u16()
}

/// Two servers on one real bucket; nothing if there is no Ceph here.
async fn two_servers_on_ceph() -> Option<(Server, Server)> {
    let gateway = gateway()?;
    let bucket = gateway.fresh_bucket().await;
    let one = Server::on(Arc::new(gateway.objects(&bucket, "site").await)).await;
    Some((one, Server::on(Arc::new(gateway.objects(&bucket, "site").await)).await))
}

/// Tries wrong passwords at `server` until it says to wait; how many it let through.
async fn shut_after(server: &Server, login: &str, max: usize) -> usize {
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut tries = 0;
    while app_password(server, login, "wrong").await != 429 {
        tries += 1;
        assert!(tries < max && Instant::now() < deadline, "{login} was let try {tries} times");
    }
    tries
}

#[tokio::test]
async fn guesses_are_counted_over_servers_of_a_real_bucket() {
    let Some((one, other)) = two_servers_on_ceph().await else { return };
    for server in [&one, &other, &one, &other, &one] {
        assert_eq!(sign_in(server, &client(), "guess", "").await.status(), 401);
    }
    for server in [&one, &other] {
        assert_eq!(sign_in(server, &client(), ADMIN_PASSWORD, "").await.status(), 429, "even with the right password");
    }
    // The address: 25 for any login, half of them at each server.
    for n in 5..25 {
        let server = if n % 2 == 0 { &one } else { &other };
        assert_eq!(xmlrpc(server, &format!("user{n}"), "guess").await, "403", "{n}");
    }
    for server in [&one, &other] {
        assert_eq!(xmlrpc(server, "somebody-new", "guess").await, "429");
    }
}

#[tokio::test]
async fn wrong_application_passwords_are_counted_over_servers_of_a_real_bucket() {
    let Some((one, other)) = two_servers_on_ceph().await else { return };
    let secret = one.app_password(one.admin).await;
    let here = shut_after(&one, ADMIN, 21).await;
    assert_eq!(here, 20);
    assert!(shut_after(&other, ADMIN, 20).await >= 1, "it is learnt from a failure");
    for server in [&one, &other] {
        assert_eq!(app_password(server, ADMIN, &secret).await, 429, "even the right one");
    }
    // The address: 100 for any login, over both.
    let mut more = 0;
    loop {
        let login = format!("user{more}");
        if app_password(&one, &login, "wrong").await == 429 || app_password(&other, &login, "wrong").await == 429 {
            break;
        }
        more += 1;
        // Alone one would take 80 more, the other 98.
        assert!(more < 60, "each server counts for itself");
    }
}

#[tokio::test]
async fn an_attack_from_everywhere_costs_the_store_a_bounded_number_of_requests() {
    let server = Server::start().await;
    let before = server.app.calls.counts();
    let guess = |n: u32| {
        let request = client().get(server.url("/wp-json/wp/v2/posts")).basic_auth(format!("user{n}"), Some("wrong"));
        request.header("X-Forwarded-For", format!("203.{}.{}.7", n / 250, n % 250)).send()
    };
    let begun = Instant::now();
    for n in 0..400 {
        assert_eq!(guess(n).await.unwrap().status(), 401);
    }
    let written = server.app.calls.counts().since(&before).writes();
    let earned = begun.elapsed().as_secs() * 2 + 2;
    assert!(written > 20 && written <= 200 + earned, "{written} writes");
    assert_eq!(server.app.log.current().seq, server.app.log.reach(0).await.seq, "and not one commit");
}

#[tokio::test]
async fn signing_out_everywhere_else_ends_sessions_on_other_servers() {
    let (one, other) = two_servers().await;
    let (here, there) = (client(), client());
    for (server, browser) in [(&one, &here), (&other, &there)] {
        assert_eq!(sign_in(server, browser, ADMIN_PASSWORD, "").await.status(), 303);
    }
    let desk = async |server: &Server, browser: &reqwest::Client| {
        browser.get(server.url("/wp-admin/profile.php")).send().await.unwrap().status().as_u16()
    };
    assert_eq!((desk(&one, &here).await, desk(&other, &there).await), (200, 200));
    let nonce = here.get(one.url("/wp-admin/admin-ajax.php?action=rest-nonce")).send().await.unwrap();
    let nonce = nonce.text().await.unwrap();
    let ended =
        form(here.post(one.url("/wp-admin/profile.php")), &[("action", "sessions")]).header("X-WP-Nonce", &nonce);
    assert_eq!(ended.send().await.unwrap().status(), 200);
    // At once: the other server asks the log before it answers anybody signed in.
    assert_eq!(desk(&other, &there).await, 303, "signed out there");
    assert_eq!(desk(&one, &here).await, 200, "still signed in here");
    assert_eq!(desk(&other, &here).await, 200, "and on the other server");
}

#[tokio::test]
async fn a_session_is_made_by_signing_in_and_by_nothing_else() {
    let server = Server::start().await;
    let page = server.get("/wp-login.php").await;
    let form_cookie = cookie(&page, "bp_form").split(';').next().unwrap().to_owned();
    let nonce = hidden_field(&page.text().await.unwrap(), "nonce");
    let fields = [("nonce", nonce.as_str()), ("log", ADMIN), ("pwd", ADMIN_PASSWORD)];
    let planted = "bp_session=1:0:9999999999:0123456789abcdef0123456789abcdef.AAAA";
    let enter = |site: &str| {
        let request = client().post(server.url("/wp-login.php")).header("Cookie", format!("{form_cookie}; {planted}"));
        form(request.header("Sec-Fetch-Site", site), &fields).send()
    };
    for site in ["cross-site", "same-site"] {
        assert_eq!(enter(site).await.unwrap().status(), 403, "{site}");
    }
    let (first, second) = (enter("same-origin").await.unwrap(), enter("none").await.unwrap());
    let (first, second) = (cookie(&first, "bp_session"), cookie(&second, "bp_session"));
    assert!(!first.starts_with(planted) && first != second, "{first} {second}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(first.contains(part), "{part} in {first}");
    }
    let desk = async |value: &str| {
        let request = client().get(server.url("/wp-admin/profile.php")).header("Cookie", value);
        request.send().await.unwrap().status().as_u16()
    };
    let first = first.split(';').next().unwrap();
    assert_eq!(desk(first).await, 200);
    assert_eq!(desk(planted).await, 303);
    // not a letter may be changed
    let longer = first.replacen("bp_session=", "bp_session=9", 1);
    assert_eq!(desk(&longer).await, 303);
}

/// Every address that takes a form, with what would change something if it were believed.
fn forged(post: u64) -> Vec<(&'static str, String)> {
    let id = post.to_string();
    vec![
        ("/wp-login.php", format!("log={ADMIN}&pwd={}", ADMIN_PASSWORD.replace(' ', "+"))),
        ("/wp-login.php?action=logout", String::new()),
        ("/wp-login.php?action=lostpassword", format!("user_login={ADMIN}")),
        ("/wp-login.php?action=resetpass", "key=1.99999999999.00&pass1=another+passphrase".to_owned()),
        ("/wp-admin/install.php", "title=x&url=http://x.example&login=x&email=x@example.org&password=x".to_owned()),
        ("/wp-admin/profile.php", "action=sessions".to_owned()),
        ("/wp-admin/authorize-application.php", "app_name=x&approve=1".to_owned()),
        ("/wp-admin/revision.php", format!("post={id}&revision=1")),
        ("/wp-admin/admin-ajax.php", format!("action=wp-remove-post-lock&post_ID={id}&active_post_lock=1:1")),
        ("/wp-admin/admin-ajax.php", format!("action=heartbeat&data[wp-refresh-post-lock][post_id]={id}")),
        ("/wp-json/wp/v2/posts", "title=x&status=publish".to_owned()),
        ("/?rest_route=/wp/v2/posts", "title=x&status=publish".to_owned()),
        ("/wp-json/batch/v1", "requests[0][path]=/wp/v2/posts&requests[0][body][title]=x".to_owned()),
        ("/wp-json/wp/v2/settings", "title=x".to_owned()),
        ("/wp-json/wp/v2/users/me/application-passwords", "name=x".to_owned()),
    ]
}

#[tokio::test]
async fn a_cookie_alone_changes_nothing() {
    let server = Server::start().await;
    let browser = server.signed_in().await;
    let id = save(&server, post("A quiet harbour", "<p>Boats.</p>")).await;
    let before = (server.app.log.current().seq, server.app.calls.counts());
    let mut answers = BTreeMap::new();
    for (address, body) in forged(id.0) {
        let request = browser.post(server.url(address)).header("Content-Type", "application/x-www-form-urlencoded");
        let answer = request.header("Sec-Fetch-Site", "cross-site").body(body).send().await.unwrap();
        assert_eq!(cookie(&answer, "bp_session"), "", "{address}");
        answers.insert(address, answer.status().as_u16());
    }
    assert_eq!(server.app.log.current().seq, before.0, "{answers:?}");
    assert_eq!(server.app.calls.counts().since(&before.1).writes(), 0, "{answers:?}");
    let desk = browser.get(server.url("/wp-admin/profile.php")).send().await.unwrap();
    assert_eq!(desk.status(), 200, "still signed in: {answers:?}");
    for (address, status) in answers.iter().filter(|(address, _)| address.contains("wp/v2")) {
        assert_eq!(*status, 401, "a stranger to the API: {address}");
    }
    // and what a stranger may do, a cookie does not undo
    let read: Value =
        browser.get(server.url("/wp-json/wp/v2/posts?_fields=title")).send().await.unwrap().json().await.unwrap();
    assert!(read.to_string().contains("A quiet harbour"), "{read}");
}
