//! What a source or segment did before: its last tasks, each leading to the refresh it belonged to.

use std::time::Duration;

use leptos::prelude::*;

use super::cancel::CancelTaskLink;
use super::figures::between;
use crate::api::{ApiError, task_history};
use crate::domain::{PastTask, SourceId, TaskHistory};
use crate::features::data::RefreshBadge;
use crate::features::poll::{Beat, ask_again_after};
use crate::i18n::{format, operation as texts, reasons, system, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

const COLUMNS: u32 = 7;
/// How long a task that goes on is left alone.
const POLL_EVERY: Duration = Duration::from_secs(2);

/// When to ask again: while a task has not ended.
fn while_moving(history: &TaskHistory) -> Option<Duration> {
    let is_moving = history.tasks.iter().any(|task| task.status.is_unfinished());
    is_moving.then_some(POLL_EVERY)
}

/// The pane of a source, or of a segment by the source that it is.
#[component]
pub(super) fn TaskPane(id: SourceId) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::System, LiveKind::Sources]);
    let beat = Beat::new();
    let history = ask_server(
        move || (hints.get(), beat.times()),
        move |_| task_history(id),
    );
    beat.after(move || history.with(|history| ask_again_after(history.as_ref()?, while_moving)));
    view! {
        <Pane title=texts::task_history(language) close_href=close_href() size=PaneSize::Large>
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
                <Body history/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// What the last answer says. Redrawn only when it says something else.
#[component]
fn Body(history: FromServer<Result<TaskHistory, ApiError>>) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(history);
    let retry_href = move || address.with_untracked(ToString::to_string);
    dynamic(move || {
        shown.get().map(|history| match history {
            Ok(history) => view! { <History history/> }.erased(),
            Err(error) => view! { <Problem error retry_href=retry_href()/> }.erased(),
        })
    })
}

#[component]
fn History(history: TaskHistory) -> impl IntoView {
    let language = use_language();
    let TaskHistory {
        kind, name, tasks, ..
    } = history;
    let columns = vec![
        Column::new(system::status(language)),
        Column::new(system::asked_for(language)),
        Column::new(system::started_by(language)),
        Column::new(texts::started(language)),
        Column::new(system::duration(language)).numeric(),
        Column::new(system::attempt(language)).numeric(),
        Column::new(texts::actions(language)).action(),
    ];
    let rows = if tasks.is_empty() {
        view! { <TableMessage columns=COLUMNS>{texts::no_past_tasks(language)}</TableMessage> }
            .erased()
    } else {
        tasks
            .into_iter()
            .map(|task| view! { <Row task name=name.clone()/> })
            .collect_view()
            .erased()
    };
    view! {
        <p class="pane-about">
            {name.clone()}
            <span class="sub">{texts::task_kind(language, kind)}</span>
        </p>
        <Table caption=texts::tasks_of(language, name) columns=columns>
            {rows}
        </Table>
    }
    .erased()
}

#[component]
fn Row(
    task: PastTask,
    /// Of the source or segment.
    name: String,
) -> impl IntoView {
    let language = use_language();
    let href = pane_href(PaneRoute::of("refresh", task.refresh_id));
    let reason = task.reason.map(|reason| reasons::text(language, &reason));
    let starter = system::starter_of(language, task.trigger, &task.asked_by);
    let started = task.started_at.map(|at| {
        view! { <Time at=instant(at) absolute=true/> }
    });
    let stop = task.status.is_unfinished().then(|| {
        view! { <CancelTaskLink id=task.id name/> }
    });
    view! {
        <tr>
            <th scope="row">
                <Link href keep_scroll=true>
                    <RefreshBadge status=task.status/>
                </Link>
                {reason.map(|text| view! { <span class="sub">{text}</span> })}
            </th>
            <td>
                <Time at=instant(task.created_at)/>
            </td>
            <td>{starter}</td>
            <td>{started}</td>
            <td class="num">{between(language, task.started_at, task.ended_at)}</td>
            <td class="num">
                {(task.attempt > 0).then(|| format::integer(language, u64::from(task.attempt)))}
            </td>
            <td class="act">{stop}</td>
        </tr>
    }
    .erased()
}
