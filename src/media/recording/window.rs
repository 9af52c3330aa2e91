//! A file in memory or in the store, as something to read and seek in.

use std::{
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use bytes::Bytes;
use tokio::runtime::Handle;

use crate::store::Objects;

/// Asked of the store at a time.
const BLOCK_BYTES: u64 = 256 << 10;
/// Blocks asked for at most: a film says what it is at its beginning or its end.
const BLOCKS_MAX: u32 = 64;
/// Calls of `read` at most, each of up to some kilobytes: what goes on longer goes in circles.
const READS_MAX: u32 = 100_000;

pub(super) struct Window {
    place: Place,
    size_bytes: u64,
    at: u64,
    reads_left: u32,
}

enum Place {
    Held(Bytes),
    Stored { objects: Arc<dyn Objects>, key: String, runtime: Handle, block: (u64, Bytes), blocks_left: u32 },
}

impl Window {
    pub(super) fn held(bytes: Bytes) -> Self {
        Self { size_bytes: bytes.len() as u64, place: Place::Held(bytes), at: 0, reads_left: READS_MAX }
    }

    /// To be made on the runtime and read on a thread that may block.
    pub(super) fn stored(objects: Arc<dyn Objects>, key: String, size_bytes: u64) -> Self {
        let runtime = Handle::current();
        let place = Place::Stored { objects, key, runtime, block: (0, Bytes::new()), blocks_left: BLOCKS_MAX };
        Self { place, size_bytes, at: 0, reads_left: READS_MAX }
    }
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.size_bytes {
            return Ok(0);
        }
        self.reads_left = self.reads_left.checked_sub(1).ok_or_else(|| io::Error::other("too many reads"))?;
        let (start, bytes) = match &mut self.place {
            Place::Held(bytes) => (0, &*bytes),
            Place::Stored { objects, key, runtime, block, blocks_left } => {
                let start = self.at - self.at % BLOCK_BYTES;
                if block.1.is_empty() || block.0 != start {
                    *blocks_left = blocks_left.checked_sub(1).ok_or_else(|| io::Error::other("too many reads"))?;
                    let end = (start + BLOCK_BYTES).min(self.size_bytes);
                    let read = runtime.block_on(objects.get(key, Some(start..end)));
                    *block = (start, read.map_err(io::Error::other)?.body);
                }
                (block.0, &block.1)
            }
        };
        let from = usize::try_from(self.at - start).map_err(io::Error::other)?;
        let mut rest = bytes.get(from..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(offset) => self.size_bytes.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = at.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a seek before the beginning"))?;
        Ok(self.at)
    }
}
