//! MP4 and QuickTime: the headers of the film and of its tracks, by `mp4-atom`. Tables of samples are passed over.
//!
//! ISO/IEC 14496-12; <https://developer.apple.com/documentation/quicktime-file-format>

use std::io::{Read, Seek, SeekFrom};

use lofty::{
    config::{ParseOptions, ParsingMode},
    file::AudioFile,
    mp4::Mp4File,
    tag::Accessor,
};
use mp4_atom::{Atom, Audio, Decode, FourCC, Hdlr, Header, Mvhd, ReadFrom, Tkhd, Visual};

use super::channel_mode;
use crate::content::recording::{Picture, Recording, Sound};

/// Boxes of a file that are looked at: fragmented films have thousands, their header among the first.
const BOXES_MAX: usize = 200;
/// The header of many hours.
const MOOV_BYTES_MAX: u64 = 16 << 20;
const TRACKS_MAX: usize = 50;
/// Seconds from 1904, where QuickTime begins to count, to 1970.
const SECONDS_TO_1970: i64 = 2_082_844_800;

/// Whether a file begins as these do.
pub(super) fn is_one(magic: &[u8]) -> bool {
    matches!(magic.get(4..8), Some(b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip"))
}

pub(super) fn read<R: Read + Seek>(reader: &mut R) -> Option<Recording> {
    let (is_quicktime, moov) = top_level(reader)?;
    let (format, mime) = if is_quicktime { ("quicktime", "video/quicktime") } else { ("mp4", "video/mp4") };
    let mut recording =
        Recording { format: format.to_owned(), mime_type: mime.to_owned(), ..film(&moov).unwrap_or_default() };
    recording.tags = title(reader).map(|title| vec![("title".to_owned(), title)]).unwrap_or_default();
    Some(recording)
}

/// Whether the file is of QuickTime's own kind, and the content of `moov`.
fn top_level<R: Read + Seek>(reader: &mut R) -> Option<(bool, Vec<u8>)> {
    // without `ftyp` it is from before MP4
    let mut is_quicktime = true;
    for _ in 0..BOXES_MAX {
        let header = <Option<Header> as ReadFrom>::read_from(reader).ok()??;
        let body = reader.stream_position().ok()?;
        let size = header.size.map(|size| size as u64);
        match &<[u8; 4]>::from(header.kind) {
            b"ftyp" => {
                let mut brand = [0; 4];
                reader.read_exact(&mut brand).ok()?;
                is_quicktime = &brand == b"qt  ";
            }
            b"moov" => {
                let size = size.unwrap_or(MOOV_BYTES_MAX);
                if size > MOOV_BYTES_MAX {
                    return None;
                }
                let mut moov = Vec::new();
                reader.take(size).read_to_end(&mut moov).ok()?;
                return Some((is_quicktime, moov));
            }
            _ => {}
        }
        reader.seek(SeekFrom::Start(body.checked_add(size?)?)).ok()?;
    }
    None
}

/// The boxes in `body`; ends where they do not add up.
fn boxes(mut body: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let header = Header::decode(&mut body).ok()?;
        let (inner, rest) = body.split_at_checked(header.size.unwrap_or(body.len()))?;
        body = rest;
        Some((header.kind.into(), inner))
    })
}

fn find<'a>(body: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(body, |body, kind| boxes(body).find(|(found, _)| found == *kind).map(|(_, inner)| inner))
}

fn film(moov: &[u8]) -> Option<Recording> {
    let mvhd = Mvhd::decode_body(&mut find(moov, &[b"mvhd"])?).ok()?;
    let created = i64::try_from(mvhd.creation_time).ok()?.checked_sub(SECONDS_TO_1970);
    let mut recording = Recording {
        length_ms: mvhd.duration.checked_mul(1000)?.checked_div(u64::from(mvhd.timescale)),
        created_timestamp: created.filter(|created| *created > 0),
        ..Recording::default()
    };
    for (_, trak) in boxes(moov).filter(|(kind, _)| kind == b"trak").take(TRACKS_MAX) {
        let handler = find(trak, &[b"mdia", b"hdlr"]).and_then(|mut body| Hdlr::decode_body(&mut body).ok());
        let kind = handler.map(|handler| handler.handler);
        if kind == Some(FourCC::new(b"vide")) && recording.picture.is_none() {
            recording.picture = picture(trak);
        } else if kind == Some(FourCC::new(b"soun")) && recording.sound.is_none() {
            recording.sound = sound(trak);
        }
    }
    Some(recording)
}

/// Name of the codec and what the first sample description says.
fn description(trak: &[u8]) -> Option<([u8; 4], &[u8])> {
    // version, flags and number of entries come first
    let stsd = find(trak, &[b"mdia", b"minf", b"stbl", b"stsd"])?.get(8..)?;
    boxes(stsd).next()
}

fn picture(trak: &[u8]) -> Option<Picture> {
    let tkhd = Tkhd::decode_body(&mut find(trak, &[b"tkhd"])?).ok()?;
    let (name, body) = description(trak)?;
    let codec = match &name {
        b"avc1" | b"avc3" => "H.264/MPEG-4 AVC",
        b"hvc1" | b"hev1" => "HEVC",
        b"vp08" => "VP8",
        b"vp09" => "VP9",
        b"av01" => "AV1",
        b"mp4v" => "MPEG-4",
        b"jpeg" => "Photo - JPEG",
        _ => "",
    };
    let said = Visual::decode(&mut &*body).ok();
    let written = said.as_ref().map(|said| String::from(said.compressor.clone())).unwrap_or_default();
    let written: String = written.chars().filter(|letter| !letter.is_control()).collect();
    let shown = (u32::from(tkhd.width.integer()), u32::from(tkhd.height.integer()));
    let stored = said.map(|said| (u32::from(said.width), u32::from(said.height)));
    let (width, height) = Some(shown).filter(|(width, height)| *width > 0 && *height > 0).or(stored)?;
    Some(Picture {
        data_format: "quicktime".to_owned(),
        codec: if written.trim().is_empty() { codec.to_owned() } else { written.trim().to_owned() },
        width,
        height,
    })
}

fn sound(trak: &[u8]) -> Option<Sound> {
    let (name, body) = description(trak)?;
    let said = Audio::decode(&mut &*body).ok()?;
    let (data_format, codec, lossless) = match &name {
        b"mp4a" => ("mp4", "ISO/IEC 14496-3 AAC", false),
        b".mp3" => ("mp3", "MP3", false),
        b"alac" => ("alac", "Apple Lossless Audio Codec", true),
        b"Opus" => ("opus", "Opus", false),
        b"ac-3" => ("ac3", "AC-3", false),
        b"sowt" | b"twos" | b"lpcm" => ("pcm", "Pulse Code Modulation (PCM)", true),
        _ => ("", "", false),
    };
    let above_zero = |number: u16| Some(u32::from(number)).filter(|number| *number > 0);
    let channels = above_zero(said.channel_count);
    Some(Sound {
        data_format: data_format.to_owned(),
        codec: codec.to_owned(),
        channel_mode: channel_mode(channels),
        channels,
        sample_rate: above_zero(said.sample_rate.integer()),
        bits_per_sample: above_zero(said.sample_size),
        lossless,
        ..Sound::default()
    })
}

fn title<R: Read + Seek>(reader: &mut R) -> Option<String> {
    let mut options = ParseOptions::new();
    options.parsing_mode(ParsingMode::Relaxed).read_cover_art(false).read_properties(false);
    reader.seek(SeekFrom::Start(0)).ok()?;
    let file = Mp4File::read_from(reader, options).ok()?;
    file.ilst()?.title().map(String::from)
}
