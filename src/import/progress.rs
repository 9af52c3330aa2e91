//! How far an import is, for whoever shows it.

/// Told from the importing task; must not block.
pub trait Progress: Send + Sync {
    /// A phase begins; `total` is in its unit, 0 when unknown.
    fn begin(&self, phase: Phase, total: u64);
    /// `done` units of the phase so far.
    fn advance(&self, phase: Phase, done: u64);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Bytes of the files.
    Analyse,
    /// Files of attachments.
    Media,
    /// Items.
    Import,
}

/// For tests and `--quiet`.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Phase, _: u64) {}
    fn advance(&self, _: Phase, _: u64) {}
}
