//! Saving posts: fields, slugs, statuses, dates, permissions.

use bucketpress::content::{ContentFormat, MediaFile, MetaEntry, PostType, edit::DateChange};
use jiff::{ToSpan, civil::DateTime};

use super::*;

#[tokio::test]
async fn set_up_makes_a_site_once() {
    let app = open(Arc::new(MemoryObjects::new())).await;
    assert!(app.log.current().state.is_new());
    publish::apply(&app, &SYSTEM, setup(), None).await.unwrap();
    let snapshot = app.log.current();
    let site = &snapshot.state;
    assert!(!site.is_new());
    assert_eq!(site.settings().home, "https://example.org");
    assert_eq!(site.settings().title, "Test & Trial");
    assert_eq!(site.settings().time_zone, "Europe/Berlin");
    let admin = site.user_by_login("ADMIN").unwrap();
    assert_eq!((admin.id, admin.roles), (UserId(1), vec![Role::Administrator]));
    assert_eq!(site.term(site.settings().default_category).unwrap().slug, "uncategorized");
    let (welcome, about) = (site.post(PostId(1)).unwrap(), site.post(PostId(2)).unwrap());
    assert_eq!((welcome.status, about.post_type), (PostStatus::Publish, PostType::Page));
    assert_eq!(welcome.terms, [site.settings().default_category]);
    assert!(app.revisions.get(welcome.id, welcome.revision).await.unwrap().content.contains("wp:paragraph"));

    assert_eq!(code(publish::apply(&app, &SYSTEM, setup(), None).await), "setup_done");
}

#[tokio::test]
async fn every_save_writes_one_readable_object_and_keeps_all_revisions() {
    let objects: Arc<dyn Objects> = Arc::new(MemoryObjects::new());
    let desk = Desk::on(objects.clone()).await;
    let post = desk.save(&Role::Author, published("One")).await.unwrap();
    let first = post.revision;
    let change = SavePost { id: Some(post.id), content: Some("second".to_owned()), ..SavePost::default() };
    let post = desk.save(&Role::Author, change).await.unwrap();
    assert!(first < post.revision, "saves sort in their order, also within a millisecond");
    let listed = objects.list(&format!("posts/{}/", post.id), None, 100).await.unwrap().entries;
    assert_eq!(listed.len(), 2);
    let json = objects.get(&listed[1].key, None).await.unwrap().body;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((json["title"].as_str(), json["content"].as_str()), (Some("One"), Some("second")));

    let entries = desk.site().state.revisions(post.id);
    assert_eq!(entries.iter().map(|entry| entry.revision).collect::<Vec<_>>(), [first, post.revision]);
    assert!(entries[0].number < entries[1].number);
    let body = desk.body(&post).await;
    assert_eq!((body.previous, body.saved_by), (Some(first), desk.users[&Role::Author]));
    assert_eq!(body.title, "One", "what the edit does not name stays");
}

