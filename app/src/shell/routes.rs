//! The paths of the pages, written once.

/// Where people arrive.
pub const START: &str = EXPORTS;
/// Signing in.
pub const SIGN_IN: &str = "/sign-in";
/// Signing in at the identity provider; the server leads there.
pub const SIGN_IN_AT_PROVIDER: &str = "/sign-in/oidc";
/// One's own account, which the menu of the top bar leads to.
pub const ACCOUNT: &str = "/account";
/// Exports.
pub const EXPORTS: &str = "/data/exports";
/// Runs.
pub const RUNS: &str = "/data/runs";
/// Tables.
pub const TABLES: &str = "/data/tables";
/// Segments.
pub const SEGMENTS: &str = "/data/segments";
/// Data sources.
pub const SOURCES: &str = "/data/sources";
/// Notices, which the bell of the top bar leads to.
pub const NOTICES: &str = "/notices";
/// Connections.
pub const CONNECTIONS: &str = "/administration/connections";
/// The system refresh.
pub const SYSTEM: &str = "/administration/system";
/// People.
pub const PEOPLE: &str = "/administration/people";
/// The audit log.
pub const AUDIT: &str = "/administration/audit";
