//! The route of previews of deliveries.

use axum::http::Method;

use super::{Access, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::delivery_preview as preview;

pub(super) fn preview_routes() -> Vec<Route> {
    vec![
        Route::new(
            Method::POST,
            "/api/v1/exports/preview",
            "exports.preview",
            Access::Contributor,
            preview::preview,
        )
        .says("What an export would write: its path and first rows, for one of its tables; errors are named as when it is saved")
        .reads(preview::body_schema)
        .gives(200, Answer::One(schema::<preview::DeliveryPreviewBody>())),
    ]
}
