//! Configuration: flags over environment over file. The sole reader of either.

/// The effective configuration.
#[derive(Clone, Debug)]
pub struct Config {}
