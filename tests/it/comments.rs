//! Readers' comments through the form below a post.

use bucketpress::content::{
    CommentId, CommentStatus, Edit, PostId, PostStatus,
    edit::{SaveComment, SavePost},
};
use bucketpress::publish::Outcome;

use crate::support::{Server, client};

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
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.unwrap().contains("approved"), "the reader is told that it waits");
    assert!(!server.get(&path).await.text().await.unwrap().contains("A first thought"));

    let id: CommentId = server.app.log.current().state.comments(post)[0];
    let approve = SaveComment { id: Some(id), status: Some(CommentStatus::Approved), ..SaveComment::default() };
    server.apply(Edit::SaveComment(Box::new(approve))).await;
    let page = server.get(&path).await.text().await.unwrap();
    assert!(page.contains("A first thought"), "the cached page gave way to one with the comment");
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
    assert_eq!(script.status(), 200);
    let site = &server.app.log.current().state;
    let comment = site.comment(site.comments(open)[0]).unwrap();
    assert!(!comment.content.contains("<script"), "{}", comment.content);
}
