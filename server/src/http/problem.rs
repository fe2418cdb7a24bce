//! Errors as `application/problem+json` (RFC 9457), in the reader's language.
//!
//! Handlers return a [`Fault`], which knows no language; the middleware [`localise`] writes it.

use app::domain::{FieldError, FieldErrors, Reason};
use app::i18n::{Language, reasons};
use app::ports::ServiceError;
use axum::Json;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::client::Client;
use super::rest::ReasonBody;

/// Why a request was not answered as asked.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    status: StatusCode,
    reason: Reason,
    errors: Vec<FieldError>,
    retry_after_seconds: Option<u32>,
}

impl Fault {
    pub(super) const fn new(status: StatusCode, reason: Reason) -> Self {
        Self {
            status,
            reason,
            errors: Vec::new(),
            retry_after_seconds: None,
        }
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, Reason::new("not_found"))
    }

    pub(super) fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, Reason::new("not_signed_in"))
    }

    pub(super) fn throttled(retry_after_seconds: u32) -> Self {
        let reason = Reason::new("throttled").with("seconds", retry_after_seconds);
        Self {
            retry_after_seconds: Some(retry_after_seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, reason)
        }
    }

    pub(super) fn invalid(errors: FieldErrors) -> Self {
        let reason = Reason::new("invalid");
        Self {
            errors: errors.0,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, reason)
        }
    }

    /// A fault of ours: logged here, once; the reader gets the number.
    pub(super) fn internal(error: &anyhow::Error) -> Self {
        let number = uuid::Uuid::now_v7().simple().to_string();
        tracing::error!(error.number = number, "{error:#}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Reason::new("internal_error").with("number", number),
        )
    }

    /// The answer is about who asks and what exists, not about the form of the request.
    pub(super) fn outranks_form(&self) -> bool {
        !matches!(
            self.status,
            StatusCode::UNPROCESSABLE_ENTITY
                | StatusCode::PRECONDITION_FAILED
                | StatusCode::CONFLICT
        )
    }
}

impl From<ServiceError> for Fault {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Invalid(errors) => Self::invalid(errors),
            ServiceError::NotSignedIn => Self::not_signed_in(),
            ServiceError::Forbidden(reason) => Self::new(StatusCode::FORBIDDEN, reason),
            ServiceError::NotFound => Self::not_found(),
            ServiceError::Conflict(reason) => Self::new(StatusCode::CONFLICT, reason),
            ServiceError::Stale { current } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                Reason::new("stale").with("current", current),
            ),
            ServiceError::Throttled {
                retry_after_seconds,
            } => Self::throttled(retry_after_seconds),
            ServiceError::Internal(number) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                Reason::new("internal_error").with("number", number),
            ),
        }
    }
}

/// Carries the fault to [`localise`]; on its own it is an empty answer with the right status.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// An error that belongs to one field of the body, or to one parameter.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldProblem)]
struct FieldBody {
    /// As REST names it, with dots and indices: `items.0.table_id`.
    field: String,
    #[serde(flatten)]
    reason: ReasonBody,
}

/// An error (RFC 9457), with a stable code and a sentence in the reader's language.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemBody {
    /// `urn:waybill:problem:` and the code.
    r#type: String,
    /// The words of the status.
    title: &'static str,
    status: u16,
    #[serde(flatten)]
    reason: ReasonBody,
    /// What is wrong with the body or the parameters, if that is what is wrong.
    errors: Vec<FieldBody>,
}

/// Writes a fault in a language.
pub(super) fn write(language: Language, fault: Fault) -> impl IntoResponse {
    let body = ProblemBody {
        r#type: format!("urn:waybill:problem:{}", fault.reason.code),
        title: fault.status.canonical_reason().unwrap_or("Error"),
        status: fault.status.as_u16(),
        reason: ReasonBody::new(language, fault.reason),
        errors: fault
            .errors
            .into_iter()
            .map(|error| FieldBody {
                field: error.field,
                reason: ReasonBody::new(language, error.reason),
            })
            .collect(),
    };
    let mut response = (fault.status, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if fault.status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = fault.retry_after_seconds {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Middleware: turns faults, and the bare errors of the framework, into problems.
pub(super) async fn localise(request: Request, next: Next) -> Response {
    let language = request
        .extensions()
        .get::<Client>()
        .map(|client| client.language)
        .unwrap_or_default();
    let rest = request.uri().path().starts_with("/api/v1");
    let head = request.method() == Method::HEAD;
    let mut response = next.run(request).await;
    let fault = response.extensions_mut().remove::<Fault>().or_else(|| {
        let bare = rest && !head && response.status().is_client_error() && !is_problem(&response);
        bare.then(|| bare_fault(response.status()))
    });
    let Some(fault) = fault else { return response };
    let mut written = write(language, fault).into_response();
    for (name, value) in response.headers() {
        if !written.headers().contains_key(name) && name != axum::http::header::CONTENT_LENGTH {
            written.headers_mut().insert(name, value.clone());
        }
    }
    written
}

fn is_problem(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json")
}

/// What the framework says without words of ours.
fn bare_fault(status: StatusCode) -> Fault {
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        _ => "malformed",
    };
    Fault::new(status, Reason::new(code))
}

/// The sentence of a reason.
pub(super) fn sentence(language: Language, reason: &Reason) -> String {
    reasons::text(language, reason)
}
