//! Users through the API.

use bucketpress::content::{
    Edit, PostStatus, PostType, Role,
    edit::{SaveComment, SavePost},
};
use reqwest::StatusCode;
use serde_json::json;

use super::{Api, caller::Caller};

#[actix_web::test]
async fn what_the_editor_remembers_comes_back_whole() {
    let api = Api::start().await;
    let remembered = json!({
        "core/edit-post": { "welcomeGuide": false },
        "_modified": "2026-11-21T10:00:00.000Z",
    });
    let body = json!({ "meta": { "persisted_preferences": remembered } });
    assert_eq!(api.post("users/me", body).await.status, StatusCode::OK);
    let read = api.get("users/me?context=edit").await.body;
    assert_eq!(read["meta"]["persisted_preferences"], remembered, "{read}");
}

#[actix_web::test]
async fn strangers_see_who_has_published_a_menu_item() {
    let api = Api::start().await;
    let ed = Caller::new(&api, "ed", Role::Editor).await;
    let id = api.get("users?slug=ed&_fields=id,slug").await.body[0].clone();
    assert_eq!(id["slug"], "ed");
    let path = format!("users/{}", id["id"]);
    let hidden = api.stranger(&path).await;
    assert_eq!((hidden.status, &hidden.body["code"]), (StatusCode::UNAUTHORIZED, &json!("rest_user_cannot_view")));
    let item = SavePost {
        post_type: Some(PostType::NavMenuItem),
        title: Some("About".to_owned()),
        status: Some(PostStatus::Publish),
        author: Some(ed.id),
        ..SavePost::default()
    };
    api.server.apply(Edit::SavePost(Box::new(item))).await;
    assert_eq!(api.stranger(&path).await.body["slug"], "ed");
    let with = async |types: &str| {
        let found = api.stranger(&format!("users?has_published_posts={types}&_fields=slug")).await.body;
        found.to_string().contains("\"ed\"")
    };
    assert!(with("nav_menu_item").await && with("true").await && with("post,nav_menu_item").await);
    let numbered = api.stranger("users?has_published_posts[0]=nav_menu_item&_fields=slug").await;
    assert!(numbered.body.to_string().contains("\"ed\""), "{}", numbered.body);
    assert!(!with("post").await && !with("unheard-of").await);
}

#[actix_web::test]
async fn sites_that_ping_have_no_picture() {
    let api = Api::start().await;
    let post = api.post("posts", json!({ "title": "Open", "status": "publish" })).await;
    let post = bucketpress::content::PostId(post.body["id"].as_u64().unwrap());
    let ping = SaveComment {
        post: Some(post),
        content: Some("[...] a ping [...]".to_owned()),
        kind: Some("pingback".to_owned()),
        ..SaveComment::default()
    };
    api.server.apply(Edit::SaveComment(Box::new(ping))).await;
    let listed = api.get("comments?type=pingback").await.body;
    assert_eq!(listed[0]["author_avatar_urls"], json!({ "24": false, "48": false, "96": false }), "{listed}");
}

#[actix_web::test]
async fn application_passwords_of_others_are_refused_by_what_is_asked() {
    let api = Api::start().await;
    let sue = Caller::new(&api, "sue", Role::Subscriber).await;
    let base = format!("users/{}/application-passwords", api.server.admin);
    let one = format!("{base}/11111111-2222-4333-8444-555555555555");
    for (answer, code) in [
        (sue.get(&base).await, "rest_cannot_list_application_passwords"),
        (sue.get(&one).await, "rest_cannot_read_application_password"),
        (sue.post(&base, json!({ "name": "x" })).await, "rest_cannot_create_application_passwords"),
        (sue.post(&one, json!({ "name": "x" })).await, "rest_cannot_edit_application_password"),
        (sue.delete(&base).await, "rest_cannot_delete_application_passwords"),
        (sue.delete(&one).await, "rest_cannot_delete_application_password"),
        (
            sue.get(&format!("{base}/introspect")).await,
            "rest_cannot_introspect_app_password_for_non_authenticated_user",
        ),
    ] {
        assert_eq!((answer.status, &answer.body["code"]), (StatusCode::FORBIDDEN, &json!(code)));
    }
}
