//! The program itself: real processes on an embedded store.

mod damage;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value;

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bucketpress"));
    command.args(arguments).current_dir(folder).env_remove("BUCKETPRESS_STORE").env_remove("BUCKETPRESS_SITE_KEY");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder, arguments).output().unwrap()
}

fn run_with(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = program(folder, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn good(output: &Output) -> String {
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "setup",
        "--url",
        "http://example.org",
        "--title",
        "Cli",
        "--admin-user",
        "ann",
        "--admin-email",
        "a@example.org",
    ];
    let password = good(&run(folder.path(), &arguments));
    assert!(password.trim().len() >= 24, "a password is printed: {password:?}");
    folder
}

#[test]
fn set_up_happens_once() {
    let folder = site();
    let again =
        ["setup", "--url", "http://x.org", "--title", "X", "--admin-user", "eve", "--admin-email", "e@example.org"];
    let again = run(folder.path(), &again);
    assert_eq!(again.status.code(), Some(1), "{}", text(&again.stderr));
    let users = good(&run(folder.path(), &["user", "list", "--json"]));
    assert_eq!(users.lines().count(), 1);
    let ann: Value = serde_json::from_str(users.trim()).unwrap();
    assert_eq!(ann["login"], "ann");
    assert_eq!(ann["roles"], serde_json::json!(["administrator"]));
}

#[test]
fn the_operator_may_write_anything_and_as_a_user_what_that_user_may() {
    let folder = site();
    let user = |login: &str, role: &str| {
        let email = format!("{login}@example.org");
        good(&run(folder.path(), &["user", "create", login, &email, "--role", role]));
    };
    user("kim", "author");
    user("con", "contributor");
    let script = "<p onclick=\"evil()\">Hello</p><script>evil()</script>";
    let made = |more: &[&str]| {
        let create = [&["post", "create", "-", "--title", "T", "--json"], more].concat();
        let made: Value = serde_json::from_str(&good(&run_with(folder.path(), &create, script))).unwrap();
        let shown = good(&run(folder.path(), &["post", "show", &made["id"].to_string(), "--json"]));
        serde_json::from_str::<Value>(&shown).unwrap()
    };
    let own = made(&[]);
    assert_eq!(own["content"], script, "the operator is trusted");
    let kim = made(&["--user", "kim"]);
    assert!(!kim["content"].as_str().unwrap().contains("evil"), "{kim}");
    assert_eq!(kim["author"], 2, "{kim}");
    let refused = |arguments: &[&str], word: &str| {
        let output = run_with(folder.path(), arguments, "x");
        assert!(!output.status.success(), "{arguments:?}");
        assert!(text(&output.stderr).contains(word), "{arguments:?}: {}", text(&output.stderr));
    };
    let (own, kim) = (own["id"].to_string(), kim["id"].to_string());
    refused(&["post", "update", &own, "-", "--user", "kim"], "not");
    refused(&["post", "publish", &own, "--user", "kim"], "not");
    refused(&["post", "create", "-", "--title", "T", "--status", "publish", "--user", "con"], "not");
    refused(&["post", "create", "-", "--title", "T", "--category", "New", "--user", "con"], "not");
    refused(&["post", "create", "-", "--title", "T", "--user", "nobody"], "no user nobody");
    good(&run(folder.path(), &["post", "publish", &kim, "--user", "kim"]));
}

#[test]
fn a_post_goes_from_standard_input_to_published() {
    let folder = site();
    let create =
        ["post", "create", "-", "--title", "From a pipe", "--category", "News", "--tag", "a", "--tag", "b", "--json"];
    let created = good(&run_with(folder.path(), &create, "<p>Hello</p>"));
    let created: Value = serde_json::from_str(&created).unwrap();
    assert_eq!(created["status"], "draft");
    let id = created["id"].to_string();
    let published = good(&run(folder.path(), &["post", "publish", &id, "--json"]));
    let published: Value = serde_json::from_str(&published).unwrap();
    assert_eq!(published["status"], "publish");
    assert_eq!(published["slug"], "from-a-pipe");
    assert_ne!(published["revision"], created["revision"], "every save is a revision");
    let shown: Value = serde_json::from_str(&good(&run(folder.path(), &["post", "show", &id, "--json"]))).unwrap();
    assert_eq!(shown["content"], "<p>Hello</p>");
    let listed = good(&run(folder.path(), &["post", "list", "--search", "pipe", "--json"]));
    assert_eq!(listed.lines().count(), 1, "{listed}");
    good(&run(folder.path(), &["check"]));
    let log = good(&run(folder.path(), &["log", "show"]));
    assert!(log.contains("cli"), "{log}");
}

#[test]
fn a_change_made_from_an_older_revision_is_refused_and_says_how_to_go_on() {
    let folder = site();
    let json = |arguments: &[&str], input: &str| -> Value {
        serde_json::from_str(&good(&run_with(folder.path(), arguments, input))).unwrap()
    };
    let created = json(&["post", "create", "-", "--title", "Shared", "--json"], "one");
    let (id, base) = (created["id"].to_string(), created["revision"].as_str().unwrap().to_owned());
    let theirs = json(&["post", "update", &id, "-", "--base", &base, "--json"], "two");
    let current = theirs["revision"].as_str().unwrap();
    for stale in [
        run_with(folder.path(), &["post", "update", &id, "-", "--base", &base], "three"),
        run(folder.path(), &["post", "publish", &id, "--base", &base]),
    ] {
        assert_eq!(stale.status.code(), Some(4));
        let said = text(&stale.stderr);
        assert!(said.contains("changed meanwhile") && said.contains(&format!("--base {current}")), "{said}");
    }
    assert_eq!(json(&["post", "show", &id, "--json"], "")["content"], "two");
    let wrong = run_with(folder.path(), &["post", "update", &id, "-", "--base", "latest"], "three");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("--base latest"), "{}", text(&wrong.stderr));
    json(&["post", "update", &id, "-", "--base", current, "--json"], "three");
}

