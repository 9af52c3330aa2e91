//! Image sizes by name, and the file names they go by.

use super::{
    dimensions::{Crop, Resize, resize},
    mime,
};
use crate::content::{MediaFile, settings::ImageSizes};

/// WordPress shrinks larger uploads to this and calls the result `name-scaled.jpg`.
const SCALED_SIDE: u32 = 2560;
/// No size made on request is larger, but for those WordPress registers: `medium_large` is as high as it comes.
const SIDE_MAX: u32 = 2560;

/// One size of an image, as WordPress's attachment metadata has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeInfo {
    /// `thumbnail`, `medium`, `medium_large`, `large`, `1536x1536` or `2048x2048`.
    pub name: &'static str,
    /// Beside the original: `name-300x200.jpg`.
    pub file: String,
    pub width: u32,
    pub height: u32,
    pub mime_type: String,
}

/// Which image is to be made of an original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Recipe {
    /// Pixels of the result, upright.
    pub width: u32,
    pub height: u32,
    /// The middle of the image is cut to this shape; else the whole is scaled.
    pub crop: bool,
}

impl Recipe {
    /// In keys: `300x200` or `150x150-crop`.
    pub fn name(&self) -> String {
        format!("{}x{}{}", self.width, self.height, if self.crop { "-crop" } else { "" })
    }

    /// The part of the upright original that is used.
    pub(super) fn resize(&self, width: u32, height: u32) -> Resize {
        let cut = if self.crop { resize(width, height, self.width, self.height, Crop::Center) } else { None };
        let whole = Resize { left: 0, top: 0, source_width: width, source_height: height, width: 0, height: 0 };
        Resize { width: self.width, height: self.height, ..cut.unwrap_or(whole) }
    }
}

/// The sizes WordPress would have made of an upload, in its order. Empty for what is not an image with sizes.
pub fn sizes(file: &MediaFile, settings: &ImageSizes) -> Vec<SizeInfo> {
    let (Some(width), Some(height)) = (file.width, file.height) else { return Vec::new() };
    if !mime::has_sizes(&file.mime_type) {
        return Vec::new();
    }
    let name = file.upload_path.rsplit('/').next().unwrap_or_default();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, &file.extension));
    // what WordPress scaled down or turned on upload lends its sizes the name of the upload
    let stem = ["-scaled", "-rotated"].iter().find_map(|made| stem.strip_suffix(made)).unwrap_or(stem);
    let mut found = Vec::new();
    for (name, to, crop) in registered(settings) {
        let crop = if crop { Crop::Center } else { Crop::No };
        let made = resize(width, height, to.0, to.1, crop).map(|made| (made.width, made.height));
        // an image that has exactly the size asked for is copied
        let copied = (to == (width, height)).then_some(to);
        if let Some((width, height)) = made.or(copied) {
            let file_name = format!("{stem}-{width}x{height}.{extension}");
            found.push(SizeInfo { name, file: file_name, width, height, mime_type: file.mime_type.clone() });
        }
    }
    found
}

