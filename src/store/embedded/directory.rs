//! The blocking half: whole files appear under their names at once, and stay.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, SystemTime},
};

use parking_lot::Mutex;
use rustix::{
    fs::{CWD, RenameFlags, XattrFlags},
    io::Errno,
};

use crate::{
    clock::Clock,
    id::Ids,
    store::objects::{Attributes, ObjectMeta},
};

/// Files being written; a leading dot keeps it apart from the directories of keys.
const TEMPORARY: &str = ".tmp";
const ATTRIBUTES: &str = "user.bp";
/// Temporary files older than this belong to processes that died.
const LEFTOVER_AGE: Duration = Duration::from_secs(24 * 3600);
/// Directories remembered as durable, then forgotten all at once.
const DURABLE_MAX: usize = 10_000;
/// File systems write back what is older than this by themselves.
const YOUNG: Duration = Duration::from_secs(60);
/// Times of files lag behind the clock by up to a tick of the kernel.
const TICK: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub(super) struct Directory {
    pub(super) root: PathBuf,
    temporary: PathBuf,
    /// With `names` makes a name no other process uses, in whatever container it runs.
    run: String,
    names: AtomicU64,
    keeps_attributes: bool,
    /// Directories whose own names are known to be on disk.
    // sync: held for set operations only
    durable: Mutex<HashSet<PathBuf>>,
    /// When the names in a directory were last made durable.
    // sync: held for map operations only
    synced: Mutex<HashMap<PathBuf, SystemTime>>,
}

/// How an object got its name, or did not.
#[derive(Debug)]
pub(super) enum Published {
    Durable,
    Exists,
    /// It has its name, but whether that survives a power cut is not known.
    Visible(io::Error),
}

/// A file being written.
#[derive(Debug)]
pub(super) struct Temporary {
    pub(super) name: TemporaryName,
    pub(super) file: File,
}

/// Where a file is until it gets the name of its key; dropped before, it is removed.
#[derive(Debug)]
pub(super) struct TemporaryName {
    path: PathBuf,
    moved: bool,
}

impl Drop for TemporaryName {
    fn drop(&mut self) {
        if !self.moved {
            fs::remove_file(&self.path).ok();
        }
    }
}

