//! Imports of WordPress exports: real files when they are there, and small ones made for the purpose.

mod cli;
mod closed;
mod files;
mod identity;
mod killed;
mod later;
mod live;
mod malformed;
mod media;
mod memory;
mod recorded;
mod site;

use std::path::{Path, PathBuf};

/// The data WordPress's own behaviour was recorded in, when it is there.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/wordpress").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}
