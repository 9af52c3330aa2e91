//! Dynamic blocks in posts: what they show, and that pages follow when it changes.

use bucketpress::{
    content::{
        CommentId, CommentStatus, Edit, PostId, PostStatus, PostType, Taxonomy,
        edit::{DateChange, SaveComment, SavePost, SaveTerm},
    },
    publish::Outcome,
};

use serde_json::json;

use super::{page, path, post, save};
use crate::support::{self, Server};

async fn text(server: &Server, path: &str) -> String {
    let answer = server.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// A page whose content is this, and its path.
async fn showing(server: &Server, content: &str) -> String {
    let id = save(server, page("Blocks", content)).await;
    path(server, id)
}

async fn term(server: &Server, taxonomy: &str, name: &str) -> bucketpress::content::TermId {
    let term = SaveTerm { taxonomy: Some(Taxonomy::new(taxonomy)), name: Some(name.to_owned()), ..SaveTerm::default() };
    match server.apply(Edit::SaveTerm(Box::new(term))).await {
        Outcome::Term { id, .. } => id,
        other => panic!("not a term: {other:?}"),
    }
}

#[tokio::test]
async fn lists_of_posts_and_months_follow_what_is_published() {
    let server = Server::start().await;
    let shown = showing(
        &server,
        "<!-- wp:latest-posts /--><!-- wp:archives {\"showPostCounts\":true} /--><!-- wp:calendar /-->",
    )
    .await;
    let before = text(&server, &shown).await;
    assert!(before.contains("wp-block-latest-posts__list") && !before.contains("Ferries"), "{before}");
    let dated = SavePost {
        date: Some(DateChange::Local(jiff::civil::date(2031, 3, 9).at(8, 0, 0, 0))),
        ..post("Too early", "x")
    };
    save(&server, SavePost { status: Some(PostStatus::Future), ..dated }).await;
    let old = SavePost {
        date: Some(DateChange::Local(jiff::civil::date(2001, 2, 7).at(8, 0, 0, 0))),
        ..post("Ferries [gallery]", "x")
    };
    let old = save(&server, old).await;
    let after = text(&server, &shown).await;
    assert!(after.contains(">Ferries &#91;gallery]</a>"), "{after}");
    assert!(!after.contains("Too early"));
    assert!(after.contains("/2001/02/\">February 2001</a>&nbsp;(1)"), "{after}");
    assert!(after.contains("Posts published on"), "{after}");
    server.apply(Edit::TrashPost { id: old, base: None }).await;
    let gone = text(&server, &shown).await;
    assert!(!gone.contains("Ferries") && !gone.contains("February 2001"), "{gone}");
}

#[tokio::test]
async fn lists_of_terms_follow_their_posts() {
    let server = Server::start().await;
    let content = "<!-- wp:categories {\"showPostCounts\":true} /--><!-- wp:tag-cloud {\"showTagCounts\":true} /-->";
    let shown = showing(&server, content).await;
    text(&server, &shown).await;
    let (category, tag) = (term(&server, "category", "Harbour").await, term(&server, "post_tag", "tides").await);
    let empty = text(&server, &shown).await;
    assert!(!empty.contains("Harbour") && !empty.contains("tides"), "{empty}");
    let terms = vec![(Taxonomy::new("category"), vec![category]), (Taxonomy::new("post_tag"), vec![tag])];
    save(&server, SavePost { terms, ..post("Ferries", "x") }).await;
    let full = text(&server, &shown).await;
    assert!(full.contains("/category/harbour/\">Harbour</a> (1)"), "{full}");
    assert!(full.contains("aria-label=\"tides (1 item)\""), "{full}");
    let renamed = SaveTerm { id: Some(tag), name: Some("ebbs".to_owned()), ..SaveTerm::default() };
    server.apply(Edit::SaveTerm(Box::new(renamed))).await;
    assert!(text(&server, &shown).await.contains(">ebbs<span"), "a term's name is followed");
}

#[tokio::test]
async fn the_newest_comments_are_those_that_were_approved() {
    let server = Server::start().await;
    let shown = showing(&server, "<!-- wp:latest-comments {\"displayAvatar\":false} /-->").await;
    text(&server, &shown).await;
    let below = save(&server, post("Ferries", "x")).await;
    let comment = SaveComment {
        post: Some(below),
        author_name: Some("Ann".to_owned()),
        content: Some("Late again [gallery].".to_owned()),
        status: Some(CommentStatus::Hold),
        ..SaveComment::default()
    };
    let Outcome::Comment { id, .. } = server.apply(Edit::SaveComment(Box::new(comment))).await else { panic!() };
    assert!(!text(&server, &shown).await.contains("Late again"));
    approve(&server, id).await;
    let page = text(&server, &shown).await;
    assert!(page.contains("Late again &#91;gallery]."), "{page}");
    assert!(page.contains(&format!("#comment-{id}\">Ferries</a>")), "{page}");
    let hidden = SavePost { id: Some(below), status: Some(PostStatus::Private), ..SavePost::default() };
    save(&server, hidden).await;
    assert!(!text(&server, &shown).await.contains("Late again"), "its post is not public any more");
}

async fn approve(server: &Server, id: CommentId) {
    let approved = SaveComment { id: Some(id), status: Some(CommentStatus::Approved), ..SaveComment::default() };
    server.apply(Edit::SaveComment(Box::new(approved))).await;
}

async fn pattern(server: &Server, content: &str) -> PostId {
    let types = json!({ "types": [{ "name": "wp_block", "supports": ["title", "editor"] }] });
    server.apply(Edit::SetOptions(vec![("bucketpress_types".to_owned(), types)])).await;
    let block = SavePost { post_type: Some(PostType::from_name("wp_block")), ..post("Pattern", content) };
    save(server, block).await
}

#[tokio::test]
async fn a_synced_pattern_shows_wherever_it_is_named_and_never_within_itself() {
    let server = Server::start().await;
    let inner = pattern(&server, "<!-- wp:paragraph --><p>Ring twice.</p><!-- /wp:paragraph -->").await;
    let outer = pattern(&server, &format!("<p>Outer</p><!-- wp:block {{\"ref\":{inner}}} /-->")).await;
    let shown =
        showing(&server, &format!("<!-- wp:block {{\"ref\":{outer}}} /--><!-- wp:block {{\"ref\":{inner}}} /-->"))
            .await;
    let page = text(&server, &shown).await;
    assert_eq!(page.matches("<p>Ring twice.</p>").count(), 2, "{page}");

    let changed = format!("<p>Ring once.</p><!-- wp:block {{\"ref\":{outer}}} /-->");
    save(&server, SavePost { id: Some(inner), content: Some(changed), ..SavePost::default() }).await;
    let page = text(&server, &shown).await;
    assert_eq!(page.matches("<p>Ring once.</p>").count(), 2, "the circle is cut, each place filled: {page}");
    server.apply(Edit::TrashPost { id: inner, base: None }).await;
    assert!(!text(&server, &shown).await.contains("Ring once."));
}

#[tokio::test]
async fn a_loop_shows_its_template_for_each_post() {
    let server = Server::start().await;
    let content = "<!-- wp:query {\"query\":{\"perPage\":2,\"postType\":\"post\"}} --><div class=\"wp-block-query\">\
        <!-- wp:post-template --><!-- wp:post-title {\"isLink\":true,\"level\":3} /--><!-- wp:post-excerpt /-->\
        <!-- wp:post-content /--><!-- /wp:post-template --><!-- wp:query-no-results --><p>Nothing.</p>\
        <!-- /wp:query-no-results --></div><!-- /wp:query -->";
    let shown = showing(&server, content).await;
    for post in
        server.app.log.current().state.posts(&bucketpress::index::PostQuery::default(), server.app.clock.now()).ids
    {
        server.apply(Edit::TrashPost { id: post, base: None }).await;
    }
    assert!(text(&server, &shown).await.contains("<p>Nothing.</p>"));
    save(&server, post("One", "<p>First text.</p>")).await;
    let locked = SavePost { password: Some(Some("sesame".to_owned())), ..post("Two", "<p>Hidden text.</p>") };
    save(&server, locked).await;
    let page = text(&server, &shown).await;
    assert!(!page.contains("Nothing.") && !page.contains("Hidden text."), "{page}");
    assert_eq!(page.matches("class=\"wp-block-post ").count(), 2, "{page}");
    assert!(page.contains(">One</a></h3>") && page.contains("First text."), "{page}");
}

#[tokio::test]
async fn pages_and_navigation_follow_the_pages() {
    let server = Server::start().await;
    let shown = showing(&server, "<!-- wp:page-list /--><!-- wp:navigation /-->").await;
    text(&server, &shown).await;
    let parent = save(&server, page("Harbour", "x")).await;
    let child = SavePost { parent: Some(Some(parent)), ..page("Pier", "x") };
    save(&server, child).await;
    let html = text(&server, &shown).await;
    assert_eq!(html.matches("<ul class=\"wp-block-navigation__submenu-container\">").count(), 2, "{html}");
    assert!(html.contains("<nav class=\"wp-block-navigation\""), "{html}");
}

#[tokio::test]
async fn feeds_and_the_api_show_blocks_too() {
    let server = Server::start().await;
    let shown =
        save(&server, post("Front", "<!-- wp:latest-posts {\"postsToShow\":1} /--><!-- wp:site-title /-->")).await;
    for path in ["/feed/", &format!("/wp-json/wp/v2/posts/{shown}")] {
        let answer = support::client().get(server.url(path)).send().await.unwrap().text().await.unwrap();
        assert!(answer.contains("wp-block-latest-posts__post-title"), "{path}: {answer}");
        assert!(answer.contains("wp-block-site-title"), "{path}: {answer}");
    }
}
