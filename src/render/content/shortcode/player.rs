//! `[audio]`, `[video]`, `[playlist]`: the browser's own players.

use super::{Attributes, gallery};
use crate::render::{content::ContentInput, escape};

const AUDIO: [(&str, &str); 7] = [
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("flac", "audio/flac"),
    ("m4a", "audio/mp4"),
    ("m4b", "audio/mp4"),
    ("wav", "audio/wav"),
    ("opus", "audio/ogg"),
];
const VIDEO: [(&str, &str); 5] = [
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("webm", "video/webm"),
    ("ogv", "video/ogg"),
    ("mov", "video/quicktime"),
];

pub(super) fn audio(attributes: &Attributes, input: &ContentInput<'_>) -> String {
    let sources = sources(attributes, &AUDIO);
    let Some((_, first)) = sources.first() else { return attached(input, "audio/") };
    let flags = flags(attributes);
    let preload = preload(attributes, "none");
    format!(
        "<audio class=\"wp-audio-shortcode\" preload=\"{preload}\" controls=\"controls\"{flags}>{}{}</audio>",
        source_tags(&sources),
        fallback(first)
    )
}

pub(super) fn video(attributes: &Attributes, input: &ContentInput<'_>) -> String {
    let sources = sources(attributes, &VIDEO);
    let Some((_, first)) = sources.first() else {
        return match attributes.get("src") {
            // A page of a video host, not a file.
            Some(url) => crate::render::content::embed::player(url),
            None => attached(input, "video/"),
        };
    };
    let number = |name: &str, otherwise: u32| {
        attributes.get(name).and_then(|value| value.parse().ok()).filter(|value| *value > 0).unwrap_or(otherwise)
    };
    let (width, height) = (number("width", 640), number("height", 360));
    let poster = match attributes.get("poster").map(escape::url).filter(|url| !url.is_empty()) {
        Some(url) => format!(" poster=\"{url}\""),
        None => String::new(),
    };
    let flags = flags(attributes);
    let preload = preload(attributes, "metadata");
    format!(
        "<div style=\"width: {width}px;\" class=\"wp-video\"><video class=\"wp-video-shortcode\" width=\"{width}\" height=\"{height}\"{poster} preload=\"{preload}\" controls=\"controls\"{flags}>{}{}</video></div>",
        source_tags(&sources),
        fallback(first)
    )
}

/// One player after the other, with titles: no script needed.
pub(super) fn playlist(attributes: &Attributes, input: &ContentInput<'_>) -> String {
    let wanted = if attributes.get("type") == Some("video") { "video/" } else { "audio/" };
    let Some(known) = input.pictures else { return String::new() };
    let named = gallery::ids(attributes);
    let chosen = if named.is_empty() { input.children } else { &named };
    let mut items = String::new();
    for track in chosen.iter().filter_map(|id| known.get(id)).filter(|file| file.mime_type.starts_with(wanted)) {
        let tag = if wanted == "video/" { "video" } else { "audio" };
        items.push_str(&format!(
            "<li><span class=\"wp-playlist-item-title\">{}</span><{tag} controls=\"controls\" preload=\"none\" src=\"{}\"></{tag}></li>",
            escape::html(&track.title),
            escape::url(&track.url)
        ));
    }
    if items.is_empty() { items } else { format!("<ol class=\"wp-playlist\">{items}</ol>") }
}

/// The first file of that kind attached to the post.
fn attached(input: &ContentInput<'_>, kind: &str) -> String {
    let known = input.pictures.into_iter().flat_map(|pictures| input.children.iter().filter_map(|id| pictures.get(id)));
    let Some(file) = known.into_iter().find(|file| file.mime_type.starts_with(kind)) else { return String::new() };
    let tag = if kind == "video/" { "video" } else { "audio" };
    let url = escape::url(&file.url);
    format!("<{tag} class=\"wp-{tag}-shortcode\" controls=\"controls\" preload=\"none\" src=\"{url}\"></{tag}>")
}

/// `src` or `mp3="…"`-like attributes whose address has a known ending, with its media type.
fn sources(attributes: &Attributes, kinds: &[(&'static str, &'static str)]) -> Vec<(&'static str, String)> {
    let mut sources = Vec::new();
    let given = attributes.get("src").map(str::to_owned).or_else(|| attributes.positional.first().cloned());
    let candidates =
        given.into_iter().chain(kinds.iter().filter_map(|(name, _)| attributes.get(name).map(str::to_owned)));
    for url in candidates {
        let path = url.split(['?', '#']).next().unwrap_or("");
        let ending = path.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
        let kind = kinds.iter().find(|(name, _)| *name == ending);
        let safe = escape::url(&url);
        if let Some((_, media_type)) = kind
            && !safe.is_empty()
        {
            sources.push((*media_type, safe));
        }
    }
    sources
}

fn source_tags(sources: &[(&str, String)]) -> String {
    sources.iter().map(|(kind, url)| format!("<source type=\"{kind}\" src=\"{url}\" />")).collect()
}

fn fallback(url: &str) -> String {
    format!("<a href=\"{url}\">{url}</a>")
}

fn flags(attributes: &Attributes) -> String {
    let on = |name: &str| attributes.get(name).is_some_and(|value| !matches!(value, "0" | "false" | "off" | "no"));
    let mut flags = String::new();
    for name in ["loop", "autoplay", "muted"] {
        if on(name) {
            flags.push_str(&format!(" {name}=\"{name}\""));
        }
    }
    flags
}

fn preload(attributes: &Attributes, otherwise: &'static str) -> &'static str {
    match attributes.get("preload") {
        Some("none") => "none",
        Some("metadata") => "metadata",
        Some("auto") => "auto",
        _ => otherwise,
    }
}
