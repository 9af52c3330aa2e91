//! HTML reduced to what users without `unfiltered_html`, and readers who comment, may use.
//!
//! The allowed elements and attributes are WordPress's. What comes out is balanced and parses the same way
//! again; block comments (`<!-- wp:… -->`), `<!--more-->` and `<!--nextpage-->` stay as they were written.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

/// Cleans the content, excerpt or other long text of a post.
pub fn clean_post(html: &str) -> String {
    if is_plain(html) {
        return html.to_owned();
    }
    POST.clean(&double_first_newlines(&strip_other_comments(html))).to_string()
}

/// Cleans a comment, a title or another short text: inline elements only.
pub fn clean_comment(html: &str) -> String {
    if is_plain(html) {
        return html.to_owned();
    }
    COMMENT.clean(html).to_string()
}

/// Nothing in it means anything in HTML.
fn is_plain(text: &str) -> bool {
    !text.contains(['<', '>', '&', '\0'])
}

static POST: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(POST_TAGS.iter().copied().collect())
        .clean_content_tags(["script", "style", "title"].into())
        .tag_attributes(attributes(POST_ATTRIBUTES))
        .generic_attributes(GLOBAL_ATTRIBUTES.iter().copied().collect())
        .generic_attribute_prefixes(["data-"].into())
        .url_schemes(URL_SCHEMES.iter().copied().collect())
        .url_relative(UrlRelative::PassThrough)
        .filter_style_properties(STYLE_PROPERTIES.iter().copied().collect())
        .link_rel(None)
        .strip_comments(false);
    builder
});

static COMMENT: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(COMMENT_TAGS.iter().copied().collect())
        .clean_content_tags(["script", "style", "title"].into())
        .tag_attributes(attributes(COMMENT_ATTRIBUTES))
        .url_schemes(URL_SCHEMES.iter().copied().collect())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("nofollow ugc"));
    builder
});

fn attributes(table: &[(&'static str, &'static [&'static str])]) -> HashMap<&'static str, HashSet<&'static str>> {
    table.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect()
}

/// Drops comments that are neither blocks nor page breaks: conditional comments, editors' leftovers.
fn strip_other_comments(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        let Some((comment, behind)) = after.split_once("-->") else {
            // an open comment swallows the rest, as it would in a browser
            return kept;
        };
        if means_something(comment) {
            kept.push_str("<!--");
            kept.push_str(comment);
            kept.push_str("-->");
        }
        rest = behind;
    }
    kept.push_str(rest);
    kept
}

/// The parser drops a line feed right after `<pre>`, the serialiser does not put it back: give it one to drop.
fn double_first_newlines(html: &str) -> String {
    // ASCII lower-casing keeps every byte position
    let lower = html.to_ascii_lowercase();
    let mut doubled = String::with_capacity(html.len());
    let mut from = 0;
    for (start, _) in lower.match_indices("<pre") {
        if start < from {
            // inside a tag already seen
            continue;
        }
        let Some(end) = html.get(start..).and_then(|tag| tag.find('>')).map(|end| start + end + 1) else { break };
        doubled.push_str(html.get(from..end).unwrap_or_default());
        if html.get(end..).is_some_and(|behind| behind.starts_with('\n')) {
            doubled.push('\n');
        }
        from = end;
    }
    doubled.push_str(html.get(from..).unwrap_or_default());
    doubled
}

fn means_something(comment: &str) -> bool {
    let text = comment.trim();
    let block = text.strip_prefix('/').unwrap_or(text);
    // `<!-->` and `--!>` end a comment early: such a one is no block
    let is_whole = !comment.starts_with('>') && !comment.starts_with("->") && !comment.contains("--!>");
    is_whole && (block.starts_with("wp:") || text == "nextpage" || text == "noteaser" || text.starts_with("more"))
}

const POST_TAGS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "bdo",
    "big",
    "blockquote",
    "br",
    "button",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "main",
    "map",
    "mark",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rb",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
];

const GLOBAL_ATTRIBUTES: &[&str] = &[
    "aria-controls",
    "aria-current",
    "aria-describedby",
    "aria-details",
    "aria-expanded",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "aria-live",
    "class",
    "dir",
    "hidden",
    "id",
    "lang",
    "role",
    "style",
    "title",
    "xml:lang",
];

const POST_ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "rel", "rev", "name", "target", "download"]),
    ("area", &["alt", "coords", "href", "nohref", "shape", "target"]),
    ("article", &["align"]),
    ("aside", &["align"]),
    ("audio", &["autoplay", "controls", "loop", "muted", "preload", "src"]),
    ("blockquote", &["cite"]),
    ("button", &["disabled", "name", "type", "value"]),
    ("caption", &["align"]),
    ("col", &["align", "char", "charoff", "span", "valign", "width"]),
    ("colgroup", &["align", "char", "charoff", "span", "valign", "width"]),
    ("del", &["datetime"]),
    ("details", &["align", "open"]),
    ("div", &["align"]),
    ("figcaption", &["align"]),
    ("figure", &["align"]),
    ("font", &["color", "face", "size"]),
    ("footer", &["align"]),
    ("h1", &["align"]),
    ("h2", &["align"]),
    ("h3", &["align"]),
    ("h4", &["align"]),
    ("h5", &["align"]),
    ("h6", &["align"]),
    ("header", &["align"]),
    ("hgroup", &["align"]),
    ("hr", &["align", "noshade", "size", "width"]),
    ("img", &["align", "alt", "border", "height", "hspace", "loading", "longdesc", "src", "usemap", "vspace", "width"]),
    ("ins", &["cite", "datetime"]),
    ("label", &["for"]),
    ("legend", &["align"]),
    ("li", &["align", "value"]),
    ("main", &["align"]),
    ("map", &["name"]),
    ("menu", &["type"]),
    ("nav", &["align"]),
    ("ol", &["reversed", "start", "type"]),
    ("p", &["align"]),
    ("pre", &["width"]),
    ("q", &["cite"]),
    ("section", &["align"]),
    ("source", &["src", "type"]),
    ("span", &["align"]),
    ("summary", &["align"]),
    ("table", &["align", "bgcolor", "border", "cellpadding", "cellspacing", "rules", "summary", "width"]),
    ("tbody", &["align", "char", "charoff", "valign"]),
    ("td", CELL_ATTRIBUTES),
    ("tfoot", &["align", "char", "charoff", "valign"]),
    ("th", CELL_ATTRIBUTES),
    ("thead", &["align", "char", "charoff", "valign"]),
    ("tr", &["align", "bgcolor", "char", "charoff", "valign"]),
    ("track", &["default", "kind", "label", "src", "srclang"]),
    ("ul", &["type"]),
    ("video", &["autoplay", "controls", "height", "loop", "muted", "playsinline", "poster", "preload", "src", "width"]),
];

