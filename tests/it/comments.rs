//! Readers' comments through the form below a post.

use bucketpress::content::{
    CommentId, CommentStatus, Edit, PostId, PostStatus, UserId,
    edit::{DateChange, SaveComment, SavePost},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bucketpress::publish::Outcome;
use bucketpress::store::{Objects, faulty::Fault, memory::MemoryObjects, objects::Method, seal::purpose};

use crate::support::{self, Server, client, unsteady};

async fn published(server: &Server, comments_open: bool) -> (PostId, String) {
    let save = SavePost {
        title: Some("Open question".to_owned()),
        content: Some("<p>What do you think?</p>".to_owned()),
        status: Some(PostStatus::Publish),
        comments_open: Some(comments_open),
        ..SavePost::default()
    };
    let Outcome::Post { id, .. } = server.apply(Edit::SavePost(Box::new(save))).await else { panic!() };
    let site = &server.app.log.current().state;
    (id, site.post_path(&site.post(id).unwrap()))
}

async fn send(server: &Server, post: PostId, text: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let form =
        format!("comment={text}&author=Reader&email=reader%40example.org&url=&comment_post_ID={post}&comment_parent=0");
    let mut request = client().post(server.url("/wp-comments-post.php")).body(form);
    request = request.header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_first_comment_waits_and_shows_once_it_is_approved() {
    let server = Server::start().await;
    let (post, path) = published(&server, true).await;
    let answer = send(&server, post, "A+first+thought", &[]).await;
    assert_eq!(answer.status(), 303);
    let id: CommentId = server.app.log.current().state.comments(post)[0];
    let link = answer.headers()["location"].to_str().unwrap();
    let (link, place) = link.split_once('#').unwrap();
    assert!(link.starts_with(&format!("{path}?unapproved={id}&moderation-hash=")), "{link}");
    assert_eq!(place, format!("comment-{id}"));
    let shown = server.get(link).await;
    assert_eq!(shown.headers()["cache-control"], "no-store");
    let shown = shown.text().await.unwrap();
    assert!(shown.contains("A first thought") && shown.contains("waits for approval"), "its writer sees it, and why");
    assert!(!shown.contains(&format!("replytocom={id}")), "nobody answers what nobody sees");
    assert!(!server.get(&path).await.text().await.unwrap().contains("A first thought"));
    assert!(!server.get("/comments/feed/").await.text().await.unwrap().contains("A first thought"));
    for forged in [
        link.replace("hash=", "hash=0"),
        format!("{path}?unapproved={id}"),
        format!("{path}?unapproved={id}&moderation-hash="),
    ] {
        let page = server.get(&forged).await;
        assert!(page.headers()["cache-control"].to_str().unwrap().starts_with("public"), "{forged}");
        assert!(!page.text().await.unwrap().contains("A first thought"), "{forged}");
    }
    let other = SaveComment {
        post: Some(post),
        content: Some("A second thought".to_owned()),
        status: Some(CommentStatus::Hold),
        ..SaveComment::default()
    };
    server.apply(Edit::SaveComment(Box::new(other))).await;
    assert!(!server.get(link).await.text().await.unwrap().contains("A second thought"), "only the own one");

    let approve = SaveComment { id: Some(id), status: Some(CommentStatus::Approved), ..SaveComment::default() };
    server.apply(Edit::SaveComment(Box::new(approve))).await;
    let page = server.get(&path).await.text().await.unwrap();
    assert!(page.contains("A first thought"), "the cached page gave way to one with the comment");
    assert!(!server.get(link).await.text().await.unwrap().contains("waits for approval"));
    assert!(page.contains(&format!("id=\"comment-{id}\"")));

    // Names come with entities, from WordPress's exports and pingbacks.
    let named = SaveComment {
        id: Some(id),
        author_name: Some("Ann &amp; Bo &raquo; &lt;b&gt;".to_owned()),
        ..SaveComment::default()
    };
    server.apply(Edit::SaveComment(Box::new(named))).await;
    let page = server.get(&path).await.text().await.unwrap();
    assert!(page.contains("Ann &amp; Bo » &lt;b&gt;</span>"), "shown once as they are meant");
}

/// The link to a held comment of `path`, written `minutes` ago.
async fn link_to_held(server: &Server, (post, path): (PostId, &str), minutes: i64) -> String {
    let written =
        jiff::tz::TimeZone::UTC.to_datetime(server.app.clock.now() - jiff::SignedDuration::from_mins(minutes));
    let save = SaveComment {
        post: Some(post),
        content: Some(format!("Held for {minutes} minutes")),
        status: Some(CommentStatus::Hold),
        date: Some(DateChange::Gmt(written)),
        ..SaveComment::default()
    };
    let Outcome::Comment { id, .. } = server.apply(Edit::SaveComment(Box::new(save))).await else { panic!() };
    let date = server.app.log.current().state.comment(id).unwrap().date_gmt;
    let mac = server.app.key.mac(purpose::COMMENT_LINK, format!("{id}\0{date}").as_bytes());
    format!("{path}?unapproved={id}&moderation-hash={}", hex::encode(&mac[..16]))
}

#[tokio::test]
async fn a_link_to_a_held_comment_is_good_for_ten_minutes() {
    let server = Server::start().await;
    let (post, path) = published(&server, true).await;
    let fresh = link_to_held(&server, (post, &path), 9).await;
    assert!(server.get(&fresh).await.text().await.unwrap().contains("Held for 9 minutes"));
    let stale = link_to_held(&server, (post, &path), 10).await;
    assert!(!server.get(&stale).await.text().await.unwrap().contains("Held for 10 minutes"));
}

#[tokio::test]
async fn who_has_signed_in_sees_own_comments_that_wait_and_no_others() {
    let server = Server::start().await;
    let (post, path) = published(&server, true).await;
    for (user, text) in [(server.admin, "Of the editor"), (UserId(0), "Of somebody")] {
        let save = SaveComment {
            post: Some(post),
            user: Some(user),
            content: Some(text.to_owned()),
            status: Some(CommentStatus::Hold),
            ..SaveComment::default()
        };
        server.apply(Edit::SaveComment(Box::new(save))).await;
    }
    let page = server.signed_in().await.get(server.url(&path)).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Of the editor") && page.contains("waits for approval") && !page.contains("Of somebody"));
    let public = server.get(&path).await.text().await.unwrap();
    assert!(!public.contains("Of the editor"));
}

#[tokio::test]
async fn what_may_not_be_said_is_refused_with_its_reason() {
    let server = Server::start().await;
    let (open, _) = published(&server, true).await;
    let (closed, _) = published(&server, false).await;
    assert_eq!(send(&server, closed, "Hello", &[]).await.status(), 403, "comments are closed");
    assert_eq!(send(&server, open, "", &[]).await.status(), 400, "empty");
    let forged = send(&server, open, "Hello", &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(forged.status(), 403, "another site's form");
    assert_eq!(server.app.log.current().state.comments(open), []);
    let script = send(&server, open, "%3Cscript%3Ealert(1)%3C%2Fscript%3Ehello", &[]).await;
    assert_eq!(script.status(), 303);
    let site = &server.app.log.current().state;
    let comment = site.comment(site.comments(open)[0]).unwrap();
    assert!(!comment.content.contains("<script"), "{}", comment.content);
}

async fn metric(server: &Server, line: &str) -> u64 {
    let text = server.get("/metrics").await.text().await.unwrap();
    let value = text.lines().find_map(|found| found.strip_prefix(&format!("bucketpress_{line} ")));
    value.unwrap_or_else(|| panic!("no {line} in {text}")).parse().unwrap()
}

#[tokio::test]
async fn a_log_that_cannot_keep_up_costs_no_reader_a_comment() {
    let bucket: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
    let (objects, outage) = unsteady(bucket.clone());
    let server = Server::on(objects).await;
    let (post, _) = published(&server, true).await;
    outage.choose(|call| {
        let entry = call.method == Method::Create && call.key.starts_with("log/");
        Fault { delay: Duration::from_secs(if entry { 5 } else { 0 }), ..Fault::default() }
    });
    let answer = send(&server, post, "In+a+rush", &[]).await;
    assert_eq!(answer.status(), 303);
    assert!(answer.headers()["location"].to_str().unwrap().contains("unapproved="), "its writer is shown it");
    assert_eq!(metric(&server, "late_comments_total{outcome=\"held\"}").await, 1);
    let kept = bucket.list("overflow/", None, 10).await.unwrap().entries;
    let kept = bucket.get(&kept[0].key, None).await.unwrap().body;
    let kept: serde_json::Value = serde_json::from_slice(&kept).unwrap();
    let (content, email) = (&kept["content"], &kept["author_email"]);
    assert_eq!((content.as_str(), email.as_str()), (Some("In a rush"), Some("reader@example.org")));

    outage.end();
    let deadline = Instant::now() + Duration::from_secs(60);
    while metric(&server, "overflow_comments").await > 0 {
        assert!(Instant::now() < deadline, "it is never folded in");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let site = &server.app.log.current().state;
    let comments: Vec<_> = site.comments(post).into_iter().filter_map(|id| site.comment(id)).collect();
    assert_eq!(comments.len(), 1, "it was on its way when it was kept: {comments:?}");
    assert_eq!((comments[0].content.as_str(), &comments[0].status), ("In a rush", &CommentStatus::Hold));
    assert!(bucket.list("overflow/", None, 10).await.unwrap().entries.is_empty());
}

#[tokio::test]
async fn a_neighbours_form_does_not_speak_for_who_has_signed_in() {
    let server = Server::start().await;
    let (post, _) = published(&server, true).await;
    let browser = server.signed_in().await;
    for (site, user) in [("same-site", None), ("same-origin", Some(server.admin))] {
        let fields =
            [("comment", site), ("author", "R"), ("email", "r@example.org"), ("comment_post_ID", &post.to_string())];
        let form =
            support::form(browser.post(server.url("/wp-comments-post.php")), &fields).header("Sec-Fetch-Site", site);
        let form = form.header("X-Forwarded-For", if user.is_some() { "203.0.113.1" } else { "203.0.113.2" });
        assert_eq!(form.send().await.unwrap().status(), 303, "{site}");
        let state = &server.app.log.current().state;
        let said =
            state.comments(post).into_iter().filter_map(|id| state.comment(id)).find(|comment| comment.content == site);
        assert_eq!(said.unwrap().user, user, "{site}");
    }
}

#[tokio::test]
async fn under_overload_a_reader_is_shown_what_they_wrote_too() {
    let (objects, outage) = unsteady(Arc::new(MemoryObjects::new()));
    let server = Server::on(objects).await;
    let (post, path) = published(&server, true).await;
    outage.choose(|call| {
        let entry = call.method == Method::Create && call.key.starts_with("log/");
        Fault { delay: Duration::from_secs(if entry { 8 } else { 0 }), ..Fault::default() }
    });
    let answer = send(&server, post, "In+a+rush", &[]).await;
    assert_eq!(answer.status(), 303);
    let link = answer.headers()["location"].to_str().unwrap();
    assert!(link.starts_with(&format!("{path}?unapproved=")) && link.contains("&moderation-hash="), "{link}");
    let link = link.split('#').next().unwrap();
    assert!(server.app.log.current().state.comments(post).is_empty(), "the log does not have it yet");
    let shown = server.get(link).await;
    assert_eq!(shown.headers()["cache-control"], "no-store");
    let shown = shown.text().await.unwrap();
    assert!(shown.contains("In a rush") && shown.contains("waits for approval"), "its writer sees it, and why");
    let id = link.split("unapproved=").nth(1).unwrap().split('&').next().unwrap();
    let last = if link.ends_with('0') { "1" } else { "0" };
    for forged in [
        path.clone(),
        link.replace("hash=", "hash=0"),
        format!("{}{last}", &link[..link.len() - 1]),
        format!("{path}?unapproved={id}&moderation-hash={}", "0".repeat(64)),
        format!("{path}?unapproved={id}"),
    ] {
        let page = server.get(&forged).await;
        assert!(page.headers()["cache-control"].to_str().unwrap().starts_with("public"), "{forged}");
        assert!(!page.text().await.unwrap().contains("In a rush"), "{forged}");
    }
    outage.end();
    support::until("the log to have it", || async {
        server.app.log.reach(0).await;
        !server.app.log.current().state.comments(post).is_empty() && server.app.overflow.counts().waiting == 0
    })
    .await;
    let known = server.app.log.current().state.comments(post)[0];
    let shown = server.get(link).await.text().await.unwrap();
    assert!(
        shown.contains("In a rush") && shown.contains(&format!("id=\"comment-{known}\"")),
        "the same link shows it"
    );
    assert_eq!(shown.matches("In a rush").count(), 1, "once");
    assert!(!server.get(&path).await.text().await.unwrap().contains("In a rush"), "to nobody else");
}
