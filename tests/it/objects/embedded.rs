//! What only a directory can show: other processes, crashes, files that people look at.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

use super::*;
use crate::support::child;

const ROUNDS: usize = 100;
const SEPARATOR: char = '|';

fn open(directory: &Path) -> EmbeddedObjects {
    EmbeddedObjects::open(directory).unwrap()
}

/// Every file below the directory that holds objects.
fn files(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn people_can_read_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let objects = open(directory.path());
    let text = "{\"title\": \"Café\"}\n";
    objects.put("posts/42/01JD.json", Bytes::from(text), &attributes()).await.unwrap();
    objects.create("log/00000000000000000001", Bytes::from_static(b"\x28"), &attributes()).await.unwrap();
    assert_eq!(files(directory.path()), ["log/00000000000000000001.obj", "posts/42/01JD.json"]);
    assert_eq!(std::fs::read_to_string(directory.path().join("posts/42/01JD.json")).unwrap(), text);

    // what people and their tools leave lying about is no object
    std::fs::write(directory.path().join("posts/README"), "notes").unwrap();
    std::fs::write(directory.path().join("posts/.DS_Store"), "x").unwrap();
    std::fs::write(directory.path().join("posts/a copy.json"), "x").unwrap();
    assert_eq!(listed(&objects, "posts/").await, ["posts/42/01JD.json"]);
    // and a file that lost its attributes on the way is still one
    std::fs::write(directory.path().join("posts/42/02.json"), "x").unwrap();
    assert_eq!(body(&objects, "posts/42/02.json").await, "x");
}

#[tokio::test]
async fn deleting_leaves_no_empty_directories() {
    let directory = tempfile::tempdir().unwrap();
    let objects = open(directory.path());
    for key in ["a/b/c/d", "a/x"] {
        objects.put(key, Bytes::new(), &attributes()).await.unwrap();
    }
    objects.delete(&["a/b/c/d".to_owned()]).await.unwrap();
    assert!(!directory.path().join("a/b").exists());
    assert!(directory.path().join("a").exists());
    objects.put("a/b/c/d", Bytes::new(), &attributes()).await.unwrap();
    assert_eq!(listed(&objects, "").await, ["a/b/c/d", "a/x"]);
}

/// A disk that is not mounted must not look like an empty bucket: the log would begin anew.
#[tokio::test]
async fn a_directory_that_went_away_is_not_an_empty_bucket() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("store");
    let objects = open(&root);
    objects.create("log/1", Bytes::new(), &attributes()).await.unwrap();
    std::fs::rename(&root, directory.path().join("elsewhere")).unwrap();
    let answers = [
        objects.get("log/1", None).await.map(drop),
        objects.get("log/2", None).await.map(drop),
        objects.list("log/", None, 10).await.map(drop),
        objects.create("log/2", Bytes::new(), &attributes()).await,
        objects.put("log/2", Bytes::new(), &attributes()).await,
    ];
    for answer in answers {
        assert!(matches!(answer, Err(ObjectError::Unavailable { .. })), "{answer:?}");
    }
    assert!(!root.exists(), "nothing is written where the store was");
    std::fs::rename(directory.path().join("elsewhere"), &root).unwrap();
    assert_eq!(listed(&objects, "log/").await, ["log/1"]);
}

#[test]
fn a_directory_that_cannot_be_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = EmbeddedObjects::open(&file.path().join("store")).unwrap_err();
    assert!(error.to_string().contains(&file.path().display().to_string()), "{error}");
}

#[tokio::test]
async fn old_leftovers_are_swept_and_young_ones_are_not() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let temporary = directory.path().join(".tmp");
    for (name, age_hours) in [("old", 25), ("young", 23)] {
        let file = std::fs::File::create(temporary.join(name)).unwrap();
        let now = file.metadata().unwrap().modified().unwrap();
        file.set_modified(now - std::time::Duration::from_secs(age_hours * 3600)).unwrap();
    }
    drop(open(directory.path()));
    assert_eq!(files(&temporary), ["young"]);
}

