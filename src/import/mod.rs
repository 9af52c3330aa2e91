//! Exports of other systems → edits, applied through `publish`.
//!
//! An import reads its files several times, always streamed: once to learn what is in them ([`analyse`]), so
//! that every id is chosen and every reference can be written right the first time, and then once or more to
//! commit it ([`run`]), in batches. What was committed is remembered by the item's identity in its source
//! (table `imported`): a second run changes nothing, an interrupted one is taken up where it was.

mod analysis;
mod assign;
pub mod batch;
mod build;
mod commit;
mod dates;
mod error;
mod media;
mod numbers;
mod people;
mod progress;
mod read;
mod relink;
mod report;
mod request;
mod rewrite;
mod survey;
pub mod wxr;

pub use self::{
    analysis::{Analysis, analyse},
    commit::run,
    error::ImportError,
    progress::{Phase, Progress, Silent},
    report::{Analysed, Listed, Report, Skipped},
    request::{FetchLimits, MediaMode, Request},
};
