//! What an image's first bytes say of it, without decoding.

use std::io::Cursor;

use image::{
    ImageDecoder,
    codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};
use zune_jpeg::{JpegDecoder, zune_core::bytestream::ZCursor};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Of the stored pixels.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) orientation: Orientation,
}

impl Header {
    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Width and height after orientation.
    pub(super) fn upright(&self) -> (u32, u32) {
        if turns(self.orientation) { (self.height, self.width) } else { (self.width, self.height) }
    }
}

/// Whether the orientation exchanges width and height.
pub(super) fn turns(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// Reads the header of an image with sizes (see `mime::has_sizes`).
///
/// # Errors
/// In words, when `head` is no such image or ends too early.
pub(super) fn read(head: &[u8], mime: &str) -> Result<Header, String> {
    match mime {
        "image/jpeg" => {
            let mut decoder = JpegDecoder::new(ZCursor::new(head));
            decoder.decode_headers().map_err(|error| error.to_string())?;
            let (width, height) = decoder.dimensions().ok_or("no dimensions")?;
            let exif = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));
            let side = |side: usize| u32::try_from(side).map_err(|error| error.to_string());
            checked(side(width)?, side(height)?, exif)
        }
        "image/png" => of(PngDecoder::new(Cursor::new(head))),
        "image/gif" => of(GifDecoder::new(Cursor::new(head))),
        // Chromium and WordPress do not turn these, whatever their EXIF says: what is cut is what the writer saw.
        "image/webp" => of(WebPDecoder::new(Cursor::new(head)))
            .map(|header| Header { orientation: Orientation::NoTransforms, ..header }),
        other => Err(format!("no sizes are made of {other}")),
    }
}

fn of<D: ImageDecoder>(decoder: image::ImageResult<D>) -> Result<Header, String> {
    let mut decoder = decoder.map_err(|error| error.to_string())?;
    let (width, height) = decoder.dimensions();
    checked(width, height, decoder.orientation().ok())
}

fn checked(width: u32, height: u32, orientation: Option<Orientation>) -> Result<Header, String> {
    if width == 0 || height == 0 {
        return Err("no pixels".to_owned());
    }
    Ok(Header { width, height, orientation: orientation.unwrap_or(Orientation::NoTransforms) })
}
