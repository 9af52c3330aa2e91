//! Against the answers WordPress gave, recorded request by request after it imported the same export.
//!
//! `docs/rest-compatibility.md` gives the reason of every difference that is left.

use std::path::{Path, PathBuf};

use bucketpress::{
    content::{Edit, edit::Setup},
    import::{self, MediaMode, Silent},
    publish::password,
    store::memory::MemoryObjects,
};
use serde_json::{Value, json};

use crate::support::{Server, config};

/// Requests in the recording.
const REQUESTS: u64 = 533;
/// Of these, answered with WordPress's status.
const SAME_STATUS_MIN: u64 = 531;
/// Keys with the same types, mean over all requests, so that large descriptions do not drown the rest.
const SAME_KEYS_MIN: f64 = 0.98;

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
async fn site() -> Server {
    let mut server = Server::unprepared(std::sync::Arc::new(MemoryObjects::new()), config()).await;
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

#[actix_web::test]
async fn answers_have_the_status_and_the_keys_of_wordpress() {
    let Some(export) = shared("wxr/themeunittestdata.wordpress.xml") else { return };
    let (Some(restdiff), Some(recording)) = (shared("restdiff"), shared("rest")) else { return };
    let Some(python) = super::python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (export, media) = material(&python, folder.path(), &export).await;
    let server = site().await;
    let request =
        import::Request { files: vec![export], media: MediaMode::Directory(media), ..import::Request::default() };
    let analysis = import::analyse(&server.app, &request, &Silent).await.unwrap();
    import::run(&server.app, &request, analysis, &Silent).await.unwrap();

    let secret = server.app_password(server.admin).await;
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
    let same = told["totals"]["status"].as_u64().unwrap();
    assert!(same >= SAME_STATUS_MIN, "the same status on {same} of {REQUESTS}, another on {other:?}");
    let share = |row: &Value| match row["keys"][1].as_f64().unwrap() {
        0.0 => 1.0,
        all => row["keys"][0].as_f64().unwrap() / all,
    };
    let mean = rows.iter().map(share).sum::<f64>() / rows.len() as f64;
    assert!(mean >= SAME_KEYS_MIN, "{mean} of keys and types are the same");
}
