//! `bucketpress check` finds every kind of damage, names the object, and writes nothing.

use std::{path::PathBuf, sync::Arc};

use bucketpress::{
    content::{MediaFile, PostStatus, PostType, edit::SavePost},
    media::UploadRules,
    store::embedded::EmbeddedObjects,
};
use futures_util::StreamExt as _;

use super::*;
use crate::{
    site::{post, save},
    support::Server,
};

/// What the in-process server of the tests seals with.
const KEY: &str = "2a";

/// A site with posts, a picture's worth of bytes and two snapshots, in `data` below the folder.
async fn archive() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let objects = EmbeddedObjects::open(&folder.path().join("data")).unwrap();
    let server = Server::without_jobs(Arc::new(objects)).await;
    save(&server, post("One", "<p>The quick brown fox.</p>")).await;
    server.app.log.write_snapshot().await.unwrap();
    save(&server, post("Two", "<p>Jumps over the lazy dog.</p>")).await;
    let body = futures_util::stream::once(async { Ok("Some words.".into()) }).boxed();
    let stored = server.app.media.store(body, "notes.txt", UploadRules { unfiltered_html: false }).await.unwrap();
    let file = MediaFile { upload_path: "2026/11/notes.txt".to_owned(), ..stored.file };
    let attachment = SavePost {
        post_type: Some(PostType::Attachment),
        status: Some(PostStatus::Inherit),
        mime_type: Some(file.mime_type.clone()),
        file: Some(file),
        ..SavePost::default()
    };
    save(&server, attachment).await;
    server.app.log.write_snapshot().await.unwrap();
    save(&server, post("Three", "<p>And rests.</p>")).await;
    folder
}

/// Files of the store whose path holds `part`, in order.
fn files(store: &Path, part: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![store.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.display().to_string().contains(part) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The one file with `text` in it, among those whose path holds `part`.
fn with_text(store: &Path, part: &str, text: &str) -> PathBuf {
    let holds = |path: &PathBuf| String::from_utf8_lossy(&std::fs::read(path).unwrap()).contains(text);
    let mut found = files(store, part).into_iter().filter(holds);
    found.next().unwrap()
}

fn replace(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

fn flip(path: &Path) {
    replace(path, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    });
}

fn swap(one: &Path, other: &Path) {
    let bytes = std::fs::read(one).unwrap();
    std::fs::copy(other, one).unwrap();
    std::fs::write(other, bytes).unwrap();
}

fn remove(path: &Path) {
    std::fs::remove_file(path).unwrap();
}

type Damage = (&'static str, fn(&Path), &'static str);

const DAMAGES: [Damage; 18] = [
    ("an entry with a flipped bit", |store| flip(&files(store, "/log/")[2]), "log/00000000000000000003"),
    ("the first entry gone", |store| remove(&files(store, "/log/")[0]), "log/00000000000000000001"),
    ("an entry gone", |store| remove(&files(store, "/log/")[3]), "log/00000000000000000004"),
    (
        "two entries swapped",
        |store| swap(&files(store, "/log/")[1], &files(store, "/log/")[2]),
        "log/00000000000000000002",
    ),
    (
        "an entry in the place of another",
        |store| {
            std::fs::copy(&files(store, "/log/")[1], &files(store, "/log/")[3]).unwrap();
        },
        "log/00000000000000000004",
    ),
    (
        "an entry cut off",
        |store| replace(&files(store, "/log/")[2], |bytes| bytes.truncate(40)),
        "log/00000000000000000003",
    ),
    ("a revision gone", |store| remove(&with_text(store, "/posts/", "brown fox")), "posts/"),
    (
        "a letter of a revision changed",
        |store| {
            replace(&with_text(store, "/posts/", "brown fox"), |bytes| {
                *bytes = String::from_utf8_lossy(bytes).replace("brown fox", "brown fax").into_bytes();
            });
        },
        "posts/",
    ),
    (
        "a revision cut off",
        |store| replace(&with_text(store, "/posts/", "lazy dog"), |bytes| bytes.truncate(90)),
        "posts/",
    ),
    (
        "two revisions swapped",
        |store| swap(&with_text(store, "/posts/", "brown fox"), &with_text(store, "/posts/", "lazy dog")),
        "posts/",
    ),
    ("a manifest with a flipped bit", |store| flip(&files(store, "/snapshot/")[0]), "snapshot/"),
    (
        "two manifests swapped",
        |store| swap(&files(store, "/snapshot/")[0], &files(store, "/snapshot/")[1]),
        "snapshot/",
    ),
    ("a part with a flipped bit", |store| flip(&files(store, "/part/posts/")[0]), "snapshot/"),
    ("a part gone", |store| remove(&files(store, "/part/users/")[0]), "snapshot/"),
    ("an upload gone", |store| remove(&files(store, "/original.txt")[0]), "media/"),
    ("an upload cut off", |store| replace(&files(store, "/original.txt")[0], |bytes| bytes.truncate(3)), "media/"),
    ("what says which site this is gone", |store| remove(&files(store, "/meta/")[0]), "meta/site.json"),
    (
        "what says which site this is cut off",
        |store| replace(&files(store, "/meta/")[0], |bytes| bytes.truncate(60)),
        "meta/site.json",
    ),
];

fn check(folder: &Path, more: &[&str]) -> (Option<i32>, Value) {
    let arguments = [&["check", "--json"], more].concat();
    let output = program(folder, &arguments).env("BUCKETPRESS_SITE_KEY", KEY.repeat(32)).output().unwrap();
    let shown = serde_json::from_slice(&output.stdout);
    (output.status.code(), shown.unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr))))
}

fn copied(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let from = folder.join("data");
    let status = Command::new("cp").arg("-a").arg(from).arg(copy.path().join("data")).status().unwrap();
    assert!(status.success());
    copy
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_damage_is_found_and_named() {
    let whole = archive().await;
    let before = files(&whole.path().join("data"), "");
    let (code, shown) = check(whole.path(), &["--media"]);
    assert_eq!((code, &shown["findings"]), (Some(0), &serde_json::json!([])), "{shown}");
    assert_eq!(shown["snapshots"], 2);
    assert_eq!(files(&whole.path().join("data"), ""), before, "it writes nothing");
    for (what, damage, named) in DAMAGES {
        let folder = copied(whole.path());
        damage(&folder.path().join("data"));
        let (code, shown) = check(folder.path(), &[]);
        assert_eq!(code, Some(1), "{what}: {shown}");
        let findings = shown["findings"].as_array().unwrap();
        let keys: Vec<&str> = findings.iter().map(|finding| finding["key"].as_str().unwrap()).collect();
        assert!(keys.iter().any(|key| key.starts_with(named)), "{what}: {keys:?}");
    }
    // The same length, another word: only reading it tells.
    let folder = copied(whole.path());
    replace(&files(&folder.path().join("data"), "/original.txt")[0], |bytes| bytes[0] ^= 1);
    assert_eq!(check(folder.path(), &[]).0, Some(0));
    let (code, shown) = check(folder.path(), &["--media"]);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown["findings"][0]["key"].as_str().unwrap().starts_with("media/"), "{shown}");
}

#[test]
fn a_store_without_a_site_is_not_checked_and_stays_empty() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["check", "--store", "file:nothing"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("no site"), "{}", text(&output.stderr));
    assert!(!folder.path().join("nothing/meta").exists());
}
