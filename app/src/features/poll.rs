//! Asking again while something moves. Live hints come in between; this is for when they do not.

use std::time::Duration;

use leptos::prelude::*;

use crate::api::ApiError;
use crate::state::prelude::*;

/// How long a server that does not answer is left alone.
const RETRY_EVERY: Duration = Duration::from_secs(5);

/// How often something was asked again by itself.
#[derive(Clone, Copy)]
pub(super) struct Beat(RwSignal<u32>);

impl Beat {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(0))
    }

    /// For the source of a resource.
    pub(super) fn times(self) -> u32 {
        self.0.get()
    }

    /// Asks again now.
    pub(super) fn next(self) {
        if self
            .0
            .try_update(|times| *times = times.wrapping_add(1))
            .is_none()
        {
            leptos::logging::debug_warn!("the page was left meanwhile");
        }
    }

    /// Beats once after each answer for which `pause` says how long to wait. Each answer plans the
    /// next question, so that questions never overtake one another.
    pub(super) fn after(self, pause: impl Fn() -> Option<Duration> + 'static) {
        Effect::new(move || {
            if let Some(pause) = pause() {
                later(pause, move || self.next());
            }
        });
    }
}

/// When to ask again after this answer: after `moving` while what it is about moves, later while the
/// server does not answer, else never.
pub(super) fn ask_again_after<T>(
    answer: &Result<T, ApiError>,
    moving: impl FnOnce(&T) -> Option<Duration>,
) -> Option<Duration> {
    match answer {
        Ok(answer) => moving(answer),
        Err(ApiError::Unreachable | ApiError::Throttled { .. }) => Some(RETRY_EVERY),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_asked_again_and_a_refusal_is_not() {
        let again =
            |answer: Result<Duration, ApiError>| ask_again_after(&answer, |pause| Some(*pause));
        assert_eq!(again(Ok(Duration::ZERO)), Some(Duration::ZERO));
        assert_eq!(again(Err(ApiError::Unreachable)), Some(RETRY_EVERY));
        assert_eq!(again(Err(ApiError::NotFound)), None);
        assert_eq!(again(Err(ApiError::NotSignedIn)), None);
    }
}
