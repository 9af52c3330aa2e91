//! Markdown → HTML: tables, footnotes, task lists, strikethrough, smart punctuation, heading anchors,
//! highlighted code.

use std::collections::BTreeMap;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

use super::highlight;
use crate::render::escape;

/// The Markdown written here.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_SMART_PUNCTUATION)
    .union(Options::ENABLE_HEADING_ATTRIBUTES);

/// Finished HTML. Addresses of schemes that run code are dropped; HTML inside passes: of those who may
/// not write it, [`super::clean_markdown`] has made text when it was saved.
pub fn html(source: &str) -> String {
    let mut anchors = Anchors::default();
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut parser = Parser::new_ext(source, OPTIONS);
    while let Some(event) = parser.next() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => events.push(code(&kind, &mut parser)),
            Event::Start(Tag::Heading { level, id, classes, .. }) => {
                heading(level, id.as_deref(), &classes, &mut anchors, &mut parser, &mut events);
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = safe(link_type, dest_url);
                events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let dest_url = safe(link_type, dest_url);
                events.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            // A box that cannot be clicked need not be an input.
            Event::TaskListMarker(done) => {
                let (class, sign) = if done { ("task done", '☑') } else { ("task", '☐') };
                events.push(Event::Html(format!("<span class=\"{class}\">{sign}</span> ").into()));
            }
            other => events.push(other),
        }
    }
    let mut out = String::with_capacity(source.len() * 3 / 2);
    html::push_html(&mut out, events.into_iter());
    out
}

/// The HTML of a Markdown block: CommonMark with tables and strikethrough, HTML as text, nothing of our own. This is
/// what Jetpack makes of the same source, so that its editor finds its block undamaged.
pub fn block(source: &str) -> String {
    let options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);
    let events = Parser::new_ext(source, options).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: safe(link_type, dest_url), title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Image { link_type, dest_url: safe(link_type, dest_url), title, id })
        }
        // Otherwise its lines would stand without an element around them.
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        other => other,
    });
    let mut out = String::with_capacity(source.len() * 3 / 2);
    html::push_html(&mut out, events);
    out
}

