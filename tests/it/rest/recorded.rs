//! Against the answers WordPress gave, recorded request by request after it imported the same export.
//!
//! `docs/rest-compatibility.md` gives the reason of every difference that is left.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bucketpress::{
    content::{
        Edit, MediaFile, PostStatus, PostType, Role,
        edit::{SaveUser, Setup},
        settings::ImageSizes,
    },
    import::{self, MediaMode, Silent},
    index::PostQuery,
    media::{self, SizeInfo},
    publish::password,
    store::{ObjectError, Objects, memory::MemoryObjects, objects::Attributes},
};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::support::{Server, config};

/// Requests in the recording.
const REQUESTS: u64 = 533;
/// Of the keys of each answer, those that have the same types.
const SAME_KEYS_MIN: f64 = 0.98;
/// The same, mean over all requests.
const SAME_KEYS_MEAN_MIN: f64 = 0.989;

/// Answers with fewer of the keys: name, how many, of how many. `docs/rest-compatibility.md` has the same table, with
/// reasons.
const FEWER: [(&str, u64, u64); 9] = [
    // themes here are not made of blocks, and have places for menus
    ("ed-menu-locations", 0, 1),
    ("ed-templates", 1, 9),
    ("ed-template-parts", 1, 8),
    // nothing runs inside the server
    ("ed-plugins", 1, 20),
    ("ed-widgets", 1, 25),
    ("ed-widget-types", 1, 4),
    ("ed-sidebars", 28, 29),
    // blocks as the editor of the 6.8 line has them
    ("ed-block-types", 849, 894),
    ("ed-block-type-paragraph", 97, 99),
];

/// Attachments that are sound and film, and files of the same kinds.
const RECORDINGS: [(&str, &str); 2] = [
    ("2008/06/originaldixielandjazzbandwithalbernard-stlouisblues.mp3", "vbr.mp3"),
    ("2013/12/2014-slider-mobile-behavior.mov", "clip.mp4"),
];

/// Posts whose numbers WordPress had given to menu items by the time they came: number in the export, and there.
const RENUMBERED: [(u32, u32); 11] = [
    (1730, 1777),
    (1732, 1778),
    (1734, 1779),
    (1738, 1780),
    (1736, 1781),
    (1743, 1782),
    (1745, 1783),
    (1747, 1784),
    (1749, 1785),
    (1752, 1786),
    (1755, 1787),
];

/// `None`, and a line that says so, where the recording is not at hand.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/wordpress").join(path);
    if path.exists() {
        return path.canonicalize().ok();
    }
    println!("skipped: {} is not there", path.display());
    None
}

async fn run(program: &Path, arguments: &[&str]) -> std::process::Output {
    let output = tokio::process::Command::new(program).args(arguments).output().await;
    output.unwrap_or_else(|error| panic!("{}: {error}", program.display()))
}

/// WordPress's importer makes menu items anew, as those of the user who imports; here they keep their author. Part of
/// what is recorded asks for an author who has them.
fn owned_by_importer(item: &str) -> String {
    let is_menu_item =
        ["nav_menu_item</wp:post_type>", "nav_menu_item]]></wp:post_type>"].map(|end| item.contains(end));
    match (is_menu_item.contains(&true), item.split_once("<dc:creator>")) {
        (true, Some((before, rest))) => {
            let (_, after) = rest.split_once("</dc:creator>").unwrap();
            format!("{before}<dc:creator>admin</dc:creator>{after}")
        }
        _ => item.to_owned(),
    }
}

