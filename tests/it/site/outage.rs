//! What readers and writers see while the store fails, and after.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bucketpress::{
    content::{MediaFile, PostId, PostStatus, PostType, edit::SavePost},
    media::UploadRules,
    store::{
        Objects,
        faulty::{Fault, Outcome},
        log::Condition,
        memory::MemoryObjects,
        objects::Method,
    },
};
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use super::{page, path, post, save};
use crate::support::{self, ADMIN, Outage, Server, unsteady};

/// A site that `healthy` can always reach, and `server` only while its store is well.
struct Scene {
    healthy: Server,
    server: Server,
    outage: Outage,
    secret: String,
}

impl Scene {
    /// `prepare` runs before `server` starts: nothing it saves is in that server's memory but its row.
    async fn new(with_jobs: bool, prepare: impl AsyncFnOnce(&Server)) -> Self {
        let bucket: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
        let healthy = Server::without_jobs(bucket.clone()).await;
        let secret = healthy.app_password(healthy.admin).await;
        prepare(&healthy).await;
        let (objects, outage) = unsteady(bucket);
        let server = if with_jobs { Server::on(objects).await } else { Server::without_jobs(objects).await };
        Self { healthy, server, outage, secret }
    }

    fn rest(&self, server: &Server, key: &str, title: &str) -> reqwest::RequestBuilder {
        let request = support::client().post(server.url("/wp-json/wp/v2/posts")).header("Idempotency-Key", key);
        request
            .basic_auth(ADMIN, Some(&self.secret))
            .json(&json!({ "title": title, "content": "<p>Words.</p>", "status": "publish" }))
    }