fn safe(kind: LinkType, url: CowStr<'_>) -> CowStr<'_> {
    // `<a@b.c>` gets its mailto: from the renderer.
    if kind == LinkType::Email || !escape::url(&url).is_empty() || url.is_empty() { url } else { CowStr::Borrowed("#") }
}

fn code<'a>(kind: &CodeBlockKind<'_>, parser: &mut impl Iterator<Item = Event<'a>>) -> Event<'a> {
    let mut text = String::new();
    for event in parser {
        match event {
            Event::Text(part) => text.push_str(&part),
            Event::End(TagEnd::CodeBlock) => break,
            _ => {}
        }
    }
    let language = match kind {
        CodeBlockKind::Fenced(info) => info.split([' ', ',', '{']).next().unwrap_or(""),
        CodeBlockKind::Indented => "",
    };
    Event::Html(highlight::block(&text, language).into())
}

fn heading<'a>(
    level: HeadingLevel,
    id: Option<&str>,
    classes: &[CowStr<'_>],
    anchors: &mut Anchors,
    parser: &mut impl Iterator<Item = Event<'a>>,
    events: &mut Vec<Event<'a>>,
) {
    let mut inner = Vec::new();
    let mut text = String::new();
    for event in parser {
        match event {
            Event::End(TagEnd::Heading(_)) => break,
            other => {
                if let Event::Text(part) | Event::Code(part) = &other {
                    text.push_str(part);
                }
                inner.push(other);
            }
        }
    }
    let anchor = anchors.unique(id.unwrap_or(&text));
    let class =
        if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", escape::html(&classes.join(" "))) };
    events.push(Event::Html(format!("<{level} id=\"{anchor}\"{class}>").into()));
    events.append(&mut inner);
    events.push(Event::Html(format!("</{level}>\n").into()));
}

/// Anchors used in one document.
#[derive(Default)]
struct Anchors {
    used: BTreeMap<String, usize>,
}

impl Anchors {
    /// Letters and digits of any script in lower case, joined by hyphens; numbered when used before.
    fn unique(&mut self, text: &str) -> String {
        let mut anchor = String::new();
        for c in text.chars().flat_map(char::to_lowercase) {
            if c.is_alphanumeric() || c == '_' {
                anchor.push(c);
            } else if !anchor.is_empty() && !anchor.ends_with('-') && (c.is_whitespace() || c == '-') {
                anchor.push('-');
            }
        }
        let trimmed = anchor.trim_end_matches('-').len();
        anchor.truncate(trimmed);
        if anchor.is_empty() {
            anchor.push_str("section");
        }
        let count = self.used.entry(anchor.clone()).or_insert(0);
        *count += 1;
        if *count > 1 { format!("{anchor}-{count}") } else { anchor }
    }
}

#[cfg(test)]
mod tests {
    use super::{block, html};

    #[test]
    fn blocks_are_plain_and_hold_no_html() {
        let out = block(
            "## Tide *tables*\n\n~~a~~ \"b\" <b>c</b>\n\n<script>x</script>\n\n```js\nlet a;\n```\n\n|a|b|\n|-|-|\n|1|2|",
        );
        assert!(out.starts_with("<h2>Tide <em>tables</em></h2>\n"), "{out}");
        assert!(out.contains("<p><del>a</del> \"b\" &lt;b&gt;c&lt;/b&gt;</p>"), "{out}");
        assert!(out.contains("<p>&lt;script&gt;x&lt;/script&gt;\n</p>"), "{out}");
        assert!(out.contains("<pre><code class=\"language-js\">let a;\n</code></pre>"), "{out}");
        assert!(out.contains("<td>1</td>"), "{out}");
        assert!(!block("[a](javascript:x) ![b](javascript:x)").contains("javascript"));
    }

    #[test]
    fn renders_the_extensions() {
        let out =
            html("# Über *uns*\n\n## Über uns\n\n~~a~~ \"b\"\n\n- [x] c\n\n|a|b|\n|-|-|\n|1|2|\n\nd[^1]\n\n[^1]: e\n");
        assert!(out.contains("<h1 id=\"über-uns\">Über <em>uns</em></h1>"), "{out}");
        assert!(out.contains("<h2 id=\"über-uns-2\">"), "{out}");
        assert!(out.contains("<del>a</del> “b”"), "{out}");
        assert!(out.contains("<span class=\"task done\">☑</span> c"), "{out}");
        assert!(out.contains("<td>1</td>"), "{out}");
        assert!(out.contains("footnote"), "{out}");
    }

    #[test]
    fn code_in_headings_stays_code() {
        assert!(html("# The `x` flag").contains("The <code>x</code> flag"), "{}", html("# The `x` flag"));
    }

    #[test]
    fn highlights_known_languages_and_escapes_the_rest() {
        let out = html("```rust\nfn main() {}\n```\n\n```nosuch\n<b>\n```\n");
        assert!(out.contains("<pre class=\"wp-block-code highlight\"><code class=\"language-rust\">"), "{out}");
        assert!(out.contains("<span class=\"hl-"), "{out}");
        assert!(out.contains("&lt;b&gt;"), "{out}");
    }

    #[test]
    fn addresses_that_run_code_are_dropped() {
        let out = html("[a](javascript:alert(1)) ![b](<data:text/html,x>) [c](JaVaScRiPt:x) [d](/ok) <a@b.c>");
        assert!(!out.to_lowercase().contains("javascript:"), "{out}");
        assert!(!out.contains("data:text"), "{out}");
        assert!(out.contains("href=\"/ok\"") && out.contains("mailto:a@b.c"), "{out}");
    }
}
