//! WXR → edits, applied through `publish`.
