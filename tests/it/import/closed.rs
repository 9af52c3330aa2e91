//! What is not public in the export is not public at any moment of the import, nor where there is doubt.

use std::sync::{Arc, Mutex};

use bucketpress::{
    content::{Post, PostId, PostStatus, PostType},
    index::{PostQuery, Site},
    store::{RowKey, Table, log::Machine as _},
};

use super::site::{self, Export, Item};

/// Numbers of the items in the export that must never be public.
fn closed_items() -> (Vec<Item>, Vec<u64>) {
    let mut items = Vec::new();
    for (id, status) in
        (100..).zip(["draft", "pending", "private", "trash", "auto-draft", "wc-completed", "", "inherit", "bogus"])
    {
        items.push(Item::of(id, "post", status));
        items.push(Item::of(id + 100, "page", status));
        // Their pictures, which come before them in the file.
        items.insert(0, Item { parent: id, ..Item::of(id + 200, "attachment", "inherit") });
    }
    items.push(Item { date: "not a date", ..Item::post(400) });
    items.push(Item { date: "0000-00-00 00:00:00", ..Item::post(401) });
    items.push(Item { date: "2999-01-01 00:00:00", ..Item::post(402) });
    items.push(Item { date: "2999-01-01 00:00:00", ..Item::of(403, "post", "future") });
    items.push(Item { parent: 99_999, ..Item::of(404, "attachment", "inherit") });
    items.push(Item { parent: 300, ..Item::of(405, "attachment", "inherit") });
    let never = items.iter().map(|item| item.id).collect();
    // Between public ones, over several commits.
    for id in 1000..1900 {
        items.insert((id as usize * 7) % items.len(), Item::post(id));
    }
    (items, never)
}

