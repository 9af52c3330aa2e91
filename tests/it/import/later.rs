//! Files that come with a later run: first tried without them, then with.

use std::{path::Path, sync::Arc};

use bucketpress::{
    app::App,
    content::{Edit, PostId, edit::SavePost},
    import::{self, MediaMode, Request, Silent},
    store::memory::MemoryObjects,
};

use super::{
    identity::moved_past,
    media::{attachment, content, png, post_showing, with_media, write},
    site::{self, Export, Item},
};

const BASE: &str = "http://old.example/wp-content/uploads/2012/06";
const HERE: &str = "https://new.example/wp-content/uploads/2012/06";

fn export() -> Export {
    let with_meta = |id: u64, name: &str| {
        attachment(id, &format!("{BASE}/{name}.png")).meta("_wp_attached_file", &format!("2012/06/{name}.png"))
    };
    Export::of(&site::items(&[
        post_showing(1, &format!("{BASE}/a.png")),
        post_showing(2, &format!("{BASE}/b.png")),
        post_showing(3, &format!("{BASE}/a.png")),
        Item::post(4),
        with_meta(11, "a"),
        with_meta(12, "b").meta("_wp_attachment_image_alt", "A boat"),
        with_meta(13, "c"),
        with_meta(14, "absent"),
    ]))
}

fn from(folder: &Path, export: &Export) -> Request {
    for (shade, name) in (1..).zip(["a", "b", "c"]) {
        write(folder, &format!("2012/06/{name}.png"), &png(shade));
    }
    with_media(export, MediaMode::Directory(folder.to_owned()))
}

async fn save(app: &App, id: u64, change: SavePost) {
    site::apply(app, Edit::SavePost(Box::new(SavePost { id: Some(PostId(id)), ..change }))).await;
}

fn linked(name: &str, base: &str) -> String {
    format!("<a href=\"{base}/{name}.png\"><img src=\"{base}/{name}-300x200.png\"></a>")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_run_brings_the_files_and_the_links() {
    let app = site::app().await;
    let export = export();
    site::import(&app, &export.request()).await.unwrap();
    // Edited and deleted here since.
    save(&app, 3, SavePost { title: Some("Mine".to_owned()), ..SavePost::default() }).await;
    save(&app, 12, SavePost { title: Some("My boat".to_owned()), ..SavePost::default() }).await;
    site::apply(&app, Edit::DeletePost { id: PostId(13) }).await;
    let modified = site::state(&app).post(PostId(1)).unwrap().modified;

    let folder = tempfile::tempdir().unwrap();
    let request = from(folder.path(), &export);
    let report = site::import(&app, &request).await.unwrap();
    assert_eq!((report.files_added, report.posts_relinked, report.media_missing), (2, 2, 1), "{report:?}");
    assert_eq!((report.posts_total(), report.items_done_before), (0, 8));
    let site = site::state(&app);
    let post = |id: u64| site.post(PostId(id)).unwrap();
    assert_eq!(site.attachment_by_upload_path("2012/06/a.png"), Some(PostId(11)));
    assert_eq!(post(11).file.unwrap().width, Some(400));
    assert_eq!(post(11).meta, [], "what described the old file is gone");
    let boat = post(12);
    assert_eq!((boat.title.as_str(), boat.file.unwrap().upload_path.as_str()), ("My boat", "2012/06/b.png"));
    assert_eq!(boat.meta.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["_wp_attachment_image_alt"]);
    assert!(site.post(PostId(13)).is_none(), "what was deleted stays deleted");
    assert!(post(14).file.is_none());
    assert_eq!(content(&app, 1).await, linked("a", HERE));
    assert_eq!(content(&app, 2).await, linked("b", HERE));
    assert_eq!(content(&app, 3).await, linked("a", BASE), "what was edited here stays as it is");
    assert_eq!(post(1).modified, modified);
    assert!(site.revisions(PostId(1)).is_empty(), "it is still as imported");
    assert!(!site.revisions(PostId(12)).is_empty());
    assert_eq!(site.revisions(PostId(12)).last().unwrap().revision, boat.revision);

    let before = app.log.current().seq;
    let again = site::import(&app, &request).await.unwrap();
    assert_eq!((again.files_added, again.posts_relinked, again.media_stored), (0, 0, 0), "{again:?}");
    assert_eq!(app.log.current().seq, before, "not even an entry");

    // The file that was missing turns up: a third run brings it, what the second did stays.
    write(folder.path(), "2012/06/absent.png", &png(9));
    let third = site::import(&app, &request).await.unwrap();
    assert_eq!((third.files_added, third.posts_relinked), (1, 0), "{third:?}");
    assert!(site::state(&app).post(PostId(14)).unwrap().file.is_some());
}

/// Dropped at every commit in turn, the later run still ends with every file and every link. One thread: with more, a
/// commit may have been followed by the next before it is noticed.
#[tokio::test]
async fn an_interrupted_later_run_goes_on_where_it_was() {
    let objects = Arc::new(MemoryObjects::new());
    let app = site::app_on(objects).await;
    let export = export();
    site::import(&app, &export.request()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let request = from(folder.path(), &export);
    let mut interruptions = 0;
    loop {
        let started = app.log.current().seq;
        let analysis = site::analyse(&app, &request).await.unwrap();
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
    let site = site::state(&app);
    for (id, path) in [(11, "2012/06/a.png"), (12, "2012/06/b.png"), (13, "2012/06/c.png")] {
        assert_eq!(site.post(PostId(id)).unwrap().file.unwrap().upload_path, path);
    }
    for (id, name) in [(1, "a"), (2, "b"), (3, "a")] {
        assert_eq!(content(&app, id).await, linked(name, HERE));
    }
}
