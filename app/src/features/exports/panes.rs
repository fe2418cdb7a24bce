//! From the address to the open pane.

use leptos::prelude::*;

use super::details_pane::DetailsPane;
use super::dialogs::{DetachDialog, RemoveDialog};
use super::form::{FormPane, Purpose};
use super::history_pane::HistoryPane;
use super::runner::Runner;
use super::schedule::{SchedulePane, is_for_several};
use super::shown::Reload;
use crate::api::ApiError;
use crate::features::runs::RunPane;
use crate::i18n::{exports, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The pane that the address names, if any.
#[component]
pub(super) fn OpenPane(reload: Reload, runner: Runner) -> impl IntoView {
    let pane = use_pane();
    move || {
        pane.get()
            .map(|route| open(&route, reload, runner).unwrap_or_else(unknown))
    }
}

/// None when there is no such pane, or it is about nothing. The one that is about the selection stands
/// in the list, which knows it.
fn open(route: &PaneRoute, reload: Reload, runner: Runner) -> Option<AnyView> {
    Some(match route.kind() {
        "new" => view! { <FormPane purpose=Purpose::New reload runner/> }.into_any(),
        "edit" => {
            let purpose = Purpose::Edit(route.id()?);
            view! { <FormPane purpose reload runner/> }.into_any()
        }
        "duplicate" => {
            let purpose = Purpose::Duplicate(route.id()?);
            view! { <FormPane purpose reload runner/> }.into_any()
        }
        "view" => {
            let id = route.id()?;
            view! { <DetailsPane id/> }.into_any()
        }
        "schedule" if is_for_several(route) => ().into_any(),
        "schedule" => {
            let id = route.id()?;
            view! { <SchedulePane id reload/> }.into_any()
        }
        "history" => {
            let id = route.id()?;
            view! { <HistoryPane id/> }.into_any()
        }
        "remove" => {
            let id = route.id()?;
            view! { <RemoveDialog id reload/> }.into_any()
        }
        "detach" => {
            let id = route.id()?;
            view! { <DetachDialog id reload/> }.into_any()
        }
        "run" => {
            let id = route.id()?;
            view! { <RunPane id/> }.into_any()
        }
        _ => return None,
    })
}

/// An address that names no pane of this page.
fn unknown() -> AnyView {
    let language = use_language();
    view! {
        <Pane title=Signal::stored(exports::pane_failed(language).to_owned()) close_href=close_href()>
            <Problem error=ApiError::NotFound retry_href=close_href().get_untracked()/>
        </Pane>
    }
    .into_any()
}
