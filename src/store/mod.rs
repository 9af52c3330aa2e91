//! The bucket: objects, keys, the commit log, snapshots, and the row tables they carry.

pub mod check;
pub mod codec;
pub mod counting;
pub mod embedded;
#[cfg(any(test, feature = "testing"))]
pub mod faulty;
pub mod keys;
pub mod log;
pub mod memory;
pub mod objects;
pub mod probe;
pub mod retry;
pub mod s3;
pub mod seal;
pub mod snapshot;
pub mod tables;

pub use keys::Key;
pub use objects::{ObjectError, Objects};
pub use tables::{Effect, Row, RowKey, Rows, Table, Tables};
