//! The one error that leaves a server function. Codes and arguments only: pages make the sentence.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use super::codec::JsonText;
use crate::domain::{FieldErrors, Reason, Version};

/// What went wrong, as the pages see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    #[error("invalid input")]
    Invalid { fields: FieldErrors },
    #[error("not signed in")]
    NotSignedIn,
    #[error("forbidden")]
    Forbidden { reason: Reason },
    #[error("not found")]
    NotFound,
    #[error("conflict")]
    Conflict { reason: Reason },
    #[error("changed meanwhile")]
    Stale { current: Version },
    #[error("throttled")]
    Throttled { retry_after_seconds: u32 },
    #[error("internal error")]
    Internal { number: String },
    /// The server could not be reached, or its answer not be read.
    #[error("the server did not answer")]
    Unreachable,
}

impl ApiError {
    /// Whether a command was refused because other exports are meant by now than those that were agreed to.
    pub fn means_others_by_now(&self) -> bool {
        matches!(self, Self::Conflict { reason } if reason.code == "changed_since")
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::Invalid {
                fields: FieldErrors::one("", Reason::new("malformed")),
            },
            _ => Self::Unreachable,
        }
    }
}

#[cfg(feature = "ssr")]
mod from_service {
    use axum::http::StatusCode;
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    use super::ApiError;
    use crate::ports::ServiceError;

    impl From<ServiceError> for ApiError {
        fn from(error: ServiceError) -> Self {
            match error {
                ServiceError::Invalid(fields) => Self::Invalid { fields },
                ServiceError::NotSignedIn => Self::NotSignedIn,
                ServiceError::Forbidden(reason) => Self::Forbidden { reason },
                ServiceError::NotFound => Self::NotFound,
                ServiceError::Conflict(reason) => Self::Conflict { reason },
                ServiceError::Stale { current } => Self::Stale { current },
                ServiceError::Throttled {
                    retry_after_seconds,
                } => Self::Throttled {
                    retry_after_seconds,
                },
                ServiceError::Internal(number) => Self::Internal { number },
            }
        }
    }

    impl ApiError {
        /// The status that goes with it.
        pub fn status(&self) -> StatusCode {
            match self {
                Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
                Self::NotSignedIn => StatusCode::UNAUTHORIZED,
                Self::Forbidden { .. } => StatusCode::FORBIDDEN,
                Self::NotFound => StatusCode::NOT_FOUND,
                Self::Conflict { .. } => StatusCode::CONFLICT,
                Self::Stale { .. } => StatusCode::PRECONDITION_FAILED,
                Self::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
                Self::Internal { .. } | Self::Unreachable => StatusCode::INTERNAL_SERVER_ERROR,
            }
        }
    }

    /// Turns a service's answer into a server function's: maps the error and sets the status.
    pub(in crate::api) fn answer<T>(result: crate::ports::Answer<T>) -> Result<T, ApiError> {
        result.map_err(|error| {
            let error = ApiError::from(error);
            if let Some(response) = use_context::<ResponseOptions>() {
                response.set_status(error.status());
            }
            error
        })
    }
}

#[cfg(feature = "ssr")]
pub(super) use from_service::answer;
