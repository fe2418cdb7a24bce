//! For those who look after the server: is it alive, is it ready, and its figures.

use std::collections::BTreeMap;

use app::domain::{Reason, Role};
use app::ports::RequestContext;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::backstage::Check;
use super::client::Client;
use super::problem::Fault;
use super::state::Http;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Every part works: 200, else 503, with the parts by name and what is wrong with them.
pub(super) async fn ready(State(http): State<Http>) -> Response {
    let checks = http.backstage.readiness().await;
    let ready = checks.iter().all(Check::is_ready);
    let parts: BTreeMap<_, _> = checks
        .iter()
        .map(|check| (check.part, check.is_ready()))
        .collect();
    let why: BTreeMap<_, _> = checks
        .iter()
        .filter_map(|check| Some((check.part, check.why.as_ref()?)))
        .collect();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({"ready": ready, "checks": parts, "why": why});
    (status, Json(body)).into_response()
}

/// Figures in the text format of Prometheus, for administrators and for what runs on this machine and asks without a proxy.
pub(super) async fn figures(
    State(http): State<Http>,
    Extension(client): Extension<Client>,
    Extension(ctx): Extension<RequestContext>,
) -> Result<Response, Fault> {
    let administrator = ctx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.role == Role::Administrator);
    if !administrator && !client.is_here {
        return Err(match ctx.actor {
            Some(_) => Fault::new(StatusCode::FORBIDDEN, Reason::new("administrators_only")),
            None => Fault::not_signed_in(),
        });
    }
    Ok(counted(&http).await)
}

/// What the port for figures answers: the same three, to everybody, and nothing else.
pub(super) async fn apart(State(http): State<Http>, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match uri.path() {
        "/healthz" => alive().await.into_response(),
        "/readyz" => ready(State(http)).await,
        "/metrics" => counted(&http).await,
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Figures as they are now. Those that cannot be counted are as they were.
async fn counted(http: &Http) -> Response {
    if let Err(error) = http.backstage.measure().await {
        tracing::warn!("cannot count how things stand: {error:#}");
    }
    http.metrics.run_upkeep();
    let kind = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, http.metrics.render()).into_response()
}
