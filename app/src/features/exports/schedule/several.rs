//! *Schedule exports*: keep or override the schedules of all that are selected.

use leptos::prelude::*;

use leptos::task::spawn_local;

use super::change::{ChangeState, DEFINE, KEEP};
use super::editor::{ScheduleEditor, ScheduleRun};
use super::form::{Frame, ScheduleForm};
use super::saving::Saving;
use super::state::ScheduleState;
use crate::api;
use crate::api::ApiError;
use crate::domain::{ListedExport, Permission, ScheduleDraft, SystemSchedule, Target};
use crate::features::exports::bulk::{NotTouched, Planned};
use crate::features::exports::selection::Selection;
use crate::features::exports::shown::Reload;
use crate::i18n::schedule::form as texts;
use crate::i18n::{export_bulk, exports, use_language};
use crate::shell::{Problem, problem_text};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The pane of the selected exports' schedules.
#[component]
pub(in crate::features::exports) fn ScheduleSeveral(
    selection: Selection,
    reload: Reload,
) -> impl IntoView {
    let language = use_language();
    let saving = Saving::new(reload);
    let target = Memo::new(move |_| selection.target());
    let plan = plan_of(target, saving);
    let refusal = Signal::derive(move || {
        let text = plan.with(|plan| match plan {
            None => Some(export_bulk::looking(language)),
            Some(Err(_)) => Some(exports::command_failed(language)),
            Some(Ok(plan)) => (plan.affected == 0).then(|| export_bulk::nothing_to_do(language)),
        });
        text.map(str::to_owned)
    });
    let system = ask_server(|| (), |()| api::get_system_schedule());
    view! {
        <Frame title=texts::schedule_exports(language) saving refusal>
            <Several selection target plan system saving/>
        </Frame>
    }
    .erased()
}

/// Which exports would be changed, as the server says, and which left out: asked again where others are chosen, or meant by
/// now.
fn plan_of(target: Memo<Target>, saving: Saving) -> RwSignal<Planned> {
    let plan = RwSignal::new(None);
    let is_past = Memo::new(move |_| {
        let failure = saving.failure;
        failure.with(|failure| failure.as_ref().is_some_and(ApiError::means_others_by_now))
    });
    Effect::new(move |before: Option<Target>| {
        let asked = target.get();
        if before.as_ref() == Some(&asked) && !is_past.get() {
            return asked;
        }
        plan.set(
            asked
                .check()
                .err()
                .map(|fields| Err(ApiError::Invalid { fields })),
        );
        if asked.check().is_ok() {
            let asked = asked.clone();
            spawn_local(async move {
                let planned = api::plan_schedule(asked.clone()).await;
                // The pane may be gone by now, or others be chosen.
                if target.try_get_untracked() == Some(asked) {
                    plan.set(Some(planned));
                }
            });
        }
        asked
    });
    plan
}

/// The form once the system refresh is known, or what to do first.
#[component]
fn Several(
    selection: Selection,
    target: Memo<Target>,
    plan: RwSignal<Planned>,
    system: FromServer<Result<SystemSchedule, ApiError>>,
    saving: Saving,
) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let shown = answer_of(system);
    let is_empty = Memo::new(move |_| selection.count() == 0);
    dynamic(move || {
        if is_empty.get() {
            saving.give_up();
            let text = texts::nothing_selected(language);
            return Some(view! { <MessageBar>{text}</MessageBar> }.erased());
        }
        shown.get().map(|system| match system {
            Ok(system) => {
                let (enabled, draft) = first_draft(&untrack(|| selection.rows()), &system);
                let schedule = ScheduleState::new(enabled, &draft);
                let seal = Signal::derive(move || Some(plan.get()?.ok()?.seal));
                let form = ChangeState::of_several(target.into(), seal, schedule);
                saving.start(form);
                view! {
                    <Targets plan/>
                    <ScheduleForm form saving>
                        <Fields form saving system/>
                    </ScheduleForm>
                }
                .erased()
            }
            Err(error) => {
                saving.give_up();
                let retry_href = address.get_untracked().to_string();
                view! { <Problem error retry_href/> }.erased()
            }
        })
    })
}

/// What the pane starts with: on, unless all of them are off; in the zone of the first.
fn first_draft(rows: &[ListedExport], system: &SystemSchedule) -> (bool, ScheduleDraft) {
    let may_edit = |row: &&ListedExport| row.permission == Permission::Edit;
    let enabled = rows.iter().filter(may_edit).any(|row| row.enabled);
    let zone = match rows.iter().find(may_edit) {
        Some(row) => &row.time_zone,
        None => &system.schedule.time_zone,
    };
    (enabled, ScheduleDraft::system(zone))
}

/// How many exports will be changed, and which are left out.
#[component]
fn Targets(plan: RwSignal<Planned>) -> impl IntoView {
    let language = use_language();
    let changed = move || {
        plan.with(|plan| match plan {
            None => export_bulk::looking(language).to_owned(),
            Some(Err(error)) => problem_text(language, error),
            Some(Ok(plan)) => texts::will_change(language, u64::from(plan.affected)),
        })
    };
    let left_out = move || {
        let plan = plan.get()?.ok()?;
        Some(view! { <NotTouched left_out=plan.left_out/> })
    };
    view! {
        <p class="pane-about" role="status">
            {dynamic(changed)}
        </p>
        {dynamic(left_out)}
    }
    .erased()
}

#[component]
fn Fields(form: ChangeState, saving: Saving, system: SystemSchedule) -> impl IntoView {
    let language = use_language();
    let (schedule, errors) = (form.schedule, saving.errors);
    let modes = vec![
        Choice::new(KEEP, texts::keep(language)).description(texts::keep_help(language)),
        Choice::new(DEFINE, texts::define(language)).description(texts::define_help(language)),
    ];
    let is_define = Memo::new(move |_| form.is_define());
    let system = StoredValue::new(system);
    let editor = move || {
        is_define
            .get()
            .then(|| view! { <ScheduleEditor schedule errors system=system.get_value()/> })
    };
    view! {
        <RadioGroup
            name="mode"
            label=texts::keep_or_override(language)
            value=form.mode
            options=Signal::stored(modes)
            error=errors.of("mode")
        />
        <ScheduleRun schedule errors/>
        {dynamic(editor)}
    }
    .erased()
}