/// What WordPress registers: name, box, whether cropped.
fn registered(settings: &ImageSizes) -> [(&'static str, (u32, u32), bool); 6] {
    [
        ("medium", settings.medium, false),
        ("large", settings.large, false),
        ("thumbnail", settings.thumbnail, settings.thumbnail_crop),
        ("medium_large", settings.medium_large, false),
        ("1536x1536", (1536, 1536), false),
        ("2048x2048", (2048, 2048), false),
    ]
}

/// How to make the `width` × `height` image that a URL asks for; `None` where WordPress would not have made it.
///
/// Any size of the original's shape can be had. Other shapes are crops: of the thumbnail size, or one of
/// `cropped`, the sizes an imported attachment is known to have had. So the number of images that strangers can
/// cause to be made is bounded by the original's width.
pub fn recipe(
    file: &MediaFile,
    width: u32,
    height: u32,
    settings: &ImageSizes,
    cropped: &[(u32, u32)],
) -> Option<Recipe> {
    let (original_width, original_height) = (file.width?, file.height?);
    let in_bounds = (1..=original_width).contains(&width) && (1..=original_height).contains(&height);
    if !mime::has_sizes(&file.mime_type) || !in_bounds {
        return None;
    }
    if (width, height) == (original_width, original_height) {
        let is_copied = registered(settings).iter().any(|(_, to, _)| *to == (width, height));
        return is_copied.then_some(Recipe { width, height, crop: false });
    }
    let made = |to: (u32, u32), crop: Crop| {
        let resize = resize(original_width, original_height, to.0, to.1, crop);
        resize.is_some_and(|made| (made.width, made.height) == (width, height))
    };
    let of_box = |(to, crop): ((u32, u32), bool)| made(to, if crop { Crop::Center } else { Crop::No });
    if width.max(height) > SIDE_MAX && !registered(settings).iter().any(|(_, to, crop)| of_box((*to, *crop))) {
        return None;
    }
    // the box a theme asked for is not known: one side was the limiting one
    if made((width, 0), Crop::No) || made((0, height), Crop::No) || made((width, height), Crop::No) {
        return Some(Recipe { width, height, crop: false });
    }
    let thumbnail = settings.thumbnail_crop && made(settings.thumbnail, Crop::Center);
    if thumbnail || (cropped.contains(&(width, height)) && made((width, height), Crop::Center)) {
        return Some(Recipe { width, height, crop: true });
    }
    None
}

/// The recipe of `name-scaled.jpg`; `None` where the original is not larger than that.
pub fn scaled(file: &MediaFile) -> Option<Recipe> {
    let made = resize(file.width?, file.height?, SCALED_SIDE, SCALED_SIDE, Crop::No)?;
    mime::has_sizes(&file.mime_type).then_some(Recipe { width: made.width, height: made.height, crop: false })
}

/// What the path of an image below `wp-content/uploads/` may stand for, besides a file of this very name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizePath {
    /// Paths the original may have, the likelier first.
    pub originals: Vec<String>,
    /// `None`: the scaled-down version of a large upload.
    pub size: Option<(u32, u32)>,
}

/// Reads `2026/11/name-300x200.jpg` and `2026/11/name-scaled.jpg`.
pub fn parse_size_path(path: &str) -> Option<SizePath> {
    let (stem, extension) = path.rsplit_once('.').filter(|(_, extension)| !extension.contains('/'))?;
    let (base, suffix) = stem.rsplit_once('-').filter(|(base, _)| !base.is_empty() && !base.ends_with('/'))?;
    if suffix == "scaled" {
        return Some(SizePath { originals: vec![format!("{base}.{extension}")], size: None });
    }
    let (width, height) = suffix.split_once('x')?;
    let size = (side(width)?, side(height)?);
    // sizes of a scaled-down or rotated upload are named after the upload, the attachment after the result
    let originals = ["", "-scaled", "-rotated"].map(|made| format!("{base}{made}.{extension}")).to_vec();
    Some(SizePath { originals, size: Some(size) })
}

/// A side as WordPress writes it: no sign, no leading zero, at most five digits.
fn side(digits: &str) -> Option<u32> {
    let plain = (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let plain = plain && !digits.starts_with('0');
    if plain { digits.parse().ok() } else { None }
}

/// The sizes in WordPress's `_wp_attachment_metadata` (PHP-serialised): what an imported attachment has had.
///
/// Reads at most 100 pairs of `"width";i:…;` and `"height";i:…;`, in the order they stand.
pub fn sizes_in_metadata(serialized: &str) -> Vec<(u32, u32)> {
    let number = |text: &str| text.split_once(';').and_then(|(digits, _)| side(digits));
    serialized
        .split("s:5:\"width\";i:")
        .skip(1)
        .filter_map(|rest| {
            let (_, after) = rest.split_once("s:6:\"height\";i:")?;
            Some((number(rest)?, number(after)?))
        })
        .take(100)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(width: u32, height: u32) -> MediaFile {
        MediaFile {
            sha256: String::new(),
            extension: "jpg".to_owned(),
            mime_type: "image/jpeg".to_owned(),
            size_bytes: 1,
            width: Some(width),
            height: Some(height),
            orientation: 1,
            upload_path: "2026/11/tall.jpg".to_owned(),
            image_meta: None,
            recording: None,
        }
    }

    #[test]
    fn every_size_that_is_named_can_be_had() {
        let settings = crate::content::Settings::default().image_sizes;
        for (width, height) in [(1200, 4002), (4002, 1200), (2560, 2560), (768, 900), (900, 9000), (3000, 2000)] {
            let file = of(width, height);
            for size in sizes(&file, &settings) {
                assert!(recipe(&file, size.width, size.height, &settings, &[]).is_some(), "{}", size.file);
            }
        }
        let tall = of(1200, 4002);
        assert!(recipe(&tall, 768, 2561, &settings, &[]).is_some());
        assert!(recipe(&tall, 800, 2668, &settings, &[]).is_none(), "of the shape, but nobody's size");
    }
}
