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
async fn a_loop_has_pages_and_only_those_that_exist_are_kept() {
    let server = Server::start().await;
    let content = "<!-- wp:query {\"queryId\":7,\"query\":{\"perPage\":2,\"postType\":\"post\"}} -->\
        <div class=\"wp-block-query\"><!-- wp:post-template --><!-- wp:post-title {\"level\":3} /--><!-- /wp:post-template -->\
        <!-- wp:query-total {\"displayType\":\"range-display\"} /-->\
        <!-- wp:query-pagination {\"paginationArrow\":\"arrow\"} --><!-- wp:query-pagination-previous /-->\
        <!-- wp:query-pagination-numbers /--><!-- wp:query-pagination-next {\"label\":\"Older\"} /-->\
        <!-- /wp:query-pagination --></div><!-- /wp:query -->";
    let shown = showing(&server, content).await;
    let all = bucketpress::index::PostQuery::default();
    for post in server.app.log.current().state.posts(&all, server.app.clock.now()).ids {
        server.apply(Edit::TrashPost { id: post, base: None }).await;
    }
    assert!(!text(&server, &shown).await.contains("wp-block-query-pagination"), "one page has no links");
    for (day, title) in ["First", "Second", "Third", "Fourth", "Fifth"].into_iter().enumerate() {
        let at = jiff::civil::date(2026, 1, 1 + i8::try_from(day).unwrap()).at(8, 0, 0, 0);
        save(&server, SavePost { date: Some(DateChange::Local(at)), ..post(title, "x") }).await;
    }
    let first = text(&server, &shown).await;
    assert!(
        first.contains(">Fifth</h3>") && first.contains(">Fourth</h3>") && !first.contains(">Third</h3>"),
        "{first}"
    );
    assert!(
        first.contains("<nav class=\"is-layout-flex wp-block-query-pagination\" aria-label=\"Pagination\">"),
        "{first}"
    );
    assert!(first.contains("Displaying 1 – 2 of 5"), "{first}");
    let base = server.url(&shown);
    let next = format!(
        "<a href=\"{base}?query-7-page=2\" class=\"wp-block-query-pagination-next\">Older\
         <span class=\"wp-block-query-pagination-next-arrow is-arrow-arrow\" aria-hidden=\"true\">→</span></a>"
    );
    assert!(first.contains(&next), "{first}");
    assert!(!first.contains("wp-block-query-pagination-previous"), "{first}");

    let last = text(&server, &format!("{shown}?query-7-page=3")).await;
    assert!(last.contains(">First</h3>") && !last.contains(">Second</h3>"), "{last}");
    assert!(last.contains("Displaying 5 of 5") && !last.contains("wp-block-query-pagination-next"), "{last}");
    assert!(last.contains(&format!("<link rel=\"canonical\" href=\"{base}\"")), "{last}");
    assert!(last.contains(&format!("<a class=\"page-numbers\" href=\"{base}\">1</a>")), "{last}");

    text(&server, &format!("{shown}?query-7-page=2")).await;
    let renders = server.app.pages.counts().renders;
    for asked in ["query-7-page=4", "query-7-page=1000", "query-8-page=2", "query-page=2"] {
        let answer = server.get(&format!("{shown}?{asked}")).await;
        assert_eq!(answer.status(), 302, "{asked}");
        assert_eq!(answer.headers()["location"], shown.as_str(), "{asked}");
    }
    for asked in ["query-7-page=1", "query-7-page=x", "query-7-page=1001", "query-7-page=2&query-8-page=2"] {
        text(&server, &format!("{shown}?{asked}")).await;
    }
    assert_eq!(server.app.pages.counts().renders, renders, "nothing new to keep");
    let new = save(&server, post("Sixth", "x")).await;
    assert!(text(&server, &format!("{shown}?query-7-page=3")).await.contains(">Second</h3>"), "further pages follow");
    server.apply(Edit::TrashPost { id: new, base: None }).await;
}

/// The page of a post lists that post; a feed its posts. WordPress does so too, whatever else the block asks for.
#[tokio::test]
async fn a_loop_that_inherits_shows_what_the_page_lists() {
    let server = Server::start().await;
    save(&server, post("Other", "<p>Elsewhere.</p>")).await;
    for attributes in ["{\"queryId\":3,\"query\":{\"perPage\":5,\"postType\":\"page\",\"inherit\":true}} ", ""] {
        let content = format!(
            "<!-- wp:query {attributes}--><div class=\"wp-block-query\"><!-- wp:post-template -->\
             <!-- wp:post-title {{\"level\":3}} /--><!-- wp:post-content /--><!-- /wp:post-template -->\
             <!-- wp:query-total /--><!-- wp:query-pagination --><!-- wp:query-pagination-numbers /-->\
             <!-- /wp:query-pagination --><!-- wp:query-no-results --><p>Nothing.</p><!-- /wp:query-no-results --></div>\
             <!-- /wp:query -->"
        );
        let id = save(&server, post("Itself", &content)).await;
        let shown = path(&server, id);
        let page = text(&server, &shown).await;
        assert_eq!(page.matches("class=\"wp-block-post ").count(), 1, "{page}");
        assert!(page.contains(">Itself</h3>") && !page.contains(">Other</h3>"), "{page}");
        assert!(!page.contains("wp-block-query-pagination") && !page.contains("Nothing."), "{page}");
        let beyond = server.get(&format!("{shown}?query-3-page=2")).await;
        assert_eq!((beyond.status().as_u16(), &beyond.headers()["location"]), (302, &shown.parse().unwrap()));

        let renamed = SavePost { id: Some(id), title: Some("Renamed".to_owned()), ..SavePost::default() };
        save(&server, renamed).await;
        assert!(text(&server, &shown).await.contains(">Renamed</h3>"));
        let feed = text(&server, "/feed/").await;
        assert!(feed.contains(">Renamed</h3>") && feed.contains(">Other</h3>"), "{feed}");
        server.apply(Edit::TrashPost { id, base: None }).await;
    }
}

