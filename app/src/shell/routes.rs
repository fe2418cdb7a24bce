//! The paths of the pages, written once.

/// Where people arrive.
pub const START: &str = EXPORTS;
/// Signing in.
pub const SIGN_IN: &str = "/sign-in";
/// Exports.
pub const EXPORTS: &str = "/data/exports";
/// Tables.
pub const TABLES: &str = "/data/tables";
/// Data sources.
pub const SOURCES: &str = "/data/sources";
/// Connections.
pub const CONNECTIONS: &str = "/administration/connections";
/// The system refresh.
pub const SYSTEM: &str = "/administration/system";
