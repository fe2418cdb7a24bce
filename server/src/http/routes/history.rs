//! Routes of what was: the history of exports, and those removed.

use axum::http::Method;

use super::{Access, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{exports, history};

pub(super) fn history_routes() -> Vec<Route> {
    use Access::{Contributor, SignedIn};
    vec![
        Route::new(
            Method::GET,
            "/api/v1/exports/removed",
            "exports.removed",
            Contributor,
            history::removed,
        )
        .says("Exports removed within 30 days, newest first")
        .takes(&["cursor"])
        .gives(200, Answer::List(schema::<history::RemovedBody>())),
        Route::new(
            Method::GET,
            "/api/v1/exports/{id}/versions",
            "exports.versions",
            SignedIn,
            history::versions,
        )
        .says("The changes of an export, newest first, with what they made different")
        .takes(&["cursor"])
        .gives(200, Answer::List(schema::<history::EntryBody>())),
        Route::new(
            Method::POST,
            "/api/v1/exports/{id}/restore",
            "exports.restore",
            Contributor,
            history::restore,
        )
        .says("Saves an older version anew; without one, brings a removed export back under a free name")
        .reads(history::restore_schema)
        .gives(200, Answer::Tagged(schema::<exports::ExportDetailsBody>())),
    ]
}
