//! The router: the table of routes, pages, server functions and files, behind one stack of middleware.

use std::any::Any;
use std::time::Duration;

use anyhow::anyhow;
use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::idempotency::MOST_BYTES;
use super::openapi::is_rest;
use super::problem::Fault;
use super::routes::table;
use super::state::Http;
use super::{access_log, client, csrf, headers, health, idempotency, identity, pages, problem};

/// Longest time to the head of an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Everything the server answers. Serve it with the address of the peer as connect info.
pub fn router(http: Http) -> Router {
    let mut router = Router::new();
    for route in table() {
        let told_once = route.doc.as_ref().is_some_and(|doc| doc.tells_once);
        let once = route.method == Method::POST && is_rest(&route) && !told_once;
        let handler = if once {
            route
                .handler
                .layer(from_fn_with_state(http.clone(), idempotency::once))
        } else {
            route.handler
        };
        router = mount(router, route.path, handler);
    }
    for (path, _) in server_fn_paths() {
        router = mount(router, path, post(pages::server_function));
    }
    for path in page_paths(&http) {
        router = mount(router, &path, get(pages::page));
    }
    // The last is the outermost.
    router
        .fallback(pages::other)
        .layer(from_fn_with_state(http.clone(), identity::identify))
        .layer(from_fn_with_state(http.clone(), csrf::guard))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(RequestBodyLimitLayer::new(MOST_BYTES))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            PATIENCE,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(problem::localise))
        .layer(from_fn_with_state(http.clone(), client::place))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(6)))
        .layer(from_fn_with_state(http.clone(), headers::secure))
        .layer(from_fn(access_log::record))
        .with_state(http)
}

/// What answers at the port for figures: it has no pages, asks for no credential, and is no part of the table.
pub fn figures_router(http: Http) -> Router {
    Router::new()
        .fallback(health::apart)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            PATIENCE,
        ))
        .with_state(http)
}

/// The one place where a path gets a handler.
fn mount(router: Router<Http>, path: &str, handler: MethodRouter<Http>) -> Router<Http> {
    router.route(path, handler)
}

/// The pages, as the router of `app` lists them.
pub fn page_paths(http: &Http) -> Vec<String> {
    let context = {
        let http = http.clone();
        move || pages::provide(&http)
    };
    let options = http.leptos.clone();
    let shell = move || app::shell(options.clone());
    let (listed, _) = generate_route_list_with_exclusions_and_ssg_and_context(shell, None, context);
    listed
        .iter()
        .map(|listing| listing.path().to_owned())
        .collect()
}

/// A panic in a handler is a fault of ours: logged under a number, and the server goes on.
fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let words = cause.downcast_ref::<&str>().copied().map(str::to_owned);
    let words = words
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Fault::internal(&anyhow!("a handler panicked: {words}")).into_response()
}
