//! Routes of the audit log, and of what is set for everybody.

use axum::http::Method;

use super::{Access, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{audit, audit_csv, storage};

const FILTERS: &[&str] = &[
    "q",
    "actor_id",
    "door",
    "action",
    "kind",
    "object_id",
    "from",
    "to",
];
const PAGED_FILTERS: &[&str] = &[
    "q",
    "actor_id",
    "door",
    "action",
    "kind",
    "object_id",
    "from",
    "to",
    "cursor",
    "limit",
];

pub(super) fn audit_routes() -> Vec<Route> {
    use Access::Administrator;
    const SETTINGS: &str = "/api/v1/settings";
    let settings = || Answer::One(schema::<storage::SettingsBody>());
    vec![
        Route::new(
            Method::GET,
            "/api/v1/audit",
            "audit.list",
            Administrator,
            audit::list,
        )
        .says("Who did what, to what, from where, newest first")
        .takes(PAGED_FILTERS)
        .gives(200, Answer::List(schema::<audit::EntryBody>())),
        Route::new(
            Method::GET,
            "/api/v1/audit.csv",
            "audit.csv",
            Administrator,
            audit_csv::serve,
        )
        .says("The same as a file, whole, with what was before and after each change")
        .takes(FILTERS)
        .gives(200, Answer::Csv),
        Route::new(
            Method::GET,
            "/api/v1/audit/{id}",
            "audit.get",
            Administrator,
            audit::get,
        )
        .says("An entry with what it made different")
        .gives(200, Answer::One(schema::<audit::DetailsBody>())),
        Route::new(
            Method::GET,
            SETTINGS,
            "settings.get",
            Administrator,
            storage::settings,
        )
        .says("What is set for everybody")
        .gives(200, settings()),
        Route::new(
            Method::PUT,
            SETTINGS,
            "settings.update",
            Administrator,
            storage::update_settings,
        )
        .says("Sets what is kept for how long, and when refreshes stop; what is left out stays as it is")
        .reads(storage::settings_schema)
        .gives(200, settings()),
    ]
}
