//! Files on their way in.

use bucketpress::{
    media::original_key,
    store::{ObjectError, embedded::EmbeddedObjects, faulty::FaultyObjects, objects::Method},
};
use sha2::{Digest, Sha256};

use super::*;
use crate::support::ceph::gateway;

async fn keys(objects: &dyn Objects) -> Vec<String> {
    let page = objects.list("", None, 1000).await.unwrap();
    page.entries.into_iter().map(|entry| entry.key).collect()
}

fn large(bytes: usize) -> Vec<u8> {
    let mut file = b"ID3\x04\0\0\0\0\0\0".to_vec();
    file.extend((file.len()..bytes).map(|at| (at * 31 % 251) as u8));
    file
}

#[tokio::test]
async fn small_files_are_written_once() {
    let (media, objects) = media();
    let file = Jpeg::default().write(&quarters(640, 480));
    let stored = store(&media, "My Photo (1).JPG", &file).await.unwrap();
    assert_eq!(stored.name, "My-Photo-1.JPG");
    assert_eq!(stored.file.sha256, hex::encode(Sha256::digest(&file)));
    assert_eq!((stored.file.width, stored.file.height), (Some(640), Some(480)));
    assert_eq!((stored.file.extension.as_str(), stored.file.mime_type.as_str()), ("jpg", "image/jpeg"));
    assert_eq!(stored.file.size_bytes, file.len() as u64);
    assert_eq!(keys(&*objects).await, [original_key(&stored.file)]);
    let object = objects.get(&original_key(&stored.file), None).await.unwrap();
    assert_eq!(object.body, file);
    assert_eq!(object.meta.attributes.content_type, "image/jpeg");
    assert!(object.meta.attributes.cache_control.unwrap().contains("immutable"));

    let before = objects.counts();
    let again = store(&media, "other.jpeg", &file).await.unwrap();
    assert_eq!(again.file, stored.file);
    assert_eq!(again.name, "other.jpeg");
    assert_eq!(objects.counts().since(&before).writes(), 0, "the same bytes are stored once");
    let (start, rest) = (0..3, 3..file.len() as u64);
    for range in [start, rest] {
        let stream = media.original(&stored.file, Some(range.clone())).await.unwrap();
        let chunks: Vec<Bytes> = stream.body.map(Result::unwrap).collect().await;
        assert_eq!(chunks.concat(), file[range.start as usize..range.end as usize]);
    }
}

async fn large_upload(objects: Arc<dyn Objects>) {
    let media = on(objects.clone());
    let file = large(20_000_003);
    let stored = store(&media, "talk.mp3", &file).await.unwrap();
    assert_eq!(stored.file.sha256, hex::encode(Sha256::digest(&file)));
    assert_eq!(stored.file.size_bytes, 20_000_003);
    assert_eq!(stored.file.mime_type, "audio/mpeg");
    assert_eq!(keys(&*objects).await, [original_key(&stored.file)], "nothing stays in incoming/");
    let object = objects.get(&original_key(&stored.file), None).await.unwrap();
    assert!(object.body == file);
    assert_eq!(object.meta.attributes.content_type, "audio/mpeg");
    assert_eq!(store(&media, "again.mp3", &file).await.unwrap().file, stored.file);
    assert_eq!(keys(&*objects).await.len(), 1);
}

#[tokio::test]
async fn large_files_are_staged() {
    large_upload(Arc::new(MemoryObjects::new())).await;
    let directory = tempfile::tempdir().unwrap();
    large_upload(Arc::new(EmbeddedObjects::open(directory.path()).unwrap())).await;
    let Some(gateway) = gateway() else { return };
    large_upload(Arc::new(gateway.objects(&gateway.fresh_bucket().await, "site").await)).await;
}

/// A picture whose size stands behind more metadata than is held in memory.
#[tokio::test]
async fn large_pictures_are_measured() {
    let (media, _) = media();
    let mut file = Jpeg::default().write(&quarters(320, 200));
    // comments of 64 kB after the first marker, until the header is far away
    let comment = [&[0xff, 0xfe, 0xff, 0xff][..], &[b'x'; 65_533]].concat();
    let comments = comment.repeat(140);
    file.splice(2..2, comments);
    assert!(file.len() > 9_000_000);
    let photo = store(&media, "a.jpg", &file).await.unwrap().file;
    assert_eq!((photo.width, photo.height), (Some(320), Some(200)));
    let made = media.derivative(&photo, recipe(160, 100, false)).await.unwrap();
    assert!(matches!(made, Derived::Image(_)));
}

