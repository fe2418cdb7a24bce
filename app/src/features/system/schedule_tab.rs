//! *Schedule*: when the system refresh starts, to read; administrators edit it in a pane.

use leptos::prelude::*;

use super::page::Changed;
use super::refusal::refusal;
use crate::api::{ApiError, get_system_schedule};
use crate::domain::SystemSchedule;
use crate::features::schedule::StartTable;
use crate::i18n::{schedule as sentences, system as texts, use_language};
use crate::shell::LoadProblem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The second tab.
#[component]
pub(super) fn ScheduleTab(changed: Changed) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::System, LiveKind::Exports]);
    let schedule = ask_server(
        move || (hints.get(), changed.times()),
        |_| get_system_schedule(),
    );
    view! {
        <CommandBar label=texts::commands(language)>
            <LinkButton
                href=pane_href("schedule")
                appearance=Appearance::Subtle
                icon="edit"
                disabled_reason=Signal::stored(refusal())
                keep_scroll=true
            >
                {texts::edit_schedule(language)}
            </LinkButton>
        </CommandBar>
        <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
            <Body schedule/>
        </Transition>
    }
    .erased()
}

#[component]
fn Body(schedule: FromServer<Result<SystemSchedule, ApiError>>) -> impl IntoView {
    let shown = answer_of(schedule);
    dynamic(move || {
        shown.get().map(|schedule| match schedule {
            Ok(schedule) => view! { <Facts schedule/> }.erased(),
            Err(error) => view! { <LoadProblem error/> }.erased(),
        })
    })
}

#[component]
fn Facts(schedule: SystemSchedule) -> impl IntoView {
    let language = use_language();
    let followers = u64::from(schedule.followers);
    let is_on = schedule.enabled;
    let state = if is_on {
        view! { <Badge tone=Tone::Success icon="checkmark_circle">{texts::on(language)}</Badge> }
            .erased()
    } else {
        view! { <Badge icon="subtract_circle">{texts::off(language)}</Badge> }.erased()
    };
    let off = (!is_on).then(|| {
        view! {
            <MessageBar title=texts::off_title(language)>
                {texts::off_text(language)}
                " "
                {(followers > 0).then(|| texts::off_followers(language, followers))}
            </MessageBar>
        }
    });
    let zone = schedule.schedule.time_zone.clone();
    // A schedule that cannot be read is one of a newer server: its starts still say what it does.
    let sentence = schedule
        .schedule
        .parse()
        .ok()
        .map(|schedule| sentences::sentence(language, &schedule));
    // Nobody has touched the one that a new server comes with.
    let updated = (!schedule.updated_by.is_empty()).then(|| {
        view! {
            <KeyValue label=texts::last_updated(language)>
                <Time at=instant(schedule.updated_at)/>
            </KeyValue>
            <KeyValue label=texts::updated_by(language)>{schedule.updated_by}</KeyValue>
        }
    });
    let starts = (!schedule.starts.is_empty()).then(|| {
        view! {
            <section class="system-group">
                <h2>{texts::next_starts(language)}</h2>
                <StartTable starts=schedule.starts zone/>
            </section>
        }
    });
    view! {
        <div class="system-facts">
            {off}
            <KeyValueList>
                <KeyValue label=texts::refresh_schedule(language)>{state}</KeyValue>
                {sentence
                    .map(|text| view! { <KeyValue label=texts::starts(language)>{text}</KeyValue> })}
                <KeyValue label=texts::followers(language)>
                    {texts::exports_count(language, followers)}
                </KeyValue>
                {updated}
            </KeyValueList>
        </div>
        {starts}
    }
    .erased()
}
