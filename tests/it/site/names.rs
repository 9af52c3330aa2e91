//! Who has an account is told to nobody; who publishes stands under what they publish.

use bucketpress::{
    content::{
        Edit, Role, UserId,
        edit::{SavePost, SaveUser},
    },
    publish::Outcome,
};
use serde_json::Value;

use super::{post, save};
use crate::support::{Server, client, form, hidden_field};

async fn account(server: &Server, login: &str, name: &str) -> UserId {
    let user = SaveUser {
        login: Some(login.to_owned()),
        email: Some(format!("{login}@example.org")),
        display_name: Some(name.to_owned()),
        roles: Some(vec![Role::Author]),
        ..SaveUser::default()
    };
    match server.apply(Edit::SaveUser(Box::new(user))).await {
        Outcome::User { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_publishes_nothing_has_no_page_no_feed_and_no_place_in_lists() {
    let server = Server::start().await;
    let (quiet, ann) = (account(&server, "quietlogin", "Quiet Name").await, account(&server, "annlogin", "Ann").await);
    save(&server, SavePost { author: Some(ann), ..post("A quiet harbour", "x") }).await;
    save(
        &server,
        SavePost { author: Some(quiet), status: Some(bucketpress::content::PostStatus::Draft), ..post("Hers", "x") },
    )
    .await;
    assert_eq!(server.get("/author/annlogin/").await.status(), 200);
    assert_eq!(server.get(&format!("/?author={ann}")).await.headers()["location"], "/author/annlogin/");
    for address in [
        format!("/?author={quiet}"),
        "/?author_name=quietlogin".to_owned(),
        "/author/quietlogin/".to_owned(),
        "/author/quietlogin/feed/".to_owned(),
        "/author/nobody-at-all/".to_owned(),
    ] {
        let answer = server.get(&address).await;
        assert_eq!(answer.status(), 404, "{address}");
        assert!(!answer.text().await.unwrap().contains("Quiet Name"), "{address}");
    }
    for address in
        ["/wp-json/wp/v2/users", "/wp-json/wp/v2/users?search=quiet", "/wp-sitemap-users-1.xml", "/feed/", "/"]
    {
        let text = server.get(address).await.text().await.unwrap();
        assert!(!text.contains("quietlogin") && !text.contains("Quiet Name"), "{address}: {text}");
    }
    // a login is no name: it is not found by
    let named: Value = server.get("/wp-json/wp/v2/users?search=ann&_fields=name").await.json().await.unwrap();
    assert_eq!(named, serde_json::json!([{ "name": "Ann" }]));
}

#[tokio::test]
async fn no_door_says_whether_there_is_an_account() {
    let server = Server::start().await;
    account(&server, "quietlogin", "Quiet Name").await;
    let mut said = Vec::new();
    for login in ["quietlogin", "quietlogin@example.org", "nobody-there", "nobody@example.org"] {
        let browser = client();
        let mut answers = Vec::new();
        for (page, fields) in [
            ("/wp-login.php", vec![("log", login), ("pwd", "wrong")]),
            ("/wp-login.php?action=lostpassword", vec![("user_login", login)]),
        ] {
            let shown = browser.get(server.url(page)).send().await.unwrap().text().await.unwrap();
            let nonce = hidden_field(&shown, "nonce");
            let fields: Vec<(&str, &str)> = fields.into_iter().chain([("nonce", nonce.as_str())]).collect();
            let answer = form(browser.post(server.url(page)), &fields).send().await.unwrap();
            let status = answer.status().as_u16();
            answers.push((status, answer.text().await.unwrap().replace(login, "LOGIN").replace(&nonce, "NONCE")));
        }
        let api =
            client().get(server.url("/wp-json/wp/v2/posts")).basic_auth(login, Some("wrong")).send().await.unwrap();
        answers.push((api.status().as_u16(), api.text().await.unwrap()));
        let call = format!(
            "<methodCall><methodName>wp.getUsersBlogs</methodName><params><param><value>{login}</value></param><param>\
             <value>wrong</value></param></params></methodCall>"
        );
        let rpc = client().post(server.url("/xmlrpc.php")).header("Content-Type", "text/xml").body(call).send().await;
        answers.push((200, rpc.unwrap().text().await.unwrap()));
        said.push(answers);
    }
    for other in &said[1..] {
        assert_eq!(&said[0], other);
    }
}