/// The export as WordPress took it in, and stand-ins for its pictures.
async fn material(python: &Path, folder: &Path, export: &Path) -> (PathBuf, PathBuf) {
    let media = folder.join("media");
    let tool = shared("tools/fakemedia.py").unwrap();
    let arguments = [tool.to_str().unwrap(), export.to_str().unwrap(), media.to_str().unwrap()];
    let made = run(python, &arguments).await;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    // Sound and film for those it has only words for.
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/media/recordings");
    for (stand_in, recording) in RECORDINGS {
        let place = media.join("wpthemetestdata.files.wordpress.com").join(stand_in);
        assert!(place.exists(), "{}", place.display());
        std::fs::copy(recordings.join(recording), place).unwrap();
    }
    let mut text = std::fs::read_to_string(export).unwrap();
    for (from, to) in RENUMBERED {
        for element in ["post_id", "post_parent"] {
            let tag = |number: u32| format!("<wp:{element}>{number}</wp:{element}>");
            text = text.replace(&tag(from), &tag(to));
        }
    }
    let text: String = text.split_inclusive("</item>").map(owned_by_importer).collect();
    let taken_in = folder.join("export.xml");
    std::fs::write(&taken_in, text).unwrap();
    (taken_in, media)
}

/// A site as the recorded one was set up before the import.
async fn site(objects: Arc<MemoryObjects>) -> Server {
    let mut server = Server::unprepared(objects, config()).await;
    let sealed = password::hash(&server.app.key, &server.app.ids, "lab-admin-pass").unwrap();
    let setup = Setup {
        url: server.base.clone(),
        title: "WP Lab".to_owned(),
        admin_login: "admin".to_owned(),
        admin_email: "admin@example.org".to_owned(),
        admin_password_sealed: Some(sealed),
        time_zone: "UTC".to_owned(),
    };
    server.apply(Edit::Setup(Box::new(setup))).await;
    let options = [
        ("blogdescription", json!("Just another WordPress site")),
        ("permalink_structure", json!("/%year%/%monthnum%/%day%/%postname%/")),
        ("timezone_string", json!("")),
    ];
    let options = options.map(|(name, value)| (name.to_owned(), value)).to_vec();
    server.apply(Edit::SetOptions(options)).await;
    server.admin = server.app.log.current().state.user_by_login("admin").unwrap().id;
    server
}

/// Brings the site to where the recorded one was when it was asked: its importer had made the authors subscribers, the
/// application password had been used before, and every image had all its sizes.
async fn as_recorded(server: &Server, objects: &MemoryObjects, secret: &str) {
    let author = server.app.log.current().state.user_by_slug("themedemos").unwrap().id;
    let roles = Some(vec![Role::Subscriber]);
    server.apply(Edit::SaveUser(Box::new(SaveUser { id: Some(author), roles, ..SaveUser::default() }))).await;

    let me = reqwest::Client::new().get(server.url("/wp-json/wp/v2/users/me")).basic_auth("admin", Some(secret));
    assert!(me.send().await.unwrap().status().is_success());
    // a job takes them too, from time to time
    server.apply(Edit::NoteAppPasswordUse(server.app.uses.take())).await;

    let site = &server.app.log.current().state;
    let settings = &site.settings().image_sizes;
    let query = PostQuery {
        types: vec![PostType::Attachment],
        statuses: vec![PostStatus::Inherit],
        limit: 1000,
        ..PostQuery::default()
    };
    let attachments = site.posts(&query, server.app.clock.now()).ids;
    let files = attachments.iter().filter_map(|id| site.post(*id)?.file);
    for file in files {
        for size in media::sizes(&file, settings) {
            be_looked_at(server, objects, &file, &size, settings).await;
        }
    }
}

/// A reader looks at a size of an image that another server has made (`docs/format.md`): here that would take minutes.
async fn be_looked_at(
    server: &Server,
    objects: &MemoryObjects,
    file: &MediaFile,
    size: &SizeInfo,
    settings: &ImageSizes,
) {
    let recipe = media::recipe(file, size.width, size.height, settings, &[]).unwrap().name();
    let key = format!("media/{}/{recipe}-e1q82.{}", file.sha256, file.extension);
    let made = Bytes::from(format!("an image as {key}"));
    let attributes = Attributes::default();
    match objects.create(&key, made.clone(), &attributes).await {
        Ok(()) | Err(ObjectError::AlreadyExists { .. }) => {}
        Err(error) => panic!("{key}: {error}"),
    }
    let folder = file.upload_path.rsplit_once('/').unwrap().0;
    let shown = reqwest::get(server.url(&format!("/wp-content/uploads/{folder}/{}", size.file))).await.unwrap();
    assert_eq!(shown.bytes().await.unwrap(), made, "{}", size.file);
}

