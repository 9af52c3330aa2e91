//! A power cut at any moment: what was answered is on disk, name and bytes. Held against the system calls themselves.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use super::*;
use crate::support::child;

const SEPARATOR: char = '|';

/// strace, if it is here and allowed to watch; what it cannot do is said on stderr.
fn strace() -> Option<Command> {
    let works = Command::new("strace").args(["-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success());
    if !works {
        eprintln!("SKIPPED, strace is not here or may not trace");
        return None;
    }
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-s", "4096"]);
    Some(strace)
}

/// `command` with `strace`'s options before it.
fn under(mut strace: Command, command: &Command) -> Command {
    strace.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        strace.env(name, value.unwrap());
    }
    strace
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

#[test]
fn nothing_is_answered_before_it_is_on_disk() {
    if let Some(root) = child::input() {
        return child_writes(Path::new(&root));
    }
    let Some(mut strace) = strace() else { return };
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().canonicalize().unwrap().join("store");
    let trace = directory.path().join("trace");
    strace.args(["-e", "trace=write,fsync,fdatasync,syncfs,rename,renameat2,linkat,mkdir", "-o"]).arg(&trace);
    let command = child::command("objects::power::nothing_is_answered_before_it_is_on_disk", root.to_str().unwrap());
    let output = under(strace, &command).output().unwrap();
    assert!(child::passed(&output), "{}", String::from_utf8_lossy(&output.stderr));
    let mut disk = Disk { root, ..Disk::default() };
    for line in whole_lines(&std::fs::read_to_string(&trace).unwrap()) {
        disk.call(&line);
    }
    assert_eq!(disk.answers, 5 * 3, "every write was seen: {disk:?}");
}

fn child_writes(root: &Path) {
    let objects = EmbeddedObjects::open(root).unwrap();
    let body = || Bytes::from_static(b"bytes");
    for round in 0..3 {
        let key = |name: &str| format!("{name}/{round}/x.json");
        let done = |keys: &[String]| println!("answered {}", keys.join(" "));
        runtime().block_on(async {
            objects.create(&key("create"), body(), &attributes()).await.unwrap();
            done(&[key("create")]);
            objects.put(&key("put"), body(), &attributes()).await.unwrap();
            done(&[key("put")]);
            objects.put_stream(&key("stream"), stream::iter([Ok(body())]).boxed(), &attributes()).await.unwrap();
            done(&[key("stream")]);
            objects.copy(&key("put"), &key("copy"), &attributes()).await.unwrap();
            done(&[key("copy")]);
            let many: Vec<String> = (0..3).map(|at| key(&format!("many/{at}"))).collect();
            objects.put_many(many.iter().map(|key| (key.clone(), body(), attributes())).collect()).await.unwrap();
            done(&many);
        });
    }
}

/// Calls that strace shows in two pieces, put together where they end.
fn whole_lines(trace: &str) -> Vec<String> {
    let mut open: BTreeMap<&str, &str> = BTreeMap::new();
    let mut lines = Vec::new();
    for line in trace.lines() {
        let (process, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
            open.insert(process, begun);
        } else if let Some((_, rest)) = call.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            lines.push(format!("{}{rest}", open.remove(process).unwrap()));
        } else {
            lines.push(call.to_owned());
        }
    }
    lines
}

/// What a power cut would leave.
#[derive(Debug, Default)]
struct Disk {
    root: PathBuf,
    /// Files somebody wrote to, and those whose bytes are durable.
    written: BTreeSet<PathBuf>,
    bytes: BTreeSet<PathBuf>,
    /// Names that are there, and those of them that are durable.
    names: BTreeSet<PathBuf>,
    durable: BTreeSet<PathBuf>,
    answers: usize,
}

impl Disk {
    fn call(&mut self, line: &str) {
        let Some((name, arguments)) = line.split_once('(') else { return };
        if !line.ends_with(" = 0") && name != "write" {
            return;
        }
        // `5</path>` of a descriptor, `"/path"` of an argument
        let path = |text: &str| {
            let text = text.split_once('<').map_or(text, |(_, path)| path.split('>').next().unwrap());
            PathBuf::from(text.trim_matches(['"', ' ', ')']))
        };
        let mut parts = arguments.split(", ");
        match name {
            "write" if arguments.contains("answered ") => self.answered(arguments),
            "write" => {
                let file = path(parts.next().unwrap());
                self.bytes.remove(&file);
                self.written.insert(file);
            }
            "fsync" | "fdatasync" => self.synced(&path(arguments.split(" = ").next().unwrap())),
            "syncfs" => {
                self.bytes.extend(self.written.iter().cloned());
                self.durable.clone_from(&self.names);
            }
            "mkdir" => drop(self.names.insert(path(parts.next().unwrap()))),
            "rename" => {
                self.renamed(&path(parts.next().unwrap()), &path(parts.next().unwrap().split(')').next().unwrap()));
            }
            "renameat2" | "linkat" => {
                let (_, from, _) = (parts.next(), path(parts.next().unwrap()), parts.next());
                self.renamed(&from, &path(parts.next().unwrap()));
            }
            _ => {}
        }
    }

    fn synced(&mut self, path: &Path) {
        self.bytes.insert(path.to_owned());
        let below = self.names.iter().filter(|name| name.parent() == Some(path)).cloned();
        self.durable.extend(below.collect::<Vec<_>>());
    }

    fn renamed(&mut self, from: &Path, to: &Path) {
        if !to.starts_with(&self.root) {
            return;
        }
        assert!(self.bytes.contains(from), "{} got its name before its bytes were on disk", to.display());
        self.names.insert(to.to_owned());
        self.durable.remove(to);
    }

    fn answered(&mut self, arguments: &str) {
        self.answers += 1;
        let (_, keys) = arguments.split_once("answered ").unwrap();
        for key in keys.split("\\n").next().unwrap().split(' ') {
            let path = self.root.join(key);
            for name in path.ancestors().take_while(|name| *name != self.root) {
                assert!(self.durable.contains(name), "{key} was answered before {} was on disk", name.display());
            }
        }
    }
}

/// A create whose directory could not be synced is not known to be kept; nobody may rely on it by reading it back.
#[test]
fn a_name_that_may_not_survive_is_not_believed() {
    const NAME: &str = "objects::power::a_name_that_may_not_survive_is_not_believed";
    if let Some(input) = child::input() {
        return child_reads_back(&input);
    }
    let Some(mut strace) = strace() else { return };
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().canonicalize().unwrap().join("store");
    let objects = EmbeddedObjects::open(&root).unwrap();
    runtime().block_on(objects.create("log/0", Bytes::new(), &attributes())).unwrap();
    let failing = root.join("log");
    strace.arg("-P").arg(&failing).args(["-e", "trace=fsync", "-e", "inject=fsync:error=EIO", "-o", "/dev/null"]);
    let command = child::command(NAME, &format!("{}{SEPARATOR}broken", root.display()));
    let output = under(strace, &command).output().unwrap();
    assert!(child::passed(&output), "{}", String::from_utf8_lossy(&output.stderr));
    // The disk is well again: the name is made durable now, and then it counts.
    let output = child::command(NAME, &format!("{}{SEPARATOR}well", root.display())).output().unwrap();
    assert!(child::passed(&output), "{}", String::from_utf8_lossy(&output.stderr));
}

fn child_reads_back(input: &str) {
    let (root, disk) = input.split_once(SEPARATOR).unwrap();
    let objects = EmbeddedObjects::open(Path::new(root)).unwrap();
    runtime().block_on(async {
        if disk == "well" {
            return assert_eq!(body(&objects, "log/1").await, "entry");
        }
        let answer = objects.create("log/1", Bytes::from_static(b"entry"), &attributes()).await;
        assert!(matches!(answer, Err(ObjectError::Unknown { .. })), "{answer:?}");
        for answer in [objects.get("log/1", None).await.map(drop), objects.head("log/1").await.map(drop)] {
            assert!(matches!(answer, Err(ObjectError::Unavailable { .. })), "{answer:?}");
        }
    });
}
