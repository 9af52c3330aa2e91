//! Two people, one post: who is writing, told across servers; stale saves; what was written and not saved.

use std::sync::Arc;

use bucketpress::{
    app::editing,
    content::{Edit, Editing, PostId, Role, UserId, edit::SaveUser},
    http::{admin::ajax, guard, nonce, session},
    publish::Outcome,
    store::{Objects, codec, keys::Key, memory::MemoryObjects, seal::purpose},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    site::{post, save},
    support::{Server, client, form},
};

/// A browser somebody is signed in with, that can ask each of several servers.
struct Browser {
    user: session::SessionUser,
    cookie: String,
}

impl Browser {
    fn of(server: &Server, user: UserId) -> Self {
        let app = &server.app;
        let user = app.log.current().state.user(user).unwrap();
        let cookie = session::cookie(app, &user, false, false);
        let payload = app.key.verify(purpose::SESSION, cookie.value()).unwrap();
        let token = payload.splitn(4, ':').last().unwrap().to_owned();
        let cookie = format!("{}={}", cookie.name(), cookie.value());
        Self { user: session::SessionUser { user, token, expires: i64::MAX }, cookie }
    }

    fn nonce(&self, server: &Server, action: &str) -> String {
        nonce::create(&server.app, action, &self.user)
    }

    async fn ajax(&self, server: &Server, fields: &[(&str, &str)]) -> Value {
        let request = client().post(server.url("/wp-admin/admin-ajax.php"));
        let answer = form(request.header("Cookie", &self.cookie), fields).send().await.unwrap();
        let status = answer.status();
        let body = answer.text().await.unwrap();
        if status.is_success() { serde_json::from_str(&body).unwrap() } else { json!({ "refused": status.as_u16() }) }
    }

    async fn beat(&self, server: &Server, fields: &[(&str, &str)]) -> Value {
        let nonce = self.nonce(server, ajax::HEARTBEAT_ACTION);
        let mut all = vec![("action", "heartbeat"), ("_nonce", nonce.as_str())];
        all.extend(fields);
        self.ajax(server, &all).await
    }

    async fn keep(&self, server: &Server, post: PostId) -> Value {
        let id = post.to_string();
        self.beat(server, &[("data[wp-refresh-post-lock][post_id]", &id)]).await["wp-refresh-post-lock"].clone()
    }

