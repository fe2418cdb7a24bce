//! Runs as a table, newest first.

use leptos::prelude::*;

use super::figures::{count, duration};
use super::head::RunHead;
use crate::domain::RunSummary;
use crate::i18n::{format, runs, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const COLUMNS: u32 = 5;

/// Runs of one export; the status of each leads to its pane.
#[component]
pub fn RunTable(
    /// The runs, in the order to show them.
    runs: Vec<RunSummary>,
) -> impl IntoView {
    let language = use_language();
    let columns = vec![
        Column::new(runs::run(language)),
        Column::new(runs::queued_at(language)),
        Column::new(runs::duration(language)).numeric(),
        Column::new(runs::written(language)).numeric(),
        Column::new(runs::started_by(language)),
    ];
    let rows = if runs.is_empty() {
        view! { <TableMessage columns=COLUMNS>{runs::no_runs(language)}</TableMessage> }.erased()
    } else {
        runs.into_iter()
            .map(|run| view! { <RunRow run/> })
            .collect_view()
            .erased()
    };
    view! {
        <Table caption=runs::runs_caption(language) columns=columns>
            {rows}
        </Table>
    }
    .erased()
}

#[component]
fn RunRow(run: RunSummary) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let pane = PaneRoute::of("run", run.id);
    let href = Signal::derive(move || {
        address
            .get()
            .with("runs", None::<&str>)
            .with_pane(&pane)
            .to_string()
    });
    let taken = duration(language, &run);
    let starter = runs::starter(language, run.trigger, &run.started_by);
    let head = run.clone();
    view! {
        <tr>
            <RunHead run=head href/>
            <td>
                <Time at=instant(run.queued_at)/>
            </td>
            <td class="num">{taken}</td>
            <td class="num">
                {run
                    .status
                    .has_delivered()
                    .then(|| format::integer(language, count(run.rows_written)))}
            </td>
            <td>{starter}</td>
        </tr>
    }
    .erased()
}
