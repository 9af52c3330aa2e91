//! Stored JSON: rows and revision objects, versioned, unknown fields kept.
