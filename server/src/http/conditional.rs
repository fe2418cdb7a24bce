//! Versions as entity tags: `ETag` on what has one, `If-Match` where it is replaced or removed.

use app::domain::{Reason, Version};
use app::ports::{Answer, ServiceError};
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::problem::Fault;
use super::state::Http;

/// A version that nothing has: changes nothing, and shows whether the person could.
pub(super) const NO_VERSION: Version = -1;

/// The precondition of a change, as the request gives it.
pub(super) enum IfMatch {
    /// `"7"`
    Version(Version),
    /// `*`: whatever there is.
    Any,
    Missing,
    Malformed,
}

impl FromRequestParts<Http> for IfMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Http) -> Result<Self, Self::Rejection> {
        Ok(parts.headers.get(IF_MATCH).map_or(Self::Missing, |value| {
            Self::parse(value.to_str().unwrap_or(""))
        }))
    }
}

impl IfMatch {
    fn parse(text: &str) -> Self {
        let text = text.trim();
        if text == "*" {
            return Self::Any;
        }
        // A weak tag never matches here (RFC 9110 §13.1.1); a bare number is what people type.
        let number = text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or(text);
        number
            .parse()
            .ok()
            .filter(|version| *version > 0)
            .map_or(Self::Malformed, Self::Version)
    }

    /// What is wrong with the precondition itself.
    pub(super) fn fault(&self) -> Option<Fault> {
        match self {
            Self::Version(_) | Self::Any => None,
            Self::Missing => Some(Fault::new(
                StatusCode::PRECONDITION_REQUIRED,
                Reason::new("precondition_required"),
            )),
            Self::Malformed => Some(Fault::new(
                StatusCode::PRECONDITION_FAILED,
                Reason::new("malformed_precondition"),
            )),
        }
    }

    /// Answers a `DELETE`: removes this version, or whatever there is. That the precondition is wrong, only who may
    /// remove it is told.
    pub(super) async fn remove<Removing>(
        self,
        remove: impl FnOnce(Option<Version>) -> Removing,
    ) -> Result<Response, Fault>
    where
        Removing: Future<Output = Answer<()>>,
    {
        if let Some(fault) = self.fault() {
            return Err(after_permission(remove(Some(NO_VERSION)).await, fault));
        }
        let version = match self {
            Self::Version(version) => Some(version),
            _ => None,
        };
        remove(version).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

/// The fault of a request that cannot be carried out for its form, once `probe`, the same change
/// against a version that nothing has, tells whether the person may know even that.
pub(super) fn after_permission<T>(probe: Result<T, ServiceError>, form: Fault) -> Fault {
    match probe {
        Err(error) => {
            let fault = Fault::from(error);
            if fault.outranks_form() { fault } else { form }
        }
        Ok(_) => form,
    }
}

/// A thing with its version as entity tag.
pub(super) fn tagged(status: StatusCode, version: Version, body: impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_version_in_quotes() {
        assert!(matches!(IfMatch::parse("\"7\""), IfMatch::Version(7)));
        assert!(matches!(IfMatch::parse(" 7 "), IfMatch::Version(7)));
        assert!(matches!(IfMatch::parse("*"), IfMatch::Any));
        for wrong in ["W/\"7\"", "\"7", "seven", "", "-1", "0", "\"7\", \"8\""] {
            assert!(
                matches!(IfMatch::parse(wrong), IfMatch::Malformed),
                "{wrong}"
            );
        }
    }
}
