//! Reads what cameras and agencies write into images: EXIF and, in JPEG, IPTC.
//!
//! Which tag becomes what follows WordPress, so that captions and credits arrive where editors know them; where both
//! say something, IPTC wins, because people wrote it.

use std::io::Cursor;

use exif::{Exif, In, Tag, Value};
use image::{
    ImageDecoder,
    codecs::{png::PngDecoder, webp::WebPDecoder},
};
use zune_jpeg::{JpegDecoder, zune_core::bytestream::ZCursor};

use super::iptc;
use crate::content::ImageMeta;

/// More is no description of a picture. JPEG segments end at 64 KiB by themselves.
const EXIF_BYTES_MAX: usize = 256 << 10;
/// Kept of a caption.
const CAPTION_CHARS_MAX: usize = 2000;
/// Kept of every other text.
const TEXT_CHARS_MAX: usize = 250;
const KEYWORDS_MAX: usize = 50;

/// What `head`, the first bytes of an image or all of it, says. Faults in the description are nobody's concern:
/// what cannot be read is not there.
pub(super) fn read(head: &[u8], mime: &str) -> Option<Box<ImageMeta>> {
    let (exif, iptc) = match mime {
        "image/jpeg" => {
            let mut decoder = JpegDecoder::new(ZCursor::new(head));
            decoder.decode_headers().ok()?;
            (decoder.exif().cloned(), decoder.iptc().cloned())
        }
        "image/png" => (PngDecoder::new(Cursor::new(head)).ok()?.exif_metadata().ok()?, None),
        "image/webp" => (WebPDecoder::new(Cursor::new(head)).ok()?.exif_metadata().ok()?, None),
        _ => (None, None),
    };
    let mut meta = ImageMeta::default();
    let exif = exif.filter(|exif| exif.len() <= EXIF_BYTES_MAX);
    if let Some(exif) = exif.and_then(|bytes| exif::Reader::new().read_raw(bytes).ok()) {
        from_exif(&exif, &mut meta);
    }
    if let Some(iptc) = iptc {
        iptc::read(&iptc, &mut meta);
    }
    bounded(meta).unless_empty()
}

fn from_exif(exif: &Exif, meta: &mut ImageMeta) {
    let text = |tag| exif.get_field(tag, In::PRIMARY).and_then(|field| text_of(&field.value)).unwrap_or_default();
    let number = |tag| exif.get_field(tag, In::PRIMARY).and_then(|field| number_of(&field.value)).unwrap_or_default();
    let description = text(Tag::ImageDescription);
    // A short description is a title, as in WordPress.
    if description.chars().count() < 80 {
        meta.title = description;
    } else {
        meta.caption = description;
    }
    meta.credit = text(Tag::Artist);
    meta.copyright = text(Tag::Copyright);
    meta.camera = text(Tag::Model);
    meta.aperture = number(Tag::FNumber);
    meta.focal_length = number(Tag::FocalLength);
    meta.shutter_speed = number(Tag::ExposureTime);
    let iso = exif.get_field(Tag::PhotographicSensitivity, In::PRIMARY).and_then(|field| field.value.get_uint(0));
    meta.iso = iso.map(|iso| iso.to_string()).unwrap_or_default();
    let taken = [Tag::DateTimeDigitized, Tag::DateTimeOriginal].into_iter().find_map(|tag| {
        let Value::Ascii(lines) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
        let taken = exif::DateTime::from_ascii(lines.first()?).ok()?;
        let number = |part: u8| i8::try_from(part).ok();
        let date = jiff::civil::Date::new(i16::try_from(taken.year).ok()?, number(taken.month)?, number(taken.day)?);
        let time = jiff::civil::Time::new(number(taken.hour)?, number(taken.minute)?, number(taken.second)?, 0);
        let at = jiff::civil::DateTime::from_parts(date.ok()?, time.ok()?);
        Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
    });
    meta.created_timestamp = taken;
}

fn text_of(value: &Value) -> Option<String> {
    let Value::Ascii(lines) = value else { return None };
    let words = lines.iter().map(|line| words(line)).filter(|line| !line.is_empty());
    Some(words.collect::<Vec<_>>().join("; "))
}

/// Bytes as text: UTF-8, or else what Western software wrote before it.
pub(super) fn words(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    let printable = text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'));
    printable.collect::<String>().trim().to_owned()
}

fn number_of(value: &Value) -> Option<String> {
    let number = match value {
        Value::Rational(list) => list.first()?.to_f64(),
        Value::Short(_) | Value::Long(_) => f64::from(value.get_uint(0)?),
        _ => return None,
    };
    if !number.is_finite() || number <= 0.0 {
        return None;
    }
    // As many digits as WordPress shows.
    format!("{number:.13e}").parse::<f64>().ok().map(|number| number.to_string())
}

fn bounded(mut meta: ImageMeta) -> ImageMeta {
    let cut = |text: &mut String, chars_max: usize| {
        if let Some((at, _)) = text.char_indices().nth(chars_max) {
            text.truncate(at);
        }
    };
    cut(&mut meta.caption, CAPTION_CHARS_MAX);
    for text in [&mut meta.title, &mut meta.credit, &mut meta.copyright, &mut meta.camera] {
        cut(text, TEXT_CHARS_MAX);
    }
    meta.keywords.truncate(KEYWORDS_MAX);
    meta.keywords.iter_mut().for_each(|keyword| cut(keyword, TEXT_CHARS_MAX));
    meta
}
