//! Who asks: a session cookie or a bearer token becomes the [`RequestContext`] of the request.
//!
//! Decided anew for every request, so that signing out, disabling a person and a changed role count
//! at once. Where a token is given, cookies are not looked at.

use app::api::{ApiError, SESSION_COOKIE, SESSION_COOKIE_SECURE};
use app::i18n::Language;
use app::ports::{Actor, Door, RequestContext};
use axum::Json;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, RETRY_AFTER, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::client::{Client, cookie};
use super::problem::Fault;
use super::state::Http;

/// What makes the server ask an identity provider.
const SIGN_IN_AT_PROVIDER: &str = "/sign-in/oidc";
/// Most characters kept of the name of a client.
const MOST_AGENT: usize = 200;

/// What a request proves itself with.
#[derive(Clone)]
pub(super) enum Credential {
    Session(String),
    Bearer(String),
}

impl Credential {
    fn of(headers: &HeaderMap, https: bool) -> Option<Self> {
        if let Some(value) = headers.get(AUTHORIZATION) {
            let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
            return scheme
                .eq_ignore_ascii_case("bearer")
                .then(|| Self::Bearer(token.trim().to_owned()));
        }
        let name = if https {
            SESSION_COOKIE_SECURE
        } else {
            SESSION_COOKIE
        };
        cookie(headers, name)
            .filter(|token| !token.is_empty())
            .map(|token| Self::Session(token.to_owned()))
    }

    /// The person, if it is still valid.
    pub(super) async fn actor(&self, http: &Http) -> Result<Option<Actor>, Fault> {
        let account = &http.services.account;
        let found = match self {
            Self::Session(token) => account.session(token).await,
            Self::Bearer(token) => account.bearer(token).await,
        };
        found.map_err(Fault::from)
    }
}

/// Middleware: adds the [`RequestContext`]; slows down networks that ask without a valid credential, and people who ask
/// too often.
pub(super) async fn identify(
    State(http): State<Http>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(client) = request.extensions().get::<Client>().cloned() else {
        return Fault::not_found().into_response();
    };
    let path = request.uri().path();
    let public_file = http.site.contains(path);
    let limited = path.starts_with("/api/") || path.starts_with(SIGN_IN_AT_PROVIDER);
    let credential = if public_file {
        None
    } else {
        Credential::of(request.headers(), http.config.is_https())
    };
    let actor = match &credential {
        Some(credential) => match credential.actor(&http).await {
            Ok(actor) => actor,
            Err(fault) => return fault.into_response(),
        },
        None => None,
    };
    let taken = match &actor {
        _ if !limited => Ok(()),
        Some(actor) => http.callers.take(actor.id, request.method(), path),
        None => http.strangers.take(client.network()),
    };
    if let Err(seconds) = taken {
        return too_often(path, seconds);
    }
    if let Some(actor) = &actor {
        tracing::Span::current().record("user.id", tracing::field::display(actor.id));
    }
    // On pages, a language that the person keeps comes before what this browser was told.
    let kept = actor.as_ref().filter(|actor| actor.door == Door::Page);
    let kept = kept.and_then(|actor| Language::from_code(&actor.preferences.language));
    let context = RequestContext {
        actor,
        network: client.address.to_string(),
        agent: agent(request.headers()),
        language: kept.unwrap_or(client.language),
        once: None,
    };
    if let Some(credential) = credential {
        request.extensions_mut().insert(credential);
    }
    request.extensions_mut().insert(context);
    next.run(request).await
}

/// *Too often*, as programs read it, or as pages read what their functions answer.
fn too_often(path: &str, seconds: u32) -> Response {
    if !path.starts_with("/api/ui/") {
        return Fault::throttled(seconds).into_response();
    }
    let error = ApiError::Throttled {
        retry_after_seconds: seconds,
    };
    let wait = [(RETRY_AFTER, HeaderValue::from(seconds))];
    (error.status(), wait, Json(error)).into_response()
}

/// The client as it names itself, in a length that can be kept.
fn agent(headers: &HeaderMap) -> String {
    let named = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    named.chars().take(MOST_AGENT).collect()
}

/// A request of somebody signed in; anybody else gets 401.
pub(super) struct Caller(pub(super) RequestContext);

impl FromRequestParts<Http> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &Http) -> Result<Self, Fault> {
        let context = parts
            .extensions
            .get::<RequestContext>()
            .ok_or_else(Fault::not_signed_in)?;
        if context.actor.is_none() {
            return Err(Fault::not_signed_in());
        }
        Ok(Self(context.clone()))
    }
}
