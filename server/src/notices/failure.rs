//! Why a notice was not sent.

use std::time::Duration;

use app::domain::Reason;

/// Why a notice was not sent, and whether it is worth trying again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub reason: Reason,
    pub is_passing: bool,
    /// The other side asked for this much patience.
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// It may work later.
    pub(super) const fn passing(reason: Reason) -> Self {
        Self {
            reason,
            is_passing: true,
            retry_after: None,
        }
    }

    /// It does not work before somebody changes something.
    pub(super) const fn lasting(reason: Reason) -> Self {
        Self {
            reason,
            is_passing: false,
            retry_after: None,
        }
    }
}
