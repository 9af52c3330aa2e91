//! Keys as file names: readable, reversible, in one directory tree without collisions.
//!
//! Each segment of a key is one name. Bytes other than `A–Z a–z 0–9 - _ .` are percent-escaped, so is a
//! leading dot. A name with a dot in it is a file and one without is a directory: dots of directories are
//! escaped, and files that would have none (or that really end so) get [`SUFFIX`]. So the objects `a` and
//! `a/b` live side by side as `a.obj` and `a/b.obj`.

use std::path::{Path, PathBuf};

use crate::store::objects::is_plain;

/// Marks the file of a key whose last segment has no dot.
pub(super) const SUFFIX: &str = ".obj";

/// The file of a valid key (see `objects::check_key`) below `root`.
pub(super) fn of_key(root: &Path, key: &str) -> PathBuf {
    let mut path = root.to_owned();
    let (directories, file) = key.rsplit_once('/').unwrap_or(("", key));
    for segment in directories.split('/').filter(|segment| !segment.is_empty()) {
        path.push(directory_name(segment));
    }
    path.push(file_name(file));
    path
}

pub(super) fn directory_name(segment: &str) -> String {
    escape(segment, |_, byte| byte == b'.')
}

pub(super) fn file_name(segment: &str) -> String {
    let ends_so = segment.ends_with(SUFFIX);
    let dot_of_suffix = segment.len().saturating_sub(SUFFIX.len());
    let name = escape(segment, |at, byte| byte == b'.' && (at == 0 || (ends_so && at == dot_of_suffix)));
    if ends_so || !name.contains('.') { name + SUFFIX } else { name }
}

/// The segment a name stands for; `None` for names this store did not make.
pub(super) fn segment_of(name: &str, is_directory: bool) -> Option<String> {
    let escaped = if is_directory { name } else { name.strip_suffix(SUFFIX).unwrap_or(name) };
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    let segment = String::from_utf8(bytes).ok()?;
    let canonical = if is_directory { directory_name(&segment) } else { file_name(&segment) };
    (canonical == name && !segment.is_empty()).then_some(segment)
}

fn escape(segment: &str, also: impl Fn(usize, u8) -> bool) -> String {
    let mut name = String::with_capacity(segment.len() + SUFFIX.len());
    for (at, byte) in segment.bytes().enumerate() {
        if is_plain(byte) && !also(at, byte) {
            name.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            name.push('%');
            name.push(char::from(HEX[usize::from(byte >> 4)]));
            name.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_readable_and_safe() {
        let cases = [
            ("posts/42/01ABC.json", "posts/42/01ABC.json"),
            ("log/00000000000000000001", "log/00000000000000000001.obj"),
            ("a", "a.obj"),
            ("a/b", "a/b.obj"),
            ("a.obj", "a%2Eobj.obj"),
            ("..", "%2E."),
            ("../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd.obj"),
            (".tmp/x", "%2Etmp/x.obj"),
            (".tmp", "%2Etmp.obj"),
            ("a b/ü%", "a%20b/%C3%BC%25.obj"),
        ];
        for (key, path) in cases {
            assert_eq!(of_key(Path::new(""), key), Path::new(path), "{key}");
        }
    }

    proptest! {
        #[test]
        fn names_come_back(segment in "[a-z.%/ é]{1,12}|[.]{0,3}(obj)?[.]obj|\\PC{1,20}") {
            prop_assume!(!segment.contains('/') && !segment.is_empty());
            let (file, directory) = (file_name(&segment), directory_name(&segment));
            prop_assert_eq!(segment_of(&file, false), Some(segment.clone()));
            prop_assert_eq!(segment_of(&directory, true), Some(segment));
            prop_assert!(file.contains('.') && !file.starts_with('.'));
            prop_assert!(!directory.contains('.'));
        }
    }

    #[test]
    fn foreign_names_are_no_objects() {
        for name in [".DS_Store", "README", "a b.txt", "%61.txt", "x%2", "%ff.obj", ".obj"] {
            assert_eq!(segment_of(name, false), None, "{name}");
        }
        assert_eq!(segment_of(".tmp", true), None);
    }
}
