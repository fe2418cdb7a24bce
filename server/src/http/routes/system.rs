//! Routes of the system refresh, and of operating the system.

use axum::http::Method;

use super::{Access, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{operation, overview, refreshes, storage, system};

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

pub(super) fn operation_routes() -> Vec<Route> {
    use Access::{Administrator, SignedIn};
    const PAUSE: &str = "/api/v1/system/pause";
    let pause = || Answer::One(schema::<operation::PauseBody>());
    let history = || Answer::One(schema::<operation::HistoryBody>());
    vec![
        Route::new(
            Method::GET,
            PAUSE,
            "system.pause",
            SignedIn,
            operation::pause,
        )
        .says("Whether everything is paused, and why")
        .gives(200, pause()),
        Route::new(
            Method::PUT,
            PAUSE,
            "system.set_pause",
            Administrator,
            operation::set_pause,
        )
        .says("Pauses everything, on every server at once, or ends the pause")
        .reads(operation::pause_schema)
        .gives(200, pause()),
        Route::new(
            Method::GET,
            "/api/v1/system/tasks",
            "system.tasks",
            SignedIn,
            operation::tasks,
        )
        .says("What one source or one segment did before")
        .takes(&["source_id", "segment_id"])
        .gives(200, history()),
        Route::new(
            Method::POST,
            "/api/v1/system/tasks/{id}/cancel",
            "system.cancel_task",
            Administrator,
            operation::cancel_task,
        )
        .says("Stops a task that has not ended")
        .gives(200, history()),
        Route::new(
            Method::GET,
            "/api/v1/system/pipeline",
            "system.pipeline",
            SignedIn,
            overview::pipeline,
        )
        .says("What depends on what: sources, segments, exports")
        .gives(200, Answer::One(schema::<overview::PipelineBody>())),
        Route::new(
            Method::GET,
            "/api/v1/system/timeline",
            "system.timeline",
            SignedIn,
            overview::timeline,
        )
        .says("What was at work in the last 24 hours")
        .gives(200, Answer::One(schema::<overview::TimelineBody>())),
        Route::new(
            Method::GET,
            "/api/v1/system/about",
            "system.about",
            SignedIn,
            overview::about,
        )
        .says("What the program is, and what it stands on")
        .gives(200, Answer::One(schema::<overview::AboutBody>())),
        Route::new(
            Method::GET,
            "/api/v1/system/storage",
            "system.storage",
            SignedIn,
            storage::storage,
        )
        .says("What things take on disks, how that grows, and what is kept for how long")
        .gives(200, Answer::One(schema::<storage::StorageBody>())),
    ]
}
