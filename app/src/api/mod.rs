//! The server functions: the only place with `#[server]`. Each takes its context, makes one call
//! to a port and maps the error; no rule lives here.

mod account;
mod audit;
mod bulk;
mod codec;
mod connections;
mod data;
mod delivery_preview;
mod error;
mod exports;
mod history;
mod notices;
mod operation;
mod packed_exports;
mod people;
mod preferences;
mod profile;
#[cfg(feature = "ssr")]
mod redirect;
mod runs;
mod second_factor;
mod segments;
mod storage;
mod system;
mod views;

pub use account::{FinishSignIn, SetUp, SignIn, SignOut, me, set_up_open};
#[cfg(feature = "ssr")]
pub use account::{
    OWING_COOKIE, OWING_COOKIE_SECURE, SESSION_COOKIE, SESSION_COOKIE_SECURE, SecureCookies,
    code_page, local_path,
};
pub use audit::{get_audit, get_audit_days, list_audit, set_audit_days};
pub use bulk::{RunAll, do_bulk, plan_bulk, plan_run_all, plan_schedule, run_all, undo_change};
pub use codec::JsonText;
#[cfg(not(feature = "ssr"))]
pub use codec::read;
#[cfg(all(feature = "ssr", test))]
pub use codec::read_in_the_browser;
pub use connections::{
    connection_choices, connection_types, create_connection, get_connection, list_connections,
    pause_connection, release_exports, remove_connection, removed_connections, restore_connection,
    resume_connection, test_connection, test_connection_draft, update_connection,
};
pub use data::{
    create_source, get_table, list_sources, list_tables, preview_table, refresh_source,
    remove_source, update_source, update_table,
};
pub use delivery_preview::preview_delivery;
pub use error::ApiError;
pub use exports::{
    RemoveExport, RunExport, add_segment, copy_name, create_export, detach_export, get_export,
    get_export_facets, get_removal_facts, list_exports, preview_schedule, remove_export,
    run_export, schedule_exports, time_zones, update_export,
};
pub use history::{RestoreExport, export_history, list_removed, restore_export, restore_version};
pub use notices::{
    create_channel, follow, get_following, list_channels, list_notices, read_notices,
    remove_channel, test_channel, update_channel,
};
pub use operation::{
    cancel_task, get_about, get_pipeline, get_timeline, pause_system, resume_system, task_history,
};
pub use packed_exports::PackedExports;
pub use people::{
    add_service, create_token_of, invite, list_everybody, list_invitations, list_tokens_of,
    make_password_link, remove_factor_of, revoke_invitation, sign_out_person, update_person,
};
pub use preferences::{
    LANGUAGE_COOKIE, SetLanguage, SetTable, SetTheme, TABLE_COOKIE, THEME_COOKIE,
};
pub use profile::{
    AcceptInvitation, ChangePassword, EndOthers, EndSession, UpdateProfile, create_token,
    get_profile, list_sessions, list_tokens, read_invitation, revoke_token,
};
pub use runs::{
    CancelRun, DiscardRun, ReleaseRun, cancel_run, discard_run, get_run, list_runs, release_run,
};
pub use second_factor::{
    begin_factor, confirm_factor, get_factor, remove_factor, renew_recovery_codes,
};
pub use segments::{
    create_segment, get_segment, list_segments, preview_segment, refresh_segment, remove_segment,
    removed_segments, restore_segment, update_segment,
};
pub use storage::{get_storage, set_keeping};
pub use system::{
    cancel_refresh, get_refresh, get_system_schedule, refresh_all, system_status, upcoming_starts,
    update_system_schedule,
};
pub use views::{
    describe_export, get_export_about, list_labels, list_people, list_views, remove_view, save_view,
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
