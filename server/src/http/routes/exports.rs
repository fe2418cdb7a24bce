//! Routes of exports and their runs.

use axum::http::Method;

use super::{Access, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{export_body, exports, facets, runs, schedules};

pub(super) fn export_routes() -> Vec<Route> {
    use Access::{Administrator, Contributor, SignedIn};
    const LIST: &str = "/api/v1/exports";
    const ONE: &str = "/api/v1/exports/{id}";
    let one = || Answer::Tagged(schema::<exports::ExportDetailsBody>());
    vec![
        Route::new(Method::GET, LIST, "exports.list", SignedIn, exports::list)
            .says("Exports, by name unless sorted otherwise")
            .takes(&[
                "q",
                "status",
                "type",
                "permission",
                "connection_id",
                "segment_id",
                "without_segment_id",
                "label",
                "owner_id",
                "sort",
                "cursor",
                "limit",
            ])
            .gives(200, Answer::List(schema::<exports::ExportBody>())),
        Route::new(
            Method::GET,
            "/api/v1/exports/facets",
            "exports.facets",
            SignedIn,
            facets::get,
        )
        .says("How many exports match, by status, type and permission, each counted without its own parameter")
        .takes(&[
            "q",
            "status",
            "type",
            "permission",
            "connection_id",
            "segment_id",
            "without_segment_id",
            "label",
            "owner_id",
        ])
        .gives(200, Answer::One(schema::<facets::FacetsBody>())),
        Route::new(
            Method::POST,
            LIST,
            "exports.create",
            Contributor,
            exports::create,
        )
        .says("Creates an export; it starts with the system refresh unless its schedule says otherwise. Without a connection, by administrators: as detached")
        .reads(export_body::schema_of_new)
        .gives(201, one()),
        Route::new(Method::GET, ONE, "exports.get", SignedIn, exports::get)
            .says("An export with its configuration")
            .gives(200, one()),
        Route::new(
            Method::PUT,
            ONE,
            "exports.update",
            Contributor,
            exports::update,
        )
        .says("Replaces the configuration of an export")
        .reads(export_body::schema)
        .gives(200, one()),
        Route::new(
            Method::DELETE,
            ONE,
            "exports.remove",
            Contributor,
            exports::remove,
        )
        .says("Removes an export; what was delivered stays. The header Waybill-Change names what undoes it")
        .takes(&["cancel_runs"])
        .gives(204, Answer::Nothing),
        Route::new(
            Method::POST,
            "/api/v1/exports/{id}/duplicate",
            "exports.duplicate",
            Contributor,
            exports::duplicate,
        )
        .says("Creates a copy, its schedule switched off")
        .gives(201, one()),
        Route::new(
            Method::POST,
            "/api/v1/exports/{id}/detach",
            "exports.detach",
            Administrator,
            exports::detach,
        )
        .says("Empties the connection of an export")
        .gives(200, one()),
        Route::new(
            Method::POST,
            "/api/v1/exports/{id}/runs",
            "exports.run",
            Contributor,
            exports::run,
        )
        .says("Starts a run, or gives the one of the same version that is under way")
        .gives(202, Answer::One(schema::<runs::RunBody>()))
        .gives(200, Answer::One(schema::<runs::RunBody>())),
        Route::new(
            Method::POST,
            "/api/v1/exports/schedule",
            "exports.schedule",
            Contributor,
            schedules::change,
        )
        .says("Changes the schedules of several exports; those one may not edit are left out")
        .may_be_stale()
        .reads(schedules::change_schema)
        .gives(200, Answer::List(schema::<schedules::OutcomeBody>())),
    ]
}

pub(super) fn run_routes() -> Vec<Route> {
    use Access::{Contributor, SignedIn};
    let one = || Answer::One(schema::<runs::RunBody>());
    vec![
        Route::new(
            Method::GET,
            "/api/v1/runs",
            "runs.list",
            SignedIn,
            runs::list,
        )
        .says("Runs, newest first; those of removed exports are among them")
        .takes(&[
            "export_id",
            "connection_id",
            "status",
            "file",
            "from",
            "to",
            "cursor",
            "limit",
        ])
        .gives(200, Answer::List(schema::<runs::RunSummaryBody>())),
        Route::new(
            Method::GET,
            "/api/v1/runs/{id}",
            "runs.get",
            SignedIn,
            runs::get,
        )
        .says("A run with its tables")
        .gives(200, one()),
        Route::new(
            Method::GET,
            "/api/v1/runs/{id}/waybill",
            "runs.waybill",
            SignedIn,
            runs::waybill,
        )
        .says("The receipt of a run that delivered")
        .gives(200, Answer::One(schema::<runs::WaybillBody>())),
        Route::new(
            Method::POST,
            "/api/v1/runs/{id}/cancel",
            "runs.cancel",
            Contributor,
            runs::cancel,
        )
        .says("Stops a run that has not ended")
        .gives(200, one()),
        Route::new(
            Method::POST,
            "/api/v1/runs/{id}/release",
            "runs.release",
            Contributor,
            runs::release,
        )
        .says("Lets a held run deliver")
        .gives(200, one()),
        Route::new(
            Method::POST,
            "/api/v1/runs/{id}/discard",
            "runs.discard",
            Contributor,
            runs::discard,
        )
        .says("Ends a held run without delivering")
        .gives(200, one()),
    ]
}
