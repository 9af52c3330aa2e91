//! The fields of attachments that are about their file.

use serde_json::{Map, Value, json};

use crate::{
    content::{MediaFile, Post, Revision},
    http::rest::call::Call,
    render,
};

/// Address of a file below the uploads folder.
pub fn upload_url(call: &Call, upload_path: &str) -> String {
    format!("{}/wp-content/uploads/{upload_path}", call.site().settings().home)
}

fn meta<'a>(post: &'a Post, key: &str) -> &'a str {
    post.meta.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str()).unwrap_or_default()
}

pub fn fields(call: &Call, post: &Post, body: Option<&Revision>, item: &mut Map<String, Value>) {
    let is_image = post.mime_type.starts_with("image/");
    let raw = body.map(|body| body.content.as_str()).unwrap_or_default();
    let url = post.file.as_ref().map_or_else(|| post.guid.clone(), |file| upload_url(call, &file.upload_path));
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("description", json!({ "raw": raw, "rendered": description(call, post, raw, &url) }));
    put("caption", json!({ "raw": post.excerpt, "rendered": caption(post) }));
    put("alt_text", meta(post, "_wp_attachment_image_alt").into());
    put("media_type", if is_image { "image" } else { "file" }.into());
    put("mime_type", post.mime_type.clone().into());
    put("media_details", post.file.as_ref().map_or_else(|| json!({}), |file| details(call, file)));
    put("post", post.parent.map_or(Value::Null, |id| id.0.into()));
    put("source_url", url.into());
    put("missing_image_sizes", json!([]));
}

fn caption(post: &Post) -> String {
    if post.excerpt.is_empty() { String::new() } else { render::content::excerpt_html(&post.excerpt) }
}

/// The description, with the file itself before it, as WordPress shows it on attachment pages.
fn description(call: &Call, post: &Post, raw: &str, url: &str) -> String {
    let escape = render::escape::html;
    let picture = match post.file.as_ref().and_then(|file| file.width.zip(file.height)) {
        Some((width, height)) if post.mime_type.starts_with("image/") => {
            let (width, height) = fit((width, height), call.site().settings().image_sizes.medium);
            let alt = escape(meta(post, "_wp_attachment_image_alt"));
            format!(
                "<p class=\"attachment\"><a href='{0}'><img width=\"{width}\" height=\"{height}\" src=\"{0}\" \
                 class=\"attachment-medium size-medium\" alt=\"{alt}\" decoding=\"async\" loading=\"lazy\" /></a></p>\n",
                escape(url),
            )
        }
        _ => format!(
            "<p class=\"attachment\"><a href='{0}'>{1}</a></p>\n",
            escape(url),
            render::title::html(&post.title)
        ),
    };
    format!("{picture}{}", render::content::excerpt_html(raw))
}

/// `width` and `height` within a box; 0 does not limit that side; never enlarged.
fn fit((width, height): (u32, u32), (box_width, box_height): (u32, u32)) -> (u32, u32) {
    let ratio = |side: u32, limit: u32| if limit == 0 || side == 0 { 1.0 } else { f64::from(limit) / f64::from(side) };
    let scale = ratio(width, box_width).min(ratio(height, box_height)).min(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the side it came from")]
    let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    (scaled(width), scaled(height))
}

fn details(call: &Call, file: &MediaFile) -> Value {
    let (Some(width), Some(height)) = (file.width, file.height) else {
        return json!({ "filesize": file.size_bytes, "mime_type": file.mime_type, "sizes": {} });
    };
    let mut sizes = Map::new();
    for (name, width, height) in sizes_of(call, width, height) {
        let path = sized_path(&file.upload_path, width, height);
        let size = json!({
            "file": file_name(&path),
            "width": width,
            "height": height,
            "mime_type": file.mime_type,
            "source_url": upload_url(call, &path),
        });
        sizes.insert(name.to_owned(), size);
    }
    let full = json!({
        "file": file_name(&file.upload_path),
        "width": width,
        "height": height,
        "mime_type": file.mime_type,
        "source_url": upload_url(call, &file.upload_path),
    });
    sizes.insert("full".to_owned(), full);
    json!({
        "width": width,
        "height": height,
        "file": file.upload_path,
        "filesize": file.size_bytes,
        "sizes": sizes,
        "image_meta": image_meta(),
    })
}

/// The sizes smaller than the original, by the site's settings.
fn sizes_of(call: &Call, width: u32, height: u32) -> Vec<(&'static str, u32, u32)> {
    let sizes = &call.site().settings().image_sizes;
    let mut made = Vec::new();
    let boxes = [
        ("medium", sizes.medium),
        ("large", sizes.large),
        ("medium_large", sizes.medium_large),
        ("1536x1536", (1536, 1536)),
        ("2048x2048", (2048, 2048)),
    ];
    for (name, limit) in boxes {
        let (scaled_width, scaled_height) = fit((width, height), limit);
        if (scaled_width, scaled_height) != (width, height) {
            made.push((name, scaled_width, scaled_height));
        }
    }
    let (box_width, box_height) = sizes.thumbnail;
    let thumbnail = if sizes.thumbnail_crop {
        (box_width.min(width), box_height.min(height))
    } else {
        fit((width, height), sizes.thumbnail)
    };
    if thumbnail != (width, height) {
        made.push(("thumbnail", thumbnail.0, thumbnail.1));
    }
    made
}

/// `2026/11/name.jpg` → `2026/11/name-300x200.jpg`
fn sized_path(path: &str, width: u32, height: u32) -> String {
    match path.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{width}x{height}.{extension}"),
        None => format!("{path}-{width}x{height}"),
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What WordPress reads from EXIF and IPTC. Not read here; the members are there for clients that expect them.
fn image_meta() -> Value {
    json!({
        "aperture": "0", "credit": "", "camera": "", "caption": "", "created_timestamp": "0", "copyright": "",
        "focal_length": "0", "iso": "0", "shutter_speed": "0", "title": "", "orientation": "0", "keywords": [],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_fit_their_box() {
        assert_eq!(fit((1600, 1200), (300, 300)), (300, 225));
        assert_eq!(fit((768, 2560), (768, 0)), (768, 2560));
        assert_eq!(fit((10, 10), (300, 300)), (10, 10));
        assert_eq!(sized_path("2026/11/a.b.jpg", 3, 2), "2026/11/a.b-3x2.jpg");
    }
}