const CELL_ATTRIBUTES: &[&str] = &[
    "abbr", "align", "axis", "bgcolor", "char", "charoff", "colspan", "headers", "height", "nowrap", "rowspan",
    "scope", "valign", "width",
];

const COMMENT_TAGS: &[&str] =
    &["a", "abbr", "acronym", "b", "blockquote", "cite", "code", "del", "em", "i", "q", "s", "strike", "strong"];

/// No `rel`: it is ours to set.
const COMMENT_ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "title"]),
    ("abbr", &["title"]),
    ("acronym", &["title"]),
    ("blockquote", &["cite"]),
    ("del", &["datetime"]),
    ("q", &["cite"]),
];

const URL_SCHEMES: &[&str] = &[
    "http", "https", "ftp", "ftps", "mailto", "news", "irc", "irc6", "ircs", "gopher", "nntp", "feed", "telnet", "mms",
    "rtsp", "sms", "svn", "tel", "fax", "xmpp", "webcal", "urn",
];

/// Without `position` and `display`: a post must not cover the page.
const STYLE_PROPERTIES: &[&str] = &[
    "background",
    "background-color",
    "background-image",
    "background-position",
    "background-size",
    "background-attachment",
    "background-blend-mode",
    "border",
    "border-radius",
    "border-width",
    "border-color",
    "border-style",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-left-radius",
    "border-bottom-right-radius",
    "border-bottom-style",
    "border-bottom-width",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-top",
    "border-top-color",
    "border-top-left-radius",
    "border-top-right-radius",
    "border-top-style",
    "border-top-width",
    "border-spacing",
    "border-collapse",
    "caption-side",
    "columns",
    "column-count",
    "column-fill",
    "column-gap",
    "column-rule",
    "column-span",
    "column-width",
    "color",
    "filter",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "letter-spacing",
    "line-height",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "height",
    "min-height",
    "max-height",
    "width",
    "min-width",
    "max-width",
    "margin",
    "margin-right",
    "margin-bottom",
    "margin-left",
    "margin-top",
    "margin-block-start",
    "margin-block-end",
    "margin-inline-start",
    "margin-inline-end",
    "padding",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "padding-top",
    "padding-block-start",
    "padding-block-end",
    "padding-inline-start",
    "padding-inline-end",
    "flex",
    "flex-basis",
    "flex-direction",
    "flex-flow",
    "flex-grow",
    "flex-shrink",
    "flex-wrap",
    "gap",
    "row-gap",
    "grid-template-columns",
    "grid-auto-columns",
    "grid-column-start",
    "grid-column-end",
    "grid-template-rows",
    "grid-auto-rows",
    "grid-row-start",
    "grid-row-end",
    "grid-gap",
    "justify-content",
    "justify-items",
    "justify-self",
    "align-content",
    "align-items",
    "align-self",
    "clear",
    "cursor",
    "direction",
    "float",
    "list-style-type",
    "object-fit",
    "object-position",
    "overflow",
    "vertical-align",
    "aspect-ratio",
];

#[cfg(test)]
mod tests;
