//! From content to HTML: pure functions and the theme. No store, no clock.

/// A loaded theme: compiled Tera templates and assets.
#[derive(Debug)]
pub struct Theme {}
