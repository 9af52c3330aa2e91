//! Pages in content. Nothing is fetched: posts of this site are shown as cards in frames, two video hosts get their
//! cookie-less player, both loaded when they come into view; everything else is a link.

use std::collections::BTreeMap;

use super::{
    Frame,
    scan::{rewrite, slice, tail},
};
use crate::render::escape;

/// Addresses one post's content may ask about.
const ADDRESSES_MAX: usize = 100;
/// Bytes of one that is looked at.
const ADDRESS_BYTES_MAX: usize = 2000;

const WRAPPER: &str = "<div class=\"wp-block-embed__wrapper\">";
const SHORTCODE: &str = "[embed";

type Frames<'a> = Option<&'a BTreeMap<String, Frame>>;

/// What `content` may embed: addresses alone on a line, in the wrapper of an embed block, in `[embed]`.
pub(super) fn addresses(content: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        let text = text.trim();
        let fits = text.len() <= ADDRESS_BYTES_MAX && found.len() < ADDRESSES_MAX;
        if fits && is_web_address(text) && !found.iter().any(|known| known == text) {
            found.push(text.to_owned());
        }
    };
    if !content.contains("http") {
        return found;
    }
    content.split('\n').for_each(&mut add);
    for (opener, closer) in [(WRAPPER, '<'), (SHORTCODE, '[')] {
        for (at, _) in content.match_indices(opener) {
            let inner = tail(content, at + opener.len());
            // a shortcode may have attributes; not looked for to the end of the text each time
            let attributes = match opener {
                SHORTCODE => inner.bytes().take(ADDRESS_BYTES_MAX).position(|byte| byte == b']').map(|at| at + 1),
                _ => Some(0),
            };
            let Some(attributes) = attributes else { continue };
            add(tail(inner, attributes).split(closer).next().unwrap_or_default());
        }
    }
    found
}

/// A frame with a post of this site. Scripts in it tell pages of other sites how high it is; a click leads the whole
/// page on.
pub fn frame(frame: &Frame, (width, height): (u64, u64)) -> String {
    let picture = if frame.has_picture { " data-picture" } else { "" };
    format!(
        "<iframe class=\"wp-embedded-content\" sandbox=\"allow-scripts allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation\" security=\"restricted\" src=\"{}\" title=\"{}\" width=\"{width}\" height=\"{height}\"{picture} loading=\"lazy\" frameborder=\"0\" marginwidth=\"0\" marginheight=\"0\" scrolling=\"no\"></iframe>",
        escape::url(&frame.url),
        escape::html(&frame.title)
    )
}

/// For an embed whose address is all there is: a frame, a player or a link.
pub fn link(url: &str, frames: Frames<'_>) -> String {
    // Content went through entity encoding on its way here.
    let url = url.trim();
    if !is_web_address(url) {
        return escape::html(url);
    }
    let kind = match (of_site(url, frames), player_address(url)) {
        (Some(_), _) => "is-type-wp-embed",
        (None, Some(_)) => "is-type-video wp-has-aspect-ratio wp-embed-aspect-16-9",
        (None, None) => return format!("<p>{}</p>", anchor(url)),
    };
    format!(
        "<figure class=\"wp-block-embed {kind}\"><div class=\"wp-block-embed__wrapper\">{}</div></figure>",
        shown(url, frames)
    )
}

fn of_site<'f>(url: &str, frames: Frames<'f>) -> Option<&'f Frame> {
    frames?.get(url)
}

fn shown(url: &str, frames: Frames<'_>) -> String {
    of_site(url, frames).map_or_else(|| player(url), |known| frame(known, (600, 338)))
}

/// A player's frame, or a link where the host is none of those we know.
pub fn player(url: &str) -> String {
    match player_address(url) {
        Some((host, address)) => format!(
            "<iframe src=\"{}\" title=\"Video on {host}\" width=\"640\" height=\"360\" loading=\"lazy\" allow=\"fullscreen; picture-in-picture; encrypted-media\" referrerpolicy=\"strict-origin-when-cross-origin\"></iframe>",
            escape::url(&address)
        ),
        None => anchor(url),
    }
}

/// The bare address inside the wrapper of an embed block becomes a frame, a player or a link.
pub(super) fn blocks(html: &str, frames: Frames<'_>) -> String {
    if !html.contains(WRAPPER) {
        return html.to_owned();
    }
    rewrite(html, '<', |at, out| {
        let inner = tail(html, at).strip_prefix(WRAPPER)?;
        let length = inner.find('<')?;
        let url = slice(inner, 0, length).trim();
        if !is_web_address(url) {
            return None;
        }
        out.push_str(WRAPPER);
        out.push_str(&shown(url, frames));
        Some(at + WRAPPER.len() + length)
    })
}

/// Addresses alone on a line of classic content: WordPress would embed them.
pub(super) fn lines(text: &str, frames: Frames<'_>) -> String {
    if !text.contains("http") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let trimmed = line.trim();
        let is_shown = || of_site(trimmed, frames).is_some() || player_address(trimmed).is_some();
        if is_web_address(trimmed) && is_shown() {
            out.push_str(&link(trimmed, frames));
        } else if is_web_address(trimmed) && !trimmed.contains(['[', ']']) {
            out.push_str(&anchor(trimmed));
        } else {
            out.push_str(line);
        }
    }
    out
}

fn anchor(url: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape::url(url), escape::html(url))
}

/// One absolute address and nothing else.
fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
}

/// Host's name and the address of its player.
fn player_address(url: &str) -> Option<(&'static str, String)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(host);
    match host {
        "youtube.com" | "youtube-nocookie.com" => {
            let id = path
                .strip_prefix("embed/")
                .or_else(|| path.strip_prefix("shorts/"))
                .or_else(|| path.strip_prefix("v/"))
                .or_else(|| path.strip_prefix("watch?").and_then(query_v))?;
            youtube(id)
        }
        "youtu.be" => youtube(path),
        "vimeo.com" => {
            let id: String = path.chars().take_while(char::is_ascii_digit).collect();
            (!id.is_empty()).then(|| ("Vimeo", format!("https://player.vimeo.com/video/{id}?dnt=1")))
        }
        _ => None,
    }
}

fn query_v(query: &str) -> Option<&str> {
    query.split(['&', ';', '#']).find_map(|pair| pair.strip_prefix("v="))
}

fn youtube(id: &str) -> Option<(&'static str, String)> {
    let id: String = id.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
    (id.len() >= 6).then(|| ("YouTube", format!("https://www.youtube-nocookie.com/embed/{id}")))
}
