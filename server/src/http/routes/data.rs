//! Routes of the data that exports take: sources, tables.

use axum::http::Method;

use super::{Access, PAGED, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{sources, tables};

pub(super) fn data_routes() -> Vec<Route> {
    use Access::{Administrator, SignedIn};
    const SOURCES: &str = "/api/v1/sources";
    const SOURCE: &str = "/api/v1/sources/{id}";
    const TABLE: &str = "/api/v1/tables/{id}";
    let source = || Answer::Tagged(schema::<sources::SourceBody>());
    let table = || Answer::Tagged(schema::<tables::DetailsBody>());
    vec![
        Route::new(
            Method::GET,
            SOURCES,
            "sources.list",
            SignedIn,
            sources::list,
        )
        .says("Data sources, by name")
        .takes(PAGED)
        .gives(200, Answer::List(schema::<sources::SourceBody>())),
        Route::new(
            Method::POST,
            SOURCES,
            "sources.create",
            Administrator,
            sources::create,
        )
        .says("Creates a data source and asks for its first refresh")
        .reads(sources::body_schema)
        .gives(201, source()),
        Route::new(Method::GET, SOURCE, "sources.get", SignedIn, sources::get)
            .says("A data source")
            .gives(200, source()),
        Route::new(
            Method::PUT,
            SOURCE,
            "sources.update",
            Administrator,
            sources::update,
        )
        .says("Replaces the configuration of a data source")
        .reads(sources::body_schema)
        .gives(200, source()),
        Route::new(
            Method::DELETE,
            SOURCE,
            "sources.remove",
            Administrator,
            sources::remove,
        )
        .says("Removes a data source whose tables no export uses")
        .gives(204, Answer::Nothing),
        Route::new(
            Method::POST,
            "/api/v1/sources/{id}/refresh",
            "sources.refresh",
            Administrator,
            sources::refresh,
        )
        .says("Asks for a refresh of all its tables")
        .gives(202, source()),
        Route::new(
            Method::GET,
            "/api/v1/tables",
            "tables.list",
            SignedIn,
            tables::list,
        )
        .says("Tables, by source and name")
        .takes(&["source_id", "cursor", "limit"])
        .gives(200, Answer::List(schema::<tables::SummaryBody>())),
        Route::new(Method::GET, TABLE, "tables.get", SignedIn, tables::get)
            .says("A table with the exports that use it")
            .gives(200, table()),
        Route::new(
            Method::PUT,
            TABLE,
            "tables.update",
            Administrator,
            tables::update,
        )
        .says("Corrects the schema of a table and asks for a refresh")
        .reads(tables::body_schema)
        .gives(200, table()),
        Route::new(
            Method::GET,
            "/api/v1/tables/{id}/preview",
            "tables.preview",
            SignedIn,
            tables::preview,
        )
        .says("The first rows of a table, personal columns masked for viewers")
        .may_conflict()
        .gives(200, Answer::One(schema::<tables::PreviewBody>())),
    ]
}