impl Directory {
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        let temporary = root.join(TEMPORARY);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&temporary)?;
        let root = root.canonicalize()?;
        let mut directory = Self {
            temporary: root.join(TEMPORARY),
            root,
            run: hex::encode(Ids::System.array::<8>()),
            names: AtomicU64::new(0),
            keeps_attributes: true,
            durable: Mutex::default(),
            synced: Mutex::default(),
        };
        let probe = directory.temporary()?;
        directory.keeps_attributes = match rustix::fs::fsetxattr(&probe.file, ATTRIBUTES, b"\n\n", XattrFlags::empty())
        {
            Ok(()) => true,
            Err(Errno::NOTSUP) => {
                tracing::warn!(root = %directory.root.display(),
                    "the file system keeps no extended attributes: content types will not be stored");
                false
            }
            Err(error) => return Err(error.into()),
        };
        directory.sweep(probe.file.metadata()?.modified()?)?;
        Ok(directory)
    }

    /// Removes what processes that died left behind. `now` is the file system's own time.
    fn sweep(&self, now: SystemTime) -> io::Result<()> {
        for entry in fs::read_dir(&self.temporary)? {
            let entry = entry?;
            let Ok(modified) = entry.metadata().and_then(|meta| meta.modified()) else { continue };
            if now.duration_since(modified).is_ok_and(|age| age > LEFTOVER_AGE) {
                fs::remove_file(entry.path()).ok();
            }
        }
        Ok(())
    }

    pub(super) fn temporary(&self) -> io::Result<Temporary> {
        let path = self.temporary.join(format!("{}-{}", self.run, self.names.fetch_add(1, Relaxed)));
        let file = File::create_new(&path)?;
        Ok(Temporary { name: TemporaryName { path, moved: false }, file })
    }

    /// Completes a written file: attributes, and a time that no other version of it has (the ETag).
    pub(super) fn seal(&self, temporary: &Temporary, attributes: &Attributes) -> io::Result<()> {
        if self.keeps_attributes {
            let text = attributes_text(attributes);
            rustix::fs::fsetxattr(&temporary.file, ATTRIBUTES, text.as_bytes(), XattrFlags::empty())?;
        }
        temporary.file.set_modified(Clock::System.now().into())
    }

    pub(super) fn write(&self, body: &[u8], attributes: &Attributes) -> io::Result<Temporary> {
        let mut temporary = self.temporary()?;
        temporary.file.write_all(body)?;
        self.seal(&temporary, attributes)?;
        Ok(temporary)
    }

    /// Gives a synced file its name, replacing what has it, and makes the name durable.
    pub(super) fn replace(&self, temporary: Temporary, path: &Path) -> io::Result<()> {
        temporary.file.sync_all()?;
        self.rename(temporary.name, path)?;
        self.sync_parents(path)
    }

    /// As [`Directory::replace`] without making anything durable.
    pub(super) fn rename(&self, mut name: TemporaryName, path: &Path) -> io::Result<()> {
        self.with_parents(path, || fs::rename(&name.path, path))?;
        name.moved = true;
        Ok(())
    }

    /// Gives a file its name if nothing has it: atomic among all processes that use this directory.
    pub(super) fn create(&self, mut temporary: Temporary, path: &Path) -> io::Result<Published> {
        temporary.file.sync_all()?;
        let from = &temporary.name.path;
        let named = self.with_parents(path, || {
            match rustix::fs::renameat_with(CWD, from, CWD, path, RenameFlags::NOREPLACE) {
                // file systems without that flag have hard links
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => fs::hard_link(from, path).map(|()| false),
                result => result.map(|()| true).map_err(io::Error::from),
            }
        });
        match named {
            Ok(moved) => temporary.name.moved = moved,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(Published::Exists),
            Err(error) => return Err(error),
        }
        Ok(match self.sync_parents(path) {
            Ok(()) => Published::Durable,
            Err(error) => Published::Visible(error),
        })
    }

    /// Runs `publish`, making the directories of `path` when they are missing.
    fn with_parents<T>(&self, path: &Path, mut publish: impl FnMut() -> io::Result<T>) -> io::Result<T> {
        // again, because another process may remove a directory it found empty
        for _ in 0..8 {
            match publish() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => self.make_parents(path)?,
                result => return result,
            }
        }
        publish()
    }

    fn make_parents(&self, path: &Path) -> io::Result<()> {
        if !self.temporary.is_dir() {
            return Err(io::Error::other(format!("the store's directory {} is gone", self.root.display())));
        }
        for parent in path.ancestors().skip(1).take_while(|parent| *parent != self.root) {
            self.durable.lock().remove(parent);
        }
        match path.parent() {
            Some(parent) => fs::create_dir_all(parent),
            None => Ok(()),
        }
    }

    /// Makes the name of `path` durable, and those of its directories.
    fn sync_parents(&self, path: &Path) -> io::Result<()> {
        let mut parents = path.ancestors().skip(1);
        let Some(directory) = parents.next() else { return Ok(()) };
        File::open(directory)?.sync_all()?;
        let mut below = directory;
        for parent in parents {
            if below == self.root || self.durable.lock().contains(below) {
                break;
            }
            File::open(parent)?.sync_all()?;
            let mut durable = self.durable.lock();
            if durable.len() >= DURABLE_MAX {
                durable.clear();
            }
            durable.insert(below.to_owned());
            below = parent;
        }
        Ok(())
    }

    /// Makes sure that `file` will still have the name `path` after a power cut, before anybody relies on it.
    ///
    /// A name can be seen before it is on disk: its writer was killed before it synced the directory, or could not.
    /// Nobody was told yet that the object is there; whoever reads it may tell.
    pub(super) fn rely_on(&self, file: &File, path: &Path) -> io::Result<()> {
        let Some(directory) = path.parent() else { return Ok(()) };
        let now = SystemTime::from(Clock::System.now());
        let meta = file.metadata()?;
        let nanos = u32::try_from(meta.ctime_nsec()).unwrap_or(0);
        let named = SystemTime::UNIX_EPOCH + Duration::new(meta.ctime().unsigned_abs(), nanos);
        let is_old = now.duration_since(named).is_ok_and(|age| age > YOUNG);
        if is_old || self.synced.lock().get(directory).is_some_and(|synced| named + TICK < *synced) {
            return Ok(());
        }
        self.sync_parents(path)?;
        let mut synced = self.synced.lock();
        if synced.len() >= DURABLE_MAX {
            synced.clear();
        }
        synced.insert(directory.to_owned(), now);
        Ok(())
    }

    /// Makes everything written so far durable.
    pub(super) fn sync_all(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(File::open(&self.temporary)?)?)
    }

    /// Removes a file, and the directories this leaves empty.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return self.check_there(),
            result => result?,
        }
        for parent in path.ancestors().skip(1).take_while(|parent| *parent != self.root) {
            self.durable.lock().remove(parent);
            if fs::remove_dir(parent).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// An object that is not there is one thing, a disk that is not mounted another.
    pub(super) fn check_there(&self) -> io::Result<()> {
        if self.temporary.is_dir() {
            return Ok(());
        }
        Err(io::Error::other(format!("the store's directory {} is gone", self.root.display())))
    }

    pub(super) fn meta(&self, file: &File) -> io::Result<ObjectMeta> {
        let meta = file.metadata()?;
        let etag = format!("{:x}-{:x}-{:x}-{:x}", meta.mtime(), meta.mtime_nsec(), meta.size(), meta.ino());
        Ok(ObjectMeta { size: meta.size(), etag, attributes: self.attributes(file)?, store_time: None })
    }

    fn attributes(&self, file: &File) -> io::Result<Attributes> {
        let mut text = Vec::with_capacity(4096);
        match rustix::fs::fgetxattr(file, ATTRIBUTES, rustix::buffer::spare_capacity(&mut text)) {
            Ok(_) => Ok(attributes_from(&String::from_utf8_lossy(&text))),
            // copied here by a tool that drops them
            Err(Errno::NODATA | Errno::NOTSUP) => Ok(attributes_from("")),
            Err(error) => Err(error.into()),
        }
    }
}

/// Three lines: type, cache rule, encoding. Short, so that it fits the inode.
fn attributes_text(attributes: &Attributes) -> String {
    format!(
        "{}\n{}\n{}",
        attributes.content_type,
        attributes.cache_control.as_deref().unwrap_or(""),
        attributes.content_encoding.as_deref().unwrap_or("")
    )
}

fn attributes_from(text: &str) -> Attributes {
    let mut lines = text.split('\n').map(|line| (!line.is_empty()).then(|| line.to_owned()));
    Attributes {
        content_type: lines.next().flatten().unwrap_or_else(|| "application/octet-stream".to_owned()),
        cache_control: lines.next().flatten(),
        content_encoding: lines.next().flatten(),
    }
}
