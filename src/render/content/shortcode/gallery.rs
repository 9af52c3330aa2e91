//! `[gallery ids="1,2,3" columns="3" link="file" size="thumbnail"]`

use super::Attributes;
use crate::render::{
    content::{ContentInput, images},
    escape,
    image::Picture,
};

/// Pictures in one gallery.
const PICTURES_MAX: usize = 500;

pub(super) fn ids(attributes: &Attributes) -> Vec<u64> {
    let named = attributes.get("ids").or_else(|| attributes.get("include")).unwrap_or("");
    named.split(',').filter_map(|id| id.trim().parse().ok()).take(PICTURES_MAX).collect()
}

pub(super) fn render(attributes: &Attributes, input: &ContentInput<'_>, number: usize) -> String {
    let pictures = pictures(attributes, input);
    if pictures.is_empty() {
        return String::new();
    }
    let size = attributes.get("size").unwrap_or("thumbnail");
    if input.feed {
        return pictures.iter().map(|picture| format!("\n{}", linked(picture, size, attributes, input))).collect();
    }
    let columns = attributes.get("columns").and_then(|columns| columns.parse::<u8>().ok()).unwrap_or(3).min(9);
    let class: String = size.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
    let post = input.post_id;
    let mut out = format!(
        "<div id='gallery-{number}' class='gallery galleryid-{post} gallery-columns-{columns} gallery-size-{class}'>"
    );
    for picture in pictures {
        let orientation = if picture.height > picture.width { "portrait" } else { "landscape" };
        out.push_str("<figure class='gallery-item'>\n");
        out.push_str(&format!(
            "<div class='gallery-icon {orientation}'>\n{}\n</div>",
            linked(picture, size, attributes, input)
        ));
        let caption = picture.caption_html.trim();
        if !caption.is_empty() {
            out.push_str(&format!(
                "<figcaption class='wp-caption-text gallery-caption' id='gallery-{number}-{}'>\n{}\n</figcaption>",
                picture.id,
                escape::stray(caption)
            ));
        }
        out.push_str("</figure>");
    }
    out.push_str("\n</div>\n");
    out
}

fn pictures<'a>(attributes: &Attributes, input: &ContentInput<'a>) -> Vec<&'a Picture> {
    let Some(known) = input.pictures else { return Vec::new() };
    let named = ids(attributes);
    let excluded: Vec<u64> =
        attributes.get("exclude").unwrap_or("").split(',').filter_map(|id| id.trim().parse().ok()).collect();
    let chosen = if named.is_empty() { input.children } else { &named };
    let mut pictures: Vec<&Picture> = chosen
        .iter()
        .take(PICTURES_MAX)
        .filter(|id| !excluded.contains(id))
        .filter_map(|id| known.get(id))
        .filter(|picture| picture.is_image())
        .collect();
    match attributes.get("orderby").map(|order| order.split(' ').next().unwrap_or("")) {
        Some("title") => pictures.sort_by(|a, b| a.title.cmp(&b.title)),
        Some("ID" | "id") => pictures.sort_by_key(|picture| picture.id),
        _ => {}
    }
    if attributes.get("order").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
        pictures.reverse();
    }
    pictures
}

fn linked(picture: &Picture, size: &str, attributes: &Attributes, input: &ContentInput<'_>) -> String {
    let image = images::tag(picture, size, &format!("attachment-{size} size-{size}"), input.feed);
    let target = match attributes.get("link") {
        Some("none") => return image,
        Some("file") => &picture.url,
        _ => &picture.page_url,
    };
    if target.is_empty() { image } else { format!("<a href='{}'>{image}</a>", escape::url(target)) }
}
