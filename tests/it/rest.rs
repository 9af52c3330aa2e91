//! The REST API over HTTP, against a real server.

mod autosaves;
mod batch;
mod blocks;
mod caller;
mod comments;
mod editor_resources;
mod embeds;
mod fuzz;
mod images;
mod markdown;
mod recorded;
mod recordings;
pub mod roles;
mod shared;
mod users;

use bucketpress::{
    content::{Edit, Role, edit::SaveUser},
    http::{guard, nonce, session},
    publish,
    store::seal::purpose,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::support::{Server, client};

/// A server with an application password of its administrator.
struct Api {
    server: Server,
    secret: String,
    client: reqwest::Client,
}

/// Status, headers and JSON body.
struct Answer {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

impl Api {
    async fn start() -> Self {
        let server = Server::start().await;
        let secret = server.app_password(server.admin).await;
        Self { server, secret, client: client() }
    }

    fn url(&self, path: &str) -> String {
        self.server.url(&format!("/wp-json/wp/v2/{path}"))
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let user = self.server.app.log.current().state.user(self.server.admin).unwrap();
        self.client.request(method, self.url(path)).basic_auth(user.login, Some(&self.secret))
    }

    async fn send(request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status} not JSON: {text}"));
        Answer { status, headers, body }
    }

    async fn get(&self, path: &str) -> Answer {
        Self::send(self.request(Method::GET, path)).await
    }

    async fn stranger(&self, path: &str) -> Answer {
        Self::send(self.client.get(self.url(path))).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        Self::send(self.request(Method::POST, path).json(&body)).await
    }
}

#[actix_web::test]
async fn a_post_is_made_read_changed_trashed_and_deleted() {
    let api = Api::start().await;
    let made = api.post("posts", json!({ "title": "Hello", "content": "<p>World</p>", "status": "publish" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let id = made.body["id"].as_u64().unwrap();
    assert_eq!(made.header("location"), api.url(&format!("posts/{id}")));
    assert_eq!(made.body["content"]["raw"], "<p>World</p>");

    let read = api.stranger(&format!("posts/{id}")).await;
    assert_eq!(read.status, StatusCode::OK);
    assert_eq!(read.body["title"], json!({ "rendered": "Hello" }));
    assert_eq!(read.body["status"], "publish");
    assert!(read.body.get("password").is_none());

    let changed = api.post(&format!("posts/{id}"), json!({ "title": { "raw": "Goodbye" } })).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(changed.body["title"]["raw"], "Goodbye");
    assert_eq!(changed.body["content"]["raw"], "<p>World</p>");

    let trashed = Api::send(api.request(Method::DELETE, &format!("posts/{id}"))).await;
    assert_eq!((trashed.status, &trashed.body["status"]), (StatusCode::OK, &json!("trash")), "{}", trashed.body);
    let again = Api::send(api.request(Method::DELETE, &format!("posts/{id}"))).await;
    assert_eq!((again.status, &again.body["code"]), (StatusCode::GONE, &json!("rest_already_trashed")));
    let gone = Api::send(api.request(Method::DELETE, &format!("posts/{id}?force=true"))).await;
    assert_eq!(gone.body["deleted"], true, "{}", gone.body);
    assert_eq!(api.get(&format!("posts/{id}")).await.body["code"], "rest_post_invalid_id");
}

#[actix_web::test]
async fn a_stale_save_is_refused_with_the_current_revision() {
    let api = Api::start().await;
    let made = api.post("posts", json!({ "title": "One", "status": "publish" })).await;
    let path = format!("posts/{}", made.body["id"]);
    let first = made.body["revision"].clone();
    let second = api.post(&path, json!({ "title": "Two", "revision": first })).await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.body);
    let stale = api.post(&path, json!({ "title": "Mine", "revision": first })).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(stale.body["data"]["current_revision"], second.body["revision"]);
    let etag = api.get(&path).await.header("etag").to_owned();
    let matched = api.request(Method::POST, &path).header("If-Match", &etag).json(&json!({ "title": "Three" }));
    assert_eq!(Api::send(matched).await.status, StatusCode::OK);
    let stale = api.request(Method::POST, &path).header("If-Match", &etag).json(&json!({ "title": "Four" }));
    assert_eq!(Api::send(stale).await.status, StatusCode::CONFLICT);
}

#[actix_web::test]
async fn a_repeated_key_is_answered_once() {
    let api = Api::start().await;
    let send = || api.request(Method::POST, "posts").header("Idempotency-Key", "k1").json(&json!({ "title": "Once" }));
    let (first, second) = (Api::send(send()).await, Api::send(send()).await);
    assert_eq!(first.body["id"], second.body["id"]);
    assert_eq!(api.get("posts?status=any&search=Once").await.header("x-wp-total"), "1");
}

#[actix_web::test]
async fn drafts_are_for_those_who_may_see_them() {
    let api = Api::start().await;
    let made = api.post("posts", json!({ "title": "Secret plan", "status": "draft" })).await;
    let path = format!("posts/{}", made.body["id"]);
    assert_eq!(api.stranger(&path).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(api.stranger("posts?search=Secret").await.body, json!([]));
    assert_eq!(api.stranger("posts?status=draft").await.body["code"], "rest_invalid_param");
    assert_eq!(api.get(&path).await.status, StatusCode::OK);
}

#[actix_web::test]
async fn wrong_credentials_are_refused() {
    let api = Api::start().await;
    for (login, secret) in [("nobody", "x"), ("admin", "wrong")] {
        let request = |path: &str| api.client.get(api.url(path)).basic_auth(login, Some(secret));
        let answer = Api::send(request("users/me")).await;
        assert_eq!((answer.status, &answer.body["code"]), (StatusCode::UNAUTHORIZED, &json!("rest_not_logged_in")));
        let answer = Api::send(request("posts")).await;
        assert_eq!((answer.status, &answer.body["code"]), (StatusCode::UNAUTHORIZED, &json!("incorrect_password")));
    }
    let user = api.server.app.log.current().state.user(api.server.admin).unwrap();
    let unspaced: String = api.secret.split_whitespace().collect();
    let by_mail = api.client.get(api.url("users/me")).basic_auth(&user.email, Some(unspaced));
    assert_eq!(Api::send(by_mail).await.body["id"], user.id.0);
}

#[actix_web::test]
async fn reading_notes_the_use_of_a_password_without_writing() {
    let api = Api::start().await;
    let before = api.server.app.log.current().seq;
    assert_eq!(api.get("users/me").await.status, StatusCode::OK);
    assert_eq!(api.get("users/me").await.status, StatusCode::OK);
    assert_eq!(api.server.app.log.current().seq, before);
    assert_eq!(api.server.app.uses.take().len(), 1);
}

#[actix_web::test]
async fn terms_are_made_listed_and_given_to_posts() {
    let api = Api::start().await;
    let parent = api.post("categories", json!({ "name": "News" })).await;
    assert_eq!(parent.status, StatusCode::CREATED, "{}", parent.body);
    let child = api.post("categories", json!({ "name": "Local", "parent": parent.body["id"] })).await;
    let tag = api.post("tags", json!({ "name": "Rain" })).await;
    let twice = api.post("tags", json!({ "name": "Rain" })).await;
    assert_eq!((twice.status, &twice.body["code"]), (StatusCode::BAD_REQUEST, &json!("term_exists")));
    assert_eq!(twice.body["data"]["term_id"], tag.body["id"]);
    let fields = json!({
        "title": "Wet", "status": "publish", "format": "aside",
        "categories": [child.body["id"]], "tags": [tag.body["id"]],
    });
    let post = api.post("posts", fields).await;
    assert_eq!(post.status, StatusCode::CREATED, "{}", post.body);
    assert_eq!(post.body["format"], "aside");
    assert_eq!(post.body["tags"], json!([tag.body["id"]]));
    let by_tag = api.stranger(&format!("posts?tags={}&_fields=id", tag.body["id"])).await;
    assert_eq!(by_tag.body, json!([{ "id": post.body["id"] }]));
    let embedded = api.stranger(&format!("posts/{}?_embed=wp:term", post.body["id"])).await;
    assert_eq!(embedded.body["_embedded"]["wp:term"][1][0]["name"], "Rain");
    let children = api.stranger(&format!("categories?parent={}", parent.body["id"])).await;
    assert_eq!(children.body[0]["slug"], "local");
}

#[actix_web::test]
async fn lists_page_and_say_so() {
    let api = Api::start().await;
    for number in 0..5 {
        api.post("posts", json!({ "title": format!("Post {number}"), "status": "publish" })).await;
    }
    let page = api.stranger("posts?per_page=2&page=2&search=Post").await;
    assert_eq!(page.body.as_array().unwrap().len(), 2);
    assert_eq!((page.header("x-wp-total"), page.header("x-wp-totalpages")), ("5", "3"));
    assert!(page.header("link").contains("page=1>; rel=\"prev\""), "{}", page.header("link"));
    assert!(page.header("link").contains("page=3>; rel=\"next\""), "{}", page.header("link"));
    let beyond = api.stranger("posts?page=99").await;
    assert_eq!(beyond.body["code"], "rest_post_invalid_page_number");
    let wrapped = api.stranger("posts?_envelope&per_page=2&search=Post").await;
    assert_eq!(wrapped.body["headers"]["X-WP-Total"], 5);
}

#[actix_web::test]
async fn methods_can_be_named_otherwise() {
    let api = Api::start().await;
    let made = api.post("tags", json!({ "name": "Short-lived" })).await;
    let path = format!("tags/{}?force=true", made.body["id"]);
    let request = api.request(Method::POST, &path).header("X-HTTP-Method-Override", "DELETE");
    assert_eq!(Api::send(request).await.body["deleted"], true);
    let by_query = api.client.get(api.server.url("/?rest_route=/wp/v2/types/post"));
    assert_eq!(Api::send(by_query).await.body["slug"], "post");
    let described = Api::send(api.request(Method::POST, "posts?_method=OPTIONS")).await;
    assert_eq!(described.body["schema"]["title"], "post");
}

#[actix_web::test]
async fn application_passwords_open_and_close_the_door() {
    let api = Api::start().await;
    let made = api.post("users/me/application-passwords", json!({ "name": "Phone" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let login = api.server.app.log.current().state.user(api.server.admin).unwrap().login;
    let secret = made.body["password"].as_str().unwrap().to_owned();
    let me = || Api::send(api.client.get(api.url("users/me")).basic_auth(&login, Some(&secret)));
    assert_eq!(me().await.status, StatusCode::OK);
    let listed = api.get("users/me/application-passwords").await.body;
    assert!(!listed.to_string().contains(&secret) && !listed.to_string().contains("hash"));
    let path = format!("users/me/application-passwords/{}", made.body["uuid"].as_str().unwrap());
    assert_eq!(Api::send(api.request(Method::DELETE, &path)).await.body["deleted"], true);
    assert_eq!(me().await.status, StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn every_route_describes_itself() {
    let api = Api::start().await;
    let index = Api::send(api.client.get(api.server.url("/wp-json/"))).await;
    let routes = index.body["routes"].as_object().unwrap();
    assert!(routes.contains_key(r"/wp/v2/posts/(?P<id>[\d]+)"));
    for path in ["posts", "pages", "media", "categories", "tags", "users", "comments", "types", "settings", "search"] {
        let answer = Api::send(api.client.request(Method::OPTIONS, api.url(path))).await;
        assert!(answer.body["schema"]["properties"].is_object(), "{path}: {}", answer.body);
    }
}

#[actix_web::test]
async fn a_cookie_counts_only_with_its_nonce() {
    let api = Api::start().await;
    let app = &api.server.app;
    let user = app.log.current().state.user(api.server.admin).unwrap();
    let cookie = session::cookie(app, &user, false, false);
    let payload = app.key.verify(purpose::SESSION, cookie.value()).unwrap();
    let token = payload.splitn(4, ':').last().unwrap().to_owned();
    let nonce = nonce::create(app, guard::NONCE_ACTION, &session::SessionUser { user, token, expires: i64::MAX });
    let header = format!("{}={}", cookie.name(), cookie.value());
    let ask = |nonce: Option<&str>| {
        let request = reqwest::Client::new().get(api.url("users/me?context=edit")).header("Cookie", &header);
        Api::send(match nonce {
            Some(nonce) => request.header("X-WP-Nonce", nonce),
            None => request,
        })
    };
    assert_eq!(ask(Some(&nonce)).await.body["roles"], json!(["administrator"]));
    assert_eq!(ask(None).await.body["code"], "rest_not_logged_in");
    let forged = reqwest::Client::new().get(api.url("posts")).header("Cookie", &header).header("X-WP-Nonce", "0123");
    let forged = Api::send(forged).await;
    assert_eq!((forged.status, &forged.body["code"]), (StatusCode::FORBIDDEN, &json!("rest_cookie_invalid_nonce")));
}

#[actix_web::test]
async fn roles_may_do_what_they_may() {
    let api = Api::start().await;
    let save = SaveUser {
        login: Some("carl".to_owned()),
        email: Some("carl@example.org".to_owned()),
        roles: Some(vec![Role::Contributor]),
        ..SaveUser::default()
    };
    let publish::Outcome::User { id, .. } = api.server.apply(Edit::SaveUser(Box::new(save))).await else {
        panic!("no user");
    };
    let secret = api.server.app_password(id).await;
    let carl = |method: Method, path: &str| api.client.request(method, api.url(path)).basic_auth("carl", Some(&secret));
    let sent = |path: &str, body: Value| Api::send(carl(Method::POST, path).json(&body));
    let published = sent("posts", json!({ "title": "Out", "status": "publish" })).await;
    assert_eq!((published.status, &published.body["code"]), (StatusCode::FORBIDDEN, &json!("rest_cannot_publish")));
    let draft = sent("posts", json!({ "title": "Mine" })).await;
    assert_eq!(draft.status, StatusCode::CREATED, "{}", draft.body);
    let others = api.post("posts", json!({ "title": "Not yours", "status": "draft" })).await;
    let path = format!("posts/{}", others.body["id"]);
    assert_eq!(sent(&path, json!({ "title": "Yours?" })).await.body["code"], "rest_cannot_edit");
    assert_eq!(Api::send(carl(Method::GET, &path)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(Api::send(carl(Method::DELETE, &path)).await.body["code"], "rest_cannot_delete");
    assert_eq!(sent("posts", json!({ "author": api.server.admin.0 })).await.body["code"], "rest_cannot_edit_others");
    assert_eq!(sent("categories", json!({ "name": "New" })).await.body["code"], "rest_cannot_create");
    assert_eq!(sent("users/me", json!({ "roles": ["administrator"] })).await.body["code"], "rest_cannot_edit_roles");
    assert_eq!(sent("settings", json!({ "title": "Mine" })).await.status, StatusCode::FORBIDDEN);
    assert_eq!(Api::send(carl(Method::GET, "users?context=edit")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(Api::send(carl(Method::GET, "posts?status=draft&context=edit&search=yours")).await.body, json!([]));
    let renamed = sent("users/me", json!({ "name": "Carl the Great" })).await;
    assert_eq!(renamed.body["name"], "Carl the Great", "{}", renamed.body);
}

#[actix_web::test]
async fn passwords_hide_content_and_excerpt() {
    let api = Api::start().await;
    let fields = json!({ "title": "Locked", "content": "inside", "status": "publish", "password": "key" });
    let made = api.post("posts", fields).await;
    let path = format!("posts/{}", made.body["id"]);
    let closed = api.stranger(&path).await;
    assert_eq!(closed.body["content"], json!({ "rendered": "", "protected": true }));
    assert_eq!(closed.body["excerpt"], json!({ "rendered": "", "protected": true }));
    let wrong = api.stranger(&format!("{path}?password=no")).await;
    assert_eq!(wrong.body["code"], "rest_post_incorrect_password");
    let opened = api.stranger(&format!("{path}?password=key")).await;
    assert!(opened.body["content"]["rendered"].as_str().unwrap().contains("inside"));
    assert!(!api.stranger("posts?search=Locked").await.body.to_string().contains("inside"));
}

/// A small PNG.
fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(640, 480, image::Rgb([90, 120, 150]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[actix_web::test]
async fn files_are_uploaded_raw_and_as_forms() {
    let api = Api::start().await;
    let raw = api
        .request(Method::POST, "media")
        .header("Content-Disposition", "attachment; filename=\"blue sky.png\"")
        .header("Content-Type", "image/png")
        .body(picture());
    let made = Api::send(raw).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["media_details"]["width"], 640);
    assert!(made.body["source_url"].as_str().unwrap().ends_with("/blue-sky.png"), "{}", made.body["source_url"]);
    assert_eq!(made.body["media_details"]["sizes"]["medium"]["width"], 300);

    let part = reqwest::multipart::Part::bytes(picture()).file_name("again.png");
    let form = reqwest::multipart::Form::new().text("alt_text", "Sky").text("title", "Again").part("file", part);
    let second = Api::send(api.request(Method::POST, "media").multipart(form)).await;
    assert_eq!(second.status, StatusCode::CREATED, "{}", second.body);
    assert_eq!((&second.body["alt_text"], &second.body["title"]["raw"]), (&json!("Sky"), &json!("Again")));
    let path = format!("media/{}", second.body["id"]);
    let changed = api.post(&path, json!({ "caption": "Blue", "post": 0 })).await;
    assert_eq!(changed.body["caption"]["raw"], "Blue", "{}", changed.body);
    assert_eq!(api.stranger("media?media_type=image&_fields=id").await.body.as_array().unwrap().len(), 2);
    let kept = Api::send(api.request(Method::DELETE, &path)).await;
    assert_eq!((kept.status, &kept.body["code"]), (StatusCode::NOT_IMPLEMENTED, &json!("rest_trash_not_supported")));
    assert_eq!(Api::send(api.request(Method::DELETE, &format!("{path}?force=true"))).await.body["deleted"], true);
}

#[actix_web::test]
async fn uploads_by_strangers_and_of_programs_are_refused() {
    let api = Api::start().await;
    let named = |request: reqwest::RequestBuilder, name: &str| {
        request.header("Content-Disposition", format!("attachment; filename={name}"))
    };
    let stranger = named(api.client.post(api.url("media")), "a.png").body(picture());
    assert_eq!(Api::send(stranger).await.status, StatusCode::UNAUTHORIZED);
    let program = named(api.request(Method::POST, "media"), "a.php").body("<?php");
    assert_eq!(Api::send(program).await.status, StatusCode::BAD_REQUEST);
    let nothing = api.request(Method::POST, "media");
    assert_eq!(Api::send(nothing).await.body["code"], "rest_upload_no_data");
}

/// Python with what `tests/clients/requirements.txt` names; `tests/services/install` makes it. `None`, said aloud,
/// where it is missing, unless `CI` is set.
fn python() -> Option<std::path::PathBuf> {
    let python = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/.venv/bin/python");
    if python.exists() {
        return Some(python);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing: run tests/services/install", python.display());
    println!("skipped: {} is missing: run tests/services/install", python.display());
    None
}

/// `wpapi` from npm, as it is. Skipped where there is no npm, unless `CI` is set.
#[actix_web::test]
async fn a_stock_client_writes_and_reads_a_site() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
    if !std::path::Path::new(folder).join("node_modules/wpapi").exists() {
        let installed = tokio::process::Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(folder)
            .output()
            .await;
        let failure = match installed {
            Ok(output) if output.status.success() => None,
            Ok(output) => Some(String::from_utf8_lossy(&output.stderr).into_owned()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(failure) = failure {
            assert!(std::env::var_os("CI").is_none(), "npm ci in {folder} failed: {failure}");
            eprintln!("skipped: npm ci in {folder} failed: {failure}");
            return;
        }
    }
    let api = Api::start().await;
    let user = api.server.app.log.current().state.user(api.server.admin).unwrap();
    let output = tokio::process::Command::new("node")
        .arg("wpapi.cjs")
        .current_dir(folder)
        .env("BASE", &api.server.base)
        .env("LOGIN", user.login)
        .env("SECRET", &api.secret)
        .output()
        .await
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["user"], api.server.admin.0);
}
