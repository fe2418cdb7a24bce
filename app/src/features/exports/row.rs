//! One row of the list. It is there fifty times in the page, so it is written short: links start at the page, one cell
//! follows what changes, the table listens for all rows, and what only shows something is HTML in one piece.

use leptos::html;
use leptos::prelude::*;

use super::rules::home_pane;
use super::selection::Selection;
use super::shown::Shown;
use super::strip;
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

    fn time(self, at: Micros, zone: &str) -> Markup {
        let at = instant(at);
        Markup::time(at, self.clock.tell(self.language, at, Some(zone)))
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
    let kind = exports::connection_type(language, row.kind);
    let kind = Markup::icon(type_icon(row.kind)).and(Markup::text(kind));
    let refreshed = match row.refreshed_at {
        Some(at) => look.time(at, zone),
        None => Markup::text(exports::never(language)),
    };
    let connection = match &row.connection {
        Some(connection) => Markup::text(&connection.name),
        None => Markup::em(exports::no_connection(language)),
    };
    let permission = Markup::text(exports::permission(language, row.permission));
    let why = row.status_reason.as_ref();
    let why = why.map(|reason| reasons::text(language, reason));
    let optional = look.columns.with_value(|columns| {
        let cell = |column: &OptionalColumn| {
            let shown = optional(row, *column, look).html();
            view! { <td inner_html=shown></td> }
        };
        columns.iter().map(cell).collect_view()
    });
    view! {
        <th scope="row">
            <a href=look.href(&home_pane(row)) inner_html=Markup::text(&row.name).html()></a>
        </th>
        <td inner_html=kind.html()></td>
        <td title=why>{status(row, look)}</td>
        <td inner_html=refreshed.html()></td>
        {schedule(row, language)}
        <td inner_html=connection.html()></td>
        <td inner_html=permission.html()></td>
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
    let shown = Markup::icon(icon).and(Markup::text(&text)).html();
    match row.run_id {
        Some(run) => {
            let href = look.href(&PaneRoute::of("run", run));
            view! { <a class=class href=href inner_html=shown></a> }.into_any()
        }
        None => view! { <span class=class inner_html=shown></span> }.into_any(),
    }
}

/// The schedule in words; the title has the next start, and before it the whole of what is too long for two lines.
fn schedule(row: &ExportListRow, language: Language) -> AnyView {
    let text = summary(
        language,
        row.enabled,
        row.connection.is_some(),
        &row.schedule,
    );
    let next = row
        .next_run_at
        .map(|at| schedules::next_start_at(language, format::instant(language, instant(at))));
    let (shown, title) = if text.chars().count() <= SHORT {
        (Markup::text(&text), next)
    } else {
        let title = next.map_or_else(|| text.clone(), |next| format!("{text}\n{next}"));
        (Markup::span("two-lines", &text), Some(title))
    };
    view! { <td title=title inner_html=shown.html()></td> }.into_any()
}

/// What stands in a column that the person chose.
fn optional(row: &ExportListRow, column: OptionalColumn, look: RowLook) -> Markup {
    let zone = &row.schedule.time_zone;
    let time = |at| look.time(at, zone);
    match column {
        OptionalColumn::Strip => strip::drawn(look.language, &row.strip),
        OptionalColumn::DataAsOf => row.data_as_of.map(time).unwrap_or_default(),
        OptionalColumn::UpdatedAt => time(row.updated_at),
        OptionalColumn::UpdatedBy => Markup::text(&row.updated_by),
        OptionalColumn::Labels => Markup::text(&row.labels.join(", ")),
        OptionalColumn::Owner => Markup::text(row.owner.as_deref().unwrap_or_default()),
    }
}
