//! One row of the list.

use leptos::html;
use leptos::prelude::*;

use super::rules::home_pane;
use super::selection::Selection;
use super::shown::Shown;
use crate::domain::{ConnectionType, ExportListRow, Micros};
use crate::features::runs::StatusBadge;
use crate::i18n::schedule::{form as schedules, summary};
use crate::i18n::{exports, format, reasons, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The icon of a type of connection.
pub(super) const fn type_icon(kind: ConnectionType) -> &'static str {
    match kind {
        ConnectionType::LocalFolder => "folder",
    }
}

/// A row that follows what is shown of its export: it changes where it stands.
#[component]
pub(super) fn ExportRow(
    /// The row as it came into the list.
    row: ExportListRow,
    shown: Memo<Option<Shown>>,
    selection: Selection,
    menu: RowMenuState,
) -> impl IntoView {
    let id = row.id;
    let current = Memo::new(move |before: Option<&ExportListRow>| {
        let found = shown.with(|shown| shown.as_ref()?.row(id).cloned());
        found.unwrap_or_else(|| before.unwrap_or(&row).clone())
    });
    view! {
        <tr aria-selected=move || selection.contains(id).then_some("true")>
            <td class="act">
                <RowCheck current selection/>
            </td>
            {move || view! { <Cells row=current.get() menu/> }}
        </tr>
    }
}

/// The box that chooses the row. A tick from before the script ran counts.
#[component]
fn RowCheck(current: Memo<ExportListRow>, selection: Selection) -> impl IntoView {
    let language = use_language();
    let id = current.with_untracked(|row| row.id);
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |was_bound: Option<bool>| {
        let wanted = selection.contains(id);
        let Some(input) = input.get() else {
            return false;
        };
        if input.checked() != wanted {
            if was_bound == Some(true) {
                input.set_checked(wanted);
            } else {
                selection.set(id, input.checked());
            }
        }
        true
    });
    view! {
        <span class="check">
            <input
                type="checkbox"
                node_ref=input
                aria-label=move || current.with(|row| exports::select_row(language, &row.name))
                on:change=move |event| selection.set(id, event_target_checked(&event))
            />
        </span>
    }
}

/// All cells but the first.
#[component]
fn Cells(row: ExportListRow, menu: RowMenuState) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let pane = home_pane(&row);
    let href = pane_href(&pane);
    let menu_href = address
        .get_untracked()
        .with_pane(PaneRoute::of("view", row.id))
        .to_string();
    let is_connected = row.connection.is_some();
    let schedule = summary(language, row.enabled, is_connected, &row.schedule);
    let next_start = row
        .next_run_at
        .map(|at| schedules::next_start_at(language, format::instant(language, instant(at))));
    let schedule_title = match next_start {
        Some(next_start) => format!("{schedule}\n{next_start}"),
        None => schedule.clone(),
    };
    let connection = row
        .connection
        .as_ref()
        .map(|connection| connection.name.clone());
    let connection = match connection {
        Some(name) => name.into_any(),
        None => view! { <em>{exports::no_connection(language)}</em> }.into_any(),
    };
    // Copied out, so that the cells need not share the row.
    let ExportListRow {
        id,
        kind,
        refreshed_at,
        data_as_of,
        permission,
        updated_at,
        ..
    } = row;
    let (name, updated_by) = (row.name.clone(), row.updated_by.clone());
    let why = row.status_reason.as_ref();
    let why = why.map(|reason| reasons::text(language, reason));
    let commands_label = exports::commands_for(language, &row.name);
    view! {
        <th scope="row">
            <Link href keep_scroll=true>
                {name}
            </Link>
        </th>
        <td>
            <span class="with-icon">
                <Icon name=type_icon(kind)/>
                {exports::connection_type(language, kind)}
            </span>
        </td>
        <td title=why>
            <StatusCell row/>
        </td>
        <td>
            <InstantOrNever at=refreshed_at/>
        </td>
        <td title=schedule_title>
            <span class="two-lines">{schedule}</span>
        </td>
        <td>{connection}</td>
        <td>{exports::permission(language, permission)}</td>
        <td class="shy">
            {data_as_of.map(|at| view! { <Time at=instant(at)/> })}
        </td>
        <td class="shy">
            <Time at=instant(updated_at)/>
        </td>
        <td class="shy">{updated_by}</td>
        <td class="act">
            <RowMenuButton menu row=id.to_string() label=commands_label href=menu_href/>
        </td>
    }
    .into_any()
}

/// The status; leads to the run that it is of.
#[component]
fn StatusCell(row: ExportListRow) -> impl IntoView {
    let badge = view! {
        <StatusBadge status=row.status rows_so_far=row.rows_so_far reason=row.status_reason/>
    };
    match row.run_id {
        Some(run) => {
            let href = pane_href(PaneRoute::of("run", run));
            view! {
                <Link href keep_scroll=true>
                    {badge}
                </Link>
            }
            .into_any()
        }
        None => badge.into_any(),
    }
}

#[component]
fn InstantOrNever(at: Option<Micros>) -> impl IntoView {
    let language = use_language();
    match at {
        Some(at) => view! { <Time at=instant(at)/> }.into_any(),
        None => exports::never(language).into_any(),
    }
}
