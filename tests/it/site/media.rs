use bucketpress::{
    content::{Edit, MediaFile, PostId, PostStatus, PostType, edit::SavePost},
    media::UploadRules,
};
use futures_util::StreamExt as _;

use super::{post, save};
use crate::support::{self, Server};

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 800;

fn png() -> Vec<u8> {
    let image = image::RgbImage::from_fn(WIDTH, HEIGHT, |x, y| image::Rgb([(x / 5) as u8, (y / 4) as u8, 90]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Uploads `bytes` to `2026/11/<name>`.
async fn upload(server: &Server, name: &str, bytes: Vec<u8>) -> (PostId, String) {
    let body = futures_util::stream::once(async { Ok(bytes.into()) }).boxed();
    let stored = server.app.media.store(body, name, UploadRules { unfiltered_html: false }).await.unwrap();
    let file = MediaFile { upload_path: format!("2026/11/{name}"), ..stored.file };
    let save_post = SavePost {
        post_type: Some(PostType::Attachment),
        status: Some(PostStatus::Inherit),
        title: Some(name.to_owned()),
        mime_type: Some(file.mime_type.clone()),
        file: Some(file),
        ..SavePost::default()
    };
    (save(server, save_post).await, format!("/wp-content/uploads/2026/11/{name}"))
}

#[tokio::test]
async fn files_are_served_whole_in_part_and_revalidated() {
    let server = Server::start().await;
    let bytes = png();
    let (_, path) = upload(&server, "harbour.png", bytes.clone()).await;
    let whole = server.get(&path).await;
    assert_eq!(whole.status(), 200);
    assert_eq!(whole.headers()["content-type"], "image/png");
    assert_eq!(whole.headers()["accept-ranges"], "bytes");
    assert_eq!(whole.headers()["cache-control"], "public, max-age=2592000");
    let etag = whole.headers()["etag"].clone();
    assert_eq!(whole.bytes().await.unwrap(), bytes);

    let ask = |name: &'static str, value: String| support::client().get(server.url(&path)).header(name, value);
    let part = ask("Range", "bytes=10-19".to_owned()).send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], format!("bytes 10-19/{}", bytes.len()).as_str());
    assert_eq!(part.bytes().await.unwrap(), bytes[10..20]);
    let end = ask("Range", "bytes=-5".to_owned()).send().await.unwrap();
    assert_eq!(end.bytes().await.unwrap(), bytes[bytes.len() - 5..]);
    let beyond = ask("Range", format!("bytes={}-", bytes.len())).send().await.unwrap();
    assert_eq!(beyond.status(), 416);
    assert_eq!(beyond.headers()["content-range"], format!("bytes */{}", bytes.len()).as_str());
    let other = ask("Range", "bytes=0-1".to_owned()).header("If-Range", "\"other\"").send().await.unwrap();
    assert_eq!(other.status(), 200);
    let held = ask("If-None-Match", etag.to_str().unwrap().to_owned()).send().await.unwrap();
    assert_eq!(held.status(), 304);

    let date = super::dates::last_modified(&server, &path).await;
    let held = ask("If-Modified-Since", date.clone()).send().await.unwrap();
    assert_eq!(held.status(), 304);
    assert_eq!(held.headers()["etag"], etag);
    let other = ask("If-Modified-Since", date).header("If-None-Match", "\"other\"").send().await.unwrap();
    assert_eq!(other.status(), 200);
    let earlier = ask("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT".to_owned()).send().await.unwrap();
    assert_eq!(earlier.status(), 200);

    let head = support::client().head(server.url(&path)).send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert_eq!(head.headers()["content-length"], bytes.len().to_string().as_str());
    assert_eq!(server.get("/wp-content/uploads/2026/11/none.png").await.status(), 404);
}

#[tokio::test]
async fn sizes_are_made_when_asked_for() {
    let server = Server::start().await;
    let (id, _) = upload(&server, "pier.png", png()).await;
    let secret = server.app_password(server.admin).await;
    let login = server.app.log.current().state.user(server.admin).unwrap().login;
    let told = async || {
        let item = support::client().get(server.url(&format!("/wp-json/wp/v2/media/{id}")));
        let item: serde_json::Value =
            item.basic_auth(&login, Some(&secret)).send().await.unwrap().json().await.unwrap();
        item["media_details"]["sizes"]["medium"]["filesize"].as_u64()
    };
    assert_eq!(told().await, None, "nobody has asked for it yet");
    let medium = server.get("/wp-content/uploads/2026/11/pier-300x200.png").await;
    assert_eq!(medium.status(), 200);
    assert_eq!(told().await, medium.content_length());
    let etag = medium.headers()["etag"].clone();
    let image = image::load_from_memory(&medium.bytes().await.unwrap()).unwrap();
    assert_eq!((image.width(), image.height()), (300, 200));
    super::dates::last_modified(&server, "/wp-content/uploads/2026/11/pier-300x200.png").await;
    let again = server.get("/wp-content/uploads/2026/11/pier-300x200.png").await;
    assert_eq!(again.headers()["etag"], etag);
    let thumbnail = server.get("/wp-content/uploads/2026/11/pier-150x150.png").await;
    let image = image::load_from_memory(&thumbnail.bytes().await.unwrap()).unwrap();
    assert_eq!((image.width(), image.height()), (150, 150));
    assert_eq!(server.get("/wp-content/uploads/2026/11/pier-301x77.png").await.status(), 404, "no size of this site");

    let shown = SavePost { thumbnail: Some(Some(id)), ..post("With a picture", "x") };
    let path = super::path(&server, save(&server, shown).await);
    let page = server.get(&path).await.text().await.unwrap();
    assert!(page.contains("/wp-content/uploads/2026/11/pier-1024x683.png"), "{page}");
    assert!(page.contains("srcset="), "{page}");
}

#[tokio::test]
async fn files_in_the_trash_are_gone() {
    let server = Server::start().await;
    let (id, path) = upload(&server, "gone.png", png()).await;
    assert_eq!(server.get(&path).await.status(), 200);
    server.apply(Edit::TrashPost { id, base: None }).await;
    assert_eq!(server.get(&path).await.status(), 404);
    assert_eq!(server.get("/wp-content/uploads/2026/11/gone-300x200.png").await.status(), 404);
}