#[test]
fn markdown_is_known_by_the_files_name() {
    let folder = site();
    std::fs::write(folder.path().join("story.md"), "# Head\n\n*text*\n").unwrap();
    let created = good(&run(folder.path(), &["post", "create", "story.md", "--title", "Story", "--publish", "--json"]));
    let created: Value = serde_json::from_str(&created).unwrap();
    let shown = good(&run(folder.path(), &["post", "show", &created["id"].to_string(), "--json"]));
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["format"], "markdown");
    assert_eq!(shown["content"], "# Head\n\n*text*\n");
}

#[test]
fn wrong_usage_and_configuration_exit_with_2_and_say_what() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&[&str], &str); 5] = [
        (&["serve", "--listen", "nowhere"], "server.listen"),
        (&["post", "list", "--store", "data"], "file:PATH"),
        (&["config", "--set", "server.workrs=2"], "server.workrs"),
        (&["frobnicate"], "frobnicate"),
        (&["post", "list", "--store", "s3://bucket"], "BUCKETPRESS_SITE_KEY"),
    ];
    for (arguments, named) in cases {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(named), "{arguments:?}: {}", text(&output.stderr));
    }
}

/// What a server on this folder's site prints until it says something with `last`.
fn served(folder: &Path, format: &str, last: &str) -> String {
    let set = format!("log.format={format}");
    let mut command = program(folder, &["serve", "--listen", "127.0.0.1:0", "--set", &set]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut printed = String::new();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    while !printed.contains(last) {
        printed.push_str(&lines.next().expect("it says so before it ends"));
        printed.push('\n');
    }
    // As with Ctrl-C: what it has to say it says before it ends. Again and again, since where interrupts are ignored
    // (in a shell's background) one is lost that comes before the server listens for them.
    while child.try_wait().unwrap().is_none() {
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }
    printed.extend(lines.map(|line| line + "\n"));
    printed
}

#[test]
fn a_new_site_invites_to_set_it_up_and_logs_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let shown = served(folder.path(), "pretty", "asks for this token");
    assert!(shown.contains("open http://127.0.0.1:0/"), "{shown}");
    let (_, token) = shown.split_once("asks for this token: ").unwrap();
    let token = token.lines().next().unwrap();
    assert!(token.len() == 16 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{shown}");
    assert_eq!(shown.matches(token).count(), 1, "once: {shown}");
    let logged = served(folder.path(), "json", "the site is new");
    assert!(!logged.contains(token), "{logged}");

    let set_up = site();
    let shown = served(set_up.path(), "pretty", "serving");
    assert!(!shown.contains("token"), "{shown}");
}

#[test]
fn config_hides_the_site_key() {
    let folder = tempfile::tempdir().unwrap();
    let key = "0123456789abcdef".repeat(4);
    let output = program(folder.path(), &["config"]).env("BUCKETPRESS_SITE_KEY", &key).output().unwrap();
    let shown = good(&output);
    assert!(shown.contains("store.site_key = \"…\""), "{shown}");
    assert!(!shown.contains("0123456789abcdef"));
}

#[test]
fn a_damaged_log_is_found() {
    let folder = site();
    good(&run_with(folder.path(), &["post", "create", "-", "--title", "One"], "x"));
    let posts = folder.path().join("data");
    let removed = remove_one_revision(&posts);
    let output = run(folder.path(), &["check", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("posts/"), "{} (removed {removed})", text(&output.stdout));
}

/// Deletes the object of one post revision from an embedded store, as a careless hand would.
fn remove_one_revision(store: &Path) -> String {
    let mut folders = vec![store.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if name.contains("/posts/") && name.ends_with(".json") {
                std::fs::remove_file(path).unwrap();
                return name;
            }
        }
    }
    panic!("no revision object under {}", store.display());
}
