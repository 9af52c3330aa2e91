//! Content rendering against what a real WordPress answered, and every template on every kind of page.

mod recorded;
mod samples;
mod themes;
