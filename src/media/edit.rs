//! An image turned and cut by its editor, as a new file.

use std::f64::consts::FRAC_PI_2;

use bytes::Bytes;
use image::{DynamicImage, GenericImageView, Rgba, RgbaImage};

use super::{Media, MediaError, decode, decode::Decoded, encode, mime, pixels::Pixels};
use crate::content::MediaFile;

/// Changes to one image at once.
pub const MODIFIERS_MAX: usize = 20;
/// Turning by any angle needs the source as RGBA and the result beside it, at most twice as large.
const EDIT_MEMORY_FACTOR: u64 = 3;

/// One change. They apply in order, each to what the one before left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Modifier {
    /// Degrees clockwise. The image grows to hold its corners.
    Rotate(f64),
    /// The part to keep, in per cent of the image's sides.
    Crop { left: f64, top: f64, width: f64, height: f64 },
}

impl Media {
    /// The image, upright, with all of `modifiers` made, in the format of the original.
    ///
    /// # Errors
    /// `Refused` for what cannot be edited: other files, animations, an empty part. `Damaged`, `TooManyPixels`,
    /// `TooLarge` and `Object` as for image sizes.
    pub async fn edited(&self, file: &MediaFile, modifiers: Vec<Modifier>) -> Result<Bytes, MediaError> {
        if !mime::has_sizes(&file.mime_type) {
            return Err(MediaError::Refused(format!("images of the type {} cannot be edited", file.mime_type)));
        }
        let (mime_type, config) = (file.mime_type.clone(), self.shared.config.clone());
        let made = self.shared.with_original(file, EDIT_MEMORY_FACTOR, move |original| {
            edit(original, &mime_type, &modifiers, config.pixels_max, config.quality)
        });
        made.await?.map(Bytes::from)
    }
}

fn edit(
    original: &[u8],
    mime_type: &str,
    modifiers: &[Modifier],
    pixels_max: u64,
    quality: u8,
) -> Result<Vec<u8>, MediaError> {
    let (pixels, header) = match decode::decode(original, mime_type, pixels_max).map_err(MediaError::Damaged)? {
        Decoded::Still(pixels, header) => (pixels, header),
        Decoded::Animated => return Err(MediaError::Refused("animations cannot be edited".to_owned())),
    };
    let mut image = pixels.image;
    image.apply_orientation(header.orientation);
    for modifier in modifiers {
        image = match *modifier {
            Modifier::Rotate(degrees) => rotate(image, degrees, mime_type, pixels_max)?,
            Modifier::Crop { left, top, width, height } => crop(&image, [left, top, width, height])?,
        };
    }
    encode::encode(Pixels { image, icc: pixels.icc }, mime_type, quality).map_err(MediaError::Damaged)
}

/// `parts` are left, top, width and height in per cent. What lies outside the image is left out.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the image's side before")]
fn crop(image: &DynamicImage, parts: [f64; 4]) -> Result<DynamicImage, MediaError> {
    let (width, height) = image.dimensions();
    let span = |from: f64, length: f64, side: u32| {
        let pixels = |part: f64| (f64::from(side) * part / 100.0).round();
        let (start, end) = (pixels(from), pixels(from) + pixels(length));
        let inside = |at: f64| at.clamp(0.0, f64::from(side)) as u32;
        (inside(start), inside(end).saturating_sub(inside(start)))
    };
    let [left, top, part_width, part_height] = parts;
    let ((x, across), (y, down)) = (span(left, part_width, width), span(top, part_height, height));
    if across == 0 || down == 0 {
        return Err(MediaError::Refused("nothing is left of the image".to_owned()));
    }
    Ok(image.crop_imm(x, y, across, down))
}

fn rotate(image: DynamicImage, degrees: f64, mime: &str, pixels_max: u64) -> Result<DynamicImage, MediaError> {
    let degrees = degrees.rem_euclid(360.0);
    // Right angles lose nothing.
    for (angle, turned) in [(0.0, 0_u8), (90.0, 1), (180.0, 2), (270.0, 3)] {
        if (degrees - angle).abs() < 1e-6 {
            return Ok(match turned {
                1 => image.rotate90(),
                2 => image.rotate180(),
                3 => image.rotate270(),
                _ => image,
            });
        }
    }
    let opaque = mime == "image/jpeg";
    let turned = turn(&image.into_rgba8(), degrees / 90.0 * FRAC_PI_2, opaque, pixels_max)?;
    let turned = DynamicImage::ImageRgba8(turned);
    Ok(if opaque { DynamicImage::ImageRgb8(turned.into_rgb8()) } else { turned })
}

