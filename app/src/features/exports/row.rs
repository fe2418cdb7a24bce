//! One row of the list. It is there fifty times in the page, so it is written short: links start at the page, one cell
//! follows what changes, and the table listens for all rows.

use leptos::html;
use leptos::prelude::*;

use super::rules::home_pane;
use super::selection::Selection;
use super::shown::Shown;
use super::strip::RunStripView;
use crate::domain::{ExportListRow, Micros, OptionalColumn};
use crate::features::connection_types::type_icon;
use crate::features::runs::{status_look, status_text};
use crate::i18n::schedule::{form as schedules, summary};
use crate::i18n::{Language, exports, format, reasons, use_language};
use crate::shell::table_preferences;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Longer sentences are cut to two lines, with the whole as the title.
const SHORT: usize = 44;

/// What all rows draw with.
#[derive(Clone, Copy)]
pub(super) struct RowLook {
    language: Language,
    clock: Clock,
    /// What links to panes begin with, by the state of the list.
    before_pane: Memo<String>,
    columns: StoredValue<Vec<OptionalColumn>>,
    menu: RowMenuState,
}

impl RowLook {
    pub(super) fn new(menu: RowMenuState) -> Self {
        let address = use_address();
        Self {
            language: use_language(),
            clock: use_clock(),
            before_pane: Memo::new(move |_| address.get().before_pane()),
            columns: StoredValue::new(table_preferences().columns),
            menu,
        }
    }

    fn href(self, pane: &PaneRoute) -> String {
        self.before_pane.with(|before| format!("{before}{pane}"))
    }

    fn time(self, at: Micros, zone: &str) -> AnyView {
        let at = instant(at);
        let (text, title) = self.clock.tell(self.language, at, Some(zone));
        view! {
            <time datetime=datetime(at) title=title>
                {text}
            </time>
        }
        .into_any()
    }
}

/// A row that follows what is shown of its export: it changes where it stands.
#[component]
pub(super) fn ExportRow(
    /// The row as it came into the list.
    row: ExportListRow,
    shown: Memo<Option<Shown>>,
    selection: Selection,
    look: RowLook,
) -> impl IntoView {
    let id = row.id;
    let current = Memo::new(move |before: Option<&ExportListRow>| {
        let found = shown.with(|shown| shown.as_ref()?.row(id).cloned());
        found.unwrap_or_else(|| before.unwrap_or(&row).clone())
    });
    view! {
        <tr>
            <td>
                <RowCheck current selection/>
            </td>
            {move || current.with(|row| cells(row, look))}
        </tr>
    }
}

/// The box that chooses the row; the table answers it. A tick from before the script ran counts.
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
        <input
            type="checkbox"
            autocomplete="off"
            checked=untrack(|| selection.contains(id))
            node_ref=input
            aria-label=move || current.with(|row| exports::select_row(language, &row.name))
        />
    }
}

/// All cells but the first. They are drawn again together, which touches only what differs in them.
fn cells(row: &ExportListRow, look: RowLook) -> AnyView {
    let language = look.language;
    let zone = &row.schedule.time_zone;
    let refreshed = match row.refreshed_at {
        Some(at) => look.time(at, zone),
        None => exports::never(language).into_any(),
    };
    let connection = match &row.connection {
        Some(connection) => connection.name.clone().into_any(),
        None => view! { <em>{exports::no_connection(language)}</em> }.into_any(),
    };
    let why = row.status_reason.as_ref();
    let why = why.map(|reason| reasons::text(language, reason));
    let optional = look.columns.with_value(|columns| {
        let cell = |column: &OptionalColumn| view! { <td>{optional(row, *column, look)}</td> };
        columns.iter().map(cell).collect_view()
    });
    view! {
        <th scope="row">
            <a href=look.href(&home_pane(row))>{row.name.clone()}</a>
        </th>
        <td>
            <RowIcon name=type_icon(row.kind)/>
            {exports::connection_type(language, row.kind)}
        </td>
        <td title=why>{status(row, look)}</td>
        <td>{refreshed}</td>
        {schedule(row, language)}
        <td>{connection}</td>
        <td>{exports::permission(language, row.permission)}</td>
        {optional}
        <td>
            <RowMenuButton
                menu=look.menu
                row=row.id.to_string()
                label=exports::commands_for(language, &row.name)
                href=look.href(&PaneRoute::of("view", row.id))
                opens=look.clock.runs()
            />
        </td>
    }
    .into_any()
}

/// The status; leads to the run that it is of.
fn status(row: &ExportListRow, look: RowLook) -> AnyView {
    let (tone, icon) = status_look(row.status);
    let reason = row.status_reason.as_ref();
    let text = status_text(look.language, row.status, row.rows_so_far, reason);
    let class = format!("badge {}", tone.class());
    match row.run_id {
        Some(run) => view! {
            <a class=class href=look.href(&PaneRoute::of("run", run))>
                <RowIcon name=icon/>
                {text}
            </a>
        }
        .into_any(),
        None => view! {
            <span class=class>
                <RowIcon name=icon/>
                {text}
            </span>
        }
        .into_any(),
    }
}

/// The schedule in words; the title has the next start, and the whole of what is too long for two lines.
fn schedule(row: &ExportListRow, language: Language) -> AnyView {
    let text = summary(
        language,
        row.enabled,
        row.connection.is_some(),
        &row.schedule,
    );
    let next = row.next_run_at.map(|at| {
        let next = schedules::next_start_at(language, format::instant(language, instant(at)));
        format!("{text}\n{next}")
    });
    if text.chars().count() <= SHORT {
        return view! { <td title=next>{text}</td> }.into_any();
    }
    let title = next.unwrap_or_else(|| text.clone());
    view! {
        <td title=title>
            <span class="two-lines">{text}</span>
        </td>
    }
    .into_any()
}

/// What stands in a column that the person chose.
fn optional(row: &ExportListRow, column: OptionalColumn, look: RowLook) -> AnyView {
    let zone = &row.schedule.time_zone;
    match column {
        OptionalColumn::Strip => view! { <RunStripView strip=row.strip.clone()/> }.into_any(),
        OptionalColumn::DataAsOf => row.data_as_of.map(|at| look.time(at, zone)).into_any(),
        OptionalColumn::UpdatedAt => look.time(row.updated_at, zone),
        OptionalColumn::UpdatedBy => row.updated_by.clone().into_any(),
        OptionalColumn::Labels => row.labels.join(", ").into_any(),
        OptionalColumn::Owner => row.owner.clone().unwrap_or_default().into_any(),
    }
}
