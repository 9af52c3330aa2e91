//! Pixels of image sizes.

use image::{
    AnimationDecoder, Frame, ImageDecoder, ImageFormat, Luma, Rgba, RgbaImage,
    codecs::{gif, png::PngDecoder, webp::WebPDecoder},
};
use zune_jpeg::{JpegDecoder, zune_core::bytestream::ZCursor};

use super::*;

/// Decodes with the crate under test's own tools; what is compared with them was written by another encoder.
fn jpeg(file: &[u8]) -> DynamicImage {
    let mut decoder = JpegDecoder::new(ZCursor::new(file));
    let pixels = decoder.decode().unwrap();
    assert!(decoder.exif().is_none(), "no camera data in public sizes");
    let (width, height) = decoder.dimensions().unwrap();
    RgbImage::from_raw(width as u32, height as u32, pixels).unwrap().into()
}

/// Number of components in each scan.
fn scans(file: &[u8]) -> Vec<u8> {
    let is_scan = |at: &usize| file[*at..].starts_with(&[0xff, 0xda, 0]);
    (0..file.len()).filter(is_scan).map(|at| file[at + 4]).collect()
}

#[tokio::test]
async fn every_kind_of_jpeg_gives_the_same_picture() {
    let source = quarters(400, 300);
    let sampling = [
        jpeg_encoder::SamplingFactor::F_1_1,
        jpeg_encoder::SamplingFactor::F_2_1,
        jpeg_encoder::SamplingFactor::F_1_2,
        jpeg_encoder::SamplingFactor::F_2_2,
        jpeg_encoder::SamplingFactor::F_4_1,
    ];
    for sampling in sampling {
        for (optimized, progressive) in [(false, false), (true, false), (false, true), (true, true)] {
            let file = Jpeg { sampling, optimized, progressive, ..Jpeg::default() }.write(&source);
            let what = format!("{sampling:?}, optimized {optimized}, progressive {progressive}");
            if optimized && !progressive {
                // what zune-jpeg 0.5.15 decodes to garbage
                assert_eq!(scans(&file), [1, 1, 1], "{what}: not interleaved");
            }
            let whole = jpeg(&derived("a.jpg", &file, recipe(200, 150, false)).await);
            assert_eq!((whole.width(), whole.height()), (200, 150));
            assert_close(corners(&whole), UPRIGHT, &what);
            let square = jpeg(&derived("a.jpg", &file, recipe(150, 150, true)).await);
            assert_eq!((square.width(), square.height()), (150, 150));
            assert_close(corners(&square), UPRIGHT, &what);
        }
    }
}

