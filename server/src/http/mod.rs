//! The door of the server: pages, server functions, REST, live events, health and metrics.
//!
//! Knows the ports of `app`, never the store: what else it needs is the trait [`Backstage`], which
//! the composition in `serve` fulfils. Decides who asks and in which form the answer goes out; what
//! somebody may do is decided by the services.

mod access_log;
mod backstage;
mod callers;
mod client;
mod conditional;
mod csrf;
mod events;
mod fields;
mod headers;
mod health;
mod idempotency;
mod identity;
mod openapi;
mod pages;
mod parameters;
mod problem;
mod rest;
mod router;
mod routes;
mod sign_in_oidc;
mod site;
mod state;
mod throttle;
mod tls;

pub use backstage::{Backstage, Check, Heard, Hint, Remembered};
pub use openapi::document;
pub use router::{figures_router, page_paths, router};
pub use routes::{Access, Route, table};
pub use site::Site;
pub use state::{Http, HttpParts};
pub use tls::{CertificateFiles, TlsError, TlsListener};
