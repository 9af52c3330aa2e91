//! Uploads and image sizes, against what WordPress does and through real files.

use std::{io, sync::Arc};

use bucketpress::{
    clock::Clock,
    config::MediaConfig,
    id::Ids,
    media::{Derived, Media, MediaError, Recipe, Stored, UploadRules},
    store::{Objects, counting::CountingObjects, memory::MemoryObjects},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use image::{DynamicImage, Rgb, RgbImage};

mod damaged;
mod facts;
mod images;
mod recorded;
mod upload;

fn config() -> MediaConfig {
    MediaConfig { upload_bytes_max: 40 << 20, pixels_max: 20_000_000, workers: 2, quality: 82 }
}

/// A site's media on a store that counts.
fn media() -> (Media, Arc<CountingObjects>) {
    let objects = Arc::new(CountingObjects::new(Arc::new(MemoryObjects::new())));
    (on(objects.clone()), objects)
}

fn on(objects: Arc<dyn Objects>) -> Media {
    Media::new(objects, config(), Clock::System, Ids::System)
}

async fn store(media: &Media, name: &str, bytes: &[u8]) -> Result<Stored, MediaError> {
    let chunks: Vec<io::Result<Bytes>> = bytes.chunks(100_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    media.store(stream::iter(chunks).boxed(), name, UploadRules::default()).await
}

fn recipe(width: u32, height: u32, crop: bool) -> Recipe {
    Recipe { width, height, crop }
}

/// Uploads `bytes` and makes one size of it.
async fn derived(name: &str, bytes: &[u8], recipe: Recipe) -> Bytes {
    let (media, _) = media();
    let stored = store(&media, name, bytes).await.unwrap();
    match media.derivative(&stored.file, recipe).await.unwrap() {
        Derived::Image(image) => image.bytes,
        Derived::Original => panic!("{name} is no animation"),
    }
}

/// Four quarters: red, green, blue, white; soft enough for JPEG.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x * 2 < width, y * 2 < height) {
        (true, true) => Rgb([220, 30, 30]),
        (false, true) => Rgb([30, 200, 40]),
        (true, false) => Rgb([40, 50, 210]),
        (false, false) => Rgb([245, 245, 245]),
    })
}

/// The quarters' colours, by their middle: upper left, upper right, lower left, lower right.
fn corners(image: &DynamicImage) -> [[u8; 3]; 4] {
    let image = image.to_rgb8();
    let (w, h) = image.dimensions();
    [(w / 4, h / 4), (w * 3 / 4, h / 4), (w / 4, h * 3 / 4), (w * 3 / 4, h * 3 / 4)]
        .map(|(x, y)| image.get_pixel(x, y).0)
}

fn assert_close(found: [[u8; 3]; 4], expected: [[u8; 3]; 4], what: &str) {
    let differs = found.as_flattened().iter().zip(expected.as_flattened()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(differs <= 12, "{what}: {found:?}, not {expected:?}");
}

const UPRIGHT: [[u8; 3]; 4] = [[220, 30, 30], [30, 200, 40], [40, 50, 210], [245, 245, 245]];

struct Jpeg {
    sampling: jpeg_encoder::SamplingFactor,
    optimized: bool,
    progressive: bool,
    exif_orientation: Option<u8>,
    icc: Option<Vec<u8>>,
}

impl Default for Jpeg {
    fn default() -> Self {
        let sampling = jpeg_encoder::SamplingFactor::F_2_2;
        Self { sampling, optimized: false, progressive: false, exif_orientation: None, icc: None }
    }
}

impl Jpeg {
    fn write(&self, image: &RgbImage) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut file, 95);
        encoder.set_sampling_factor(self.sampling);
        encoder.set_optimized_huffman_tables(self.optimized);
        encoder.set_progressive(self.progressive);
        if let Some(orientation) = self.exif_orientation {
            // big-endian TIFF with one directory of one entry: tag 0x0112, SHORT, one value
            let mut exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
            exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
            encoder.add_exif_metadata(&exif).unwrap();
        }
        if let Some(icc) = &self.icc {
            encoder.add_icc_profile(icc).unwrap();
        }
        let (width, height) = (image.width() as u16, image.height() as u16);
        encoder.encode(image, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
        file
    }
}

fn write(image: impl Into<DynamicImage>, format: image::ImageFormat) -> Vec<u8> {
    let mut file = io::Cursor::new(Vec::new());
    image.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}
