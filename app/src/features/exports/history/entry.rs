//! One change in the history, and what can be done about it.

use leptos::prelude::*;

use super::differences::DifferenceTable;
use crate::api::ApiError;
use crate::domain::{ChangeId, ExportDetails, HistoryEntry, Version};
use crate::features::exports::editable::until_script;
use crate::features::exports::errors::without_fields;
use crate::features::runs::count;
use crate::i18n::{Language, export_history as texts, format, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What can be done about changes.
#[derive(Clone, Copy)]
pub(super) struct HistoryActions {
    /// Takes an older version again.
    pub(super) restore: Action<Version, Result<ExportDetails, ApiError>>,
    /// The version that was last tried.
    pub(super) tried: RwSignal<Option<Version>>,
    /// Takes a step for many back.
    pub(super) take_back: Action<ChangeId, ()>,
}

/// A change.
#[component]
pub(super) fn Entry(
    entry: HistoryEntry,
    /// The person may change the export.
    may_edit: bool,
    actions: HistoryActions,
) -> impl IntoView {
    let language = use_language();
    let what = texts::cause(language, entry.cause.as_ref());
    let version = entry.version.map(|version| {
        let number = number(language, version);
        if entry.is_current {
            texts::current_version(language, number)
        } else {
            texts::version(language, number)
        }
    });
    let caption = match &version {
        Some(version) => format!("{} · {version}", texts::differences(language)),
        None => texts::differences(language).to_owned(),
    };
    let together = (entry.change_exports > 1)
        .then(|| texts::at_once(language, u64::from(entry.change_exports)));
    let differences = match (entry.version, entry.differences) {
        // The first, and what makes no version, have nothing to be compared with.
        (Some(2..), differences) if differences.is_empty() => {
            view! { <p>{texts::no_difference(language)}</p> }.erased()
        }
        (_, differences) if differences.is_empty() => ().erased(),
        (_, differences) => view! { <DifferenceTable differences caption/> }.erased(),
    };
    let older = entry.version.filter(|_| !entry.is_current && may_edit);
    let restore = older.map(|version| view! { <RestoreButton version actions/> });
    let change = entry
        .change
        .filter(|_| may_edit && entry.change_exports > 1);
    let exports = u64::from(entry.change_exports);
    let take_back = change.map(|change| view! { <TakeBackButton change exports actions/> });
    view! {
        <li class="change">
            <h3>{texts::done_by(language, what, entry.by)}</h3>
            <p class="change-when">
                <Time at=instant(entry.at)/>
                {version.map(|version| view! { <span>{version}</span> })}
                {together.map(|together| view! { <span>{together}</span> })}
            </p>
            {differences}
            <div class="run-commands">{restore} {take_back}</div>
        </li>
    }
    .erased()
}

/// Takes a step for many back.
#[component]
fn TakeBackButton(change: ChangeId, exports: u64, actions: HistoryActions) -> impl IntoView {
    let language = use_language();
    let take_back = actions.take_back;
    let (asked, pending) = (take_back.input(), take_back.pending());
    let busy = Signal::derive(move || pending.get() && asked.get() == Some(change));
    view! {
        <Button
            icon="arrow_clockwise"
            busy
            disabled_reason=until_script()
            on_click=move |_| {
                if !pending.get_untracked() {
                    take_back.dispatch(change);
                }
            }
        >
            {texts::take_back(language, exports)}
        </Button>
    }
    .erased()
}

/// Takes a version again, and says why if that is not possible.
#[component]
fn RestoreButton(version: Version, actions: HistoryActions) -> impl IntoView {
    let language = use_language();
    let number = number(language, version);
    let HistoryActions { restore, tried, .. } = actions;
    let pending = restore.pending();
    let is_tried = move || tried.get() == Some(version);
    let error = Signal::derive(move || {
        let answer = restore.value().get().filter(|_| is_tried())?;
        answer.err().map(without_fields)
    });
    let busy = Signal::derive(move || pending.get() && is_tried());
    view! {
        <Button
            icon="history"
            busy
            disabled_reason=until_script()
            on_click=move |_| {
                tried.set(Some(version));
                restore.dispatch(version);
            }
        >
            <span aria-hidden="true">{texts::restore_version(language)}</span>
            <span class="sr">{texts::restore_version_number(language, number)}</span>
        </Button>
        <Failure title=texts::not_restored(language) error/>
    }
    .erased()
}

/// The version as the language writes numbers.
fn number(language: Language, version: Version) -> String {
    format::integer(language, count(version))
}
