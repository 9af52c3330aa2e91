//! Time, injected: the system's in production, Tokio's paused clock in simulations.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::{task::JoinHandle, time::Instant};

/// Cheap to clone; all clones tell the same time.
#[derive(Clone)]
pub enum Clock {
    System,
    /// Wall clock `epoch` plus Tokio time since `started`, so that paused time rules both.
    Simulated {
        epoch: Timestamp,
        started: Instant,
        power: Option<Power>,
    },
}

/// What a simulated machine makes of its tasks: it may suspend them while time goes on, or never run them again.
pub type Power = Arc<dyn Fn(BoxFuture<'static, ()>) -> BoxFuture<'static, ()> + Send + Sync>;

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("System"),
            Self::Simulated { epoch, .. } => write!(f, "Simulated({epoch})"),
        }
    }
}

impl Clock {
    /// One that goes on with Tokio's from `epoch`.
    pub fn simulated(epoch: Timestamp) -> Self {
        Self::Simulated { epoch, started: Instant::now(), power: None }
    }

    /// Starts a task of the machine this clock is in.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        match self {
            Self::Simulated { power: Some(power), .. } => tokio::spawn(power(Box::pin(task))),
            Self::System | Self::Simulated { power: None, .. } => tokio::spawn(task),
        }
    }

    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
            Self::System => Timestamp::now(),
            Self::Simulated { epoch, started, .. } => *epoch + started.elapsed(),
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
