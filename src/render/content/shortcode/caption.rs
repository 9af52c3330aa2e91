//! `[caption id="attachment_6" align="alignleft" width="300"]<img …> Text[/caption]`

use super::{
    super::scan::{slice, tail},
    Attributes,
};
use crate::render::{content::ContentInput, escape};

pub(super) fn render(attributes: &Attributes, inner: &str, input: &ContentInput<'_>) -> String {
    let inner = super::run(inner, input);
    // The picture first, perhaps in a link; what follows is the caption. Old ones have it as an attribute.
    let (picture, after) = match picture_end(&inner) {
        Some(end) => (slice(&inner, 0, end), tail(&inner, end).trim()),
        None => (inner.as_str(), ""),
    };
    let text = attributes.get("caption").unwrap_or(after).trim();
    let width = attributes.get("width").and_then(|width| width.trim_end_matches("px").parse::<u32>().ok()).unwrap_or(0);
    if width < 1 || text.is_empty() {
        return inner.clone();
    }
    let picture = if attributes.get("caption").is_some() { inner.as_str() } else { picture };
    let align = attributes.get("align").unwrap_or("alignnone");
    let class = match attributes.get("class") {
        Some(class) => format!("wp-caption {align} {class}"),
        None => format!("wp-caption {align}"),
    };
    let mut opening = String::from("<figure ");
    let mut caption_id = String::new();
    if let Some(id) = attributes.get("id").map(html_id).filter(|id| !id.is_empty()) {
        caption_id = format!("id=\"caption-{}\" ", escape::html(&id.replace('_', "-")));
        let described_by = escape::html(&id.replace('_', "-"));
        opening.push_str(&format!("id=\"{}\" aria-describedby=\"caption-{described_by}\" ", escape::html(&id)));
    }
    format!(
        "{opening}style=\"width: {width}px\" class=\"{}\">{picture}<figcaption {caption_id}class=\"wp-caption-text\">{text}</figcaption></figure>",
        escape::html(&class)
    )
}

/// End of a leading `<img>`, or of a leading link around one.
fn picture_end(inner: &str) -> Option<usize> {
    let lead = inner.len() - inner.trim_start().len();
    let rest = tail(inner, lead);
    if starts_with_tag(rest, "<a") {
        let image = rest.find("<img")?;
        let close = tail(rest, image).find("</a>")?;
        return Some(lead + image + close + 4);
    }
    starts_with_tag(rest, "<img").then_some(())?;
    rest.find('>').map(|end| lead + end + 1)
}

fn starts_with_tag(text: &str, tag: &str) -> bool {
    text.strip_prefix(tag)
        .and_then(|rest| rest.bytes().next())
        .is_some_and(|byte| byte.is_ascii_whitespace() || byte == b'>')
}

fn html_id(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect()
}
