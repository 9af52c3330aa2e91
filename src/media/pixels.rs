//! Decoded images: resizing, cutting and turning.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::{DynamicImage, metadata::Orientation};

use super::{dimensions::Resize, header::turns};

/// Eight bits for each channel, rows without padding.
#[derive(Debug)]
pub(super) struct Pixels {
    pub(super) image: DynamicImage,
    /// The colour space, where the file says it is not sRGB or says so at all.
    pub(super) icc: Option<Vec<u8>>,
}

impl Pixels {
    /// Cuts, scales and turns upright. `resize` is in terms of the upright image.
    ///
    /// Works in the image's own gamma, as WordPress's editors do; alpha is multiplied in first, so that the colour
    /// of transparent pixels does not bleed. The small result is turned, not the large source.
    pub(super) fn upright(self, resize: &Resize, orientation: Orientation) -> Result<Self, String> {
        let source = &self.image;
        let cut = stored_cut(resize, orientation, source.width(), source.height());
        let (width, height) =
            if turns(orientation) { (resize.height, resize.width) } else { (resize.width, resize.height) };
        let pixel_type = match source {
            DynamicImage::ImageLuma8(_) => PixelType::U8,
            DynamicImage::ImageLumaA8(_) => PixelType::U8x2,
            DynamicImage::ImageRgb8(_) => PixelType::U8x3,
            DynamicImage::ImageRgba8(_) => PixelType::U8x4,
            other => return Err(format!("pixels of type {:?}", other.color())),
        };
        let from = ImageRef::new(source.width(), source.height(), source.as_bytes(), pixel_type);
        let from = from.map_err(|error| error.to_string())?;
        let mut to = Image::new(width, height, pixel_type);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).crop(
            f64::from(cut.left),
            f64::from(cut.top),
            f64::from(cut.source_width),
            f64::from(cut.source_height),
        );
        Resizer::new().resize(&from, &mut to, &options).map_err(|error| error.to_string())?;
        let mut image = with_bytes(source, width, height, to.into_vec()).ok_or("a row is missing")?;
        image.apply_orientation(orientation);
        Ok(Self { image, icc: self.icc })
    }
}

/// An image of the same kind as `like`.
fn with_bytes(like: &DynamicImage, width: u32, height: u32, bytes: Vec<u8>) -> Option<DynamicImage> {
    use image::ImageBuffer;
    Some(match like {
        DynamicImage::ImageLuma8(_) => DynamicImage::ImageLuma8(ImageBuffer::from_raw(width, height, bytes)?),
        DynamicImage::ImageLumaA8(_) => DynamicImage::ImageLumaA8(ImageBuffer::from_raw(width, height, bytes)?),
        DynamicImage::ImageRgb8(_) => DynamicImage::ImageRgb8(ImageBuffer::from_raw(width, height, bytes)?),
        _ => DynamicImage::ImageRgba8(ImageBuffer::from_raw(width, height, bytes)?),
    })
}

/// The part that is used, in terms of the stored image of `width` × `height` pixels.
fn stored_cut(upright: &Resize, orientation: Orientation, width: u32, height: u32) -> Resize {
    let Resize { left, top, source_width, source_height, .. } = *upright;
    // seen from the right or bottom edge
    let from_right = |at: u32, length: u32| width.saturating_sub(at + length);
    let from_bottom = |at: u32, length: u32| height.saturating_sub(at + length);
    let (left, top) = match orientation {
        Orientation::NoTransforms => (left, top),
        Orientation::FlipHorizontal => (from_right(left, source_width), top),
        Orientation::Rotate180 => (from_right(left, source_width), from_bottom(top, source_height)),
        Orientation::FlipVertical => (left, from_bottom(top, source_height)),
        Orientation::Rotate90FlipH => (top, left),
        Orientation::Rotate90 => (top, from_bottom(left, source_width)),
        Orientation::Rotate270FlipH => (from_right(top, source_height), from_bottom(left, source_width)),
        Orientation::Rotate270 => (from_right(top, source_height), left),
    };
    let (source_width, source_height) =
        if turns(orientation) { (source_height, source_width) } else { (source_width, source_height) };
    Resize { left, top, source_width, source_height, ..*upright }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;
    use crate::media::dimensions::{Crop, resize};

    /// Turning first and cutting then is the slow way to the same pixels.
    #[test]
    fn cutting_before_turning_is_the_same() {
        let stored = RgbImage::from_fn(60, 40, |x, y| Rgb([(x * 4) as u8, (y * 6) as u8, ((x + y) * 2) as u8]));
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let mut turned = DynamicImage::ImageRgb8(stored.clone());
            turned.apply_orientation(orientation);
            let (width, height) = (turned.width(), turned.height());
            for (to_width, to_height) in [(17, 17), (30, 11), (9, 33)] {
                let resize = resize(width, height, to_width, to_height, Crop::Center).unwrap();
                let make = |image: DynamicImage, orientation| {
                    let made = Pixels { image, icc: None }.upright(&resize, orientation).unwrap();
                    made.image.into_rgb8()
                };
                let fast = make(DynamicImage::ImageRgb8(stored.clone()), orientation);
                let slow = make(turned.clone(), Orientation::NoTransforms);
                assert_eq!(fast.dimensions(), (to_width, to_height));
                let differs = fast.iter().zip(slow.iter()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
                assert!(differs <= 1, "orientation {exif}, {to_width}x{to_height}: {differs}");
            }
        }
    }
}
