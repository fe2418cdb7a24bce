//! The rows of the list. A page has fifty of them, so they are HTML in one piece, and written short: links start at the
//! page, and the table listens for all rows.

use leptos::prelude::*;
use maud::{Markup, html};

use super::rules::home_pane;
use super::shown::Shown;
use super::strip;
use crate::domain::{ListedExport, Micros, OptionalColumn};
use crate::features::connection_types::type_icon;
use crate::features::runs::{retrying_text, status_look, status_text};
use crate::i18n::schedule::form as schedules;
use crate::i18n::{Language, exports, reasons, use_language};
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
}

impl RowLook {
    pub(super) fn new() -> Self {
        let address = use_address();
        Self {
            language: use_language(),
            clock: use_clock(),
            before_pane: Memo::new(move |_| address.get().before_pane()),
            columns: StoredValue::new(table_preferences().columns),
        }
    }

    fn href(self, pane: &PaneRoute) -> String {
        self.before_pane.with(|before| format!("{before}{pane}"))
    }

    fn time(self, at: Micros, zone: &str) -> Markup {
        markup::time(self.clock, self.language, instant(at), zone)
    }
}

/// The rows of what is shown, in its order. Those of a page that is taken over stand already, and are written anew once its
/// clock goes.
pub(super) fn html_rows(shown: Memo<Option<Shown>>, look: RowLook) -> Memo<Vec<HtmlRow>> {
    Memo::new(move |_| {
        let stand = !look.clock.runs() && is_taken_over();
        let row = |row: &ListedExport| {
            let cells = if stand {
                Markup::default()
            } else {
                cells(row, look)
            };
            HtmlRow::new(row.id, cells)
        };
        shown.with(|shown| {
            let rows = shown.as_ref().map(|shown| shown.rows.iter());
            rows.into_iter().flatten().map(row).collect()
        })
    })
}

fn cells(row: &ListedExport, look: RowLook) -> Markup {
    let language = look.language;
    let why = row.status_reason.as_ref();
    let why = why.map(|reason| reasons::text(language, reason));
    let commands = look.href(&PaneRoute::of("view", row.id));
    // The end tags of rows and cells are left out, as HTML lets them: two in three bytes of a page are rows.
    html! {
        td; input type="checkbox" autocomplete="off" aria-label=(exports::select_row(language, &row.name));
        th scope="row"; a href=(look.href(&home_pane(row))) { (row.name) }
        td; (markup::icon(type_icon(row.kind))) (exports::connection_type(language, row.kind))
        td title=[why]; (status(row, look))
        (refreshed(row, look))
        (schedule(row, look))
        td;
        @match &row.connection {
            Some(name) => (name),
            None => em { (exports::no_connection(language)) },
        }
        td; (exports::permission(language, row.permission))
        @for column in look.columns.get_value() {
            td; (optional(row, column, look))
        }
        td; (markup::menu_button(&exports::commands_for(language, &row.name), &commands, look.clock.runs()))
    }
}

/// The status; leads to the run that it is of.
fn status(row: &ListedExport, look: RowLook) -> Markup {
    let (tone, icon) = status_look(row.status);
    let reason = row.status_reason.as_ref();
    let tone = tone.class();
    let shown = html! {
        (markup::icon(icon))
        @match row.next_attempt {
            Some(next) => time datetime=(datetime(instant(next.at))) {
                (retrying_text(look.language, look.clock, next))
            },
            None => (status_text(look.language, row.status, row.rows_so_far, reason)),
        }
    };
    match row.run_id {
        Some(run) => {
            let href = look.href(&PaneRoute::of("run", run));
            html! { a class={ "badge " (tone) } href=(href) { (shown) } }
        }
        None => html! { span class={ "badge " (tone) } { (shown) } },
    }
}

/// When it was refreshed. The title has when that was, the last attempt since, how old the data are and the next start;
/// on paper stands the first of these alone.
fn refreshed(row: &ListedExport, look: RowLook) -> Markup {
    let (language, clock) = (look.language, look.clock);
    let (text, exact) = match row.refreshed_at {
        Some(at) => clock.tell(language, instant(at), Some(&row.time_zone)),
        None => (exports::never(language).to_owned(), None),
    };
    if !clock.runs() {
        return html! { td; span { (text) } };
    }
    let write =
        |at: Option<Micros>| Some(clock.write(language, instant(at?), Some(&row.time_zone)));
    let lines = [
        exact.clone(),
        write(row.attempted_at).map(|at| exports::attempted_at(language, at)),
        write(row.data_as_of).map(|at| exports::data_as_of_at(language, at)),
        next_start(row, look),
    ];
    let lines: Vec<_> = lines.into_iter().flatten().collect();
    let title = (!lines.is_empty()).then(|| lines.join("\n"));
    match row.refreshed_at {
        Some(at) => {
            let printed = exact.as_ref().unwrap_or(&text);
            html! { td; time datetime=(datetime(instant(at))) title=[title] data-at=(printed) { (text) } }
        }
        None => html! { td title=[title]; (text) },
    }
}

/// The next start by the clocks of the schedule's zone; told once the clock of the page runs.
fn next_start(row: &ListedExport, look: RowLook) -> Option<String> {
    let at = row.next_run_at.filter(|_| look.clock.runs())?;
    let at = write_in_zone(look.language, instant(at), &row.time_zone);
    Some(schedules::next_start_at(look.language, at))
}

/// The schedule in words; the title has the next start, and before it the whole of what is too long for two lines. Before the
/// clock of the page runs, and without script, the next start stands in the details alone.
fn schedule(row: &ListedExport, look: RowLook) -> Markup {
    let text = &row.schedule;
    let next = next_start(row, look);
    if text.chars().count() <= SHORT {
        return html! { td title=[next]; (text) };
    }
    let title = next.map_or_else(|| text.clone(), |next| format!("{text}\n{next}"));
    html! { td title=(title); span class="two-lines" { (text) } }
}

/// What stands in a column that the person chose.
fn optional(row: &ListedExport, column: OptionalColumn, look: RowLook) -> Markup {
    let time = |at| look.time(at, &row.time_zone);
    match column {
        OptionalColumn::Strip => strip::drawn(look.language, &row.strip),
        OptionalColumn::DataAsOf => html! { @if let Some(at) = row.data_as_of { (time(at)) } },
        OptionalColumn::UpdatedAt => time(row.updated_at),
        OptionalColumn::UpdatedBy => html! { (row.updated_by) },
        OptionalColumn::Labels => html! { (row.labels.join(", ")) },
        OptionalColumn::Owner => html! { (row.owner.as_deref().unwrap_or_default()) },
    }
}