/// All pixels, not four of them: the same picture from an interleaved and a non-interleaved file.
#[tokio::test]
async fn non_interleaved_jpeg_to_the_pixel() {
    let source = RgbImage::from_fn(333, 251, |x, y| {
        let wave = |a: f64, b: f64| (128.0 + 100.0 * ((f64::from(x) * a).sin() + (f64::from(y) * b).cos()) / 2.0) as u8;
        Rgb([wave(0.03, 0.05), wave(0.07, 0.02), wave(0.01, 0.09)])
    });
    let plain = Jpeg::default().write(&source);
    let separate = Jpeg { optimized: true, ..Jpeg::default() }.write(&source);
    assert_eq!((scans(&plain), scans(&separate)), (vec![3], vec![1, 1, 1]));
    let of_plain = jpeg(&derived("a.jpg", &plain, recipe(331, 250, false)).await).into_rgb8();
    let of_separate = jpeg(&derived("a.jpg", &separate, recipe(331, 250, false)).await).into_rgb8();
    let most = of_plain.iter().zip(of_separate.iter()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(most <= 2, "{most}");
    let mean = |image: &RgbImage| image.iter().map(|v| u64::from(*v)).sum::<u64>() / image.len() as u64;
    assert!(mean(&source).abs_diff(mean(&of_separate)) <= 2);
}

#[tokio::test]
async fn photographs_come_upright() {
    let upright = quarters(120, 80);
    for orientation in 1..=8 {
        // the inverse of what a viewer does; only 6 and 8 are not their own inverse
        let inverse = match orientation {
            6 => 8,
            8 => 6,
            own => own,
        };
        let mut stored = DynamicImage::ImageRgb8(upright.clone());
        stored.apply_orientation(image::metadata::Orientation::from_exif(inverse).unwrap());
        let file = Jpeg { exif_orientation: Some(orientation), ..Jpeg::default() }.write(&stored.to_rgb8());
        let (media, _) = media();
        let photo = store(&media, "photo.jpg", &file).await.unwrap().file;
        assert_eq!((photo.width, photo.height, photo.orientation), (Some(120), Some(80), orientation));
        for recipe in [recipe(60, 40, false), recipe(50, 50, true), recipe(40, 60, true)] {
            let Derived::Image(made) = media.derivative(&photo, recipe).await.unwrap() else { panic!() };
            let made = jpeg(&made.bytes);
            assert_eq!((made.width(), made.height()), (recipe.width, recipe.height));
            assert_close(corners(&made), UPRIGHT, &format!("orientation {orientation}, {}", recipe.name()));
        }
    }
}

#[tokio::test]
async fn transparency_stays_and_hidden_colours_do_not_bleed() {
    // transparent pixels are bright green underneath
    let image =
        RgbaImage::from_fn(200, 200, |x, _| if x < 100 { Rgba([0, 255, 0, 0]) } else { Rgba([200, 0, 0, 255]) });
    let webp_file = webp::Encoder::from_rgba(&image, 200, 200).encode_lossless().to_vec();
    for (name, file) in [("a.png", write(image.clone(), ImageFormat::Png)), ("a.webp", webp_file)] {
        let made = derived(name, &file, recipe(99, 99, false)).await;
        let made = image::load_from_memory(&made).unwrap();
        assert!(made.color().has_alpha(), "{name}");
        let made = made.into_rgba8();
        assert_eq!(made.get_pixel(10, 50).0[3], 0, "{name}");
        assert_eq!(made.get_pixel(90, 50).0[3], 255, "{name}");
        for pixel in made.pixels().filter(|pixel| pixel.0[3] > 128) {
            assert!(pixel.0[1] < 40 && pixel.0[0] > 150, "{name}: {pixel:?}");
        }
    }
}

#[tokio::test]
async fn every_kind_of_png() {
    let rgb = quarters(200, 100);
    let grey = DynamicImage::ImageRgb8(rgb.clone()).into_luma8();
    let deep = DynamicImage::ImageRgb8(rgb.clone()).into_rgb16();
    let grey_alpha = DynamicImage::ImageRgb8(rgb.clone()).into_luma_alpha16();
    let files = [
        (write(rgb.clone(), ImageFormat::Png), false),
        (write(deep, ImageFormat::Png), false),
        (write(grey.clone(), ImageFormat::Png), true),
        (write(grey_alpha, ImageFormat::Png), true),
    ];
    for (at, (file, is_grey)) in files.iter().enumerate() {
        let made = derived("a.png", file, recipe(100, 50, false)).await;
        let made = image::load_from_memory_with_format(&made, ImageFormat::Png).unwrap();
        assert_eq!(made.color().has_color(), !is_grey, "file {at}");
        let expected = if *is_grey { corners(&DynamicImage::ImageLuma8(grey.clone())) } else { UPRIGHT };
        assert_close(corners(&made), expected, &format!("file {at}"));
    }
}

#[tokio::test]
async fn grey_jpeg_stays_grey() {
    let grey = image::GrayImage::from_fn(100, 100, |x, _| Luma([if x < 50 { 40 } else { 210 }]));
    let mut file = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    encoder.encode(&grey, 100, 100, jpeg_encoder::ColorType::Luma).unwrap();
    let made = derived("a.jpg", &file, recipe(50, 50, false)).await;
    assert_eq!(scans(&made)[0], 1);
    let mut decoder = JpegDecoder::new(ZCursor::new(&made));
    decoder.decode_headers().unwrap();
    assert_eq!(decoder.input_colorspace(), Some(zune_jpeg::zune_core::colorspace::ColorSpace::Luma));
}

#[tokio::test]
async fn lossy_webp() {
    let rgb = quarters(200, 100);
    let file = webp::Encoder::from_rgb(&rgb, 200, 100).encode(90.0).to_vec();
    let made = derived("a.webp", &file, recipe(100, 50, false)).await;
    let made = image::load_from_memory_with_format(&made, ImageFormat::WebP).unwrap();
    assert_close(corners(&made), UPRIGHT, "webp");
}

#[tokio::test]
async fn colour_profiles_are_kept() {
    let icc: Vec<u8> = (0..3145_u32).map(|at| (at % 251) as u8).collect();
    let rgb = quarters(200, 100);
    let recipe = recipe(100, 50, false);

    let made = derived("a.jpg", &Jpeg { icc: Some(icc.clone()), ..Jpeg::default() }.write(&rgb), recipe).await;
    let mut decoder = JpegDecoder::new(ZCursor::new(&made));
    decoder.decode_headers().unwrap();
    assert_eq!(decoder.icc_profile().as_ref(), Some(&icc));

    let mut file = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut file);
    image::ImageEncoder::set_icc_profile(&mut encoder, icc.clone()).unwrap();
    image::ImageEncoder::write_image(encoder, &rgb, 200, 100, image::ExtendedColorType::Rgb8).unwrap();
    let made = derived("a.png", &file, recipe).await;
    assert_eq!(PngDecoder::new(io::Cursor::new(&made)).unwrap().icc_profile().unwrap().as_ref(), Some(&icc));

    for with_alpha in [false, true] {
        let mut source = DynamicImage::ImageRgb8(rgb.clone()).into_rgba8();
        if with_alpha {
            source.get_pixel_mut(0, 0).0[3] = 10;
        }
        let source = if with_alpha { DynamicImage::ImageRgba8(source) } else { rgb.clone().into() };
        let mut file = Vec::new();
        let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut file);
        image::ImageEncoder::set_icc_profile(&mut encoder, icc.clone()).unwrap();
        let color = source.color().into();
        image::ImageEncoder::write_image(encoder, source.as_bytes(), 200, 100, color).unwrap();
        let made = derived("a.webp", &file, recipe).await;
        let mut decoder = WebPDecoder::new(io::Cursor::new(&made)).unwrap();
        assert_eq!(decoder.icc_profile().unwrap().as_ref(), Some(&icc), "alpha {with_alpha}");
        assert_eq!(decoder.dimensions(), (100, 50));
        assert_eq!(decoder.color_type().has_alpha(), with_alpha);
        let picture = DynamicImage::from_decoder(decoder).unwrap();
        assert_close(corners(&picture), UPRIGHT, "webp with a profile");
    }
}

