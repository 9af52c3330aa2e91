//! `SaveUser`

/// Longest login name, as WordPress's column has it.
pub(super) const LOGIN_CHARS_MAX: usize = 60;
