//! Every real export at hand comes in whole.

use bucketpress::{
    content::PostStatus,
    store::{Table, log::Machine as _},
};

use super::{shared, site};

/// File, items, comments in it.
const EXPORTS: [(&str, u64, u64); 8] = [
    ("64-block-test-data.xml", 72, 2),
    ("cc-archive_labs.xml", 224, 181),
    ("cedricporter.xml", 440, 166),
    ("chrisjrob.xml", 130, 136),
    ("spotthevuln.xml", 213, 172),
    ("theme-preview.xml", 7, 2),
    ("themeunittestdata.wordpress.xml", 186, 33),
    ("wordpress-6.1-own-export.xml", 187, 33),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_export_at_hand_comes_in_whole() {
    for (name, items, comments) in EXPORTS {
        let Some(path) = shared(&format!("wxr/{name}")) else { continue };
        let app = site::app().await;
        let report = site::import(&app, &site::request(&[path])).await.unwrap();
        assert_eq!(report.skipped.list, [], "{name}");
        assert_eq!(report.posts_total(), items, "{name}");
        assert_eq!(report.comments_created, comments, "{name}");
        let site = site::state(&app);
        assert_eq!(site.tables().table(Table::Posts).len() as u64, items, "{name}");
        println!("{name}: {:?} {:?}", report.posts_created, report.warnings.list);
    }
}

/// What set-up made for a first look goes, unless it was touched or is to stay.
#[tokio::test(flavor = "multi_thread")]
async fn untouched_samples_make_room() {
    use bucketpress::content::{Edit, PostId, edit::SavePost};
    let export = site::Export::of(&site::items(&[site::Item::post(2)]));
    let titles = |app: &bucketpress::app::App| {
        let site = site::state(app);
        (1..100).filter_map(|id| site.post(PostId(id))).map(|post| post.title).collect::<Vec<_>>()
    };
    let app = site::app().await;
    site::import(&app, &export.request()).await.unwrap();
    assert_eq!(titles(&app), ["Title 2"]);

    let app = site::app().await;
    let mut request = export.request();
    request.keep_samples = true;
    site::import(&app, &request).await.unwrap();
    assert_eq!(titles(&app), ["Your site is ready", "About", "Title 2"]);

    let app = site::app().await;
    let save = SavePost { id: Some(PostId(2)), content: Some("Mine".to_owned()), ..SavePost::default() };
    site::apply(&app, Edit::SavePost(Box::new(save))).await;
    site::import(&app, &export.request()).await.unwrap();
    assert_eq!(titles(&app), ["About", "Title 2"]);
}

/// All of them into one site: numbers and slugs collide, nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn all_exports_into_one_site() {
    let paths: Vec<_> = EXPORTS.iter().filter_map(|(name, ..)| shared(&format!("wxr/{name}"))).collect();
    if paths.is_empty() {
        return;
    }
    let app = site::app().await;
    let report = site::import(&app, &site::request(&paths)).await.unwrap();
    assert_eq!(report.skipped.list, []);
    let expected: u64 = EXPORTS.iter().filter(|(name, ..)| shared(&format!("wxr/{name}")).is_some()).map(|e| e.1).sum();
    assert_eq!(report.posts_total(), expected);
    let site = site::state(&app);
    assert_eq!(site.tables().table(Table::Posts).len() as u64, expected);

    let again = site::import(&app, &site::request(&paths)).await.unwrap();
    assert_eq!((again.posts_total(), again.comments_created, again.terms_created, again.users_created), (0, 0, 0, 0));
    assert_eq!(site::state(&app).tables().digest(), site.tables().digest(), "a second run changes nothing");

    let all =
        bucketpress::index::PostQuery { types: Vec::new(), statuses: vec![PostStatus::Private], ..Default::default() };
    assert!(site.posts(&all, app.clock.now()).total > 0, "private posts are there, closed");
}