#[actix_web::test]
async fn answers_have_the_status_and_the_keys_of_wordpress() {
    let Some(export) = shared("wxr/themeunittestdata.wordpress.xml") else { return };
    let (Some(restdiff), Some(recording)) = (shared("restdiff"), shared("rest")) else {
        return;
    };
    let Some(python) = super::python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (export, media) = material(&python, folder.path(), &export).await;
    let objects = Arc::new(MemoryObjects::new());
    let server = site(objects.clone()).await;
    let request =
        import::Request { files: vec![export], media: MediaMode::Directory(media), ..import::Request::default() };
    let analysis = import::analyse(&server.app, &request, &Silent).await.unwrap();
    import::run(&server.app, &request, analysis, &Silent).await.unwrap();

    let secret = server.app_password(server.admin).await;
    as_recorded(&server, &objects, &secret).await;
    let told = folder.path().join("told.json");
    let arguments = [
        restdiff.to_str().unwrap(),
        recording.to_str().unwrap(),
        &server.base,
        "--user-b",
        "admin",
        "--app-pass-b",
        &secret,
        "--json",
        told.to_str().unwrap(),
        "-v",
        "-v",
        "-v",
    ];
    // It ends with 1 where anything at all differs, values included.
    let compared = run(Path::new("python3"), &arguments).await;
    println!("{}", String::from_utf8_lossy(&compared.stdout));
    let told = std::fs::read(&told).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&compared.stderr)));
    let told: Value = serde_json::from_slice(&told).unwrap();
    assert_eq!(told["totals"]["endpoints"], REQUESTS);
    let rows = told["endpoints"].as_array().unwrap();
    let other: Vec<_> =
        rows.iter().filter(|row| row["status"][0] != row["status"][1]).map(|row| &row["name"]).collect();
    assert!(other.is_empty(), "another status on {other:?}");
    let mut wrong = Vec::new();
    for row in rows {
        let name = row["name"].as_str().unwrap();
        let (same, all) = (row["keys"][0].as_u64().unwrap(), row["keys"][1].as_u64().unwrap());
        match FEWER.iter().find(|(known, ..)| *known == name) {
            // more of them than noted: note it, there and in the document
            Some((_, known, of)) if (same, all) != (*known, *of) => wrong.push(format!("{name}: {same} of {all}")),
            Some(_) => {}
            None if share(row) < SAME_KEYS_MIN => wrong.push(format!("{name}: {same} of {all}: {}", row["keys_diff"])),
            None => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mean = rows.iter().map(share).sum::<f64>() / rows.len() as f64;
    assert!(mean >= SAME_KEYS_MEAN_MIN, "{mean} of keys and types are the same");
    println!("{mean} of keys and types are the same");
}

fn share(row: &Value) -> f64 {
    match row["keys"][1].as_f64().unwrap() {
        0.0 => 1.0,
        all => row["keys"][0].as_f64().unwrap() / all,
    }
}

/// What the document says of the differences is what the test holds.
#[test]
fn the_document_has_the_same_table() {
    let document = include_str!("../../../docs/rest-compatibility.md");
    for (name, same, all) in FEWER {
        let row = format!("| `{name}` | {same} of {all} |");
        assert!(document.contains(&row), "{row}");
    }
    let rows = document.lines().filter(|line| line.contains("` | ") && line.contains(" of ")).filter(|line| {
        let mut cells = line.split(" | ").skip(1);
        cells.next().is_some_and(|cell| cell.split(" of ").all(|number| number.parse::<u64>().is_ok()))
    });
    assert_eq!(rows.count(), FEWER.len());
}
