//! Errors of the reader, with the place in the file.

use std::fmt;

/// A place in the file, both counted from 1. The column counts bytes of the line in UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: u64,
    pub column: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The file cannot be read on from here.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{at}: {message}")]
pub struct WxrError {
    pub at: Position,
    pub message: String,
}