    async fn api(&self, server: &Server, method: reqwest::Method, path: &str, body: Value) -> (u16, Value) {
        let nonce = self.nonce(server, guard::NONCE_ACTION);
        let request = client().request(method, server.url(&format!("/wp-json/wp/v2/{path}")));
        let request = request.header("Cookie", &self.cookie).header("X-WP-Nonce", nonce);
        let answer = if body.is_null() { request.send().await } else { request.json(&body).send().await };
        let answer = answer.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

async fn person(server: &Server, login: &str, role: Role) -> UserId {
    let save = SaveUser {
        login: Some(login.to_owned()),
        email: Some(format!("{login}@example.org")),
        display_name: Some(format!("{login} of the desk")),
        roles: Some(vec![role]),
        ..SaveUser::default()
    };
    match server.apply(Edit::SaveUser(Box::new(save))).await {
        Outcome::User { id, .. } => id,
        other => panic!("no user: {other:?}"),
    }
}

/// Two servers on one store, and an administrator and an editor.
async fn newsroom() -> (Arc<dyn Objects>, Server, Server, Browser, Browser) {
    let objects: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
    let one = Server::on(objects.clone()).await;
    let ed = person(&one, "ed", Role::Editor).await;
    let two = Server::on(objects.clone()).await;
    let (ann, ed) = (Browser::of(&one, one.admin), Browser::of(&one, ed));
    (objects, one, two, ann, ed)
}

#[actix_web::test]
async fn who_writes_is_known_on_every_server_without_a_commit() {
    let (_, one, two, ann, ed) = newsroom().await;
    let id = save(&one, post("Shared", "<p>x</p>")).await;
    let seq = one.app.log.current().seq;

    let own = ann.keep(&one, id).await;
    let lock = own["new_lock"].as_str().unwrap().to_owned();
    assert!(lock.ends_with(&format!(":{}", one.admin)), "{lock}");
    assert_eq!(ann.keep(&two, id).await["new_lock"], lock, "the same on the other server");
    let refused = ed.keep(&two, id).await;
    assert_eq!(refused["lock_error"]["name"], "editor-in-chief", "{refused}");
    let listed = format!("post-{id}");
    let asked = [("data[wp-check-locked-posts][]", listed.as_str()), ("data[wp-check-locked-posts][]", "post-999")];
    let seen = ed.beat(&two, &asked).await;
    let expected = json!({ &listed: { "name": "editor-in-chief", "text": "editor-in-chief is currently editing" } });
    assert_eq!(seen["wp-check-locked-posts"], expected);
    assert_eq!(ann.beat(&one, &asked).await["wp-check-locked-posts"], json!({}), "oneself is not somebody else");

    // Closing says so, with the lock of that very editor.
    let (number, nonce) = (id.to_string(), ann.nonce(&one, ajax::CLOSE_ACTION));
    let close = [("action", "wp-remove-post-lock"), ("post_ID", &number), ("_wpnonce", &nonce)];
    ann.ajax(&one, &[close.as_slice(), &[("active_post_lock", "1:1")]].concat()).await;
    assert!(ed.keep(&two, id).await["lock_error"].is_object(), "another editor's lock closes nothing");
    let forged =
        [("action", "wp-remove-post-lock"), ("post_ID", &number), ("_wpnonce", "0123"), ("active_post_lock", &lock)];
    assert_eq!(ann.ajax(&one, &forged).await["refused"], 403);
    ann.ajax(&one, &[close.as_slice(), &[("active_post_lock", &lock)]].concat()).await;
    assert!(ed.keep(&two, id).await["new_lock"].is_string(), "free again");
    assert_eq!(one.app.log.current().seq, seq, "none of it is in the log");
}

#[actix_web::test]
async fn an_editor_that_fell_silent_holds_nothing() {
    let (objects, one, _, ann, ed) = newsroom().await;
    let id = save(&one, post("Left open", "<p>x</p>")).await;
    let note = async |user: UserId, ago: i64| {
        let at = Timestamp::now() - SignedDuration::from_secs(ago);
        let at = Timestamp::from_second(at.as_second()).unwrap();
        let key = Key::Editing(id);
        let body = codec::editing::encode(&Editing { post: id, user, since: at, seen_at: at });
        objects.put(&key.path(), body.into(), &key.attributes()).await.unwrap();
        at
    };
    let stored = async || codec::editing::decode(&objects.get(&Key::Editing(id).path(), None).await.unwrap().body);
    // Heard of within half a minute: not written anew; then it is, and keeps its beginning.
    let at = note(one.admin, 20).await;
    ann.keep(&one, id).await;
    assert_eq!(stored().await.unwrap().seen_at, at);
    let at = note(one.admin, 40).await;
    ann.keep(&one, id).await;
    let kept = stored().await.unwrap();
    assert!(kept.since == at && kept.seen_at > at);
    note(one.admin, 140).await;
    assert!(ed.keep(&one, id).await["lock_error"].is_object());
    note(one.admin, 151).await;
    assert!(ed.keep(&one, id).await["new_lock"].is_string());
    note(one.admin, 3600).await;
    assert_eq!(editing::tidy(&one.app).await.unwrap(), 1);
    assert!(stored_is_gone(&objects, id).await);
    objects.put("editing/x.json", "{}".into(), &Key::Editing(id).attributes()).await.unwrap();
    objects.put(&Key::Editing(id).path(), "no JSON".into(), &Key::Editing(id).attributes()).await.unwrap();
    assert!(ed.keep(&one, id).await["new_lock"].is_string(), "what cannot be read keeps nobody from writing");
}

async fn stored_is_gone(objects: &Arc<dyn Objects>, id: PostId) -> bool {
    objects.get(&Key::Editing(id).path(), None).await.is_err()
}

#[actix_web::test]
async fn a_heartbeat_needs_a_sign_in_its_nonce_and_the_right_to_write() {
    let (_, one, _, ann, _) = newsroom().await;
    let id = save(&one, post("Mine", "<p>x</p>")).await;
    let number = id.to_string();
    let stranger = form(client().post(one.url("/wp-admin/admin-ajax.php")), &[("action", "heartbeat")]);
    let stranger: Value = stranger.send().await.unwrap().json().await.unwrap();
    assert_eq!(stranger["wp-auth-check"], false);
    let asked = [("action", "heartbeat"), ("data[wp-refresh-post-lock][post_id]", number.as_str())];
    let expired = ann.ajax(&one, &asked).await;
    assert_eq!(expired, json!({ "nonces_expired": true, "wp-auth-check": true }));
    let request = client().post(one.url("/wp-admin/admin-ajax.php")).header("Cookie", &ann.cookie);
    let request = request.header("X-WP-Nonce", ann.nonce(&one, guard::NONCE_ACTION));
    let by_header: Value = form(request, &asked).send().await.unwrap().json().await.unwrap();
    assert!(by_header["wp-refresh-post-lock"]["new_lock"].is_string(), "{by_header}");
    let fresh = by_header["rest_nonce"].as_str().unwrap();
    assert!(nonce::verify(&one.app, guard::NONCE_ACTION, &ann.user, fresh));

    let sue = Browser::of(&one, person(&one, "sue", Role::Author).await);
    let listed = format!("post-{id}");
    let answer = sue
        .beat(
            &one,
            &[
                ("data[wp-refresh-post-lock][post_id]", &number),
                ("data[bucketpress-revision][post_id]", &number),
                ("data[wp-check-locked-posts][]", &listed),
            ],
        )
        .await;
    assert_eq!(answer.get("wp-refresh-post-lock"), None, "not hers to write in");
    assert_eq!(answer.get("bucketpress-revision"), None);
    assert_eq!(answer["wp-check-locked-posts"], json!({}));
    assert_eq!(ann.ajax(&one, &[("action", "x")]).await["refused"], 400);
}

#[actix_web::test]
async fn what_others_save_is_told_and_a_stale_save_is_refused() {
    let (_, one, two, ann, ed) = newsroom().await;
    let (_, made) = ann
        .api(&one, reqwest::Method::POST, "posts", json!({ "title": "T", "content": "one", "status": "publish" }))
        .await;
    let path = format!("posts/{}", made["id"]);
    let base = made["revision"].as_str().unwrap().to_owned();
    let (status, theirs) =
        ed.api(&two, reqwest::Method::POST, &path, json!({ "content": "Ed's", "revision": base })).await;
    assert_eq!(status, 200, "{theirs}");

    let number = made["id"].to_string();
    let told = ann.beat(&one, &[("data[bucketpress-revision][post_id]", &number)]).await;
    let newest = &told["bucketpress-revision"];
    assert_eq!((&newest["revision"], &newest["name"]), (&theirs["revision"], &json!("ed of the desk")), "{newest}");
    let stale = json!({ "content": "Ann's", "revision": base });
    let (status, refused) = ann.api(&one, reqwest::Method::POST, &path, stale).await;
    assert_eq!((status, &refused["data"]["current_revision"]), (409, &theirs["revision"]), "{refused}");
    let (status, refused) =
        ann.api(&one, reqwest::Method::POST, &path, json!({ "content": "x", "revision": "soon" })).await;
    assert_eq!((status, &refused["code"]), (400, &json!("rest_invalid_revision")), "not taken for no revision");

    // Without a revision it is saved as in WordPress, and the answer names what it took the place of.
    let request = client().post(one.url(&format!("/wp-json/wp/v2/{path}"))).header("Cookie", &ann.cookie);
    let request = request.header("X-WP-Nonce", ann.nonce(&one, guard::NONCE_ACTION));
    let blind = request.json(&json!({ "content": "over it" })).send().await.unwrap();
    assert_eq!(blind.status(), 200);
    let links: Vec<&str> = blind.headers().get_all("link").iter().map(|link| link.to_str().unwrap()).collect();
    let replaced = links.iter().find(|link| link.contains("predecessor-version")).expect("names what it replaced");
    let href = replaced.split(['<', '>']).nth(1).unwrap();
    let at = href.split_once("/wp/v2/").unwrap().1;
    let (_, kept) = ann.api(&one, reqwest::Method::GET, &format!("{at}?context=edit"), Value::Null).await;
    assert_eq!((&kept["content"]["raw"], &kept["revision"]), (&json!("Ed's"), &theirs["revision"]));
    let (_, _) = ann.api(&one, reqwest::Method::POST, &path, json!({ "content": "again" })).await;
}

#[actix_web::test]
async fn unsaved_texts_outlive_what_others_save() {
    let (_, one, two, ann, ed) = newsroom().await;
    let made = ann
        .api(&one, reqwest::Method::POST, "posts", json!({ "title": "T", "content": "one", "status": "draft" }))
        .await
        .1;
    let path = format!("posts/{}", made["id"]);
    let autosaves = format!("{path}/autosaves");
    let written = json!({ "content": "half a sentence", "revision": made["revision"] });
    let (status, kept) = ann.api(&one, reqwest::Method::POST, &autosaves, written).await;
    assert_eq!(status, 200, "{kept}");
    assert_ne!(kept["id"], made["id"], "beside the draft, though it is her own");
    // The first one may have taken a block of numbers.
    let seq = one.app.log.current().seq;
    ann.api(&one, reqwest::Method::POST, &autosaves, json!({ "content": "a sentence", "revision": made["revision"] }))
        .await;
    assert_eq!(one.app.log.current().seq, seq, "none is a commit");

    ed.api(&two, reqwest::Method::POST, &path, json!({ "content": "Ed's" })).await;
    let (_, listed) = ann.api(&one, reqwest::Method::GET, &format!("{autosaves}?context=edit"), Value::Null).await;
    assert_eq!((&listed[0]["content"]["raw"], &listed[0]["revision"]), (&json!("a sentence"), &made["revision"]));
    let one_of = format!("{path}/revisions/{}?force=true", kept["id"]);
    let (status, refused) = ed.api(&two, reqwest::Method::DELETE, &one_of, Value::Null).await;
    assert_eq!((status, &refused["code"]), (404, &json!("rest_post_invalid_id")), "not his");
    let (status, gone) = ann.api(&one, reqwest::Method::DELETE, &one_of, Value::Null).await;
    assert_eq!((status, &gone["previous"]["content"]["raw"]), (200, &json!("a sentence")), "{gone}");
    assert_eq!(ann.api(&one, reqwest::Method::GET, &autosaves, Value::Null).await.1, json!([]));

    // Saved by herself it has served its purpose.
    ann.api(&one, reqwest::Method::POST, &autosaves, json!({ "content": "more", "revision": made["revision"] })).await;
    ann.api(&one, reqwest::Method::POST, &path, json!({ "content": "more, saved" })).await;
    assert_eq!(ann.api(&one, reqwest::Method::GET, &autosaves, Value::Null).await.1, json!([]));

    // A client that names no revision: an own draft is saved itself, but not under the hands of somebody else.
    let own = ann
        .api(&one, reqwest::Method::POST, "posts", json!({ "title": "Own", "content": "1", "status": "draft" }))
        .await
        .1;
    let id = PostId(own["id"].as_u64().unwrap());
    assert!(ed.keep(&two, id).await["new_lock"].is_string());
    let path = format!("posts/{id}/autosaves");
    let (_, beside) = ann.api(&one, reqwest::Method::POST, &path, json!({ "content": "2" })).await;
    assert_ne!(beside["id"], own["id"], "{beside}");
}
