//! Files to pixels. Runs on threads that may block, and that survive a panicking decoder.

use std::io::Cursor;

use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageResult, Limits,
    codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder},
};
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use super::{
    header::{self, Header},
    pixels::Pixels,
};

/// A larger profile is no profile of a camera or a screen.
const ICC_BYTES_MAX: usize = 1 << 20;
/// Taken by a decoder beside its pixels.
const OVERHEAD_BYTES: u64 = 32 << 20;

#[derive(Debug)]
pub(super) enum Decoded {
    Still(Pixels, Header),
    /// More than one frame.
    Animated,
}

/// What decoding will take at most, in bytes, for admission; the pixel count was checked.
pub(super) fn memory_bytes(header: &Header, mime: &str) -> u64 {
    // JPEG: RGB, and for progressive files the coefficients of three planes, two bytes each; PNG: up to four
    // channels of 16 bits, and the copy in 8 bits; GIF and WebP: RGBA frames and a canvas
    let bytes_per_pixel = match mime {
        "image/jpeg" => 9,
        "image/png" => 12,
        _ => 8,
    };
    header.pixels() * bytes_per_pixel + OVERHEAD_BYTES
}

/// Decodes the first frame.
///
/// # Errors
/// What is wrong with the file; one that ends too early is an error, never half a picture.
pub(super) fn decode(bytes: &[u8], mime: &str, pixels_max: u64) -> Result<Decoded, String> {
    let header = header::read(bytes, mime)?;
    if header.pixels() > pixels_max {
        return Err(format!("{} × {} pixels", header.width, header.height));
    }
    let limit = memory_bytes(&header, mime);
    let pixels = match mime {
        "image/jpeg" => jpeg(bytes)?,
        "image/png" => {
            let decoder = PngDecoder::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
            if decoder.is_apng().unwrap_or(false) {
                return Ok(Decoded::Animated);
            }
            still(decoder, limit)?
        }
        "image/gif" => {
            let frames = GifDecoder::new(Cursor::new(bytes)).map_err(|error| error.to_string())?.into_frames();
            // a file cut off in its second frame still has a first one
            if frames.take(2).filter(ImageResult::is_ok).count() > 1 {
                return Ok(Decoded::Animated);
            }
            still(GifDecoder::new(Cursor::new(bytes)).map_err(|error| error.to_string())?, limit)?
        }
        "image/webp" => {
            let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
            if decoder.has_animation() {
                return Ok(Decoded::Animated);
            }
            still(decoder, limit)?
        }
        other => return Err(format!("no sizes are made of {other}")),
    };
    Ok(Decoded::Still(pixels, header))
}

fn still(mut decoder: impl ImageDecoder, memory_bytes: u64) -> Result<Pixels, String> {
    let words = |error: image::ImageError| error.to_string();
    let mut limits = Limits::default();
    limits.max_alloc = Some(memory_bytes);
    decoder.set_limits(limits).map_err(words)?;
    let icc = decoder.icc_profile().ok().flatten();
    let image = DynamicImage::from_decoder(decoder).map_err(words)?;
    Ok(Pixels { image: eight_bits(image), icc: icc.filter(|icc| icc.len() <= ICC_BYTES_MAX) })
}

fn eight_bits(image: DynamicImage) -> DynamicImage {
    use DynamicImage as D;
    match image {
        D::ImageLuma8(_) | D::ImageLumaA8(_) | D::ImageRgb8(_) | D::ImageRgba8(_) => image,
        D::ImageLuma16(_) => D::ImageLuma8(image.into_luma8()),
        D::ImageLumaA16(_) => D::ImageLumaA8(image.into_luma_alpha8()),
        D::ImageRgb16(_) | D::ImageRgb32F(_) => D::ImageRgb8(image.into_rgb8()),
        other => D::ImageRgba8(other.into_rgba8()),
    }
}

fn jpeg(bytes: &[u8]) -> Result<Pixels, String> {
    let mut decoder = JpegDecoder::new(ZCursor::new(bytes));
    decoder.decode_headers().map_err(|error| error.to_string())?;
    let stored = decoder.input_colorspace();
    let grey = stored == Some(ColorSpace::Luma);
    let inks = matches!(stored, Some(ColorSpace::CMYK | ColorSpace::YCCK));
    let wanted = if grey { ColorSpace::Luma } else { ColorSpace::RGB };
    let (width, height) = decoder.dimensions().ok_or("no dimensions")?;
    let options = DecoderOptions::default().set_max_width(width).set_max_height(height);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options.jpeg_set_out_colorspace(wanted));
    // without this the missing end of a file would be filled with grey
    decoder.set_incremental_mode(true);
    let pixels = decoder.decode().map_err(|error| error.to_string())?;
    // a profile of printing inks says nothing of the RGB that came out
    let icc = decoder.icc_profile().filter(|icc| !inks && icc.len() <= ICC_BYTES_MAX);
    let side = |side: usize| u32::try_from(side).map_err(|error| error.to_string());
    let (width, height) = (side(width)?, side(height)?);
    let image = if grey {
        image::ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8)
    } else {
        image::ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
    };
    Ok(Pixels { image: image.ok_or("rows are missing")?, icc })
}
