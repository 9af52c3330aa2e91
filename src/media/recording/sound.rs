//! Audio files, by `lofty`.

use std::io::{Read, Seek, SeekFrom};

use lofty::{
    config::{ParseOptions, ParsingMode},
    file::{AudioFile, FileType, TaggedFile, TaggedFileExt},
    mp4::{Mp4Codec, Mp4File},
    mpeg::{ChannelMode, MpegFile},
    probe::Probe,
    properties::FileProperties,
    tag::{ItemKey, Tag},
};

use super::{channel_mode, lame};
use crate::content::recording::{Recording, Sound};

/// Junk before the first frame of an MP3.
const JUNK_BYTES_MAX: usize = 64 << 10;

/// WordPress's name of each tag. It reads them from MP3 only; the others' are as welcome.
const TAGS: [(&str, &[ItemKey]); 10] = [
    ("title", &[ItemKey::TrackTitle]),
    ("artist", &[ItemKey::TrackArtist]),
    ("album", &[ItemKey::AlbumTitle]),
    ("year", &[ItemKey::Year, ItemKey::RecordingDate]),
    ("genre", &[ItemKey::Genre]),
    ("band", &[ItemKey::AlbumArtist]),
    ("composer", &[ItemKey::Composer]),
    ("publisher", &[ItemKey::Publisher, ItemKey::Label]),
    ("copyright_message", &[ItemKey::CopyrightMessage]),
    ("comment", &[ItemKey::Comment]),
];

fn options() -> ParseOptions {
    let mut options = ParseOptions::new();
    options.parsing_mode(ParsingMode::Relaxed).read_cover_art(false).max_junk_bytes(JUNK_BYTES_MAX);
    options
}

/// `None` for what is no audio file, or one that `lofty` does not know.
pub(super) fn read<R: Read + Seek>(reader: &mut R) -> Option<Recording> {
    let file_type = Probe::new(&mut *reader).options(options()).guess_file_type().ok()?.file_type()?;
    reader.seek(SeekFrom::Start(0)).ok()?;
    match file_type {
        FileType::Mpeg => mpeg(reader),
        FileType::Mp4 => mp4(reader),
        other => {
            let file = Probe::with_file_type(&mut *reader, other).options(options()).read().ok()?;
            let (format, data_format, mime_type, codec, lossless) = facts(other)?;
            let sound =
                Sound { data_format: data_format.to_owned(), codec: codec.to_owned(), lossless, ..Sound::default() };
            Some(recording(&file, format, mime_type, sound))
        }
    }
}

/// Container, data format, type, codec, and whether it is lossless.
fn facts(file_type: FileType) -> Option<(&'static str, &'static str, &'static str, &'static str, bool)> {
    Some(match file_type {
        FileType::Aac => ("aac", "aac", "audio/aac", "AAC", false),
        FileType::Aiff => ("aiff", "aiff", "audio/x-aiff", "", true),
        FileType::Ape => ("mac", "mac", "application/octet-stream", "", true),
        FileType::Flac => ("flac", "flac", "audio/flac", "", true),
        FileType::Mpc => ("mpc", "mpc", "audio/x-musepack", "", false),
        FileType::Opus => ("ogg", "opus", "audio/ogg", "", false),
        FileType::Vorbis => ("ogg", "vorbis", "audio/ogg", "", false),
        FileType::Speex => ("ogg", "speex", "audio/ogg", "", false),
        FileType::Wav => ("wav", "wav", "audio/wav", "Pulse Code Modulation (PCM)", true),
        FileType::WavPack => ("wavpack", "wavpack", "audio/x-wavpack", "", true),
        _ => return None,
    })
}

fn mpeg<R: Read + Seek>(reader: &mut R) -> Option<Recording> {
    let file = MpegFile::read_from(reader, options()).ok()?;
    let mode = match file.properties().channel_mode() {
        ChannelMode::Stereo => "stereo",
        ChannelMode::JointStereo => "joint stereo",
        ChannelMode::DualChannel => "dual channel",
        ChannelMode::SingleChannel => "mono",
    };
    let mut sound = Sound { data_format: "mp3".to_owned(), channel_mode: mode.to_owned(), ..Sound::default() };
    lame::read(reader, &mut sound);
    Some(recording(&TaggedFile::from(file), "mp3", "audio/mpeg", sound))
}

fn mp4<R: Read + Seek>(reader: &mut R) -> Option<Recording> {
    let file = Mp4File::read_from(reader, options()).ok()?;
    let (codec, lossless) = match file.properties().codec() {
        Mp4Codec::AAC => ("ISO/IEC 14496-3 AAC", false),
        Mp4Codec::ALAC => ("Apple Lossless Audio Codec", true),
        Mp4Codec::FLAC => ("Free Lossless Audio Codec", true),
        Mp4Codec::MP3 => ("MP3", false),
        _ => ("", false),
    };
    let sound = Sound { data_format: "mp4".to_owned(), codec: codec.to_owned(), lossless, ..Sound::default() };
    Some(recording(&TaggedFile::from(file), "mp4", "audio/mp4", sound))
}

/// `sound` with what all formats have.
fn recording(file: &TaggedFile, format: &str, mime_type: &str, mut sound: Sound) -> Recording {
    let properties: &FileProperties = file.properties();
    let above_zero = |number: Option<u32>| number.filter(|number| *number > 0);
    sound.bitrate = above_zero(properties.audio_bitrate().or(properties.overall_bitrate()));
    sound.bitrate = sound.bitrate.and_then(|kilobits| kilobits.checked_mul(1000));
    sound.sample_rate = above_zero(properties.sample_rate());
    sound.channels = above_zero(properties.channels().map(u32::from));
    if sound.lossless {
        sound.bits_per_sample = above_zero(properties.bit_depth().map(u32::from));
    }
    if sound.channel_mode.is_empty() {
        sound.channel_mode = channel_mode(sound.channels);
    }
    Recording {
        format: format.to_owned(),
        mime_type: mime_type.to_owned(),
        length_ms: u64::try_from(properties.duration().as_millis()).ok(),
        sound: Some(sound),
        tags: file.primary_tag().or_else(|| file.first_tag()).map(tags).unwrap_or_default(),
        ..Recording::default()
    }
}

fn tags(tag: &Tag) -> Vec<(String, String)> {
    let text = |keys: &[ItemKey]| keys.iter().find_map(|key| tag.get_string(*key)).map(str::to_owned);
    let mut tags: Vec<_> = TAGS.iter().filter_map(|(name, keys)| Some(((*name).to_owned(), text(keys)?))).collect();
    let (number, total) = (tag.get_string(ItemKey::TrackNumber), tag.get_string(ItemKey::TrackTotal));
    if let Some(number) = number {
        let of = total.map(|total| format!("{number}/{total}"));
        tags.push(("track_number".to_owned(), of.unwrap_or_else(|| number.to_owned())));
    }
    tags
}
