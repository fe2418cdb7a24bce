//! Routes of commands on many exports.

use axum::http::Method;

use super::{Access, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::bulk;

pub(super) fn bulk_routes() -> Vec<Route> {
    let answer = || Answer::One(schema::<bulk::BulkBody>());
    vec![
        Route::new(
            Method::POST,
            "/api/v1/exports/batch",
            "exports.batch",
            Access::Contributor,
            bulk::batch,
        )
        .says(
            "Runs, removes or detaches many exports; those for which that cannot be done are named",
        )
        .reads(bulk::batch_schema)
        .gives(200, answer()),
        Route::new(
            Method::POST,
            "/api/v1/exports/run-all",
            "exports.run_all",
            Access::Contributor,
            bulk::run_all,
        )
        .says("Runs all active exports that one may edit")
        .reads(bulk::run_all_schema)
        .gives(200, answer()),
        Route::new(
            Method::POST,
            "/api/v1/exports/undo",
            "exports.undo",
            Access::Contributor,
            bulk::undo,
        )
        .says("Takes a removal, a detachment or a change of schedules back as one step")
        .reads(bulk::undo_schema)
        .gives(200, Answer::One(schema::<bulk::UndoBody>())),
    ]
}
