//! One refresh as it is now: how far, which tasks, which runs.

use leptos::prelude::*;

use super::cancel::CancelTaskLink;
use super::figures::between;
use super::refreshes::{TasksDone, done_of};
use super::refusal::refusal;
use crate::domain::{RefreshDetails, RefreshRun, RefreshSummary, RefreshTask};
use crate::features::data::RefreshBadge;
use crate::features::runs::StatusBadge;
use crate::i18n::{data, format, operation, reasons, system as texts, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Commands, facts, tasks, runs.
#[component]
pub(super) fn RefreshView(details: RefreshDetails) -> impl IntoView {
    let RefreshDetails {
        refresh,
        tasks,
        runs,
    } = details;
    let is_unfinished = refresh.status.is_unfinished();
    let cancel = is_unfinished.then(|| view! { <CancelLink refresh=refresh.clone()/> });
    let progress = is_unfinished.then(|| view! { <TasksDone refresh=refresh.clone()/> });
    view! {
        {cancel}
        {progress}
        <Facts refresh/>
        <Tasks tasks/>
        <Runs runs/>
    }
    .erased()
}

/// Leads to the question before it is stopped.
#[component]
fn CancelLink(refresh: RefreshSummary) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="run-commands">
            <LinkButton
                href=pane_href(PaneRoute::of("cancel", refresh.id))
                icon="stop"
                disabled_reason=Signal::stored(refusal())
                keep_scroll=true
            >
                {texts::cancel_refresh(language)}
            </LinkButton>
        </div>
    }
    .erased()
}

#[component]
fn Facts(refresh: RefreshSummary) -> impl IntoView {
    let language = use_language();
    let done = done_of(language, &refresh);
    let announced = texts::announce(
        language,
        data::refresh_status(language, refresh.status),
        &done,
    );
    let starter = texts::starter(language, &refresh);
    let taken = between(language, Some(refresh.asked_at), refresh.ended_at);
    let ended = refresh.ended_at.map(|at| {
        view! {
            <KeyValue label=texts::ended_at(language)>
                <Time at=instant(at) absolute=true/>
            </KeyValue>
        }
    });
    view! {
        <KeyValueList>
            <KeyValue label=texts::status(language)>
                <RefreshBadge status=refresh.status/>
            </KeyValue>
            <KeyValue label=texts::tasks(language)>{done}</KeyValue>
            <KeyValue label=texts::started_by(language)>{starter}</KeyValue>
            <KeyValue label=texts::asked_for(language)>
                <Time at=instant(refresh.asked_at) absolute=true/>
            </KeyValue>
            {ended}
            {taken.map(|text| view! { <KeyValue label=texts::duration(language)>{text}</KeyValue> })}
        </KeyValueList>
        <p class="sr" role="status">
            {announced}
        </p>
    }
    .erased()
}

/// The sources and segments, each with how it went; what has not ended can be stopped by itself.
#[component]
fn Tasks(tasks: Vec<RefreshTask>) -> impl IntoView {
    let language = use_language();
    let goes_on = tasks.iter().any(|task| task.status.is_unfinished());
    let mut columns = vec![
        Column::new(texts::task(language)),
        Column::new(texts::status(language)),
        Column::new(operation::started(language)),
        Column::new(texts::duration(language)).numeric(),
        Column::new(texts::attempt(language)).numeric(),
    ];
    if goes_on {
        columns.push(Column::new(operation::actions(language)).action());
    }
    let rows = if tasks.is_empty() {
        view! { <TableMessage columns=5>{texts::no_tasks(language)}</TableMessage> }.erased()
    } else {
        tasks
            .into_iter()
            .map(|task| view! { <Task task goes_on/> })
            .collect_view()
            .erased()
    };
    view! {
        <section class="refresh-part">
            <h3>{texts::tasks_of_refresh(language)}</h3>
            <Table caption=texts::tasks_of_refresh(language) columns=columns>
                {rows}
            </Table>
        </section>
    }
    .erased()
}

/// One task; leads to what its source or segment did before.
#[component]
fn Task(
    task: RefreshTask,
    /// Whether there are commands on tasks at all.
    goes_on: bool,
) -> impl IntoView {
    let language = use_language();
    let href = pane_href(PaneRoute::of("task", task.source_id));
    let reason = task.reason.map(|reason| reasons::text(language, &reason));
    let started = task.started_at.map(|at| {
        view! { <Time at=instant(at) absolute=true/> }
    });
    let stop = task.status.is_unfinished().then(|| {
        view! { <CancelTaskLink id=task.id name=task.source_name.clone()/> }
    });
    view! {
        <tr>
            <th scope="row">
                <Link href keep_scroll=true>
                    {task.source_name}
                </Link>
                <span class="sub">{operation::task_kind(language, task.kind)}</span>
            </th>
            <td>
                <RefreshBadge status=task.status/>
                {reason.map(|text| view! { <span class="sub">{text}</span> })}
            </td>
            <td>{started}</td>
            <td class="num">{between(language, task.started_at, task.ended_at)}</td>
            <td class="num">
                {(task.attempt > 0).then(|| format::integer(language, u64::from(task.attempt)))}
            </td>
            {goes_on.then(|| view! { <td class="act">{stop}</td> })}
        </tr>
    }
    .erased()
}

/// The runs that wait for the refresh or followed it; each leads to its own pane.
#[component]
fn Runs(runs: Vec<RefreshRun>) -> impl IntoView {
    let language = use_language();
    let columns = vec![
        Column::new(texts::export(language)),
        Column::new(texts::status(language)),
        Column::new(texts::duration(language)).numeric(),
    ];
    let row = move |run: RefreshRun| {
        let href = format!("{}?pane=run/{}", routes::EXPORTS, run.id);
        let text = run
            .reason
            .as_ref()
            .map(|reason| reasons::text(language, reason));
        view! {
            <tr>
                <th scope="row">
                    <Link href>{run.export_name}</Link>
                </th>
                <td>
                    <StatusBadge status=run.status reason=run.reason/>
                    {text.map(|text| view! { <span class="sub">{text}</span> })}
                </td>
                <td class="num">{between(language, run.started_at, run.ended_at)}</td>
            </tr>
        }
    };
    let rows = if runs.is_empty() {
        view! { <TableMessage columns=3>{texts::no_runs(language)}</TableMessage> }.erased()
    } else {
        runs.into_iter().map(row).collect_view().erased()
    };
    view! {
        <section class="refresh-part">
            <h3>{texts::runs_of_refresh(language)}</h3>
            <Table caption=texts::runs_of_refresh(language) columns=columns>
                {rows}
            </Table>
        </section>
    }
    .erased()
}
