//! Routes of connections.

use axum::http::Method;

use super::{Access, PAGED, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{
    connection_actions as actions, connection_bodies as bodies, connection_types, connections,
};

const LIST: &str = "/api/v1/connections";
const ONE: &str = "/api/v1/connections/{id}";

fn one() -> Answer {
    Answer::Tagged(schema::<bodies::DetailsBody>())
}

pub(super) fn connection_routes() -> Vec<Route> {
    use Access::{Administrator, SignedIn};
    vec![
        Route::new(
            Method::GET,
            "/api/v1/connection-types",
            "connection_types.list",
            SignedIn,
            connection_types::types,
        )
        .says("The types of destination")
        .gives(200, Answer::List(schema::<connection_types::TypeBody>())),
        Route::new(
            Method::GET,
            LIST,
            "connections.list",
            Administrator,
            connections::list,
        )
        .says("Connections, by name")
        .takes(PAGED)
        .gives(200, Answer::List(schema::<bodies::SummaryBody>())),
        Route::new(
            Method::POST,
            LIST,
            "connections.create",
            Administrator,
            connections::create,
        )
        .says("Creates a connection")
        .reads(connections::body_schema)
        .gives(201, one()),
        Route::new(
            Method::GET,
            ONE,
            "connections.get",
            Administrator,
            connections::get,
        )
        .says("A connection with its configuration, without secrets")
        .gives(200, one()),
        Route::new(
            Method::PUT,
            ONE,
            "connections.update",
            Administrator,
            connections::update,
        )
        .says("Replaces the configuration of a connection")
        .reads(connections::body_schema)
        .gives(200, one()),
        Route::new(
            Method::DELETE,
            ONE,
            "connections.remove",
            Administrator,
            connections::remove,
        )
        .says("Removes a connection that no export uses")
        .gives(204, Answer::Nothing),
    ]
}

pub(super) fn action_routes() -> Vec<Route> {
    use Access::Administrator;
    let outcome = || Answer::One(schema::<bodies::OutcomeBody>());
    vec![
        Route::new(
            Method::POST,
            "/api/v1/connections/test",
            "connections.test_draft",
            Administrator,
            actions::test_draft,
        )
        .says("Tries a connection before it is saved")
        .reads(actions::test_schema)
        .may_miss()
        .gives(200, outcome()),
        Route::new(
            Method::POST,
            "/api/v1/connections/{id}/test",
            "connections.test",
            Administrator,
            actions::test,
        )
        .says("Tries a connection, and keeps how it went")
        .gives(200, outcome()),
        Route::new(
            Method::POST,
            "/api/v1/connections/{id}/pause",
            "connections.pause",
            Administrator,
            actions::pause,
        )
        .says("Lets the runs of a connection wait, or changes why")
        .reads(actions::pause_schema)
        .gives(200, one()),
        Route::new(
            Method::POST,
            "/api/v1/connections/{id}/resume",
            "connections.resume",
            Administrator,
            actions::resume,
        )
        .says("Ends the pause of a connection")
        .gives(200, one()),
        Route::new(
            Method::POST,
            "/api/v1/connections/{id}/release",
            "connections.release",
            Administrator,
            actions::release,
        )
        .says("Detaches or removes exports of a connection, as one step")
        .reads(actions::release_schema)
        .gives(200, one()),
        Route::new(
            Method::GET,
            "/api/v1/connections/removed",
            "connections.removed",
            Administrator,
            actions::removed,
        )
        .says("Connections that were removed and can be restored, newest first")
        .gives(200, Answer::List(schema::<bodies::RemovedBody>())),
        Route::new(
            Method::POST,
            "/api/v1/connections/{id}/restore",
            "connections.restore",
            Administrator,
            actions::restore,
        )
        .says("Brings a removed connection back, paused")
        .gives(200, one()),
    ]
}
