//! Named points of a publication at which a test can end the process, so to speak.
//!
//! In the server no hook is set and a point costs one comparison.

use std::fmt;
use std::sync::Arc;

use crate::error::ConnectorError;

type Hook = Arc<dyn Fn(&'static str) -> bool + Send + Sync>;

/// Reaching a point with a hook that answers `true` fails the operation on the spot. Operations
/// clean nothing up on such an error, so what lies on the disk is what a crash would leave.
#[derive(Clone, Default)]
pub(crate) struct Faults(Option<Hook>);

impl Faults {
    #[cfg(test)]
    pub(crate) fn new(hook: impl Fn(&'static str) -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }

    pub(crate) fn reach(&self, point: &'static str) -> Result<(), ConnectorError> {
        match &self.0 {
            Some(hook) if hook(point) => Err(ConnectorError::Other {
                action: "go on".to_owned(),
                source: format!("stopped at `{point}` by a test").into(),
            }),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() {
            "Faults(set)"
        } else {
            "Faults(none)"
        })
    }
}
