//! What WordPress makes of a block's attributes when it shows it: the classes of its layout, and links to
//! profiles, of which only the attributes are stored.

use serde_json::{Map, Value};

use super::{
    blocks::{Delimiter, Kind},
    dynamic::css_value,
    scan::{slice, tags, tail},
};
use crate::render::escape;

/// Columns a grid's class can name.
const COLUMNS_MAX: u64 = 16;

/// What is added to the element that holds a block's inner blocks.
pub(super) struct Layout {
    classes: String,
    /// Declarations, each ended with a semicolon.
    style: String,
}

impl From<String> for Layout {
    fn from(classes: String) -> Self {
        Self { classes, style: String::new() }
    }
}

/// How inner blocks lie where their block does not say, as WordPress 6.1 tells it.
fn usual(name: &str) -> Option<&'static str> {
    match name.strip_prefix("core/").unwrap_or(name) {
        "columns" | "buttons" | "gallery" | "social-links" => Some("is-layout-flex"),
        "column" | "group" => Some("is-layout-flow"),
        _ => None,
    }
}

/// How the block's inner blocks lie; `None` for blocks without such.
pub(super) fn of(delimiter: &Delimiter<'_>) -> Option<Layout> {
    if delimiter.kind != Kind::Open {
        return None;
    }
    let usual = || usual(delimiter.name).map(str::to_owned);
    let says = |name: &str| delimiter.attributes.is_some_and(|attributes| attributes.contains(name));
    if !says("\"layout\"") && !says("\"blockGap\"") {
        return usual().map(Layout::from);
    }
    let attributes = delimiter.value();
    let lies = match attributes.get("layout").and_then(Value::as_object) {
        Some(layout) => said(layout, usual()),
        None => Layout::from(usual()?),
    };
    Some(match attributes.pointer("/style/spacing/blockGap").and_then(Gap::of) {
        Some(gap) => gap.on(lies, delimiter.name),
        None => lies,
    })
}

fn said(layout: &Map<String, Value>, usual: Option<String>) -> Layout {
    let text = |name: &str| layout.get(name).and_then(Value::as_str).unwrap_or("");
    let mut classes = Vec::new();
    let mut style = String::new();
    match text("orientation") {
        "vertical" => classes.push("is-vertical".to_owned()),
        "horizontal" => classes.push("is-horizontal".to_owned()),
        _ => {}
    }
    if let side @ ("left" | "center" | "right" | "space-between" | "stretch") = text("justifyContent") {
        classes.push(format!("is-content-justification-{side}"));
    }
    if text("flexWrap") == "nowrap" {
        classes.push("is-nowrap".to_owned());
    }
    if let edge @ ("top" | "center" | "bottom" | "stretch" | "space-between") = text("verticalAlignment") {
        classes.push(format!("are-vertically-aligned-{edge}"));
    }
    classes.push(match text("type") {
        "flex" => "is-layout-flex".to_owned(),
        "constrained" => "is-layout-constrained".to_owned(),
        "grid" => match layout.get("columnCount").and_then(Value::as_u64) {
            Some(columns @ 1..=COLUMNS_MAX) => format!("is-layout-grid columns-{columns}"),
            _ => {
                if let Some(width) = layout.get("minimumColumnWidth").and_then(css_value) {
                    style = format!("grid-template-columns:repeat(auto-fill,minmax(min({width},100%),1fr));");
                }
                "is-layout-grid".to_owned()
            }
        },
        // a gallery may be told how its pictures are justified, not what kind of layout it has
        _ => usual.unwrap_or_else(|| "is-layout-flow".to_owned()),
    });
    Layout { classes: classes.join(" "), style }
}

/// Between inner blocks: of rows, and within a row.
struct Gap {
    row: String,
    column: String,
}

impl Gap {
    /// One value for both, or one for each, as `top` and `left`. What is missing is as wide as the other.
    fn of(said: &Value) -> Option<Self> {
        let side = |name: &str| said.get(name).and_then(css_value);
        let both = css_value(said);
        let row = both.clone().or_else(|| side("top"));
        let column = both.or_else(|| side("left"));
        Some(Self { row: row.clone().or_else(|| column.clone())?, column: column.or(row)? })
    }

