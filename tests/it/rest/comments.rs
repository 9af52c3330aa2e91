//! Comments written, moderated and deleted through the API.

use bucketpress::content::{Edit, Role};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Api, caller::Caller};

async fn post(api: &Api, fields: Value) -> u64 {
    let made = api.post("posts", fields).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    made.body["id"].as_u64().unwrap()
}

async fn open_post(api: &Api) -> u64 {
    post(api, json!({ "title": "Open", "status": "publish", "comment_status": "open" })).await
}

fn refused(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default())
}

#[actix_web::test]
async fn a_comment_is_written_changed_trashed_and_deleted() {
    let api = Api::start().await;
    let post = open_post(&api).await;
    let made = api.post("comments", json!({ "post": post, "content": "First <b>thought</b>" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let path = format!("comments/{}", made.body["id"]);
    assert_eq!(made.header("location"), api.url(&path));
    assert_eq!(made.body["content"]["raw"], "First <b>thought</b>");
    assert_eq!((&made.body["status"], &made.body["author"]), (&json!("approved"), &json!(api.server.admin.0)));
    assert_eq!(made.body["author_ip"], "127.0.0.1");
    assert_eq!(made.body["meta"], json!([]));

    let reply = api.post("comments", json!({ "post": post, "parent": made.body["id"], "content": "A reply" })).await;
    assert_eq!(reply.body["_links"]["in-reply-to"][0]["href"], api.url(&path), "{}", reply.body);
    let read = api.stranger(&format!("{path}?_embed")).await;
    assert_eq!(read.body["_embedded"]["children"][0][0]["id"], reply.body["id"], "{}", read.body);
    assert!(read.body.get("author_email").is_none());

    let changed = api.post(&path, json!({ "content": { "raw": "Second thought" }, "author_name": "Ann" })).await;
    assert_eq!(changed.body["content"]["raw"], "Second thought", "{}", changed.body);
    assert_eq!(changed.body["author_name"], "Ann");
    assert_eq!(refused(&api.post(&path, json!({ "content": " " })).await), (400, "rest_comment_content_invalid"));
    assert_eq!(refused(&api.post(&path, json!({ "post": 99999 })).await), (403, "rest_comment_invalid_post_id"));

    let trashed = api.delete(&path).await;
    assert_eq!((trashed.status, &trashed.body["status"]), (StatusCode::OK, &json!("trash")), "{}", trashed.body);
    assert_eq!(refused(&api.delete(&path).await), (410, "rest_already_trashed"));
    assert_eq!(refused(&api.stranger(&path).await), (401, "rest_cannot_read"));
    let gone = api.delete(&format!("{path}?force=true")).await;
    assert_eq!((&gone.body["deleted"], &gone.body["previous"]["status"]), (&json!(true), &json!("trash")));
    assert_eq!(refused(&api.get(&path).await), (404, "rest_comment_invalid_id"));
    assert_eq!(refused(&api.delete(&path).await), (404, "rest_comment_invalid_id"));
}

#[actix_web::test]
async fn moderators_change_the_status_and_back() {
    let api = Api::start().await;
    let post = open_post(&api).await;
    let made = api.post("comments", json!({ "post": post, "content": "Hm", "status": "hold" })).await;
    assert_eq!(made.body["status"], "hold", "{}", made.body);
    let path = format!("comments/{}", made.body["id"]);
    for (asked, shown) in [
        ("approve", "approved"),
        ("approved", "approved"),
        ("spam", "spam"),
        ("trash", "trash"),
        ("untrash", "spam"),
        ("1", "approved"),
        ("spam", "spam"),
        ("unspam", "approved"),
        ("hold", "hold"),
    ] {
        let answer = api.post(&path, json!({ "status": asked })).await;
        assert_eq!((answer.status, &answer.body["status"]), (StatusCode::OK, &json!(shown)), "{asked}");
    }
    assert_eq!(refused(&api.post(&path, json!({ "status": "gone" })).await), (400, "rest_comment_failed_edit"));
    let subscriber = Caller::new(&api, "sue", Role::Subscriber).await;
    assert_eq!(refused(&subscriber.post(&path, json!({ "status": "approve" })).await), (403, "rest_cannot_edit"));
    assert_eq!(refused(&subscriber.delete(&path).await), (403, "rest_cannot_delete"));
    assert_eq!(refused(&subscriber.get(&format!("{path}?context=edit")).await), (403, "rest_forbidden_context"));
}

#[actix_web::test]
async fn comments_are_refused_in_wordpress_order() {
    let api = Api::start().await;
    let open = open_post(&api).await;
    let closed = post(&api, json!({ "title": "Closed", "status": "publish", "comment_status": "closed" })).await;
    let draft = post(&api, json!({ "title": "Draft", "status": "draft", "comment_status": "open" })).await;
    let trashed = post(&api, json!({ "title": "Gone", "status": "draft" })).await;
    api.delete(&format!("posts/{trashed}")).await;
    let locked = post(&api, json!({ "title": "L", "status": "publish", "password": "key" })).await;
    let sue = Caller::new(&api, "sue", Role::Subscriber).await;
    let cases = [
        (json!({ "author": api.server.admin.0 }), 403, "rest_comment_invalid_author"),
        (json!({ "author_ip": "192.0.2.7" }), 403, "rest_comment_invalid_author_ip"),
        (json!({ "status": "approve" }), 403, "rest_comment_invalid_status"),
        (json!({ "content": "x" }), 403, "rest_comment_invalid_post_id"),
        (json!({ "post": 99999 }), 403, "rest_comment_invalid_post_id"),
        (json!({ "post": draft }), 403, "rest_comment_draft_post"),
        (json!({ "post": trashed }), 403, "rest_comment_trash_post"),
        (json!({ "post": locked }), 403, "rest_cannot_read_post"),
        (json!({ "post": closed }), 403, "rest_comment_closed"),
        (json!({ "post": open }), 400, "rest_comment_content_invalid"),
        (json!({ "post": open, "author_email": "no" }), 400, "rest_invalid_param"),
        (json!({ "post": open, "content": "x", "parent": 999 }), 400, "rest_comment_invalid_parent"),
    ];
    for (body, status, code) in cases {
        assert_eq!(refused(&sue.post("comments", body.clone()).await), (status, code), "{body}");
    }
    let said = json!({ "post": open, "content": "Once" });
    assert_eq!(sue.post("comments", said.clone()).await.status, StatusCode::CREATED);
    assert_eq!(refused(&sue.post("comments", said).await), (409, "comment_duplicate"));
    let again = json!({ "post": open, "content": "Twice" });
    assert_eq!(refused(&sue.post("comments", again).await), (400, "comment_flood"));
    let nobody = json!({ "post": open, "content": "From none", "author": 9999 });
    assert_eq!(refused(&api.post("comments", nobody).await), (400, "rest_comment_author_invalid"));
    let unnamed = json!({ "post": open, "content": "From whom?", "author_url": "https://example.org/" });
    assert_eq!(refused(&api.post("comments", unnamed).await), (400, "rest_comment_author_data_required"));
    let for_another =
        json!({ "post": open, "content": "By post", "author_name": "Ann", "author_email": "ann@example.org" });
    let made = api.post("comments", for_another).await;
    assert_eq!((&made.body["author"], &made.body["author_name"]), (&json!(0), &json!("Ann")), "{}", made.body);
}

#[actix_web::test]
async fn strangers_comment_only_where_the_site_says_so() {
    let api = Api::start().await;
    let open = open_post(&api).await;
    let said = json!({ "post": open, "content": "Hello", "author_name": "Rae", "author_email": "rae@example.org" });
    let stranger = |body: &Value| Api::send(api.client.post(api.url("comments")).json(body));
    assert_eq!(refused(&stranger(&said).await), (401, "rest_comment_login_required"));
    let option = |name: &str, value: Value| Edit::SetOptions(vec![(name.to_owned(), value)]);
    api.server.apply(option("rest_allow_anonymous_comments", json!(true))).await;
    let unnamed = json!({ "post": open, "content": "Hello" });
    assert_eq!(refused(&stranger(&unnamed).await), (400, "rest_comment_author_data_required"));
    let made = stranger(&said).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["status"], "hold", "a first comment waits");
    assert!(made.body.get("author_email").is_none(), "strangers see what strangers see");
    assert_eq!(
        refused(&stranger(&json!({ "post": open, "status": "approve" })).await).1,
        "rest_comment_invalid_status"
    );
    api.server.apply(option("comment_registration", json!("1"))).await;
    assert_eq!(refused(&stranger(&said).await), (401, "rest_comment_login_required"));
}
