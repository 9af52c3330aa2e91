//! The site as readers get it: pages, media, assets of the theme.

mod negotiate;
pub mod page;
mod warm;

pub use self::warm::warm;
