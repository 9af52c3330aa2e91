//! From content to HTML: pure functions and the theme. No store, no clock.
//!
//! `serve` builds a [`view::View`] from the state it holds; [`Theme::render`] turns it into a page.
//! Every string in a view whose name ends in `_html` is finished, trusted HTML; all others are text and
//! are escaped by the templates.

pub mod content;
pub mod date;
pub mod escape;
pub mod excerpt;
pub mod feed;
pub mod hierarchy;
pub mod image;
pub mod robots;
pub mod sanitize;
pub mod sitemap;
pub mod theme;
pub mod title;
pub mod view;

pub use theme::{Asset, RenderError, Theme, ThemeError};
