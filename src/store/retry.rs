//! Bounded retries with full jitter.

use std::time::Duration;

use crate::{id::Ids, store::ObjectError};

/// How often, and how long between: the n-th wait is random up to `first × 2^n`, at most `most`.
///
/// Full jitter keeps many servers from asking a recovering store in step.
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Calls in all, the first included.
    pub attempts_max: u32,
    pub first: Duration,
    pub most: Duration,
}

impl Retry {
    /// For requests a reader or an editor waits for.
    pub const STANDARD: Self =
        Self { attempts_max: 3, first: Duration::from_millis(100), most: Duration::from_secs(2) };

    /// The wait after the `attempt`-th call (from 1) failed.
    pub fn delay(&self, attempt: u32, ids: &Ids) -> Duration {
        let doublings = attempt.saturating_sub(1).min(30);
        let bound = self.first.saturating_mul(1 << doublings).min(self.most);
        let share = f64::from(u32::from_be_bytes(ids.array())) / f64::from(u32::MAX);
        bound.mul_f64(share)
    }

    /// Runs `call` until it is answered: only [`ObjectError::Unavailable`] is worth another try.
    ///
    /// Never wrap a `create`: its second attempt can fail because of its first.
    pub async fn run<T>(
        &self,
        ids: &Ids,
        mut call: impl AsyncFnMut() -> Result<T, ObjectError>,
    ) -> Result<T, ObjectError> {
        let mut attempt = 1;
        loop {
            match call().await {
                Err(ObjectError::Unavailable { .. }) if attempt < self.attempts_max => {
                    tokio::time::sleep(self.delay(attempt, ids)).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn gives_up_after_the_last_attempt() {
        let mut calls = 0;
        let answer: Result<(), _> = Retry::STANDARD
            .run(&Ids::System, async || {
                calls += 1;
                Err(ObjectError::Unavailable { key: "a".to_owned(), reason: "down".to_owned() })
            })
            .await;
        assert!(matches!(answer, Err(ObjectError::Unavailable { .. })));
        assert_eq!(calls, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_not_asked_for_twice() {
        for error in [
            ObjectError::NotFound { key: "a".to_owned() },
            ObjectError::Denied { key: "a".to_owned(), reason: String::new() },
            ObjectError::Unknown { key: "a".to_owned(), reason: String::new() },
        ] {
            let mut calls = 0;
            let answer: Result<(), _> = Retry::STANDARD
                .run(&Ids::System, async || {
                    calls += 1;
                    Err(error.clone())
                })
                .await;
            assert!(answer.is_err());
            assert_eq!(calls, 1, "{error}");
        }
    }

    #[test]
    fn waits_grow_and_stay_bounded() {
        for attempt in 1..100 {
            let wait = Retry::STANDARD.delay(attempt, &Ids::System);
            assert!(wait <= Retry::STANDARD.most);
            assert!(attempt > 1 || wait <= Retry::STANDARD.first);
        }
    }
}
