//! Snapshots: all rows at one entry, so that starting does not mean replaying everything.
//!
//! A manifest `snapshot/<seq>.json` names parts; a part holds a run of rows of one table. A new snapshot
//! keeps the parts in which nothing changed. `docs/format.md` has the bytes.

mod load;
mod manifest;
mod part;
mod write;

pub use self::{
    load::{LoadError, load},
    manifest::{Manifest, PartInfo},
    write::write,
};
use crate::store::Tables;

/// The snapshot this server knows best, and the rows it holds: what the next one is compared with.
#[derive(Debug, Default)]
pub struct Base {
    pub manifest: Option<Manifest>,
    pub tables: Tables,
}

impl Base {
    /// 0 without a snapshot.
    pub fn seq(&self) -> u64 {
        self.manifest.as_ref().map_or(0, |manifest| manifest.seq)
    }
}
