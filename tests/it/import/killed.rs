//! The program killed in the middle of an import, and started again.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use bucketpress::{
    app::App,
    config::StoreLocation,
    content::{CommentId, PostId, TermId},
    index::Site,
    store::{RowKey, Table, log::Machine as _},
};
use serde_json::{Value, json};

use super::{
    cli::{program, run, site},
    media::{attachment, write},
    site::{Export, Item, items},
};
use crate::support::config;

const FILES: u64 = 60;

/// What a running import has left in the store.
#[derive(Clone, Copy, Debug)]
enum Until {
    Entries(usize),
    /// Of any kind: bodies and files come before the entries that name them.
    Objects(usize),
}

impl Until {
    fn count(self, store: &Path) -> usize {
        match self {
            Self::Entries(_) => objects_below(&store.join("log")),
            Self::Objects(_) => objects_below(store),
        }
    }

    fn wanted(self) -> usize {
        let (Self::Entries(wanted) | Self::Objects(wanted)) = self;
        wanted
    }
}

fn objects_below(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    // Files come and go while this looks.
    let count = |entry: fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => objects_below(&entry.path()),
        Ok(_) => 1,
        Err(_) => 0,
    };
    entries.flatten().map(count).sum()
}

/// Kills the program (SIGKILL) once there is that much more than before. True: it was done first.
fn kill_after(command: &mut Command, store: &Path, until: Until) -> bool {
    let before = until.count(store);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return true;
        }
        if until.count(store) >= before + until.wanted() {
            child.kill().unwrap();
            child.wait().unwrap();
            return false;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

fn tiny_png(shade: u64) -> Vec<u8> {
    let image = image::RgbImage::from_pixel(4, 3, image::Rgb([u8::try_from(shade).unwrap(), 1, 2]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Items that refer to each other in both directions, some under one number, with comments and files.
fn export(media: &Path) -> Export {
    let url = |number: u64| format!("http://old.example/wp-content/uploads/2012/06/f{number}.png");
    let mut list: Vec<Item> = Vec::new();
    for id in 1..=900 {
        let file = id % FILES;
        let post = Item { content: format!("<img src=\"{}\">", url(file)), ..Item::post(id) };
        let mut item = match id % 4 {
            0 => Item { parent: id + 2, ..Item::of(id, "page", "publish") },
            1 => post.meta("_thumbnail_id", &(1001 + file).to_string()),
            _ => post.comment(id, 0, "1").comment(id + 2000, id, "0"),
        };
        item.extra.push_str("<category domain=\"category\" nicename=\"news\"><![CDATA[News]]></category>");
        list.push(item);
        if id % 100 == 0 {
            list.push(Item { parent: id + 2, title: format!("Twin {id}"), ..Item::of(id, "page", "publish") });
        }
    }
    for number in 0..FILES {
        write(media, &format!("2012/06/f{number}.png"), &tiny_png(number));
        list.push(Item { parent: 1 + number * 4, ..attachment(1001 + number, &url(number)) });
    }
    Export::of(&items(&list))
}

/// All the import made, by its identity in the export; numbers as what they stand for.
async fn picture(folder: &Path) -> BTreeMap<String, Value> {
    let mut config = config();
    config.store.location = StoreLocation::Directory(folder.join("data"));
    let app = App::open(config).await.unwrap();
    let snapshot = app.log.current();
    let site = &snapshot.state;
    let rows: Vec<(String, String)> = site
        .tables()
        .table(Table::Imported)
        .keys()
        .map(|key| match key {
            RowKey::Text(key) => (key.to_string(), site.imported(&key).unwrap()),
            RowKey::Number(number) => panic!("row {number}"),
        })
        .collect();
    let names: BTreeMap<(&str, &str), &str> = rows
        .iter()
        .map(|(identity, became)| ((identity.split('|').nth(1).unwrap(), became.as_str()), identity.as_str()))
        .collect();
    let name = |kind: &'static str, id: u64| names.get(&(kind, id.to_string().as_str())).map(|name| json!(name));
    let mut picture = BTreeMap::new();
    for (identity, became) in &rows {
        let id = || became.parse::<u64>().unwrap();
        let value = match identity.split('|').nth(1).unwrap() {
            "post" => {
                let post = site.post(PostId(id())).unwrap();
                let body = app.revisions.get(post.id, post.revision).await.unwrap();
                let terms: Vec<String> = post.terms.iter().map(|id| site.term(*id).unwrap().slug).collect();
                let shown = (post.post_type.name(), post.status.name(), &post.slug, &post.title, terms);
                let file = post.file.map(|file| (file.sha256, file.upload_path));
                let parent = post.parent.map(|id| name("post", id.0));
                let thumbnail = post.thumbnail.map(|id| name("post", id.0));
                json!([shown, file, parent, thumbnail, body.content, post.guid, post.date.to_string()])
            }
            "comment" => {
                let comment = site.comment(CommentId(id())).unwrap();
                let parent = comment.parent.map(|id| name("comment", id.0));
                json!([name("post", comment.post.0), parent, comment.content, format!("{:?}", comment.status)])
            }
            "term" => json!(site.term(TermId(id())).unwrap().name),
            _ => json!(became),
        };
        picture.insert(identity.clone(), value);
    }
    for table in [Table::Posts, Table::Comments, Table::Terms, Table::Users] {
        picture.insert(format!("rows of {}", table.name()), json!(rows_of(site, table)));
    }
    picture
}

fn rows_of(site: &Site, table: Table) -> usize {
    site.tables().table(table).len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_import_ends_as_one_that_was_not() {
    let media = tempfile::tempdir().unwrap();
    let export = export(media.path());
    let command = |folder: &Path| {
        let (export, media) = (export.path.to_str().unwrap(), media.path().to_str().unwrap());
        program(folder, &["import", "wxr", export, "--quiet", "--media", media])
    };
    let whole = site();
    assert!(command(whole.path()).output().unwrap().status.success());

    let broken = site();
    let store = broken.path().join("data");
    let mut kills = 0;
    // Every second round lets at least one entry be, so that there is an end.
    for objects in [1, 30, 90, 200, 350, 450, 700].into_iter().cycle() {
        let rounds = [Until::Entries(1 + kills % 3), Until::Objects(objects)];
        if rounds.into_iter().any(|until| {
            let finished = kill_after(&mut command(broken.path()), &store, until);
            kills += usize::from(!finished);
            finished
        }) {
            break;
        }
    }
    assert!(kills >= 6, "it was killed {kills} times");
    let (expected, found) = (picture(whole.path()).await, picture(broken.path()).await);
    assert_eq!(expected.len(), found.len());
    for (identity, value) in &expected {
        assert_eq!(found.get(identity), Some(value), "{identity}");
    }
    let (code, out, err) = run(broken.path(), &["check"]);
    assert_eq!(code, 0, "{out}{err}");
    let entries = objects_below(&store.join("log"));
    assert!(command(broken.path()).output().unwrap().status.success());
    assert_eq!(objects_below(&store.join("log")), entries, "one more run commits nothing");
}
