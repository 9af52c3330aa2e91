//! Stored JSON: rows and revision objects, versioned, unknown fields kept.
//!
//! One file per record; `docs/format.md` lists their fields. Every `encode` that takes the row it replaces
//! carries over the top-level fields this version does not know, byte for byte, after its own.

pub mod app_password;
pub mod autosave;
pub mod comment;
pub mod counter;
pub mod editing;
mod fields;
pub mod file;
pub mod imported;
pub mod option;
pub mod overflow;
pub mod post;
pub mod recording;
pub mod revision;
pub mod revisions;
pub mod server;
pub mod term;
#[cfg(test)]
mod tests;
mod time;
pub mod user;

use crate::{content::MetaEntry, store::log::Corrupt};

/// Rows hold meta as pairs, `["key","value"]`: keys may repeat and order counts.
type MetaPairs = Vec<(String, String)>;

fn meta_pairs(meta: &[MetaEntry]) -> MetaPairs {
    meta.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect()
}

fn meta_entries(pairs: MetaPairs) -> Vec<MetaEntry> {
    pairs.into_iter().map(|(key, value)| MetaEntry { key, value }).collect()
}

fn corrupt(what: &str, reason: impl std::fmt::Display) -> Corrupt {
    Corrupt { what: what.to_owned(), reason: reason.to_string() }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if gives a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
