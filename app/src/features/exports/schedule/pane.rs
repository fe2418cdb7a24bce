//! *Schedule export*: the schedule of one export.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::change::ChangeState;
use super::conflict::ScheduleConflict;
use super::editor::{ScheduleEditor, ScheduleRun};
use super::form::{Frame, ScheduleForm};
use super::saving::Saving;
use super::state::ScheduleState;
use crate::api;
use crate::api::ApiError;
use crate::domain::{ExportId, ExportListRow, SystemSchedule};
use crate::features::exports::editable::{editable, refuse_viewers};
use crate::features::exports::problem::ExportProblem;
use crate::features::exports::shown::Reload;
use crate::i18n::schedule::form as texts;
use crate::i18n::use_language;
use crate::state::prelude::*;
use crate::ui::prelude::{Erase, dynamic};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Loaded {
    row: ExportListRow,
    system: SystemSchedule,
}

async fn load(id: ExportId, may_write: bool) -> Result<Loaded, ApiError> {
    refuse_viewers(may_write)?;
    Ok(Loaded {
        row: editable(id).await?.row,
        system: api::get_system_schedule().await?,
    })
}

/// The pane of one export's schedule.
#[component]
pub(in crate::features::exports) fn SchedulePane(id: ExportId, reload: Reload) -> impl IntoView {
    let language = use_language();
    let may_write = use_session().may_write();
    let saving = Saving::new(reload);
    let attempt = RwSignal::new(0_u32);
    let loaded = ask_server(move || attempt.get(), move |_| load(id, may_write));
    let load_theirs = Callback::new(move |()| attempt.update(|attempt| *attempt += 1));
    view! {
        <Frame title=texts::schedule_export(language) saving>
            <One loaded saving load_theirs/>
        </Frame>
    }
    .erased()
}

/// The form once its parts are there. It is filled in once, and again only when asked to.
#[component]
fn One(
    loaded: FromServer<Result<Loaded, ApiError>>,
    saving: Saving,
    load_theirs: Callback<()>,
) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(loaded);
    dynamic(move || {
        shown.get().map(|loaded| match loaded {
            Ok(Loaded { row, system }) => {
                let schedule = ScheduleState::new(row.enabled, &row.schedule);
                let form = ChangeState::of_one(row.id, row.version, schedule);
                saving.start(form);
                let errors = saving.errors;
                view! {
                    <p class="pane-about">{row.name}</p>
                    <ScheduleForm
                        form
                        saving
                        conflict=move || view! { <ScheduleConflict form saving load_theirs/> }
                    >
                        <ScheduleRun schedule errors/>
                        <ScheduleEditor schedule errors system/>
                    </ScheduleForm>
                }
                .erased()
            }
            Err(error) => {
                saving.give_up();
                let retry_href = address.get_untracked().to_string();
                view! { <ExportProblem error retry_href/> }.erased()
            }
        })
    })
}