#[tokio::test]
async fn slugs_come_from_titles_and_are_unique_among_their_kind() {
    let desk = Desk::new().await;
    let role = Role::Editor;
    let slug = |post: Post| post.slug;
    assert_eq!(slug(desk.save(&role, published("Hello — Wörld!")).await.unwrap()), "hello-world");
    assert_eq!(slug(desk.save(&role, published("Hello World")).await.unwrap()), "hello-world-2");
    assert_eq!(slug(desk.save(&role, published("Feed")).await.unwrap()), "feed-2");
    assert_eq!(slug(desk.save(&role, published("Page")).await.unwrap()), "page");
    assert_eq!(slug(desk.save(&role, published("2013")).await.unwrap()), "2013");
    let untitled = desk.save(&role, published("")).await.unwrap();
    assert_eq!(untitled.slug, untitled.id.to_string());

    let draft = desk.save(&role, titled("Hello World")).await.unwrap();
    assert_eq!(draft.slug, "");
    let draft = SavePost { id: Some(draft.id), slug: Some("hello-world".to_owned()), ..SavePost::default() };
    let draft = desk.save(&role, draft).await.unwrap();
    assert_eq!(draft.slug, "hello-world", "drafts may wish for a slug that is taken");
    let now_public = SavePost { id: Some(draft.id), status: Some(PostStatus::Publish), ..SavePost::default() };
    assert_eq!(slug(desk.save(&role, now_public).await.unwrap()), "hello-world-3");

    let page = |title: &str, parent: Option<PostId>| SavePost {
        post_type: Some(PostType::Page),
        parent: Some(parent),
        ..published(title)
    };
    let top = desk.save(&role, page("Hello World", None)).await.unwrap();
    assert_eq!(top.slug, "hello-world", "pages and posts do not share addresses");
    assert_eq!(slug(desk.save(&role, page("Hello World", Some(top.id))).await.unwrap()), "hello-world");
    assert_eq!(slug(desk.save(&role, page("Hello World", None)).await.unwrap()), "hello-world-2");
    assert_eq!(slug(desk.save(&role, page("3", None)).await.unwrap()), "3-2");
    assert_eq!(slug(desk.save(&role, page("page2", None)).await.unwrap()), "page2-2");

    let attachment = SavePost { post_type: Some(PostType::Attachment), ..titled("Hello World") };
    let attachment = desk.save(&role, attachment).await.unwrap();
    assert_eq!((attachment.slug.as_str(), attachment.status), ("hello-world-4", PostStatus::Inherit));
}

#[tokio::test]
async fn a_public_post_that_moves_redirects() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, published("Old")).await.unwrap();
    let slug = |slug: &str| SavePost { id: Some(post.id), slug: Some(slug.to_owned()), ..SavePost::default() };
    let moved = desk.save(&Role::Editor, slug("new")).await.unwrap();
    assert_eq!(moved.old_slugs, ["old"]);
    assert_eq!(desk.site().state.post_by_old_slug("old"), Some(post.id));
    let back = desk.save(&Role::Editor, slug("old")).await.unwrap();
    assert_eq!(back.old_slugs, ["new"]);
    let draft = SavePost { slug: Some("a".to_owned()), ..titled("Draft") };
    let draft = desk.save(&Role::Editor, draft).await.unwrap();
    let draft = SavePost { id: Some(draft.id), slug: Some("b".to_owned()), ..SavePost::default() };
    assert!(desk.save(&Role::Editor, draft).await.unwrap().old_slugs.is_empty());
}

#[tokio::test]
async fn dates_float_until_publication() {
    let desk = Desk::new().await;
    let draft = desk.save(&Role::Editor, titled("Later")).await.unwrap();
    assert_eq!(draft.date_gmt, None);
    let publish = SavePost { id: Some(draft.id), status: Some(PostStatus::Publish), ..SavePost::default() };
    let post = desk.save(&Role::Editor, publish).await.unwrap();
    let gmt = post.date_gmt.unwrap();
    let offset = post.date.since(gmt).unwrap().total(jiff::Unit::Hour).unwrap();
    assert!(offset == 1.0 || offset == 2.0, "Berlin is one or two hours ahead, not {offset}");
    let change = SavePost { id: Some(post.id), title: Some("Changed".to_owned()), ..SavePost::default() };
    assert_eq!(desk.save(&Role::Editor, change).await.unwrap().date_gmt, Some(gmt), "a set date stays");
}

#[tokio::test]
async fn a_publication_ahead_of_time_is_scheduled_and_comes_back() {
    let desk = Desk::new().await;
    let now: DateTime = desk.post(PostId(1)).date_gmt.unwrap();
    let at = |date: DateTime| SavePost { date: Some(DateChange::Gmt(date)), ..published("When") };
    let future = desk.save(&Role::Editor, at(now + 1.day())).await.unwrap();
    assert_eq!(future.status, PostStatus::Future);
    assert_eq!(future.slug, "when");
    let past = desk.save(&Role::Editor, at(now - 1.day())).await.unwrap();
    assert_eq!(past.status, PostStatus::Publish);
    assert_eq!((past.modified_gmt, past.modified), (now - 1.day(), past.date), "as if it had been written then");
    let earlier = SavePost { id: Some(future.id), date: Some(DateChange::Gmt(now - 1.hour())), ..SavePost::default() };
    assert_eq!(desk.save(&Role::Editor, earlier).await.unwrap().status, PostStatus::Publish);
    let draft = SavePost { status: Some(PostStatus::Draft), date: Some(DateChange::Gmt(now + 1.day())), ..titled("D") };
    let draft = desk.save(&Role::Editor, draft).await.unwrap();
    let floats = SavePost { id: Some(draft.id), date: Some(DateChange::Float), ..SavePost::default() };
    assert_eq!(desk.save(&Role::Editor, floats).await.unwrap().date_gmt, None);
}

