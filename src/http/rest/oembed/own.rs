//! What this site says of its posts.

use serde_json::{Map, Value, json};

use crate::{
    http::rest::{call::Call, media},
    index::own_address,
    render::{content, escape, title},
    serve,
};

const WIDTH_MIN: u64 = 200;
const WIDTH_MAX: u64 = 600;

/// The oEmbed answer for the public post at `url`; `None` for other addresses.
pub fn data(call: &Call, url: &str, width: Option<u64>) -> Option<Map<String, Value>> {
    let post = own_address::post_at(call.site(), url, call.now)?;
    let settings = call.site().settings();
    let width = width.unwrap_or(WIDTH_MAX).clamp(WIDTH_MIN, WIDTH_MAX);
    let height = (width * 9).div_ceil(16).max(WIDTH_MIN);
    let mut data = Map::new();
    let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
    put("version", "1.0".into());
    put("provider_name", title::text(&settings.title).into());
    put("provider_url", settings.home.clone().into());
    if let Some(user) = call.site().user(post.author) {
        let address = format!("{}{}", settings.home, call.site().author_path(&user));
        put("author_name", user.display_name.into());
        put("author_url", address.into());
    }
    put("title", title::text(&post.title).into());
    put("type", "rich".into());
    put("width", width.into());
    put("height", height.into());
    if let Some(frame) = serve::embed_frame(call.site(), post.id) {
        put("html", json!(content::frame(&frame, (width, height))));
    }
    if let Some(file) = post.thumbnail.and_then(|id| call.site().post(id)).and_then(|image| image.file)
        && let (Some(width), Some(height)) = (file.width, file.height)
    {
        put("thumbnail_url", media::upload_url(call, &file.upload_path).into());
        put("thumbnail_width", width.into());
        put("thumbnail_height", height.into());
    }
    Some(data)
}

/// True where the address is one of this site, whatever is there.
pub fn is_own(call: &Call, url: &str) -> bool {
    own_address::of_site(call.site().settings(), url).is_some()
}

/// The same as XML.
pub fn xml(data: &Map<String, Value>) -> String {
    let elements = data.iter().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("<{name}>{}</{name}>", escape::xml(&text))
    });
    format!("<?xml version=\"1.0\"?>\n<oembed>{}</oembed>\n", elements.collect::<String>())
}
