//! HTTP: routes, guards, error and cache-header mapping; handlers call one flow each.

pub mod error;
pub mod guard;
