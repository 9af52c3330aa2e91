//! The fields of attachments that are about their file.

use serde_json::{Map, Value, json};

use crate::{
    content::{MediaFile, Post, Revision},
    http::rest::call::Call,
    media::{self, SizeInfo, sizes},
    render,
};

/// The meta that holds an image's alternative text.
pub const ALT: &str = "_wp_attachment_image_alt";

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
    put("alt_text", meta(post, ALT).into());
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
    let sizes = post.file.as_ref().map(|file| sizes(file, &call.site().settings().image_sizes)).unwrap_or_default();
    let medium = sizes.iter().find(|size| size.name == "medium");
    let full = post.file.as_ref().and_then(|file| file.width.zip(file.height));
    let picture = match (medium, full) {
        _ if !post.mime_type.starts_with("image/") => None,
        (Some(medium), _) => Some((sibling(url, &medium.file), medium.width, medium.height)),
        (None, Some((width, height))) => Some((url.to_owned(), width, height)),
        (None, None) => None,
    };
    let shown = match picture {
        Some((source, width, height)) => format!(
            "<img width=\"{width}\" height=\"{height}\" src=\"{}\" class=\"attachment-medium size-medium\" \
             alt=\"{}\" decoding=\"async\" loading=\"lazy\" />",
            escape(&source),
            escape(meta(post, ALT)),
        ),
        None => render::title::html(&post.title),
    };
    format!("<p class=\"attachment\"><a href='{}'>{shown}</a></p>\n{}", escape(url), render::content::excerpt_html(raw))
}

/// The address of a file beside the one at `url`.
fn sibling(url: &str, file: &str) -> String {
    url.rsplit_once('/').map_or_else(|| file.to_owned(), |(folder, _)| format!("{folder}/{file}"))
}

fn details(call: &Call, file: &MediaFile) -> Value {
    let (Some(width), Some(height)) = (file.width, file.height) else {
        return super::recording::details(file);
    };
    let url = upload_url(call, &file.upload_path);
    let entry = |name: &str, width: u32, height: u32, mime_type: &str| {
        json!({
            "file": name, "width": width, "height": height, "mime_type": mime_type, "source_url": sibling(&url, name),
        })
    };
    let settings = &call.site().settings().image_sizes;
    let size_entry = |size: SizeInfo| {
        let mut shown = entry(&size.file, size.width, size.height, &size.mime_type);
        let recipe = media::recipe(file, size.width, size.height, settings, &[]);
        if let Some(bytes) = recipe.and_then(|recipe| call.app.media.derivative_bytes(file, recipe)) {
            shown["filesize"] = bytes.into();
        }
        (size.name.to_owned(), shown)
    };
    let mut listed: Map<String, Value> = sizes(file, settings).into_iter().map(size_entry).collect();
    let name = file.upload_path.rsplit('/').next().unwrap_or_default();
    listed.insert("full".to_owned(), entry(name, width, height, &file.mime_type));
    json!({
        "width": width,
        "height": height,
        "file": file.upload_path,
        "filesize": file.size_bytes,
        "sizes": listed,
        "image_meta": image_meta(file),
    })
}

/// What WordPress reads from EXIF and IPTC; numbers are texts there.
fn image_meta(file: &MediaFile) -> Value {
    let said = file.image_meta.as_deref().cloned().unwrap_or_default();
    let number = |text: String| if text.is_empty() { "0".to_owned() } else { text };
    let seconds = said.created_timestamp.unwrap_or(0);
    json!({
        "aperture": number(said.aperture), "credit": said.credit, "camera": said.camera, "caption": said.caption,
        "created_timestamp": seconds.to_string(), "copyright": said.copyright,
        "focal_length": number(said.focal_length), "iso": number(said.iso),
        "shutter_speed": number(said.shutter_speed), "title": said.title,
        "orientation": if file.image_meta.is_some() { file.orientation.to_string() } else { "0".to_owned() }, "keywords": said.keywords,
    })
}
