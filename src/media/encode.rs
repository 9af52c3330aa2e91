//! Pixels to files, in the format of the original.

use image::{
    DynamicImage, ExtendedColorType, ImageEncoder,
    codecs::{
        gif::GifEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
};
use jpeg_encoder::{ColorType, Encoder};

use super::pixels::Pixels;

/// Changes whenever other bytes come out for the same pixels: part of the keys.
pub(super) const VERSION: u32 = 1;

/// `quality` (1–100) counts for JPEG and WebP.
pub(super) fn encode(pixels: Pixels, mime: &str, quality: u8) -> Result<Vec<u8>, String> {
    match mime {
        "image/jpeg" => jpeg(&pixels, quality),
        "image/png" => png(pixels),
        "image/gif" => gif(&pixels),
        "image/webp" => webp(pixels, quality),
        other => Err(format!("cannot write {other}")),
    }
}

/// Baseline with the standard tables: this encoder's progressive files are larger, and with tables of their own
/// its baseline files become non-interleaved, which some decoders get wrong.
fn jpeg(pixels: &Pixels, quality: u8) -> Result<Vec<u8>, String> {
    let image = &pixels.image;
    let side = |side: u32| u16::try_from(side).map_err(|error| error.to_string());
    let (width, height) = (side(image.width())?, side(image.height())?);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, quality);
    if let Some(icc) = &pixels.icc {
        encoder.add_icc_profile(icc).map_err(|error| error.to_string())?;
    }
    let result = match image {
        DynamicImage::ImageLuma8(grey) => encoder.encode(grey, width, height, ColorType::Luma),
        DynamicImage::ImageRgb8(rgb) => encoder.encode(rgb, width, height, ColorType::Rgb),
        other => encoder.encode(&other.to_rgb8(), width, height, ColorType::Rgb),
    };
    result.map_err(|error| error.to_string())?;
    Ok(file)
}

fn png(pixels: Pixels) -> Result<Vec<u8>, String> {
    let image = pixels.image;
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Default, FilterType::Adaptive);
    if let Some(icc) = pixels.icc {
        encoder.set_icc_profile(icc).map_err(|error| error.to_string())?;
    }
    let color = ExtendedColorType::from(image.color());
    encoder.write_image(image.as_bytes(), image.width(), image.height(), color).map_err(|error| error.to_string())?;
    Ok(file)
}

fn gif(pixels: &Pixels) -> Result<Vec<u8>, String> {
    let image = pixels.image.to_rgba8();
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut file, 10);
    encoder
        .encode(&image, image.width(), image.height(), ExtendedColorType::Rgba8)
        .map_err(|error| error.to_string())?;
    drop(encoder);
    Ok(file)
}

fn webp(pixels: Pixels, quality: u8) -> Result<Vec<u8>, String> {
    let (width, height) = (pixels.image.width(), pixels.image.height());
    let has_alpha = pixels.image.color().has_alpha();
    let file = if has_alpha {
        let rgba = pixels.image.into_rgba8();
        webp::Encoder::from_rgba(&rgba, width, height).encode_simple(false, f32::from(quality))
    } else {
        let rgb = pixels.image.into_rgb8();
        webp::Encoder::from_rgb(&rgb, width, height).encode_simple(false, f32::from(quality))
    };
    let file = file.map_err(|error| format!("{error:?}"))?;
    match pixels.icc {
        Some(icc) => with_profile(&file, &icc, width, height, has_alpha),
        None => Ok(file.to_vec()),
    }
}

/// Puts a colour profile into a WebP file as libwebp writes it, which has no place for one: an extended header
/// and the profile go before the image.
///
/// <https://developers.google.com/speed/webp/docs/riff_container#extended_file_format>
fn with_profile(file: &[u8], icc: &[u8], width: u32, height: u32, has_alpha: bool) -> Result<Vec<u8>, String> {
    const RIFF_BYTES: usize = 12;
    let mut chunks = file.get(RIFF_BYTES..).ok_or("a WebP file without a header")?;
    if chunks.starts_with(b"VP8X") {
        // libwebp wrote an extended header for the alpha plane: ours replaces it
        chunks = chunks.get(18..).ok_or("a WebP file that ends in its header")?;
    }
    let minus_one = |side: u32| side.saturating_sub(1).to_le_bytes();
    let mut extended = vec![0x20 | if has_alpha { 0x10 } else { 0 }, 0, 0, 0];
    extended.extend_from_slice(&minus_one(width)[..3]);
    extended.extend_from_slice(&minus_one(height)[..3]);
    let mut body = b"WEBP".to_vec();
    for (name, content) in [(b"VP8X", extended.as_slice()), (b"ICCP", icc)] {
        body.extend_from_slice(name);
        body.extend_from_slice(&u32::try_from(content.len()).map_err(|error| error.to_string())?.to_le_bytes());
        body.extend_from_slice(content);
        if !content.len().is_multiple_of(2) {
            body.push(0);
        }
    }
    body.extend_from_slice(chunks);
    let mut whole = b"RIFF".to_vec();
    whole.extend_from_slice(&u32::try_from(body.len()).map_err(|error| error.to_string())?.to_le_bytes());
    whole.extend_from_slice(&body);
    Ok(whole)
}
