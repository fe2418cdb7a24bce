//! Headers that every answer carries (ASVS 5.0, 3.4 and 14.3.2).
//!
//! Pages bring their own `Content-Security-Policy`, with the nonce of the request; everything else
//! gets the one under which nothing at all is loaded.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

use super::state::Http;

const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

const UNLESS_SAID: [(HeaderName, HeaderValue); 2] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
];

/// Two years. Of this name alone: those below it may be of others, who serve plain HTTP there.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Middleware: adds them.
pub(super) async fn secure(State(http): State<Http>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.extend(ALWAYS);
    for (name, value) in UNLESS_SAID {
        headers.entry(name).or_insert(value);
    }
    // Of a name of ours alone: on `localhost` it would shut out whatever else is served there.
    if http.config.has_https_url() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

/// The policy of a page: what it loads comes from us, and the inline scripts of the framework carry
/// the nonce of this answer. `reload_port` is that of `cargo leptos watch`.
pub(super) fn page_policy(nonce: &str, reload_port: Option<u32>) -> Option<HeaderValue> {
    let connect = reload_port.map_or_else(String::new, |port| {
        format!(" connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port};")
    });
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self';{connect} \
         base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"
    );
    HeaderValue::from_str(&policy).ok()
}
