//! Pages of other hosts in content. Nothing is fetched: two video hosts get their cookie-less player, loaded
//! when it comes into view; everything else is a link.

use super::scan::{rewrite, slice, tail};
use crate::render::escape;

/// For an embed whose address is all there is: a player or a link in a figure.
pub fn link(url: &str) -> String {
    // Content went through entity encoding on its way here.
    let url = url.trim();
    if !is_web_address(url) {
        return escape::html(url);
    }
    match player_address(url) {
        Some(_) => format!(
            "<figure class=\"wp-block-embed is-type-video wp-has-aspect-ratio wp-embed-aspect-16-9\"><div class=\"wp-block-embed__wrapper\">{}</div></figure>",
            player(url)
        ),
        None => format!("<p>{}</p>", anchor(url)),
    }
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

/// The bare address inside the wrapper of an embed block becomes a player or a link.
pub(super) fn blocks(html: &str) -> String {
    const WRAPPER: &str = "<div class=\"wp-block-embed__wrapper\">";
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
        out.push_str(&player(url));
        Some(at + WRAPPER.len() + length)
    })
}

/// Addresses alone on a line of classic content: WordPress would embed them.
pub(super) fn lines(text: &str) -> String {
    if !text.contains("http") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let trimmed = line.trim();
        if is_web_address(trimmed) && player_address(trimmed).is_some() {
            out.push_str(&link(trimmed));
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