/// What is wrong with a state, looked at as readers do.
fn leaks(site: &Site, never: &[u64], now: jiff::Timestamp) -> Vec<String> {
    let mut found = Vec::new();
    for key in site.tables().table(Table::Posts).keys() {
        let RowKey::Number(id) = key else { continue };
        let Some(post) = site.post(PostId(id)) else { continue };
        if never.contains(&id) && site.is_public(&post, now) {
            found.push(format!("{} {id} is public", post.status.name()));
        }
    }
    let types = ["post", "page", "attachment"].map(PostType::from_name).to_vec();
    let query = PostQuery { types, ..PostQuery::default() };
    found
        .extend(site.posts(&query, now).ids.iter().filter(|id| never.contains(&id.0)).map(|id| format!("{id} listed")));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_closed_is_public_in_any_state_of_the_import() {
    let (items, never) = closed_items();
    let app = site::app().await;
    let states: Arc<Mutex<Vec<Site>>> = Arc::default();
    let seen = states.clone();
    app.log.observe(Box::new(move |_, after, _| seen.lock().unwrap().push(after.state.clone())));
    let export = Export::of(&site::items(&items));
    let report = site::import(&app, &export.request()).await.unwrap();
    assert_eq!(report.posts_total(), items.len() as u64, "{:?}", report.skipped);
    let states = states.lock().unwrap();
    assert!(states.len() > 3, "{} states were seen", states.len());
    for state in states.iter() {
        assert_eq!(leaks(state, &never, app.clock.now()), Vec::<String>::new());
    }
    let public = PostQuery::default();
    assert_eq!(states.last().unwrap().posts(&public, app.clock.now()).total, 900);
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_there_from_the_first_state_on() {
    let app = site::app().await;
    let states: Arc<Mutex<Vec<Option<Post>>>> = Arc::default();
    let seen = states.clone();
    app.log.observe(Box::new(move |_, after, _| seen.lock().unwrap().push(after.state.post(PostId(77)))));
    let export = Export::of(&site::items(&[Item { password: "enter", ..Item::post(77) }]));
    site::import(&app, &export.request()).await.unwrap();
    let states = states.lock().unwrap();
    assert!(states.iter().any(Option::is_some));
    for post in states.iter().flatten() {
        assert_eq!(post.password.as_deref(), Some("enter"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doubts_are_told() {
    let app = site::app().await;
    let (items, _) = closed_items();
    let export = Export::of(&site::items(&items));
    let report = site::import(&app, &export.request()).await.unwrap();
    let warnings = report.warnings.list.join("\n");
    for told in ["gives no status", "no date that can be read", "may not be public", "take their status from a parent"]
    {
        assert!(warnings.contains(told), "{told:?} is not in:\n{warnings}");
    }
    let site = site::state(&app);
    let status = |id: u64| site.post(PostId(id)).unwrap().status;
    assert_eq!(status(105), PostStatus::Custom("wc-completed".into()));
    assert_eq!(status(400), PostStatus::Draft);
    assert_eq!(status(402), PostStatus::Future);
    assert_eq!(status(404), PostStatus::Private);
}

/// What the old site showed to everybody is in no doubt, whatever became of what it once belonged to.
#[tokio::test(flavor = "multi_thread")]
async fn pictures_without_their_post_are_public_only_where_a_public_post_shows_them() {
    let picture = |id: u64, name: &str| {
        let url = format!("<wp:attachment_url>http://old.example/wp-content/uploads/{name}</wp:attachment_url>");
        Item { parent: 99_999, extra: url, ..Item::of(id, "attachment", "inherit") }
    };
    let shows = |id: u64, name: &str| {
        let content = format!("<img src=\"http://www.old.example/wp-content/uploads/{name}\">");
        Item { content, ..Item::post(id) }
    };
    let items = [
        picture(10, "shown.jpg"),
        picture(11, "drafted.jpg"),
        picture(12, "locked.jpg"),
        picture(13, "scheduled.jpg"),
        picture(14, "listed.jpg"),
        picture(15, "featured.jpg"),
        picture(16, "elsewhere.jpg"),
        shows(20, "shown-300x200.jpg"),
        Item { status: "draft", ..shows(21, "drafted.jpg") },
        Item { password: "enter", ..shows(22, "locked.jpg") },
        Item { date: "2999-01-01 00:00:00", ..shows(23, "scheduled.jpg") },
        Item { content: "[gallery ids=\"14\"]".to_owned(), ..Item::post(24) },
        Item::post(25).meta("_thumbnail_id", "15"),
        Item { content: "<img class=\"wp-image-16\" src=\"http://else.example/e.jpg\">".to_owned(), ..Item::post(26) },
    ];
    let app = site::app().await;
    let export = Export::of(&site::items(&items));
    site::import(&app, &export.request()).await.unwrap();
    let site = site::state(&app);
    let is_public = |id: &u64| site.is_public(&site.post(PostId(*id)).unwrap(), app.clock.now());
    let public: Vec<u64> = (10..=16).filter(is_public).collect();
    assert_eq!(public, [10, 14, 15]);
    let shown = site.post(PostId(10)).unwrap();
    assert_eq!((shown.status, shown.parent), (PostStatus::Inherit, None));
    assert_eq!(site.post(PostId(16)).unwrap().status, PostStatus::Private);
}

/// Custom types are closed until the operator opens them.
#[tokio::test(flavor = "multi_thread")]
async fn custom_types_are_closed_unless_asked_for() {
    let export = Export::of(&site::items(&[Item::of(50, "book", "publish"), Item::of(51, "secret", "publish")]));
    let app = site::app().await;
    let mut request = export.request();
    request.public_types = vec!["book".to_owned()];
    let analysis = site::analyse(&app, &request).await.unwrap();
    assert_eq!(
        analysis.summary.custom_types.into_iter().collect::<Vec<_>>(),
        [("book".into(), true), ("secret".into(), false)]
    );
    site::import(&app, &request).await.unwrap();
    let site = site::state(&app);
    let types = &site.settings().types;
    assert!(types.post_type("book").unwrap().public);
    assert!(!types.post_type("secret").unwrap().public);
}

/// A comment that nobody approved stays unseen.
#[tokio::test(flavor = "multi_thread")]
async fn comments_are_seen_only_when_approved() {
    let app = site::app().await;
    let item = Item::post(5)
        .comment(1, 0, "1")
        .comment(2, 0, "0")
        .comment(3, 0, "spam")
        .comment(4, 0, "")
        .comment(5, 0, "maybe");
    site::import(&app, &Export::of(&item.xml()).request()).await.unwrap();
    let site = site::state(&app);
    assert_eq!(site.comments(PostId(5)).len(), 5);
    assert_eq!(site.comment_count(PostId(5)), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_readers_wrote_is_cleaned_whoever_made_the_export() {
    let comment = |id: u64, user: u64, text: &str| {
        format!(
            "<wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_author><![CDATA[Ann]]></wp:comment_author>\
             <wp:comment_author_url>javascript:evil()</wp:comment_author_url>\
             <wp:comment_date_gmt>2026-11-01 10:00:00</wp:comment_date_gmt><wp:comment_approved>1</wp:comment_approved>\
             <wp:comment_content><![CDATA[{text}]]></wp:comment_content><wp:comment_user_id>{user}</wp:comment_user_id></wp:comment>"
        )
    };
    let evil = "<b>Fine</b><script>evil()</script><img src=x onerror=evil()><a href=\"javascript:evil()\">x</a>";
    let extra = [comment(5, 0, evil), comment(6, 0, "1 < 2 &amp; 3")].concat();
    let app = site::app().await;
    let export = Export::of(&site::items(&[Item { extra, ..Item::post(77) }]));
    site::import(&app, &export.request()).await.unwrap();
    let state = site::state(&app);
    let texts: Vec<String> =
        state.comments(PostId(77)).into_iter().map(|id| state.comment(id).unwrap().content).collect();
    assert!(texts[0].contains("<b>Fine</b>"), "{texts:?}");
    for bad in ["script", "onerror", "javascript:", "<img"] {
        assert!(texts.iter().all(|text| !text.contains(bad)), "{bad}: {texts:?}");
    }
    assert!(texts[1].starts_with("1 "), "{texts:?}");
    let urls = state.comments(PostId(77)).into_iter().map(|id| state.comment(id).unwrap().author_url);
    assert_eq!(urls.collect::<Vec<_>>(), ["", ""], "nobody is led to a script");
}
