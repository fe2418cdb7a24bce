//! The one table of routes: method, path, who may, handler, and what OpenAPI says of it. Router,
//! role matrix and OpenAPI document are made from it, so none of them can lack a route.

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use serde_json::Value;

use super::openapi::{Answer, Doc, schema};
use super::problem::ProblemBody;
use super::rest::{connections, export_body, exports, me, runs, sources, tables};
use super::state::Http;
use super::{events, health, openapi};

/// The least a caller must be. What a contributor may do with a particular export depends on its
/// connection and is decided by the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    Anyone,
    SignedIn,
    Contributor,
    Administrator,
}

/// A row of the table.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    /// Unique; names the action in OpenAPI and in tests.
    pub action: &'static str,
    pub access: Access,
    pub(super) handler: MethodRouter<Http>,
    pub(super) doc: Option<Doc>,
}

impl Route {
    fn new<H, T>(
        method: Method,
        path: &'static str,
        action: &'static str,
        access: Access,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Http>,
        T: 'static,
    {
        let filter = match method {
            Method::POST => MethodFilter::POST,
            Method::PUT => MethodFilter::PUT,
            Method::DELETE => MethodFilter::DELETE,
            _ => MethodFilter::GET,
        };
        Self {
            method,
            path,
            action,
            access,
            handler: on(filter, handler),
            doc: None,
        }
    }

    fn says(mut self, summary: &'static str) -> Self {
        self.doc = Some(Doc::new(summary));
        self
    }

    fn takes(mut self, parameters: &'static [&'static str]) -> Self {
        self.doc = self.doc.map(|doc| Doc { parameters, ..doc });
        self
    }

    fn reads(mut self, body: fn() -> Value) -> Self {
        self.doc = self.doc.map(|doc| Doc {
            body: Some(body),
            ..doc
        });
        self
    }

    fn gives(mut self, status: u16, answer: Answer) -> Self {
        if let Some(doc) = &mut self.doc {
            doc.answers.push((status, answer));
        }
        self
    }
}

const PAGED: &[&str] = &["cursor", "limit"];

/// Every route but pages, their files and server functions, which Leptos lists itself.
pub fn table() -> Vec<Route> {
    let mut table = around();
    table.extend(export_routes());
    table.extend(run_routes());
    table.extend(connection_routes());
    table.extend(data_routes());
    table
}

fn around() -> Vec<Route> {
    use Access::{Anyone, SignedIn};
    vec![
        Route::new(Method::GET, "/healthz", "alive", Anyone, health::alive),
        Route::new(Method::GET, "/readyz", "ready", Anyone, health::ready),
        Route::new(Method::GET, "/metrics", "figures", Anyone, health::figures),
        Route::new(Method::GET, "/events", "events", SignedIn, events::listen),
        Route::new(
            Method::GET,
            "/api/v1/openapi.json",
            "openapi",
            Anyone,
            openapi::serve,
        )
        .says("This document")
        .gives(200, Answer::Any),
        Route::new(Method::GET, "/api/v1/me", "me", SignedIn, me::get)
            .says("Who is asking")
            .gives(200, Answer::One(schema::<me::MeBody>())),
    ]
}

fn export_routes() -> Vec<Route> {
    use Access::{Administrator, Contributor, SignedIn};
    const LIST: &str = "/api/v1/exports";
    const ONE: &str = "/api/v1/exports/{id}";
    let one = || Answer::Tagged(schema::<exports::ExportDetailsBody>());
    vec![
        Route::new(Method::GET, LIST, "exports.list", SignedIn, exports::list)
            .says("Exports, by name unless sorted otherwise")
            .takes(&["q", "status", "type", "sort", "cursor", "limit"])
            .gives(200, Answer::List(schema::<exports::ExportBody>())),
        Route::new(
            Method::POST,
            LIST,
            "exports.create",
            Contributor,
            exports::create,
        )
        .says("Creates an export, switched off")
        .reads(export_body::schema)
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
        .says("Removes an export; what was delivered stays")
        .gives(204, Answer::Nothing),
        Route::new(
            Method::POST,
            "/api/v1/exports/{id}/duplicate",
            "exports.duplicate",
            Contributor,
            exports::duplicate,
        )
        .says("Creates a copy, switched off")
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
    ]
}

fn run_routes() -> Vec<Route> {
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
        .says("Runs, newest first")
        .takes(&["export_id", "status", "cursor", "limit"])
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

fn connection_routes() -> Vec<Route> {
    use Access::{Administrator, SignedIn};
    const LIST: &str = "/api/v1/connections";
    const ONE: &str = "/api/v1/connections/{id}";
    let one = || Answer::Tagged(schema::<connections::DetailsBody>());
    vec![
        Route::new(
            Method::GET,
            "/api/v1/connection-types",
            "connection_types.list",
            SignedIn,
            connections::types,
        )
        .says("The types of destination")
        .gives(200, Answer::List(schema::<connections::TypeBody>())),
        Route::new(
            Method::GET,
            LIST,
            "connections.list",
            Administrator,
            connections::list,
        )
        .says("Connections, by name")
        .takes(PAGED)
        .gives(200, Answer::List(schema::<connections::SummaryBody>())),
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
        Route::new(
            Method::POST,
            "/api/v1/connections/{id}/test",
            "connections.test",
            Administrator,
            connections::test,
        )
        .says("Tries a connection")
        .gives(200, Answer::One(schema::<connections::OutcomeBody>())),
    ]
}

fn data_routes() -> Vec<Route> {
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
        .gives(200, Answer::One(schema::<tables::PreviewBody>())),
    ]
}

/// The schema of every error.
pub(super) fn problem_schema() -> super::openapi::SchemaOf {
    schema::<ProblemBody>()
}
