//! A block's attributes, and what those that all blocks share mean for its outer element.

use serde_json::Value;

use crate::render::escape;

/// Longest value of one CSS property.
const STYLE_BYTES_MAX: usize = 100;

/// Attributes as stored. What is missing or of another type than asked for is absent.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a>(pub &'a Value);

impl<'a> Attributes<'a> {
    pub fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name)
    }

    /// Empty when absent.
    pub fn text(self, name: &str) -> &'a str {
        self.get(name).and_then(Value::as_str).unwrap_or("")
    }

    /// Its text counts too: the editor's previews send attributes in the query.
    pub fn flag(self, name: &str, otherwise: bool) -> bool {
        match self.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) if text == "true" => true,
            Some(Value::String(text)) if text == "false" => false,
            _ => otherwise,
        }
    }

    /// Text of digits counts too: the editor writes both.
    pub fn number(self, name: &str) -> Option<u64> {
        let value = self.get(name)?;
        value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
    }

    /// The attribute as a CSS declaration with a semicolon; nothing when absent or not a single value.
    pub fn declaration(self, name: &str, property: &str) -> String {
        let value = self.get(name).and_then(css_value);
        value.map(|value| format!("{property}:{value};")).unwrap_or_default()
    }

    /// The part of `style` at `path`: `["typography", "lineHeight"]`.
    fn style(self, path: [&str; 2]) -> Option<&'a Value> {
        path.iter().try_fold(self.get("style")?, |value, name| value.get(name))
    }

    /// ` style="…" class="…"` for the outer element of block `name`, with classes of its own in front.
    pub fn outer(self, name: &str, own: &[&str]) -> String {
        self.outer_styled(name, own, "")
    }

    /// The same with declarations of its own in front, each ended with a semicolon.
    pub fn outer_styled(self, name: &str, own: &[&str], declarations: &str) -> String {
        let styles = format!("{declarations}{}", self.styles());
        let style = if styles.is_empty() { String::new() } else { format!(" style=\"{}\"", escape::html(&styles)) };
        format!("{style} class=\"{}\"", escape::html(&self.classes(name, own)))
    }

    fn classes(self, name: &str, own: &[&str]) -> String {
        let mut classes: Vec<String> = own.iter().map(|class| (*class).to_owned()).collect();
        if let align @ ("left" | "center" | "right" | "wide" | "full") = self.text("align") {
            classes.push(format!("align{align}"));
        }
        if let align @ ("left" | "center" | "right") = self.text("textAlign") {
            classes.push(format!("has-text-align-{align}"));
        }
        classes.extend(self.text("className").split_whitespace().map(str::to_owned));
        for (attribute, kind, general) in [
            ("textColor", "color", "has-text-color"),
            ("backgroundColor", "background-color", "has-background"),
            ("gradient", "gradient-background", "has-background"),
        ] {
            let slug = slug(self.text(attribute));
            if !slug.is_empty() {
                classes.extend([general.to_owned(), format!("has-{slug}-{kind}")]);
            }
        }
        if self.style(["color", "text"]).is_some() {
            classes.push("has-text-color".to_owned());
        }
        if self.style(["color", "background"]).is_some() || self.style(["color", "gradient"]).is_some() {
            classes.push("has-background".to_owned());
        }
        classes.push(format!("wp-block-{name}"));
        for (attribute, end) in [("fontSize", "font-size"), ("fontFamily", "font-family")] {
            let slug = slug(self.text(attribute));
            if !slug.is_empty() {
                classes.push(format!("has-{slug}-{end}"));
            }
        }
        classes.join(" ")
    }

    /// Declarations of the `style` attribute, each ended with a semicolon.
    fn styles(self) -> String {
        const SINGLE: [([&str; 2], &str); 10] = [
            (["color", "text"], "color"),
            (["color", "background"], "background-color"),
            (["color", "gradient"], "background"),
            (["typography", "fontSize"], "font-size"),
            (["typography", "fontStyle"], "font-style"),
            (["typography", "fontWeight"], "font-weight"),
            (["typography", "lineHeight"], "line-height"),
            (["typography", "textDecoration"], "text-decoration"),
            (["typography", "textTransform"], "text-transform"),
            (["typography", "letterSpacing"], "letter-spacing"),
        ];
        let mut out = String::new();
        let mut put = |property: &str, value: &Value| {
            if let Some(value) = css_value(value) {
                out.push_str(&format!("{property}:{value};"));
            }
        };
        for (path, property) in SINGLE {
            self.style(path).into_iter().for_each(|value| put(property, value));
        }
        for property in ["padding", "margin"] {
            match self.style(["spacing", property]) {
                Some(Value::Object(sides)) => {
                    for side in ["top", "right", "bottom", "left"] {
                        sides.get(side).into_iter().for_each(|value| put(&format!("{property}-{side}"), value));
                    }
                }
                Some(value) => put(property, value),
                None => {}
            }
        }
        out
    }
}

/// Letters, digits and hyphens of a preset's name.
fn slug(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// A value that can only be one value: presets become variables, whatever could end the declaration or load
/// something is refused.
pub(in crate::render::content) fn css_value(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    if let Some(preset) = text.strip_prefix("var:preset|") {
        return Some(format!("var(--wp--preset--{})", slug(&preset.replace('|', "--"))));
    }
    let harmless =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | ',' | '%' | '#' | '-' | '(' | ')' | '/');
    let lower = text.to_ascii_lowercase();
    let loads = ["url(", "expression", "image("].iter().any(|word| lower.contains(word));
    (!text.is_empty() && text.len() <= STYLE_BYTES_MAX && text.chars().all(harmless) && !loads).then_some(text)
}
