//! Exports of other systems → edits, applied through `publish`.

pub mod wxr;
