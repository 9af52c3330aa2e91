//! The commands themselves.

use std::{path::Path, process::Command};

use serde_json::Value;

use super::site::{Export, Item, items};

/// The program in `folder`, where its store is, too.
pub fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bucketpress"));
    command.args(arguments).current_dir(folder).env_remove("BUCKETPRESS_STORE").env_remove("BUCKETPRESS_SITE_KEY");
    command
}

pub fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = program(folder, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A folder with a site that was set up.
pub fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let setup = ["setup", "--url", "http://new.example", "--title", "New", "--admin-user", "admin"];
    let (code, out, err) = run(folder.path(), &[&setup[..], &["--admin-email", "a@new.example"]].concat());
    assert_eq!(code, 0, "{out}{err}");
    folder
}

#[test]
fn demo_then_import_then_again() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let (code, out, err) = run(here, &["demo", "--posts", "30", "--pictures", "1", "--json"]);
    assert_eq!(code, 0, "{out}{err}");
    let made: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(made["posts"], 30);
    assert_eq!(run(here, &["demo"]).0, 1, "a site has one demo");

    let export = Export::of(&items(&[Item::post(5), Item::of(6, "post", "private")]));
    let file = export.path.to_str().unwrap();
    let (code, out, err) = run(here, &["import", "wxr", file, "--dry-run", "--json"]);
    assert_eq!(code, 0, "{err}");
    let analysed: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&analysed["items_total"], &analysed["items"]["post"]["private"]), (&2.into(), &1.into()));

    let (code, out, err) = run(here, &["import", "wxr", file, "--json"]);
    assert_eq!(code, 0, "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["posts_created"]["post"], 2);
    let (code, out, _) = run(here, &["import", "wxr", file, "--quiet"]);
    assert_eq!(code, 0);
    assert!(out.contains("Created no items") && out.contains("2 items were here already"), "{out}");
    assert_eq!(run(here, &["check"]).0, 0);
}

#[test]
fn what_is_wrong_is_told_with_an_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let export = Export::of("<item><title>x</titel></item>");
    let (code, _, err) = run(folder.path(), &["import", "wxr", export.path.to_str().unwrap(), "--dry-run"]);
    assert_eq!(code, 1);
    assert!(err.contains("export.xml: line 7, column"), "{err}");
    assert_eq!(run(folder.path(), &["import", "wxr", "absent.xml"]).0, 1);
    assert_eq!(run(folder.path(), &["import", "wxr", "x.xml", "--media", "nowhere"]).0, 2);
    assert_eq!(run(folder.path(), &["import", "wxr"]).0, 2);
    // Not set up: nothing to import into.
    let good = Export::of(&items(&[Item::post(5)]));
    let (code, _, err) = run(folder.path(), &["import", "wxr", good.path.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(err.contains("set it up first"), "{err}");
}
