//! *Refresh all*: renews all data, and runs the exports that follow the refresh if that is asked for.

use leptos::prelude::*;

use super::page::Changed;
use super::refusal::RefusalPane;
use crate::api::{get_system_schedule, refresh_all};
use crate::i18n::{system as texts, use_language};
use crate::shell::{Failure, Problem};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Asks administrators; what was started is then shown.
#[component]
pub(super) fn RefreshAllDialog(changed: Changed) -> impl IntoView {
    let language = use_language();
    if use_session().is_administrator() {
        view! { <Counted changed/> }.erased()
    } else {
        view! { <RefusalPane title=texts::refresh_all(language)/> }.erased()
    }
}

/// Finds out how many exports follow the refresh, then asks.
#[component]
fn Counted(changed: Changed) -> impl IntoView {
    let language = use_language();
    let schedule = ask_server(|| (), |()| get_system_schedule());
    let close = close_href();
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match schedule.await {
                    Ok(schedule) => {
                        view! { <Question followers=schedule.followers changed/> }.erased()
                    }
                    Err(error) => {
                        view! {
                            <Pane title=texts::refresh_all(language) close_href=close>
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

#[component]
fn Question(followers: u32, changed: Changed) -> impl IntoView {
    let language = use_language();
    let (go, address) = (use_go(), use_address());
    let run_exports = RwSignal::new(false);
    let start = Action::new(|run_exports: &bool| refresh_all(*run_exports));
    Effect::new(move || {
        if let Some(Ok(refresh)) = start.value().get() {
            changed.now();
            let pane = PaneRoute::of("refresh", refresh.id);
            let progress = address.with_untracked(|address| address.clone().with_pane(pane));
            go.replace(&progress.to_string());
        }
    });
    let pending = start.pending();
    let confirm = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Primary
                icon="arrow_sync"
                busy=pending
                on_click=move |_| {
                    start.dispatch(run_exports.get_untracked());
                }
            >
                {texts::refresh_all(language)}
            </Button>
        }
    });
    let problem = Signal::derive(move || start.value().get()?.err());
    let exports = if followers > 0 {
        view! {
            <Checkbox
                name="run_exports"
                label=texts::then_run(language, u64::from(followers))
                checked=run_exports
            />
        }
        .erased()
    } else {
        view! { <p>{texts::nothing_follows(language)}</p> }.erased()
    };
    view! {
        <ConfirmDialog title=texts::refresh_all_title(language) cancel_href=close_href() confirm>
            <p>{texts::refresh_all_text(language)}</p>
            {exports}
            <Failure title=texts::command_failed(language) error=problem/>
        </ConfirmDialog>
    }
    .erased()
}