#[tokio::test]
async fn uploads_that_break_off_leave_nothing() {
    for good_bytes in [0, 1000, 12_000_000] {
        let (media, objects) = media();
        let good = Bytes::from(large(good_bytes.max(20)));
        let pieces = [Ok(good), Err(io::Error::other("connection reset"))];
        let error = media.store(stream::iter(pieces).boxed(), "a.mp3", UploadRules::default()).await.unwrap_err();
        assert!(matches!(&error, MediaError::Interrupted(reason) if reason == "connection reset"), "{error:?}");
        assert_eq!(keys(&*objects).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn files_above_the_limit() {
    let (media, objects) = media();
    let chunk = Bytes::from(large(1 << 20));
    // endless: it must be ended by the limit
    let endless = stream::repeat_with(move || Ok(chunk.clone())).boxed();
    let error = media.store(endless, "a.mp3", UploadRules::default()).await.unwrap_err();
    assert!(matches!(error, MediaError::TooLarge { bytes_max } if bytes_max == 40 << 20), "{error:?}");
    assert_eq!(keys(&*objects).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_what_it_says() {
    let jpeg = Jpeg::default().write(&quarters(32, 32));
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let html = b"<!DOCTYPE html><script>alert(1)</script>";
    let elf = [b"\x7fELF\x02\x01\x01\0".as_slice(), &[0; 64]].concat();
    let pdf = b"%PDF-1.7 and so on";
    let refused: &[(&str, &[u8])] = &[
        ("a.svg", svg),
        ("a.jpg", svg),
        ("a.png", html),
        ("a.txt", html),
        ("a.html", html),
        ("a.js", b"alert(1)"),
        ("a.php", b"<?php phpinfo();"),
        ("a.exe", &elf),
        ("a.pdf", &elf),
        ("a.zip", &elf),
        ("a.pdf", b"not a PDF file"),
        ("a.pdf", &jpeg),
        ("a.txt", pdf),
        ("a.mp3", &jpeg),
        ("a.jpg", pdf),
        ("a.jpg", b"nothing at all"),
        ("a.jpg", b""),
        ("a.txt", b""),
        ("noextension", &jpeg),
        ("", &jpeg),
    ];
    for (name, bytes) in refused {
        let (media, objects) = media();
        let error = store(&media, name, bytes).await.unwrap_err();
        assert!(matches!(error, MediaError::Refused(_) | MediaError::Damaged(_)), "{name}: {error:?}");
        assert_eq!(keys(&*objects).await, Vec::<String>::new());
    }
    let taken: &[(&str, &[u8], &str, &str)] = &[
        ("a.png", &jpeg, "image/jpeg", "a.jpg"),
        ("shell.php.jpg", &jpeg, "image/jpeg", "shell.php_.jpg"),
        ("../../etc/passwd.jpg", &jpeg, "image/jpeg", "etcpasswd.jpg"),
        ("a.pdf", pdf, "application/pdf", "a.pdf"),
        ("notes.TXT", "Grüße".as_bytes(), "text/plain", "notes.TXT"),
        ("table.csv", b"a,b\n1,2\n", "text/csv", "table.csv"),
    ];
    for (name, bytes, mime, stored_name) in taken {
        let (media, _) = media();
        let stored = store(&media, name, bytes).await.unwrap();
        assert_eq!((stored.file.mime_type.as_str(), stored.name.as_str()), (*mime, *stored_name), "{name}");
    }
    let (media, _) = media();
    let rules = UploadRules { unfiltered_html: true };
    let body = stream::iter([Ok(Bytes::from_static(html))]).boxed();
    assert_eq!(media.store(body, "a.html", rules).await.unwrap().file.mime_type, "text/html");
}

/// The store fails in the middle: an error, and never an original that is not whole.
#[tokio::test]
async fn a_failing_store() {
    for method in [Method::PutStream, Method::Copy, Method::Put, Method::Head] {
        let memory = MemoryObjects::new();
        let faulty = FaultyObjects::new(Arc::new(memory.clone()), move |call| {
            let refused = bucketpress::store::faulty::Outcome::Refused(503);
            if call.method == method { refused.into() } else { Default::default() }
        });
        let media = on(Arc::new(faulty));
        let file = if method == Method::Put { large(1000) } else { large(10_000_000) };
        let error = store(&media, "a.mp3", &file).await.unwrap_err();
        assert!(matches!(error, MediaError::Object(ObjectError::Unavailable { .. })), "{method:?}: {error:?}");
        assert_eq!(keys(&memory).await, Vec::<String>::new(), "{method:?}");
    }
}
