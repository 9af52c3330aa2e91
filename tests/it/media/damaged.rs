//! Files that are broken, by accident or on purpose: clear errors, and the process lives on.

use super::*;

/// A PNG of nothing but a header that promises `width` × `height` pixels.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    header.extend_from_slice(&[8, 6, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    file.extend_from_slice(&header);
    let mut crc = flate2::Crc::new();
    crc.update(&header);
    file.extend_from_slice(&crc.sum().to_be_bytes());
    file.extend_from_slice(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    file
}

#[tokio::test]
async fn decompression_bombs() {
    let (media, objects) = media();
    for (width, height) in [(50_000, 50_000), (20_000_001, 1), (u32::MAX / 2, 2)] {
        let error = store(&media, "bomb.png", &bomb(width, height)).await.unwrap_err();
        assert!(matches!(error, MediaError::TooManyPixels { .. } | MediaError::Damaged(_)), "{error:?}");
    }
    assert!(objects.list("", None, 10).await.unwrap().entries.is_empty(), "nothing was stored");

    // one that got in under other limits
    let generous = MediaConfig { pixels_max: 1_000_000_000, ..config() };
    let generous = Media::new(objects.clone(), generous, Clock::System, Ids::System);
    let stored = store(&generous, "bomb.png", &bomb(20_000, 20_000)).await.unwrap();
    let error = media.derivative(&stored.file, recipe(100, 100, false)).await.unwrap_err();
    assert!(error.to_string().contains("20000 × 20000"), "{error}");
    let error = generous.derivative(&stored.file, recipe(100, 100, false)).await.unwrap_err();
    assert!(matches!(error, MediaError::Damaged(_)), "{error:?}");
}

#[tokio::test]
async fn files_that_end_too_early() {
    let image = quarters(300, 200);
    let files = [
        ("a.jpg", Jpeg::default().write(&image)),
        ("a.jpg", Jpeg { progressive: true, ..Jpeg::default() }.write(&image)),
        ("a.jpg", Jpeg { optimized: true, ..Jpeg::default() }.write(&image)),
        ("a.png", write(image.clone(), image::ImageFormat::Png)),
        ("a.webp", webp::Encoder::from_rgb(&image, 300, 200).encode(90.0).to_vec()),
        ("a.gif", write(image.clone(), image::ImageFormat::Gif)),
    ];
    for (name, file) in files {
        for share in [10, 50, 90] {
            let cut = &file[..file.len() * share / 100];
            let (media, _) = media();
            let error = match store(&media, name, cut).await {
                Ok(stored) => media.derivative(&stored.file, recipe(150, 100, false)).await.unwrap_err(),
                Err(error) => error,
            };
            let is_clear = matches!(error, MediaError::Damaged(_) | MediaError::Refused(_));
            assert!(is_clear, "{share} % of {name}: {error:?}");
        }
    }
}

/// Whatever the bytes: an answer, and a pool that still works afterwards.
#[tokio::test]
async fn noise_in_files() {
    let image = quarters(96, 64);
    let files = [
        ("a.jpg", Jpeg::default().write(&image)),
        ("a.jpg", Jpeg { progressive: true, exif_orientation: Some(6), ..Jpeg::default() }.write(&image)),
        ("a.png", write(image.clone(), image::ImageFormat::Png)),
        ("a.webp", webp::Encoder::from_rgb(&image, 96, 64).encode(90.0).to_vec()),
        ("a.gif", write(image.clone(), image::ImageFormat::Gif)),
    ];
    let (media, _) = media();
    let mut random = 1_u64;
    let mut next = |bound: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % bound
    };
    let (mut made, mut refused) = (0, 0);
    for (name, file) in &files {
        for _ in 0..60 {
            let mut noisy = file.clone();
            for _ in 0..=next(4) {
                let at = next(noisy.len());
                noisy[at] = next(256) as u8;
            }
            let result = match store(&media, name, &noisy).await {
                Ok(stored) => media.derivative(&stored.file, recipe(48, 32, false)).await.map(drop),
                Err(error) => Err(error),
            };
            match result {
                Ok(()) => made += 1,
                Err(MediaError::Damaged(_) | MediaError::Refused(_) | MediaError::TooManyPixels { .. }) => refused += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    println!("{made} made, {refused} refused");
    let photo = store(&media, "a.jpg", &files[0].1).await.unwrap().file;
    media.derivative(&photo, recipe(48, 32, false)).await.unwrap();
}

#[tokio::test]
async fn a_missing_original_is_not_a_damaged_image() {
    let (media, objects) = media();
    let photo = store(&media, "a.jpg", &Jpeg::default().write(&quarters(100, 100))).await.unwrap().file;
    objects.delete(&[bucketpress::media::original_key(&photo)]).await.unwrap();
    let error = media.derivative(&photo, recipe(50, 50, false)).await.unwrap_err();
    assert!(matches!(&error, MediaError::Object(error) if error.is_not_found()), "{error:?}");
}
