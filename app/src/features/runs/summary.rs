//! The facts of a run: what, why, who, when.

use leptos::prelude::*;

use super::export_link::export_pane_href;
use super::figures::duration;
use super::status::RunBadge;
use crate::domain::{Micros, Reason, RunDetails, RunStatus};
use crate::i18n::{format, reasons, run_list, runs, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The facts of a run as a list.
#[component]
pub(super) fn RunFacts(details: RunDetails) -> impl IntoView {
    let language = use_language();
    let run = details.run;
    let taken = duration(language, &run);
    let starter = runs::starter(language, run.trigger, &run.started_by);
    let shown = run.clone();
    let export_name = run.export_name;
    let export = if run.is_export_removed {
        view! {
            {export_name}
            <span class="sub">{run_list::export_removed(language)}</span>
        }
        .erased()
    } else {
        let href = export_pane_href("view", run.export_id);
        view! {
            <Link href keep_scroll=true>
                {export_name}
            </Link>
        }
        .erased()
    };
    // While it waits for the next one, the status counts them.
    let attempts = (run.attempt > 1 && run.status != RunStatus::Retrying)
        .then(|| runs::attempt_of(language, run.attempt, run.attempts));
    let rows_so_far = (run.status == RunStatus::Processing).then(|| {
        details
            .tasks
            .iter()
            .map(|task| task.counts.read)
            .sum::<i64>()
    });
    let reason = run.status_reason;
    view! {
        <KeyValueList>
            <KeyValue label=runs::status(language)>
                <RunBadge run=shown rows_so_far canceling=details.canceling/>
            </KeyValue>
            {reason.map(|reason| view! { <ReasonFact reason/> })}
            <KeyValue label=runs::export(language)>{export}</KeyValue>
            <KeyValue label=runs::export_version(language)>
                {format::integer(language, super::count(run.export_version))}
            </KeyValue>
            {details
                .connection
                .map(|connection| {
                    view! {
                        <KeyValue label=runs::connection(language)>{connection.name}</KeyValue>
                    }
                })}
            <KeyValue label=runs::started_by(language)>{starter}</KeyValue>
            {attempts.map(|text| view! { <KeyValue label=runs::attempt(language)>{text}</KeyValue> })}
            <TimeFact label=runs::next_attempt(language) at=run.next_attempt_at/>
            <TimeFact label=runs::queued_at(language) at=Some(run.queued_at)/>
            <TimeFact label=runs::started_at(language) at=run.started_at/>
            <TimeFact label=runs::ended_at(language) at=run.ended_at/>
            {taken.map(|text| view! { <KeyValue label=runs::duration(language)>{text}</KeyValue> })}
            <TimeFact label=runs::data_as_of(language) at=run.data_as_of/>
        </KeyValueList>
    }
    .erased()
}

/// Why the run is as it is, and what the system said itself.
#[component]
fn ReasonFact(reason: Reason) -> impl IntoView {
    let language = use_language();
    let text = reasons::text(language, &reason);
    view! {
        <KeyValue label=runs::reason(language)>{text}</KeyValue>
        {reason
            .detail
            .map(|detail| {
                view! {
                    <KeyValue label=runs::detail(language)>
                        <code class="run-detail">{detail}</code>
                    </KeyValue>
                }
            })}
    }
    .erased()
}

/// An instant, if there is one.
#[component]
fn TimeFact(label: &'static str, at: Option<Micros>) -> impl IntoView {
    at.map(|at| {
        view! {
            <KeyValue label>
                <Time at=instant(at) absolute=true/>
            </KeyValue>
        }
    })
}
