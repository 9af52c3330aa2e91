//! An import's memory does not grow with its file.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::Stdio,
};

use super::{
    cli::{program, site},
    site::{Item, wxr},
};

const BODY_BYTES: usize = 96 << 10;
const FEW: u64 = 256;
const MANY: u64 = 4 * FEW;

/// Posts with large contents of which no two are alike.
fn export(folder: &Path, posts: u64) -> PathBuf {
    let path = folder.join("export.xml");
    let mut file = BufWriter::new(File::create(&path).unwrap());
    let frame = wxr("http://old.example", "BODY");
    let (head, tail) = frame.split_once("BODY").unwrap();
    file.write_all(head.as_bytes()).unwrap();
    for id in 1..=posts {
        let line = format!("<p>Paragraph of {id}: what it says is of no importance here.</p>\n");
        let item = Item { content: line.repeat(BODY_BYTES / line.len()), ..Item::post(id) };
        file.write_all(item.xml().as_bytes()).unwrap();
    }
    file.write_all(tail.as_bytes()).unwrap();
    file.flush().unwrap();
    path
}

/// Imports that many posts and gives the size of the file and the most memory the program had, in bytes.
fn import(posts: u64) -> (u64, u64) {
    let folder = site();
    let path = export(folder.path(), posts);
    let mut command = program(folder.path(), &["import", "wxr", path.to_str().unwrap(), "--quiet"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0;
    let ended = loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak_kib = peak_kib.max(kib.unwrap_or(0));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    };
    assert!(ended.success(), "{ended}");
    (fs::metadata(&path).unwrap().len(), peak_kib << 10)
}

#[test]
fn memory_does_not_grow_with_the_file() {
    if !Path::new("/proc/self/status").exists() {
        println!("skipped: this system does not say how much memory a process had");
        return;
    }
    let (small, less) = import(FEW);
    let (large, more) = import(MANY);
    println!("{} MB in {} MB of memory, {} MB in {} MB", small >> 20, less >> 20, large >> 20, more >> 20);
    assert!(less > 0 && more.saturating_sub(less) < (large - small) / 3, "{less} and {more} bytes");
}
