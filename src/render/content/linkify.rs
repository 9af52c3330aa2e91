//! Addresses in plain text become links.

use super::scan::{slice, tags, tail};
use crate::render::escape;

/// `http://…` and `https://…` outside of tags and links. The links carry `nofollow ugc`: readers wrote them.
pub(super) fn links(text: &str) -> String {
    if !text.contains("http") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 64);
    let mut from = 0;
    let mut in_link = 0_usize;
    for (start, end) in tags(text) {
        let before = slice(text, from, start);
        if in_link == 0 {
            in_text(before, &mut out);
        } else {
            out.push_str(before);
        }
        let tag = slice(text, start, end);
        if tag.starts_with("<a ") || tag.starts_with("<a>") {
            in_link += 1;
        } else if tag.starts_with("</a") {
            in_link = in_link.saturating_sub(1);
        }
        out.push_str(tag);
        from = end;
    }
    if in_link == 0 {
        in_text(tail(text, from), &mut out);
    } else {
        out.push_str(tail(text, from));
    }
    out
}

fn in_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find("http") {
        let (before, address) = rest.split_at(at);
        out.push_str(before);
        let boundary = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '"' | '=' | '/'));
        let scheme = ["https://", "http://"].into_iter().find(|scheme| address.starts_with(scheme));
        match scheme {
            Some(scheme) if boundary && address_length(address) > scheme.len() => {
                let url = slice(address, 0, address_length(address));
                let href = escape::url(url);
                out.push_str(&format!("<a href=\"{href}\" rel=\"nofollow ugc\">{url}</a>"));
                rest = tail(address, url.len());
            }
            _ => {
                out.push_str("http");
                rest = tail(address, 4);
            }
        }
    }
    out.push_str(rest);
}

/// Punctuation at the end belongs to the sentence.
fn address_length(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'');
    let url = slice(text, 0, text.find(ends).unwrap_or(text.len()));
    url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']).len()
}
