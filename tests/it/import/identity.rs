//! The same item is recognised again: across runs, across an interruption, under taken numbers.

use std::sync::Arc;

use bucketpress::{
    content::{Edit, PostId, Taxonomy, edit::SavePost},
    import::{self, Silent},
    store::{Table, log::Machine as _, memory::MemoryObjects},
};

use super::site::{self, Export, Item};

/// Conflicts with what is here already are resolved, and every reference follows.
#[tokio::test(flavor = "multi_thread")]
async fn taken_numbers_are_exchanged_everywhere() {
    let app = site::app().await;
    // Numbers 1 to 60 and more are taken by other posts, some comments, too.
    for number in 0..60 {
        let save = SavePost { title: Some(format!("Mine {number}")), ..SavePost::default() };
        site::apply(&app, Edit::SavePost(Box::new(save))).await;
    }
    let mine = site::state(&app);
    let export = Export::of(&format!(
        "<wp:term><wp:term_id>1</wp:term_id><wp:term_taxonomy>nav_menu</wp:term_taxonomy><wp:term_slug>main</wp:term_slug>\
         <wp:term_name>Main</wp:term_name></wp:term>{}",
        site::items(&[
            Item { parent: 11, ..Item::of(10, "page", "publish") },
            Item::of(11, "page", "publish"),
            Item {
                content: "[gallery ids=\"13,14\"]<!-- wp:image {\"id\":13} --><img class=\"wp-image-13\">".to_owned(),
                ..Item::post(12).meta("_thumbnail_id", "13").comment(2, 0, "1").comment(3, 2, "0")
            },
            Item { parent: 12, ..Item::of(13, "attachment", "inherit") },
            Item::of(14, "attachment", "inherit"),
            Item::of(15, "nav_menu_item", "publish")
                .meta("_menu_item_type", "post_type")
                .meta("_menu_item_object_id", "11")
                .meta("_menu_item_menu_item_parent", "16"),
            Item::of(16, "nav_menu_item", "publish")
                .meta("_menu_item_type", "custom")
                .meta("_menu_item_object_id", "16"),
        ]),
    ));
    let mut request = export.request();
    request.keep_samples = true;
    let analysis = site::analyse(&app, &request).await.unwrap();
    assert!(analysis.summary.posts_renumbered >= 6, "{:?}", analysis.summary);
    let report = import::run(&app, &request, analysis, &Silent).await.unwrap();
    assert_eq!((report.posts_total(), report.comments_created), (7, 2), "{report:?}");

    let site = site::state(&app);
    let made = |old: u64| {
        let made = site.imported(&format!("old.example|post|{old}")).unwrap();
        site.post(PostId(made.parse().unwrap())).unwrap()
    };
    for post in mine.tables().table(Table::Posts).keys() {
        assert_eq!(
            site.tables().get(Table::Posts, &post),
            mine.tables().get(Table::Posts, &post),
            "what was here is untouched"
        );
    }
    assert_eq!(made(10).parent, Some(made(11).id));
    let post = made(12);
    assert_eq!(post.thumbnail, Some(made(13).id));
    assert_eq!(made(13).parent, Some(post.id));
    let body = app.revisions.get(post.id, post.revision).await.unwrap();
    let (first, second) = (made(13).id, made(14).id);
    assert_eq!(
        body.content,
        format!(
            "[gallery ids=\"{first},{second}\"]<!-- wp:image {{\"id\":{first}}} --><img class=\"wp-image-{first}\">"
        )
    );
    let comments = site.comments(post.id);
    assert_eq!(site.comment(comments[1]).unwrap().parent, Some(comments[0]));
    let meta = |old: u64, key: &str| made(old).meta.iter().find(|entry| entry.key == key).unwrap().value.clone();
    assert_eq!(meta(15, "_menu_item_object_id"), made(11).id.to_string());
    assert_eq!(meta(15, "_menu_item_menu_item_parent"), made(16).id.to_string());
    assert_eq!(meta(16, "_menu_item_object_id"), made(16).id.to_string());
    assert!(site.term_by_slug(&Taxonomy::new("nav_menu"), "main").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_changes_nothing_and_brings_what_is_new() {
    let app = site::app().await;
    let old = [Item::post(5).comment(1, 0, "1"), Item::post(6)];
    let export = Export::of(&site::items(&old));
    site::import(&app, &export.request()).await.unwrap();
    let before = app.log.current();
    let again = site::import(&app, &export.request()).await.unwrap();
    assert_eq!((again.posts_total(), again.comments_created, again.items_done_before), (0, 0, 2));
    assert_eq!(app.log.current().seq, before.seq, "not even an entry");

    // Deleted here since, and a later export of the same site.
    site::apply(&app, Edit::DeletePost { id: PostId(6) }).await;
    let later = [Item::post(5).comment(1, 0, "1").comment(2, 1, "1"), Item::post(6).comment(3, 0, "1"), Item::post(7)];
    let report = site::import(&app, &Export::of(&site::items(&later)).request()).await.unwrap();
    assert_eq!((report.posts_total(), report.comments_created), (1, 1), "{report:?}");
    let site = site::state(&app);
    assert!(site.post(PostId(6)).is_none(), "what was deleted stays deleted");
    assert_eq!(site.comments(PostId(5)).len(), 2);
}

/// Nothing is dropped for having the title and date of another item, or the number of one, or none at all.
#[tokio::test(flavor = "multi_thread")]
async fn items_that_look_alike_are_all_kept() {
    let app = site::app().await;
    let twin = |id: u64| Item { title: "Same".to_owned(), slug: "same".to_owned(), ..Item::post(id) };
    let nameless = Item::post(9).xml().replace("<wp:post_id>9</wp:post_id>", "");
    let body = format!("{}{nameless}{nameless}", site::items(&[twin(5), twin(6), twin(6)]));
    let export = Export::of(&body);
    let report = site::import(&app, &export.request()).await.unwrap();
    assert_eq!(report.posts_total(), 5, "{report:?}");
    let before = app.log.current().seq;
    let again = site::import(&app, &export.request()).await.unwrap();
    assert_eq!(again.posts_total(), 0);
    assert_eq!(app.log.current().seq, before);
}

/// Dropped at every commit in turn, then run again: in the end everything is there once.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_import_goes_on_where_it_was() {
    let items: Vec<Item> = (1..=1500)
        .map(|id| match id % 3 {
            0 => Item { parent: id + 1, ..Item::of(id, "page", "publish") },
            _ => Item::post(id).comment(id, 0, "1"),
        })
        .collect();
    let export = Export::of(&site::items(&items));
    let whole = site::app().await;
    site::import(&whole, &export.request()).await.unwrap();

    let objects = Arc::new(MemoryObjects::new());
    let app = site::app_on(objects.clone()).await;
    let mut interruptions = 0;
    loop {
        let started = app.log.current().seq;
        let analysis = site::analyse(&app, &export.request()).await.unwrap();
        let request = export.request();
        let running = import::run(&app, &request, analysis, &Silent);
        tokio::pin!(running);
        let finished = tokio::select! {
            biased;
            () = moved_past(&app, started) => false,
            report = &mut running => { report.unwrap(); true }
        };
        if finished {
            break;
        }
        interruptions += 1;
    }
    assert!(interruptions > 2, "it was interrupted {interruptions} times");
    // Another process sees the same.
    let reopened = site::app_on(objects).await;
    let (expected, found) = (site::state(&whole), site::state(&reopened));
    for table in [Table::Posts, Table::Comments, Table::Terms, Table::Users, Table::Imported] {
        let keys = |site: &bucketpress::index::Site| site.tables().table(table).keys().collect::<Vec<_>>();
        assert_eq!(keys(&expected), keys(&found), "{table:?}");
    }
    for id in 1..=1500 {
        assert_eq!(found.post(PostId(id)).unwrap().parent, expected.post(PostId(id)).unwrap().parent);
    }
}

/// Until the log has an entry after `seq`.
pub async fn moved_past(app: &bucketpress::app::App, seq: u64) {
    while app.log.current().seq <= seq {
        tokio::task::yield_now().await;
    }
}
