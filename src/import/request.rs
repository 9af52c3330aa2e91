//! What to import and how.

use std::path::PathBuf;

use super::wxr::ReadOptions;

#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Files of one site or of several; a split export is given whole.
    pub files: Vec<PathBuf>,
    pub media: MediaMode,
    pub fetch: FetchLimits,
    pub read: ReadOptions,
    /// Names the source in place of the address in the file; items are recognised again under it.
    pub source: Option<String>,
    /// Custom post types and taxonomies of the files that readers may see. All others stay closed.
    pub public_types: Vec<String>,
    pub public_taxonomies: Vec<String>,
    /// Keeps the entries set-up made even when nobody has touched them.
    pub keep_samples: bool,
    /// Login in the file → login here.
    pub authors: Vec<(String, String)>,
}

/// Where the files of attachments come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MediaMode {
    /// Nowhere: attachments are imported without files, links keep their old addresses.
    #[default]
    Skip,
    /// Downloaded from their old addresses.
    Fetch,
    /// Found in a directory by `<host>/<path>` or by the path below `wp-content/uploads/`.
    Directory(PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchLimits {
    /// Downloads at a time.
    pub parallel: usize,
    /// Tries per file; a try goes on where the last one broke off.
    pub attempts: u32,
    /// Largest file in bytes.
    pub file_bytes_max: u64,
    /// Also fetch from loopback, private and link-local addresses.
    pub allow_private_addresses: bool,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self { parallel: 8, attempts: 4, file_bytes_max: 512 << 20, allow_private_addresses: false }
    }
}
