//! Time, injected: the system's in production, Tokio's paused clock in simulations.

use std::time::Duration;

use jiff::Timestamp;

/// Cheap to clone; all clones tell the same time.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Wall clock `epoch` plus Tokio time since `started`, so that paused time rules both.
    Simulated {
        epoch: Timestamp,
        started: tokio::time::Instant,
    },
}

impl Clock {
    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
            Self::System => Timestamp::now(),
            Self::Simulated { epoch, started } => *epoch + started.elapsed(),
        }
    }

    /// Time since some fixed moment that never jumps and counts suspended time (`CLOCK_BOOTTIME`).
    pub fn monotonic(&self) -> Duration {
        match self {
            Self::System => {
                let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
            }
            Self::Simulated { started, .. } => started.elapsed(),
        }
    }
}
