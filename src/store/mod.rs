//! The bucket: objects, keys, the commit log, snapshots, and the row tables they carry.

pub mod codec;
pub mod keys;
pub mod log;
pub mod objects;
pub mod seal;
pub mod tables;

pub use keys::Key;
pub use objects::{ObjectError, Objects};
pub use tables::{Effect, Row, RowKey, Table, Tables};