#[tokio::test]
async fn roles_may_do_what_they_may_in_wordpress() {
    let desk = Desk::new().await;
    assert_eq!(code(desk.save(&Role::Subscriber, titled("x")).await), "rest_cannot_create");
    let anonymous = Actor::Anonymous { ip: "192.0.2.1".to_owned() };
    assert_eq!(code(desk.by(&anonymous, Edit::SavePost(Box::new(titled("x")))).await), "rest_cannot_create");
    let gone = Actor::User(UserId(999));
    assert_eq!(code(desk.by(&gone, Edit::SavePost(Box::new(titled("x")))).await), "rest_cannot_create");

    assert_eq!(code(desk.save(&Role::Contributor, published("x")).await), "rest_cannot_publish");
    let private = SavePost { status: Some(PostStatus::Private), ..titled("x") };
    assert_eq!(code(desk.save(&Role::Contributor, private).await), "rest_cannot_publish");
    let pending = SavePost { status: Some(PostStatus::Pending), slug: Some("mine".to_owned()), ..titled("x") };
    let pending = desk.save(&Role::Contributor, pending).await.unwrap();
    assert_eq!((pending.status, pending.slug.as_str()), (PostStatus::Pending, ""));

    let theirs = desk.save(&Role::Editor, published("theirs")).await.unwrap();
    let edit = |id| SavePost { id: Some(id), ..titled("mine now") };
    assert_eq!(code(desk.save(&Role::Author, edit(theirs.id)).await), "rest_cannot_edit");
    desk.save(&Role::Editor, edit(pending.id)).await.unwrap();

    let publish = SavePost { id: Some(pending.id), status: Some(PostStatus::Publish), ..SavePost::default() };
    desk.save(&Role::Editor, publish).await.unwrap();
    assert_eq!(code(desk.save(&Role::Contributor, edit(pending.id)).await), "rest_cannot_edit", "no longer a draft");

    let page = SavePost { post_type: Some(PostType::Page), ..titled("x") };
    assert_eq!(code(desk.save(&Role::Author, page).await), "rest_cannot_create");
    let other = SavePost { author: Some(desk.users[&Role::Editor]), ..titled("x") };
    assert_eq!(code(desk.save(&Role::Author, other).await), "rest_cannot_edit_others");
    let sticky = SavePost { sticky: Some(true), ..published("x") };
    assert_eq!(code(desk.save(&Role::Author, sticky.clone()).await), "rest_cannot_assign_sticky");
    assert!(desk.save(&Role::Editor, sticky).await.unwrap().sticky);
}

#[tokio::test]
async fn wrong_values_are_named() {
    let desk = Desk::new().await;
    let empty = SavePost { title: Some(String::new()), ..SavePost::default() };
    let cases = [
        (empty, "empty_content"),
        (SavePost { author: Some(UserId(99)), ..titled("x") }, "rest_invalid_author"),
        (SavePost { status: Some(PostStatus::Trash), ..titled("x") }, "rest_invalid_param"),
        (SavePost { status: Some(PostStatus::from_name("odd")), ..titled("x") }, "rest_invalid_param"),
        (SavePost { id: Some(PostId(999)), ..titled("x") }, "rest_post_invalid_id"),
        (SavePost { parent: Some(Some(PostId(999))), ..titled("x") }, "rest_post_invalid_id"),
        (SavePost { post_type: Some(PostType::from_name("recipe")), ..titled("x") }, "rest_invalid_param"),
        (SavePost { title: Some("x".repeat(5000)), ..titled("x") }, "rest_invalid_param"),
        (SavePost { sticky: Some(true), password: Some(Some("p".to_owned())), ..titled("x") }, "rest_invalid_field"),
        (SavePost { terms: vec![(Taxonomy::new("none"), vec![])], ..titled("x") }, "rest_invalid_param"),
        (SavePost { meta: vec![(String::new(), vec![])], ..titled("x") }, "rest_invalid_param"),
    ];
    for (save, expected) in cases {
        let shown = format!("{save:?}");
        assert_eq!(code(desk.save(&Role::Administrator, save).await), expected, "{shown}");
    }
    assert!(desk.site().state.posts_by_slug(&PostType::Post, "x").is_empty(), "nothing of it was saved");
}

