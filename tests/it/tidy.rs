//! Style the compiler does not see: which module may use which, and how long files and functions may be.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A module may use those further right. Members of one row do not use each other.
const LAYERS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["http", "jobs", "import"],
    &["serve", "publish"],
    &["app"],
    &["cache", "render", "index", "media", "fetch", "mail"],
    &["store"],
    &["content"],
];

/// Everybody may use these; they use nobody of the layers.
const LEAVES: &[&str] = &["clock", "config", "id", "telemetry"];

/// Lines of code of one file, without blanks, comments and inline tests.
const FILE_LINES_MAX: usize = 500;
/// Files past this need no reason yet; the count of them may only fall.
const FILE_LINES_LONG: usize = 250;
const LONG_FILES_MAX: usize = 30;

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 50, "only {} source files found", found.len());
    found
}

/// `store` for `src/store/log/mod.rs`, `serve` for `src/serve.rs`.
fn module_of(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The part of a file before its inline tests.
fn without_tests(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests {").next().unwrap()
}

/// Top-level modules named after `crate::`, in `use` trees and in paths alike.
fn used_modules(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            used.extend(names_of_group(group));
        } else {
            used.push(identifier(rest));
        }
    }
    used
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// First identifiers at depth one of `a::{b, c}, d, …}`.
fn names_of_group(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut expects_name) = (1, Vec::new(), true);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => expects_name = true,
            _ if expects_name && character.is_alphabetic() => {
                names.push(identifier(&group[at..]));
                expects_name = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&module))
}

#[test]
fn modules_use_only_what_is_below_them() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        if module == "lib" || module == "main" {
            continue;
        }
        let is_leaf = LEAVES.contains(&module.as_str());
        assert!(is_leaf || layer(&module).is_some(), "{module} has no place in LAYERS: {}", path.display());
        for used in used_modules(without_tests(&text)) {
            if used == module || LEAVES.contains(&used.as_str()) {
                continue;
            }
            let Some(used_layer) = layer(&used) else { continue };
            if is_leaf || layer(&module).is_some_and(|own| own >= used_layer) {
                wrong.push(format!("{} uses crate::{used}", path.display()));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "arrows that go the wrong way:\n{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_arrows_sees_groups_and_paths() {
    let text = "use crate::{\n    content::{Post, id},\n    store::{Objects, log::Log},\n};\nfn f() { crate::app::g() }\n// crate::http";
    assert_eq!(used_modules(text), ["content", "store", "app"]);
}

#[test]
fn files_stay_short() {
    let mut lengths = BTreeMap::new();
    for (path, text) in sources() {
        if path.file_name().is_some_and(|name| name == "tests.rs")
            || path.components().any(|c| c.as_os_str() == "tests")
        {
            continue;
        }
        let code =
            without_tests(&text).lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        lengths.insert(path.display().to_string(), code.count());
    }
    let too_long: Vec<_> = lengths.iter().filter(|(_, lines)| **lines > FILE_LINES_MAX).collect();
    assert!(too_long.is_empty(), "split these: {too_long:?}");
    let long = lengths.values().filter(|lines| **lines > FILE_LINES_LONG).count();
    assert!(
        long <= LONG_FILES_MAX,
        "{long} files are longer than {FILE_LINES_LONG} lines of code, {LONG_FILES_MAX} may be"
    );
}
