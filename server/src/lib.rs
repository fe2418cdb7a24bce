//! Everything of Waybill that touches the outside. The map is in `server/ARCHITECTURE.md`.

pub mod as_code;
pub mod backup;
pub mod command;
pub mod config;
pub mod crypto;
pub mod demo;
pub mod fold;
pub mod http;
pub mod notices;
pub mod oidc;
pub mod pipeline;
pub mod policy;
pub mod scheduler;
pub mod serve;
pub mod services;
pub mod store;
pub mod telemetry;
