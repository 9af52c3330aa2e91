//! The site as readers get it: pages, media, assets of the theme.

pub mod asset;
pub mod comment;
mod held_comment;
pub mod media;
mod negotiate;
pub mod page;
mod range;
mod warm;

pub use self::{negotiate::encoding, warm::warm};
