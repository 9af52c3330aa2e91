//! Names and sizes of real attachments, as WordPress answered them.

use bucketpress::{
    content::{MediaFile, Settings},
    media::{parse_size_path, recipe, scaled, sizes, sizes_in_metadata},
};
use serde_json::Value;

fn file(path: &str, mime: &str, width: u32, height: u32) -> MediaFile {
    MediaFile {
        sha256: "00".repeat(32),
        extension: path.rsplit_once('.').unwrap().1.to_owned(),
        mime_type: mime.to_owned(),
        size_bytes: 1,
        width: Some(width),
        height: Some(height),
        orientation: 1,
        upload_path: path.to_owned(),
        image_meta: None,
        recording: None,
    }
}

/// Every image in WordPress's recorded answers; says so when they are not there.
fn images() -> Vec<(MediaFile, Value)> {
    let folder = format!("{}/../shared/wordpress/rest", env!("CARGO_MANIFEST_DIR"));
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED, not compared with WordPress: no {folder}");
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.starts_with("media") || !name.ends_with(".json") {
            continue;
        }
        let answer: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap_or_default();
        for item in answer.as_array().into_iter().flatten() {
            let details = &item["media_details"];
            let Some(width) = details["width"].as_u64() else { continue };
            if item["media_type"] == "image" {
                let height = details["height"].as_u64().unwrap();
                let mime = item["mime_type"].as_str().unwrap();
                let path = details["file"].as_str().unwrap();
                found.push((file(path, mime, width as u32, height as u32), details["sizes"].clone()));
            }
        }
    }
    assert!(found.len() > 20, "only {} images", found.len());
    found
}

#[test]
fn sizes_and_their_names() {
    let settings = Settings::default().image_sizes;
    for (file, recorded) in images() {
        let made = sizes(&file, &settings);
        let names = recorded.as_object().unwrap().keys().filter(|name| *name != "full");
        let mut names: Vec<&str> = names.map(String::as_str).collect();
        if file.upload_path.contains("-scaled.") {
            // WordPress made these of the upload, of which the scaled file is all that is left
            names.retain(|name| made.iter().any(|size| size.name == *name));
            assert!(names.len() > 3);
        }
        assert_eq!(made.iter().map(|size| size.name).collect::<Vec<_>>(), names, "{}", file.upload_path);
        for size in made {
            let recorded = &recorded[size.name];
            assert_eq!(recorded["file"], size.file);
            assert_eq!((&recorded["width"], &recorded["height"]), (&size.width.into(), &size.height.into()));
            assert_eq!(recorded["mime_type"], size.mime_type);

            // and its URL leads back to it
            let folder = file.upload_path.rsplit_once('/').unwrap().0;
            let parsed = parse_size_path(&format!("{folder}/{}", size.file)).unwrap();
            assert!(parsed.originals.contains(&file.upload_path), "{parsed:?}");
            assert_eq!(parsed.size, Some((size.width, size.height)));
            let recipe = recipe(&file, size.width, size.height, &settings, &[]).unwrap();
            let is_square_thumbnail = size.name == "thumbnail" && file.width != file.height;
            assert_eq!((recipe.width, recipe.height), (size.width, size.height));
            assert_eq!(recipe.crop, is_square_thumbnail, "{} of {}", size.name, file.upload_path);
        }
    }
}

#[test]
fn only_sizes_wordpress_would_have_made() {
    let settings = Settings::default().image_sizes;
    let photo = file("2026/11/photo.jpg", "image/jpeg", 4000, 3000);
    let asked = |width, height, cropped: &[(u32, u32)]| {
        recipe(&photo, width, height, &settings, cropped).map(|recipe| recipe.name())
    };
    assert_eq!(asked(400, 300, &[]).as_deref(), Some("400x300"));
    assert_eq!(asked(150, 150, &[]).as_deref(), Some("150x150-crop"));
    assert_eq!(asked(401, 300, &[]).as_deref(), Some("401x300"), "a box of this size: rounding must not miss it");
    assert_eq!(asked(402, 300, &[]), None);
    assert_eq!(asked(400, 250, &[]), None, "a theme's crop, not known");
    assert_eq!(asked(400, 250, &[(400, 250)]).as_deref(), Some("400x250-crop"));
    assert_eq!(asked(4000, 3000, &[]), None, "the original itself");
    assert_eq!(asked(8000, 6000, &[(8000, 6000)]), None, "larger than the original");
    assert_eq!(asked(3000, 2250, &[]), None, "larger than any");
    assert_eq!(asked(0, 0, &[]), None);
    assert_eq!(scaled(&photo).unwrap().name(), "2560x1920");
    assert_eq!(scaled(&file("a.jpg", "image/jpeg", 2560, 100)), None);
    assert_eq!(sizes(&file("a.pdf", "application/pdf", 400, 300), &settings), []);
    // the number of images that strangers can have made is of the order of its width and height, not their product
    let small = file("a.png", "image/png", 300, 200);
    let all = (1..=300).flat_map(|width| (1..=200).map(move |height| (width, height)));
    let made = all.filter(|(width, height)| recipe(&small, *width, *height, &settings, &[]).is_some()).count();
    assert!(made <= 2 * (300 + 200) + 1, "{made}");
}

#[test]
fn paths_of_sizes() {
    let originals = |path: &str| parse_size_path(path).map(|parsed| (parsed.originals, parsed.size));
    let (paths, size) = originals("2026/11/my-photo-300x200.jpg").unwrap();
    assert_eq!(paths, ["2026/11/my-photo.jpg", "2026/11/my-photo-scaled.jpg", "2026/11/my-photo-rotated.jpg"]);
    assert_eq!(size, Some((300, 200)));
    assert_eq!(originals("a-scaled.png"), Some((vec!["a.png".to_owned()], None)));
    let none = [
        "photo.jpg",
        "300x200.jpg",
        "-300x200.jpg",
        "2026/-300x200.jpg",
        "a-300x.jpg",
        "a-x200.jpg",
        "a-0x200.jpg",
        "a-+30x20.jpg",
        "a-030x20.jpg",
        "a-300000x2.jpg",
        "a-300x200",
        "a-300x200/b.jpg",
        "a-30x20x10.jpg",
        "",
    ];
    for path in none {
        assert_eq!(originals(path), None, "{path}");
    }
}

#[test]
fn sizes_an_import_knows_of() {
    let path = format!("{}/../shared/wordpress/db", env!("CARGO_MANIFEST_DIR"));
    let Ok(entries) = std::fs::read_dir(&path) else {
        return eprintln!("SKIPPED, not compared with WordPress: no {path}");
    };
    let text: String = entries.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    let rows = text.lines().filter(|line| line.contains("\"_wp_attachment_metadata\""));
    let mut compared = 0;
    for row in rows {
        let row: Value = serde_json::from_str(row).unwrap();
        let serialized = row["meta_value"].as_str().unwrap();
        if !serialized.contains("s:5:\"sizes\"") || !serialized.contains("s:5:\"width\"") {
            continue;
        }
        let found = sizes_in_metadata(serialized);
        // the file names say the same, in words as it were
        let named: Vec<(u32, u32)> = serialized.split('"').filter_map(|text| parse_size_path(text)?.size).collect();
        assert_eq!(found[1..], named[..], "{serialized}");
        compared += 1;
    }
    assert!(compared > 10, "{compared}");
    assert_eq!(sizes_in_metadata("a:0:{}"), []);
    assert_eq!(sizes_in_metadata("s:5:\"width\";i:9999999999999;s:6:\"height\";i:1;"), []);
}