    /// Rows and grids have gaps. Blocks below one another have margins, which the theme gives them by the variable.
    fn on(self, mut lies: Layout, name: &str) -> Layout {
        let Self { row, column } = self;
        if !lies.classes.contains("is-layout-flex") && !lies.classes.contains("is-layout-grid") {
            lies.classes = format!("has-block-gap {}", lies.classes);
            lies.style.push_str(&format!("--wp--style--block-gap:{row};"));
            return lies;
        }
        if row == column {
            lies.style.push_str(&format!("gap:{row};"));
        } else {
            lies.style.push_str(&format!("gap:{row} {column};"));
        }
        if name.trim_start_matches("core/") == "gallery" {
            // pictures are as wide as it leaves them, which takes a unit to reckon
            let column = if column == "0" { "0px" } else { &column };
            lies.style.push_str(&format!("--wp--style--unstable-gallery-gap:{column};"));
        }
        lies
    }
}

/// Writes `html`, the beginning of a block, with `layout` added to the element its inner blocks stand in: the last that
/// is open at its end. Where none is, it is the first.
pub(super) fn push_with(out: &mut String, html: &str, layout: &Layout) {
    let Some(start) = holder(html).or_else(|| html.find('<')) else { return out.push_str(html) };
    let end = tail(html, start).find('>').map_or(html.len(), |length| start + length);
    let mut tag = added(slice(html, start, end), "class", &layout.classes);
    if !layout.style.is_empty() {
        tag = added(&tag, "style", &escape::html(&layout.style));
    }
    out.push_str(slice(html, 0, start));
    out.push_str(&tag);
    out.push_str(tail(html, end));
}

/// The tag with `value` in front of what its attribute says.
fn added(tag: &str, attribute: &str, value: &str) -> String {
    let opening = format!(" {attribute}=\"");
    match tag.find(&opening) {
        Some(found) => {
            let at = found + opening.len();
            format!("{}{value} {}", slice(tag, 0, at), tail(tag, at))
        }
        None => {
            let name = 1 + tail(tag, 1).bytes().take_while(u8::is_ascii_alphanumeric).count();
            format!("{} {attribute}=\"{value}\"{}", slice(tag, 0, name), tail(tag, name))
        }
    }
}

/// Where the tag of the innermost element begins that is open at the end of `html`.
fn holder(html: &str) -> Option<usize> {
    const VOID: [&str; 6] = ["br", "hr", "img", "input", "source", "wbr"];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (start, end) in tags(html) {
        let tag = slice(html, start, end);
        let closes = tag.starts_with("</");
        let rest = tail(tag, if closes { 2 } else { 1 });
        let name = slice(rest, 0, rest.bytes().take_while(u8::is_ascii_alphanumeric).count());
        if name.is_empty() || VOID.contains(&name) || tag.ends_with("/>") {
            continue;
        }
        if !closes {
            open.push((start, name));
        } else if let Some(at) = open.iter().rposition(|(_, opened)| *opened == name) {
            open.truncate(at);
        }
    }
    open.last().map(|(start, _)| *start)
}

/// The item of a `social-link` block; `None` for other blocks, and for one without an address.
pub(super) fn social_link(delimiter: &Delimiter<'_>) -> Option<String> {
    if delimiter.kind != Kind::Void || delimiter.name.trim_start_matches("core/") != "social-link" {
        return None;
    }
    let attributes = delimiter.value();
    let text = |name: &str| attributes.get(name).and_then(Value::as_str).unwrap_or("").trim();
    let url = match text("url") {
        "" => return None,
        address if address.contains('@') && !address.contains("//") && !address.starts_with("mailto:") => {
            format!("mailto:{address}")
        }
        address => address.to_owned(),
    };
    let service: String = text("service").chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let label = if text("label").is_empty() { service_name(&service) } else { text("label").to_owned() };
    Some(format!(
        "<li class=\"wp-social-link wp-social-link-{service} wp-block-social-link\"><a href=\"{}\" class=\"wp-block-social-link-anchor\"><span class=\"wp-block-social-link-label\">{}</span></a></li>",
        escape::url(&url),
        escape::html(&label)
    ))
}

/// As the service writes itself, as far as that differs from a capital letter in front.
fn service_name(service: &str) -> String {
    let known = match service {
        "" | "chain" => "Link",
        "bluesky" => "Bluesky",
        "codepen" => "CodePen",
        "deviantart" => "DeviantArt",
        "feed" => "RSS feed",
        "fivehundredpx" => "500px",
        "github" => "GitHub",
        "lastfm" => "Last.fm",
        "linkedin" => "LinkedIn",
        "mail" => "Email",
        "soundcloud" => "SoundCloud",
        "tiktok" => "TikTok",
        "vk" => "VK",
        "whatsapp" => "WhatsApp",
        "wordpress" => "WordPress",
        "x" => "X",
        "youtube" => "YouTube",
        other => {
            let mut letters = other.chars();
            return letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
        }
    };
    known.to_owned()
}
