//! Titles: raw as typed, with entities and now and then inline markup.

use super::{escape, excerpt};

/// For headings: inline markup kept, stray ampersands and angle brackets made harmless.
pub fn html(raw: &str) -> String {
    escape::stray(raw.trim())
}

/// For `<title>`, attributes and feeds: no markup, entities resolved.
pub fn text(raw: &str) -> String {
    excerpt::text(raw)
}
