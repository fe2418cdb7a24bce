//! Trying single operations again when their error may pass, within one attempt of a run.

use std::time::Duration;

use base::{Backoff, random_u64};

use crate::error::ConnectorError;

/// For hiccups of seconds. What lasts longer is the business of the run's own attempts, minutes
/// apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    pub tries: u32,
    pub backoff: Backoff,
}

/// Whoever is told to wait longer gives up; the run comes back later.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

impl Default for Retry {
    fn default() -> Self {
        let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(5));
        Self { tries: 3, backoff }
    }
}

impl Retry {
    /// Runs `operation` until it succeeds, fails for good, or the tries are used up. `operation`
    /// must be safe to repeat. A destination that says how long to wait is obeyed.
    pub async fn run<T, F>(&self, mut operation: impl FnMut() -> F) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        let mut attempt = 1;
        loop {
            let error = match operation().await {
                Err(error) if error.is_transient() && attempt < self.tries => error,
                ended => return ended,
            };
            let wait = match error {
                ConnectorError::RateLimited {
                    retry_after: Some(wait),
                } if wait > LONGEST_WAIT => return Err(error),
                ConnectorError::RateLimited {
                    retry_after: Some(wait),
                } => wait,
                _ => self.backoff.delay(attempt, &mut random_u64),
            };
            tracing::debug!(error = %error, attempt, ?wait, "operation is tried again");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn passing() -> ConnectorError {
        ConnectorError::Unavailable {
            action: "try".into(),
            source: "away".into(),
        }
    }

    fn quick() -> Retry {
        Retry {
            tries: 3,
            backoff: Backoff::new(Duration::ZERO, Duration::ZERO),
        }
    }

    #[tokio::test]
    async fn passing_errors_are_tried_again() {
        let calls = Cell::new(0);
        let result = quick()
            .run(|| {
                calls.set(calls.get() + 1);
                std::future::ready(if calls.get() < 3 {
                    Err(passing())
                } else {
                    Ok(calls.get())
                })
            })
            .await;
        assert_eq!(result.unwrap(), 3);
    }

    #[tokio::test]
    async fn tries_are_bounded_and_lasting_errors_end_at_once() {
        let calls = Cell::new(0);
        let count = |error: fn() -> ConnectorError| {
            let calls = &calls;
            async move {
                calls.set(0);
                let result = quick()
                    .run(|| {
                        calls.set(calls.get() + 1);
                        std::future::ready(Err::<(), _>(error()))
                    })
                    .await;
                assert!(result.is_err());
                calls.get()
            }
        };
        assert_eq!(count(passing).await, 3);
        let much_later = || ConnectorError::RateLimited {
            retry_after: Some(Duration::from_hours(1)),
        };
        assert_eq!(count(much_later).await, 1);
        assert_eq!(count(|| ConnectorError::Unauthenticated).await, 1);
    }
}
