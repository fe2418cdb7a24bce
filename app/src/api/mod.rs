//! The server functions: the only place with `#[server]`. Each takes its context, makes one call
//! to a port and maps the error; no rule lives here.

mod account;
mod codec;
mod connections;
mod data;
mod error;
mod exports;
mod notices;
mod operation;
mod preferences;
mod runs;
mod segments;
mod system;

#[cfg(feature = "ssr")]
pub use account::{SESSION_COOKIE, SESSION_COOKIE_SECURE, SecureCookies};
pub use account::{SetUp, SignIn, SignOut, me, set_up_open};
pub use connections::{
    connection_choices, connection_types, create_connection, get_connection, list_connections,
    remove_connection, test_connection, update_connection,
};
pub use data::{
    create_source, get_table, list_sources, list_tables, preview_table, refresh_source,
    remove_source, update_source, update_table,
};
pub use error::ApiError;
pub use exports::{
    RemoveExport, RunExport, copy_name, create_export, detach_export, get_export, list_exports,
    preview_schedule, remove_export, run_export, schedule_exports, time_zones, update_export,
};
pub use notices::{
    create_channel, follow, get_following, list_channels, list_notices, read_notices,
    remove_channel, test_channel, update_channel,
};
pub use operation::{
    cancel_task, get_about, get_pipeline, get_timeline, pause_system, resume_system, task_history,
};
pub use preferences::{LANGUAGE_COOKIE, SetLanguage, SetTheme, THEME_COOKIE};
pub use runs::{
    CancelRun, DiscardRun, ReleaseRun, cancel_run, discard_run, get_run, list_runs, release_run,
};
pub use segments::{
    create_segment, get_segment, list_segments, preview_segment, refresh_segment, remove_segment,
    update_segment,
};
pub use system::{
    cancel_refresh, get_refresh, get_system_schedule, refresh_all, system_status, upcoming_starts,
    update_system_schedule,
};

#[cfg(feature = "ssr")]
mod context {
    use leptos::prelude::use_context;

    use super::ApiError;
    use crate::ports::{RequestContext, Services};

    /// Who asks, and what can be asked, from the context of the request. Gone when the request is:
    /// what is still being computed then, nobody waits for.
    pub(super) fn request() -> Result<(RequestContext, Services), ApiError> {
        use_context::<RequestContext>()
            .zip(use_context::<Services>())
            .ok_or(ApiError::Unreachable)
    }
}
