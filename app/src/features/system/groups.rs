//! The tasks of one kind: how many are in which status, and each of them.

use std::fmt::Display;

use leptos::prelude::*;

use super::figures::duration;
use crate::domain::{
    ExportId, ExportStatus, Micros, Reason, RefreshStatus, SegmentId, SourceId, StatusCount,
    SystemTask,
};
use crate::features::data::RefreshBadge;
use crate::features::runs::StatusBadge;
use crate::i18n::{format, operation, reasons, system as texts, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

const COLUMNS: u32 = 4;

/// The data sources; each leads to what it did before.
#[component]
pub(super) fn SourceGroup(
    tasks: Vec<SystemTask<SourceId, RefreshStatus>>,
    counts: Vec<StatusCount<RefreshStatus>>,
) -> impl IntoView {
    let language = use_language();
    let nothing = view! {
        <EmptyState
            icon="database"
            title=texts::no_sources(language)
            text=texts::no_sources_text(language)
        />
    };
    view! {
        <Group
            title=texts::data_sources(language)
            counts=renewal_counts(counts)
            rows=renewal_rows(tasks)
            nothing=nothing.erased()
        />
    }
    .erased()
}

/// The segments; each leads to what it did before.
#[component]
pub(super) fn SegmentGroup(
    tasks: Vec<SystemTask<SegmentId, RefreshStatus>>,
    counts: Vec<StatusCount<RefreshStatus>>,
) -> impl IntoView {
    let language = use_language();
    let nothing = view! {
        <EmptyState
            icon="filter"
            title=operation::no_segments(language)
            text=operation::no_segments_text(language)
        />
    };
    view! {
        <Group
            title=operation::segments(language)
            counts=renewal_counts(counts)
            rows=renewal_rows(tasks)
            nothing=nothing.erased()
        />
    }
    .erased()
}

fn renewal_counts(counts: Vec<StatusCount<RefreshStatus>>) -> Vec<(u32, AnyView)> {
    counts
        .into_iter()
        .map(|one| {
            let status = one.status;
            (one.count, view! { <RefreshBadge status/> }.erased())
        })
        .collect()
}

/// Tasks of refreshes know a source and a segment by the same kind of id.
fn renewal_rows<Id: Display>(tasks: Vec<SystemTask<Id, RefreshStatus>>) -> Vec<TaskRow> {
    tasks
        .into_iter()
        .map(|task| {
            let badge = view! { <RefreshBadge status=task.status/> }.erased();
            let href = format!("{}?pane=task/{}", routes::SYSTEM, task.id);
            TaskRow {
                keep_scroll: true,
                ..row(task, href, badge)
            }
        })
        .collect()
}

/// The exports; each leads to its runs.
#[component]
pub(super) fn ExportGroup(
    tasks: Vec<SystemTask<ExportId, ExportStatus>>,
    counts: Vec<StatusCount<ExportStatus>>,
) -> impl IntoView {
    let language = use_language();
    let counts: Vec<_> = counts
        .into_iter()
        .map(|one| {
            let status = one.status;
            (one.count, view! { <StatusBadge status/> }.erased())
        })
        .collect();
    let rows: Vec<_> = tasks
        .into_iter()
        .map(|task| {
            let href = format!("{}?pane=history/{}", routes::EXPORTS, task.id);
            let reason = task.reason.clone();
            let badge = view! { <StatusBadge status=task.status reason/> }.erased();
            row(task, href, badge)
        })
        .collect();
    let nothing = view! {
        <EmptyState
            icon="arrow_export"
            title=texts::no_exports(language)
            text=texts::no_exports_text(language)
        />
    };
    view! { <Group title=texts::exports(language) counts rows nothing=nothing.erased()/> }.erased()
}

/// A task as a row shows it, whatever it is of.
struct TaskRow {
    href: String,
    /// It leads to a pane of this page.
    keep_scroll: bool,
    name: String,
    badge: AnyView,
    reason: Option<Reason>,
    duration_us: Option<i64>,
    updated_at: Option<Micros>,
}

fn row<Id, Status>(task: SystemTask<Id, Status>, href: String, badge: AnyView) -> TaskRow {
    TaskRow {
        href,
        keep_scroll: false,
        name: task.name,
        badge,
        reason: task.reason,
        duration_us: task.duration_us,
        updated_at: task.updated_at,
    }
}

/// A heading, the counts under it, and the table.
#[component]
fn Group(
    title: &'static str,
    counts: Vec<(u32, AnyView)>,
    rows: Vec<TaskRow>,
    /// In place of rows.
    nothing: AnyView,
) -> impl IntoView {
    let language = use_language();
    let columns = vec![
        Column::new(texts::task(language)),
        Column::new(texts::status(language)),
        Column::new(texts::duration(language)).numeric(),
        Column::new(texts::last_updated(language)),
    ];
    let count = |(count, badge): (u32, AnyView)| {
        view! {
            <li>
                {badge}
                " "
                <span class="status-count">{format::integer(language, u64::from(count))}</span>
            </li>
        }
    };
    let counts = (!rows.is_empty()).then(|| {
        view! {
            <ul class="status-counts" aria-label=texts::counts_of(language, title)>
                {counts.into_iter().map(count).collect_view()}
            </ul>
        }
    });
    let rows = if rows.is_empty() {
        view! { <TableMessage columns=COLUMNS>{nothing}</TableMessage> }.erased()
    } else {
        rows.into_iter()
            .map(|task| view! { <Row task/> })
            .collect_view()
            .erased()
    };
    view! {
        <section class="system-group">
            <h2>{title}</h2>
            {counts}
            <Table caption=title columns=columns>
                {rows}
            </Table>
        </section>
    }
    .erased()
}

#[component]
fn Row(task: TaskRow) -> impl IntoView {
    let language = use_language();
    let reason = task
        .reason
        .map(|reason| reasons::text(language, &reason))
        .map(|text| view! { <span class="sub">{text}</span> });
    let updated = match task.updated_at {
        Some(at) => view! { <Time at=instant(at)/> }.erased(),
        None => texts::never(language).erased(),
    };
    view! {
        <tr>
            <th scope="row">
                <Link href=task.href keep_scroll=task.keep_scroll>
                    {task.name}
                </Link>
            </th>
            <td>{task.badge} {reason}</td>
            <td class="num">{task.duration_us.map(|micros| duration(language, micros))}</td>
            <td>{updated}</td>
        </tr>
    }
    .erased()
}
