//! Post numbers this server has reserved, so that a post's id is known before its body is written.

use std::ops::Range;

use tokio::sync::Mutex;

/// The rest of the block reserved last. What is left when the process ends is a gap, as WordPress has them too.
///
/// The lock is async: whoever finds the block empty holds it while the next one is being committed, so that
/// one reservation serves all who wait.
#[derive(Debug, Default)]
pub struct Numbers {
    pub posts: Mutex<Range<u64>>,
}
