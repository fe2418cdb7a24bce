//! One event and one count per request, and an id that the answer carries.
//!
//! Logged are the route and the path, never the query, which may hold names of customers.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use tracing::field::Empty;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Methods that are counted by their names. A request may have any word for one: each that was counted would stay for good.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Middleware: the outermost, so that it sees every answer.
pub(super) async fn record(request: Request, next: Next) -> Response {
    let id = uuid::Uuid::now_v7().simple().to_string();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("other", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", request.id = id, user.id = Empty);
    let start = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = start.elapsed();
    let status = response.status();
    let labels = [
        ("route", route.clone()),
        ("method", counted_as(&method).to_owned()),
    ];
    metrics::histogram!("waybill_http_request_duration_seconds", &labels)
        .record(elapsed.as_secs_f64());
    let [by_route, by_method] = labels;
    let by_status = ("status", status.as_u16().to_string());
    metrics::counter!(
        "waybill_http_requests_total",
        &[by_route, by_method, by_status]
    )
    .increment(1);
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let quiet = route == "other" && status.is_success();
    span.in_scope(|| {
        if quiet {
            tracing::debug!(http.method = %method, http.route = route, url.path = path, http.status = status.as_u16(), duration.ms = milliseconds, "answered");
        } else {
            tracing::info!(http.method = %method, http.route = route, url.path = path, http.status = status.as_u16(), duration.ms = milliseconds, "answered");
        }
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Under which name a method is counted.
fn counted_as(method: &Method) -> &'static str {
    let known = METHODS.into_iter().find(|known| *known == method.as_str());
    known.unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_that_nobody_knows_are_counted_as_one() {
        assert_eq!(counted_as(&Method::GET), "GET");
        assert_eq!(counted_as(&Method::PATCH), "PATCH");
        for word in ["get", "BREW", "TRACE", "X1", "X2"] {
            let method = Method::from_bytes(word.as_bytes()).expect("a word");
            assert_eq!(counted_as(&method), "other", "{word}");
        }
    }
}
