//! Randomness, injected: the kernel's in production, seeded in simulations.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::clock::Clock;

/// Fills buffers from one seeded stream. The lock is held for one fill, never across an await.
pub type SharedStream = Arc<Mutex<dyn FnMut(&mut [u8]) + Send>>;

/// Source of unique ids and secrets. Cheap to clone.
#[derive(Clone)]
pub enum Ids {
    System,
    /// A seeded stream, shared by all clones.
    Seeded(SharedStream),
}

impl std::fmt::Debug for Ids {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::System => "Ids::System",
            Self::Seeded(_) => "Ids::Seeded",
        })
    }
}

impl Ids {
    /// Fills `bytes` with randomness fit for secrets.
    ///
    /// # Panics
    /// When the kernel has no randomness to give: nothing safe can be done then.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    pub fn fill(&self, bytes: &mut [u8]) {
        match self {
            #[expect(clippy::expect_used, reason = "no randomness, no security: stop")]
            Self::System => getrandom::fill(bytes).expect("the kernel gives random bytes"),
            Self::Seeded(fill) => fill.lock()(bytes),
        }
    }

    pub fn array<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A ULID: 48 bits of time in milliseconds, 80 random bits; unique, sorts by time.
    pub fn ulid(&self, clock: &Clock) -> u128 {
        let mut random = [0; 16];
        self.fill(&mut random[6..]);
        let millis = u128::from(clock.now().as_millisecond().unsigned_abs());
        (millis << 80) | u128::from_be_bytes(random)
    }

    /// A version 4 UUID, lower-case with hyphens.
    pub fn uuid(&self) -> String {
        uuid::Builder::from_random_bytes(self.array()).into_uuid().hyphenated().to_string()
    }
}
