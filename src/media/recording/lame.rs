//! What LAME and its like write into the first frame of an MP3.
//!
//! <http://gabriel.mp3-tech.org/mp3infotag.html>

use std::io::{Read, Seek, SeekFrom};

use memchr::memmem;

use crate::content::recording::Sound;

/// After the tag at the beginning: the header and side information of a frame, and junk before it.
const SEARCHED_BYTES: u64 = 16 << 10;
const NAME_BYTES: usize = 9;

pub(super) fn read<R: Read + Seek>(reader: &mut R, sound: &mut Sound) {
    "cbr".clone_into(&mut sound.bitrate_mode);
    let Some(head) = head(reader) else { return };
    let info = if let Some(at) = memmem::find(&head, b"Xing") {
        "vbr".clone_into(&mut sound.bitrate_mode);
        at
    } else if let Some(at) = memmem::find(&head, b"Info") {
        at
    } else {
        return;
    };
    let _ = encoder(head.get(info + 4..).unwrap_or_default(), sound);
}

/// The bytes after an ID3v2 tag.
fn head<R: Read + Seek>(reader: &mut R) -> Option<Vec<u8>> {
    let mut tag = [0; 10];
    reader.seek(SeekFrom::Start(0)).ok()?;
    reader.read_exact(&mut tag).ok()?;
    let start = match tag {
        [b'I', b'D', b'3', _, _, _, a, b, c, d] => {
            let size = [a, b, c, d].iter().fold(0_u64, |size, byte| (size << 7) | u64::from(byte & 0x7F));
            size + 10
        }
        _ => 0,
    };
    reader.seek(SeekFrom::Start(start)).ok()?;
    let mut head = Vec::new();
    reader.take(SEARCHED_BYTES).read_to_end(&mut head).ok()?;
    Some(head)
}

/// `fields`: what comes after `Xing` or `Info`.
fn encoder(fields: &[u8], sound: &mut Sound) -> Option<()> {
    let flags = *fields.get(3)?;
    let mut at = 4;
    for (flag, bytes) in [(1, 4), (2, 4), (4, 100)] {
        at += if flags & flag == 0 { 0 } else { bytes };
    }
    let mut quality = None;
    if flags & 8 != 0 {
        quality = fields.get(at + 3).copied();
        at += 4;
    }
    let name = fields.get(at..at + NAME_BYTES)?;
    let name: String = name.iter().map(|byte| char::from(*byte)).take_while(char::is_ascii_graphic).collect();
    if !name.starts_with("LAME") {
        sound.encoder = name;
        return None;
    }
    sound.codec = "LAME".to_owned();
    sound.encoder = name;
    let (method, bitrate) = (fields.get(at + 9)? & 0x0F, *fields.get(at + 20)?);
    sound.encoder_options = match (method, quality) {
        (2 | 9, _) => {
            sound.bitrate_mode = "abr".to_owned();
            format!("--abr {bitrate}")
        }
        (3..=6, Some(quality)) => format!("-V{}", 100_u8.saturating_sub(quality) / 10),
        _ => format!("-b{bitrate}"),
    };
    Some(())
}