#[tokio::test]
async fn a_discussion_in_the_content_takes_the_place_of_the_themes() {
    let server = Server::start().await;
    let content = "<p>Before.</p><!-- wp:comments --><div class=\"wp-block-comments\">\
        <!-- wp:comments-title {\"level\":3} /--><!-- wp:comment-template --><!-- wp:group --><div class=\"wp-block-group\">\
        <!-- wp:avatar /--><!-- wp:comment-author-name {\"isLink\":false} /-->\
        <!-- wp:comment-date {\"format\":\"Y\\u002dm\"} /--><!-- wp:comment-content /--><!-- wp:comment-reply-link /-->\
        <!-- wp:comment-edit-link /--></div><!-- /wp:group --><!-- /wp:comment-template -->\
        <!-- wp:comments-pagination --><!-- wp:comments-pagination-previous /--><!-- wp:comments-pagination-numbers /-->\
        <!-- /wp:comments-pagination --><!-- wp:post-comments-form /--></div><!-- /wp:comments --><p>After.</p>";
    let id = save(&server, SavePost { comments_open: Some(true), ..post("Talk", content) }).await;
    let shown = path(&server, id);
    let empty = text(&server, &shown).await;
    assert_eq!(empty.matches("<form class=\"comment-form\"").count(), 1, "{empty}");
    assert!(!empty.contains("wp-block-comments-title") && !empty.contains("class=\"comments\""), "{empty}");

    let comment = |author: &str, text: &str, parent: Option<CommentId>, status: CommentStatus| SaveComment {
        post: Some(id),
        parent: Some(parent),
        author_name: Some(author.to_owned()),
        content: Some(text.to_owned()),
        status: Some(status),
        ..SaveComment::default()
    };
    let say = async |save: SaveComment| match server.apply(Edit::SaveComment(Box::new(save))).await {
        Outcome::Comment { id, .. } => id,
        other => panic!("not a comment: {other:?}"),
    };
    let asked = say(comment("Ada", "What of [gallery]?", None, CommentStatus::Approved)).await;
    say(comment("Bea", "Nothing.", Some(asked), CommentStatus::Approved)).await;
    say(comment("Eve", "Secret.", None, CommentStatus::Hold)).await;
    let page = text(&server, &shown).await;
    assert!(
        page.contains("<h3 id=\"comments\" class=\"wp-block-comments-title\">2 responses to &#8220;Talk&#8221;</h3>"),
        "{page}"
    );
    assert!(page.contains("What of &#91;gallery]?") && !page.contains("Secret."), "{page}");
    let (_, after) = page.split_once(&format!("<li id=\"comment-{asked}\" class=\"comment even depth-1\">")).unwrap();
    let (_, answer) = after.split_once("<ol><li id=\"comment-").unwrap();
    assert!(answer.contains("depth-2") && answer.contains("Nothing."), "answers stand below what they answer: {page}");
    assert!(page.contains(&format!("?replytocom={asked}#respond\" aria-label=\"Reply to Ada")), "{page}");
    assert_eq!(page.matches("id=\"respond\"").count(), 1, "{page}");
    assert!(!page.contains("class=\"comments\"") && !page.contains("wp-block-comments-pagination"), "{page}");
    let reply = text(&server, &format!("{shown}?replytocom={asked}")).await;
    assert!(reply.contains(&format!("name=\"comment_parent\" value=\"{asked}\"")), "{reply}");

    let options = [("page_comments", json!(true)), ("comments_per_page", json!(1))];
    let options = options.map(|(name, value)| (name.to_owned(), value)).to_vec();
    server.apply(Edit::SetOptions(options)).await;
    let last = text(&server, &shown).await;
    assert!(last.contains("wp-block-comments-pagination-numbers") && last.contains("comment-page-1/"), "{last}");
    assert!(!last.contains("What of") && last.contains("Nothing."), "{last}");
    let first = text(&server, &format!("{shown}comment-page-1/")).await;
    assert!(first.contains("What of") && !first.contains("Nothing."), "{first}");

    let feed = text(&server, "/feed/").await;
    assert!(feed.contains("<p>After.</p>") && !feed.contains("comment-form"), "{feed}");
    let closed = SavePost { id: Some(id), comments_open: Some(false), ..SavePost::default() };
    save(&server, closed).await;
    let page = text(&server, &shown).await;
    assert!(!page.contains("comment-form") && page.contains("Nothing."), "{page}");
}

#[tokio::test]
async fn the_older_block_of_comments_and_one_too_many() {
    let server = Server::start().await;
    let content = "<!-- wp:post-comments /--><!-- wp:comments {\"legacy\":true} /-->";
    let id = save(&server, SavePost { comments_open: Some(true), ..post("Talk", content) }).await;
    let page = text(&server, &path(&server, id)).await;
    assert_eq!(page.matches("<div class=\"wp-block-comments\">").count(), 1, "{page}");
    assert_eq!(page.matches("id=\"respond\"").count(), 1, "{page}");
    let secret = server.app_password(server.admin).await;
    let login = server.app.log.current().state.user(server.admin).unwrap().login;
    let preview = server.url(&format!("/wp-json/wp/v2/block-renderer/core/comments?context=edit&post_id={id}"));
    let preview = support::client().get(preview).basic_auth(login, Some(secret)).send().await.unwrap();
    let preview: serde_json::Value = preview.json().await.unwrap();
    let html = preview["rendered"].as_str().unwrap();
    assert!(page.contains(html) && html.contains("wp-block-post-comments-form"), "{html}");
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
