//! How a source or a table is doing, as badges.

use leptos::prelude::*;

use crate::domain::{RefreshStatus, TableSummary};
use crate::i18n::{data as texts, reasons, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Colour and shape of a state of a refresh.
pub const fn refresh_look(status: RefreshStatus) -> (Tone, &'static str) {
    match status {
        RefreshStatus::NotStarted => (Tone::Neutral, "subtract_circle"),
        RefreshStatus::Queued => (Tone::Brand, "clock"),
        RefreshStatus::Processing => (Tone::Brand, "arrow_sync"),
        RefreshStatus::Successful => (Tone::Success, "checkmark_circle"),
        RefreshStatus::Failed => (Tone::Danger, "error_circle"),
        RefreshStatus::Canceled => (Tone::Neutral, "stop"),
        RefreshStatus::Skipped => (Tone::Neutral, "dismiss_circle"),
    }
}

/// The state of a refresh, of one source or of several.
#[component]
pub fn RefreshBadge(
    /// The state.
    status: RefreshStatus,
) -> impl IntoView {
    let language = use_language();
    let (tone, icon) = refresh_look(status);
    view! {
        <Badge tone icon>
            {texts::refresh_status(language, status)}
        </Badge>
    }
    .erased()
}

/// The state of a table, with the reason of a failure under it.
#[component]
pub(super) fn TableState(table: TableSummary) -> impl IntoView {
    let language = use_language();
    let changed = table
        .change
        .as_ref()
        .is_some_and(|change| !change.is_empty());
    let (tone, icon, text) = if table.problem.is_some() {
        (Tone::Danger, "error_circle", texts::table_failed(language))
    } else if table.rows.is_none() {
        (
            Tone::Neutral,
            "subtract_circle",
            texts::table_waiting(language),
        )
    } else if changed {
        (Tone::Warning, "warning", texts::table_changed(language))
    } else {
        (
            Tone::Success,
            "checkmark_circle",
            texts::table_ready(language),
        )
    };
    let problem = table.problem.map(|reason| reasons::text(language, &reason));
    view! {
        <Badge tone icon>
            {text}
        </Badge>
        {problem.map(|text| view! { <span class="sub">{text}</span> })}
    }
    .erased()
}

/// When something was refreshed.
#[component]
pub fn RefreshedAt(
    /// The instant; none while it never was.
    at: Option<i64>,
) -> impl IntoView {
    let language = use_language();
    match at {
        Some(at) => view! { <Time at=instant(at)/> }.erased(),
        None => texts::never(language).erased(),
    }
}

/// A count or size of the wire; nothing is ever below zero.
pub(super) fn amount(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}
