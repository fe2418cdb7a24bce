//! Why a refresh or a run stopped: a reason for people, and whether trying again may help.

use app::domain::Reason;
use connectors::{BoxError, ConnectorError};
use engine::EngineError;

/// A stop with its reason. The error below it is kept for the log.
#[derive(Debug, thiserror::Error)]
#[error("stopped ({})", .reason.code)]
pub struct PipelineError {
    pub reason: Reason,
    /// A passing error: the same again later may succeed.
    pub transient: bool,
    #[source]
    source: Option<BoxError>,
}

impl PipelineError {
    /// A stop for good.
    pub(super) fn lasting(reason: Reason) -> Self {
        Self {
            reason,
            transient: false,
            source: None,
        }
    }

    /// A stop that may pass.
    pub(super) fn passing(reason: Reason) -> Self {
        Self {
            reason,
            transient: true,
            source: None,
        }
    }
}

impl From<Reason> for PipelineError {
    fn from(reason: Reason) -> Self {
        Self::lasting(reason)
    }
}

impl From<EngineError> for PipelineError {
    fn from(error: EngineError) -> Self {
        Self {
            reason: engine_reason(&error),
            transient: error.is_transient(),
            source: Some(Box::new(error)),
        }
    }
}

impl From<ConnectorError> for PipelineError {
    fn from(error: ConnectorError) -> Self {
        // What stopped the stream of rows is judged by who knows it: the engine.
        let error = match error {
            ConnectorError::Source { table, source } => match source.downcast::<EngineError>() {
                Ok(error) => return Self::from(*error),
                Err(source) => ConnectorError::Source { table, source },
            },
            other => other,
        };
        Self {
            reason: connector_reason(&error),
            transient: error.is_transient(),
            source: Some(Box::new(error)),
        }
    }
}

fn engine_reason(error: &EngineError) -> Reason {
    reason(error.code(), error.args())
}

pub(super) fn connector_reason(error: &ConnectorError) -> Reason {
    reason(error.code(), error.args())
}

/// A reason from a code and arguments; the argument `detail` is a system's own words.
fn reason(code: &str, mut args: std::collections::BTreeMap<String, String>) -> Reason {
    let detail = args.remove("detail");
    Reason {
        code: code.to_owned(),
        args,
        detail,
    }
}

impl From<crate::store::StoreError> for PipelineError {
    /// A fault of the database passes: what was being done is tried again.
    fn from(error: crate::store::StoreError) -> Self {
        Self {
            reason: Reason::new("database_failed"),
            transient: true,
            source: Some(Box::new(error)),
        }
    }
}
