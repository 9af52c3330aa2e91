//! Listing a directory tree in the byte order of keys.

use std::{fs, io, path::Path};

use super::{directory::Directory, path};
use crate::store::objects::{ListEntry, ListPage};

/// What is looked for, and what was found so far.
struct Walk<'a> {
    prefix: &'a str,
    start_after: &'a str,
    /// One more than asked for, to know whether more follow.
    entries_max: usize,
    entries: Vec<ListEntry>,
}

struct Name {
    /// The key; of a directory what all its keys begin with, slash included. Sorting these sorts the keys.
    key: String,
    on_disk: std::ffi::OsString,
    is_directory: bool,
}

impl Directory {
    pub(super) fn list(&self, prefix: &str, start_after: Option<&str>, limit: usize) -> io::Result<ListPage> {
        let mut walk =
            Walk { prefix, start_after: start_after.unwrap_or(""), entries_max: limit + 1, entries: Vec::new() };
        let mut begin = self.root.clone();
        let directories = prefix.rsplit_once('/').map_or("", |(directories, _)| directories);
        for segment in directories.split('/').filter(|segment| !segment.is_empty()) {
            begin.push(path::directory_name(segment));
        }
        let within = if directories.is_empty() { String::new() } else { format!("{directories}/") };
        walk.directory(&begin, &within)?;
        if walk.entries.is_empty() {
            self.check_there()?;
        }
        let more = walk.entries.len() > limit;
        walk.entries.truncate(limit);
        Ok(ListPage { entries: walk.entries, more })
    }
}

impl Walk<'_> {
    fn directory(&mut self, on_disk: &Path, within: &str) -> io::Result<()> {
        let mut names = self.names(on_disk, within)?;
        names.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        for name in names {
            if self.entries.len() >= self.entries_max {
                break;
            }
            let on_disk = on_disk.join(&name.on_disk);
            if name.is_directory {
                self.directory(&on_disk, &name.key)?;
                continue;
            }
            match fs::metadata(&on_disk) {
                Ok(meta) => self.entries.push(ListEntry { key: name.key, size: meta.len() }),
                // deleted since the directory was read
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn names(&self, on_disk: &Path, within: &str) -> io::Result<Vec<Name>> {
        let entries = match fs::read_dir(on_disk) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            let is_directory = entry.file_type()?.is_dir();
            let on_disk = entry.file_name();
            let Some(segment) = on_disk.to_str().and_then(|name| path::segment_of(name, is_directory)) else {
                continue;
            };
            let key = format!("{within}{segment}{}", if is_directory { "/" } else { "" });
            if self.wants(&key, is_directory) {
                names.push(Name { key, on_disk, is_directory });
            }
        }
        Ok(names)
    }

    /// Whether `key`, or for a directory any key in it, is asked for.
    fn wants(&self, key: &str, is_directory: bool) -> bool {
        let begins = key.starts_with(self.prefix);
        let comes_after = key > self.start_after || (is_directory && self.start_after.starts_with(key));
        begins && comes_after
    }
}
