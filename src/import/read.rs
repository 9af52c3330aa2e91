//! Files as a stream of chunks of entries, parsed on a thread of its own.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use tokio::sync::mpsc;

use super::{
    ImportError,
    wxr::{Channel, Entry, ReadOptions, Repairs, WxrReader},
};

/// Entries per chunk, and how much text ends one early.
const CHUNK_ENTRIES: usize = 64;
const CHUNK_BYTES: usize = 1 << 20;
/// Chunks parsed ahead.
const CHUNKS_AHEAD: usize = 4;
const READ_BYTES: usize = 256 << 10;

/// Some entries of a file, in order.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub entries: Vec<Entry>,
    /// Bytes of the file read so far.
    pub bytes_read: u64,
    /// Only on the last chunk of a file.
    pub end: Option<(Channel, Repairs)>,
    /// What the file said of its site by the time of this chunk.
    pub channel: Option<Channel>,
}

/// Parses `path` in the background. The first chunk with entries carries the channel; dropping the receiver
/// ends the thread.
pub(super) fn chunks(path: &Path, options: &ReadOptions) -> mpsc::Receiver<Result<Chunk, ImportError>> {
    let (sender, receiver) = mpsc::channel(CHUNKS_AHEAD);
    let path = path.to_owned();
    let options = options.clone();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = parse(&path, &options, &sender) {
            // Nobody listens any more: then nobody needs the error.
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}

fn parse(
    path: &PathBuf,
    options: &ReadOptions,
    sender: &mpsc::Sender<Result<Chunk, ImportError>>,
) -> Result<(), ImportError> {
    let file = File::open(path).map_err(|error| ImportError::Open { path: path.clone(), reason: error.to_string() })?;
    let malformed = |error| ImportError::Malformed { path: path.clone(), error };
    let mut reader = WxrReader::new(BufReader::with_capacity(READ_BYTES, file), options).map_err(malformed)?;
    let mut chunk = Chunk::default();
    let mut bytes = 0;
    let mut first = true;
    while let Some(entry) = reader.next_entry().map_err(malformed)? {
        bytes += weight(&entry);
        chunk.entries.push(entry);
        if chunk.entries.len() >= CHUNK_ENTRIES || bytes >= CHUNK_BYTES {
            chunk.bytes_read = reader.bytes_read();
            chunk.channel = first.then(|| reader.channel().clone());
            first = false;
            bytes = 0;
            if sender.blocking_send(Ok(std::mem::take(&mut chunk))).is_err() {
                return Ok(());
            }
        }
    }
    chunk.bytes_read = reader.bytes_read();
    chunk.channel = first.then(|| reader.channel().clone());
    chunk.end = Some((reader.channel().clone(), reader.repairs().clone()));
    let _ = sender.blocking_send(Ok(chunk));
    Ok(())
}

/// Roughly the memory an entry takes.
fn weight(entry: &Entry) -> usize {
    match entry {
        Entry::Author(_) | Entry::Term(_) => 500,
        Entry::Item(item) => {
            let meta: usize = item.meta.iter().map(|meta| meta.value.len() + 64).sum();
            let comments: usize = item.comments.iter().map(|comment| comment.content.len() + 500).sum();
            1000 + item.content.len() + item.excerpt.len() + meta + comments
        }
    }
}
