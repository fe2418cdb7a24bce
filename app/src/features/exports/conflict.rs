//! Somebody else saved the same while it was being edited: what both made of it, and which is to stay.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::history::ValueTable;
use crate::domain::{DifferenceValue, ExportState, Version, differences, value_before};
use crate::i18n::{export_history as texts, exports, use_language};
use crate::ui::prelude::*;

/// What two people made of it.
#[derive(Clone, PartialEq)]
pub(super) struct Compared {
    /// Who saved meanwhile, where that is known.
    pub(super) by: Option<String>,
    /// Each field that differs, with its values: before both, theirs, mine.
    pub(super) rows: Vec<(String, Vec<DifferenceValue>)>,
}

/// None while theirs cannot be had: the question stands without it.
pub(super) type Comparing = Pin<Box<dyn Future<Output = Option<Compared>>>>;

/// Shows what differs, with the value before, and offers to start over from theirs, or to save over it.
#[component]
pub(super) fn Conflict(
    /// The version that somebody saved meanwhile.
    current: Signal<Option<Version>>,
    /// While the server is being asked.
    busy: Signal<bool>,
    /// Compares what is typed with what they saved.
    compare: Callback<(), Comparing>,
    /// Fills the form in anew.
    load_theirs: Callback<()>,
    /// Saves what is typed over a version.
    save_over: Callback<Version>,
) -> impl IntoView {
    let language = use_language();
    let compared = RwSignal::new(None::<Compared>);
    Effect::new(move || {
        compared.set(None);
        if current.get().is_some() {
            let comparing = compare.run(());
            spawn_local(async move {
                let found = comparing.await;
                // The form may be gone by now.
                let _gone = compared.try_set(found);
            });
        }
    });
    let both = move || {
        compared.get().map(|Compared { by, rows }| {
            let table = if rows.is_empty() {
                view! { <p>{texts::same(language)}</p> }.erased()
            } else {
                let caption = texts::differences(language).to_owned();
                let heads = vec![
                    texts::before(language),
                    texts::theirs(language),
                    texts::yours(language),
                ];
                view! { <ValueTable caption heads rows/> }.erased()
            };
            view! {
                {by.map(|by| view! { <p>{texts::saved_by(language, by)}</p> })}
                {table}
            }
        })
    };
    let actions = move |current| {
        view! {
            <Button busy on_click=move |_| load_theirs.run(())>
                {exports::load_theirs(language)}
            </Button>
            <Button
                appearance=Appearance::Danger
                busy
                on_click=move |_| save_over.run(current)
            >
                {exports::save_over(language)}
            </Button>
        }
    };
    dynamic(move || {
        current.get().map(|current| {
            view! {
                <MessageBar
                    intent=Intent::Warning
                    title=exports::stale_title(language)
                    actions=move || actions(current)
                >
                    <p>{exports::stale_text(language)}</p>
                    {dynamic(both)}
                </MessageBar>
            }
        })
    })
}

/// What would be saved otherwise than they saved it: before both, theirs, mine.
pub(super) fn rows(
    mine: &ExportState,
    original: &ExportState,
    theirs: &ExportState,
) -> Vec<(String, Vec<DifferenceValue>)> {
    let since = differences(original, theirs);
    differences(mine, theirs)
        .into_iter()
        .map(|one| {
            let before = value_before(&one, &since);
            (one.field, vec![before, one.after, one.before])
        })
        .collect()
}
