//! Markdown of those who may not write HTML.

use pulldown_cmark::{Event, Parser};

use super::markdown::OPTIONS;

/// Times the text is looked at again, since escaping one piece of HTML may make another of what follows.
const PASSES_MAX: usize = 8;

/// Makes text of the HTML in `source`: it is shown, not used. Code and autolinks stay as they are.
pub fn clean_markdown(source: &str) -> String {
    let mut clean = source.to_owned();
    for _ in 0..PASSES_MAX {
        match escape_html(&clean) {
            Some(escaped) => clean = escaped,
            None => return clean,
        }
    }
    // still some: whatever this is, it was not written for readers
    clean.replace('<', "&lt;")
}

/// `None` when there is no HTML.
fn escape_html(source: &str) -> Option<String> {
    let events = Parser::new_ext(source, OPTIONS).into_offset_iter();
    let html = events.filter(|(event, _)| matches!(event, Event::Html(_) | Event::InlineHtml(_)));
    let mut ranges: Vec<_> = html.map(|(_, range)| range).filter(|range| range.end > range.start).collect();
    if ranges.is_empty() {
        return None;
    }
    ranges.sort_by_key(|range| range.start);
    let mut escaped = String::with_capacity(source.len() + 64);
    let mut from = 0;
    let mut found = false;
    for range in ranges {
        let start = range.start.max(from);
        escaped.push_str(source.get(from..start)?);
        let html = source.get(start..range.end.max(start))?;
        found |= html.contains('<');
        escaped.push_str(&html.replace('<', "&lt;"));
        from = range.end.max(start);
    }
    escaped.push_str(source.get(from..)?);
    found.then_some(escaped)
}

#[cfg(test)]
mod tests {
    use super::{super::markdown, *};

    #[test]
    fn html_becomes_text_and_markdown_stays() {
        let cases = [
            ("> quote\n\n*a* <b>b</b>", "> quote\n\n*a* &lt;b>b&lt;/b>"),
            ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
            ("`<b>` and <https://example.org>", "`<b>` and <https://example.org>"),
            ("```html\n<b>\n```", "```html\n<b>\n```"),
            ("1 < 2", "1 < 2"),
        ];
        for (source, clean) in cases {
            assert_eq!(clean_markdown(source), clean);
        }
    }

    #[test]
    fn no_element_of_the_source_survives_rendering() {
        let hostile = [
            "<img src=x onerror=alert(1)>",
            "a\n<div onclick=x>\n\n*b*\n</div>",
            "<!-- ` --><script>x</script>`",
            "`<!-- wp:x ` <script>alert(1)</script> -->",
            "<a href=\"`\"><script>`x</script>",
            "| a |\n|---|\n| <script>x</script> |",
            "[^1]\n\n[^1]: <script>x</script>",
            "<![CDATA[<script>x</script>]]>",
            "<?php <script>x</script> ?>",
            "    <b>\n\n<x\n\ny>",
            "# t <svg/onload=x> {#i .c}",
        ];
        for source in hostile {
            let html = markdown::html(&clean_markdown(source)).to_lowercase();
            for element in ["<script", "<img", "<div onclick", "<svg", "<a href=\"`", "<x", "<![", "<?", "<!--"] {
                assert!(!html.contains(element), "{source:?} became {html:?}");
            }
        }
    }
}