#[tokio::test]
async fn pages_cannot_be_their_own_ancestors() {
    let desk = Desk::new().await;
    let page = |title: &str, parent: Option<PostId>| SavePost {
        post_type: Some(PostType::Page),
        parent: Some(parent),
        ..published(title)
    };
    let top = desk.save(&Role::Editor, page("top", None)).await.unwrap();
    let middle = desk.save(&Role::Editor, page("middle", Some(top.id))).await.unwrap();
    let low = desk.save(&Role::Editor, page("low", Some(middle.id))).await.unwrap();
    for parent in [top.id, middle.id, low.id] {
        let circle = SavePost { id: Some(top.id), parent: Some(Some(parent)), ..SavePost::default() };
        assert_eq!(code(desk.save(&Role::Editor, circle).await), "rest_post_invalid_id");
    }
}

#[tokio::test]
async fn meta_terms_and_category_are_kept_in_order() {
    let desk = Desk::new().await;
    let news = desk.term(category("News")).await.unwrap();
    let default = desk.site().state.settings().default_category;
    let save = SavePost {
        meta: vec![("a".to_owned(), vec!["1".to_owned(), "2".to_owned()]), ("b".to_owned(), vec!["3".to_owned()])],
        terms: vec![(Taxonomy::new("category"), vec![news, TermId(999), news])],
        ..titled("x")
    };
    let post = desk.save(&Role::Editor, save).await.unwrap();
    assert_eq!(post.terms, [news]);
    assert!(post.meta.is_empty(), "the meta of posts is in the body");
    let change = SavePost {
        id: Some(post.id),
        meta: vec![("a".to_owned(), vec!["4".to_owned()])],
        terms: vec![(Taxonomy::new("category"), vec![])],
        ..SavePost::default()
    };
    let post = desk.save(&Role::Editor, change).await.unwrap();
    let entry = |key: &str, value: &str| MetaEntry { key: key.to_owned(), value: value.to_owned() };
    assert_eq!(desk.body(&post).await.meta, [entry("a", "4"), entry("b", "3")]);
    assert_eq!(post.terms, [default]);
}

#[tokio::test]
async fn attachments_keep_their_file_under_a_path_of_their_own() {
    let desk = Desk::new().await;
    let file = MediaFile {
        sha256: "ab".repeat(32),
        extension: "jpg".to_owned(),
        mime_type: "image/jpeg".to_owned(),
        size_bytes: 5,
        width: Some(1),
        height: Some(1),
        orientation: 1,
        upload_path: "2026/11/cat.jpg".to_owned(),
        image_meta: None,
        recording: None,
    };
    let upload = |meta: &str| SavePost {
        post_type: Some(PostType::Attachment),
        file: Some(file.clone()),
        meta: vec![("_wp_attachment_image_alt".to_owned(), vec![meta.to_owned()])],
        ..titled("Cat")
    };
    let first = desk.save(&Role::Author, upload("one")).await.unwrap();
    let second = desk.save(&Role::Author, upload("two")).await.unwrap();
    assert_eq!(first.file.unwrap().upload_path, "2026/11/cat.jpg");
    assert_eq!(second.file.unwrap().upload_path, "2026/11/cat-1.jpg");
    assert_eq!(first.guid, "https://example.org/wp-content/uploads/2026/11/cat.jpg");
    assert_eq!(first.mime_type, "image/jpeg");
    assert_eq!(second.meta[0].value, "two");
    assert_eq!(code(desk.save(&Role::Contributor, upload("x")).await), "rest_cannot_create");
}

