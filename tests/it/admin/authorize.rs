//! Programs that ask for an application password.

use crate::support::{ADMIN, Server, client, form, hidden_field};

const PAGE: &str = "/wp-admin/authorize-application.php";

fn address(query: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{PAGE}?{query}")
}

const APP: [(&str, &str); 4] = [
    ("app_name", "Newsroom <b>app</b>"),
    ("app_id", "9a3c8f60-1f4e-4c7b-9c8e-2f2e7f6c1d55"),
    ("success_url", "https://app.example/done?for=us"),
    ("reject_url", "newsroom://declined"),
];

struct Asking<'a> {
    server: &'a Server,
    browser: reqwest::Client,
}

impl Asking<'_> {
    async fn open(&self, query: &[(&str, &str)]) -> reqwest::Response {
        self.browser.get(self.server.url(&address(query))).send().await.unwrap()
    }

    async fn answer(&self, query: &[(&str, &str)], button: &str) -> reqwest::Response {
        let page = self.open(query).await.text().await.unwrap();
        let nonce = hidden_field(&page, "nonce");
        let mut fields = query.to_vec();
        fields.extend([("nonce", nonce.as_str()), (button, "1")]);
        form(self.browser.post(self.server.url(PAGE)), &fields).send().await.unwrap()
    }
}

fn location(answer: &reqwest::Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

async fn may_write(server: &Server, secret: &str) -> bool {
    let me = client().get(server.url("/wp-json/wp/v2/users/me?context=edit")).basic_auth(ADMIN, Some(secret));
    me.send().await.unwrap().status() == 200
}

#[tokio::test]
async fn a_program_finds_the_page_and_gets_a_password_that_works() {
    let server = Server::start().await;
    let index: serde_json::Value = server.get("/wp-json/").await.json().await.unwrap();
    let found = &index["authentication"]["application-passwords"]["endpoints"]["authorization"];
    assert_eq!(found, &server.url(PAGE));

    // who is not signed in is asked to, and comes back with the whole question
    let stranger = server.get(&address(&APP)).await;
    assert_eq!(stranger.status(), 303);
    let back = location(&stranger).strip_prefix("/wp-login.php?redirect_to=").unwrap().to_owned();
    let back = percent_encoding::percent_decode_str(&back).decode_utf8().unwrap().into_owned();
    assert_eq!(back, address(&APP));

    let asking = Asking { server: &server, browser: server.signed_in().await };
    let page = asking.open(&APP).await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("form-action 'self' https://app.example newsroom:;"), "{policy}");
    let page = page.text().await.unwrap();
    assert!(page.contains("<strong>app.example</strong>") && page.contains("newsroom://declined"), "{page}");
    assert!(page.contains("Newsroom &lt;b&gt;app") && !page.contains("<b>app"), "{page}");

    let done = asking.answer(&APP, "approve").await;
    assert_eq!(done.status(), 303);
    assert_eq!(done.headers()["cache-control"], "no-store");
    let to = url::Url::parse(location(&done)).unwrap();
    assert_eq!((to.host_str(), to.path()), (Some("app.example"), "/done"));
    let given: Vec<(String, String)> = to.query_pairs().into_owned().collect();
    let names: Vec<&str> = given.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["for", "site_url", "user_login", "password"]);
    assert_eq!((given[1].1.as_str(), given[2].1.as_str()), (server.base.as_str(), ADMIN));
    assert_eq!(given[3].1.len(), 24);
    assert!(may_write(&server, &given[3].1).await);
    let made = server.app.log.current().state.app_passwords(server.admin);
    assert_eq!((made[0].name.as_str(), made[0].app_id.as_str()), ("Newsroom app", APP[1].1));

    // the same name again
    let again = asking.answer(&APP, "approve").await;
    assert_eq!(again.status(), 409);
    assert!(again.text().await.unwrap().contains("already"));
}

#[tokio::test]
async fn a_refusal_makes_nothing() {
    let server = Server::start().await;
    let asking = Asking { server: &server, browser: server.signed_in().await };
    assert_eq!(location(&asking.answer(&APP, "reject").await), "newsroom://declined");
    assert_eq!(location(&asking.answer(&APP[..3], "reject").await), "/wp-admin/");
    let made = server.app.log.current().state.app_passwords(server.admin);
    assert!(made.is_empty(), "{made:?}");
}

#[tokio::test]
async fn without_an_address_the_password_is_shown() {
    let server = Server::start().await;
    let asking = Asking { server: &server, browser: server.signed_in().await };
    let shown = asking.answer(&APP[..1], "approve").await;
    assert_eq!(shown.status(), 200);
    assert_eq!(shown.headers()["cache-control"], "no-store");
    let shown = shown.text().await.unwrap();
    let (_, after) = shown.split_once("aria-label=\"Password\">").unwrap();
    assert!(may_write(&server, after.split('<').next().unwrap()).await);
    let nameless = asking.answer(&[], "approve").await;
    assert_eq!(nameless.status(), 400);
    assert!(nameless.text().await.unwrap().contains("a name"));
}

#[tokio::test]
async fn nobody_is_sent_anywhere_by_a_forged_or_broken_request() {
    let server = Server::start().await;
    let asking = Asking { server: &server, browser: server.signed_in().await };
    for (name, value) in [
        ("success_url", "http://app.example/"),
        ("success_url", "javascript://x/%0aalert(1)"),
        ("reject_url", "data:text/html,x"),
        ("app_id", "7"),
    ] {
        let query = [("app_name", "A"), (name, value)];
        let refused = asking.open(&query).await;
        assert_eq!(refused.status(), 400, "{value}");
        assert!(refused.text().await.unwrap().contains(name), "{value}");
        let mut fields = query.to_vec();
        fields.push(("approve", "1"));
        let posted = form(asking.browser.post(server.url(PAGE)), &fields).send().await.unwrap();
        assert_eq!(posted.status(), 400, "{value}");
    }
    let mut fields = APP.to_vec();
    fields.extend([("nonce", "0123456789abcdef01234567"), ("approve", "1")]);
    let forged = form(asking.browser.post(server.url(PAGE)), &fields).send().await.unwrap();
    assert_eq!(forged.status(), 403);
    let stranger = form(client().post(server.url(PAGE)), &fields).send().await.unwrap();
    assert_eq!(stranger.status(), 303);
    assert!(location(&stranger).starts_with("/wp-login.php?redirect_to=%2Fwp-admin%2Fauthorize-application.php"));
    assert!(server.app.log.current().state.app_passwords(server.admin).is_empty());
}
