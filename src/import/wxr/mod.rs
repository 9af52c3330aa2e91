//! WordPress's export format (WXR 1.0–1.2) as a stream of entries: one author, term or post at a time.
//!
//! Memory is bounded by the limits below, whatever the size of the file. Namespaces count by their URI, so
//! `http://` and `https://`, every version and every prefix are the same to us.

mod entry;
mod error;
mod names;
mod source;
mod tree;

#[cfg(test)]
mod tests;

use std::io::BufRead;

pub use self::{
    entry::{Author, Channel, Comment, Entry, Item, ItemTerm, Meta, Term},
    error::{Position, WxrError},
    source::Repairs,
};
use self::{
    source::Source,
    tree::{Step, Tree},
};

/// Longest single value (a post's content, a meta value), in bytes.
pub const FIELD_BYTES_MAX: usize = 24 << 20;
/// Longest single entry (a post with all its comments and meta), in bytes.
pub const ENTRY_BYTES_MAX: usize = 48 << 20;
/// Elements in one entry.
pub const ENTRY_NODES_MAX: usize = 400_000;
/// Nesting inside one entry; WXR itself needs 4.
pub const DEPTH_MAX: usize = 12;

/// How to read a file that is not quite what it says.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Overrides the encoding the file declares, e.g. `windows-1252`.
    pub encoding: Option<String>,
    /// Replaces bytes that are invalid in the encoding by U+FFFD instead of refusing the file.
    pub repair: bool,
}

/// Reads entries from `R`. After an error it is finished.
#[derive(Debug)]
pub struct WxrReader<R: BufRead> {
    tree: Tree<R>,
    channel: Channel,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Prolog,
    Rss,
    Channel,
    /// After `</channel>`.
    Tail,
    End,
}

impl<R: BufRead> WxrReader<R> {
    /// # Errors
    /// An encoding label nobody knows; I/O on the first bytes.
    pub fn new(reader: R, options: &ReadOptions) -> Result<Self, WxrError> {
        let source = Source::open(reader, options)?;
        Ok(Self { tree: Tree::new(source), channel: Channel::default(), place: Place::Prolog })
    }

    /// What the file says about its site; complete once the first item was read.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }

    /// What had to be mended so far.
    pub fn repairs(&self) -> &Repairs {
        self.tree.repairs()
    }

    /// Bytes of the file read so far (buffered ones included).
    pub fn bytes_read(&self) -> u64 {
        self.tree.bytes_read()
    }

    /// The next author, term or post; `None` at the end of a whole file.
    ///
    /// # Errors
    /// See [`WxrError`]; always with line and column. A file that ends early is an error, not an end.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, WxrError> {
        match self.advance() {
            Ok(entry) => {
                if entry.is_none() {
                    self.place = Place::End;
                }
                Ok(entry)
            }
            Err(error) => {
                self.place = Place::End;
                Err(error)
            }
        }
    }

    fn advance(&mut self) -> Result<Option<Entry>, WxrError> {
        loop {
            if self.place == Place::End {
                return Ok(None);
            }
            match self.tree.step()? {
                Step::Open(name) => {
                    if let Some(entry) = self.open(name)? {
                        return Ok(Some(entry));
                    }
                }
                Step::Close => {
                    self.place = match self.place {
                        Place::Channel => Place::Rss,
                        _ => Place::Tail,
                    };
                }
                Step::End if self.place == Place::Tail => return Ok(None),
                Step::End => return Err(self.tree.error("the file ends before </rss>: it is cut off or empty")),
            }
        }
    }

    fn open(&mut self, name: Option<&'static str>) -> Result<Option<Entry>, WxrError> {
        match (self.place, name) {
            (Place::Prolog, Some("rss")) => self.place = Place::Rss,
            (Place::Prolog, _) => return Err(self.tree.error("not a WordPress export: the root element is not <rss>")),
            (Place::Rss, Some("channel")) => self.place = Place::Channel,
            (Place::Tail, _) => return Err(self.tree.error("something follows </rss>")),
            (Place::Channel, Some(kind @ ("item" | "wp:author" | "wp:category" | "wp:tag" | "wp:term"))) => {
                self.check_version()?;
                let node = self.tree.read(kind)?;
                return Ok(Some(Entry::from_node(node)));
            }
            (Place::Channel, Some(field)) => {
                let node = self.tree.read(field)?;
                self.channel.take(&node);
            }
            (_, _) => self.tree.skip()?,
        }
        Ok(None)
    }

    /// Every version of WordPress writes `wp:wxr_version` before the first author, term or item.
    fn check_version(&self) -> Result<(), WxrError> {
        match self.channel.version.as_deref() {
            None => Err(self.tree.error("not a WordPress export: no <wp:wxr_version> before the first entry")),
            Some("1.0" | "1.1" | "1.2") => Ok(()),
            Some(other) => {
                Err(self.tree.error(format!("WXR version {other:.20} is not known; this program reads 1.0 to 1.2")))
            }
        }
    }
}
