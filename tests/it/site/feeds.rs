//! Feeds: what programs that read them rely on, and how clients find the API.

use bucketpress::{
    content::{
        CommentId, CommentStatus, Edit, PostId,
        edit::{SaveComment, SavePost},
    },
    publish::Outcome,
};
use serde_json::json;

use super::{path, post, save};
use crate::support::{self, Server};

async fn text(server: &Server, path: &str) -> String {
    let answer = server.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

async fn comment(server: &Server, on: PostId, parent: Option<CommentId>, author: &str) -> CommentId {
    let comment = SaveComment {
        post: Some(on),
        parent: Some(parent),
        author_name: Some(author.to_owned()),
        content: Some("Indeed.".to_owned()),
        status: Some(CommentStatus::Approved),
        ..SaveComment::default()
    };
    let Outcome::Comment { id, .. } = server.apply(Edit::SaveComment(Box::new(comment))).await else { panic!() };
    id
}

#[tokio::test]
async fn a_feed_goes_on_page_by_page() {
    let server = Server::start().await;
    server.apply(Edit::SetOptions(vec![("posts_per_rss".to_owned(), json!(2))])).await;
    for number in 1..=5 {
        save(&server, post(&format!("Edition {number}."), "x")).await;
    }
    let titles = async |path: &str| {
        let feed = text(&server, path).await;
        let items = feed.split("<item>").skip(1);
        let titles = items.filter_map(|item| item.split_once("<title>")?.1.split_once("</title>"));
        titles.map(|(title, _)| title.to_owned()).collect::<Vec<_>>()
    };
    let first = titles("/feed/").await;
    let second = titles("/feed/?paged=2").await;
    assert_eq!((first.len(), second.len()), (2, 2));
    assert!(second.iter().all(|title| !first.contains(title)), "{first:?} {second:?}");
    assert_eq!(titles("/?feed=rss2&paged=2").await, second);
    let feed = text(&server, "/feed/?paged=2").await;
    let own = server.app.log.current().state.settings().home.clone();
    assert!(feed.contains(&format!("<atom:link href=\"{own}/feed/?paged=2\"")), "{feed}");
    assert!(feed.contains("<title>Page 2 – "), "{feed}");
    assert_eq!(server.get("/feed/?paged=9").await.status(), 404);
    let found = text(&server, "/search/edition/feed/").await;
    assert!(found.contains("<title>Search Results for “edition” – "), "{found}");
}

#[tokio::test]
async fn comments_name_what_they_answer() {
    let server = Server::start().await;
    let on = save(&server, post("Ferries", "x")).await;
    let question = comment(&server, on, None, "Ann").await;
    comment(&server, on, Some(question), "Ben").await;
    let at = path(&server, on);
    let all = text(&server, "/comments/feed/").await;
    assert!(all.contains("<title>Comment on Ferries by Ben</title>"), "{all}");
    let of_post = text(&server, &format!("{at}feed/")).await;
    assert!(of_post.contains("<title>Comments on: Ferries</title>"), "{of_post}");
    assert!(of_post.contains("<title>By: Ben</title>"), "{of_post}");
    let atom = text(&server, &format!("{at}feed/atom/")).await;
    let answer = atom.split("<entry>").find(|entry| entry.contains("By: Ben")).unwrap();
    assert!(answer.contains(&format!("{at}#comment-{question}\" type=\"text/html\"")), "{answer}");
    assert!(!answer.contains("<summary"), "{answer}");
}

#[tokio::test]
async fn protected_posts_say_so_and_nothing_else() {
    let server = Server::start().await;
    let locked =
        SavePost { password: Some(Some("sesame".to_owned())), ..post("The vault", "<p>Gold bars.</p>\n\n[gallery]") };
    let locked = save(&server, locked).await;
    comment(&server, locked, None, "Ann").await;
    for path in ["/feed/", "/feed/atom/", "/comments/feed/", "/comments/feed/atom/"] {
        let feed = text(&server, path).await;
        assert!(feed.contains("Protected: The vault"), "{path}: {feed}");
        assert!(!feed.contains("Gold") && !feed.contains("Indeed"), "{path}: {feed}");
    }
}

#[tokio::test]
async fn summaries_leave_out_what_blocks_show_of_other_posts() {
    let server = Server::start().await;
    save(&server, post("Elsewhere in the paper", "x")).await;
    save(&server, post("Digest", "<!-- wp:paragraph --><p>Today.</p><!-- /wp:paragraph --><!-- wp:latest-posts /-->"))
        .await;
    let feed = text(&server, "/feed/").await;
    assert!(feed.contains("<description><![CDATA[Today.]]></description>"), "{feed}");
}

#[tokio::test]
async fn clients_find_the_api_by_a_header() {
    let server = Server::start().await;
    let id = save(&server, post("Ferries", "x")).await;
    let home = server.app.log.current().state.settings().home.clone();
    let api = format!("<{home}/wp-json/>; rel=\"https://api.w.org/\"");
    let at = path(&server, id);
    let of_post = format!(
        "{api}, <{home}/wp-json/wp/v2/posts/{id}>; rel=\"alternate\"; type=\"application/json\", <{home}/?p={id}>; rel=shortlink"
    );
    // twice: rendered, and from memory
    for _ in 0..2 {
        for (path, links) in [("/", &api), (at.as_str(), &of_post), ("/feed/", &api), ("/nothing/here/", &api)] {
            let head = support::client().head(server.url(path)).send().await.unwrap();
            assert_eq!(head.headers()["link"].to_str().unwrap(), links, "{path}");
        }
    }
}

#[tokio::test]
async fn a_post_without_words_has_no_empty_paragraph_on_lists() {
    let server = Server::start().await;
    save(&server, post("Picture of the day", "<p>&nbsp;</p><img src=\"/a.jpg\" alt=\"\">")).await;
    let list = text(&server, "/?s=picture").await;
    assert!(list.contains("Picture of the day") && !list.contains("card-excerpt"), "{list}");
}
