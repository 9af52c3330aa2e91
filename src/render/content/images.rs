//! `<img>` in content: size, `srcset`, lazy loading.

use std::collections::BTreeMap;

use super::scan::{slice, tags, tail};
use crate::render::{
    escape,
    image::{self, Image, Picture},
};

/// Images before this many load at once: the first is likely in view.
const EAGER: usize = 1;

/// A finished tag of an attachment in a named size.
pub(super) fn tag(picture: &Picture, size: &str, class: &str, feed: bool) -> String {
    let image = picture.image(size);
    written(&image, (image.width, image.height), class, "", feed)
}

/// The same with declarations for its `style`.
pub(super) fn tag_styled(picture: &Picture, size: &str, class: &str, style: &str) -> String {
    let image = picture.image(size);
    written(&image, (image.width, image.height), class, style, false)
}

/// The whole picture, `width` pixels wide and as high as its shape asks.
pub(super) fn tag_wide(picture: &Picture, width: u32, class: &str) -> String {
    let image = Image { sizes: format!("{width}px"), ..picture.image("full") };
    let height = u64::from(width) * u64::from(image.height) / u64::from(image.width.max(1));
    written(&image, (width, u32::try_from(height).unwrap_or(image.height)), class, "", false)
}

fn written(image: &Image, (width, height): (u32, u32), class: &str, style: &str, feed: bool) -> String {
    let mut tag = String::from("<img");
    if width > 0 && height > 0 {
        tag.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
    }
    tag.push_str(&format!(
        " src=\"{}\" class=\"{}\" alt=\"{}\" decoding=\"async\"",
        escape::url(&image.src),
        escape::html(class),
        escape::html(&image.alt)
    ));
    if !style.is_empty() {
        tag.push_str(&format!(" style=\"{}\"", escape::html(style)));
    }
    if !feed {
        tag.push_str(" loading=\"lazy\"");
    }
    if !image.srcset.is_empty() {
        tag.push_str(&format!(" srcset=\"{}\" sizes=\"{}\"", image.srcset, image.sizes));
    }
    tag.push_str(" />");
    tag
}

/// Adds what content images lack. Tags that say something themselves keep it.
pub(super) fn enrich(html: &str, pictures: Option<&BTreeMap<u64, Picture>>) -> String {
    if !html.contains("<img") && !html.contains("<iframe") {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len() + html.len() / 4);
    let mut from = 0;
    let mut seen = 0;
    for (start, end) in tags(html) {
        let written = slice(html, start, end);
        let is_image = is_tag(written, "<img");
        if !is_image && !is_tag(written, "<iframe") {
            continue;
        }
        out.push_str(slice(html, from, start));
        from = end;
        let attributes = Tag::parse(written);
        let (front, close) = split_end(written);
        out.push_str(front);
        if is_image {
            seen += 1;
            image_extras(&attributes, pictures, seen, &mut out);
        } else if attributes.get("loading").is_none() {
            out.push_str(" loading=\"lazy\"");
        }
        out.push_str(close);
    }
    out.push_str(tail(html, from));
    out
}

fn image_extras(tag: &Tag<'_>, pictures: Option<&BTreeMap<u64, Picture>>, seen: usize, out: &mut String) {
    let known = tag.picture_id().and_then(|id| pictures?.get(&id));
    let mut width = tag.get("width").and_then(|value| value.parse::<u32>().ok());
    let mut height = tag.get("height").and_then(|value| value.parse::<u32>().ok());
    if let Some(picture) = known {
        let source = tag.get("src").unwrap_or("");
        let form = file_name(source);
        let size = picture.sizes.iter().find(|size| file_name(&size.url) == form);
        let real = match size {
            Some(size) => (size.width, size.height),
            None => (picture.width, picture.height),
        };
        if width.is_none() && height.is_none() && real.0 > 0 && real.1 > 0 {
            out.push_str(&format!(" width=\"{}\" height=\"{}\"", real.0, real.1));
            (width, height) = (Some(real.0), Some(real.1));
        }
        if tag.get("srcset").is_none() {
            let srcset = picture.srcset(real.0, real.1);
            if !srcset.is_empty() {
                let shown = width.unwrap_or(real.0);
                out.push_str(&format!(" srcset=\"{srcset}\" sizes=\"{}\"", image::sizes(shown)));
            }
        }
    }
    if tag.get("decoding").is_none() {
        out.push_str(" decoding=\"async\"");
    }
    // Lazy images without a size make the page jump.
    if seen > EAGER && tag.get("loading").is_none() && width.is_some() && height.is_some() {
        out.push_str(" loading=\"lazy\"");
    }
}

/// Ids in `wp-image-7` classes.
pub(super) fn ids(html: &str, add: &mut dyn FnMut(u64)) {
    let mut rest = html;
    while let Some(at) = rest.find("wp-image-") {
        rest = tail(rest, at + "wp-image-".len());
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if let Ok(id) = slice(rest, 0, digits).parse() {
            add(id);
        }
    }
}

fn is_tag(written: &str, opener: &str) -> bool {
    let rest = written.strip_prefix(opener).and_then(|rest| rest.bytes().next());
    rest.is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
}

/// The tag without, and only, its end: ` />`, `/>` or `>`.
fn split_end(written: &str) -> (&str, &str) {
    let front = written.trim_end_matches('>');
    let front = front.strip_suffix('/').unwrap_or(front).trim_end();
    (front, tail(written, front.len()))
}

fn file_name(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// A tag's attributes as written.
struct Tag<'a> {
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    fn parse(written: &'a str) -> Self {
        let mut attributes = Vec::new();
        let mut rest = written.trim_start_matches('<').trim_end_matches('>');
        rest = tail(rest, rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len()));
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let name_length = rest.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(rest.len());
            if name_length == 0 {
                if rest.is_empty() {
                    return Self { attributes };
                }
                rest = tail(rest, 1);
                continue;
            }
            let name = slice(rest, 0, name_length);
            rest = tail(rest, name_length).trim_start();
            let Some(after) = rest.strip_prefix('=') else {
                attributes.push((name, ""));
                continue;
            };
            rest = after.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, next) = match quote {
                Some(quote) => tail(rest, 1).split_once(quote).unwrap_or((tail(rest, 1), "")),
                None => rest.split_at(rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len())),
            };
            attributes.push((name, value));
            rest = next;
        }
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    fn picture_id(&self) -> Option<u64> {
        let class = self.get("class")?;
        class.split_ascii_whitespace().find_map(|word| word.strip_prefix("wp-image-")?.parse().ok())
    }
}
