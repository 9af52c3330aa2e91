//! Files of attachments: fetched, found, shared, refused; links to them.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bucketpress::{
    content::PostId,
    import::{MediaMode, Request},
    jobs,
    store::{Objects as _, memory::MemoryObjects},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::site::{self, Export, Item};
use crate::support::{Server, until};

/// A PNG with a colour, so that files differ.
pub fn png(shade: u8) -> Vec<u8> {
    let image = image::RgbImage::from_fn(400, 300, |x, y| image::Rgb([shade, (x % 256) as u8, (y % 256) as u8]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub fn attachment(id: u64, url: &str) -> Item {
    let mut item = Item::of(id, "attachment", "inherit");
    item.extra = format!("<wp:attachment_url>{url}</wp:attachment_url>");
    item
}

pub fn post_showing(id: u64, url: &str) -> Item {
    let sized = url.replace(".png", "-300x200.png");
    Item { content: format!("<a href=\"{url}\"><img src=\"{sized}\"></a>"), ..Item::post(id) }
}

pub fn with_media(export: &Export, media: MediaMode) -> Request {
    let mut request = export.request();
    request.media = media;
    request
}

pub async fn content(app: &bucketpress::app::App, id: u64) -> String {
    let post = site::state(app).post(PostId(id)).unwrap();
    app.revisions.get(post.id, post.revision).await.unwrap().content.clone()
}

pub fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_directory_by_address_and_by_path() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "old.example/wp-content/uploads/2012/06/a.png", &png(1));
    write(folder.path(), "2012/06/b.png", &png(2));
    write(folder.path(), "2012/06/twin.png", &png(1));
    write(folder.path(), "other.example_8100/wp-content/uploads/2012/06/d.png", &png(3));
    let base = "http://old.example/wp-content/uploads/2012/06";
    let export = Export::of(&site::items(&[
        post_showing(1, &format!("{base}/a.png")),
        post_showing(2, &format!("{base}/absent.png")),
        attachment(11, &format!("{base}/a.png")),
        attachment(12, &format!("{base}/b.png")),
        attachment(13, &format!("{base}/twin.png")),
        attachment(14, &format!("{base}/absent.png")),
        attachment(15, "http://other.example:8100/wp-content/uploads/2012/06/d.png"),
    ]));
    let app = site::app().await;
    let request = with_media(&export, MediaMode::Directory(folder.path().to_owned()));
    let report = site::import(&app, &request).await.unwrap();
    assert_eq!((report.media_stored, report.media_shared, report.media_missing), (3, 1, 1), "{report:?}");
    let site = site::state(&app);
    let file = |id: u64| site.post(PostId(id)).unwrap().file;
    assert_eq!(file(11).unwrap().upload_path, "2012/06/a.png");
    assert_eq!((file(11).unwrap().width, file(11).unwrap().height), (Some(400), Some(300)));
    assert_eq!(file(11).unwrap().sha256, file(13).unwrap().sha256, "the same bytes are stored once");
    assert_eq!(site.attachment_by_upload_path("2012/06/b.png"), Some(PostId(12)));
    assert!(file(14).is_none());
    // Files that are here are linked here, the others where they were.
    let here = "https://new.example/wp-content/uploads/2012/06";
    assert_eq!(content(&app, 1).await, format!("<a href=\"{here}/a.png\"><img src=\"{here}/a-300x200.png\"></a>"));
    assert!(content(&app, 2).await.contains("http://old.example/"));
    // Every file referred to is in the store.
    for id in [11, 12, 13, 15] {
        let original = app.media.original(&file(id).unwrap(), None).await.unwrap();
        assert_eq!(original.meta.size, file(id).unwrap().size_bytes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn skipped_files_keep_their_old_addresses() {
    let url = "http://old.example/wp-content/uploads/a.png";
    let export = Export::of(&site::items(&[post_showing(1, url), attachment(11, url)]));
    let app = site::app().await;
    site::import(&app, &export.request()).await.unwrap();
    assert!(content(&app, 1).await.contains(url));
    let attachment = site::state(&app).post(PostId(11)).unwrap();
    assert_eq!((attachment.file, attachment.mime_type.as_str()), (None, "image/png"));
}

/// What the old host does with a request.
type Answer = fn(request: &str, asked: usize) -> Vec<u8>;

fn whole(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer =
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len())
            .into_bytes();
    answer.extend_from_slice(body);
    answer
}

/// An old host on loopback. Gives its address and how often it was asked.
async fn old_host(answer: Answer) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let nth = count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !request.ends_with(b"\r\n\r\n") {
                    match stream.read(&mut buffer).await {
                        Ok(0) | Err(_) => return,
                        Ok(read) => request.extend_from_slice(&buffer[..read]),
                    }
                }
                let answer = answer(&String::from_utf8_lossy(&request), nth);
                // The importer may have hung up: that is what some tests are about.
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    (base, asked)
}

async fn fetch(answer: Answer, allow_private: bool) -> (bucketpress::import::Report, Arc<AtomicUsize>) {
    let (base, asked) = old_host(answer).await;
    let url = format!("{base}/wp-content/uploads/2012/06/a.png");
    let export = Export::from(&base, &site::items(&[attachment(11, &url)]));
    let app = site::app().await;
    let mut request = with_media(&export, MediaMode::Fetch);
    request.fetch.allow_private_addresses = allow_private;
    request.fetch.file_bytes_max = 1 << 20;
    let report = site::import(&app, &request).await.unwrap();
    if report.media_stored > 0 {
        let file = site::state(&app).post(PostId(11)).unwrap().file.unwrap();
        assert_eq!(file.size_bytes, png(9).len() as u64, "whole and once");
        // A second run has nothing left to fetch.
        let before = asked.load(Ordering::SeqCst);
        site::import(&app, &request).await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), before);
    }
    (report, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_fetched() {
    let (report, asked) = fetch(|_, _| whole("200 OK", "", &png(9)), true).await;
    assert_eq!((report.media_stored, asked.load(Ordering::SeqCst)), (1, 1), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_download_goes_on_where_it_broke() {
    let (report, asked) = fetch(
        |request, nth| {
            let png = png(9);
            let half = png.len() / 2;
            if nth == 0 {
                let mut answer =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nETag: \"x\"\r\n\r\n", png.len()).into_bytes();
                answer.extend_from_slice(&png[..half]);
                return answer;
            }
            let range = format!("bytes={half}-");
            assert!(request.to_ascii_lowercase().contains(&range), "{request}");
            let headers = format!("Content-Range: bytes {half}-{}/{}\r\nETag: \"x\"\r\n", png.len() - 1, png.len());
            whole("206 Partial Content", &headers, &png[half..])
        },
        true,
    )
    .await;
    assert_eq!((report.media_stored, asked.load(Ordering::SeqCst)), (1, 2), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn passing_failures_are_tried_again_and_final_ones_are_not() {
    let (report, asked) =
        fetch(|_, nth| if nth == 0 { whole("503 Busy", "", b"") } else { whole("200 OK", "", &png(9)) }, true).await;
    assert_eq!((report.media_stored, asked.load(Ordering::SeqCst)), (1, 2), "{report:?}");
    let (report, asked) = fetch(|_, _| whole("404 Not Found", "", b"gone"), true).await;
    assert_eq!((report.media_missing, asked.load(Ordering::SeqCst)), (1, 1), "{report:?}");
    assert!(report.warnings.list.iter().any(|warning| warning.contains("404")), "{:?}", report.warnings);
}

/// A picture that browsers run.
const DRAWING: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"evil()\"><script>evil()</script></svg>";

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_too_large_or_no_files_are_refused() {
    let (report, _) = fetch(|_, _| whole("200 OK", "", &vec![0; 2 << 20]), true).await;
    assert!(report.warnings.list.iter().any(|warning| warning.contains("larger than 1 MiB")), "{:?}", report.warnings);
    let (report, _) = fetch(|_, _| whole("200 OK", "Content-Type: text/html\r\n", b"<html>parked</html>"), true).await;
    assert_eq!((report.media_stored, report.media_missing), (0, 1), "a page in the place of a picture is no picture");
    // said to be what they are not, or to be what they are
    let answers: [Answer; 4] = [
        |_, _| whole("200 OK", "Content-Type: image/png\r\n", b"<html><script>evil()</script></html>"),
        |_, _| whole("200 OK", "Content-Type: image/png\r\n", DRAWING),
        |_, _| whole("200 OK", "Content-Type: image/svg+xml\r\n", DRAWING),
        |_, _| {
            whole(
                "200 OK",
                "Content-Type: image/svg+xml\r\n",
                b"<!DOCTYPE svg [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><svg>&e;</svg>",
            )
        },
    ];
    for answer in answers {
        let (report, asked) = fetch(answer, true).await;
        assert_eq!((report.media_stored, report.media_missing), (0, 1), "{report:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 1, "it was asked for");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_never_asked() {
    let (report, asked) = fetch(|_, _| whole("200 OK", "", &png(9)), false).await;
    assert_eq!((report.media_missing, asked.load(Ordering::SeqCst)), (1, 0), "{report:?}");
    assert!(report.warnings.list.iter().any(|warning| warning.contains("private address")), "{:?}", report.warnings);
}

#[tokio::test(flavor = "multi_thread")]
async fn drawings_and_programs_come_in_by_no_export() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["a.svg", "a.svgz", "a.png", "a.xml", "a.php", "a.swf", "a.xhtml"];
    let mut items = Vec::new();
    for (id, name) in (100..).zip(names) {
        let path = format!("example.org/wp-content/uploads/2026/11/{name}");
        write(folder.path(), &path, DRAWING);
        items.push(attachment(id, &format!("https://{path}")));
    }
    let export = Export::of(&site::items(&items));
    let app = site::app().await;
    let report =
        site::import(&app, &with_media(&export, MediaMode::Directory(folder.path().to_owned()))).await.unwrap();
    assert_eq!((report.media_stored, report.media_missing), (0, names.len() as u64), "{report:?}");
    for id in 100..100 + names.len() as u64 {
        assert_eq!(site::state(&app).post(PostId(id)).unwrap().file, None, "{id}");
    }
}

/// Sizes are made by themselves, once, after an import nobody looks at; a server that starts later learns how long they
/// are without making any.
#[actix_web::test]
async fn an_idle_server_makes_the_sizes_of_what_was_imported() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "2012/06/a.png", &png(1));
    write(folder.path(), "2012/06/b.png", &png(2));
    let base = "http://old.example/wp-content/uploads/2012/06";
    let export =
        Export::of(&site::items(&[attachment(11, &format!("{base}/a.png")), attachment(12, &format!("{base}/b.png"))]));
    let objects = Arc::new(MemoryObjects::new());
    let server = Server::without_jobs(objects.clone()).await;
    let request = with_media(&export, MediaMode::Directory(folder.path().to_owned()));
    site::import(&server.app, &request).await.unwrap();
    let made = async || {
        let stored = objects.list("media/", None, 1000).await.unwrap().entries;
        stored.into_iter().filter(|entry| !entry.key.contains("/original.")).collect::<Vec<_>>()
    };
    assert_eq!(made().await, []);

    let mut first = Vec::new();
    for start in ["after the import", "again"] {
        let server = Server::without_jobs(objects.clone()).await;
        assert_eq!(unknown_lengths(&server).await, 4, "{start}: medium and thumbnail of each");
        let job = tokio::spawn(jobs::sizes::run(server.app.clone(), Duration::from_millis(20)));
        until("lengths of all sizes", async || unknown_lengths(&server).await == 0).await;
        job.abort();
        let now = made().await;
        assert_eq!(now.len(), 4, "{now:?}");
        if first.is_empty() {
            first = now;
        } else {
            assert_eq!(now, first);
        }
    }
    let medium = first.iter().filter(|entry| entry.key.contains("/300x225-")).map(|entry| entry.size);
    let shown = reqwest::get(server.url("/wp-content/uploads/2012/06/a-300x225.png")).await.unwrap();
    assert!(medium.collect::<Vec<_>>().contains(&shown.content_length().unwrap()), "{first:?}");
}

/// How many sizes, of all images, the API gives without their length.
async fn unknown_lengths(server: &Server) -> usize {
    let answer = reqwest::get(server.url("/wp-json/wp/v2/media")).await.unwrap();
    let media: serde_json::Value = answer.json().await.unwrap();
    let sizes = media.as_array().unwrap().iter().flat_map(|item| item["media_details"]["sizes"].as_object().unwrap());
    sizes.filter(|(name, size)| *name != "full" && size["filesize"].is_null()).count()
}