fn animation(frames: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = gif::GifEncoder::new(&mut file);
    for at in 0..frames {
        let image = RgbaImage::from_pixel(60, 40, Rgba([(at * 60) as u8, 100, 50, 255]));
        encoder.encode_frame(Frame::new(image)).unwrap();
    }
    drop(encoder);
    file
}

#[tokio::test]
async fn animations_are_served_as_they_are() {
    let (media, counts) = media();
    let stored = store(&media, "moving.gif", &animation(3)).await.unwrap();
    assert_eq!(media.derivative(&stored.file, recipe(30, 20, false)).await.unwrap(), Derived::Original);
    let before = counts.counts();
    assert_eq!(media.derivative(&stored.file, recipe(15, 10, false)).await.unwrap(), Derived::Original);
    assert_eq!(counts.counts(), before, "known by now");

    let still = derived("still.gif", &animation(1), recipe(30, 20, false)).await;
    let decoder = gif::GifDecoder::new(io::Cursor::new(&still)).unwrap();
    assert_eq!(decoder.dimensions(), (30, 20));
    assert_eq!(decoder.into_frames().count(), 1);
}

/// Two servers, many readers: made once, the same for all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_making_for_all() {
    let objects = Arc::new(CountingObjects::new(Arc::new(MemoryObjects::new())));
    let (a, b) = (on(objects.clone()), on(objects.clone()));
    let file = Jpeg::default().write(&quarters(1200, 900));
    let photo = store(&a, "photo.jpg", &file).await.unwrap().file;
    let before = objects.counts();
    let asking = (0..40).map(|at| {
        let (media, photo) = (if at % 2 == 0 { a.clone() } else { b.clone() }, photo.clone());
        tokio::spawn(async move { media.derivative(&photo, recipe(300, 225, false)).await.unwrap() })
    });
    let answers: Vec<Derived> = futures_util::future::join_all(asking).await.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let counts = objects.counts().since(&before);
    let creates = counts.of(bucketpress::store::objects::Method::Create);
    assert_eq!(creates.calls - creates.failures, 3, "two claims were tried, one image was made");
    let keys = objects.list("", None, 1000).await.unwrap().entries;
    let keys: Vec<&str> = keys.iter().map(|entry| entry.key.as_str()).collect();
    let folder = format!("media/{}", photo.sha256);
    assert_eq!(keys, [format!("{folder}/300x225-e1q82.jpg"), format!("{folder}/original.jpg")], "no claim stays");

    let before = objects.counts();
    a.derivative(&photo, recipe(300, 225, false)).await.unwrap();
    let counts = objects.counts().since(&before);
    assert_eq!((counts.reads(), counts.writes()), (1, 0), "then it is one GET");
}

