//! The schedule that is typed beside the one that somebody else saved meanwhile.

use leptos::prelude::*;

use super::change::{ChangeState, Typed};
use super::saving::Saving;
use crate::api;
use crate::domain::{ExportId, ExportState, Target};
use crate::features::exports::conflict::{Compared, Comparing, Conflict, rows};
use crate::ui::prelude::*;

/// The question, over the form of one export's schedule.
#[component]
pub(super) fn ScheduleConflict(
    form: ChangeState,
    saving: Saving,
    /// Fills the form in anew.
    load_theirs: Callback<()>,
) -> impl IntoView {
    let compare = Callback::new(move |()| -> Comparing {
        let id = match form.target.get_untracked() {
            Target::Ids(ids) => ids.first().copied(),
            Target::Matching { .. } => None,
        };
        let (mine, original) = (untrack(|| form.typed()), form.original());
        Box::pin(async move { compare(mine, original, id?).await })
    });
    let save_over = Callback::new(move |current| saving.save_over(current));
    view! {
        <Conflict
            current=saving.conflict.into()
            busy=saving.busy.into()
            compare
            load_theirs
            save_over
        />
    }
    .erased()
}

/// Only the schedule counts: what else they changed stays in any case.
async fn compare(mine: Typed, original: Typed, id: ExportId) -> Option<Compared> {
    let details = api::get_export(id).await.ok()?;
    let theirs = ExportState::from(&details);
    let with = |(enabled, schedule): Typed| ExportState {
        enabled,
        schedule,
        ..theirs.clone()
    };
    Some(Compared {
        rows: rows(&with(mine), &with(original), &theirs),
        by: Some(details.row.updated_by),
    })
}
