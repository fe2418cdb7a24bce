//! The question before the connection of an export is detached.

use leptos::prelude::*;

use crate::api;
use crate::api::ApiError;
use crate::domain::{
    BulkAction, BulkReport, BulkRequest, ExportDetails, ExportId, ExportStatus, Role, Target,
};
use crate::features::exports::editable::{for_administrators, until_script};
use crate::features::exports::shown::Reload;
use crate::features::exports::undo::{Undo, offer_undo};
use crate::features::question::ask_about;
use crate::i18n::{export_removed as texts, exports, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

async fn load(id: ExportId, role: Role) -> Result<ExportDetails, ApiError> {
    for_administrators(role)?;
    api::get_export(id).await
}

/// Asks before detaching.
#[component]
pub(in crate::features::exports) fn DetachDialog(id: ExportId, reload: Reload) -> impl IntoView {
    let language = use_language();
    let role = use_session().role();
    let details = ask_server(|| (), move |()| load(id, role));
    ask_about(
        details,
        exports::detach_connection(language),
        move |details: ExportDetails| view! { <Asked details reload/> }.erased(),
    )
}

#[component]
fn Asked(details: ExportDetails, reload: Reload) -> impl IntoView {
    let language = use_language();
    let (go, toasts, back) = (use_go(), use_toasts(), close_href());
    let row = details.row;
    // As a command on many, of which there is one: that one can be undone.
    let command = BulkRequest {
        target: Target::Ids(vec![row.id]),
        action: BulkAction::Detach,
        seal: None,
    };
    let name = row.name.clone();
    let detach = Action::new(move |(): &()| {
        let (asking, name) = (api::do_bulk(command.clone()), name.clone());
        async move {
            let answer = asking.await;
            // Whoever closed the question meanwhile is told all the same.
            if let Some(change) = answer.as_ref().ok().and_then(|report| report.change) {
                let text = exports::detached(language, &name);
                let undo = (Undo::Detachment, language);
                offer_undo(toasts, reload, change, text, undo);
                reload.now();
            }
            answer
        }
    });
    Effect::new(move || {
        let answer = detach.value().get();
        let change = answer.and_then(|answer| answer.ok()?.change);
        if change.is_some() {
            go.replace(&back.get_untracked());
        }
    });
    let pending = detach.pending();
    let disabled_reason = until_script();
    let confirm = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Danger
                icon="link_dismiss"
                busy=pending
                disabled_reason
                on_click=move |_| {
                    detach.dispatch(());
                }
            >
                {exports::detach_connection(language)}
            </Button>
        }
    });
    let connection = row
        .connection
        .map(|connection| view! { <p>{texts::delivers_to(language, connection.name)}</p> });
    let runs = is_under_way(row.status).then(|| view! { <p>{texts::run_finishes(language)}</p> });
    view! {
        <ConfirmDialog
            title=exports::detach_question(language, &row.name)
            cancel_href=back
            cancel_label=exports::keep_connection(language)
            confirm
        >
            {connection}
            <p>{exports::detach_text(language)}</p>
            {runs}
            <Failure
                title=texts::not_detached(language)
                error=Signal::derive(move || refusal(detach.value().get()?))
            />
        </ConfirmDialog>
    }
    .erased()
}

const fn is_under_way(status: ExportStatus) -> bool {
    matches!(
        status,
        ExportStatus::Queued
            | ExportStatus::Processing
            | ExportStatus::Retrying
            | ExportStatus::Held
    )
}

/// Why it was not done.
fn refusal(answer: Result<BulkReport, ApiError>) -> Option<ApiError> {
    let report = match answer {
        Ok(report) if report.change.is_some() => return None,
        Ok(report) => report,
        Err(error) => return Some(error),
    };
    let failed = report.failed.into_iter().find_map(|one| one.error);
    let left_out = report.left_out.into_iter().map(|one| one.reason).next();
    let reason = failed.or(left_out)?;
    Some(ApiError::Conflict { reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ChangeId, LeftOut, Reason};

    #[test]
    fn a_command_that_touched_nothing_says_why() {
        let left_out = LeftOut {
            reason: Reason::new("export_detached"),
            count: 1,
            names: vec!["Loyalty".into()],
        };
        let report = BulkReport {
            left_out: vec![left_out],
            ..BulkReport::default()
        };
        let why = refusal(Ok(report)).expect("a refusal");
        assert_eq!(
            why,
            ApiError::Conflict {
                reason: Reason::new("export_detached")
            }
        );
        let done = BulkReport {
            change: Some(ChangeId::new(uuid::Uuid::from_u128(1))),
            ..BulkReport::default()
        };
        assert_eq!(refusal(Ok(done)), None);
    }
}
