//! What audio and video files say of themselves: play time, formats, tags. Nothing is decoded.
//!
//! Files are foreign and readers of formats have faults, so they run on a thread where a panic is one file without
//! particulars, and see a file only through a window that ends after some reads.

mod lame;
mod matroska;
mod mp4;
mod sound;
#[cfg(test)]
mod tests;
mod window;

use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;

use self::window::Window;
use super::Inner;
use crate::content::Recording;

/// First bytes that decide who reads.
const MAGIC_BYTES: usize = 12;
/// Kept of a tag.
const TAG_CHARS_MAX: usize = 250;
/// More than this is a fault of the file: two years.
const LENGTH_MS_MAX: u64 = 2 * 366 * 86_400_000;

/// Where a file's bytes are.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Held(Bytes),
    Stored { key: String, size_bytes: u64 },
}

pub(super) fn is_recording(mime_type: &str) -> bool {
    mime_type.starts_with("audio/") || mime_type.starts_with("video/")
}

impl Inner {
    /// What the audio or video file in `source` says. Faults in it are nobody's concern: what cannot be read is not
    /// there.
    pub(super) async fn recording(&self, mime_type: &str, source: Source) -> Option<Box<Recording>> {
        let _worker = self.workers.acquire().await.ok()?;
        let is_video = mime_type.starts_with("video/");
        let window = match source {
            Source::Held(bytes) => Window::held(bytes),
            Source::Stored { key, size_bytes } => Window::stored(self.objects.clone(), key, size_bytes),
        };
        let work = move || read(&mut io::BufReader::new(window), is_video);
        tokio::task::spawn_blocking(work).await.ok().flatten().map(Box::new)
    }
}

fn read<R: Read + Seek>(reader: &mut R, is_video: bool) -> Option<Recording> {
    let mut magic = [0; MAGIC_BYTES];
    reader.read_exact(&mut magic).ok()?;
    reader.seek(SeekFrom::Start(0)).ok()?;
    let read = match magic {
        [0x1A, 0x45, 0xDF, 0xA3, ..] => matroska::read(reader),
        _ if is_video && mp4::is_one(&magic) => mp4::read(reader),
        _ => sound::read(reader),
    };
    read.map(bounded)
}

fn bounded(mut recording: Recording) -> Recording {
    recording.length_ms = recording.length_ms.filter(|length| (1..=LENGTH_MS_MAX).contains(length));
    for (_, text) in &mut recording.tags {
        text.retain(|letter| !letter.is_control());
        if let Some((at, _)) = text.char_indices().nth(TAG_CHARS_MAX) {
            text.truncate(at);
        }
    }
    recording.tags.retain(|(_, text)| !text.trim().is_empty());
    recording
}

fn channel_mode(channels: Option<u32>) -> String {
    match channels {
        Some(1) => "mono",
        Some(2) => "stereo",
        _ => "",
    }
    .to_owned()
}
