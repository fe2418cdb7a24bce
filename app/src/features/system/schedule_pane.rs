//! The pane in which administrators edit the schedule of the system refresh.

use leptos::prelude::*;

use super::page::Changed;
use super::refusal::RefusalPane;
use super::schedule_form::ScheduleForm;
use crate::api::get_system_schedule;
use crate::i18n::{system as texts, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The schedule as it was when the pane opened: what happens meanwhile does not touch what is typed.
#[component]
pub(super) fn SchedulePane(changed: Changed) -> impl IntoView {
    let language = use_language();
    if use_session().is_administrator() {
        view! { <Loaded changed/> }.erased()
    } else {
        view! { <RefusalPane title=texts::edit_schedule(language)/> }.erased()
    }
}

#[component]
fn Loaded(changed: Changed) -> impl IntoView {
    let language = use_language();
    let schedule = ask_server(|| (), |()| get_system_schedule());
    let close = close_href();
    view! {
        <Suspense fallback=move || {
            view! {
                <Pane title=texts::edit_schedule(language) close_href=close>
                    <TextSkeleton lines=8/>
                </Pane>
            }
        }>
            {move || Suspend::new(async move {
                match schedule.await {
                    Ok(stored) => view! { <ScheduleForm stored changed/> }.erased(),
                    Err(error) => {
                        view! {
                            <Pane title=texts::edit_schedule(language) close_href=close>
                                <Problem error/>
                            </Pane>
                        }
                            .erased()
                    }
                }
            })}
        </Suspense>
    }
    .erased()
}