    async fn metric(&self, name: &str) -> i64 {
        let text = self.server.get("/metrics").await.text().await.unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("bucketpress_{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
    }

    /// Asks for pages until the server says of its store what is expected.
    async fn until(&self, name: &str, value: i64) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.metric(name).await != value {
            assert!(Instant::now() < deadline, "{name} never became {value}");
            self.server.get("/").await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Titles of the public posts as a server sees them that has just started.
    async fn titles(&self) -> Vec<String> {
        let fresh = Server::without_jobs(self.healthy.app.objects.clone()).await;
        let answer = fresh.get("/wp-json/wp/v2/posts?per_page=100&orderby=id&order=asc").await;
        let posts: Vec<Value> = answer.json().await.unwrap();
        posts.iter().map(|post| post["title"]["rendered"].as_str().unwrap().to_owned()).collect()
    }
}

/// 503 with the time to come back, and nothing of the inside of the program.
async fn unavailable(answer: reqwest::Response, content_type: &str) -> String {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let text = answer.text().await.unwrap();
    assert_eq!(status, 503, "{text}");
    assert_eq!(headers["retry-after"], "5");
    assert_eq!(headers["cache-control"], "no-store");
    assert!(headers["content-type"].to_str().unwrap().starts_with(content_type), "{headers:?}");
    for inside in ["injected", "posts/", "log/", "media/", "memory:", "bucket", "Bucket"] {
        assert!(!text.contains(inside), "{inside} in {text}");
    }
    text
}

/// A comment that cannot be accepted now: the page its writer sees.
async fn comment(server: &Server, text: &str) -> String {
    let fields = [("comment", text), ("author", "R"), ("email", "r@example.org"), ("comment_post_ID", "1")];
    let form = support::form(support::client().post(server.url("/wp-comments-post.php")), &fields);
    let page = unavailable(form.send().await.unwrap(), "text/html").await;
    assert!(page.contains(&format!("{text}</textarea>")), "nothing written is lost: {page}");
    page
}

async fn upload(server: &Server) -> String {
    let body = futures_util::stream::once(async { Ok("Some words.".into()) }).boxed();
    let stored = server.app.media.store(body, "notes.txt", UploadRules { unfiltered_html: false }).await.unwrap();
    let file = MediaFile { upload_path: "2026/11/notes.txt".to_owned(), ..stored.file };
    let attachment = SavePost {
        post_type: Some(PostType::Attachment),
        status: Some(PostStatus::Inherit),
        mime_type: Some(file.mime_type.clone()),
        file: Some(file),
        ..SavePost::default()
    };
    save(server, attachment).await;
    "/wp-content/uploads/2026/11/notes.txt".to_owned()
}

#[tokio::test]
async fn readers_go_on_reading_and_writers_are_told_to_come_back() {
    let (mut warm, mut cold, mut file) = (PostId(0), PostId(0), String::new());
    let scene = Scene::new(true, async |server| {
        warm = save(server, post("Warm", "<p>Read before.</p>")).await;
        cold = save(server, page("Cold", "<p>Never read.</p>")).await;
        file = upload(server).await;
    })
    .await;
    let server = &scene.server;
    let held = save(server, post("Held", "<p>Written here, not rendered yet.</p>")).await;
    let (warm, cold, held) = (path(server, warm), path(server, cold), path(server, held));
    let before = server.get(&warm).await.text().await.unwrap();
    assert_eq!(server.get("/").await.status(), 200);

    scene.outage.refuse(503);
    scene.until("store_healthy", 0).await;
    assert_eq!(server.get(&warm).await.text().await.unwrap(), before);
    for path in ["/", &held, "/wp-sitemap.xml", "/wp-json/wp/v2/categories", "/wp-login.php", "/healthz", "/readyz"] {
        assert_eq!(server.get(path).await.status(), 200, "{path}");
    }
    assert!(server.get(&held).await.text().await.unwrap().contains("not rendered yet"));
    assert_eq!(server.get("/no-such-page/").await.status(), 404, "that is known from memory");
    for path in [&cold, &file] {
        let text = unavailable(server.get(path).await, "text/html").await;
        assert!(text.contains("The Test Gazette"), "{text}");
    }
    unavailable(server.get("/wp-json/wp/v2/pages?slug=cold").await, "application/json").await;
    server.signed_in().await;

    let refused = unavailable(scene.rest(server, "k1", "Refused").send().await.unwrap(), "application/json").await;
    let refused: Value = serde_json::from_str(&refused).unwrap();
    assert_eq!(refused["data"]["status"], 503);
    assert!(refused["code"].is_string() && refused["message"].is_string(), "{refused}");
    let text = comment(server, "Sent").await;
    assert!(text.contains("not known yet whether your comment was saved"), "{text}");
    assert_eq!(scene.metric("writes_accepted").await, 0);
    let text = comment(server, "Refused").await;
    assert!(text.contains("Your comment was not saved"), "{text}");

    scene.outage.end();
    scene.until("store_healthy", 1).await;
    assert_eq!(scene.metric("writes_accepted").await, 1);
    assert_eq!(server.get(&cold).await.status(), 200);
    assert_eq!(server.get(&file).await.text().await.unwrap(), "Some words.");
    assert_eq!(scene.rest(server, "k1", "Refused").send().await.unwrap().status(), 201, "without a restart");
    let titles = scene.titles().await;
    assert_eq!(titles[titles.len() - 3..], ["Warm", "Held", "Refused"], "all acknowledged, each once");
    let site = &server.app.log.current().state;
    let comments = site.comments(PostId(1)).into_iter().map(|id| site.comment(id).unwrap().content);
    let sent: Vec<_> = comments.filter(|content| ["Sent", "Refused"].contains(&content.as_str())).collect();
    assert_eq!(sent, ["Sent"], "what was on its way arrived, what was refused did not");
}

#[tokio::test]
async fn a_write_caught_by_the_outage_is_answered_unknown_and_done_once() {
    let scene = Scene::new(true, async |_| {}).await;
    let server = &scene.server;
    let landed = AtomicBool::new(false);
    scene.outage.choose(move |call| match call.method {
        Method::Put => Fault::default(),
        // The entry arrives; nothing is heard of it, and from then on nothing at all.
        Method::Create if call.key.starts_with("log/") && !landed.swap(true, Ordering::SeqCst) => {
            Outcome::ReplyLost.into()
        }
        _ if landed.load(Ordering::SeqCst) => Outcome::Refused(503).into(),
        _ => Fault::default(),
    });
    let answer = scene.rest(server, "caught", "Caught").send().await.unwrap();
    let body = unavailable(answer, "application/json").await;
    assert!(body.contains("write_outcome_unknown"), "{body}");
    assert_eq!(scene.metric("writes_accepted").await, 0);
    let again = unavailable(scene.rest(server, "caught", "Caught").send().await.unwrap(), "application/json").await;
    assert!(again.contains("not_accepting_writes"), "{again}");

    scene.outage.end();
    scene.until("writes_accepted", 1).await;
    let answer = scene.rest(server, "caught", "Caught").send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    assert_eq!(scene.titles().await.iter().filter(|title| *title == "Caught").count(), 1);
}

#[tokio::test]
async fn one_reader_waits_for_a_silent_store_and_no_other() {
    let scene = Scene::new(false, async |_| {}).await;
    let server = &scene.server;
    assert_eq!(server.get("/").await.status(), 200);
    let calls = || server.app.calls.counts();
    scene.outage.hang();
    let before = calls();
    // Until the last confirmation is a second old, nobody asks the store.
    while server.app.log.is_answered() {
        assert_eq!(server.get("/").await.status(), 200);
    }
    assert_eq!(calls().since(&before).reads(), 1, "the one that waited");
    let browser = server.signed_in().await;
    for path in ["/", "/wp-admin/", "/?utm_source=mail", "/wp-json/wp/v2/categories"] {
        assert_eq!(browser.get(server.url(path)).send().await.unwrap().status(), 200, "{path}");
    }
    assert_eq!(calls().since(&before).reads(), 1, "the store was known to be silent");

    scene.outage.end();
    save(&scene.healthy, post("Meanwhile", "<p>Elsewhere.</p>")).await;
    server.app.log.tick().await;
    assert!(server.app.log.is_answered());
    assert!(server.get("/").await.text().await.unwrap().contains("Meanwhile"));
}

#[tokio::test]
async fn while_browse_only_nothing_is_written_for_a_write_that_is_refused() {
    let scene = Scene::new(false, async |_| {}).await;
    let server = &scene.server;
    scene.outage.refuse(403);
    server.app.log.fresh(Duration::ZERO).await.unwrap_err();
    assert!(matches!(server.app.log.health(), Condition::BrowseOnly { .. }));
    scene.outage.hang();
    let before = server.app.calls.counts();
    for number in 0..3 {
        let answer = scene.rest(server, &format!("k{number}"), "Refused").send().await.unwrap();
        let body = unavailable(answer, "application/json").await;
        assert!(body.contains("not_accepting_writes"), "{body}");
    }
    let image = support::client().post(server.url("/wp-json/wp/v2/media")).basic_auth(ADMIN, Some(&scene.secret));
    let image = image.header("Content-Disposition", "attachment; filename=a.txt").body("text");
    unavailable(image.send().await.unwrap(), "application/json").await;
    assert_eq!(server.app.calls.counts().since(&before).writes(), 0);
    assert_eq!(scene.metric("commits_total{outcome=\"unavailable\"}").await, 4, "each counted once");

    scene.outage.end();
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.app.log.health() != Condition::Healthy {
        assert!(Instant::now() < deadline, "still browse-only");
        server.app.log.tick().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(scene.rest(server, "k0", "Accepted").send().await.unwrap().status(), 201);
}
