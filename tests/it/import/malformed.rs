//! Files that cannot be read: told where and why, before anything is written.

use bucketpress::import::ImportError;

use super::site::{self, Export, Item};

/// The message for a file of these bytes; nothing was written for it.
async fn refused(bytes: &[u8]) -> String {
    let app = site::app().await;
    let before = app.log.current().seq;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.xml");
    std::fs::write(&path, bytes).unwrap();
    let error = site::import(&app, &site::request(&[path])).await.unwrap_err();
    assert!(matches!(error, ImportError::Malformed { .. }), "{error:?}");
    assert_eq!(app.log.current().seq, before, "nothing was written");
    error.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_is_named_and_nothing_is_written() {
    let good = site::wxr("http://old.example", &site::items(&[Item::post(1), Item::post(2)]));
    let line = |needle: &str| good.lines().position(|line| line.contains(needle)).unwrap() + 1;

    let crossed = good.replacen("Title 2</title>", "Title 2</titel>", 1);
    let message = refused(crossed.as_bytes()).await;
    assert!(message.contains("bad.xml") && message.contains(&format!("line {}, column", line("Title 2"))), "{message}");

    let cut = &good[..good.find("Content 2").unwrap()];
    let message = refused(cut.as_bytes()).await;
    assert!(message.contains("cut off"), "{message}");

    let bomb = good.replacen("<rss", "<!DOCTYPE rss [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;\">]><rss", 1);
    let message = refused(bomb.as_bytes()).await;
    assert!(message.contains("line 2, column 1") && message.contains("entities"), "{message}");

    let mut wrong = good.replace("Title 2", "Gr\u{f6}\u{df}e").into_bytes();
    wrong = String::from_utf8(wrong).unwrap().chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let message = refused(&wrong).await;
    assert!(message.contains(&format!("line {}, column", line("Title 2"))) && message.contains("UTF-8"), "{message}");
}

/// What could not be read is mended by running again with the right file.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_mended_comes_in_whole() {
    let app = site::app().await;
    let export = Export::of(&site::items(&[Item::post(1), Item::post(2)]));
    let good = std::fs::read_to_string(&export.path).unwrap();
    std::fs::write(&export.path, &good[..good.len() - 20]).unwrap();
    assert!(site::import(&app, &export.request()).await.is_err());
    std::fs::write(&export.path, good).unwrap();
    assert_eq!(site::import(&app, &export.request()).await.unwrap().posts_total(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn control_characters_are_a_warning() {
    let app = site::app().await;
    let item = Item { content: "a\u{8}b\u{c}c".to_owned(), ..Item::post(1) };
    let report = site::import(&app, &Export::of(&item.xml()).request()).await.unwrap();
    assert!(
        report.warnings.list.iter().any(|warning| warning.contains("2 control characters")),
        "{:?}",
        report.warnings
    );
    let post = site::state(&app).post(bucketpress::content::PostId(1)).unwrap();
    assert_eq!(app.revisions.get(post.id, post.revision).await.unwrap().content, "abc");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_in_between_is_noticed() {
    let app = site::app().await;
    let export = Export::of(&site::items(&[Item::post(1), Item::post(2)]));
    let analysis = site::analyse(&app, &export.request()).await.unwrap();
    std::fs::write(&export.path, site::wxr("http://old.example", &site::items(&[Item::post(2), Item::post(1)])))
        .unwrap();
    let outcome = bucketpress::import::run(&app, &export.request(), analysis, &bucketpress::import::Silent).await;
    assert!(matches!(outcome, Err(ImportError::Changed { .. })), "{outcome:?}");
}
