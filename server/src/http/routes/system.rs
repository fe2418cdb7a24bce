//! Routes of the system refresh.

use axum::http::Method;

use super::{Access, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{refreshes, system};

pub(super) fn system_routes() -> Vec<Route> {
    use Access::{Administrator, SignedIn};
    const SCHEDULE: &str = "/api/v1/system/schedule";
    let schedule = || Answer::Tagged(schema::<system::ScheduleBody>());
    let refresh = || Answer::One(schema::<refreshes::RefreshDetailsBody>());
    vec![
        Route::new(
            Method::GET,
            SCHEDULE,
            "system.schedule",
            SignedIn,
            system::schedule,
        )
        .says("When the system refresh starts")
        .gives(200, schedule()),
        Route::new(
            Method::PUT,
            SCHEDULE,
            "system.update_schedule",
            Administrator,
            system::update_schedule,
        )
        .says("Replaces the schedule of the system refresh: daily or weekly")
        .reads(system::body_schema)
        .gives(200, schedule()),
        Route::new(
            Method::POST,
            "/api/v1/system/refreshes",
            "system.refresh_all",
            Administrator,
            refreshes::start,
        )
        .says("Renews every source, then runs the exports that follow the refresh if asked to")
        .reads(refreshes::body_schema)
        .gives(202, Answer::One(schema::<refreshes::RefreshBody>())),
        Route::new(
            Method::GET,
            "/api/v1/system/refreshes/{id}",
            "system.refresh",
            SignedIn,
            refreshes::get,
        )
        .says("A refresh with its tasks and runs")
        .gives(200, refresh()),
        Route::new(
            Method::POST,
            "/api/v1/system/refreshes/{id}/cancel",
            "system.cancel_refresh",
            Administrator,
            refreshes::cancel,
        )
        .says("Stops what has not ended of a refresh")
        .gives(200, refresh()),
        Route::new(
            Method::GET,
            "/api/v1/system/status",
            "system.status",
            SignedIn,
            system::status,
        )
        .says("The tasks of the system in groups, what needs a look first")
        .gives(200, Answer::One(schema::<system::StatusBody>())),
        Route::new(
            Method::GET,
            "/api/v1/system/upcoming",
            "system.upcoming",
            SignedIn,
            system::upcoming,
        )
        .says("What starts by itself within the next 24 hours, soonest first")
        .gives(200, Answer::List(schema::<system::UpcomingBody>())),
    ]
}
