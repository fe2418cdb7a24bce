//! *Schedule exports*: keep or override the schedules of all that are selected.

use leptos::prelude::*;

use super::change::{ChangeState, DEFINE, KEEP};
use super::editor::{ScheduleEditor, ScheduleRun};
use super::form::{Frame, ScheduleForm};
use super::saving::Saving;
use super::state::ScheduleState;
use crate::api;
use crate::api::ApiError;
use crate::domain::{ExportId, ListedExport, Permission, ScheduleDraft, SystemSchedule, Target};
use crate::features::exports::selection::Selection;
use crate::features::exports::shown::Reload;
use crate::i18n::schedule::form as texts;
use crate::i18n::{export_bulk, format, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What the pane needs to know of a selected export.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Selected {
    id: ExportId,
    name: String,
    may_edit: bool,
}

impl From<ListedExport> for Selected {
    fn from(row: ListedExport) -> Self {
        Self {
            id: row.id,
            name: row.name,
            may_edit: row.permission == Permission::Edit,
        }
    }
}

/// The pane of the selected exports' schedules.
#[component]
pub(in crate::features::exports) fn ScheduleSeveral(
    selection: Selection,
    reload: Reload,
) -> impl IntoView {
    let language = use_language();
    let saving = Saving::new(reload);
    let selected = Memo::new(move |_| {
        let rows = selection.rows();
        rows.into_iter().map(Selected::from).collect::<Vec<_>>()
    });
    let refusal = Signal::derive(move || {
        let may_none = selected
            .with(|selected| !selected.is_empty() && !selected.iter().any(|one| one.may_edit));
        let is_whole = matches!(selection.target(), Target::Ids(_));
        (may_none && is_whole).then(|| texts::view_only_all(language).to_owned())
    });
    let system = ask_server(|| (), |()| api::get_system_schedule());
    view! {
        <Frame title=texts::schedule_exports(language) saving refusal>
            <Several selection selected system saving/>
        </Frame>
    }
    .erased()
}

/// The form once the system refresh is known, or what to do first.
#[component]
fn Several(
    selection: Selection,
    selected: Memo<Vec<Selected>>,
    system: FromServer<Result<SystemSchedule, ApiError>>,
    saving: Saving,
) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let shown = answer_of(system);
    let is_empty = Memo::new(move |_| selected.with(Vec::is_empty));
    let target = Signal::derive(move || match selection.target() {
        Target::Ids(_) => Target::Ids(selected.with(|selected| {
            let editable = selected.iter().filter(|one| one.may_edit);
            editable.map(|one| one.id).collect()
        })),
        matching @ Target::Matching { .. } => matching,
    });
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
                let form = ChangeState::of_several(target, schedule);
                saving.start(form);
                view! {
                    <Targets selection selected/>
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
fn Targets(selection: Selection, selected: Memo<Vec<Selected>>) -> impl IntoView {
    let language = use_language();
    let all_that_match = move || match selection.target() {
        Target::Ids(_) => None,
        Target::Matching { .. } => Some(u64::from(selection.count())),
    };
    let count = |count: usize| u64::try_from(count).unwrap_or_default();
    let changed = move || {
        if let Some(count) = all_that_match() {
            return export_bulk::schedule_matching(language, count);
        }
        let editable = selected.with(|all| all.iter().filter(|one| one.may_edit).count());
        texts::will_change(language, count(editable))
    };
    let left_out = move || {
        if all_that_match().is_some() {
            return None;
        }
        let names: Vec<String> = selected.with(|all| {
            let others = all.iter().filter(|one| !one.may_edit);
            others.map(|one| one.name.clone()).collect()
        });
        (!names.is_empty()).then(|| {
            let text =
                texts::left_out(language, count(names.len()), format::list(language, &names));
            view! { <MessageBar>{text}</MessageBar> }
        })
    };
    view! {
        <p class="pane-about">{dynamic(changed)}</p>
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
