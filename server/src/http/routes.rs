//! The one table of routes: method, path, who may, handler, and what OpenAPI says of it. Router,
//! role matrix and OpenAPI document are made from it, so none of them can lack a route.

mod audit;
mod bulk;
mod connections;
mod data;
mod exports;
mod history;
mod notices;
mod people;
mod preview;
mod segments;
mod system;
mod views;

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use serde_json::Value;

use super::openapi::{Answer, Doc, schema};
use super::problem::ProblemBody;
use super::rest::me;
use super::state::Http;
use super::{events, health, openapi, sign_in_oidc};

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
    /// A token is not enough for it: people ask themselves, with a session.
    pub in_person: bool,
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
            in_person: false,
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

    /// What it reads names something that may not be there.
    fn may_miss(mut self) -> Self {
        self.doc = self.doc.map(|doc| Doc {
            may_miss: true,
            ..doc
        });
        self
    }

    fn may_conflict(mut self) -> Self {
        self.doc = self.doc.map(|doc| Doc {
            may_conflict: true,
            ..doc
        });
        self
    }

    fn may_be_stale(mut self) -> Self {
        self.doc = self.doc.map(|doc| Doc {
            may_be_stale: true,
            ..doc
        });
        self
    }

    /// The answer holds what is told this once, and is kept nowhere: not for a repetition either.
    fn tells_once(mut self) -> Self {
        self.doc = self.doc.map(|doc| Doc {
            tells_once: true,
            ..doc
        });
        self
    }

    /// Is refused to tokens.
    fn in_person(mut self) -> Self {
        self.in_person = true;
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
    table.extend(exports::export_routes());
    table.extend(history::history_routes());
    table.extend(preview::preview_routes());
    table.extend(bulk::bulk_routes());
    table.extend(exports::run_routes());
    table.extend(views::about_routes());
    table.extend(views::view_routes());
    table.extend(connections::connection_routes());
    table.extend(connections::action_routes());
    table.extend(data::data_routes());
    table.extend(segments::segment_routes());
    table.extend(notices::notice_routes());
    table.extend(notices::channel_routes());
    table.extend(people::people_routes());
    table.extend(people::invitation_routes());
    table.extend(people::token_routes());
    table.extend(system::system_routes());
    table.extend(system::operation_routes());
    table.extend(audit::audit_routes());
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
            "/sign-in/oidc",
            "oidc.depart",
            Anyone,
            sign_in_oidc::depart,
        ),
        Route::new(
            Method::GET,
            "/sign-in/oidc/return",
            "oidc.arrive",
            Anyone,
            sign_in_oidc::arrive,
        ),
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

/// The schema of every error.
pub(super) fn problem_schema() -> super::openapi::SchemaOf {
    schema::<ProblemBody>()
}
