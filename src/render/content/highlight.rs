//! Code with spans for a style sheet to colour; no colours in the markup, so light and dark are the theme's.

use std::sync::LazyLock;

use syntect::{
    html::{ClassStyle, ClassedHTMLGenerator},
    parsing::SyntaxSet,
    util::LinesWithEndings,
};

use crate::render::escape;

/// Longer code is shown plain: highlighting costs about a microsecond a byte.
const CODE_BYTES_MAX: usize = 100_000;
/// Grammars are regular expressions; a line longer than this is not worth the risk.
const LINE_BYTES_MAX: usize = 2_000;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// A `<pre>` block; `language` as written after the fence, may be empty or unknown.
pub(super) fn block(code: &str, language: &str) -> String {
    let class: String =
        language.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '#')).collect();
    if class.is_empty() {
        return format!("<pre class=\"wp-block-code\"><code>{}</code></pre>\n", text(code));
    }
    match highlighted(code, &class) {
        Some(spans) => {
            format!("<pre class=\"wp-block-code highlight\"><code class=\"language-{class}\">{spans}</code></pre>\n")
        }
        None => format!("<pre class=\"wp-block-code\"><code class=\"language-{class}\">{}</code></pre>\n", text(code)),
    }
}

fn highlighted(code: &str, language: &str) -> Option<String> {
    if code.len() > CODE_BYTES_MAX || code.lines().any(|line| line.len() > LINE_BYTES_MAX) {
        return None;
    }
    let syntax = SYNTAXES.find_syntax_by_token(language)?;
    let style = ClassStyle::SpacedPrefixed { prefix: "hl-" };
    let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, &SYNTAXES, style);
    for line in LinesWithEndings::from(code) {
        generator.parse_html_for_line_which_includes_newline(line).ok()?;
    }
    Some(generator.finalize())
}

/// Every `&` is the code's own.
fn text(code: &str) -> String {
    escape::html(&code.replace('&', "&amp;"))
}