#[tokio::test(start_paused = true)]
async fn a_claim_of_a_dead_server_delays_but_does_not_stop() {
    let (media, objects) = media();
    let photo = store(&media, "photo.jpg", &Jpeg::default().write(&quarters(100, 100))).await.unwrap().file;
    let now = Clock::System.now().as_second();
    for (side, claimed_at) in [(50, now - 3600), (40, now)] {
        let key = format!("claim/media/{}/{side}x{side}-e1q82.jpg", photo.sha256);
        let body = Bytes::from(format!("{{\"at\":{claimed_at}}}"));
        objects.create(&key, body, &bucketpress::store::objects::Attributes::default()).await.unwrap();
        let answer = media.derivative(&photo, recipe(side, side, false)).await.unwrap();
        assert!(matches!(answer, Derived::Image(_)));
    }
}

/// The caller goes away, the making goes on.
#[tokio::test]
async fn a_reader_who_leaves_does_not_stop_it() {
    let (media, objects) = media();
    let photo = store(&media, "photo.jpg", &Jpeg::default().write(&quarters(400, 300))).await.unwrap().file;
    {
        let asking = media.derivative(&photo, recipe(200, 150, false));
        futures_util::pin_mut!(asking);
        assert!(futures_util::poll!(asking).is_pending());
    }
    let answer = media.derivative(&photo, recipe(200, 150, false)).await.unwrap();
    assert!(matches!(answer, Derived::Image(_)));
    let creates = objects.counts().of(bucketpress::store::objects::Method::Create).calls;
    assert_eq!(creates, 2, "one claim, one image");
}

/// Strangers ask for sizes faster than they are made: a bounded queue, then a clear answer.
#[tokio::test]
async fn too_many_at_once() {
    let (media, _) = media();
    let photo = store(&media, "photo.jpg", &Jpeg::default().write(&quarters(1000, 800))).await.unwrap().file;
    let asking: Vec<_> =
        (1..=600).map(|width| Box::pin(media.derivative(&photo, recipe(width, width, false)))).collect();
    let mut answers = Vec::new();
    for mut asked in asking {
        // each is begun, none is waited for
        if let std::task::Poll::Ready(answer) = futures_util::poll!(&mut asked) {
            answers.push(answer);
        }
    }
    assert_eq!(answers.len(), 100);
    assert!(answers.iter().all(|answer| matches!(answer, Err(MediaError::Busy))));
}
