//! For those who look after the server: is it alive, is it ready, and its figures.

use std::collections::BTreeMap;

use app::domain::{Reason, Role};
use app::ports::RequestContext;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::client::Client;
use super::problem::Fault;
use super::state::Http;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Every part works: 200, else 503, with the parts by name.
pub(super) async fn ready(State(http): State<Http>) -> Response {
    let checks = http.backstage.readiness().await;
    let ready = checks.iter().all(|check| check.ready);
    let parts: BTreeMap<_, _> = checks
        .iter()
        .map(|check| (check.part, check.ready))
        .collect();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(json!({"ready": ready, "checks": parts}))).into_response()
}

/// Figures in the text format of Prometheus, for this machine and for administrators.
pub(super) async fn figures(
    State(http): State<Http>,
    Extension(client): Extension<Client>,
    Extension(ctx): Extension<RequestContext>,
) -> Result<Response, Fault> {
    let administrator = ctx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.role == Role::Administrator);
    if !administrator && !client.address.is_loopback() {
        return Err(match ctx.actor {
            Some(_) => Fault::new(StatusCode::FORBIDDEN, Reason::new("administrators_only")),
            None => Fault::not_signed_in(),
        });
    }
    match http.backstage.queue_depth().await {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a gauge is a float; queues stay far below 2^52"
        )]
        Ok(depth) => metrics::gauge!("waybill_queue_depth").set(depth as f64),
        Err(error) => tracing::warn!("cannot count the queue: {error:#}"),
    }
    http.metrics.run_upkeep();
    Ok((
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        http.metrics.render(),
    )
        .into_response())
}