/// Turns by any angle, mixing the four nearest pixels. The corners that come in are white, or transparent where the
/// format can say so.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides of a turned image are positive and far below u32's; colours are mixed within 0 to 255"
)]
fn turn(source: &RgbaImage, radians: f64, opaque: bool, pixels_max: u64) -> Result<RgbaImage, MediaError> {
    let (width, height) = (f64::from(source.width()), f64::from(source.height()));
    let (sin, cos) = radians.sin_cos();
    let across = (width * cos.abs() + height * sin.abs()).ceil() as u32;
    let down = (width * sin.abs() + height * cos.abs()).ceil() as u32;
    if u64::from(across) * u64::from(down) > pixels_max {
        return Err(MediaError::TooManyPixels { width: across, height: down, pixels_max });
    }
    let ground = if opaque { Rgba([255; 4]) } else { Rgba([255, 255, 255, 0]) };
    let (middle_x, middle_y) = (f64::from(across) / 2.0, f64::from(down) / 2.0);
    let sample = |x: f64, y: f64| -> Rgba<u8> {
        let at = |x: f64, y: f64| {
            let inside = x >= 0.0 && y >= 0.0 && x < width && y < height;
            if inside { *source.get_pixel(x as u32, y as u32) } else { ground }
        };
        let (left, top) = (x.floor(), y.floor());
        let (right_share, low_share) = (x - left, y - top);
        let corners = [
            (at(left, top), (1.0 - right_share) * (1.0 - low_share)),
            (at(left + 1.0, top), right_share * (1.0 - low_share)),
            (at(left, top + 1.0), (1.0 - right_share) * low_share),
            (at(left + 1.0, top + 1.0), right_share * low_share),
        ];
        // Colours weigh as much as they are seen.
        let alpha: f64 = corners.iter().map(|(pixel, share)| f64::from(pixel.0[3]) * share).sum();
        if alpha < 0.5 {
            return ground;
        }
        let colour = |channel: usize| {
            let mixed = |(pixel, share): &(Rgba<u8>, f64)| {
                f64::from(pixel.0.get(channel).copied().unwrap_or(0)) * f64::from(pixel.0[3]) * share
            };
            (corners.iter().map(mixed).sum::<f64>() / alpha).round() as u8
        };
        Rgba([colour(0), colour(1), colour(2), alpha.round() as u8])
    };
    Ok(RgbaImage::from_fn(across, down, |x, y| {
        // Centres of pixels, turned back around the middle.
        let (x, y) = (f64::from(x) + 0.5 - middle_x, f64::from(y) + 0.5 - middle_y);
        sample(x * cos + y * sin + width / 2.0 - 0.5, y * cos - x * sin + height / 2.0 - 0.5)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> DynamicImage {
        DynamicImage::ImageRgba8(RgbaImage::from_fn(40, 20, |x, _| if x < 20 { RED } else { BLUE }))
    }

    const RED: Rgba<u8> = Rgba([200, 0, 0, 255]);
    const BLUE: Rgba<u8> = Rgba([0, 0, 200, 255]);

    #[test]
    fn parts_are_of_the_image_as_it_is() {
        let cut = crop(&picture(), [50.0, 25.0, 50.0, 50.0]).unwrap();
        assert_eq!((cut.dimensions(), cut.get_pixel(0, 0)), ((20, 10), BLUE));
        let beyond = crop(&picture(), [75.0, -50.0, 100.0, 100.0]).unwrap();
        assert_eq!(beyond.dimensions(), (10, 10));
        assert!(matches!(crop(&picture(), [10.0, 10.0, 0.0, 50.0]), Err(MediaError::Refused(_))));
        assert!(matches!(crop(&picture(), [100.0, 0.0, 10.0, 50.0]), Err(MediaError::Refused(_))));
    }

    #[test]
    fn turning_is_clockwise_and_keeps_the_corners() {
        let right = rotate(picture(), 90.0, "image/png", 10_000).unwrap();
        assert_eq!((right.dimensions(), right.get_pixel(10, 0)), ((20, 40), RED));
        let back = rotate(picture(), -90.0, "image/png", 10_000).unwrap();
        assert_eq!((back.dimensions(), back.get_pixel(10, 0)), ((20, 40), BLUE));
        let eighth = rotate(picture(), 45.0, "image/png", 10_000).unwrap();
        assert_eq!(eighth.dimensions(), (43, 43));
        assert_eq!(eighth.get_pixel(0, 0).0[3], 0, "what comes in is transparent");
        // The left end goes up and to the left, clockwise: the red half is above, the blue one below.
        assert_eq!((eighth.get_pixel(15, 12), eighth.get_pixel(28, 31)), (RED, BLUE));
        let photo = rotate(picture(), 45.0, "image/jpeg", 10_000).unwrap();
        assert_eq!(photo.get_pixel(0, 0), Rgba([255; 4]), "what comes in is white");
        assert!(matches!(rotate(picture(), 45.0, "image/png", 1000), Err(MediaError::TooManyPixels { .. })));
    }
}
