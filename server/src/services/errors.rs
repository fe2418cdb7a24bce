//! How faults below a service become its answer, and how they are logged: once, here.

use app::domain::{FieldErrors, Reason};
use app::ports::ServiceError;

use super::passwords::PasswordError;
use crate::pipeline::PipelineError;
use crate::store::StoreError;

/// A fault that is ours: logged under a number, which is all that the person sees.
pub(super) fn internal(error: &(dyn std::error::Error + 'static)) -> ServiceError {
    let number = uuid::Uuid::now_v7().simple().to_string();
    let mut causes = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!(error.number = %number, "internal error: {error}{causes}");
    ServiceError::Internal(number)
}

/// `From<StoreError>` for a service's answer.
pub(super) fn stored(error: StoreError) -> ServiceError {
    match error {
        StoreError::Stale { current } => ServiceError::Stale { current },
        StoreError::NotFound => ServiceError::NotFound,
        // A name that is taken is an error of its field, whatever it names.
        StoreError::NameTaken => {
            ServiceError::Invalid(FieldErrors::one("name", Reason::new("name_taken")))
        }
        other => internal(&other),
    }
}

/// A fault of the password functions.
pub(super) fn hashed(error: PasswordError) -> ServiceError {
    internal(&error)
}

/// What the data plane refused, as a conflict with its reason.
pub(super) fn refused(error: PipelineError) -> ServiceError {
    tracing::info!(reason.code = %error.reason.code, "refused: {error}");
    ServiceError::Conflict(error.reason)
}