/// One winner for each key, whatever number of processes race for it.
#[test]
fn creates_race_across_processes() {
    if let Some(input) = child::input() {
        return child_creates(&input);
    }
    let directory = tempfile::tempdir().unwrap();
    let start = |name: &str| {
        let input = format!("{}{SEPARATOR}{name}", directory.path().display());
        child::command("objects::embedded::creates_race_across_processes", &input).spawn().unwrap()
    };
    let children: Vec<_> = ["a", "b", "c"].map(|name| (name, start(name))).into();
    let mut winners: Vec<Vec<&str>> = vec![Vec::new(); ROUNDS];
    for (name, child) in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            if let Some(round) = line.strip_prefix("won ") {
                winners[round.parse::<usize>().unwrap()].push(name);
            }
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let objects = open(directory.path());
    let mut wins: BTreeMap<&str, usize> = BTreeMap::new();
    for (round, winners) in winners.iter().enumerate() {
        assert_eq!(winners.len(), 1, "round {round}: {winners:?}");
        *wins.entry(winners[0]).or_default() += 1;
        let stored = runtime.block_on(body(&objects, &format!("race/{round:04}")));
        assert_eq!(stored, child_body(winners[0], round));
    }
    println!("wins: {wins:?}");
    assert_eq!(files(&directory.path().join(".tmp")), Vec::<String>::new());
}

fn child_body(name: &str, round: usize) -> String {
    format!("{name} {round} {}", "x".repeat(round * 50))
}

fn child_creates(input: &str) {
    let (directory, name) = input.split_once(SEPARATOR).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let objects = open(Path::new(directory));
    for round in 0..ROUNDS {
        let body = child_body(name, round).into();
        match runtime.block_on(objects.create(&format!("race/{round:04}"), body, &attributes())) {
            Ok(()) => println!("won {round}"),
            Err(ObjectError::AlreadyExists { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Killed at any moment: what was acknowledged is there, and whatever is there is whole.
#[test]
fn killed_in_the_middle_of_writes() {
    if let Some(input) = child::input() {
        return child_writes(&input);
    }
    let directory = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (mut acknowledged_in_all, mut seen_in_all) = (0, 0);
    for round in 0..8 {
        let input = format!("{}{SEPARATOR}{round}", directory.path().display());
        let mut command = child::command("objects::embedded::killed_in_the_middle_of_writes", &input);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut acknowledged = Vec::new();
        // a different number of answers each time, then the kill lands wherever the child happens to be
        while acknowledged.len() < 3 + round * 11 {
            let line = lines.next().unwrap().unwrap();
            acknowledged.extend(line.strip_prefix("done ").map(str::to_owned));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // what it said before the kill counts as well; the last line may be cut off
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        acknowledged.extend(
            rest.iter().filter_map(|line| line.strip_prefix("done ")?.strip_suffix(" .")).map(|key| format!("{key} .")),
        );

        let objects = open(directory.path());
        let found = runtime.block_on(everything(&objects, &format!("kill/{round}/")));
        for (key, body) in &found {
            assert_eq!(body, &killed_body(key), "{key} is whole");
        }
        for line in &acknowledged {
            for key in line.trim_end_matches(" .").split(' ') {
                assert!(found.contains_key(key), "{key} was acknowledged");
            }
        }
        acknowledged_in_all += acknowledged.len();
        seen_in_all += found.len();
    }
    println!("{acknowledged_in_all} acknowledged, {seen_in_all} objects found");
}

/// Follows from the key, so that anybody can tell whether it is whole.
fn killed_body(key: &str) -> Bytes {
    let hash = blake3::hash(key.as_bytes());
    let length = 1 + usize::from(hash.as_bytes()[0]) * 700;
    let mut body = vec![0; length];
    blake3::Hasher::new().update(key.as_bytes()).finalize_xof().fill(&mut body);
    body.into()
}

fn child_writes(input: &str) {
    let (directory, round) = input.split_once(SEPARATOR).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let objects = open(Path::new(directory));
    for at in 0.. {
        let key = format!("kill/{round}/{at:06}");
        let body = killed_body(&key);
        let said = match at % 4 {
            0 => runtime.block_on(objects.create(&key, body, &attributes())).map(|()| key),
            1 => runtime.block_on(objects.put(&key, body, &attributes())).map(|()| key),
            2 => {
                let pieces: Vec<_> = body.chunks(4096).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
                let stream = stream::iter(pieces).boxed();
                runtime.block_on(objects.put_stream(&key, stream, &attributes())).map(|_| key)
            }
            _ => {
                let keys: Vec<String> = (0..20).map(|part| format!("{key}/{part}.json")).collect();
                let many = keys.iter().map(|key| (key.clone(), killed_body(key), attributes())).collect();
                runtime.block_on(objects.put_many(many)).map(|()| keys.join(" "))
            }
        };
        println!("done {} .", said.unwrap());
    }
}
