//! Matroska and WebM: the headers of the segment and of its tracks, which come first.
//!
//! Ours, because the crates there are make room for as many bytes as a file claims to have.
//! <https://www.rfc-editor.org/rfc/rfc9559.html>, <https://www.rfc-editor.org/rfc/rfc8794.html>

use std::io::Read;

use super::channel_mode;
use crate::content::recording::{Picture, Recording, Sound};

/// Headers begin here, before the first cluster of pictures and sound.
const HEAD_BYTES: u64 = 1 << 20;
/// From 2001, where these dates begin to count, to 1970.
const SECONDS_TO_1970: i64 = 978_307_200;

mod id {
    pub(super) const EBML: u64 = 0x1A45_DFA3;
    pub(super) const DOC_TYPE: u64 = 0x4282;
    pub(super) const SEGMENT: u64 = 0x1853_8067;
    pub(super) const INFO: u64 = 0x1549_A966;
    pub(super) const TIMESTAMP_SCALE: u64 = 0x2A_D7B1;
    pub(super) const DURATION: u64 = 0x4489;
    pub(super) const DATE: u64 = 0x4461;
    pub(super) const TITLE: u64 = 0x7BA9;
    pub(super) const TRACKS: u64 = 0x1654_AE6B;
    pub(super) const TRACK: u64 = 0xAE;
    pub(super) const TRACK_TYPE: u64 = 0x83;
    pub(super) const CODEC: u64 = 0x86;
    pub(super) const VIDEO: u64 = 0xE0;
    pub(super) const WIDTH: u64 = 0xB0;
    pub(super) const HEIGHT: u64 = 0xBA;
    pub(super) const AUDIO: u64 = 0xE1;
    pub(super) const SAMPLE_RATE: u64 = 0xB5;
    pub(super) const CHANNELS: u64 = 0x9F;
    pub(super) const BIT_DEPTH: u64 = 0x6264;
}

pub(super) fn read<R: Read>(reader: &mut R) -> Option<Recording> {
    let mut head = Vec::new();
    reader.take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    let doc_type = find(&head, id::EBML).and_then(|ebml| find(ebml, id::DOC_TYPE)).map(text)?;
    let segment = find(&head, id::SEGMENT)?;
    let tracks = find(segment, id::TRACKS).unwrap_or_default();
    let track = |kind: u64| {
        let is_kind = |track: &&[u8]| number(track, id::TRACK_TYPE) == Some(kind);
        elements(tracks).filter(|(id, _)| *id == id::TRACK).map(|(_, track)| track).find(is_kind)
    };
    let (picture, sound) = (track(1).and_then(picture), track(2).map(sound));
    let info = find(segment, id::INFO).unwrap_or_default();
    let scale = number(info, id::TIMESTAMP_SCALE).unwrap_or(1_000_000) as f64;
    let length = find(info, id::DURATION).and_then(float).map(|ticks| ticks * scale / 1e6);
    let date = find(info, id::DATE).and_then(|bytes| Some(i64::from_be_bytes(bytes.try_into().ok()?)));
    let title = find(info, id::TITLE).map(|title| ("title".to_owned(), text(title)));
    let is_webm = doc_type == "webm";
    let kind = if picture.is_some() { "video" } else { "audio" };
    Some(Recording {
        format: if is_webm { "webm" } else { "matroska" }.to_owned(),
        mime_type: format!("{kind}/{}", if is_webm { "webm" } else { "x-matroska" }),
        // whole milliseconds, and never less than none
        length_ms: length.map(|length| length.round() as u64),
        created_timestamp: date.and_then(|nanoseconds| (nanoseconds / 1_000_000_000).checked_add(SECONDS_TO_1970)),
        picture,
        sound,
        tags: title.into_iter().collect(),
    })
}

fn picture(track: &[u8]) -> Option<Picture> {
    let video = find(track, id::VIDEO)?;
    let side = |id| number(video, id).and_then(|pixels| u32::try_from(pixels).ok()).filter(|pixels| *pixels > 0);
    let (width, height) = side(id::WIDTH).zip(side(id::HEIGHT))?;
    let codec = codec(track);
    Some(Picture { data_format: codec.clone(), codec: codec.to_uppercase(), width, height })
}

fn sound(track: &[u8]) -> Sound {
    let audio = find(track, id::AUDIO).unwrap_or_default();
    let said = |id| number(audio, id).and_then(|number| u32::try_from(number).ok());
    let channels = said(id::CHANNELS).or(Some(1));
    let codec = codec(track);
    Sound {
        lossless: matches!(codec.as_str(), "flac" | "alac" | "pcm/int/lit" | "pcm/int/big"),
        data_format: codec.clone(),
        codec: codec.to_uppercase(),
        channel_mode: channel_mode(channels),
        channels,
        sample_rate: find(audio, id::SAMPLE_RATE).and_then(float).map(|hertz| hertz.round() as u32),
        bits_per_sample: said(id::BIT_DEPTH),
        ..Sound::default()
    }
}

/// `V_VP9` as `vp9`.
fn codec(track: &[u8]) -> String {
    let id = find(track, id::CODEC).map(text).unwrap_or_default().to_lowercase();
    match id.as_str() {
        "v_mpeg4/iso/avc" => "h264".to_owned(),
        "v_mpegh/iso/hevc" => "h265".to_owned(),
        _ => id.split_once('_').map(|(_, name)| name.to_owned()).unwrap_or(id),
    }
}

/// The elements in `body`; ends where they do not add up. One that says more than there is has the rest.
fn elements(mut body: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    std::iter::from_fn(move || {
        let (id, _) = variable(&mut body, false)?;
        let (size, is_unknown) = variable(&mut body, true)?;
        let size = if is_unknown { body.len() } else { usize::try_from(size).ok()?.min(body.len()) };
        let (inner, rest) = body.split_at_checked(size)?;
        body = rest;
        Some((id, inner))
    })
}

/// A number of variable length, its marker taken off; `true` where all its bits are set.
fn variable(body: &mut &[u8], unmark: bool) -> Option<(u64, bool)> {
    let first = *body.first()?;
    let bytes = first.leading_zeros() as usize + 1;
    let (number, rest) = body.split_at_checked(bytes)?;
    if bytes > 8 {
        return None;
    }
    *body = rest;
    let number = number.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    let marker = 1_u64 << (7 * bytes);
    let plain = number & (marker - 1);
    Some((if unmark { plain } else { number }, plain == marker - 1))
}

fn find(body: &[u8], wanted: u64) -> Option<&[u8]> {
    elements(body).find(|(id, _)| *id == wanted).map(|(_, inner)| inner)
}

fn number(body: &[u8], id: u64) -> Option<u64> {
    let bytes = find(body, id).filter(|bytes| bytes.len() <= 8)?;
    Some(bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

fn float(bytes: &[u8]) -> Option<f64> {
    let number = match bytes.len() {
        4 => f64::from(f32::from_be_bytes(bytes.try_into().ok()?)),
        8 => f64::from_be_bytes(bytes.try_into().ok()?),
        _ => return None,
    };
    number.is_finite().then_some(number)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned()
}
