//! What a test of a connection has reached. Shared, so that who cuts a slow test off can tell where it stood.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The stages of a test, in the order in which a destination has them. Not every destination has every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TestStage {
    /// The host's name has an address.
    Name,
    /// Somebody answers there.
    Address,
    /// The connection is encrypted, with a certificate that is trusted.
    Tls,
    /// The server is the one that was named by its key.
    HostKey,
    /// The credentials are taken.
    SignIn,
    /// The folder, bucket or container may be used.
    Permission,
    /// A file can be written and removed.
    Write,
}

impl TestStage {
    /// Every stage.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Address,
        Self::Tls,
        Self::HostKey,
        Self::SignIn,
        Self::Permission,
        Self::Write,
    ];

    /// Stable, as stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Tls => "tls",
            Self::HostKey => "host_key",
            Self::SignIn => "sign_in",
            Self::Permission => "permission",
            Self::Write => "write",
        }
    }
}

/// One step of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub stage: TestStage,
    /// How long it took; none while it is under way, and if it failed.
    pub millis: Option<u64>,
}

/// The steps of one test so far.
#[derive(Clone, Debug, Default)]
pub struct Steps(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    steps: Vec<Step>,
    /// When the last one began, while it is under way.
    since: Option<Instant>,
}

impl Taken {
    fn end(&mut self) {
        if let (Some(since), Some(last)) = (self.since.take(), self.steps.last_mut()) {
            last.millis = Some(u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX));
        }
    }
}

impl Steps {
    /// A step begins; the one before went well.
    pub fn begin(&self, stage: TestStage) {
        let mut taken = self.lock();
        taken.end();
        taken.steps.push(Step {
            stage,
            millis: None,
        });
        taken.since = Some(Instant::now());
    }

    /// The last step went well.
    pub fn end(&self) {
        self.lock().end();
    }

    /// The steps so far, in their order.
    pub fn taken(&self) -> Vec<Step> {
        self.lock().steps.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_failed_has_no_time_and_those_before_have() {
        let steps = Steps::default();
        let seen = steps.clone();
        steps.begin(TestStage::Name);
        steps.begin(TestStage::SignIn);
        let taken: Vec<_> = seen
            .taken()
            .into_iter()
            .map(|step| (step.stage, step.millis.is_some()))
            .collect();
        assert_eq!(taken, [(TestStage::Name, true), (TestStage::SignIn, false)]);
        steps.end();
        steps.end();
        assert!(seen.taken().iter().all(|step| step.millis.is_some()));
    }
}
