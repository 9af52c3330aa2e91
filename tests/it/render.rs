//! Content rendering against what a real WordPress answered, and every template on every kind of page.

mod hostile;
mod pictures;
mod recorded;
mod samples;
mod themes;
