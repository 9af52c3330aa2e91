//! Texts of an export, with addresses and numbers as they are here.

mod ids;
mod urls;

pub(super) use self::{
    ids::gallery_numbers,
    urls::{UploadMap, file_address, file_addresses},
};
use std::collections::HashMap;

/// Rewrites what a text says about uploads and posts. Does nothing, quickly, where nothing changed.
#[derive(Debug, Default)]
pub(super) struct Rewriter {
    pub uploads: UploadMap,
    /// Posts whose number changed.
    pub posts: HashMap<u64, u64>,
    /// Terms whose number changed.
    pub terms: HashMap<u64, u64>,
}

impl Rewriter {
    /// Content or excerpt.
    pub(super) fn text(&self, text: String) -> String {
        let text = if self.posts.is_empty() && self.terms.is_empty() {
            text
        } else {
            ids::rewrite(text, &self.posts, &self.terms)
        };
        self.urls(text)
    }

    /// Addresses of uploads only.
    pub(super) fn urls(&self, text: String) -> String {
        self.uploads.rewrite(text)
    }
}