#[tokio::test]
async fn html_is_cleaned_for_those_who_may_not_use_all_of_it() {
    let desk = Desk::new().await;
    let evil = || SavePost {
        title: Some("A <script>1</script><em>b</em>".to_owned()),
        content: Some(
            "<!-- wp:html -->\n<p onclick=\"x\">t</p><iframe src=\"y\"></iframe>\n<!-- /wp:html -->\u{7}".to_owned(),
        ),
        ..SavePost::default()
    };
    let by_author = desk.save(&Role::Author, evil()).await.unwrap();
    assert_eq!(by_author.title, "A <em>b</em>");
    assert_eq!(desk.body(&by_author).await.content, "<!-- wp:html -->\n<p>t</p>\n<!-- /wp:html -->");
    let by_editor = desk.save(&Role::Editor, evil()).await.unwrap();
    assert!(desk.body(&by_editor).await.content.contains("<iframe"));
    assert!(!desk.body(&by_editor).await.content.contains('\u{7}'), "control characters go for everybody");

    // what was Markdown, and is rendered clean, does not become HTML uncleaned
    let markdown = SavePost {
        format: Some(ContentFormat::Markdown),
        content: Some("> q\n\n<script>1</script>".to_owned()),
        ..titled("m")
    };
    let post = desk.save(&Role::Author, markdown).await.unwrap();
    assert!(desk.body(&post).await.content.starts_with("> q"), "Markdown is not HTML");
    let as_html = SavePost { id: Some(post.id), format: Some(ContentFormat::Html), ..SavePost::default() };
    let post = desk.save(&Role::Author, as_html).await.unwrap();
    assert!(!desk.body(&post).await.content.contains("<script"));
}

#[tokio::test]
async fn a_stale_base_is_a_conflict_and_none_overwrites() {
    let desk = Desk::new().await;
    let post = desk.save(&Role::Editor, titled("v1")).await.unwrap();
    let base = post.revision;
    let from = |base: Option<RevisionId>, title: &str| SavePost { id: Some(post.id), base, ..titled(title) };
    let second = desk.save(&Role::Editor, from(Some(base), "v2")).await.unwrap();
    let refused = desk.save(&Role::Administrator, from(Some(base), "v3")).await.unwrap_err();
    assert!(matches!(refused, PublishError::Conflict { current } if current == second.revision));
    assert_eq!(desk.save(&Role::Administrator, from(None, "v4")).await.unwrap().title, "v4");
    assert_eq!(desk.site().state.revisions(post.id).len(), 3, "what was overwritten stays a revision");
}

#[tokio::test]
async fn a_retry_under_the_same_key_answers_the_same() {
    let desk = Desk::new().await;
    let actor = desk.actor(&Role::Editor);
    let save = || Edit::SavePost(Box::new(published("Once")));
    let key = || Some("key".to_owned());
    let first = publish::apply(&desk.app, &actor, save(), key()).await.unwrap();
    let again = publish::apply(&desk.app, &actor, save(), key()).await.unwrap();
    assert_eq!(first, again);
    let other = publish::apply(&desk.app, &desk.actor(&Role::Author), save(), key()).await.unwrap();
    assert_ne!(first.outcome, other.outcome, "another's key is another key");

    // also when the edit would be refused by now
    let Outcome::Post { id, .. } = first.outcome else { panic!() };
    let delete = || Edit::DeletePost { id };
    let key = || Some("delete".to_owned());
    let deleted = publish::apply(&desk.app, &actor, delete(), key()).await.unwrap();
    assert_eq!(publish::apply(&desk.app, &actor, delete(), key()).await.unwrap(), deleted);
    assert_eq!(code(publish::apply(&desk.app, &actor, delete(), None).await), "rest_post_invalid_id");
}
